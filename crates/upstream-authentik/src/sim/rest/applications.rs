//! `/core/applications/` (section 7). The list shows what the caller may open, and keeps its pages without regard to
//! filters.

use axum::Extension;
use axum::body::Bytes;
use axum::extract::{Path, Query, State};
use serde_json::{Value, json};

use super::fields::Fields;
use super::lists::{Parameters, page, page_of};
use super::objects::{find, found, orders, save};
use super::show::show;
use super::{Answer, Caller, Problem, Shared, created, ok};
use crate::sim::family::APPLICATION;
use crate::sim::objects::{Object, flag};
use crate::sim::world::World;

pub async fn list(
    State(store): Shared,
    Extension(Caller(caller)): Extension<Caller>,
    Query(query): Query<Parameters>,
) -> Answer {
    store.write(|world| {
        let found = found(world, &APPLICATION, &query)?;
        let is_full = query.get("superuser_full_list") == Some("true") && world.is_superuser(caller);
        let rows = found.iter().map(|application| show(world, &APPLICATION, application)).collect();
        if is_full {
            return page(&query, rows, &orders(&APPLICATION));
        }
        let mut paged = page_of(&query, rows, &orders(&APPLICATION))?;
        let key = (caller, query.get("page").unwrap_or("1").to_owned());
        let shown = match world.application_pages.get(&key) {
            Some(kept) => kept.clone(),
            None => paged["results"]
                .as_array()
                .into_iter()
                .flatten()
                .filter(|row| is_shown(world, row, caller))
                .cloned()
                .collect(),
        };
        world.application_pages.insert(key, shown.clone());
        paged["results"] = shown;
        Ok(ok(paged))
    })
}

fn is_shown(world: &World, row: &Value, caller: i64) -> bool {
    let id = row["pk"].as_str().unwrap_or_default();
    let application = world.objects.get(APPLICATION.kind, id);
    application.is_some_and(|it| !flag(it, "meta_hide") && world.may_open(it, caller))
}

/// A new one empties what is kept of the list.
pub async fn create(State(store): Shared, body: Bytes) -> Answer {
    let fields = Fields::read(&body)?;
    store.write(|world| {
        let object = world.new_object(&APPLICATION);
        let body = save(world, &APPLICATION, object, fields, true)?;
        world.application_pages.clear();
        Ok(created(body))
    })
}

/// `for_user` is honoured for superusers only: others are told about themselves.
pub async fn check_access(
    State(store): Shared,
    Extension(Caller(caller)): Extension<Caller>,
    Path(slug): Path<String>,
    Query(query): Query<Parameters>,
) -> Answer {
    store.read(|world| {
        let application: &Object = find(world, &APPLICATION, &slug)?;
        let user = match query.get("for_user").filter(|_| world.is_superuser(caller)) {
            None => caller,
            Some(given) => {
                let known = given.parse().ok().filter(|user| world.users.contains_key(user));
                known.ok_or_else(|| Problem::bad(json!({"for_user": "User not found"})))?
            }
        };
        Ok(ok(json!({"passing": world.may_open(application, user), "messages": [], "log_messages": []})))
    })
}
