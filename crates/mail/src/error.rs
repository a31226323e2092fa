//! What can go wrong with mail settings.

use kernel::input::sentence;
use kernel::{Coded, EmailAddress, ErrorKind, FieldError};

/// An action on a tenant's mail that was not done.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// The input breaks rules.
    #[error("the input breaks rules")]
    Invalid(Vec<FieldError>),
    /// The workspace has no such alias, list or domain.
    #[error("this workspace has no such {0}")]
    NotFound(&'static str),
    /// Something has the address; the sentence says what.
    #[error("{0}")]
    AddressTaken(String),
    /// The address is on a domain that is not proven to be the workspace's.
    #[error("{0} isn't a domain of this workspace")]
    ForeignDomain(String),
    /// Nothing of the workspace's has the address that something should lead to.
    #[error("no one in this workspace has the address {address}")]
    NoSuchAddress {
        /// The field that names it.
        field: &'static str,
        /// The address.
        address: EmailAddress,
    },
    /// A list would lead to itself.
    #[error("mail would go in circles: {}", way(.0))]
    Loop(Vec<EmailAddress>),
    /// The address is the main one of something.
    #[error("{0}, not an alias")]
    NotAlias(String),
    /// A group has one address.
    #[error("the group {0} can only have its own address")]
    OfGroup(String),
    /// What had the address before is not gone from the mail server yet.
    #[error("the earlier {0} is still being removed")]
    Lingering(EmailAddress),
    /// Somebody changed it meanwhile.
    #[error("someone else has changed this since you read it")]
    Stale,
    /// The workspace's state forbids it.
    #[error("the workspace is {0}, so its mail settings can't be changed")]
    WrongState(&'static str),
    /// As many lists as there may be.
    #[error("this workspace has {0} lists, the most it may")]
    TooManyLists(u64),
    /// As many further addresses as there may be.
    #[error("{address} has {most} aliases, the most it may")]
    TooManyAliases {
        /// An address of what has them.
        address: EmailAddress,
        /// How many.
        most: usize,
    },
    /// The mail server did not do it.
    #[error("{0}")]
    NotDone(String),
    /// The right is missing.
    #[error(transparent)]
    Access(#[from] access::Error),
    /// The database did not answer.
    #[error(transparent)]
    Db(#[from] db::Error),
}

/// The addresses of a loop, the first once more at the end.
fn way(addresses: &[EmailAddress]) -> String {
    let whole = addresses.iter().chain(addresses.first());
    whole.map(ToString::to_string).collect::<Vec<_>>().join(" → ")
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
            memberships::Error::Db(error) => Self::Db(error),
            memberships::Error::Access(error) => Self::Access(error),
            other => Self::NotDone(other.to_string()),
        }
    }
}

impl Coded for Error {
    fn kind(&self) -> ErrorKind {
        match self {
            Self::Invalid(_) | Self::ForeignDomain(_) | Self::NoSuchAddress { .. } => ErrorKind::Invalid,
            Self::NotFound(_) => ErrorKind::NotFound,
            Self::Stale => ErrorKind::Stale,
            Self::AddressTaken(_)
            | Self::Loop(_)
            | Self::NotAlias(_)
            | Self::OfGroup(_)
            | Self::Lingering(_)
            | Self::WrongState(_)
            | Self::TooManyLists(_)
            | Self::TooManyAliases { .. } => ErrorKind::Conflict,
            Self::NotDone(_) => ErrorKind::Unavailable,
            Self::Access(error) => error.kind(),
            Self::Db(error) => error.kind(),
        }
    }

    fn code(&self) -> &'static str {
        match self {
            Self::Invalid(_) => "invalid-input",
            Self::NotFound(_) => "not-found",
            Self::AddressTaken(_) => "address-taken",
            Self::ForeignDomain(_) => "foreign-domain",
            Self::NoSuchAddress { .. } => "no-such-address",
            Self::Loop(_) => "mail-loop",
            Self::NotAlias(_) => "no-alias",
            Self::OfGroup(_) => "alias-of-group",
            Self::Lingering(_) => "address-lingers",
            Self::Stale => "stale",
            Self::WrongState(_) => "wrong-state",
            Self::TooManyLists(_) => "too-many-lists",
            Self::TooManyAliases { .. } => "too-many-aliases",
            Self::NotDone(_) => "not-done",
            Self::Access(error) => error.code(),
            Self::Db(error) => error.code(),
        }
    }

    fn advice(&self) -> Option<String> {
        let text = match self {
            Self::Invalid(_) => return None,
            Self::NotFound(_) => "Check the list of addresses.",
            Self::AddressTaken(_) => "Choose another address, or free this one first.",
            Self::ForeignDomain(_) => "Add and verify the domain first.",
            Self::NoSuchAddress { .. } => "Choose one from the list of addresses.",
            Self::Loop(_) => "Leave one of these out.",
            Self::NotAlias(_) => "Remove what has this address instead.",
            Self::OfGroup(_) => "Add a distribution list that sends to the group.",
            Self::Lingering(_) | Self::NotDone(_) => "Try again in a moment.",
            Self::Stale => "Read it again and repeat your change.",
            Self::WrongState(_) => "Contact your provider.",
            Self::TooManyLists(_) | Self::TooManyAliases { .. } => "Remove one that no one writes to.",
            Self::Access(error) => return error.advice(),
            Self::Db(error) => return error.advice(),
        };
        Some(text.to_owned())
    }

    fn fields(&self) -> Vec<FieldError> {
        let field = match self {
            Self::Invalid(fields) => return fields.clone(),
            Self::AddressTaken(_) | Self::ForeignDomain(_) | Self::Lingering(_) => "address",
            Self::NoSuchAddress { field, .. } => field,
            Self::OfGroup(_) | Self::TooManyAliases { .. } => "target",
            Self::Loop(_) => "recipients",
            _ => return Vec::new(),
        };
        vec![FieldError::new(field, self.code(), sentence(&self.to_string()))]
    }
}
