//! A failure on its way out. Handlers give it; [`crate::present`] turns it into a page or a problem, in one place.

use access::Surface;
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use i18n::Words;
use kernel::input::MORE;
use kernel::{Coded, ErrorKind, FieldError, Message, Timestamp};

use crate::refusal::Refusal;

/// The code of input that breaks rules, whoever refuses it.
const INVALID_INPUT: &str = "invalid-input";

/// What went wrong, for the caller.
#[derive(Debug, Clone)]
pub struct Failure {
    /// What it means.
    pub kind: ErrorKind,
    /// A stable word; it ends the problem's `type`.
    pub code: &'static str,
    /// What happened, and what to do.
    pub message: Message,
    /// The fields at fault.
    pub fields: Vec<FieldError>,
    /// When the same is worth trying again, where that is known.
    pub again_at: Option<Timestamp>,
}

impl Failure {
    /// Input that breaks rules.
    pub fn invalid(fields: Vec<FieldError>) -> Self {
        Refusal::Invalid(fields).into()
    }

    /// There is no such page or object.
    pub fn not_found() -> Self {
        Refusal::NotFound.into()
    }

    /// Nobody is signed in on this surface.
    pub fn sign_in(surface: Option<Surface>) -> Self {
        if surface.is_some() { Refusal::NoSession } else { Refusal::NoToken }.into()
    }

    /// What happened. Of input that breaks rules, in which fields.
    pub fn detail(&self, w: &Words) -> String {
        if self.code != INVALID_INPUT {
            return w.say(&self.message);
        }
        let count = |wrong: &[FieldError]| w.tx("error-fields", &[("count", wrong.len().into())]);
        match self.fields.as_slice() {
            [] => w.say(&self.message),
            [one] if one.field.is_empty() => w.say(&one.message),
            [one] => format!("{}: {}", one.field, w.say(&one.message)),
            [told @ .., last] if last.code == MORE => format!("{} {}", count(told), w.say(&last.message)),
            many => count(many),
        }
    }

    /// What to do about it.
    pub fn advice(&self, w: &Words) -> Option<String> {
        w.advice(&self.message)
    }

    /// The HTTP status.
    pub fn status(&self) -> StatusCode {
        status_of(self.kind)
    }
}

/// The HTTP status of a kind of failure, for pages that show what was refused beside what was typed.
pub fn status_of(kind: ErrorKind) -> StatusCode {
    match kind {
        ErrorKind::Unauthenticated => StatusCode::UNAUTHORIZED,
        ErrorKind::NotFound => StatusCode::NOT_FOUND,
        ErrorKind::Invalid => StatusCode::UNPROCESSABLE_ENTITY,
        ErrorKind::Conflict => StatusCode::CONFLICT,
        ErrorKind::Forbidden => StatusCode::FORBIDDEN,
        ErrorKind::TooMany => StatusCode::TOO_MANY_REQUESTS,
        ErrorKind::AddressTooLong => StatusCode::URI_TOO_LONG,
        ErrorKind::MediaType => StatusCode::UNSUPPORTED_MEDIA_TYPE,
        ErrorKind::TooSlow => StatusCode::REQUEST_TIMEOUT,
        ErrorKind::TooLarge => StatusCode::PAYLOAD_TOO_LARGE,
        ErrorKind::Stale => StatusCode::PRECONDITION_FAILED,
        ErrorKind::Unavailable => StatusCode::SERVICE_UNAVAILABLE,
        ErrorKind::Bug => StatusCode::INTERNAL_SERVER_ERROR,
    }
}

impl<E: Coded> From<E> for Failure {
    fn from(error: E) -> Self {
        let kind = error.kind();
        if kind == ErrorKind::Bug {
            // The caller learns that it is our mistake and the request's id; the log learns what it was.
            tracing::error!(%error, code = error.code(), "an internal error");
            let message = Message::new("error-internal");
            return Self { kind, code: "internal", message, fields: Vec::new(), again_at: None };
        }
        if kind == ErrorKind::Unavailable {
            tracing::warn!(%error, "something that is needed is down");
        }
        Self {
            kind,
            code: error.code(),
            message: error.message(),
            fields: error.fields(),
            again_at: error.again_at(),
        }
    }
}

impl IntoResponse for Failure {
    fn into_response(self) -> Response {
        let mut response = self.status().into_response();
        response.extensions_mut().insert(self);
        response
    }
}
