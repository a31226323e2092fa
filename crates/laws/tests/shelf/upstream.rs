//! The simulated shelf: boxes with an id, a name, a mark, a colour and a size.

use std::collections::BTreeMap;

use axum::extract::{Path, State as Shared};
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use axum::routing::get;
use axum::{Json, Router};
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};
use simulator::{State, Store};

#[derive(Clone, Default, Serialize, Deserialize)]
pub struct Boxes {
    boxes: BTreeMap<String, Value>,
    names_are_unique: bool,
}

impl Boxes {
    pub fn new(names_are_unique: bool) -> Self {
        Self { names_are_unique, ..Self::default() }
    }
}

impl State for Boxes {
    fn inventory(&self) -> Value {
        json!({"boxes": self.boxes.values().collect::<Vec<_>>()})
    }

    fn put(&mut self, _: &str, id: &str, fields: &Value) -> Result<(), String> {
        let new = json!({"id": id, "name": null, "mark": null, "colour": null, "size": null});
        let entry = self.boxes.entry(id.to_owned()).or_insert(new);
        let fields = fields.as_object().ok_or("the fields must be an object")?;
        entry.as_object_mut().ok_or("a box is an object")?.extend(fields.clone());
        Ok(())
    }

    fn remove(&mut self, _: &str, id: &str) -> bool {
        self.boxes.remove(id).is_some()
    }
}

pub fn routes(store: Store<Boxes>) -> Router {
    Router::new()
        .route("/boxes", get(list).post(create))
        .route("/boxes/{id}", get(show).patch(change).delete(remove))
        .with_state(store)
}

async fn list(Shared(store): Shared<Store<Boxes>>) -> Json<Value> {
    store.read(|boxes| {
        let value: Vec<&Value> = boxes.boxes.values().collect();
        Json(json!({"count": value.len(), "value": value}))
    })
}

async fn create(Shared(store): Shared<Store<Boxes>>, Json(fields): Json<Value>) -> Json<Value> {
    store.write(|boxes| {
        if boxes.names_are_unique && boxes.boxes.values().any(|found| found["name"] == fields["name"]) {
            return Json(json!({"taken": true}));
        }
        let id = kernel::id::random_token();
        let made = boxes.put("boxes", &id, &fields);
        Json(made.map_or_else(|why| json!({"error": why}), |()| boxes.boxes[&id].clone()))
    })
}

fn found(found: Option<&Value>) -> Response {
    match found {
        Some(found) => Json(found).into_response(),
        None => StatusCode::NOT_FOUND.into_response(),
    }
}

async fn show(Shared(store): Shared<Store<Boxes>>, Path(id): Path<String>) -> Response {
    store.read(|boxes| found(boxes.boxes.get(&id)))
}

async fn change(
    Shared(store): Shared<Store<Boxes>>,
    Path(id): Path<String>,
    Json(fields): Json<Value>,
) -> Response {
    store.write(|boxes| {
        if boxes.boxes.contains_key(&id) && boxes.put("boxes", &id, &fields).is_err() {
            return StatusCode::BAD_REQUEST.into_response();
        }
        found(boxes.boxes.get(&id))
    })
}

async fn remove(Shared(store): Shared<Store<Boxes>>, Path(id): Path<String>) -> Response {
    store.write(|boxes| found(boxes.boxes.remove(&id).as_ref()))
}
