//! The client: authorization, what an error answer means, and the self-test of the token.

use std::fmt;

use outbound::{Answer, Call, CallError, Cause, Client};
use secrecy::SecretString;
use serde::Deserialize;
use serde::de::DeserializeOwned;
use serde_json::Value;

const LONGEST_REASON: usize = 300;

/// A client of one authentik server. Clones share its connections.
#[derive(Clone)]
pub struct Authentik {
    client: Client,
    token: SecretString,
}

/// Whose token the client uses.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Identity {
    /// The name of the account that the token belongs to.
    pub username: String,
    /// True when the account may do everything; a narrower one is enough for Dezky (section 12).
    pub is_superuser: bool,
}

impl fmt::Debug for Authentik {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Authentik at {}", self.client.base())
    }
}

impl Authentik {
    /// A client that calls the server at the base of `client` with an API token (intent `api`, section 12).
    pub fn new(client: Client, token: SecretString) -> Self {
        Self { client, token }
    }

    /// Asks the server whose token this is (section 1). A token that it does not take is
    /// [`Cause::Unauthorized`], a missing permission [`Cause::Refused`].
    pub async fn probe(&self) -> Result<Identity, CallError> {
        #[derive(Deserialize)]
        struct Me {
            user: User,
        }
        #[derive(Deserialize)]
        struct User {
            username: String,
            #[serde(default)]
            is_superuser: bool,
        }
        let me: Me = self.read(Call::get("/api/v3/core/users/me/")).await?;
        Ok(Identity { username: me.user.username, is_superuser: me.user.is_superuser })
    }

    pub(crate) fn upstream(&self) -> &'static str {
        self.client.upstream()
    }

    /// Sends a call; any status is an answer.
    pub(crate) async fn send(&self, call: Call) -> Result<Answer, CallError> {
        self.client.send(call.bearer(self.token.clone())).await
    }

    /// Sends a call and reads the body of its success.
    pub(crate) async fn read<T: DeserializeOwned>(&self, call: Call) -> Result<T, CallError> {
        accept(self.send(call).await?)?.json()
    }
}

/// The answer when it is a success, else what its status and body mean (section 1).
pub(crate) fn accept(answer: Answer) -> Result<Answer, CallError> {
    if answer.is_success() {
        return Ok(answer);
    }
    let body = body_of(&answer);
    let reason = body.as_ref().and_then(reason);
    match (answer.status, body) {
        // The error page only supports GET: an unhandled error of a change looks like a wrong method.
        (405, body) if detail(body.as_ref()).is_none() => Err(answer.error(Cause::Broken(405))),
        (403, body) if detail(body.as_ref()).is_some_and(is_about_token) => {
            Err(answer.error(Cause::Unauthorized(reason)))
        }
        (400 | 404, None) => Err(answer.error(no_reason(answer.status))),
        _ => answer.success(|_| reason),
    }
}

/// True when the object isn't there. A 404 without a reason in JSON comes from something else on the way.
pub(crate) fn is_missing(answer: &Answer) -> bool {
    answer.status == 404 && detail(body_of(answer).as_ref()).is_some()
}

pub(crate) fn body_of(answer: &Answer) -> Option<Value> {
    serde_json::from_slice(&answer.body).ok()
}

fn no_reason(status: u16) -> Cause {
    Cause::Malformed(format!("a {status} without a reason"))
}

fn detail(body: Option<&Value>) -> Option<&str> {
    body?.get("detail")?.as_str()
}

/// No token and a wrong token answer 403 too; only the text tells them from a missing permission (section 1).
fn is_about_token(detail: &str) -> bool {
    detail.starts_with("Token invalid") || detail.starts_with("Authentication credentials were not provided")
}

/// The texts of an error body in one sentence. Bodies are of any shape: objects of lists, bare strings, bare
/// lists (section 1).
fn reason(body: &Value) -> Option<String> {
    fn gather(value: &Value, texts: &mut Vec<String>) {
        match value {
            Value::String(text) => texts.push(text.clone()),
            Value::Array(entries) => entries.iter().for_each(|entry| gather(entry, texts)),
            Value::Object(fields) => {
                for (name, field) in fields {
                    let mut inner = Vec::new();
                    gather(field, &mut inner);
                    let general = matches!(name.as_str(), "detail" | "non_field_errors");
                    let label = if general { String::new() } else { format!("{name}: ") };
                    texts.extend(inner.into_iter().map(|text| format!("{label}{text}")));
                }
            }
            _ => {}
        }
    }
    let mut texts = Vec::new();
    gather(body, &mut texts);
    let reason: String = texts.join(" ").chars().take(LONGEST_REASON).collect();
    Some(reason).filter(|reason| !reason.is_empty())
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn a_reason_is_found_in_every_shape_of_body() {
        let cases = [
            (json!({"detail": "Not found."}), "Not found."),
            (json!({"name": ["Taken.", "Long."]}), "name: Taken. name: Long."),
            (json!({"non_field_errors": "No flow."}), "No flow."),
            (
                json!({"users": {"0": ["A valid integer is required."]}}),
                "users: 0: A valid integer is required.",
            ),
            (json!(["filter: failed to parse JSON"]), "filter: failed to parse JSON"),
        ];
        for (body, expected) in cases {
            assert_eq!(reason(&body).as_deref(), Some(expected));
        }
        assert_eq!(reason(&json!(null)), None);
    }
}
