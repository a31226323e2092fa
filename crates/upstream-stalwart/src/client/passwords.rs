//! The main password of a mailbox (section 7). It is one entry of a list: written by its position, because
//! writing the whole list would drop app passwords and keys.

use std::collections::BTreeMap;

use outbound::CallError;
use secrecy::{ExposeSecret as _, SecretString};
use serde::Deserialize;
use serde_json::json;

use super::fields::in_order;
use super::{Stalwart, only};
use crate::model::PasswordSet;

/// What a value begins with that Stalwart stores as a hash, without its rules for passwords: whoever has the hash
/// could choose it.
const HASHES: [&str; 11] =
    ["$1$", "$2", "$5$", "$6$", "$argon2", "$pbkdf2", "$scrypt$", "$sha1", "$y$", "$7$", "_"];
const SCHEMES: [&str; 9] = ["argon2", "pbkdf2", "ssha", "sha", "crypt", "md5", "smd5", "plain", "clear"];
/// Stalwart's mask; sent back it leaves the password as it is.
const MASK: &str = "****";

impl Stalwart {
    /// Gives a mailbox this main password. The one before and its tokens die at once, app passwords stay; open
    /// connections do too. Refused with 404 when there is no such account.
    pub async fn set_password(&self, id: &str, password: &SecretString) -> Result<PasswordSet, CallError> {
        if let Err(why) = check(password) {
            return Ok(PasswordSet::Refused(why.to_owned()));
        }
        let secret = password.expose_secret();
        let credentials = self.credentials(id).await?;
        let present = credentials.iter().find(|(_, credential)| credential.is_password());
        let patch = if let Some((at, _)) = present {
            json!({format!("credentials/{at}/secret"): secret})
        } else {
            let next = credentials.last().map_or(0, |(at, _)| at + 1);
            json!({format!("credentials/{next}"): {"@type": "Password", "secret": secret}})
        };
        let responses = self.change(&[("x:Account/set", json!({"update": {id: patch}}))]).await?;
        match responses.not_updated(0, id)? {
            None => Ok(PasswordSet::Done),
            Some(error) if error.is_about("secret") => Ok(PasswordSet::Refused(error.reason().to_owned())),
            Some(error) => Err(responses.refused(&error)),
        }
    }

    /// Takes the main password away: nobody signs in with one, mail arrives, app passwords stay. Taking it twice is
    /// as good as once. Refused with 404 when there is no such account.
    pub async fn remove_password(&self, id: &str) -> Result<(), CallError> {
        let credentials = self.credentials(id).await?;
        let Some((at, _)) = credentials.iter().find(|(_, credential)| credential.is_password()) else {
            return Ok(());
        };
        let patch = json!({format!("credentials/{at}"): null});
        let responses = self.change(&[("x:Account/set", json!({"update": {id: patch}}))]).await?;
        match responses.not_updated(0, id)? {
            None => Ok(()),
            Some(error) => Err(responses.refused(&error)),
        }
    }

    async fn credentials(&self, id: &str) -> Result<Vec<(usize, Credential)>, CallError> {
        let get = json!({"ids": [id], "properties": ["credentials"]});
        let wire: Option<Wire> = only(&self.read(&[("x:Account/get", get)]).await?, id)?;
        let wire = wire.ok_or_else(|| self.absent("account", id))?;
        wire.credentials.map(in_order).ok_or_else(|| self.refusal("a group has no password"))
    }
}

/// What Stalwart would take for something else than a password.
pub fn check(password: &SecretString) -> Result<(), &'static str> {
    let text = password.expose_secret();
    if text == MASK {
        return Err("four asterisks are how a password is hidden, not a password");
    }
    if is_hash(text) { Err("this is a hash of a password, not a password") } else { Ok(()) }
}

/// Passwords that only begin with such a sign are ordinary (section 7).
fn is_hash(text: &str) -> bool {
    let of_scheme =
        text.strip_prefix('{').and_then(|rest| rest.split_once('}')).is_some_and(|(scheme, _)| {
            let scheme = scheme.to_lowercase();
            SCHEMES.iter().any(|known| scheme.starts_with(known))
        });
    let in_parts = HASHES.iter().any(|known| text.starts_with(known))
        && (text.matches('$').count() >= 3 || text.starts_with('_') && text.len() == 20);
    of_scheme || in_parts
}

/// An entry of `credentials`, of which only the kind is read.
#[derive(Deserialize)]
pub struct Credential {
    #[serde(rename = "@type")]
    kind: String,
}

impl Credential {
    pub fn is_password(&self) -> bool {
        self.kind == "Password"
    }

    pub fn is_key(&self) -> bool {
        self.kind == "ApiKey"
    }
}

#[derive(Deserialize)]
struct Wire {
    credentials: Option<BTreeMap<String, Credential>>,
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn hashes_are_known_and_passwords_that_look_a_little_like_them_are_not() {
        for hash in [
            "$6$fakesalt$xxxxxxxxxxxxxxxx",
            "$2b$12$abcdefghijklmnopqrstuv",
            "$argon2id$v=19$m=19456,t=2,p=1$c2FsdA$aGFzaA",
            "{SSHA}c2FsdGVkaGFzaA==",
            "{SHA512}c2FsdGVkaGFzaA==",
        ] {
            assert!(is_hash(hash), "{hash}");
        }
        for password in
            ["$6$ in my pocket", "{curly} braces", "$money$money$money$", "_under_score", "$2 bill"]
        {
            assert!(!is_hash(password), "{password}");
        }
        assert!(check(&"****".into()).is_err());
    }

    proptest! {
        #[test]
        fn ordinary_passwords_are_taken(password in "[a-zA-Z0-9 .,-]{8,40}") {
            prop_assert!(check(&SecretString::from(password)).is_ok());
        }
    }
}
