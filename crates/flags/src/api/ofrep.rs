//! The OpenFeature Remote Evaluation Protocol 0.3: other software asks for flags by a token of the API. What is answered,
//! and how, is the protocol's [L3]; the targeting key is the id or the slug of a tenant that the token may see.

use std::sync::Arc;

use access::{EvaluateFlags, Granted};
use axum::extract::{Path, State};
use axum::http::{HeaderMap, Method, StatusCode, header};
use axum::response::{IntoResponse as _, Response};
use kernel::input::Field;
use kernel::input::Shape::{Object, Text};
use kernel::{Coded as _, ErrorKind, Timestamp};
use serde::ser::SerializeSeq as _;
use serde::{Deserialize, Serialize, Serializer};
use serde_json::Value;
use utoipa::ToSchema;
use web::openapi::Operation;
use web::{Failure, JsonBody, Mount, Right, Routes};

use crate::error::Error;
use crate::evaluate::{Compiled, Decision, Reason, Subject, digest, evaluate};
use crate::model::Key;
use crate::service::Flags;
use crate::snapshot::Snapshot;

const CONTEXT: &[Field] =
    &[Field::required("targetingKey", Text(63), "The ID or slug of a tenant that you can see.")];
/// What is sent; any other property of the context is let pass.
const ASKED: &[Field] = &[Field::required("context", Object(CONTEXT), "The evaluation context.")];

pub fn routes(flags: &Flags) -> Routes {
    let op = |summary| Operation::new("OFREP", summary).body(ASKED);
    Routes::new(Mount::ApiOnly)
        .on(&Method::POST, "/ofrep/v1/evaluate/flags", all)
        .doc(op("Evaluate all flags (OpenFeature)").answer::<EvaluatedFlags>(200))
        .on(&Method::POST, "/ofrep/v1/evaluate/flags/{key}", one)
        .doc(op("Evaluate a flag (OpenFeature)").answer::<EvaluatedFlag>(200))
        .with_state(flags.clone())
}

/// The path of one flag.
#[derive(Deserialize)]
pub struct At {
    key: String,
}

/// One flag's value.
#[derive(Serialize, ToSchema)]
struct EvaluatedFlag {
    #[schema(value_type = String)]
    key: Key,
    value: bool,
    /// `STATIC`, `TARGETING_MATCH`, `SPLIT` or `DISABLED`.
    reason: &'static str,
    /// `on` or `off`.
    variant: &'static str,
}

/// All flags' values.
#[derive(Serialize, ToSchema)]
struct EvaluatedFlags {
    #[schema(value_type = Vec<Object>)]
    flags: Decided,
}

/// All flags, decided while they are written.
struct Decided {
    snapshot: Arc<Snapshot>,
    subject: Subject,
    now: Timestamp,
}

impl Serialize for Decided {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let all = self.snapshot.all();
        let mut list = serializer.serialize_seq(Some(all.len()))?;
        for flag in all {
            list.serialize_element(&told(flag, evaluate(flag, &self.subject, self.now)))?;
        }
        list.end()
    }
}

fn told(flag: &Compiled, decision: Decision) -> EvaluatedFlag {
    let reason = match decision.reason {
        Reason::Killed | Reason::NotStarted | Reason::Ended | Reason::Off => "DISABLED",
        Reason::On => "STATIC",
        Reason::Target => "TARGETING_MATCH",
        Reason::Share => "SPLIT",
    };
    let variant = if decision.enabled { "on" } else { "off" };
    EvaluatedFlag { key: flag.key.clone(), value: decision.enabled, reason, variant }
}

/// Why nothing was evaluated.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Fault {
    /// The body is no JSON.
    Parse,
    /// There is no context, or its key names no tenant of the caller's.
    Context(&'static str),
    /// The context doesn't say for whom.
    NoKey,
    /// There is no such flag.
    NoFlag,
}

/// A fault as it is on the wire.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Told<'a> {
    #[serde(skip_serializing_if = "Option::is_none")]
    key: Option<&'a str>,
    error_code: &'static str,
    error_details: &'static str,
}

impl Fault {
    /// The answer; about one flag it says which.
    fn answer(self, key: Option<&str>) -> Response {
        let (status, error_code, error_details) = match self {
            Self::Parse => (StatusCode::BAD_REQUEST, "PARSE_ERROR", "the body is no JSON object"),
            Self::Context(why) => (StatusCode::BAD_REQUEST, "INVALID_CONTEXT", why),
            Self::NoKey => {
                (StatusCode::BAD_REQUEST, "TARGETING_KEY_MISSING", "the context has no targetingKey")
            }
            Self::NoFlag => (StatusCode::NOT_FOUND, "FLAG_NOT_FOUND", "no flag has this key"),
        };
        // It is the caller's own text, which may be a long one.
        let key = key.map(|key| key.split_at_checked(200).map_or(key, |(begin, _)| begin));
        (status, axum::Json(Told { key, error_code, error_details })).into_response()
    }
}

/// The targeting key of what was sent.
fn targeting_key(body: Result<JsonBody, Failure>) -> Result<String, Fault> {
    let Ok(Value::Object(sent)) = body.map(JsonBody::into_value) else { return Err(Fault::Parse) };
    let context = match sent.get("context") {
        Some(Value::Object(context)) => context,
        Some(_) => return Err(Fault::Context("the context is no object")),
        None => return Err(Fault::Context("there is no context")),
    };
    match context.get("targetingKey") {
        Some(Value::String(key)) if !key.is_empty() => Ok(key.clone()),
        None | Some(Value::Null | Value::String(_)) => Err(Fault::NoKey),
        Some(_) => Err(Fault::Context("the targetingKey is no text")),
    }
}

impl Flags {
    /// For which tenant is asked.
    async fn asked(
        &self,
        by: &Granted<EvaluateFlags>,
        body: Result<JsonBody, Failure>,
    ) -> Result<Result<Subject, Fault>, Failure> {
        let key = match targeting_key(body) {
            Ok(key) => key,
            Err(fault) => return Ok(Err(fault)),
        };
        match self.subject_of(by, &key).await {
            Ok(subject) => Ok(Ok(subject)),
            // Whether there is such a tenant is not said.
            Err(error) if matches!(error.kind(), ErrorKind::NotFound | ErrorKind::Forbidden) => {
                Ok(Err(Fault::Context("the targetingKey names no tenant that this token may see")))
            }
            Err(error) => Err(error.into()),
        }
    }
}

async fn one(
    Right(by): Right<EvaluateFlags>,
    State(flags): State<Flags>,
    Path(at): Path<At>,
    body: Result<JsonBody, Failure>,
) -> Result<Response, Failure> {
    let subject = match flags.asked(&by, body).await? {
        Ok(subject) => subject,
        Err(fault) => return Ok(fault.answer(Some(&at.key))),
    };
    let (snapshot, now) = (flags.snapshot().await?, flags.now());
    Ok(match snapshot.find(&at.key) {
        Some(flag) => axum::Json(told(flag, evaluate(flag, &subject, now))).into_response(),
        None => Fault::NoFlag.answer(Some(&at.key)),
    })
}

async fn all(
    Right(by): Right<EvaluateFlags>,
    State(flags): State<Flags>,
    headers: HeaderMap,
    body: Result<JsonBody, Failure>,
) -> Result<Response, Failure> {
    let subject = match flags.asked(&by, body).await? {
        Ok(subject) => subject,
        Err(fault) => return Ok(fault.answer(None)),
    };
    let (snapshot, now) = (flags.snapshot().await?, flags.now());
    let answer = EvaluatedFlags { flags: Decided { snapshot, subject, now } };
    let answer =
        serde_json::to_vec(&answer).map_err(|error| Error::Db(db::Error::damaged("flags", error)))?;
    let tag = format!("\"{:016x}{:016x}\"", subject.point(), digest(&answer));
    let tag = [(header::ETAG, tag)];
    if is_known(&headers, &tag[0].1) {
        return Ok((StatusCode::NOT_MODIFIED, tag).into_response());
    }
    Ok((tag, [(header::CONTENT_TYPE, "application/json")], answer).into_response())
}

/// Whether the caller has this very answer (RFC 9110, 13.1.2).
fn is_known(headers: &HeaderMap, tag: &str) -> bool {
    let lines = headers.get_all(header::IF_NONE_MATCH).iter().filter_map(|line| line.to_str().ok());
    let mut tags = lines.flat_map(|line| line.split(',')).map(str::trim);
    tags.any(|known| known == "*" || known.strip_prefix("W/").unwrap_or(known) == tag)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn headers(lines: &[&str]) -> HeaderMap {
        let mut headers = HeaderMap::new();
        for line in lines {
            headers.append(header::IF_NONE_MATCH, line.parse().unwrap());
        }
        headers
    }

    #[test]
    fn an_answer_is_known_by_any_of_its_tags() {
        for good in ["\"ab\"", "W/\"ab\"", "\"x\", \"ab\"", "*"] {
            assert!(is_known(&headers(&[good]), "\"ab\""), "{good}");
        }
        for bad in ["\"x\"", "ab", ""] {
            assert!(!is_known(&headers(&[bad]), "\"ab\""), "{bad}");
        }
        assert!(!is_known(&HeaderMap::new(), "\"ab\""));
        assert!(is_known(&headers(&["\"x\"", "\"ab\""]), "\"ab\""));
    }
}
