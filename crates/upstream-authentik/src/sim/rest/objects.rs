//! The objects that need nothing of their own: lists with their filters, making, changing and removing (sections 1 and 6
//! to 12). What differs by family is in the tables of `family`.

use axum::Router;
use axum::body::Bytes;
use axum::extract::{Path, Query, State};
use axum::routing::get;
use serde_json::Value;
use simulator::Store;

use super::fields::Fields;
use super::lists::{Parameters, page};
use super::show::show;
use super::write::write;
use super::{Answer, LIST, Methods, OBJECT, Problem, Shared, created, no_content, ok};
use crate::sim::family::{
    BRAND, CONSENT, DENY, EMAIL, EXPRESSION, FLOW, FLOW_BINDING, Family, FieldKind, IDENTIFICATION, KEY_PAIR,
    PASSWORD, PROMPT, PROMPT_STAGE, PROVIDER, ROLE, SCOPE_MAPPING, STATIC_SETUP, TARGETS, TOTP_SETUP,
    USER_LOGIN, USER_LOGOUT, USER_WRITE, VALIDATE, WEBAUTHN_SETUP,
};
use crate::sim::objects::{Object, flag, id_of, text, text_of, value_of};
use crate::sim::secret;
use crate::sim::world::World;

const WRITTEN: [&Family; 15] = [
    &PROVIDER,
    &SCOPE_MAPPING,
    &FLOW,
    &FLOW_BINDING,
    &EXPRESSION,
    &IDENTIFICATION,
    &EMAIL,
    &PROMPT_STAGE,
    &PROMPT,
    &USER_WRITE,
    &USER_LOGIN,
    &DENY,
    &VALIDATE,
    &ROLE,
    &BRAND,
];

/// Those that only ship: of them this server knows no more than the name.
const READ_ONLY: [&Family; 7] =
    [&KEY_PAIR, &PASSWORD, &CONSENT, &USER_LOGOUT, &TOTP_SETUP, &STATIC_SETUP, &WEBAUTHN_SETUP];

/// What is said of a filter that names something which isn't there.
const NO_CHOICE: &str = "Select a valid choice. That choice is not one of the available choices.";

pub fn routes(on: &impl Fn(&'static str, Methods) -> Methods) -> Router<Store<World>> {
    let mut router = Router::new();
    for family in WRITTEN {
        let all = all_of(family).post(async move |store: Shared, body: Bytes| create(family, store, &body));
        router = router
            .route(&format!("/api/v3/{}/", family.place), on(LIST, all))
            .route(&format!("/api/v3/{}/{{id}}/", family.place), on(OBJECT, one_of(family)));
    }
    for family in READ_ONLY {
        let one = get(async move |store: Shared, id: Path<String>| retrieve(family, store, id));
        router = router
            .route(&format!("/api/v3/{}/", family.place), on(LIST, all_of(family)))
            .route(&format!("/api/v3/{}/{{id}}/", family.place), on(OBJECT, one));
    }
    router
}

fn all_of(family: &'static Family) -> Methods {
    get(async move |store: Shared, query: Query<Parameters>| list(family, store, query))
}

/// The methods of one object.
pub fn one_of(family: &'static Family) -> Methods {
    unpatched(family)
        .patch(async move |store: Shared, id: Path<String>, body: Bytes| change(family, store, id, &body))
}

/// The methods of one object but PATCH.
pub fn unpatched(family: &'static Family) -> Methods {
    get(async move |store: Shared, id: Path<String>| retrieve(family, store, id))
        .put(async move |store: Shared, id: Path<String>, body: Bytes| replace(family, store, id, &body))
        .delete(async move |store: Shared, id: Path<String>| delete(family, store, id))
}

pub fn list(family: &'static Family, State(store): Shared, Query(query): Query<Parameters>) -> Answer {
    let rows = store.read(|world| {
        let found = found(world, family, &query)?;
        Ok(found.into_iter().map(|object| show(world, family, object)).collect())
    })?;
    page(&query, rows, &orders(family))
}

fn create(family: &'static Family, State(store): Shared, body: &Bytes) -> Answer {
    let fields = Fields::read(body)?;
    store.write(|world| {
        let object = world.new_object(family);
        save(world, family, object, fields, true).map(created)
    })
}

fn retrieve(family: &'static Family, State(store): Shared, Path(id): Path<String>) -> Answer {
    store.read(|world| Ok(ok(show(world, family, find(world, family, &id)?))))
}

/// PATCH: each given field is replaced as a whole.
fn change(family: &'static Family, State(store): Shared, Path(id): Path<String>, body: &Bytes) -> Answer {
    store.write(|world| {
        let object = find(world, family, &id)?.clone();
        save(world, family, object, Fields::read(body)?, false).map(ok)
    })
}

/// PUT: lists that aren't given become empty (section 1).
fn replace(family: &'static Family, State(store): Shared, Path(id): Path<String>, body: &Bytes) -> Answer {
    store.write(|world| {
        let mut object = find(world, family, &id)?.clone();
        for field in family.fields.iter().filter(|field| matches!(field.kind, FieldKind::Many(_))) {
            object.insert(field.name.to_owned(), Value::Array(Vec::new()));
        }
        save(world, family, object, Fields::read(body)?, true).map(ok)
    })
}

fn delete(family: &'static Family, State(store): Shared, Path(id): Path<String>) -> Answer {
    store.write(|world| {
        let id = id_of(find(world, family, &id)?);
        world.remove_object(family.kind, &id);
        Ok(no_content())
    })
}

/// Writes fields into an object and keeps it; what the answer shows.
pub fn save(
    world: &mut World,
    family: &Family,
    mut object: Object,
    fields: Fields,
    is_new: bool,
) -> Result<Value, Problem> {
    write(world, family, &mut object, fields, is_new)?;
    world.objects.put(family.kind, object.clone());
    Ok(show(world, family, &object))
}

/// The object that a path names.
pub fn find<'a>(world: &'a World, family: &Family, id: &str) -> Result<&'a Object, Problem> {
    let is_id = match family.key {
        "pk" | "brand_uuid" if family.kind == "providers" => id.parse::<i64>().is_ok(),
        "pk" | "brand_uuid" => secret::is_uuid(id),
        _ => true,
    };
    if !is_id {
        return Err(Problem::not_found());
    }
    let object = world.objects.find(family.kind, family.key, id).filter(|object| family.has(object));
    object.ok_or_else(|| Problem::no_such(family.class))
}

/// The fields that a list can be ordered by; the first is its usual one.
pub fn orders(family: &Family) -> Vec<&'static str> {
    std::iter::once(family.order).chain(family.fields.iter().map(|field| field.name)).collect()
}

/// The objects that the filters select. A filter that the family doesn't have selects everything (section 1).
pub fn found<'a>(world: &'a World, family: &Family, query: &Parameters) -> Result<Vec<&'a Object>, Problem> {
    let given = family.filters.iter().filter(|name| query.get(name).is_some());
    let given: Vec<&&str> = given.collect();
    for name in &given {
        if let Some(FieldKind::One(kind)) = family.field(name).map(|field| &field.kind)
            && !query.all(name).all(|id| is_choice(world, kind, id))
        {
            return Err(Problem::field(name, NO_CHOICE));
        }
    }
    let all = world.objects.of(family.kind).filter(|object| family.has(object) && is_searched(object, query));
    let is_selected = |object: &&Object| {
        given.iter().all(|name| query.all(name).any(|value| selects(world, object, name, value)))
    };
    Ok(all.filter(is_selected).collect())
}

/// Whether an object has what is searched for in any of the fields that people know it by.
pub fn is_searched(object: &Object, query: &Parameters) -> bool {
    let names = ["name", "slug", "title", "identifier", "description", "domain", "label", "field_key"];
    query.is_search_in(&names.map(|name| text(object, name)))
}

fn is_choice(world: &World, kind: &str, id: &str) -> bool {
    match kind {
        "targets" => {
            let mut all = TARGETS.iter().flat_map(|kind| world.objects.of(kind));
            all.any(|target| pointer(target) == id)
        }
        "users" => id.parse().is_ok_and(|id| world.users.contains_key(&id)),
        "groups" => world.groups.contains_key(id),
        _ => world.objects.get(kind, id).is_some(),
    }
}

/// The id that lists of bindings know a target by, which is not the one that a binding is made with (section 9).
fn pointer(target: &Object) -> String {
    let pointer = text(target, "policybindingmodel_ptr_id");
    if pointer.is_empty() { id_of(target) } else { pointer.to_owned() }
}

fn selects(world: &World, object: &Object, name: &str, value: &str) -> bool {
    match name {
        "flow_uuid" | "fsb_uuid" | "stage_uuid" | "policy_uuid" => id_of(object) == value,
        "has_key" => flag(object, "private_key_available") == is_on(value),
        "user__username" => {
            let user = value_of(object, "user").as_i64().and_then(|user| world.users.get(&user));
            user.is_some_and(|user| user.username == value)
        }
        // The members of a role.
        "users" => value_of(object, "members")
            .as_array()
            .is_some_and(|ids| ids.iter().any(|id| text_of(id) == value)),
        "target" if object.contains_key("failure_result") => {
            let id = text(object, "target");
            let target = TARGETS.iter().find_map(|kind| world.objects.get(kind, id));
            target.is_some_and(|target| pointer(target) == value)
        }
        _ => match name.strip_suffix("__isnull") {
            Some(field) => value_of(object, field).is_null() == is_on(value),
            None => match value_of(object, name) {
                Value::Bool(flag) => *flag == is_on(value),
                Value::Array(ids) => ids.iter().any(|id| text_of(id) == value),
                other => text_of(other) == value,
            },
        },
    }
}

fn is_on(value: &str) -> bool {
    value.eq_ignore_ascii_case("true")
}
