//! What can go wrong with app passwords.

use kernel::input::sentence;
use kernel::{Coded, ErrorKind, FieldError};

/// An action on one's own app passwords that was not done.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// The input breaks rules.
    #[error("the input breaks rules")]
    Invalid(Vec<FieldError>),
    /// The person has no such password.
    #[error("this workspace has no such password")]
    NotFound,
    /// The person has no mailbox that is ready.
    #[error("you have no mailbox that's ready")]
    NoOwnMailbox,
    /// Their mailbox is closed.
    #[error("your access to this mailbox is suspended")]
    Closed,
    /// Their mailbox is closed with its workspace.
    #[error("the workspace {name} is {state}, so its mailboxes can't get new passwords")]
    WorkspaceClosed {
        /// The workspace's name.
        name: String,
        /// Its state.
        state: &'static str,
    },
    /// They sign in with a password that somebody made for them.
    #[error("choose a password of your own first")]
    PasswordDue,
    /// As many as there may be.
    #[error("this mailbox has {0} app passwords, the most it may")]
    TooManyPasswords(usize),
    /// Another has the name.
    #[error("you already have an app password named “{0}”")]
    NameUsed(String),
    /// The mail server did not do it.
    #[error("{0}")]
    NotDone(String),
    /// The database did not answer.
    #[error(transparent)]
    Db(#[from] db::Error),
}

impl Coded for Error {
    fn kind(&self) -> ErrorKind {
        match self {
            Self::Invalid(_) => ErrorKind::Invalid,
            Self::NotFound => ErrorKind::NotFound,
            Self::NoOwnMailbox
            | Self::Closed
            | Self::WorkspaceClosed { .. }
            | Self::PasswordDue
            | Self::TooManyPasswords(_)
            | Self::NameUsed(_) => ErrorKind::Conflict,
            Self::NotDone(_) => ErrorKind::Unavailable,
            Self::Db(error) => error.kind(),
        }
    }

    fn code(&self) -> &'static str {
        match self {
            Self::Invalid(_) => "invalid-input",
            Self::NotFound => "not-found",
            Self::NoOwnMailbox => "no-own-mailbox",
            Self::Closed | Self::WorkspaceClosed { .. } => "mailbox-closed",
            Self::PasswordDue => "password-due",
            Self::TooManyPasswords(_) => "too-many-passwords",
            Self::NameUsed(_) => "name-used",
            Self::NotDone(_) => "not-done",
            Self::Db(error) => error.code(),
        }
    }

    fn advice(&self) -> Option<String> {
        let text = match self {
            Self::Invalid(_) => return None,
            Self::NotFound => "Check the list of addresses.",
            Self::NoOwnMailbox | Self::Closed => "Ask an admin of your workspace.",
            Self::WorkspaceClosed { .. } => "Ask your provider to resume it.",
            Self::PasswordDue => "Choose one on your password page.",
            Self::TooManyPasswords(_) => "Remove one that no program uses.",
            Self::NameUsed(_) => "Choose another name, so you can tell them apart.",
            Self::NotDone(_) => "Try again in a moment.",
            Self::Db(error) => return error.advice(),
        };
        Some(text.to_owned())
    }

    fn fields(&self) -> Vec<FieldError> {
        match self {
            Self::Invalid(fields) => fields.clone(),
            Self::TooManyPasswords(_) | Self::NameUsed(_) => {
                vec![FieldError::new("name", self.code(), sentence(&self.to_string()))]
            }
            _ => Vec::new(),
        }
    }
}
