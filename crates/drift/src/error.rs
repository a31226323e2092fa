//! What can go wrong with drift.

use kernel::{Coded, ErrorKind};

/// Something about drift was not done.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// It is mended, accepted already, or was never there.
    #[error("there is no such difference")]
    Gone,
    /// It belongs to a tenant, whose plan decides.
    #[error("this object belongs to a workspace")]
    OfTenant,
    /// The database did not answer.
    #[error(transparent)]
    Db(#[from] db::Error),
}

impl Coded for Error {
    fn kind(&self) -> ErrorKind {
        match self {
            Self::Gone => ErrorKind::NotFound,
            Self::OfTenant => ErrorKind::Conflict,
            Self::Db(error) => error.kind(),
        }
    }

    fn code(&self) -> &'static str {
        match self {
            Self::Gone => "no-such-difference",
            Self::OfTenant => "of-a-workspace",
            Self::Db(error) => error.code(),
        }
    }

    fn advice(&self) -> Option<String> {
        let text = match self {
            Self::Gone => "Reload the list.",
            Self::OfTenant => "Review it in the planned changes of that workspace.",
            Self::Db(error) => return error.advice(),
        };
        Some(text.to_owned())
    }
}
