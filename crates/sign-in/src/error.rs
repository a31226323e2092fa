//! What can go wrong between a person and their session.

use kernel::{Coded, Message};
use outbound::CallError;

use crate::examine::{DOCTOR, Trouble};

/// A sign-in or token that was not taken.
#[derive(Debug, Coded)]
pub enum Error {
    /// The answer does not belong to a sign-in that this browser began, or it took more than ten minutes.
    #[coded(Invalid, "sign-in-expired")]
    Expired,
    /// The identity provider said no.
    #[coded(Invalid, "sign-in-refused", values(why = Message::quoted(_0)))]
    Refused(String),
    /// A token is not good.
    #[coded(Unauthenticated, "bad-token", values(why = _0))]
    BadToken(&'static str),
    /// A token names a key that the issuer's key set, as far as it may be fetched now, does not hold.
    #[coded(Unauthenticated, "bad-token", text = "token-key-unknown")]
    UnknownKey,
    /// The person was removed from the platform.
    #[coded(Forbidden, "account-removed")]
    Removed,
    /// The person was signed out everywhere after this sign-in began.
    #[coded(Invalid, "signed-out")]
    SignedOut,
    /// The identity provider can't be reached or gives no sense.
    #[coded(Unavailable, "issuer-unavailable", text = "issuer-down", values(why = _0.to_string()))]
    Issuer(#[from] CallError),
    /// The identity provider is not set up as it must be; what is wrong is told to operators alone.
    #[coded(Unavailable, "sign-in-misconfigured")]
    Misconfigured(Trouble),
    /// What was sent without a session is too large to be kept until there is one.
    #[coded(TooLarge, "form-too-large")]
    FormTooLarge,
    /// The database did not answer.
    #[coded(transparent)]
    Db(#[from] db::Error),
    /// Settings that don't fit together.
    #[coded(Bug, "internal", values(why = _0))]
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
        tracing::error!(%trouble, mend = DOCTOR, "sign-in is not set up right");
        Self::Misconfigured(trouble)
    }
}

impl From<db::seal::Error> for Error {
    fn from(error: db::seal::Error) -> Self {
        Self::Db(error.into())
    }
}
