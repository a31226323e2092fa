//! End-session: with an invalidation flow that signs out, such as `default-invalidation-flow`, the whole session ends, not
//! only the client's part of it. Refresh tokens stay, the client revokes its own (section 14).

use axum::body::Bytes;
use axum::extract::{OriginalUri, Path, State};
use axum::http::{HeaderMap, HeaderValue, Uri, header};
use axum::response::{IntoResponse, Response};
use simulator::Store;

use super::authorize::{back, sign_in_page};
use super::{Form, form};
use crate::sim::app::App;
use crate::sim::keys;
use crate::sim::page::{bad_request, not_found, page};
use crate::sim::sign_in::{COOKIE, see, session_key};
use crate::sim::world::World;

pub async fn end(
    State(store): State<Store<World>>,
    Path(slug): Path<String>,
    OriginalUri(uri): OriginalUri,
    headers: HeaderMap,
) -> Response {
    let query = form(uri.query().unwrap_or_default().as_bytes());
    answer(&store, &slug, &query, &uri, &headers)
}

pub async fn end_by_form(
    State(store): State<Store<World>>,
    Path(slug): Path<String>,
    OriginalUri(uri): OriginalUri,
    headers: HeaderMap,
    body: Bytes,
) -> Response {
    answer(&store, &slug, &form(&body), &uri, &headers)
}

fn answer(store: &Store<World>, slug: &str, fields: &Form, uri: &Uri, headers: &HeaderMap) -> Response {
    let Some(app) = store.read(|world| world.app_of_slug(slug)) else {
        return not_found();
    };
    if let Err(why) = store.read(|world| check(world, &app, fields)) {
        return bad_request(why);
    }
    let Some(key) = store.read(|world| session_key(world, headers)) else {
        // It wants to know whom to sign out.
        return see(&sign_in_page(uri));
    };
    if app.sign_out_ends_session {
        store.write(|world| world.end_session(&key));
    } else {
        store.write(|world| world.leave_session(&key, &app.client_id));
    }
    let mut response = match fields.get("post_logout_redirect_uri") {
        Some(target) => back(target, &[], fields.get("state").map(String::as_str)),
        None => page("Signed out", "<p>You are signed out.</p>").into_response(),
    };
    if !app.sign_out_ends_session {
        return response;
    }
    let gone = format!("{COOKIE}=; HttpOnly; Path=/; Max-Age=0; SameSite=Lax");
    if let Ok(gone) = HeaderValue::from_str(&gone) {
        response.headers_mut().insert(header::SET_COOKIE, gone);
    }
    response
}

/// The address must be registered, and the hint is required with it; an expired hint is accepted.
fn check(world: &World, app: &App, fields: &Form) -> Result<(), &'static str> {
    let Some(target) = fields.get("post_logout_redirect_uri") else {
        return Ok(());
    };
    if !app.may_return_to("logout", target) {
        return Err("The logout URI is not one of the client's.");
    }
    let hint = fields.get("id_token_hint").ok_or("The hint is missing.")?;
    if keys::is_signed(&world.keys, hint, &app.client_id) {
        Ok(())
    } else {
        Err("The hint is not one of ours.")
    }
}
