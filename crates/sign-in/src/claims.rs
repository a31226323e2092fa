//! The claims of an access token.

use access::people::Identity;
use kernel::Timestamp;
use serde::Deserialize;

/// What an access token says. `aud` is one string (Authentik contract, section 14).
#[derive(Debug, Clone, Deserialize)]
pub(crate) struct Claims {
    pub iss: String,
    pub aud: String,
    pub sub: String,
    pub exp: i64,
    pub iat: i64,
    /// When the person typed their password; a refresh keeps it.
    #[serde(default)]
    pub auth_time: Option<i64>,
    /// Only access tokens have these two; an id token has neither.
    pub azp: Option<String>,
    pub scope: Option<String>,
    #[serde(default)]
    email: String,
    /// True only where it says so: whoever may change their address there may claim any.
    #[serde(default, deserialize_with = "only_true")]
    email_verified: bool,
    #[serde(default)]
    name: String,
    #[serde(default)]
    preferred_username: String,
    #[serde(default)]
    groups: Vec<String>,
}

impl Claims {
    pub fn expires_at(&self) -> Timestamp {
        Timestamp::from_seconds(self.exp)
    }

    pub fn issued_at(&self) -> Timestamp {
        Timestamp::from_seconds(self.iat)
    }

    /// When the person last proved who they are. What does not say so counts as long ago.
    pub fn authenticated_at(&self) -> Timestamp {
        Timestamp::from_seconds(self.auth_time.unwrap_or_default())
    }

    /// Who it is. Authentik can list a group twice (contract, section 8), so groups become a set.
    pub fn identity(&self) -> Identity {
        let mut groups = self.groups.clone();
        groups.sort();
        groups.dedup();
        let email_verified = self.email_verified && !self.email.trim().is_empty();
        // An address that is only claimed names nobody.
        let names_somebody = |name: &str| {
            let name = name.trim();
            !name.is_empty()
                && (!name.contains('@') || (email_verified && name.eq_ignore_ascii_case(&self.email)))
        };
        let name = [&self.name, &self.preferred_username].into_iter().find(|name| names_somebody(name));
        let short = self.sub.chars().filter(char::is_ascii_alphanumeric).take(8).collect::<String>();
        let name =
            name.map_or_else(|| format!("Account {short}"), |name| name.trim().chars().take(200).collect());
        Identity {
            sub: self.sub.clone(),
            username: self.preferred_username.clone(),
            email: self.email.clone(),
            email_verified,
            name,
            groups,
        }
    }
}

fn only_true<'de, D: serde::Deserializer<'de>>(deserializer: D) -> Result<bool, D::Error> {
    Ok(serde_json::Value::deserialize(deserializer)? == true)
}
