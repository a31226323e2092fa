//! What can go wrong with groups.

use kernel::{Coded, EmailAddress, FieldError, Message, Slug};
use storage::spaces::Room;

use crate::model::{MOST_GROUPS, MOST_PEOPLE};

/// An action on a group that was not done.
#[derive(Debug, Coded)]
pub enum Error {
    /// The input breaks rules.
    #[coded(Invalid, "invalid-input", fields = _0)]
    Invalid(Vec<FieldError>),
    /// The workspace has no such group.
    #[coded(NotFound, "not-found", text = "no-such-group")]
    NotFound,
    /// Nobody of the workspace has this id or address.
    #[coded(Invalid, "no-such-member", text = "not-in-workspace", field = "members", values(name = _0))]
    NoSuchMember(String),
    /// Another group has the name.
    #[coded(Conflict, "name-taken", field = "name", values(name = _0))]
    NameTaken(String),
    /// Another group has the slug.
    #[coded(Conflict, "slug-taken", field = "slug")]
    SlugTaken {
        /// The slug.
        slug: Slug,
        /// The other group.
        name: String,
    },
    /// A group that is being removed has the slug.
    #[coded(Conflict, "slug-taken", text = "slug-reserved", field = "slug")]
    SlugReserved {
        /// The slug.
        slug: Slug,
        /// The other group.
        name: String,
    },
    /// Something has the address; the text says what.
    #[coded(Conflict, "address-taken", field = "address", values(holder = _0))]
    AddressTaken(Message),
    /// The address is on a domain that is not proven to be the workspace's.
    #[coded(Invalid, "foreign-domain", text = "domain-not-here", field = "address", values(domain = _0))]
    ForeignDomain(String),
    /// The plan has no room for the space.
    #[coded(Conflict, "over-plan", text = "space-over-plan", field = "spaceBytes", values(left = storage::round_gigabytes(*left), total = storage::round_gigabytes(room.total), space = storage::round_gigabytes(room.space), members = storage::round_gigabytes(room.members), further = storage::round_gigabytes(room.further)))]
    NoRoom {
        /// What is free for it, in bytes.
        left: i64,
        /// Who has the rest.
        room: Room,
    },
    /// What had the name before is not gone upstream yet.
    #[coded(Conflict, "name-lingers", values(name = _0))]
    Lingering(String),
    /// As many as there may be.
    #[coded(Conflict, "too-many-groups", values(most = MOST_GROUPS))]
    TooMany,
    /// As many people as there may be.
    #[coded(Conflict, "too-many-people", values(most = MOST_PEOPLE))]
    TooManyPeople,
    /// Somebody changed it meanwhile.
    #[coded(Stale, "stale")]
    Stale,
    /// The workspace's state forbids it.
    #[coded(Conflict, "wrong-state", values(state = _0))]
    WrongState(&'static str),
    /// The right is missing.
    #[coded(transparent)]
    Access(#[from] access::Error),
    /// The database did not answer.
    #[coded(transparent)]
    Db(#[from] db::Error),
}

impl From<addresses::Error> for Error {
    fn from(error: addresses::Error) -> Self {
        match error {
            addresses::Error::Taken(holder) => Self::AddressTaken(holder),
            addresses::Error::Db(error) => Self::Db(error),
        }
    }
}

impl From<memberships::Error> for Error {
    fn from(error: memberships::Error) -> Self {
        match error {
            memberships::Error::AddressTaken(holder) => Self::AddressTaken(holder),
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
