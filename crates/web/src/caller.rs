//! Who sent a request, as the sign-in slice found out before any handler runs.

use std::convert::Infallible;

use access::people::Identity;
use access::sessions::Session;
use access::{Actor, Surface};
use axum::extract::FromRequestParts;
use axum::http::request::Parts;
use kernel::Timestamp;

/// The sender of a request.
#[derive(Debug, Clone)]
pub enum Caller {
    /// Nobody that we know.
    Unknown(Unknown),
    /// A person with a good token for whom there is no account yet.
    Stranger(Surface, Identity),
    /// A person with an account.
    Known(Box<Known>),
}

/// Why a sender is not known.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Unknown {
    /// Neither token nor session was sent.
    Nothing,
    /// The token is expired, forged or for another audience.
    BadToken,
    /// The token of this surface is older than the moment from which its person's are good.
    Outdated(Surface),
    /// The session ended.
    Ended,
    /// The account was removed.
    Removed,
    /// The keys to check a token with can't be had now.
    Undecided,
}

/// A person with an account, and how they came.
#[derive(Debug, Clone)]
pub struct Known {
    /// The person with their rights.
    pub actor: Actor,
    /// How they came.
    pub via: Via,
}

/// How a known person came.
#[derive(Debug, Clone)]
pub enum Via {
    /// With a browser session.
    Session(Box<Session>),
    /// With a bearer token.
    Bearer(Token),
}

/// What a token says of itself; never the token.
#[derive(Debug, Clone)]
pub struct Token {
    /// When it expires.
    pub expires_at: Timestamp,
    /// Its claims of identity.
    pub identity: Identity,
}

impl Caller {
    /// The known person, if it is one.
    pub fn known(&self) -> Option<&Known> {
        match self {
            Self::Known(known) => Some(known),
            _ => None,
        }
    }

    /// The browser session, if the person came with one.
    pub fn session(&self) -> Option<&Session> {
        match &self.known()?.via {
            Via::Session(session) => Some(session),
            Via::Bearer(_) => None,
        }
    }
}

/// The slug of the workspace that was chosen in the session which a request came with; none with a token [A12].
#[derive(Debug, Clone)]
pub struct Chosen(pub Option<String>);

impl<S: Sync> FromRequestParts<S> for Chosen {
    type Rejection = Infallible;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, Infallible> {
        let session = parts.extensions.get::<Caller>().and_then(Caller::session);
        Ok(Self(session.and_then(|session| session.active_tenant.clone())))
    }
}
