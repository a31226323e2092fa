//! What can go wrong with what waits for a person.

use kernel::{Coded, ErrorKind};

/// What was not done.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// What waits is not what was confirmed, but so many removals.
    #[error("the pending removals, now {0}, aren't the ones you confirmed")]
    RemovalsMoved(usize),
    /// The tenant is not there.
    #[error(transparent)]
    Access(#[from] access::Error),
    /// The database did not answer.
    #[error(transparent)]
    Db(#[from] db::Error),
}

impl Coded for Error {
    fn kind(&self) -> ErrorKind {
        match self {
            Self::RemovalsMoved(_) => ErrorKind::Conflict,
            Self::Access(error) => error.kind(),
            Self::Db(error) => error.kind(),
        }
    }

    fn code(&self) -> &'static str {
        match self {
            Self::RemovalsMoved(_) => "removals-moved",
            Self::Access(error) => error.code(),
            Self::Db(error) => error.code(),
        }
    }

    fn advice(&self) -> Option<String> {
        match self {
            Self::RemovalsMoved(_) => Some("Review the pending removals and confirm again.".to_owned()),
            Self::Access(error) => error.advice(),
            Self::Db(error) => error.advice(),
        }
    }
}
