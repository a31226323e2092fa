//! What can go wrong with shared mailboxes.

use kernel::input::sentence;
use kernel::{Coded, EmailAddress, ErrorKind, FieldError};

/// An action on a shared mailbox that was not done.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// The input breaks rules.
    #[error("the input breaks rules")]
    Invalid(Vec<FieldError>),
    /// The workspace has no such thing.
    #[error("this workspace has no such shared mailbox")]
    NotFound,
    /// It is read with a mailbox of one's own.
    #[error("{0} isn't a member's mailbox")]
    NoMailbox(EmailAddress),
    /// Somebody changed it meanwhile.
    #[error("someone else has changed this since you read it")]
    Stale,
    /// A rule that holds for whatever receives mail.
    #[error(transparent)]
    Mail(#[from] mail::Error),
    /// The database did not answer.
    #[error(transparent)]
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

impl Coded for Error {
    fn kind(&self) -> ErrorKind {
        match self {
            Self::Invalid(_) | Self::NoMailbox(_) => ErrorKind::Invalid,
            Self::NotFound => ErrorKind::NotFound,
            Self::Stale => ErrorKind::Stale,
            Self::Mail(error) => error.kind(),
            Self::Db(error) => error.kind(),
        }
    }

    fn code(&self) -> &'static str {
        match self {
            Self::Invalid(_) => "invalid-input",
            Self::NotFound => "not-found",
            Self::NoMailbox(_) => "no-mailbox",
            Self::Stale => "stale",
            Self::Mail(error) => error.code(),
            Self::Db(error) => error.code(),
        }
    }

    fn advice(&self) -> Option<String> {
        let text = match self {
            Self::Invalid(_) => return None,
            Self::NotFound => "Check the list of addresses.",
            Self::NoMailbox(_) => "Choose one from the list of addresses.",
            Self::Stale => "Read it again and repeat your change.",
            Self::Mail(error) => return error.advice(),
            Self::Db(error) => return error.advice(),
        };
        Some(text.to_owned())
    }

    fn fields(&self) -> Vec<FieldError> {
        match self {
            Self::Invalid(fields) => fields.clone(),
            Self::NoMailbox(_) => {
                vec![FieldError::new("readers", self.code(), sentence(&self.to_string()))]
            }
            Self::Mail(error) => error.fields(),
            Self::NotFound | Self::Stale | Self::Db(_) => Vec::new(),
        }
    }
}
