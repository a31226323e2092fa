//! Links that are sent by mail. Whoever has the secret may follow one, whatever their address; only a hash of it is kept.

use std::time::Duration;

use kernel::Timestamp;
use kernel::id::{hex, random_token};
use secrecy::{ExposeSecret, SecretString};
use sha2::{Digest, Sha256};

/// How long a link is good.
pub const LASTS: Duration = Duration::from_hours(7 * 24);

/// Where an invitation stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum State {
    /// Its link is good.
    Waiting,
    /// Somebody has accepted.
    Accepted,
    /// It was withdrawn.
    Revoked,
    /// Nobody accepted in time.
    Expired,
}

impl State {
    /// Where one stands by its times.
    pub(crate) fn of(
        accepted_at: Option<Timestamp>,
        revoked_at: Option<Timestamp>,
        expires_at: Timestamp,
        now: Timestamp,
    ) -> Self {
        match (accepted_at, revoked_at) {
            (Some(_), _) => Self::Accepted,
            (None, Some(_)) => Self::Revoked,
            (None, None) if expires_at <= now => Self::Expired,
            (None, None) => Self::Waiting,
        }
    }

    /// The word on the wire.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Waiting => "waiting",
            Self::Accepted => "accepted",
            Self::Revoked => "revoked",
            Self::Expired => "expired",
        }
    }
}

/// The secret of a new link.
pub(crate) fn fresh() -> SecretString {
    SecretString::from(random_token())
}

/// What is kept of a secret.
pub(crate) fn hash(secret: &SecretString) -> String {
    hex(&Sha256::digest(secret.expose_secret().as_bytes()))
}
