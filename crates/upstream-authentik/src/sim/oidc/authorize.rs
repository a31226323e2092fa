//! The authorize endpoint: sends the browser to the sign-in page or back to the client with a code.

use std::time::Duration;

use axum::extract::{OriginalUri, State};
use axum::http::{HeaderMap, Uri};
use axum::response::{IntoResponse as _, Response};
use percent_encoding::{NON_ALPHANUMERIC, utf8_percent_encode};
use simulator::Store;

use super::{Form, description, form};
use crate::sim::app::App;
use crate::sim::page::{bad_request, page};
use crate::sim::secret;
use crate::sim::sign_in::{PAGE, see, session_key};
use crate::sim::world::{Challenge, Code, Grant, World};

pub async fn authorize(
    State(store): State<Store<World>>,
    OriginalUri(uri): OriginalUri,
    headers: HeaderMap,
) -> Response {
    let query = form(uri.query().unwrap_or_default().as_bytes());
    let redirect_uri = match store.read(|world| redirect_uri(world, &query)) {
        Ok(redirect_uri) => redirect_uri,
        // An answer to an address that isn't registered could leak a code.
        Err(why) => return bad_request(why),
    };
    let state = query.get("state").map(String::as_str);
    let failed = |error: &str| {
        back(&redirect_uri, &[("error", error), ("error_description", description(error))], state)
    };
    if !store.read(|world| has_grant(world, &query)) {
        return failed("invalid_request");
    }
    if query.get("response_type").is_none_or(|kind| kind != "code") {
        return failed("unsupported_response_type");
    }
    let Ok(challenge) = challenge(&query) else {
        return failed("invalid_request");
    };
    if store.read(|world| is_denied(world, &query, &headers)) {
        return page("Permission denied", "<p>You may not use this application.</p>").into_response();
    }
    let code = store.write(|world| code(world, &query, &headers, &uri, challenge, &redirect_uri));
    match code {
        Some(code) => back(&redirect_uri, &[("code", &code)], state),
        None if query.get("prompt").is_some_and(|prompt| prompt == "none") => failed("login_required"),
        None => see(&sign_in_page(&uri)),
    }
}

/// The sign-in page that comes back to `uri`.
pub fn sign_in_page(uri: &Uri) -> String {
    let here = uri.path_and_query().map_or("/", |here| here.as_str());
    let next = utf8_percent_encode(here, NON_ALPHANUMERIC);
    match uri.query() {
        Some(query) => format!("{PAGE}?{query}&next={next}"),
        None => format!("{PAGE}?next={next}"),
    }
}

fn app_of(world: &World, query: &Form) -> Option<App> {
    world.app(query.get("client_id")?)
}

fn has_grant(world: &World, query: &Form) -> bool {
    query.get("client_id").is_some_and(|id| world.app_with_grant(id, "authorization_code").is_some())
}

/// Somebody signed in who isn't in the application's group: told by a page, not by a redirect (section 14).
fn is_denied(world: &World, query: &Form, headers: &HeaderMap) -> bool {
    let (Some(app), Some(key)) = (app_of(world, query), session_key(world, headers)) else {
        return false;
    };
    let session = world.sessions.get(&key);
    session.is_some_and(|session| !world.may_sign_in(&app, session.user))
}

fn redirect_uri(world: &World, query: &Form) -> Result<String, &'static str> {
    let app = app_of(world, query).ok_or("The client is unknown.")?;
    let given = query.get("redirect_uri").filter(|given| app.may_return_to("authorization", given));
    given.cloned().ok_or("The redirect URI is not one of the client's.")
}

fn challenge(query: &Form) -> Result<Option<Challenge>, ()> {
    let Some(text) = query.get("code_challenge") else {
        return Ok(None);
    };
    match query.get("code_challenge_method").map(String::as_str) {
        None | Some("plain") => Ok(Some(Challenge::Plain(text.clone()))),
        Some("S256") => Ok(Some(Challenge::S256(text.clone()))),
        Some(_) => Err(()),
    }
}

/// A code for the session of the browser; none when a sign-in must come first.
fn code(
    world: &mut World,
    query: &Form,
    headers: &HeaderMap,
    uri: &Uri,
    challenge: Option<Challenge>,
    redirect_uri: &str,
) -> Option<String> {
    world.purge();
    let now = world.now();
    let app = app_of(world, query)?;
    let key = session_key(world, headers)?;
    let session = world.sessions.get_mut(&key)?;
    if query.get("prompt").is_some_and(|prompt| prompt == "login") {
        let here = uri.path_and_query().map(|here| here.as_str().to_owned());
        if session.signed_in_for.take() != here {
            return None;
        }
    }
    let max_age = query.get("max_age").and_then(|age| age.parse().ok()).map(Duration::from_secs);
    if max_age.is_some_and(|max_age| now.since(session.auth_time) > max_age) {
        return None;
    }
    session.last_used = now;
    let grant = Grant {
        client_id: app.client_id.clone(),
        user: session.user,
        session: Some(key),
        scopes: app.mapped_scopes(query.get("scope").map_or("", String::as_str)),
        nonce: query.get("nonce").cloned(),
        auth_time: session.auth_time,
    };
    let code = secret::random_hex();
    let expires = now.after(app.access_code_validity);
    let record = Code { grant, redirect_uri: redirect_uri.to_owned(), challenge, expires };
    world.codes.insert(secret::digest(&code), record);
    Some(code)
}

/// Back to the client, with `state` if it sent one.
pub fn back(uri: &str, parameters: &[(&str, &str)], state: Option<&str>) -> Response {
    let state = state.map(|state| ("state", state));
    let mut location = uri.to_owned();
    for (name, value) in parameters.iter().copied().chain(state) {
        location.push(if location.contains('?') { '&' } else { '?' });
        location.push_str(name);
        location.push('=');
        location.extend(utf8_percent_encode(value, NON_ALPHANUMERIC));
    }
    see(&location)
}
