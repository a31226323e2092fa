//! What can go wrong with a domain.

use access::allowances::Spent;
use kernel::input::sentence;
use kernel::{Coded, ErrorKind, FieldError, Timestamp};
use upstream_dns::{NoPrimary, UpdateError};

/// An action on a domain that was not done.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// The input breaks rules.
    #[error("some fields need correcting")]
    Invalid(Vec<FieldError>),
    /// The workspace has no such domain.
    #[error("this workspace has no such domain")]
    NotFound,
    /// The workspace has it already.
    #[error("this workspace already has this domain")]
    Known,
    /// It was proven to belong to another workspace [D5].
    #[error("this domain belongs to another workspace")]
    Taken,
    /// The person asked so often what is known here that they are told no more now.
    #[error("you looked up {} addresses or domains within an hour, the most that you may", .0.most)]
    AskedTooOften(Spent),
    /// Too many claims that nobody proves.
    #[error("this workspace already has {0} unproven domains")]
    TooManyClaims(u64),
    /// It has to be proven first.
    #[error("this domain isn't proven to belong to the workspace yet")]
    Unproven,
    /// The mail server has not said where its services are.
    #[error("the mail server hasn't listed its services yet")]
    NoServices,
    /// Another one must be primary first.
    #[error("this is the primary domain of the workspace")]
    Primary,
    /// Accounts, aliases or lists use it; the sentence names them.
    #[error("{0}")]
    InUse(String),
    /// The mail server did not do it yet.
    #[error("the mail server hasn't removed the domain yet; we'll keep retrying")]
    Slow,
    /// Its servers answer too slowly, or lead from one to the next.
    #[error("this domain's DNS answers too slowly to be checked")]
    Endless,
    /// The workspace's state forbids it.
    #[error("the workspace is {0}, so its domains can't be changed")]
    WrongState(&'static str),
    /// It can't be said which records should be there.
    #[error(transparent)]
    Records(#[from] crate::model::NoRecords),
    /// Nobody says where its zone is changed.
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
    /// The right is missing.
    #[error(transparent)]
    Access(#[from] access::Error),
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
            Self::NotFound => ErrorKind::NotFound,
            Self::Known
            | Self::Taken
            | Self::TooManyClaims(_)
            | Self::Unproven
            | Self::Primary
            | Self::InUse(_)
            | Self::ZoneMoved
            | Self::WrongState(_) => ErrorKind::Conflict,
            Self::Update(error) => kind_of(error),
            Self::NoPrimary(NoPrimary::NoZone(..))
            | Self::NoServices
            | Self::Slow
            | Self::Endless
            | Self::Records(_)
            | Self::NotTaken(_) => ErrorKind::Unavailable,
            Self::AskedTooOften(_) => ErrorKind::TooMany,
            Self::Access(error) => error.kind(),
            Self::Db(error) => error.kind(),
        }
    }

    fn code(&self) -> &'static str {
        match self {
            Self::Invalid(_) => "invalid-input",
            Self::NotFound => "no-such-domain",
            Self::Known => "domain-known",
            Self::Taken => "domain-taken",
            Self::AskedTooOften(_) => "asked-too-often",
            Self::TooManyClaims(_) => "too-many-claims",
            Self::Unproven => "domain-unproven",
            Self::NoServices => "no-services",
            Self::Primary => "primary-domain",
            Self::InUse(_) => "domain-in-use",
            Self::WrongState(_) => "wrong-state",
            Self::Slow => "not-removed-yet",
            Self::Endless => "dns-too-slow",
            Self::Records(_) => "zone-unreadable",
            Self::NoPrimary(_) => "no-primary-server",
            Self::ZoneMoved => "zone-moved",
            Self::NotTaken(_) => "zone-not-changed",
            Self::Update(error) => code_of(error),
            Self::Access(error) => error.code(),
            Self::Db(error) => error.code(),
        }
    }

    fn again_at(&self) -> Option<Timestamp> {
        match self {
            Self::AskedTooOften(spent) => Some(spent.again_at),
            _ => None,
        }
    }

    fn fields(&self) -> Vec<FieldError> {
        match self {
            Self::Invalid(fields) => fields.clone(),
            Self::Known | Self::Taken | Self::TooManyClaims(_) => {
                vec![FieldError::new("name", "taken", sentence(&self.to_string()))]
            }
            Self::NoPrimary(NoPrimary::NoServer(_) | NoPrimary::NoAddress(_)) => {
                vec![FieldError::new("server", "no_server", sentence(&self.to_string()))]
            }
            Self::Update(UpdateError::BadKey(_)) => {
                vec![FieldError::new("key.name", "unknown", sentence(&self.to_string()))]
            }
            Self::Update(UpdateError::BadSignature(_)) => {
                vec![FieldError::new("key.secret", "wrong", sentence(&self.to_string()))]
            }
            _ => Vec::new(),
        }
    }

    fn advice(&self) -> Option<String> {
        let text = match self {
            Self::Invalid(_) => "Correct the fields and try again.",
            Self::NotFound => "Check the list of domains.",
            Self::Known => "Continue with the existing domain.",
            Self::Taken => "If it's yours, contact your provider.",
            Self::AskedTooOften(spent) => return Some(spent.advice()),
            Self::TooManyClaims(_) => "Prove or remove some of them first.",
            Self::Unproven => "Publish the record that proves it, then check again.",
            Self::NoServices => "Try again once the domain's records are shown.",
            Self::Primary => "Make another domain primary first.",
            Self::InUse(_) => "Remove or move what uses it first.",
            Self::WrongState(_) => "Check the workspace's current state first.",
            Self::Endless => "Try again later, or ask the domain's DNS host.",
            Self::Slow => "Check the domain again in a moment.",
            Self::Records(_) => "Check the domain in the mail server.",
            Self::NoPrimary(NoPrimary::NoZone(..)) => {
                "Check that the domain is registered and has name servers. Then try again."
            }
            Self::NoPrimary(_) => "Enter the public address or name of the server that accepts updates.",
            Self::ZoneMoved => "Review the new changes.",
            Self::NotTaken(_) => "Try again later.",
            Self::Update(error) => advice_on(error),
            Self::Access(error) => return error.advice(),
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
