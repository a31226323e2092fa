//! The claims of an access token.

use std::time::Duration;

use access::people::Identity;
use kernel::Timestamp;
use serde::de::Error as _;
use serde::{Deserialize, Deserializer};

/// What an access token says. What a token may leave out it may also write as `null`.
#[derive(Debug, Clone, Deserialize)]
pub(crate) struct Claims {
    pub iss: String,
    pub aud: Audience,
    pub sub: String,
    #[serde(deserialize_with = "moment")]
    exp: Timestamp,
    #[serde(deserialize_with = "moment")]
    iat: Timestamp,
    /// When it begins to be good.
    #[serde(default, deserialize_with = "perhaps_moment")]
    nbf: Option<Timestamp>,
    /// When the person typed their password; a refresh keeps it.
    #[serde(default, deserialize_with = "perhaps_moment")]
    auth_time: Option<Timestamp>,
    /// Only access tokens have these two; an id token has neither. The first is the client that it was issued to.
    pub azp: Option<String>,
    pub scope: Option<String>,
    email: Option<String>,
    /// True only where it says so: whoever may change their address there may claim any.
    #[serde(default, deserialize_with = "only_true")]
    email_verified: bool,
    name: Option<String>,
    preferred_username: Option<String>,
    groups: Option<Vec<String>>,
    /// The browser's session at the identity provider; a refresh after its end has none.
    #[serde(default, deserialize_with = "only_text")]
    sid: Option<String>,
}

/// Whom a token is for: one name, or several (RFC 7519, 4.1.3).
#[derive(Debug, Clone, Deserialize)]
#[serde(untagged)]
pub(crate) enum Audience {
    One(String),
    Several(Vec<String>),
}

impl Audience {
    /// One match is enough.
    pub fn names(&self, name: &str) -> bool {
        match self {
            Self::One(one) => one == name,
            Self::Several(several) => several.iter().any(|one| one == name),
        }
    }
}

/// The first second of the year 10000; no token tells of a later one.
const LATEST: f64 = 253_402_300_800.0;

/// Seconds since the epoch, with or without a fraction (RFC 7519, 2).
fn moment<'de, D: Deserializer<'de>>(from: D) -> Result<Timestamp, D::Error> {
    let seconds = f64::deserialize(from)?;
    if !(0.0..LATEST).contains(&seconds) {
        return Err(D::Error::custom("a time out of range"));
    }
    let fraction = Duration::from_secs_f64(seconds);
    Ok(Timestamp::from_seconds(0).after(fraction))
}

fn perhaps_moment<'de, D: Deserializer<'de>>(from: D) -> Result<Option<Timestamp>, D::Error> {
    #[derive(Deserialize)]
    struct Moment(#[serde(deserialize_with = "moment")] Timestamp);
    Ok(Option::<Moment>::deserialize(from)?.map(|moment| moment.0))
}

impl Claims {
    pub fn expires_at(&self) -> Timestamp {
        self.exp
    }

    pub fn issued_at(&self) -> Timestamp {
        self.iat
    }

    /// From when on it is good.
    pub fn good_from(&self) -> Timestamp {
        self.nbf.map_or(self.iat, |nbf| nbf.max(self.iat))
    }

    /// When the person last proved who they are. What does not say so counts as long ago.
    pub fn authenticated_at(&self) -> Timestamp {
        self.auth_time.unwrap_or_else(|| Timestamp::from_seconds(0))
    }

    /// What the identity provider calls the browser's session there.
    pub fn sid(&self) -> Option<&str> {
        self.sid.as_deref().filter(|sid| !sid.is_empty())
    }

    /// Who it is. Authentik can list a group twice (authentik, section 8), so groups become a set.
    pub fn identity(&self) -> Identity {
        let mut groups = self.groups.clone().unwrap_or_default();
        groups.sort();
        groups.dedup();
        let email = self.email.clone().unwrap_or_default();
        let email_verified = self.email_verified && !email.trim().is_empty();
        // An address that is only claimed names nobody.
        let names_somebody = |name: &str| {
            let name = name.trim();
            !name.is_empty() && (!name.contains('@') || (email_verified && name.eq_ignore_ascii_case(&email)))
        };
        let name =
            [&self.name, &self.preferred_username].into_iter().flatten().find(|name| names_somebody(name));
        let short = self.sub.chars().filter(char::is_ascii_alphanumeric).take(8).collect::<String>();
        let name =
            name.map_or_else(|| format!("Account {short}"), |name| name.trim().chars().take(200).collect());
        Identity {
            sub: self.sub.clone(),
            username: self.preferred_username.clone().unwrap_or_default(),
            email,
            email_verified,
            name,
            groups,
        }
    }
}

/// Nobody is refused for something that is only there to tell sessions apart.
fn only_text<'de, D: serde::Deserializer<'de>>(deserializer: D) -> Result<Option<String>, D::Error> {
    Ok(serde_json::Value::deserialize(deserializer)?.as_str().map(str::to_owned))
}

fn only_true<'de, D: serde::Deserializer<'de>>(deserializer: D) -> Result<bool, D::Error> {
    Ok(serde_json::Value::deserialize(deserializer)? == true)
}
