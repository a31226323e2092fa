//! What can go wrong with an import.

use kernel::{Coded, ErrorKind, FieldError, Timestamp};

/// What was not done, and why.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// A rule that holds for members however they come.
    #[error(transparent)]
    Member(#[from] memberships::Error),
    /// The workspace has no such import.
    #[error("this workspace has no such import")]
    NoImport,
    /// As many imports run or wait as may.
    #[error("this workspace has {0} unfinished imports, the most it may")]
    ManyImports(u64),
    /// A file could not be read to its end, by our own mistake.
    #[error("this file couldn't be read")]
    Unread,
    /// Others' files are read, and nobody waits for a turn any longer.
    #[error("too many files are being read right now")]
    Busy,
    /// The database did not answer.
    #[error(transparent)]
    Db(#[from] db::Error),
}

impl Coded for Error {
    fn kind(&self) -> ErrorKind {
        match self {
            Self::Member(error) => error.kind(),
            Self::ManyImports(_) => ErrorKind::Conflict,
            Self::Unread => ErrorKind::Bug,
            Self::Busy => ErrorKind::Unavailable,
            Self::NoImport => ErrorKind::NotFound,
            Self::Db(error) => error.kind(),
        }
    }

    fn code(&self) -> &'static str {
        match self {
            Self::Member(error) => error.code(),
            Self::NoImport => "no-such-import",
            Self::ManyImports(_) => "many-imports",
            Self::Unread => "unread-file",
            Self::Busy => "too-many-files",
            Self::Db(error) => error.code(),
        }
    }

    fn advice(&self) -> Option<String> {
        match self {
            Self::Member(error) => error.advice(),
            Self::NoImport => Some("Check the list of imports.".to_owned()),
            Self::ManyImports(_) => Some("Wait until one has finished, or stop one.".to_owned()),
            Self::Unread => None,
            Self::Busy => Some("Nothing was changed. Send the file again in a few seconds.".to_owned()),
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
