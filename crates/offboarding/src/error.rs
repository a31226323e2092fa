//! What can go wrong when somebody leaves.

use kernel::{Coded, EmailAddress, ErrorKind, FieldError};

/// An offboarding that was not done.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// A rule that holds for whatever is done with a member.
    #[error(transparent)]
    Member(#[from] memberships::Error),
    /// Nobody who could read it has the address.
    #[error("{0} isn't the mailbox of an active member here")]
    NoHeir(EmailAddress),
    /// There is no mailbox yet whose addresses could move.
    #[error("they have no mailbox to hand over")]
    NothingToHandOver,
    /// The database did not answer.
    #[error(transparent)]
    Db(#[from] db::Error),
}

impl From<addresses::Error> for Error {
    fn from(error: addresses::Error) -> Self {
        Self::Member(error.into())
    }
}

impl Coded for Error {
    fn kind(&self) -> ErrorKind {
        match self {
            Self::Member(error) => error.kind(),
            Self::NoHeir(_) => ErrorKind::Invalid,
            Self::NothingToHandOver => ErrorKind::Conflict,
            Self::Db(error) => error.kind(),
        }
    }

    fn code(&self) -> &'static str {
        match self {
            Self::Member(error) => error.code(),
            Self::NoHeir(_) => "no-heir",
            Self::NothingToHandOver => "nothing-to-hand-over",
            Self::Db(error) => error.code(),
        }
    }

    fn advice(&self) -> Option<String> {
        match self {
            Self::Member(error) => error.advice(),
            Self::NoHeir(_) => Some("Enter the address of a member who isn't suspended.".to_owned()),
            Self::NothingToHandOver => Some("Leave the field for new mail empty.".to_owned()),
            Self::Db(error) => error.advice(),
        }
    }

    fn fields(&self) -> Vec<FieldError> {
        match self {
            Self::Member(error) => error.fields(),
            Self::NoHeir(address) => {
                let said =
                    format!("{address} isn’t the mailbox of an active member here. Choose a colleague’s.");
                vec![FieldError::new("mailTo", self.code(), said)]
            }
            Self::NothingToHandOver | Self::Db(_) => Vec::new(),
        }
    }
}
