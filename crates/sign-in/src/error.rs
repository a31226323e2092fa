//! What can go wrong between a person and their session.

use kernel::{Coded, ErrorKind};
use outbound::CallError;

use crate::examine::Trouble;

/// A sign-in or token that was not taken.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// The answer does not belong to a sign-in that this browser began, or it took more than ten minutes.
    #[error("this sign-in took too long or was started in another window")]
    Expired,
    /// The identity provider said no.
    #[error("the sign-in service refused: {0}")]
    Refused(String),
    /// A token is not good.
    #[error("the token isn't valid: {0}")]
    BadToken(&'static str),
    /// A token names a key that the issuer's key set, as far as it may be fetched now, does not hold.
    #[error("the token isn't valid: its key is unknown")]
    UnknownKey,
    /// The person was removed from the platform.
    #[error("this account was removed")]
    Removed,
    /// The person was signed out everywhere after this sign-in began.
    #[error("you were signed out everywhere during this sign-in")]
    SignedOut,
    /// The identity provider can't be reached or gives no sense.
    #[error("the sign-in service can't be used right now: {0}")]
    Issuer(#[from] CallError),
    /// The identity provider is not set up as it must be; what is wrong is told to operators alone.
    #[error("sign-in isn't set up correctly, so no one can sign in")]
    Misconfigured(Trouble),
    /// The database did not answer.
    #[error(transparent)]
    Db(#[from] db::Error),
    /// Settings that don't fit together.
    #[error("sign-in isn't set up correctly: {0}")]
    Settings(String),
}

impl Error {
    /// What was given by the issuer itself and is not good is a matter of its settings, not of whoever signs in.
    pub(crate) fn of_issued(self, client: &'static str) -> Self {
        let trouble = match self {
            Self::BadToken(why) => Trouble::Token { client, why: why.to_owned() },
            Self::Misconfigured(trouble) => trouble,
            other => return other,
        };
        tracing::error!(%trouble, mend = trouble.advice(), "sign-in is not set up right");
        Self::Misconfigured(trouble)
    }
}

impl From<db::seal::Error> for Error {
    fn from(error: db::seal::Error) -> Self {
        Self::Db(error.into())
    }
}

impl Coded for Error {
    fn kind(&self) -> ErrorKind {
        match self {
            Self::Expired | Self::Refused(_) | Self::SignedOut => ErrorKind::Invalid,
            Self::BadToken(_) | Self::UnknownKey => ErrorKind::Unauthenticated,
            Self::Removed => ErrorKind::Forbidden,
            Self::Issuer(_) | Self::Misconfigured(_) => ErrorKind::Unavailable,
            Self::Db(error) => error.kind(),
            Self::Settings(_) => ErrorKind::Bug,
        }
    }

    fn code(&self) -> &'static str {
        match self {
            Self::Expired => "sign-in-expired",
            Self::Refused(_) => "sign-in-refused",
            Self::BadToken(_) | Self::UnknownKey => "bad-token",
            Self::Removed => "account-removed",
            Self::SignedOut => "signed-out",
            Self::Issuer(_) => "issuer-unavailable",
            Self::Misconfigured(_) => "sign-in-misconfigured",
            Self::Db(error) => error.code(),
            Self::Settings(_) => "internal",
        }
    }

    fn advice(&self) -> Option<String> {
        let text = match self {
            Self::Expired | Self::Refused(_) | Self::SignedOut => "Sign in again.",
            Self::BadToken(_) | Self::UnknownKey => "Get a new token.",
            Self::Removed => "Ask an admin of your workspace to invite you again.",
            Self::Misconfigured(_) => {
                "Trying again doesn't help. Contact your provider with the request ID below."
            }
            Self::Issuer(_) => "Nothing was changed. Try again in a moment.",
            Self::Db(error) => return error.advice(),
            Self::Settings(_) => return None,
        };
        Some(text.to_owned())
    }
}
