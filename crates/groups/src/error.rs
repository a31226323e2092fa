//! What can go wrong with groups.

use kernel::{Coded, EmailAddress, ErrorKind, FieldError};
use storage::spaces::Room;

use crate::model::{MOST_GROUPS, MOST_PEOPLE};

/// An action on a group that was not done.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// The input breaks rules.
    #[error("the input breaks rules")]
    Invalid(Vec<FieldError>),
    /// The workspace has no such group.
    #[error("this workspace has no such group")]
    NotFound,
    /// Nobody of the workspace has this id or address.
    #[error("{0} isn't a member of this workspace")]
    NoSuchMember(String),
    /// Another group has the name.
    #[error("a group “{0}” already exists")]
    NameTaken(String),
    /// Another group has the slug; the sentence says which.
    #[error("{0}")]
    SlugTaken(String),
    /// Something has the address; the sentence says what.
    #[error("{0}")]
    AddressTaken(String),
    /// The address is on a domain that is not proven to be the workspace's.
    #[error("{0} isn't a domain of this workspace")]
    ForeignDomain(String),
    /// The plan has no room for the space.
    #[error("{} GB are free for this space: {}", storage::round_gigabytes(*left), storage::said_of(room))]
    NoRoom {
        /// What is free for it, in bytes.
        left: i64,
        /// Who has the rest.
        room: Room,
    },
    /// What had the name before is not gone upstream yet.
    #[error("the earlier {0} is still being removed")]
    Lingering(String),
    /// As many as there may be.
    #[error("a workspace can have at most {MOST_GROUPS} groups")]
    TooMany,
    /// As many people as there may be.
    #[error("a group can have at most {MOST_PEOPLE} people")]
    TooManyPeople,
    /// Somebody changed it meanwhile.
    #[error("someone else has changed this group since you read it")]
    Stale,
    /// The workspace's state forbids it.
    #[error("the workspace is {0}, so its groups can't be changed")]
    WrongState(&'static str),
    /// The right is missing.
    #[error(transparent)]
    Access(#[from] access::Error),
    /// The database did not answer.
    #[error(transparent)]
    Db(#[from] db::Error),
}

impl From<addresses::Error> for Error {
    fn from(error: addresses::Error) -> Self {
        match error {
            addresses::Error::Taken(sentence) => Self::AddressTaken(sentence),
            addresses::Error::Db(error) => Self::Db(error),
        }
    }
}

impl From<memberships::Error> for Error {
    fn from(error: memberships::Error) -> Self {
        match error {
            memberships::Error::AddressTaken(sentence) => Self::AddressTaken(sentence),
            memberships::Error::Access(error) => Self::Access(error),
            memberships::Error::Db(error) => Self::Db(error),
            other => Self::Db(db::Error::damaged("members", other)),
        }
    }
}

impl From<storage::Error> for Error {
    fn from(error: storage::Error) -> Self {
        match error {
            storage::Error::OverPlan { left, room } => Self::NoRoom { left, room },
            storage::Error::NotFound => Self::NotFound,
            storage::Error::Access(error) => Self::Access(error),
            storage::Error::Db(error) => Self::Db(error),
            other => Self::Db(db::Error::damaged("further_spaces", other)),
        }
    }
}

impl Error {
    /// Refuses an address on somebody else's domain.
    pub(crate) fn foreign_domain(address: &EmailAddress) -> Self {
        Self::ForeignDomain(address.domain().unicode())
    }
}

impl Coded for Error {
    fn kind(&self) -> ErrorKind {
        match self {
            Self::Invalid(_) | Self::NoSuchMember(_) | Self::ForeignDomain(_) => ErrorKind::Invalid,
            Self::NotFound => ErrorKind::NotFound,
            Self::Stale => ErrorKind::Stale,
            Self::NameTaken(_)
            | Self::SlugTaken(_)
            | Self::AddressTaken(_)
            | Self::NoRoom { .. }
            | Self::Lingering(_)
            | Self::TooMany
            | Self::TooManyPeople
            | Self::WrongState(_) => ErrorKind::Conflict,
            Self::Access(error) => error.kind(),
            Self::Db(error) => error.kind(),
        }
    }

    fn code(&self) -> &'static str {
        match self {
            Self::Invalid(_) => "invalid-input",
            Self::NotFound => "not-found",
            Self::NoSuchMember(_) => "no-such-member",
            Self::NameTaken(_) => "name-taken",
            Self::SlugTaken(_) => "slug-taken",
            Self::AddressTaken(_) => "address-taken",
            Self::ForeignDomain(_) => "foreign-domain",
            Self::NoRoom { .. } => "over-plan",
            Self::Lingering(_) => "name-lingers",
            Self::TooMany => "too-many-groups",
            Self::TooManyPeople => "too-many-people",
            Self::Stale => "stale",
            Self::WrongState(_) => "wrong-state",
            Self::Access(error) => error.code(),
            Self::Db(error) => error.code(),
        }
    }

    fn advice(&self) -> Option<String> {
        let text = match self {
            Self::Invalid(_) => return None,
            Self::NotFound => "Check the list of groups.",
            Self::NoSuchMember(_) => "Check the list of members.",
            Self::NameTaken(_) | Self::SlugTaken(_) => "Choose another name, or change that group.",
            Self::AddressTaken(_) => "Choose another address, or free this one first.",
            Self::ForeignDomain(_) => "Add and verify the domain first.",
            Self::NoRoom { .. } => "Enter less, or lower the shared space limit under Storage.",
            Self::Lingering(_) => "Try again in a moment.",
            Self::TooMany => "Remove a group you no longer need.",
            Self::TooManyPeople => "Add a second group.",
            Self::Stale => "Read it again and repeat your change.",
            Self::WrongState(_) => "Contact your provider.",
            Self::Access(error) => return error.advice(),
            Self::Db(error) => return error.advice(),
        };
        Some(text.to_owned())
    }

    fn fields(&self) -> Vec<FieldError> {
        let field = match self {
            Self::Invalid(fields) => return fields.clone(),
            Self::NoSuchMember(_) => "members",
            Self::NameTaken(_) => "name",
            Self::SlugTaken(_) => "slug",
            Self::AddressTaken(_) | Self::ForeignDomain(_) => "address",
            Self::NoRoom { .. } => "spaceBytes",
            _ => return Vec::new(),
        };
        vec![FieldError::new(field, self.code(), memberships::sentences(self))]
    }
}
