//! What can go wrong when records are published.

use kernel::input::sentence;
use kernel::{Coded, ErrorKind, FieldError, Timestamp};
use upstream_dns::{NoPrimary, UpdateError};

/// Records that were not published.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// The input breaks rules.
    #[error("some fields need correcting")]
    Invalid(Vec<FieldError>),
    /// Nobody says where the zone is changed.
    #[error(transparent)]
    NoPrimary(#[from] NoPrimary),
    /// What would be published is something else by now.
    #[error("the zone or its records changed since you reviewed them, so nothing was published")]
    ZoneMoved,
    /// The server was asked again and has none of it.
    #[error("{0} didn't answer, and its zone is unchanged")]
    NotTaken(String),
    /// The zone's server did not take the changes, or nobody knows.
    #[error(transparent)]
    Update(UpdateError),
    /// A rule that holds for whatever is done with a domain.
    #[error(transparent)]
    Domain(#[from] domains::Error),
    /// The database did not answer.
    #[error(transparent)]
    Db(#[from] db::Error),
}

impl Coded for Error {
    fn kind(&self) -> ErrorKind {
        match self {
            Self::Invalid(_) | Self::NoPrimary(NoPrimary::NoServer(_) | NoPrimary::NoAddress(_)) => {
                ErrorKind::Invalid
            }
            Self::ZoneMoved => ErrorKind::Conflict,
            Self::NoPrimary(NoPrimary::NoZone(..)) | Self::NotTaken(_) => ErrorKind::Unavailable,
            Self::Update(error) => kind_of(error),
            Self::Domain(error) => error.kind(),
            Self::Db(error) => error.kind(),
        }
    }

    fn code(&self) -> &'static str {
        match self {
            Self::Invalid(_) => "invalid-input",
            Self::NoPrimary(_) => "no-primary-server",
            Self::ZoneMoved => "zone-moved",
            Self::NotTaken(_) => "zone-not-changed",
            Self::Update(error) => code_of(error),
            Self::Domain(error) => error.code(),
            Self::Db(error) => error.code(),
        }
    }

    fn again_at(&self) -> Option<Timestamp> {
        match self {
            Self::Domain(error) => error.again_at(),
            _ => None,
        }
    }

    fn fields(&self) -> Vec<FieldError> {
        match self {
            Self::Invalid(fields) => fields.clone(),
            Self::NoPrimary(NoPrimary::NoServer(_) | NoPrimary::NoAddress(_)) => {
                vec![FieldError::new("server", "no_server", sentence(&self.to_string()))]
            }
            Self::Update(UpdateError::BadKey(_)) => {
                vec![FieldError::new("key.name", "unknown", sentence(&self.to_string()))]
            }
            Self::Update(UpdateError::BadSignature(_)) => {
                vec![FieldError::new("key.secret", "wrong", sentence(&self.to_string()))]
            }
            Self::Domain(error) => error.fields(),
            _ => Vec::new(),
        }
    }

    fn advice(&self) -> Option<String> {
        let text = match self {
            Self::Invalid(_) => "Correct the fields and try again.",
            Self::NoPrimary(NoPrimary::NoZone(..)) => {
                "Check that the domain is registered and has name servers. Then try again."
            }
            Self::NoPrimary(_) => "Enter the public address or name of the server that accepts updates.",
            Self::ZoneMoved => "Review the new changes.",
            Self::NotTaken(_) => "Try again later.",
            Self::Update(error) => advice_on(error),
            Self::Domain(error) => return error.advice(),
            Self::Db(error) => return error.advice(),
        };
        Some(text.to_owned())
    }
}

fn kind_of(error: &UpdateError) -> ErrorKind {
    match error {
        UpdateError::BadKey(_) | UpdateError::BadSignature(_) => ErrorKind::Invalid,
        UpdateError::Refused(_)
        | UpdateError::NotPrimary(_)
        | UpdateError::NotZone(_)
        | UpdateError::NotOffered(_)
        | UpdateError::Unfit
        | UpdateError::Moved(_) => ErrorKind::Conflict,
        UpdateError::BadTime(..)
        | UpdateError::Unreachable(_)
        | UpdateError::Odd(..)
        | UpdateError::Unknown(_) => ErrorKind::Unavailable,
    }
}

fn code_of(error: &UpdateError) -> &'static str {
    match error {
        UpdateError::Refused(_) => "update-refused",
        UpdateError::NotPrimary(_) => "not-the-primary-server",
        UpdateError::BadKey(_) => "key-unknown",
        UpdateError::BadSignature(_) => "key-wrong",
        UpdateError::BadTime(..) => "clocks-differ",
        UpdateError::NotZone(_) => "in-another-zone",
        UpdateError::Moved(_) => "zone-moved",
        UpdateError::NotOffered(_) => "updates-not-offered",
        UpdateError::Unfit => "update-too-long",
        UpdateError::Unreachable(_) => "server-unreachable",
        UpdateError::Odd(..) => "update-failed",
        UpdateError::Unknown(_) => "update-unknown",
    }
}

fn advice_on(error: &UpdateError) -> &'static str {
    match error {
        UpdateError::Refused(_) => "In the name server's settings, allow the key to change these records.",
        UpdateError::NotPrimary(_) => "Enter the server where the zone is updated.",
        UpdateError::BadKey(_) => "Enter the name and algorithm as set on the name server.",
        UpdateError::BadSignature(_) => "Copy the secret from the name server's settings.",
        UpdateError::BadTime(..) => "Have the clock of the name server, or of this service, corrected.",
        UpdateError::NotZone(_) => "Publish these records manually in their own zone.",
        UpdateError::Moved(_) => {
            "Review the new changes. If they're the same, the server has records it doesn't show. Publish manually."
        }
        UpdateError::NotOffered(_) => "Publish the records manually, or ask the zone's host.",
        UpdateError::Unfit => "Publish the records manually.",
        UpdateError::Unreachable(_) => "Check that the server accepts connections on TCP port 53.",
        UpdateError::Odd(..) => "Check the name server's log.",
        UpdateError::Unknown(_) => "Review the new changes. Records already published aren't listed.",
    }
}
