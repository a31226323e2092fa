//! `/policies/bindings/`: who passes what (sections 7 and 9). There is no uniqueness.

use axum::body::Bytes;
use axum::extract::{Path, Query, State};

use super::fields::Fields;
use super::objects::{find, save};
use super::{Answer, Shared, created, error_page, lists, objects, ok};
use crate::sim::family::POLICY_BINDING;

pub async fn list(store: Shared, query: Query<lists::Parameters>) -> Answer {
    objects::list(&POLICY_BINDING, store, query)
}

pub async fn create(State(store): Shared, body: Bytes) -> Answer {
    let fields = Fields::read(&body)?;
    store.write(|world| {
        let object = world.new_object(&POLICY_BINDING);
        save(world, &POLICY_BINDING, object, fields, true).map(created)
    })
}

/// Without the target and what is bound it is an unhandled error (section 9).
pub async fn change(State(store): Shared, Path(id): Path<String>, body: Bytes) -> Answer {
    store.write(|world| {
        let object = find(world, &POLICY_BINDING, &id)?.clone();
        let fields = Fields::read(&body)?;
        let has_bound = ["policy", "group", "user"].iter().any(|name| fields.value(name).is_some());
        if fields.value("target").is_none() || !has_bound {
            return Ok(error_page());
        }
        save(world, &POLICY_BINDING, object, fields, false).map(ok)
    })
}
