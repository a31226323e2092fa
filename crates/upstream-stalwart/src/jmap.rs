//! The JMAP envelope: several method calls in one `POST /jmap`, and what their answers mean (sections 4
//! and 5). Knows no object type.

use std::collections::BTreeMap;

use outbound::{Answer, Call, CallError, Cause, Client, Method};
use secrecy::SecretString;
use serde::de::DeserializeOwned;
use serde::{Deserialize, Deserializer};
use serde_json::{Value, json};

use crate::model::{Created, Destroyed, LinkedObject, Updated};

const USING: [&str; 2] = ["urn:ietf:params:jmap:core", "urn:stalwart:jmap"];

/// What a request shows to be let in.
#[derive(Clone)]
pub enum Credential {
    /// An API key.
    Key(SecretString),
    /// The full address and the password of an account; a key is not accepted as one (section 3).
    Password { address: String, password: SecretString },
}

impl Credential {
    pub fn on(&self, call: Call) -> Call {
        match self {
            Self::Key(key) => call.bearer(key.clone()),
            Self::Password { address, password } => call.basic(address, password.clone()),
        }
    }
}

/// Whether a request may change something.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Purpose {
    Read,
    Change,
}

/// Sends method calls, each a name and its arguments; the id of a call is its index.
pub async fn send(
    client: &Client,
    credential: &Credential,
    purpose: Purpose,
    calls: &[(&str, Value)],
) -> Result<Responses, CallError> {
    let calls: Vec<Value> = calls
        .iter()
        .enumerate()
        .map(|(index, (name, arguments))| json!([name, arguments, index.to_string()]))
        .collect();
    let body = json!({"using": USING, "methodCalls": calls});
    let mut call = credential.on(Call::new(Method::Post, "/jmap")).json(&body);
    if purpose == Purpose::Read {
        call = call.only_reads();
    }
    let answer = accepted(client.send(call).await?)?;
    let envelope: Envelope = answer.json()?;
    Ok(Responses { responses: envelope.method_responses, answer })
}

/// A reference to what an earlier call of the same request answered at `path`.
pub fn result_of(index: usize, name: &str, path: &str) -> Value {
    json!({"resultOf": index.to_string(), "name": name, "path": path})
}

/// The answer when the server took the request. A 403 outside of a method means that the key's account may not
/// sign in or that this address is banned: nothing a caller's input could cause.
pub fn accepted(answer: Answer) -> Result<Answer, CallError> {
    if answer.status == 403 {
        let why = "the account may not sign in, or this address is blocked".to_owned();
        return Err(answer.error(Cause::Unauthorized(Some(why))));
    }
    answer.success(|answer| {
        let problem: Problem = serde_json::from_slice(&answer.body).ok()?;
        // The detail of notRequest repeats the whole request (section 5).
        match problem.r#type.as_str() {
            "urn:ietf:params:jmap:error:notRequest" => Some("it takes this for no JMAP request".to_owned()),
            _ if answer.status == 401 => None,
            _ => problem.detail,
        }
    })
}

#[derive(Deserialize)]
struct Problem {
    #[serde(default)]
    r#type: String,
    detail: Option<String>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Envelope {
    method_responses: Vec<(String, Value, String)>,
}

/// What the calls of one request answered.
pub struct Responses {
    responses: Vec<(String, Value, String)>,
    answer: Answer,
}

impl Responses {
    /// What the call with this index answered; a method error becomes an error.
    pub fn of<T: DeserializeOwned>(&self, index: usize) -> Result<T, CallError> {
        let id = index.to_string();
        let Some((name, body, _)) = self.responses.iter().find(|(_, _, of)| *of == id) else {
            return Err(self.malformed(format!("it lacks the answer to call {index}")));
        };
        if name == "error" {
            return Err(self.method_error(body));
        }
        T::deserialize(body).map_err(|error| self.malformed(error.to_string()))
    }

    /// An error that says that the answer makes no sense.
    pub fn malformed(&self, why: String) -> CallError {
        self.answer.error(Cause::Malformed(why))
    }

    /// Takes the one object that a set was to make, under the name `new`, out of its answer.
    pub fn made(&self, index: usize) -> Result<Result<New, SetError>, CallError> {
        let mut set: Set = self.of(index)?;
        match (set.created.remove("new"), set.not_created.remove("new")) {
            (Some(made), _) => Ok(Ok(made)),
            (None, Some(error)) => Ok(Err(error)),
            (None, None) => Err(self.malformed("it says nothing about the new object".to_owned())),
        }
    }

    /// The id and the secret of the one credential that a set was to make; none when its account has as many as it may.
    pub fn made_credential(&self, index: usize) -> Result<Option<(String, SecretString)>, CallError> {
        let made = match self.made(index)? {
            Ok(made) => made,
            Err(error) if error.r#type == "overQuota" => return Ok(None),
            Err(error) => return Err(self.refused(&error)),
        };
        let secret =
            made.secret.ok_or_else(|| self.malformed("a new credential lacks its secret".to_owned()))?;
        Ok(Some((made.id, secret)))
    }

    /// Whether the one object that a set was to make was made, or belongs to somebody.
    pub fn created(&self, index: usize) -> Result<Created, CallError> {
        match self.made(index)? {
            Ok(made) => Ok(Created::New(made.id)),
            Err(error) => match error.owner() {
                Some(LinkedObject { object, id }) => Ok(Created::Exists { object, id }),
                None => Err(self.refused(&error)),
            },
        }
    }

    /// How the update of one object ended: none when it was done.
    pub fn not_updated(&self, index: usize, id: &str) -> Result<Option<SetError>, CallError> {
        let mut set: Set = self.of(index)?;
        match set.not_updated.remove(id) {
            Some(error) => Ok(Some(error)),
            None if set.updated.contains_key(id) => Ok(None),
            // A malformed id is dropped without a word (section 4).
            None => Err(self.malformed(format!("it says nothing about the object {id}"))),
        }
    }

    /// Whether one object was updated, or wants what belongs to somebody.
    pub fn updated(&self, index: usize, id: &str) -> Result<Updated, CallError> {
        match self.not_updated(index, id)? {
            None => Ok(Updated::Done),
            Some(error) => error.owner().map(Updated::Taken).ok_or_else(|| self.refused(&error)),
        }
    }

    /// How the destruction of one object ended.
    pub fn destroyed(&self, index: usize, id: &str) -> Result<Destroyed, CallError> {
        let mut set: Set = self.of(index)?;
        if set.destroyed.iter().any(|gone| gone == id) {
            return Ok(Destroyed::Done);
        }
        match set.not_destroyed.remove(id) {
            Some(error) if error.r#type == "notFound" => Ok(Destroyed::Done),
            Some(error) if error.r#type == "objectIsLinked" => Ok(Destroyed::Linked(error.linked_objects)),
            Some(error) => Err(self.refused(&error)),
            None => Err(self.malformed(format!("it says nothing about the object {id}"))),
        }
    }

    /// An error that says that the server refused to change an object.
    pub fn refused(&self, error: &SetError) -> CallError {
        self.answer.error(Cause::Refused(error.status(), Some(error.sentence())))
    }

    fn method_error(&self, body: &Value) -> CallError {
        let kind = body["type"].as_str().unwrap_or("unknown");
        let description = body["description"].as_str().unwrap_or(kind).to_owned();
        self.answer.error(match kind {
            // The answer to a write conflict too; part of the call may be stored (section 5).
            "serverUnavailable" | "serverFail" => Cause::Broken(503),
            "forbidden" => Cause::Refused(403, Some(description)),
            "requestTooLarge" => Cause::Refused(413, Some(description)),
            _ => Cause::Refused(400, Some(format!("{kind}: {description}"))),
        })
    }
}

/// The ids that a query found.
#[derive(Deserialize)]
pub struct Found {
    pub ids: Vec<String>,
    pub total: Option<usize>,
}

/// The objects that a get read.
#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Got<T> {
    pub list: Vec<T>,
    #[serde(default = "Vec::new")]
    pub not_found: Vec<String>,
}

/// What a set did; parts without content are left out on the wire.
#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Set {
    #[serde(default)]
    pub created: BTreeMap<String, New>,
    #[serde(default)]
    pub updated: BTreeMap<String, Value>,
    #[serde(default)]
    pub destroyed: Vec<String>,
    #[serde(default)]
    pub not_created: BTreeMap<String, SetError>,
    #[serde(default)]
    pub not_updated: BTreeMap<String, SetError>,
    #[serde(default)]
    pub not_destroyed: BTreeMap<String, SetError>,
}

/// An object that was made.
#[derive(Deserialize)]
pub struct New {
    pub id: String,
    #[serde(default, deserialize_with = "secret")]
    pub secret: Option<SecretString>,
}

fn secret<'de, D: Deserializer<'de>>(from: D) -> Result<Option<SecretString>, D::Error> {
    Option::<String>::deserialize(from).map(|text| text.map(SecretString::from))
}

/// Why one object was not changed (section 5).
#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct SetError {
    pub r#type: String,
    description: Option<String>,
    #[serde(default)]
    properties: Vec<String>,
    pub object_id: Option<LinkedObject>,
    #[serde(default)]
    pub linked_objects: Vec<LinkedObject>,
    #[serde(default)]
    validation_errors: Vec<ValidationError>,
}

/// A rule that an object breaks: it lacks something, or is too large.
#[derive(Deserialize)]
struct ValidationError {
    r#type: String,
    #[serde(default)]
    property: String,
    value: Option<String>,
}

impl SetError {
    /// Who has what was wanted.
    fn owner(&self) -> Option<LinkedObject> {
        self.object_id.clone().filter(|_| self.r#type == "primaryKeyViolation")
    }

    fn status(&self) -> u16 {
        match self.r#type.as_str() {
            "forbidden" => 403,
            "notFound" => 404,
            "primaryKeyViolation" | "objectIsLinked" => 409,
            _ => 400,
        }
    }

    /// Whether the server finds fault with the value of this property.
    pub fn is_about(&self, property: &str) -> bool {
        self.r#type == "invalidProperties" && self.properties.iter().any(|named| named == property)
    }

    /// The server's own reason.
    pub fn reason(&self) -> &str {
        self.description.as_deref().unwrap_or(&self.r#type)
    }

    fn sentence(&self) -> String {
        let what = self.reason();
        if !self.validation_errors.is_empty() {
            let rules = self.validation_errors.iter().map(|error| {
                let value = error.value.as_deref().unwrap_or(&error.r#type);
                format!("{}: {value}", error.property)
            });
            return format!("{what}: {}", rules.collect::<Vec<_>>().join(", "));
        }
        if self.properties.iter().all(String::is_empty) {
            what.to_owned()
        } else {
            format!("{what} ({})", self.properties.join(", "))
        }
    }
}
