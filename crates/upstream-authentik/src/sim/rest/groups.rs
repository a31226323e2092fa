//! `/core/groups/` (section 2).

use std::collections::BTreeSet;

use axum::body::Bytes;
use axum::extract::{Path, Query, State};
use serde_json::{Value, json};

use super::fields::Fields;
use super::lists::{AttributeFilter, Parameters, no_choice, page};
use super::{Answer, Problem, Shared, created, no_content, ok};
use crate::sim::objects::{self, Object};
use crate::sim::secret;
use crate::sim::world::{Group, World};

const TAKEN: &str = "Group with this name already exists.";

pub async fn list(State(store): Shared, Query(query): Query<Parameters>) -> Answer {
    let attributes = AttributeFilter::read(&query)?;
    let with_users = query.unless_off("include_users");
    let rows = store.read(|world| {
        let members = members(world, &query)?;
        let names: Vec<&str> = query.all("members_by_username").collect();
        let has_member = |group: &Group, name: &str| {
            world.user_named(name).is_some_and(|user| group.users.contains(&user.pk))
        };
        let wanted = world.groups.values().filter(|group| {
            query.get("name").is_none_or(|name| group.name == name)
                && query.is_search_in(&[&group.name])
                && attributes.takes(&group.attributes)
                && (names.is_empty() || names.iter().any(|name| has_member(group, name)))
        });
        // With several members a group appears once for each of them (section 2).
        let rows = wanted.flat_map(|group| {
            let times = members.as_ref().map_or(1, |users| group.users.intersection(users).count());
            std::iter::repeat_n(group, times)
        });
        Ok(rows.map(|group| json_of(world, group, with_users)).collect())
    })?;
    page(&query, rows, &["name"])
}

/// The users of `members_by_pk`; an unknown one is an error.
fn members(world: &World, query: &Parameters) -> Result<Option<BTreeSet<i64>>, Problem> {
    let pks = query.all("members_by_pk").map(|given| {
        let known = given.parse().ok().filter(|pk| world.users.contains_key(pk));
        known.ok_or_else(|| no_choice("members_by_pk", given))
    });
    let pks: BTreeSet<i64> = pks.collect::<Result<_, _>>()?;
    Ok(Some(pks).filter(|pks| !pks.is_empty()))
}

pub async fn create(State(store): Shared, body: Bytes) -> Answer {
    let mut fields = Fields::read(&body)?;
    fields.require(&["name"]);
    store.write(|world| {
        let mut group = Group::new(secret::uuid(), "");
        write(world, &mut group, fields)?;
        let body = json_of(world, &group, true);
        world.groups.insert(group.pk.clone(), group);
        Ok(created(body))
    })
}

pub async fn show(State(store): Shared, Path(pk): Path<String>, Query(query): Query<Parameters>) -> Answer {
    let with_users = query.unless_off("include_users");
    store.read(|world| Ok(ok(json_of(world, find(world, &pk)?, with_users))))
}

/// PATCH: each given field is replaced as a whole.
pub async fn change(State(store): Shared, Path(pk): Path<String>, body: Bytes) -> Answer {
    store.write(|world| {
        let group = find(world, &pk)?.clone();
        save(world, group, Fields::read(&body)?)
    })
}

/// PUT: lists that aren't given become empty, attributes stay (section 1).
pub async fn replace(State(store): Shared, Path(pk): Path<String>, body: Bytes) -> Answer {
    store.write(|world| {
        let mut group = find(world, &pk)?.clone();
        let mut fields = Fields::read(&body)?;
        fields.require(&["name"]);
        group.users.clear();
        group.parents.clear();
        save(world, group, fields)
    })
}

pub async fn delete(State(store): Shared, Path(pk): Path<String>) -> Answer {
    store.write(|world| {
        find(world, &pk)?;
        world.delete_group(&pk);
        Ok(no_content())
    })
}

pub async fn add_user(store: Shared, path: Path<String>, body: Bytes) -> Answer {
    change_member(store, path, &body, BTreeSet::insert)
}

pub async fn remove_user(store: Shared, path: Path<String>, body: Bytes) -> Answer {
    change_member(store, path, &body, |users, user| users.remove(&user))
}

fn change_member(
    State(store): Shared,
    Path(pk): Path<String>,
    body: &[u8],
    change: fn(&mut BTreeSet<i64>, i64) -> bool,
) -> Answer {
    store.write(|world| {
        find(world, &pk)?;
        let mut fields = Fields::read(body)?;
        fields.require(&["pk"]);
        let user = fields.number("pk");
        fields.check()?;
        let user = user.filter(|user| world.users.contains_key(user)).ok_or_else(Problem::not_found)?;
        if let Some(group) = world.groups.get_mut(&pk) {
            change(&mut group.users, user);
        }
        Ok(no_content())
    })
}

/// What goes when the group goes; of the things that this server has, bindings, members and parents.
pub async fn used_by(State(store): Shared, Path(pk): Path<String>) -> Answer {
    store.read(|world| {
        let group = find(world, &pk)?;
        let row = |model: &str, pk: String, name: &str| {
            json!({
                "app": "authentik_core", "model_name": model, "pk": pk, "name": name, "action": "cascade_many",
            })
        };
        let bindings = world.objects.of("bindings").filter(|binding| objects::text(binding, "group") == group.pk);
        let bindings = bindings.map(|binding| binding_row(world, binding, &group.name));
        let parents = group.parents.iter().filter_map(|parent| world.groups.get(parent));
        let parents = parents.map(|parent| row("group", parent.pk.clone(), &format!("Group {}", parent.name)));
        let users = group.users.iter().filter_map(|user| world.users.get(user));
        let users = users.map(|user| row("user", user.pk.to_string(), &user.username));
        Ok(ok(bindings.chain(parents).chain(users).collect()))
    })
}

fn binding_row(world: &World, binding: &Object, group: &str) -> Value {
    let target = world.objects.get("applications", objects::text(binding, "target"));
    let target = target.map_or("a flow", |target| objects::text(target, "name"));
    let order = objects::text_of(objects::value_of(binding, "order"));
    json!({
        "app": "authentik_policies", "model_name": "policybinding", "pk": objects::id_of(binding),
        "name": format!("Binding from {target} #{order} to Group {group}"), "action": "cascade",
    })
}

fn find<'a>(world: &'a World, pk: &str) -> Result<&'a Group, Problem> {
    if !secret::is_uuid(pk) {
        return Err(Problem::not_found());
    }
    world.groups.get(pk).ok_or_else(|| Problem::no_such("Group"))
}

fn save(world: &mut World, mut group: Group, fields: Fields) -> Answer {
    write(world, &mut group, fields)?;
    let body = json_of(world, &group, true);
    world.groups.insert(group.pk.clone(), group);
    Ok(ok(body))
}

fn write(world: &World, group: &mut Group, mut fields: Fields) -> Result<(), Problem> {
    if let Some(name) = fields.filled("name") {
        if world.groups.values().any(|other| other.name == name && other.pk != group.pk) {
            fields.refuse("name", TAKEN);
        }
        group.name = name;
    }
    if let Some(attributes) = fields.object("attributes") {
        group.attributes = attributes;
    }
    if let Some(is_superuser) = fields.flag("is_superuser") {
        group.is_superuser = is_superuser;
    }
    if let Some(users) = fields.ids("users", |pk| pk.as_i64().filter(|pk| world.users.contains_key(pk))) {
        group.users = users;
    }
    let parent = |pk: &Value| pk.as_str().filter(|pk| world.groups.contains_key(*pk)).map(str::to_owned);
    if let Some(parents) = fields.ids("parents", parent) {
        group.parents = parents;
    }
    fields.check()
}

fn json_of(world: &World, group: &Group, with_users: bool) -> Value {
    let members = || group.users.iter().filter_map(|pk| world.users.get(pk));
    let users_obj: Option<Vec<Value>> =
        with_users.then(|| members().map(super::users::json_in_group).collect());
    let children = world.groups.values().filter(|other| other.parents.contains(&group.pk));
    json!({
        "pk": group.pk,
        "num_pk": group.num_pk,
        "name": group.name,
        "is_superuser": group.is_superuser,
        "parents": group.parents,
        "parents_obj": null,
        "users": group.users,
        "users_obj": users_obj,
        "attributes": group.attributes,
        "roles": [],
        "roles_obj": [],
        "inherited_roles_obj": null,
        "children": children.map(|child| &child.pk).collect::<Vec<_>>(),
        "children_obj": null,
    })
}

/// A group as a user shows it.
pub fn json_in_user(group: &Group) -> Value {
    json!({
        "pk": group.pk,
        "num_pk": group.num_pk,
        "name": group.name,
        "is_superuser": group.is_superuser,
        "attributes": group.attributes,
    })
}
