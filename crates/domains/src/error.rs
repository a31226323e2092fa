//! What can go wrong with a domain.

use kernel::{Coded, FieldError, Kind};

/// An action on a domain that was not done.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// The input breaks rules.
    #[error("the input breaks rules")]
    Invalid(Vec<FieldError>),
    /// The workspace has no such domain.
    #[error("this workspace has no such domain")]
    NotFound,
    /// The workspace has it already.
    #[error("this workspace has this domain already")]
    Known,
    /// It was proven to belong to another workspace [D5].
    #[error("this domain belongs to another workspace")]
    Taken,
    /// Too many claims that nobody proves.
    #[error("this workspace has {0} domains that nobody has proven yet")]
    TooManyClaims(u64),
    /// It has to be proven first.
    #[error("it is not proven yet that this domain belongs to the workspace")]
    Unproven,
    /// The mail server has not said where its services are.
    #[error("the mail server has not said yet where its services are")]
    NoServices,
    /// Another one must be primary first.
    #[error("this is the primary domain of the workspace")]
    Primary,
    /// Accounts, aliases or lists use it; the sentence names them.
    #[error("{0}")]
    InUse(String),
    /// The mail server did not do it yet.
    #[error("the mail server has not removed it yet; it is tried again by itself")]
    Slow,
    /// Its servers answer too slowly, or lead from one to the next.
    #[error("the DNS of this domain answers too slowly to be read")]
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
    fn kind(&self) -> Kind {
        match self {
            Self::Invalid(_) => Kind::Invalid,
            Self::NotFound => Kind::NotFound,
            Self::Known
            | Self::Taken
            | Self::TooManyClaims(_)
            | Self::Unproven
            | Self::Primary
            | Self::InUse(_)
            | Self::WrongState(_) => Kind::Conflict,
            Self::NoServices | Self::Slow | Self::Endless | Self::Records(_) => Kind::Unavailable,
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
            Self::TooManyClaims(_) => "too-many-claims",
            Self::Unproven => "domain-unproven",
            Self::NoServices => "no-services",
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

    fn fields(&self) -> Vec<FieldError> {
        match self {
            Self::Invalid(fields) => fields.clone(),
            Self::Known | Self::Taken | Self::TooManyClaims(_) => {
                vec![FieldError::new("name", "taken", self.to_string())]
            }
            _ => Vec::new(),
        }
    }

    fn advice(&self) -> Option<String> {
        let text = match self {
            Self::Invalid(_) => "Correct what is named and send it again.",
            Self::NotFound => "Look at the list of its domains.",
            Self::Known => "Go on with the one that is there.",
            Self::Taken => "If it is yours, ask whoever runs this service to look into it.",
            Self::TooManyClaims(_) => "Prove or remove some of them first.",
            Self::Unproven => "Publish the record that proves it, then check again.",
            Self::NoServices => "Try again once the domain's records are shown.",
            Self::Primary => "Make another domain primary first.",
            Self::InUse(_) => "Remove or move what uses it first.",
            Self::WrongState(_) => "Look at the present state of the workspace first.",
            Self::Endless => "Try again in a while, or ask whoever hosts its DNS.",
            Self::Slow => "Look at the domain again in a moment.",
            Self::Records(_) => "Look at the domain in the mail server.",
            Self::Access(error) => return error.advice(),
            Self::Db(error) => return error.advice(),
        };
        Some(text.to_owned())
    }
}
