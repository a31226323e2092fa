//! Userinfo, introspection and revocation. All of them know only tokens that are still stored.

use axum::body::Bytes;
use axum::extract::State;
use axum::http::{HeaderMap, StatusCode, header};
use axum::response::{Html, IntoResponse, Response};
use serde_json::{Value, json};
use simulator::Store;

use super::client_auth::Client;
use super::{INVALID_CLIENT, OAuthError, form, issue, not_stored};
use crate::sim::secret;
use crate::sim::world::{Token, World};

const REFUSED: &str = "error=\"invalid_token\", error_description=\"The access token provided is expired, \
                       revoked, malformed, or invalid for other reasons\"";

/// 401 with an empty body for anything but a stored access token; an id token is none.
pub async fn userinfo(State(store): State<Store<World>>, headers: HeaderMap) -> Response {
    let authorization = headers.get(header::AUTHORIZATION).and_then(|value| value.to_str().ok());
    let claims = store.read(|world| {
        let token = authorization?.strip_prefix("Bearer ")?;
        let token = world.access_tokens.get(&secret::digest(token)).filter(|token| is_live(world, token))?;
        issue::user_claims(world, &token.grant)
    });
    match claims {
        Some(claims) => not_stored(Value::Object(claims)),
        None => (StatusCode::UNAUTHORIZED, [(header::WWW_AUTHENTICATE, REFUSED)], Html("")).into_response(),
    }
}

/// A client sees its own tokens; everything else, a wrong secret too, is `{"active": false}`.
pub async fn introspect(State(store): State<Store<World>>, headers: HeaderMap, body: Bytes) -> Response {
    let form = form(&body);
    let found = store.read(|world| {
        let client = Client::read(&headers, &form)?;
        let app = client.proven(world)?;
        let key = secret::digest(form.get("token")?);
        let token = world.access_tokens.get(&key).or_else(|| world.refresh_tokens.get(&key))?;
        if token.grant.client_id != app.client_id || !is_live(world, token) {
            return None;
        }
        let mut claims = issue::claims(world, &world.called_at(&headers), token)?;
        claims.insert("active".to_owned(), json!(true));
        claims.insert("scope".to_owned(), json!(token.grant.scopes.join(" ")));
        claims.insert("client_id".to_owned(), json!(app.client_id));
        Some(Value::Object(claims))
    });
    not_stored(found.unwrap_or_else(|| json!({"active": false})))
}

/// 200 also for a token that isn't known. The other tokens of the family stay.
pub async fn revoke(
    State(store): State<Store<World>>,
    headers: HeaderMap,
    body: Bytes,
) -> Result<Response, OAuthError> {
    let form = form(&body);
    let client = Client::read(&headers, &form);
    store.write(|world| {
        let app = client.and_then(|client| client.proven(world));
        let refused = OAuthError { status: StatusCode::UNAUTHORIZED, ..INVALID_CLIENT };
        let app = app.ok_or(refused)?;
        let key = form.get("token").map(|token| secret::digest(token)).unwrap_or_default();
        let now = world.now();
        let is_own = |token: &Token| token.grant.client_id == app.client_id;
        if world.access_tokens.get(&key).is_some_and(is_own) {
            world.access_tokens.remove(&key);
        }
        if let Some(token) = world.refresh_tokens.get_mut(&key).filter(|token| is_own(token)) {
            token.revoked = token.revoked.or(Some(now));
        }
        Ok(not_stored(json!({})))
    })
}

fn is_live(world: &World, token: &Token) -> bool {
    token.expires > world.now() && token.revoked.is_none()
}
