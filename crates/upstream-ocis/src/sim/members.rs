//! `/graph/v1beta1/drives/{id}/root`: who is in a space and what they may do (section 8). The role Admin is no
//! membership: to an Admin who is no member the space is not there.

use axum::http::StatusCode;
use kernel::Timestamp;
use serde_json::{Map, Value, json};

use super::answer::Problem;
use super::drive::Drive;
use super::user::User;
use super::world::World;

/// Ids, weights and words of what fits the root of a space.
const ROLES: [(&str, &str, &str, &str); 3] = [
    ("viewer", "a8d5fe5e-96e3-418d-825b-534dbdf22b99", "Can view", "View and download."),
    (
        "editor",
        "58c63c02-1d89-4572-916a-870abc5a1b7d",
        "Can edit",
        "View, download, upload, edit, add, delete including the history.",
    ),
    (
        "manager",
        "312c0871-5ef7-4b3a-85b6-0e4074c64049",
        "Can manage",
        "View, download, upload, edit, add, delete and manage members.",
    ),
];
/// Other roles there are, which don't fit a root.
const UNFITTING: [&str; 3] = [
    "b1e2218d-eef8-4d4c-b82d-0f1a1b48f3b5",
    "2d00ce52-1fc2-4dbc-8b95-a73b73395f5a",
    "fb6c3e19-e378-47e5-b277-9732f9de6e21",
];
const VIEW: [&str; 6] =
    ["path/read", "quota/read", "content/read", "children/read", "deleted/read", "basic/read"];
const EDIT: [&str; 8] = [
    "children/create",
    "standard/delete",
    "upload/create",
    "permissions/read",
    "versions/read",
    "path/update",
    "versions/update",
    "deleted/update",
];
const MANAGE: [&str; 5] =
    ["permissions/create", "permissions/delete", "deleted/delete", "permissions/update", "permissions/deny"];

pub fn list(world: &World, caller: &User, id: &str) -> Result<Value, Problem> {
    let drive = inside(world, caller, id)?;
    let own = drive.members.get(&caller.id).map_or("viewer", String::as_str);
    let rank = ROLES.iter().position(|(name, ..)| *name == own).unwrap_or_default();
    let parts = [&VIEW[..], &EDIT[..], &MANAGE[..]];
    let actions = parts[..=rank].iter().flat_map(|part| part.iter());
    let actions: Vec<String> = actions.map(|action| format!("libre.graph/driveItem/{action}")).collect();
    let roles = ROLES[..=rank].iter().enumerate().map(|(weight, (_, id, name, description))| {
        json!({
            "@libre.graph.weight": weight + 1, "description": description, "displayName": name, "id": id,
        })
    });
    let rows = drive.members.keys().map(|member| permission(world, drive, member));
    Ok(json!({
        "@libre.graph.permissions.actions.allowedValues": actions,
        "@libre.graph.permissions.roles.allowedValues": roles.collect::<Vec<_>>(),
        "value": rows.collect::<Vec<_>>(),
    }))
}

pub fn invite(world: &mut World, caller: &User, id: &str, body: &[u8]) -> Result<Value, Problem> {
    let given: Value = serde_json::from_slice(body).unwrap_or_default();
    let recipients = given["recipients"].as_array().map(Vec::as_slice).unwrap_or_default();
    let [recipient] = recipients else {
        return Err(wrong("Recipients", "len"));
    };
    let kind = recipient["@libre.graph.recipient.type"].as_str().unwrap_or_default();
    if !matches!(kind, "user" | "group") {
        return Err(wrong("Recipients[0].LibreGraphRecipientType", "oneof"));
    }
    let role = fitting(&given["roles"])?;
    let expires = given["expirationDateTime"].as_str().map(str::to_owned);
    let end = expires.as_deref().and_then(Timestamp::parse);
    if end.is_some_and(|end| end <= world.settings.now()) {
        return Err(wrong("ExpirationDateTime", "gt"));
    }
    let object = recipient["objectId"].as_str().unwrap_or_default();
    let member = if kind == "user" { object.to_owned() } else { format!("g:{object}") };
    inside(world, caller, id)?;
    if !world.users.contains_key(object) && !world.groups.contains_key(object) {
        return Err(Problem::invalid("itemNotFound: not found"));
    }
    let drive = managed(world, caller, id)?;
    if drive.members.contains_key(&member) {
        let why = format!("add grant: error: already exists: {}", drive.name);
        return Err(Problem::new(StatusCode::CONFLICT, "nameAlreadyExists", why));
    }
    drive.members.insert(member.clone(), role.to_owned());
    drive.expirations.extend(expires.map(|expires| (member.clone(), expires)));
    let drive = drive.clone();
    let mut row = permission(world, &drive, &member);
    // The answer lacks the end, and says who invited.
    row.as_object_mut().map(|row| row.remove("expirationDateTime"));
    row["invitation"] = json!({"invitedBy": {"user": identity(world, &caller.id)}});
    Ok(json!({"value": [row]}))
}

pub fn change(
    world: &mut World,
    caller: &User,
    id: &str,
    permission_id: &str,
    body: &[u8],
) -> Result<Value, Problem> {
    let given: Map<String, Value> = serde_json::from_slice(body)
        .map_err(|why| Problem::invalid(format!("invalid request body: {why}")))?;
    inside(world, caller, id)?;
    let member = member_of(permission_id);
    let drive = managed(world, caller, id)?;
    if !drive.members.contains_key(&member) {
        let why = format!("error: not found: no shares found by id:opaque_id:\"{permission_id}\"");
        return Err(Problem::not_found(&why));
    }
    if let Some(roles) = given.get("roles") {
        drive.members.insert(member.clone(), fitting(roles)?.to_owned());
    }
    match given.get("expirationDateTime") {
        Some(Value::String(end)) => {
            drive.expirations.insert(member.clone(), end.clone());
        }
        Some(_) => {
            drive.expirations.remove(&member);
        }
        None => {}
    }
    let drive = drive.clone();
    Ok(permission(world, &drive, &member))
}

/// Removing somebody who is no member is an internal error.
pub fn remove(world: &mut World, caller: &User, id: &str, permission_id: &str) -> Result<(), Problem> {
    inside(world, caller, id)?;
    let member = member_of(permission_id);
    let drive = managed(world, caller, id)?;
    let Some(role) = drive.members.get(&member) else {
        let why = "rpc error: code = Unknown desc = gateway: error getting grant to remove from storage";
        return Err(Problem::new(StatusCode::INTERNAL_SERVER_ERROR, "generalException", why));
    };
    let managers = drive.members.values().filter(|role| *role == "manager").count();
    if role == "manager" && managers == 1 {
        return Err(Problem::forbidden("accessDenied", "can't remove the last manager"));
    }
    drive.members.remove(&member);
    drive.expirations.remove(&member);
    Ok(())
}

/// The space when the caller is in it.
fn inside<'a>(world: &'a World, caller: &User, id: &str) -> Result<&'a Drive, Problem> {
    let found = world.drives.get(id).filter(|drive| !drive.is_broken() && drive.is_shown_to(&caller.id));
    let space = id.split_once('$').map_or(id, |(_, space)| space);
    found.ok_or_else(|| Problem::not_found(&format!("stat: error: not found: {id}!{space}")))
}

fn managed<'a>(world: &'a mut World, caller: &User, id: &str) -> Result<&'a mut Drive, Problem> {
    let space = id.split_once('$').map_or(id, |(_, space)| space);
    let why = format!("add grant: error: permission denied: {id}!{space}");
    let found = world.drives.get_mut(id).filter(|drive| drive.is_managed_by(&caller.id));
    found.ok_or_else(|| Problem::forbidden("accessDenied", &why))
}

/// The one role of a list, if it fits a root.
fn fitting(roles: &Value) -> Result<&'static str, Problem> {
    let roles = roles.as_array().map(Vec::as_slice).unwrap_or_default();
    let id = match roles {
        [one] => one.as_str().unwrap_or_default(),
        [] => return Err(wrong("Roles", "one_or_another")),
        _ => return Err(wrong("Roles", "max")),
    };
    match ROLES.iter().find(|(_, known, ..)| *known == id) {
        Some((name, ..)) => Ok(name),
        None if UNFITTING.contains(&id) => Err(Problem::invalid("role not applicable to this resource")),
        None => Err(wrong("Roles", "available_role")),
    }
}

fn wrong(field: &str, tag: &str) -> Problem {
    let name = field.rsplit('.').next().unwrap_or(field);
    Problem::invalid(format!(
        "Key: 'DriveItemInvite.{field}' Error:Field validation for '{name}' failed on the '{tag}' tag"
    ))
}

/// `u:<user>` or `g:<group>`; users are known by their id alone.
fn member_of(permission: &str) -> String {
    permission.strip_prefix("u:").unwrap_or(permission).to_owned()
}

pub fn permission(world: &World, drive: &Drive, member: &str) -> Value {
    let role = drive.members.get(member).map_or("viewer", String::as_str);
    let role_id = ROLES.iter().find(|(name, ..)| *name == role).map_or(role, |(_, id, ..)| id);
    let id = if member.starts_with("g:") { member.to_owned() } else { format!("u:{member}") };
    let mut row = json!({"grantedToV2": granted(world, member), "id": id, "roles": [role_id]});
    if let Some(end) = drive.expirations.get(member) {
        row["expirationDateTime"] = end.clone().into();
    }
    row
}

/// Whom a membership is for.
pub fn granted(world: &World, member: &str) -> Value {
    match member.strip_prefix("g:") {
        Some(group) => {
            let name = world.groups.get(group).map_or("", String::as_str);
            json!({"group": {"displayName": name, "id": group}})
        }
        None => json!({"user": identity(world, member)}),
    }
}

fn identity(world: &World, user: &str) -> Value {
    let name = world.users.get(user).map_or("", |user| &user.display_name);
    json!({"@libre.graph.userType": "Member", "displayName": name, "id": user})
}
