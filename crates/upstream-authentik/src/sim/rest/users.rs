//! `/core/users/` (section 3): few filters, and no hash is taken for a password.

use std::collections::BTreeSet;

use axum::Extension;
use axum::body::Bytes;
use axum::extract::{Path, Query, State};
use serde_json::{Value, json};

use super::fields::Fields;
use super::lists::{AttributeFilter, Parameters, no_choice, page};
use super::show::show as shown;
use super::{Answer, Caller, Problem, Shared, created, groups, no_content, ok};
use crate::sim::family::ROLE;
use crate::sim::objects::{id_of, text};
use crate::sim::secret::{self, Salted};
use crate::sim::world::{User, World};

const AVATAR: &str = "/static/dist/assets/images/user_default.png";
const ORDERS: [&str; 4] = ["username", "name", "date_joined", "last_updated"];

/// What a superuser's account may do beside the permissions on models.
const SYSTEM_PERMISSIONS: [&str; 16] = [
    "access_admin_interface",
    "add_initialpermissions",
    "add_role",
    "assign_role_permissions",
    "change_initialpermissions",
    "change_role",
    "delete_initialpermissions",
    "delete_role",
    "edit_system_settings",
    "manage_media_files",
    "unassign_role_permissions",
    "view_initialpermissions",
    "view_media_files",
    "view_role",
    "view_system_info",
    "view_system_settings",
];

pub async fn me(State(store): Shared, Extension(Caller(pk)): Extension<Caller>) -> Answer {
    store.read(|world| {
        let user = world.users.get(&pk).ok_or_else(Problem::not_found)?;
        let is_superuser = world.is_superuser(pk);
        let by_roles = world.system_permissions_of(pk);
        let permissions = if is_superuser { SYSTEM_PERMISSIONS.into() } else { by_roles };
        let roles = world.roles_of(pk).map(|role| json!({"name": text(role, "name"), "pk": id_of(role)}));
        let groups = world.groups_of(pk).map(|group| json!({"name": group.name, "pk": group.pk}));
        Ok(ok(json!({"user": {
            "pk": user.pk,
            "username": user.username,
            "name": user.name,
            "is_active": user.is_active,
            "is_superuser": is_superuser,
            "groups": groups.collect::<Vec<_>>(),
            "roles": roles.collect::<Vec<_>>(),
            "email": user.email,
            "avatar": AVATAR,
            "uid": uid(user),
            "settings": {},
            "type": user.kind,
            "system_permissions": permissions,
        }})))
    })
}

pub async fn list(State(store): Shared, Query(query): Query<Parameters>) -> Answer {
    let attributes = AttributeFilter::read(&query)?;
    if query.get("uuid").is_some_and(|uuid| !secret::is_uuid(uuid)) {
        return Err(Problem::field("uuid", "Enter a valid UUID."));
    }
    let rows = store.read(|world| {
        let members = members(world, &query)?;
        let roles = roles(world, &query)?;
        let same = |name: &str, value: &str| query.get(name).is_none_or(|wanted| wanted == value);
        let wanted = world.users.values().filter(|user| {
            same("username", &user.username)
                && same("uuid", &user.uuid)
                && same("email", &user.email)
                && same("type", &user.kind)
                && same("path", &user.path)
                && same("is_active", if user.is_active { "true" } else { "false" })
                && query.get("path_startswith").is_none_or(|start| user.path.starts_with(start))
                && query.is_search_in(&[&user.username, &user.name, &user.email, &user.uuid])
                && attributes.takes(&user.attributes)
                && members.as_ref().is_none_or(|members| members.contains(&user.pk))
                && roles
                    .as_ref()
                    .is_none_or(|roles| world.roles_of(user.pk).any(|role| roles.contains(&id_of(role))))
        });
        Ok(wanted.map(|user| json_of(world, user, &query)).collect())
    })?;
    page(&query, rows, &ORDERS)
}

/// The users of the groups that the filters name, any of them; an unknown group is an error (section 3).
fn members(world: &World, query: &Parameters) -> Result<Option<BTreeSet<i64>>, Problem> {
    let by_pk = query.all("groups_by_pk").map(|pk| {
        let group = world.groups.get(pk);
        group.ok_or_else(|| no_choice("groups_by_pk", pk))
    });
    let by_name = query.all("groups_by_name").map(|name| {
        let group = world.groups.values().find(|group| group.name == name);
        group.ok_or_else(|| no_choice("groups_by_name", name))
    });
    let groups: Vec<_> = by_pk.chain(by_name).collect::<Result<_, _>>()?;
    Ok((!groups.is_empty()).then(|| groups.into_iter().flat_map(|group| group.users.clone()).collect()))
}

/// The roles that the filter names, of which a user has any; an unknown one is an error.
fn roles(world: &World, query: &Parameters) -> Result<Option<BTreeSet<String>>, Problem> {
    let named = query.all("roles_by_pk").map(|pk| {
        let role = world.objects.get(ROLE.kind, pk);
        role.map(id_of).ok_or_else(|| no_choice("roles_by_pk", pk))
    });
    let roles: BTreeSet<String> = named.collect::<Result<_, _>>()?;
    Ok(Some(roles).filter(|roles| !roles.is_empty()))
}

pub async fn create(State(store): Shared, Extension(caller): Extension<Caller>, body: Bytes) -> Answer {
    let mut fields = Fields::read(&body)?;
    fields.require(&["username", "name"]);
    store.write(|world| {
        let user = world.new_user("");
        let pk = user.pk;
        write(world, user, fields, caller)?;
        Ok(created(json_of(world, &world.users[&pk], &Parameters::default())))
    })
}

pub async fn show(State(store): Shared, Path(pk): Path<String>, Query(query): Query<Parameters>) -> Answer {
    store.read(|world| Ok(ok(json_of(world, find(world, &pk)?, &query))))
}

pub async fn change(
    State(store): Shared,
    Extension(caller): Extension<Caller>,
    Path(pk): Path<String>,
    body: Bytes,
) -> Answer {
    store.write(|world| {
        let user = find(world, &pk)?.clone();
        let pk = user.pk;
        write(world, user, Fields::read(&body)?, caller)?;
        Ok(ok(json_of(world, &world.users[&pk], &Parameters::default())))
    })
}

/// PUT: groups that aren't given are left, and a suspension leaves sessions as they are (sections 1 and 3).
pub async fn replace(
    State(store): Shared,
    Extension(caller): Extension<Caller>,
    Path(pk): Path<String>,
    body: Bytes,
) -> Answer {
    store.write(|world| {
        let user = find(world, &pk)?.clone();
        let mut fields = Fields::read(&body)?;
        fields.require(&["username", "name"]);
        let pk = user.pk;
        let is_active = fields.take_flag("is_active");
        write(world, user, fields, caller)?;
        let given: Value = serde_json::from_slice(&body).unwrap_or_default();
        if given.get("groups").is_none() {
            world.set_groups(pk, &BTreeSet::new());
        }
        match is_active {
            Some(false) => world.deactivate_by_put(pk),
            Some(true) => world.set_active(pk, true),
            None => {}
        }
        Ok(ok(json_of(world, &world.users[&pk], &Parameters::default())))
    })
}

/// No hash is taken, so none is right.
pub async fn set_password_hash(State(store): Shared, Path(pk): Path<String>) -> Answer {
    store.read(|world| find(world, &pk).map(|_| ()))?;
    let why = "Invalid password hash format. Must be a valid Django password hash.";
    Err(Problem::field("password", why))
}

pub async fn delete(State(store): Shared, Path(pk): Path<String>) -> Answer {
    store.write(|world| {
        let pk = find(world, &pk)?.pk;
        world.delete_user(pk);
        Ok(no_content())
    })
}

/// Ends nothing: sessions and tokens go on (section 3). No password policy applies.
pub async fn set_password(State(store): Shared, Path(pk): Path<String>, body: Bytes) -> Answer {
    store.write(|world| {
        let pk = find(world, &pk)?.pk;
        let mut fields = Fields::read(&body)?;
        fields.require(&["password"]);
        let password = fields.filled("password");
        fields.check()?;
        let now = world.now();
        if let Some((user, password)) = world.users.get_mut(&pk).zip(password) {
            user.password = Some(Salted::new(&password));
            user.password_change_date = now;
        }
        Ok(no_content())
    })
}

pub(super) fn find<'a>(world: &'a World, pk: &str) -> Result<&'a User, Problem> {
    let pk: i64 = pk.parse().map_err(|_| Problem::not_found())?;
    world.users.get(&pk).ok_or_else(|| Problem::no_such("User"))
}

fn write(
    world: &mut World,
    mut user: User,
    mut fields: Fields,
    Caller(caller): Caller,
) -> Result<(), Problem> {
    let pk = user.pk;
    if let Some(username) = fields.filled("username") {
        if world.users.values().any(|other| other.username == username && other.pk != pk) {
            fields.refuse("username", "This field must be unique.");
        }
        user.username = username;
    }
    if let Some(name) = fields.text("name") {
        user.name = name;
    }
    if let Some(email) = fields.text("email") {
        if !email.is_empty() && !email.contains('@') {
            fields.refuse("email", "Enter a valid email address.");
        }
        user.email = email;
    }
    if let Some(attributes) = fields.object("attributes") {
        user.attributes = attributes;
    }
    if let Some(path) = fields.filled("path") {
        if path.starts_with('/') || path.ends_with('/') {
            fields.refuse("path", "No leading or trailing slashes allowed.");
        }
        user.path = path;
    }
    if let Some(kind) = fields.text("type") {
        if !matches!(kind.as_str(), "internal" | "external" | "service_account") {
            fields.refuse("type", &format!("\"{kind}\" is not a valid choice."));
        }
        user.kind = kind;
    }
    let group = |pk: &Value| pk.as_str().filter(|pk| world.groups.contains_key(*pk)).map(str::to_owned);
    let groups: Option<BTreeSet<String>> = fields.ids("groups", group);
    // Joining by the group itself is let through (section 12).
    let is_new =
        |pk: &String| world.groups.get(pk).is_some_and(|it| it.is_superuser && !it.users.contains(&user.pk));
    if groups.iter().flatten().any(is_new) && !world.is_superuser(caller) {
        fields.refuse("groups", "User does not have permission to add members to a superuser group.");
    }
    let role = |pk: &Value| pk.as_str().filter(|_| world.is_there("roles", pk)).map(str::to_owned);
    let roles: Option<BTreeSet<String>> = fields.ids("roles", role);
    let is_active = fields.flag("is_active");
    fields.check()?;
    user.last_updated = world.now();
    world.users.insert(pk, user);
    if let Some(groups) = groups {
        world.set_groups(pk, &groups);
    }
    if let Some(roles) = roles {
        world.set_roles(pk, &roles);
    }
    if let Some(is_active) = is_active {
        world.set_active(pk, is_active);
    }
    Ok(())
}

pub fn json_of(world: &World, user: &User, query: &Parameters) -> Value {
    let with_groups = query.unless_off("include_groups");
    let with_roles = query.unless_off("include_roles");
    let roles_obj = || world.roles_of(user.pk).map(|role| shown(world, &ROLE, role)).collect::<Vec<_>>();
    let groups_obj = || world.groups_of(user.pk).map(groups::json_in_user).collect::<Vec<_>>();
    json!({
        "pk": user.pk,
        "username": user.username,
        "name": user.name,
        "is_active": user.is_active,
        "last_login": user.last_login,
        "date_joined": user.date_joined,
        "is_superuser": world.is_superuser(user.pk),
        "groups": world.groups_of(user.pk).map(|group| &group.pk).collect::<Vec<_>>(),
        "groups_obj": with_groups.then(groups_obj),
        "roles": world.roles_of(user.pk).map(id_of).collect::<Vec<_>>(),
        "roles_obj": with_roles.then(roles_obj),
        "email": user.email,
        "avatar": AVATAR,
        "attributes": user.attributes,
        "uid": uid(user),
        "path": user.path,
        "type": user.kind,
        "uuid": user.uuid,
        "password_change_date": user.password_change_date,
        "last_updated": user.last_updated,
    })
}

/// A user as a group shows him.
pub fn json_in_group(user: &User) -> Value {
    json!({
        "pk": user.pk,
        "username": user.username,
        "name": user.name,
        "is_active": user.is_active,
        "last_login": user.last_login,
        "email": user.email,
        "attributes": user.attributes,
        "uid": uid(user),
    })
}

pub(super) fn uid(user: &User) -> String {
    secret::digest(&user.uuid)
}
