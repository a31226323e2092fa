//! What can go wrong with a tenant.

use kernel::{Coded, ErrorKind, FieldError};

/// An action on a tenant that was not done.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// The input breaks rules.
    #[error("{}", summary(.0))]
    Invalid(Vec<FieldError>),
    /// A name that must be one of a kind is taken.
    #[error("{}", .0.message)]
    Taken(FieldError),
    /// The tenant's state forbids it.
    #[error("the workspace is {state}, so it can't be {action}")]
    WrongState {
        /// Its state.
        state: &'static str,
        /// What was asked.
        action: &'static str,
    },
    /// The platform's own workspace can't be suspended or ended.
    #[error("this is the platform's own workspace; it can't be suspended or ended")]
    Platform,
    /// Somebody else changed it meanwhile.
    #[error("someone else changed this workspace since you read it")]
    Stale,
    /// The right is missing.
    #[error(transparent)]
    Access(#[from] access::Error),
    /// The database did not answer.
    #[error(transparent)]
    Db(#[from] db::Error),
}

fn summary(fields: &[FieldError]) -> String {
    match fields {
        [one] => format!("{}: {}", one.field, one.message),
        many => format!("{} fields need correcting.", many.len()),
    }
}

impl Coded for Error {
    fn kind(&self) -> ErrorKind {
        match self {
            Self::Invalid(_) => ErrorKind::Invalid,
            Self::Taken(_) | Self::WrongState { .. } | Self::Platform => ErrorKind::Conflict,
            Self::Stale => ErrorKind::Stale,
            Self::Access(error) => error.kind(),
            Self::Db(error) => error.kind(),
        }
    }

    fn code(&self) -> &'static str {
        match self {
            Self::Invalid(_) => "invalid-input",
            Self::Taken(_) => "taken",
            Self::WrongState { .. } => "wrong-state",
            Self::Platform => "platform-workspace",
            Self::Stale => "changed-meanwhile",
            Self::Access(error) => error.code(),
            Self::Db(error) => error.code(),
        }
    }

    fn fields(&self) -> Vec<FieldError> {
        match self {
            Self::Invalid(fields) => fields.clone(),
            Self::Taken(field) => vec![field.clone()],
            _ => Vec::new(),
        }
    }

    fn advice(&self) -> Option<String> {
        let text = match self {
            Self::Invalid(_) => "Correct the fields and try again.",
            Self::Taken(_) => "Choose another.",
            Self::WrongState { .. } => "Check its current state first.",
            Self::Platform => "Suspend or end a customer's workspace instead.",
            Self::Stale => "Reload it and repeat your change.",
            Self::Access(error) => return error.advice(),
            Self::Db(error) => return error.advice(),
        };
        Some(text.to_owned())
    }
}
