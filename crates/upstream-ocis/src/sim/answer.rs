//! The error object of the API (section 9).

use axum::Json;
use axum::http::StatusCode;
use axum::response::{IntoResponse as _, Response};
use kernel::{Timestamp, id};
use serde_json::json;

/// An error that a handler ends with.
pub struct Problem {
    status: StatusCode,
    code: &'static str,
    message: String,
}

impl Problem {
    pub fn new(status: StatusCode, code: &'static str, message: impl Into<String>) -> Self {
        Self { status, code, message: message.into() }
    }

    pub fn invalid(message: impl Into<String>) -> Self {
        Self::new(StatusCode::BAD_REQUEST, "invalidRequest", message)
    }

    pub fn not_found(message: &str) -> Self {
        Self::new(StatusCode::NOT_FOUND, "itemNotFound", message)
    }

    pub fn forbidden(code: &'static str, message: &str) -> Self {
        Self::new(StatusCode::FORBIDDEN, code, message)
    }

    /// The answer, dated.
    pub fn response(self, now: Timestamp) -> Response {
        let text = now.to_string();
        let date = format!("{}Z", text.get(..19).unwrap_or(&text));
        let number = u32::from_be_bytes(id::random());
        let inner = json!({"date": date, "request-id": format!("files/simulated-{number:08x}")});
        let error = json!({"code": self.code, "innererror": inner, "message": self.message});
        (self.status, Json(json!({"error": error}))).into_response()
    }
}
