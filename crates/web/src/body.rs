//! Bodies, read into [`Input`]s.

use axum::body::Bytes;
use axum::extract::{FromRequest, Request};
use axum::http::{HeaderMap, header};
use kernel::input::{Field, Input};
use kernel::{FieldError, Kind};
use serde_json::Value;

use crate::failure::Failure;
use crate::multipart;

async fn bytes<S: Send + Sync>(request: Request, state: &S) -> Result<Bytes, Failure> {
    Bytes::from_request(request, state).await.map_err(|rejection| {
        if rejection.status() == axum::http::StatusCode::PAYLOAD_TOO_LARGE {
            too_large()
        } else {
            Failure::new(Kind::Invalid, "unreadable-body", "The body could not be read to its end.")
        }
    })
}

/// A body is larger than any may be.
pub fn too_large() -> Failure {
    Failure::new(Kind::TooLarge, "body-too-large", "The body is larger than 1 MiB.")
        .advise("Send less at a time.")
}

/// A JSON body.
#[derive(Debug)]
pub struct JsonBody(Value);

impl JsonBody {
    /// Checks it against fields.
    pub fn input(self, fields: &[Field]) -> Input {
        Input::of_json(self.0, fields)
    }
}

impl<S: Send + Sync> FromRequest<S> for JsonBody {
    type Rejection = Failure;

    async fn from_request(request: Request, state: &S) -> Result<Self, Failure> {
        let kind = request.headers().get(header::CONTENT_TYPE).and_then(|value| value.to_str().ok());
        let is_json = kind.is_some_and(|kind| kind.to_ascii_lowercase().starts_with("application/json"));
        let bytes = bytes(request, state).await?;
        if bytes.is_empty() {
            return Ok(Self(Value::Object(serde_json::Map::new())));
        }
        if !is_json {
            let detail = "The body must be JSON, with `Content-Type: application/json`.";
            return Err(Failure::new(Kind::Invalid, "not-json", detail));
        }
        serde_json::from_slice(&bytes).map(Self).map_err(|error| {
            let place = format!("The body is no JSON (line {}, column {}).", error.line(), error.column());
            Failure::invalid(vec![FieldError::new("", "not_json", place)])
        })
    }
}

/// Fields that belong to the page and not to the form.
pub(crate) const PAGE_FIELDS: [&str; 2] = ["csrf", crate::kept::SECRET_MARK];

/// A form's body. Fields of the page itself are left out.
#[derive(Debug, Clone)]
pub struct FormBody(Vec<(String, String)>);

impl FormBody {
    pub(crate) fn of(pairs: Vec<(String, String)>) -> Self {
        Self(pairs.into_iter().filter(|(name, _)| !PAGE_FIELDS.contains(&name.as_str())).collect())
    }

    /// Checks it against fields.
    pub fn input(&self, fields: &[Field]) -> Input {
        Input::of_form(self.0.clone(), fields)
    }

    /// The form without a field that belongs to the page.
    pub fn without(&self, name: &str) -> Self {
        Self(self.0.iter().filter(|(known, _)| known != name).cloned().collect())
    }

    /// What was typed in a field, to show it again.
    pub fn typed<'a>(&'a self, name: &'a str) -> Option<&'a str> {
        self.every(name).next()
    }

    /// All that was sent under a name, as ticked rows of a list are.
    pub fn every<'a>(&'a self, name: &'a str) -> impl Iterator<Item = &'a str> {
        self.0.iter().filter(move |(known, _)| known == name).map(|(_, value)| value.as_str())
    }
}

impl<S: Send + Sync> FromRequest<S> for FormBody {
    type Rejection = Failure;

    async fn from_request(request: Request, state: &S) -> Result<Self, Failure> {
        let headers = request.headers().clone();
        let bytes = bytes(request, state).await?;
        Ok(Self::of(pairs_of(&headers, &bytes)))
    }
}

/// The fields of a form with or without files, as they were sent.
pub(crate) fn pairs_of(headers: &HeaderMap, bytes: &[u8]) -> Vec<(String, String)> {
    match multipart::boundary(headers) {
        Some(boundary) => multipart::pairs(&boundary, bytes),
        None => form_pairs(bytes),
    }
}

/// The fields of a form, as they were sent.
pub fn form_pairs(bytes: &[u8]) -> Vec<(String, String)> {
    url::form_urlencoded::parse(bytes).into_owned().collect()
}
