//! `/core/tokens/`: keys for the API and app passwords (section 12). Who isn't a superuser has tokens of his own.

use axum::Extension;
use axum::body::Bytes;
use axum::extract::{Path, Query, State};
use axum::http::StatusCode;
use axum::response::IntoResponse as _;
use serde_json::{Value, json};

use super::fields::Fields;
use super::lists::{Parameters, page};
use super::objects::{find, found, orders};
use super::show::show;
use super::write::write;
use super::{Answer, Caller, Problem, Shared, created, no_content, ok};
use crate::sim::family::TOKEN;
use crate::sim::objects::{Object, id_of, text, value_of};
use crate::sim::secret;
use crate::sim::world::World;

pub async fn list(
    State(store): Shared,
    Extension(Caller(caller)): Extension<Caller>,
    Query(query): Query<Parameters>,
) -> Answer {
    let rows = store.write(|world| {
        world.purge();
        let found = found(world, &TOKEN, &query)?;
        let shown = found.into_iter().filter(|token| may(world, caller, token, "view_token"));
        Ok(shown.map(|token| show(world, &TOKEN, token)).collect())
    })?;
    page(&query, rows, &orders(&TOKEN))
}

/// Answers without the key. One for the API ends after the usual time, whatever else is wanted.
pub async fn create(
    State(store): Shared,
    Extension(Caller(caller)): Extension<Caller>,
    body: Bytes,
) -> Answer {
    let fields = Fields::read(&body)?;
    store.write(|world| {
        let mut token = world.new_object(&TOKEN);
        token.insert("user".to_owned(), json!(caller));
        token.insert("key".to_owned(), json!(secret::random_text::<45>()));
        let is_other = fields.value("user").is_some_and(|user| *user != caller);
        if is_other && !world.is_superuser(caller) {
            let why = "You do not have permission to perform this action.";
            return Err(Problem::detail(StatusCode::FORBIDDEN, why));
        }
        write(world, &TOKEN, &mut token, fields, true)?;
        Ok(created(keep(world, token)))
    })
}

pub async fn show_one(
    State(store): Shared,
    Extension(Caller(caller)): Extension<Caller>,
    Path(identifier): Path<String>,
) -> Answer {
    store.write(|world| {
        world.purge();
        let token = allowed(world, caller, &identifier, "view_token")?;
        Ok(ok(show(world, &TOKEN, &token)))
    })
}

/// Gives one for the API its usual end again.
pub async fn change(
    State(store): Shared,
    Extension(Caller(caller)): Extension<Caller>,
    Path(identifier): Path<String>,
    body: Bytes,
) -> Answer {
    store.write(|world| {
        let mut token = allowed(world, caller, &identifier, "change_token")?;
        write(world, &TOKEN, &mut token, Fields::read(&body)?, false)?;
        Ok(ok(keep(world, token)))
    })
}

pub async fn delete(
    State(store): Shared,
    Extension(Caller(caller)): Extension<Caller>,
    Path(identifier): Path<String>,
) -> Answer {
    store.write(|world| {
        let id = id_of(&allowed(world, caller, &identifier, "delete_token")?);
        world.remove_object(TOKEN.kind, &id);
        Ok(no_content())
    })
}

/// The key, of an expired token the new one (section 12).
pub async fn view_key(
    State(store): Shared,
    Extension(Caller(caller)): Extension<Caller>,
    Path(identifier): Path<String>,
) -> Answer {
    store.write(|world| {
        world.purge();
        let token = allowed(world, caller, &identifier, "view_token_key")?;
        Ok(ok(json!({"key": world.key_of(&token)})))
    })
}

pub async fn set_key(
    State(store): Shared,
    Extension(Caller(caller)): Extension<Caller>,
    Path(identifier): Path<String>,
    body: Bytes,
) -> Answer {
    store.write(|world| {
        let mut token = allowed(world, caller, &identifier, "set_token_key")?;
        let Some(key) = Fields::read(&body)?.filled("key") else {
            return Ok(StatusCode::BAD_REQUEST.into_response());
        };
        token.insert("key".to_owned(), json!(key));
        world.objects.put(TOKEN.kind, token);
        Ok(no_content())
    })
}

fn may(world: &World, caller: i64, token: &Object, what: &str) -> bool {
    value_of(token, "user").as_i64() == Some(caller) || world.may(caller, &format!("authentik_core.{what}"))
}

fn allowed(world: &World, caller: i64, identifier: &str, what: &str) -> Result<Object, Problem> {
    let token = find(world, &TOKEN, identifier)?;
    if may(world, caller, token, what) { Ok(token.clone()) } else { Err(Problem::no_such(TOKEN.class)) }
}

fn keep(world: &mut World, mut token: Object) -> Value {
    if text(&token, "intent") == "api" || value_of(&token, "expires").is_null() {
        token.insert("expires".to_owned(), json!(world.now().after(world.token_duration())));
    }
    world.objects.put(TOKEN.kind, token.clone());
    show(world, &TOKEN, &token)
}
