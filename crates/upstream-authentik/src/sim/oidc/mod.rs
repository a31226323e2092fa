//! The OIDC provider below `/application/o` (section 14): one issuer per application, shared endpoints.

mod authorize;
mod client_auth;
mod discovery;
pub mod issue;
mod logout;
pub mod mapping;
mod token;
mod token_info;

use std::collections::BTreeMap;

use axum::http::{StatusCode, header};
use axum::response::{IntoResponse, Response};
use axum::routing::{get, post};
use axum::{Json, Router};
use serde_json::{Value, json};
use simulator::Store;

use super::secret;
use super::world::World;

pub fn routes() -> Router<Store<World>> {
    Router::new()
        .route("/application/o/{slug}/.well-known/openid-configuration", get(discovery::show))
        .route("/application/o/{slug}/jwks/", get(discovery::keys))
        .route("/application/o/{slug}/end-session/", get(logout::end).post(logout::end_by_form))
        .route("/application/o/authorize/", get(authorize::authorize))
        .route("/application/o/token/", post(token::token))
        .route("/application/o/userinfo/", get(token_info::userinfo).post(token_info::userinfo))
        .route("/application/o/introspect/", post(token_info::introspect))
        .route("/application/o/revoke/", post(token_info::revoke))
}

/// The fields of a form or of a query.
type Form = BTreeMap<String, String>;

fn form(body: &[u8]) -> Form {
    url::form_urlencoded::parse(body).into_owned().collect()
}

/// The error answer of the token endpoint and its neighbours.
pub struct OAuthError {
    status: StatusCode,
    error: &'static str,
}

impl OAuthError {
    /// 400, for every failure of the token endpoint, a wrong client secret too (section 14).
    const fn new(error: &'static str) -> Self {
        Self { status: StatusCode::BAD_REQUEST, error }
    }
}

const INVALID_CLIENT: OAuthError = OAuthError::new("invalid_client");
const INVALID_GRANT: OAuthError = OAuthError::new("invalid_grant");
const INVALID_SCOPE: OAuthError = OAuthError::new("invalid_scope");
const SERVER_ERROR: OAuthError = OAuthError::new("server_error");
const UNSUPPORTED_GRANT: OAuthError = OAuthError::new("unsupported_grant_type");

fn description(error: &str) -> &'static str {
    match error {
        "invalid_client" => {
            "Client authentication failed (e.g., unknown client, no client authentication included, or \
             unsupported authentication method)"
        }
        "invalid_grant" => {
            "The provided authorization grant or refresh token is invalid, expired, revoked, does not match the \
             redirection URI used in the authorization request, or was issued to another client"
        }
        "invalid_scope" => {
            "The requested scope is invalid, unknown, malformed, or exceeds the scope granted by the resource owner"
        }
        "login_required" => "The Authorization Server requires End-User authentication",
        "unsupported_grant_type" => {
            "The authorization grant type is not supported by the authorization server"
        }
        "unsupported_response_type" => {
            "The authorization server does not support obtaining an authorization code using this method"
        }
        _ => "The request is otherwise malformed",
    }
}

impl IntoResponse for OAuthError {
    fn into_response(self) -> Response {
        let body = json!({
            "error": self.error,
            "error_description": description(self.error),
            "request_id": secret::random_hex(),
        });
        (self.status, [(header::CACHE_CONTROL, "no-store")], Json(body)).into_response()
    }
}

fn not_stored(body: Value) -> Response {
    ([(header::CACHE_CONTROL, "no-store")], Json(body)).into_response()
}
