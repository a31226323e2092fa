//! What can go wrong with a domain.

use access::allowances::Spent;
use kernel::{Coded, FieldError, Message};

/// An action on a domain that was not done.
#[derive(Debug, Coded)]
pub enum Error {
    /// The input breaks rules.
    #[coded(Invalid, "invalid-input", fields = _0)]
    Invalid(Vec<FieldError>),
    /// The workspace has no such domain.
    #[coded(NotFound, "no-such-domain")]
    NotFound,
    /// The workspace has it already.
    #[coded(Conflict, "domain-known", field = "name", field_code = "taken")]
    Known,
    /// It was proven to belong to another workspace [D5].
    #[coded(Conflict, "domain-taken", field = "name", field_code = "taken")]
    Taken,
    /// The person asked so often what is known here that they are told no more now.
    #[coded(TooMany, "asked-too-often", values(most = _0.most, minutes = _0.minutes()), again_at = _0.again_at)]
    AskedTooOften(Spent),
    /// Too many claims that nobody proves.
    #[coded(Conflict, "too-many-claims", field = "name", field_code = "taken", values(most = _0))]
    TooManyClaims(u64),
    /// It has to be proven first.
    #[coded(Conflict, "domain-unproven")]
    Unproven,
    /// Another one must be primary first.
    #[coded(Conflict, "primary-domain")]
    Primary,
    /// Accounts, aliases or lists use it; the sentence names them.
    #[coded(Conflict, "domain-in-use", values(users = _0))]
    InUse(Vec<Message>),
    /// The mail server did not do it yet.
    #[coded(Unavailable, "not-removed-yet")]
    Slow,
    /// Its servers answer too slowly, or lead from one to the next.
    #[coded(Unavailable, "dns-too-slow")]
    Endless,
    /// The workspace's state forbids it.
    #[coded(Conflict, "wrong-state", values(state = _0))]
    WrongState(&'static str),
    /// It can't be said which records should be there.
    #[coded(transparent)]
    Records(#[from] crate::model::NoRecords),
    /// The right is missing.
    #[coded(transparent)]
    Access(#[from] access::Error),
    /// The database did not answer.
    #[coded(transparent)]
    Db(#[from] db::Error),
}
