//! What can go wrong with a domain.

use access::allowances::Spent;
use kernel::input::sentence;
use kernel::{Coded, ErrorKind, FieldError, Timestamp};

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
            Self::Invalid(_) => ErrorKind::Invalid,
            Self::NotFound => ErrorKind::NotFound,
            Self::Known
            | Self::Taken
            | Self::TooManyClaims(_)
            | Self::Unproven
            | Self::Primary
            | Self::InUse(_)
            | Self::WrongState(_) => ErrorKind::Conflict,
            Self::Slow | Self::Endless | Self::Records(_) => ErrorKind::Unavailable,
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
            Self::Primary => "primary-domain",
            Self::InUse(_) => "domain-in-use",
            Self::WrongState(_) => "wrong-state",
            Self::Slow => "not-removed-yet",
            Self::Endless => "dns-too-slow",
            Self::Records(_) => "zone-unreadable",
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
            Self::Primary => "Make another domain primary first.",
            Self::InUse(_) => "Remove or move what uses it first.",
            Self::WrongState(_) => "Check the workspace's current state first.",
            Self::Endless => "Try again later, or ask the domain's DNS host.",
            Self::Slow => "Check the domain again in a moment.",
            Self::Records(_) => "Check the domain in the mail server.",
            Self::Access(error) => return error.advice(),
            Self::Db(error) => return error.advice(),
        };
        Some(text.to_owned())
    }
}
