//! What can go wrong with a tenant.

use kernel::{Coded, FieldError};

/// An action on a tenant that was not done.
#[derive(Debug, Coded)]
pub enum Error {
    /// The input breaks rules.
    #[coded(Invalid, "invalid-input", fields = _0)]
    Invalid(Vec<FieldError>),
    /// A name that must be one of a kind is taken.
    #[coded(Conflict, "taken", text = "tenant-taken", fields = _0, values(why = _0.message))]
    Taken(FieldError),
    /// The tenant's state forbids it.
    #[coded(Conflict, "wrong-state", text = "tenant-wrong-state")]
    WrongState {
        /// Its state.
        state: &'static str,
        /// What was asked.
        action: &'static str,
    },
    /// The platform's own workspace can't be suspended or ended.
    #[coded(Conflict, "platform-workspace")]
    Platform,
    /// Somebody else changed it meanwhile.
    #[coded(Stale, "changed-meanwhile")]
    Stale,
    /// The right is missing.
    #[coded(transparent)]
    Access(#[from] access::Error),
    /// The database did not answer.
    #[coded(transparent)]
    Db(#[from] db::Error),
}
