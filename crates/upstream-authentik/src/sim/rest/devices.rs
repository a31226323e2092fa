//! `/authenticators/admin/` (section 4): devices can be listed and removed, never made.

use axum::Extension;
use axum::extract::{Path, Query, State};
use axum::response::Response;
use serde_json::{Value, json};

use super::lists::{Parameters, page};
use super::{Answer, Caller, Problem, Shared, error_page, no_content, ok, users};
use crate::sim::device::{Device, DeviceKind};
use crate::sim::world::World;

/// A plain list, without pages. Without `user` the devices of everybody, and no row says whose it is. Types that the
/// caller may not view are left out (section 4).
pub async fn list(
    State(store): Shared,
    Extension(Caller(caller)): Extension<Caller>,
    Query(query): Query<Parameters>,
) -> Answer {
    store.read(|world| {
        let user = query.get("user").map(|given| wanted(world, given)).transpose()?;
        // A device whose enrolment was begun and not finished is not shown.
        let is_shown =
            |device: &&Device| device.confirmed && world.may(caller, &device.kind.view_permission());
        let shown = world.devices.iter().filter(is_shown);
        let rows = shown.filter(|device| user.is_none_or(|user| device.user == user));
        let mut rows: Vec<&Device> = rows.collect();
        rows.sort_by_key(|device| device.id());
        Ok(ok(rows.into_iter().map(Device::json).collect()))
    })
}

fn wanted(world: &World, given: &str) -> Result<i64, Problem> {
    let user: i64 = given
        .parse()
        .map_err(|_| Problem::field("user", "Incorrect type. Expected pk value, received str."))?;
    let unknown = || Problem::field("user", &format!("Invalid pk \"{given}\" - object does not exist."));
    world.users.contains_key(&user).then_some(user).ok_or_else(unknown)
}

/// The list of one type: paged, with its users, and without a filter on them.
pub async fn list_of_kind(
    State(store): Shared,
    Path(kind): Path<String>,
    Query(query): Query<Parameters>,
) -> Answer {
    let kind = DeviceKind::of(&kind).ok_or_else(Problem::not_found)?;
    let rows = store.read(|world| {
        let of_kind = world.devices.iter().filter(|device| device.kind == kind && device.confirmed);
        let rows = of_kind.filter(|device| query.get("name").is_none_or(|name| device.name == name));
        rows.map(|device| row(world, device)).collect()
    });
    page(&query, rows, &["pk", "name"])
}

fn row(world: &World, device: &Device) -> Value {
    let user = world.users.get(&device.user).map(users::json_in_group);
    let mut row = json!({"name": device.name, "pk": device.number, "user": user});
    if device.kind == DeviceKind::Static {
        // Real ones are recovery codes in clear.
        row["token_set"] = json!(vec![json!({"token": "simulated"}); 6]);
    }
    row
}

/// An unhandled error, although the schema lists it.
pub async fn create() -> Response {
    error_page()
}

pub async fn delete(State(store): Shared, Path((kind, number)): Path<(String, String)>) -> Answer {
    let kind = DeviceKind::of(&kind).ok_or_else(Problem::not_found)?;
    let number: i64 = number.parse().map_err(|_| Problem::not_found())?;
    store.write(|world| {
        let id = format!("{}/{number}", kind.word());
        if world.remove_device(&id) { Ok(no_content()) } else { Err(Problem::no_such(kind.model())) }
    })
}
