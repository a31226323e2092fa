//! What can go wrong with an invitation and its link.

use kernel::{Coded, ErrorKind, FieldError, Timestamp};

use crate::link::Dead;

/// What was not done, and why.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// A rule that holds for members however they come.
    #[error(transparent)]
    Member(#[from] memberships::Error),
    /// A link that lets nobody in.
    #[error(transparent)]
    Link(#[from] Dead),
    /// Whoever has the address must come in by their account.
    #[error("this address already has an account")]
    SignInFirst,
    /// The database did not answer.
    #[error(transparent)]
    Db(#[from] db::Error),
}

impl Coded for Error {
    fn kind(&self) -> ErrorKind {
        match self {
            Self::Member(error) => error.kind(),
            Self::Link(dead) => dead.kind(),
            Self::SignInFirst => ErrorKind::Conflict,
            Self::Db(error) => error.kind(),
        }
    }

    fn code(&self) -> &'static str {
        match self {
            Self::Member(error) => error.code(),
            Self::Link(dead) => dead.code(),
            Self::SignInFirst => "sign-in-first",
            Self::Db(error) => error.code(),
        }
    }

    fn advice(&self) -> Option<String> {
        match self {
            Self::Member(error) => error.advice(),
            Self::Link(dead) => dead.advice(),
            Self::SignInFirst => Some("Sign in with it, and open the link again.".to_owned()),
            Self::Db(error) => error.advice(),
        }
    }

    fn again_at(&self) -> Option<Timestamp> {
        match self {
            Self::Member(error) => error.again_at(),
            _ => None,
        }
    }

    fn fields(&self) -> Vec<FieldError> {
        match self {
            Self::Member(error) => error.fields(),
            _ => Vec::new(),
        }
    }
}
