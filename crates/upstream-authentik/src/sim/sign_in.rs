//! The sign-in page, in place of authentik's login flow, and the session that it begins.

use std::collections::HashMap;
use std::time::Duration;

use axum::Router;
use axum::extract::{Form, Query, State};
use axum::http::{HeaderMap, HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use axum::routing::get;
use serde::Deserialize;
use simulator::Store;

use super::page::{escape, page};
use super::secret;
use super::world::{Session, World};

/// The name of the session's cookie.
pub const COOKIE: &str = "authentik_session";
/// Where the page is.
pub const PAGE: &str = "/if/flow/default-authentication-flow/";
/// Where everybody comes from.
pub const ADDRESS: &str = "127.0.0.1";
const SESSION: Duration = Duration::from_hours(24);

pub fn routes() -> Router<Store<World>> {
    Router::new().route("/", get(home)).route(PAGE, get(show).post(submit))
}

#[derive(Deserialize)]
struct Credentials {
    #[serde(default)]
    username: String,
    #[serde(default)]
    password: String,
}

/// The key of the live session that the request's cookie belongs to.
pub fn session_key(world: &World, headers: &HeaderMap) -> Option<String> {
    let now = world.now();
    cookies(headers, COOKIE)
        .map(|value| secret::digest(&value))
        .find(|key| world.sessions.get(key).is_some_and(|session| session.expires > now))
}

/// The values of the cookies of that name.
pub fn cookies(headers: &HeaderMap, wanted: &str) -> impl Iterator<Item = String> {
    let cookies = headers.get_all(header::COOKIE).iter().filter_map(|value| value.to_str().ok());
    let pairs = cookies.flat_map(|value| value.split(';')).filter_map(|pair| pair.trim().split_once('='));
    pairs.filter(move |(name, _)| *name == wanted).map(|(_, value)| value.to_owned())
}

/// The answer, which gives the browser its session's cookie.
pub fn with_cookie(mut response: Response, cookie: &str) -> Response {
    let cookie = format!("{COOKIE}={cookie}; HttpOnly; Path=/; SameSite=Lax");
    if let Ok(cookie) = HeaderValue::from_str(&cookie) {
        response.headers_mut().insert(header::SET_COOKIE, cookie);
    }
    response
}

async fn home(State(store): State<Store<World>>, headers: HeaderMap) -> Response {
    let name = store.read(|world| {
        let session = world.sessions.get(&session_key(world, &headers)?)?;
        Some(world.users.get(&session.user)?.username.clone())
    });
    match name {
        Some(name) => {
            page("Signed in", &format!("<p>You are signed in as {}.</p>", escape(&name))).into_response()
        }
        None => see(PAGE),
    }
}

async fn show() -> Response {
    form("", None)
}

async fn submit(
    State(store): State<Store<World>>,
    Query(query): Query<HashMap<String, String>>,
    headers: HeaderMap,
    Form(credentials): Form<Credentials>,
) -> Response {
    let next = query.get("next").map(String::as_str).filter(|next| stays_here(next)).unwrap_or("/");
    let agent = headers.get(header::USER_AGENT).and_then(|value| value.to_str().ok()).unwrap_or_default();
    match store.write(|world| begin_session(world, &credentials, next, agent)) {
        Some(cookie) => {
            let next = [(header::LOCATION, next.to_owned())];
            with_cookie((StatusCode::FOUND, next).into_response(), &cookie)
        }
        None => form(&credentials.username, Some("Invalid password")),
    }
}

/// The cookie of a new session. A suspended user is refused just as a wrong password is (section 3).
fn begin_session(world: &mut World, given: &Credentials, next: &str, agent: &str) -> Option<String> {
    world.purge();
    let user = world.user_of_login(given.username.trim())?;
    if !user.is_active || !user.password.as_ref()?.matches(&given.password) {
        return None;
    }
    let pk = user.pk;
    Some(new_session(world, pk, agent, Some(next.to_owned())))
}

/// The cookie of a new session, which `signed_in_for` is satisfied by.
pub fn new_session(world: &mut World, pk: i64, agent: &str, signed_in_for: Option<String>) -> String {
    let now = world.now();
    if let Some(user) = world.users.get_mut(&pk) {
        user.last_login = Some(now);
    }
    let cookie = secret::random_text::<32>();
    let session = Session {
        uuid: secret::uuid(),
        user: pk,
        user_agent: agent.to_owned(),
        auth_time: now,
        last_used: now,
        expires: now.after(SESSION),
        signed_in_for,
        last_ip: ADDRESS.to_owned(),
    };
    world.sessions.insert(secret::digest(&cookie), session);
    cookie
}

fn form(username: &str, problem: Option<&str>) -> Response {
    let alert = problem.map(|text| format!("<div role=\"alert\">{text}</div>")).unwrap_or_default();
    let (name_focus, password_focus) =
        if username.is_empty() { (" autofocus", "") } else { ("", " autofocus") };
    let body = format!(
        "<p>Simulated authentik</p>\
         <form method=\"post\">\
         <label for=\"username\">Username or e-mail</label>\
         <input id=\"username\" name=\"username\" autocomplete=\"username\" required value=\"{}\"{name_focus}>\
         <label for=\"password\">Password</label>\
         <input id=\"password\" name=\"password\" type=\"password\" autocomplete=\"current-password\" \
         required{password_focus}>{alert}\
         <button type=\"submit\">Sign in</button></form>",
        escape(username)
    );
    page("Sign in", &body).into_response()
}

/// True for a path on this server. Browsers read `//host` and `/\host` as another server.
fn stays_here(next: &str) -> bool {
    next.starts_with('/')
        && !next.starts_with("//")
        && !next.starts_with("/\\")
        && !next.contains(char::is_control)
}

/// 302, which authentik uses throughout.
pub fn see(location: &str) -> Response {
    let kind = (header::CONTENT_TYPE, "text/html; charset=utf-8");
    (StatusCode::FOUND, [(header::LOCATION, location), kind]).into_response()
}
