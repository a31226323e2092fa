//! What can go wrong with mail settings.

use kernel::{Coded, EmailAddress, FieldError, Message};

/// An action on a tenant's mail that was not done.
#[derive(Debug, Coded)]
pub enum Error {
    /// The input breaks rules.
    #[coded(Invalid, "invalid-input", fields = _0)]
    Invalid(Vec<FieldError>),
    /// There is no such workspace.
    #[coded(NotFound, "not-found")]
    NotFound,
    /// The workspace has no such alias.
    #[coded(NotFound, "not-found", text = "no-such-alias")]
    NoSuchAlias,
    /// The workspace has no such distribution list.
    #[coded(NotFound, "not-found", text = "no-such-list")]
    NoSuchList,
    /// The workspace has no such domain.
    #[coded(NotFound, "not-found", text = "no-such-domain")]
    NoSuchDomain,
    /// Something has the address; the text says what.
    #[coded(Conflict, "address-taken", field = "address", values(holder = _0))]
    AddressTaken(Message),
    /// The address is on a domain that is not proven to be the workspace's.
    #[coded(Invalid, "foreign-domain", text = "domain-not-here", field = "address", values(domain = _0))]
    ForeignDomain(String),
    /// Nothing of the workspace's has the address that something should lead to.
    #[coded(Invalid, "no-such-address", field = *field, values(address = address))]
    NoSuchAddress {
        /// The field that names it.
        field: &'static str,
        /// The address.
        address: EmailAddress,
    },
    /// A list would lead to itself.
    #[coded(Conflict, "mail-loop", field = "recipients", values(way = way(_0)))]
    Loop(Vec<EmailAddress>),
    /// The address is the main one of something.
    #[coded(Conflict, "no-alias", values(holder = _0))]
    NotAlias(Message),
    /// A group has one address.
    #[coded(Conflict, "alias-of-group", field = "target", values(name = _0))]
    OfGroup(String),
    /// What had the address before is not gone from the mail server yet.
    #[coded(Conflict, "address-lingers", field = "address", values(address = _0))]
    Lingering(EmailAddress),
    /// Somebody changed it meanwhile.
    #[coded(Stale, "stale")]
    Stale,
    /// The workspace's state forbids it.
    #[coded(Conflict, "wrong-state", values(state = _0))]
    WrongState(&'static str),
    /// As many lists as there may be.
    #[coded(Conflict, "too-many-lists", values(most = _0))]
    TooManyLists(u64),
    /// As many further addresses as there may be.
    #[coded(Conflict, "too-many-aliases", field = "target")]
    TooManyAliases {
        /// An address of what has them.
        address: EmailAddress,
        /// How many.
        most: usize,
    },
    /// The right is missing.
    #[coded(transparent)]
    Access(#[from] access::Error),
    /// The database did not answer.
    #[coded(transparent)]
    Db(#[from] db::Error),
}

/// The most addresses of a loop that are told.
const MOST_SHOWN: usize = 10;

/// The addresses of a loop, the first once more at the end.
fn way(addresses: &[EmailAddress]) -> String {
    let shown = addresses.iter().take(MOST_SHOWN).map(ToString::to_string);
    let left_out = (addresses.len() > MOST_SHOWN).then(|| "…".to_owned());
    let first = addresses.first().map(ToString::to_string);
    shown.chain(left_out).chain(first).collect::<Vec<_>>().join(" → ")
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
            memberships::Error::Db(error) => Self::Db(error),
            memberships::Error::Access(error) => Self::Access(error),
            other => Self::Db(db::Error::damaged("members", other)),
        }
    }
}
