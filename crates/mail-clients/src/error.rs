//! What can go wrong when the settings of mail programs are asked for.

use kernel::{Coded, ErrorKind, FieldError, Timestamp};

/// Settings of mail programs that were not given.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// The input breaks rules.
    #[error("some fields need correcting")]
    Invalid(Vec<FieldError>),
    /// The mail server has not said where its services are.
    #[error("the mail server hasn't listed its services yet")]
    NoServices,
    /// A rule that holds for whatever is asked of a domain.
    #[error(transparent)]
    Domain(#[from] domains::Error),
}

impl Error {
    /// True when there is nothing to set up: the domain is not the workspace's yet, or not in the mail server.
    pub fn is_not_set_up(&self) -> bool {
        matches!(self, Self::NoServices | Self::Domain(domains::Error::Unproven | domains::Error::NotFound))
    }
}

impl Coded for Error {
    fn kind(&self) -> ErrorKind {
        match self {
            Self::Invalid(_) => ErrorKind::Invalid,
            Self::NoServices => ErrorKind::Unavailable,
            Self::Domain(error) => error.kind(),
        }
    }

    fn code(&self) -> &'static str {
        match self {
            Self::Invalid(_) => "invalid-input",
            Self::NoServices => "no-services",
            Self::Domain(error) => error.code(),
        }
    }

    fn again_at(&self) -> Option<Timestamp> {
        match self {
            Self::Domain(error) => error.again_at(),
            Self::Invalid(_) | Self::NoServices => None,
        }
    }

    fn fields(&self) -> Vec<FieldError> {
        match self {
            Self::Invalid(fields) => fields.clone(),
            Self::NoServices => Vec::new(),
            Self::Domain(error) => error.fields(),
        }
    }

    fn advice(&self) -> Option<String> {
        match self {
            Self::Invalid(_) => Some("Correct the fields and try again.".to_owned()),
            Self::NoServices => Some("Try again once the domain's records are shown.".to_owned()),
            Self::Domain(error) => error.advice(),
        }
    }
}
