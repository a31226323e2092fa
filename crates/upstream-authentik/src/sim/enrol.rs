//! The shipped flow in which somebody who is signed in enrols an app that shows codes, in place of the codes themselves:
//! a button does it.

use axum::Router;
use axum::extract::State;
use axum::http::HeaderMap;
use axum::response::{IntoResponse as _, Response};
use axum::routing::get;
use serde_json::{Map, json};
use simulator::Store;

use super::page::{escape, page};
use super::sign_in::{PAGE, see, session_key};
use super::world::World;

/// Where it is.
const FLOW: &str = "/if/flow/default-authenticator-totp-setup/";

pub fn routes() -> Router<Store<World>> {
    Router::new().route(FLOW, get(show).post(submit))
}

/// The user of the browser's session.
fn signed_in(world: &World, headers: &HeaderMap) -> Option<i64> {
    Some(world.sessions.get(&session_key(world, headers)?)?.user)
}

fn to_sign_in() -> Response {
    see(&format!("{PAGE}?next={FLOW}"))
}

async fn show(State(store): State<Store<World>>, headers: HeaderMap) -> Response {
    let name = store.read(|world| {
        let user = signed_in(world, &headers)?;
        world.users.get(&user).map(|user| user.username.clone())
    });
    let Some(name) = name else { return to_sign_in() };
    let body = format!(
        "<p>Simulated authentik</p><p>An app that shows codes, for {}.</p>\
         <form method=\"post\"><button type=\"submit\" autofocus>Enrol</button></form>",
        escape(&name)
    );
    page("Set up a second factor", &body).into_response()
}

async fn submit(State(store): State<Store<World>>, headers: HeaderMap) -> Response {
    let done = store.write(|world| {
        let user = signed_in(world, &headers)?;
        let last = world.devices.iter().map(|device| device.number).max().unwrap_or_default();
        let fields =
            Map::from_iter([("user".to_owned(), json!(user)), ("confirmed".to_owned(), json!(true))]);
        world.put_device(&format!("totp/{}", last + 1), &fields).ok()
    });
    if done.is_none() {
        return to_sign_in();
    }
    page("Done", "<p>The second factor is set up. Close this page.</p>").into_response()
}
