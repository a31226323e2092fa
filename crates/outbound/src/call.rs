//! A call and its answer.

use std::borrow::Cow;
use std::fmt;
use std::time::Duration;

use bytes::Bytes;
use secrecy::SecretString;
use serde::Serialize;
use serde::de::DeserializeOwned;

use crate::error::{CallError, Cause};

/// The HTTP methods that upstreams need.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[expect(missing_docs, reason = "named after RFC 9110")]
pub enum Method {
    Get,
    Post,
    Put,
    Patch,
    Delete,
}

impl Method {
    /// True when sending it may change something upstream.
    pub fn has_effect(self) -> bool {
        self != Self::Get
    }
}

pub(crate) enum Body {
    Empty,
    Json(Result<Vec<u8>, String>),
    Form(Vec<(String, String)>),
    Raw(&'static str, Vec<u8>),
}

/// One request to an upstream; `path` begins with a slash and is percent-encoded by the caller where needed.
pub struct Call {
    pub(crate) method: Method,
    pub(crate) path: String,
    pub(crate) query: Vec<(String, String)>,
    pub(crate) headers: Vec<(Cow<'static, str>, String)>,
    pub(crate) bearer: Option<SecretString>,
    pub(crate) basic: Option<(String, SecretString)>,
    pub(crate) body: Body,
    pub(crate) deadline: Option<Duration>,
    pub(crate) only_reads: bool,
}

impl Call {
    /// A call without body.
    pub fn new(method: Method, path: impl Into<String>) -> Self {
        Self {
            method,
            path: path.into(),
            query: Vec::new(),
            headers: Vec::new(),
            bearer: None,
            basic: None,
            body: Body::Empty,
            deadline: None,
            only_reads: false,
        }
    }

    /// `GET path`.
    pub fn get(path: impl Into<String>) -> Self {
        Self::new(Method::Get, path)
    }

    /// Adds a query parameter.
    pub fn query(mut self, name: &str, value: impl fmt::Display) -> Self {
        self.query.push((name.to_owned(), value.to_string()));
        self
    }

    /// Adds a header that holds no secret.
    pub fn header(mut self, name: impl Into<Cow<'static, str>>, value: impl Into<String>) -> Self {
        self.headers.push((name.into(), value.into()));
        self
    }

    /// Sends `Authorization: Bearer`.
    pub fn bearer(mut self, token: SecretString) -> Self {
        self.bearer = Some(token);
        self
    }

    /// Sends `Authorization: Basic`.
    pub fn basic(mut self, user: impl Into<String>, password: SecretString) -> Self {
        self.basic = Some((user.into(), password));
        self
    }

    /// A JSON body.
    pub fn json(mut self, body: &impl Serialize) -> Self {
        self.body = Body::Json(serde_json::to_vec(body).map_err(|error| error.to_string()));
        self
    }

    /// A form body.
    pub fn form(mut self, fields: &[(&str, &str)]) -> Self {
        self.body = Body::Form(fields.iter().map(|(k, v)| ((*k).to_owned(), (*v).to_owned())).collect());
        self
    }

    /// A body made by a protocol library, with its content type.
    pub fn raw(mut self, content_type: &'static str, bytes: Vec<u8>) -> Self {
        self.body = Body::Raw(content_type, bytes);
        self
    }

    /// A deadline other than the client's.
    pub fn deadline(mut self, deadline: Duration) -> Self {
        self.deadline = Some(deadline);
        self
    }

    /// Says that the call changes nothing although its method could (a JMAP query is a POST).
    pub fn only_reads(mut self) -> Self {
        self.only_reads = true;
        self
    }
}

impl fmt::Debug for Call {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:?} {}", self.method, self.path)
    }
}

/// An answer with any status.
#[derive(Clone)]
pub struct Answer {
    /// The status code.
    pub status: u16,
    /// The headers, names in lower case.
    pub headers: Vec<(String, String)>,
    /// The whole body.
    pub body: Bytes,
    pub(crate) upstream: &'static str,
    pub(crate) had_effect: bool,
}

impl Answer {
    /// True for 200 to 299.
    pub fn is_success(&self) -> bool {
        (200..300).contains(&self.status)
    }

    /// The first header of that lower-case name.
    pub fn header(&self, name: &str) -> Option<&str> {
        self.headers.iter().find(|(n, _)| n == name).map(|(_, value)| value.as_str())
    }

    /// Reads the body as JSON. A body that can't be read leaves the outcome of a change unknown.
    pub fn json<T: DeserializeOwned>(&self) -> Result<T, CallError> {
        serde_json::from_slice(&self.body)
            .map_err(|error| self.error(Cause::Malformed(format!("the answer can't be read: {error}"))))
    }

    /// An error about this answer; its effect follows from the status and the cause.
    pub fn error(&self, cause: Cause) -> CallError {
        CallError::of_answer(self, cause)
    }

    /// The answer when its status is 2xx, else the error that fits the status. `detail` takes a sentence from the
    /// body; it must not repeat what was sent.
    pub fn success(self, detail: impl FnOnce(&Self) -> Option<String>) -> Result<Self, CallError> {
        if self.is_success() {
            return Ok(self);
        }
        let detail = detail(&self);
        Err(CallError::of_status(&self, detail))
    }
}

impl fmt::Debug for Answer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} with {} bytes", self.status, self.body.len())
    }
}
