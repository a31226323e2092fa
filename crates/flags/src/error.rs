//! What can go wrong with flags.

use kernel::{Coded, FieldError};

use crate::model::MOST_FLAGS;

/// An action on a flag that was not done.
#[derive(Debug, Coded)]
pub enum Error {
    /// The input breaks rules.
    #[coded(Invalid, "invalid-input", fields = _0)]
    Invalid(Vec<FieldError>),
    /// No flag has the key.
    #[coded(NotFound, "no-such-flag")]
    NotFound,
    /// Another flag has the key.
    #[coded(Conflict, "key-taken", text = "flag-key-taken", field = "key", values(key = _0))]
    KeyTaken(String),
    /// As many as there may be.
    #[coded(Conflict, "too-many-flags", values(most = MOST_FLAGS))]
    TooMany,
    /// Somebody changed it meanwhile.
    #[coded(Stale, "stale")]
    Stale,
    /// The right is missing.
    #[coded(transparent)]
    Access(#[from] access::Error),
    /// The database did not answer.
    #[coded(transparent)]
    Db(#[from] db::Error),
}
