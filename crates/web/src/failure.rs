//! A failure on its way out. Handlers give it; [`crate::present`] turns it into a page or a problem, in one place.

use access::Surface;
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use kernel::input::MORE;
use kernel::{Coded, ErrorKind, FieldError, Timestamp};

/// What went wrong, for the caller.
#[derive(Debug, Clone)]
pub struct Failure {
    /// What it means.
    pub kind: ErrorKind,
    /// A stable word; it ends the problem's `type`.
    pub code: String,
    /// What happened, a sentence.
    pub detail: String,
    /// What to do.
    pub advice: Option<String>,
    /// The fields at fault.
    pub fields: Vec<FieldError>,
    /// When the same is worth trying again, where that is known.
    pub again_at: Option<Timestamp>,
}

impl Failure {
    /// A failure of this kind.
    pub fn new(kind: ErrorKind, code: impl Into<String>, detail: impl Into<String>) -> Self {
        Self {
            kind,
            code: code.into(),
            detail: detail.into(),
            advice: None,
            fields: Vec::new(),
            again_at: None,
        }
    }

    /// With advice.
    pub fn advise(mut self, advice: impl Into<String>) -> Self {
        self.advice = Some(advice.into());
        self
    }

    /// Input that breaks rules.
    pub fn invalid(fields: Vec<FieldError>) -> Self {
        let detail = match fields.as_slice() {
            [one] if one.field.is_empty() => one.message.clone(),
            [one] => format!("{}: {}", one.field, one.message),
            [told @ .., last] if last.code == MORE => {
                format!("{} fields need correcting. {}", told.len(), last.message)
            }
            many => format!("{} fields need correcting.", many.len()),
        };
        Self { fields, ..Self::new(ErrorKind::Invalid, "invalid-input", detail) }
    }

    /// There is no such page or object.
    pub fn not_found() -> Self {
        Self::new(ErrorKind::NotFound, "not-found", "This doesn't exist, or you don't have access to it.")
            .advise("Check the address.")
    }

    /// Nobody is signed in on this surface.
    pub fn sign_in(surface: Option<Surface>) -> Self {
        let advice = match surface {
            Some(_) => "Sign in and try again.",
            None => "Send a valid access token as `Authorization: Bearer`.",
        };
        Self::new(ErrorKind::Unauthenticated, "sign-in-needed", "You aren't signed in.").advise(advice)
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
            return Self::new(kind, "internal", "Something went wrong on our side.")
                .advise("Try again. If it keeps happening, send us the request ID.");
        }
        if kind == ErrorKind::Unavailable {
            tracing::warn!(%error, "something that is needed is down");
        }
        Self {
            kind,
            code: error.code().to_owned(),
            detail: error.to_string(),
            advice: error.advice(),
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
