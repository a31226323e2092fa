//! The discovery document and the key set of an application.

use std::collections::BTreeSet;

use axum::Json;
use axum::extract::{Path, State};
use axum::http::{HeaderMap, header};
use axum::response::{IntoResponse, Response};
use serde_json::json;
use simulator::Store;

use super::issue;
use crate::sim::app::Signed;
use crate::sim::keys::SigningKey;
use crate::sim::page::not_found;
use crate::sim::world::World;

pub async fn show(
    State(store): State<Store<World>>,
    Path(slug): Path<String>,
    headers: HeaderMap,
) -> Response {
    store.read(|world| {
        let at = world.called_at(&headers);
        let Some(app) = world.app_of_slug(&slug) else { return not_found() };
        let root = format!("{at}/application/o");
        let algorithm = if app.signed == Signed::ByKey { "RS256" } else { "HS256" };
        let scopes: BTreeSet<&str> = app.mappings.iter().map(|mapping| mapping.scope.as_str()).collect();
        Json(json!({
            "issuer": issue::issuer(&at, &app),
            "authorization_endpoint": format!("{root}/authorize/"),
            "token_endpoint": format!("{root}/token/"),
            "userinfo_endpoint": format!("{root}/userinfo/"),
            "end_session_endpoint": format!("{root}/{slug}/end-session/"),
            "introspection_endpoint": format!("{root}/introspect/"),
            "revocation_endpoint": format!("{root}/revoke/"),
            "jwks_uri": format!("{root}/{slug}/jwks/"),
            "response_types_supported": ["code"],
            "response_modes_supported": ["query"],
            "grant_types_supported": app.grant_types,
            "id_token_signing_alg_values_supported": [algorithm],
            "subject_types_supported": ["public"],
            "token_endpoint_auth_methods_supported": ["client_secret_post", "client_secret_basic"],
            "acr_values_supported": [issue::ACR],
            "scopes_supported": scopes,
            "request_parameter_supported": false,
            "claims_supported": [
                "sub", "iss", "aud", "exp", "iat", "auth_time", "acr", "amr", "nonce", "email", "email_verified",
                "dezky_groups", "name", "given_name", "preferred_username", "nickname", "groups",
            ],
            "claims_parameter_supported": false,
            "code_challenge_methods_supported": ["plain", "S256"],
        }))
        .into_response()
    })
}

pub async fn keys(State(store): State<Store<World>>, Path(slug): Path<String>) -> Response {
    store.read(|world| {
        let Some(app) = world.app_of_slug(&slug) else { return not_found() };
        let keys: Vec<_> = world.keys.iter().map(SigningKey::public).collect();
        // Without a signing key there is no list at all.
        let body = Json(if app.signed == Signed::ByKey { json!({"keys": keys}) } else { json!({}) });
        ([(header::ACCESS_CONTROL_ALLOW_ORIGIN, "*")], body).into_response()
    })
}
