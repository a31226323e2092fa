//! `/rbac/`: the members and permissions of roles (section 12). The roles themselves are plain objects.

use std::collections::BTreeSet;

use axum::body::Bytes;
use axum::extract::{Path, Query, State};
use serde_json::{Value, json};

use super::fields::Fields;
use super::lists::{Parameters, no_choice, page};
use super::objects::find;
use super::{Answer, Problem, Shared, error_page, no_content, ok};
use crate::sim::family::ROLE;
use crate::sim::objects::{Object, id_of, text, texts};
use crate::sim::roles::{Permission, permissions};
use crate::sim::world::World;

pub async fn add_user(store: Shared, id: Path<String>, body: Bytes) -> Answer {
    change_member(store, id, &body, true)
}

pub async fn remove_user(store: Shared, id: Path<String>, body: Bytes) -> Answer {
    change_member(store, id, &body, false)
}

fn change_member(State(store): Shared, Path(id): Path<String>, body: &[u8], is_added: bool) -> Answer {
    store.write(|world| {
        let role = id_of(find(world, &ROLE, &id)?);
        let mut fields = Fields::read(body)?;
        fields.require(&["pk"]);
        let user = fields.number("pk");
        fields.check()?;
        let user = user.filter(|user| world.users.contains_key(user)).ok_or_else(Problem::not_found)?;
        world.change_members(&role, |members| {
            members.retain(|member| *member != user);
            if is_added {
                members.push(json!(user));
            }
        });
        Ok(no_content())
    })
}

/// All permissions, or those of a role: the way to read them.
pub async fn list(State(store): Shared, Query(query): Query<Parameters>) -> Answer {
    let of_role: Option<BTreeSet<String>> = match query.get("role") {
        None => None,
        Some(id) => store.read(|world| {
            let role = world.objects.get(ROLE.kind, id).ok_or_else(|| no_choice("role", id))?;
            Ok(Some(texts(role, "permissions").map(str::to_owned).collect()))
        })?,
    };
    let is_wanted = |known: &Permission| {
        of_role.as_ref().is_none_or(|words| words.contains(&known.word()))
            && query.get("codename").is_none_or(|name| known.codename == name)
            && query.get("content_type__app_label").is_none_or(|app| known.app == app)
            && query.get("content_type__model").is_none_or(|model| known.model == model)
            && query.is_search_in(&[&known.codename, known.model, known.app])
    };
    let row = |known: &Permission| {
        let mut row = known.json();
        row["app_label_verbose"] = json!(known.app.replace('_', " "));
        row["model_verbose"] = json!(known.model);
        row
    };
    let rows = permissions().iter().filter(|known| is_wanted(known)).map(row).collect();
    page(&query, rows, &["name", "codename"])
}

/// Roles with the permissions that each has for all objects; of a model when one is named.
pub async fn list_assigned(State(store): Shared, Query(query): Query<Parameters>) -> Answer {
    let model = query.get("model");
    let all: Vec<Permission> = permissions()
        .into_iter()
        .filter(|known| model.is_none_or(|model| model == format!("{}.{}", known.app, known.model)))
        .collect();
    let rows = store.read(|world| {
        let row = |role: &Object| {
            let words: BTreeSet<&str> = texts(role, "permissions").collect();
            let own = all.iter().filter(|known| words.contains(known.word().as_str()));
            let own: Vec<Value> = own.map(Permission::json).collect();
            let row = json!({
                "role_pk": id_of(role), "name": text(role, "name"), "object_permissions": [],
                "model_permissions": own,
            });
            (!own.is_empty()).then_some(row)
        };
        world.objects.of(ROLE.kind).filter_map(row).collect()
    });
    page(&query, rows, &["name"])
}

/// A misspelt permission is an unhandled error, and nothing is assigned then (section 12).
pub async fn assign(State(store): Shared, Path(id): Path<String>, body: Bytes) -> Answer {
    change_permissions(&store, &id, &body, true)
}

pub async fn unassign(State(store): Shared, Path(id): Path<String>, body: Bytes) -> Answer {
    change_permissions(&store, &id, &body, false)
}

fn change_permissions(store: &simulator::Store<World>, id: &str, body: &[u8], is_assigned: bool) -> Answer {
    store.write(|world| {
        let mut role = find(world, &ROLE, id)?.clone();
        let mut fields = Fields::read(body)?;
        fields.require(&["permissions"]);
        let given: Option<Vec<String>> = fields.ids("permissions", |word| word.as_str().map(str::to_owned));
        fields.check()?;
        let (given, all) = (given.unwrap_or_default(), permissions());
        let known = given.iter().map(|word| all.iter().find(|known| known.word() == *word));
        let Some(known) = known.collect::<Option<Vec<&Permission>>>() else {
            return Ok(error_page());
        };
        let mut words: BTreeSet<String> = texts(&role, "permissions").map(str::to_owned).collect();
        if is_assigned {
            words.extend(given.iter().cloned());
        } else {
            words.retain(|word| !given.contains(word));
        }
        role.insert("permissions".to_owned(), json!(words));
        world.objects.put(ROLE.kind, role);
        if !is_assigned {
            return Ok(no_content());
        }
        Ok(ok(known.iter().map(|known| json!({"id": known.number.to_string()})).collect()))
    })
}
