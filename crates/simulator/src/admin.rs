//! `/_sim`: the inventory, the dial, the counts of calls, and changing objects behind Dezky's back.

use axum::extract::{Path, State as Shared};
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use axum::routing::{get, put};
use axum::{Json, Router};
use serde::Deserialize;
use serde_json::{Value, json};

use crate::calls::Calls;
use crate::faults::{Dial, Fault};
use crate::store::{State, Store};

/// The routes below `/_sim`.
pub fn routes<S: State>(store: Store<S>, dial: Dial, calls: Calls) -> Router {
    let objects = Router::new()
        .route("/_sim/inventory", get(inventory::<S>))
        .route("/_sim/objects/{kind}/{*id}", put(put_object::<S>).delete(remove_object::<S>))
        .with_state(store);
    let faults = Router::new()
        .route("/_sim/faults", get(list_faults).put(set_faults).delete(clear_faults))
        .with_state(dial);
    let calls = Router::new().route("/_sim/calls", get(list_calls).delete(clear_calls)).with_state(calls);
    objects.merge(faults).merge(calls)
}

async fn inventory<S: State>(Shared(store): Shared<Store<S>>) -> Json<Value> {
    Json(store.read(State::inventory))
}

async fn put_object<S: State>(
    Shared(store): Shared<Store<S>>,
    Path((kind, id)): Path<(String, String)>,
    Json(fields): Json<Value>,
) -> Response {
    match store.write(|state| state.put(&kind, &id, &fields)) {
        Ok(()) => StatusCode::NO_CONTENT.into_response(),
        Err(why) => (StatusCode::UNPROCESSABLE_ENTITY, Json(json!({"error": why}))).into_response(),
    }
}

async fn remove_object<S: State>(
    Shared(store): Shared<Store<S>>,
    Path((kind, id)): Path<(String, String)>,
) -> StatusCode {
    if store.write(|state| state.remove(&kind, &id)) { StatusCode::NO_CONTENT } else { StatusCode::NOT_FOUND }
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Faults {
    faults: Vec<Fault>,
}

async fn list_faults(Shared(dial): Shared<Dial>) -> Json<Value> {
    Json(json!({"faults": dial.list()}))
}

async fn set_faults(Shared(dial): Shared<Dial>, Json(wanted): Json<Faults>) -> StatusCode {
    dial.set(wanted.faults);
    StatusCode::NO_CONTENT
}

async fn clear_faults(Shared(dial): Shared<Dial>) -> StatusCode {
    dial.set(Vec::new());
    StatusCode::NO_CONTENT
}

async fn list_calls(Shared(calls): Shared<Calls>) -> Json<Value> {
    Json(json!({"calls": calls.list()}))
}

async fn clear_calls(Shared(calls): Shared<Calls>) -> StatusCode {
    calls.clear();
    StatusCode::NO_CONTENT
}
