//! What can go wrong with examples.

use kernel::input::sentence;
use kernel::{Coded, ErrorKind, FieldError};

use crate::model::MOST_EXAMPLES;

/// What was not done, and why.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// The input breaks rules.
    #[error("the input breaks rules")]
    Invalid(Vec<FieldError>),
    /// The workspace has no such thing.
    #[error("this workspace has no such example")]
    NotFound,
    /// Another one has the name.
    #[error("“{0}” already exists")]
    NameTaken(String),
    /// As many as there may be.
    #[error("a workspace can have at most {MOST_EXAMPLES} examples")]
    TooMany,
    /// The workspace's state forbids it.
    #[error("the workspace is {0}, so its examples can't be changed")]
    WrongState(&'static str),
    /// The database did not answer.
    #[error(transparent)]
    Db(#[from] db::Error),
}

impl Coded for Error {
    fn kind(&self) -> ErrorKind {
        match self {
            Self::Invalid(_) => ErrorKind::Invalid,
            Self::NotFound => ErrorKind::NotFound,
            Self::NameTaken(_) | Self::TooMany | Self::WrongState(_) => ErrorKind::Conflict,
            Self::Db(error) => error.kind(),
        }
    }

    fn code(&self) -> &'static str {
        match self {
            Self::Invalid(_) => "invalid-input",
            Self::NotFound => "not-found",
            Self::NameTaken(_) => "name-taken",
            Self::TooMany => "too-many-examples",
            Self::WrongState(_) => "wrong-state",
            Self::Db(error) => error.code(),
        }
    }

    fn advice(&self) -> Option<String> {
        let text = match self {
            Self::Invalid(_) => return None,
            Self::NotFound => "Check the list of examples.",
            Self::NameTaken(_) => "Choose another name.",
            Self::TooMany => "Remove one you no longer need.",
            Self::WrongState(_) => "Contact your provider.",
            Self::Db(error) => return error.advice(),
        };
        Some(text.to_owned())
    }

    fn fields(&self) -> Vec<FieldError> {
        match self {
            Self::Invalid(fields) => fields.clone(),
            Self::NameTaken(_) => vec![FieldError::new("name", self.code(), sentence(&self.said()))],
            _ => Vec::new(),
        }
    }
}
