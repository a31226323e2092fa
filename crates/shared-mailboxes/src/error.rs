//! What can go wrong with shared mailboxes.

use kernel::{Coded, EmailAddress, FieldError};

/// An action on a shared mailbox that was not done.
#[derive(Debug, Coded)]
pub enum Error {
    /// The input breaks rules.
    #[coded(Invalid, "invalid-input", fields = _0)]
    Invalid(Vec<FieldError>),
    /// The workspace has no such thing.
    #[coded(NotFound, "not-found", text = "no-such-shared-mailbox")]
    NotFound,
    /// It is read with a mailbox of one's own.
    #[coded(Invalid, "no-mailbox", field = "readers", values(address = _0))]
    NoMailbox(EmailAddress),
    /// Somebody changed it meanwhile.
    #[coded(Stale, "stale")]
    Stale,
    /// A rule that holds for whatever receives mail.
    #[coded(transparent)]
    Mail(#[from] mail::Error),
    /// The database did not answer.
    #[coded(transparent)]
    Db(#[from] db::Error),
}

impl From<addresses::Error> for Error {
    fn from(error: addresses::Error) -> Self {
        Self::Mail(error.into())
    }
}

impl From<memberships::Error> for Error {
    fn from(error: memberships::Error) -> Self {
        Self::Mail(error.into())
    }
}
