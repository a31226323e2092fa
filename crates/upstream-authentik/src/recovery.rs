//! Links with which a person sets a password (section 10): after an invitation, or when it was forgotten.

use std::fmt;
use std::time::Duration;

use outbound::{Call, CallError, Cause, Method};
use secrecy::{ExposeSecret as _, SecretString};
use serde::Deserialize;
use serde_json::{Value, json};
use url::Url;

use crate::Authentik;
use crate::client::{accept, body_of, is_missing};
use crate::users::path;

/// What came of asking for a link.
#[derive(Debug)]
pub enum Recovery {
    /// Here it is.
    Link(RecoveryLink),
    /// The brand of the host that was called has no recovery flow: somebody must set `flow_recovery` there.
    NoFlow,
    /// The recovery flow asks for a token itself (`require_token`), with which the server makes no link: its
    /// `authentication` must be `none`.
    NotApplicable,
}

/// A link that lets whoever opens it first set a password. It is spent when it is opened, by a mail scanner too.
pub struct RecoveryLink {
    /// The whole address: a secret.
    pub url: SecretString,
    /// Scheme and host of it: those under which this client calls the server. People must reach it there.
    pub origin: String,
}

impl fmt::Debug for RecoveryLink {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "a link at {}", self.origin)
    }
}

impl RecoveryLink {
    /// The same link at another address of the server, such as `https://id.example.com`; none when that is no
    /// address.
    pub fn at(&self, origin: &str) -> Option<Self> {
        let (link, base) = (Url::parse(self.url.expose_secret()).ok()?, Url::parse(origin).ok()?);
        let rest =
            link.query().map_or_else(|| link.path().to_owned(), |query| format!("{}?{query}", link.path()));
        let url = base.join(&rest).ok()?;
        let origin = url.origin().ascii_serialization();
        Some(Self { url: String::from(url).into(), origin })
    }
}

#[derive(Deserialize)]
struct Made {
    link: String,
}

impl Authentik {
    /// A link that is good for `valid`. Until it is opened there is one for each user: asking again, after an error
    /// too, gives the same one with a new end. Refused when the user is gone.
    pub async fn recovery_link(&self, user: i64, valid: Duration) -> Result<Recovery, CallError> {
        // A malformed duration would break the server (section 1).
        let body = json!({"token_duration": format!("seconds={}", valid.as_secs())});
        let call = Call::new(Method::Post, format!("{}recovery/", path(user))).json(&body);
        let answer = self.send(call).await?;
        if is_missing(&answer) {
            return Err(self.no_such_user(user));
        }
        if answer.status == 400 {
            match body_of(&answer).as_ref().and_then(why) {
                Some(why) if why.starts_with("No recovery flow") => return Ok(Recovery::NoFlow),
                Some(why) if why.contains("not applicable") => return Ok(Recovery::NotApplicable),
                _ => {}
            }
        }
        let answer = accept(answer)?;
        let made: Made = answer.json()?;
        let parsed = Url::parse(&made.link).ok().filter(|url| matches!(url.scheme(), "http" | "https"));
        let Some(parsed) = parsed else {
            return Err(answer.error(Cause::Malformed("the recovery link is no address".to_owned())));
        };
        Ok(Recovery::Link(RecoveryLink {
            origin: parsed.origin().ascii_serialization(),
            url: made.link.into(),
        }))
    }
}

/// A bare text here, where other errors have a list (section 15).
fn why(body: &Value) -> Option<&str> {
    let given = &body["non_field_errors"];
    given.as_str().or_else(|| given.get(0)?.as_str())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_link_moves_to_another_address_of_the_server_and_is_not_shown() {
        let url = "http://10.0.0.7:9000/if/flow/recovery/?flow_token=hush";
        let link = RecoveryLink { url: url.into(), origin: "http://10.0.0.7:9000".to_owned() };
        let public = link.at("https://id.example.com/").unwrap();
        assert_eq!(public.url.expose_secret(), "https://id.example.com/if/flow/recovery/?flow_token=hush");
        assert_eq!(public.origin, "https://id.example.com");
        assert!(link.at("nonsense").is_none());
        assert!(!format!("{public:?}").contains("hush"));
    }
}
