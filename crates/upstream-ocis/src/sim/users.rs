//! `/graph/v1.0/users`: list, get, create, change, delete, and the role of an account (sections 3 and 4).

use axum::http::StatusCode;
use serde_json::{Map, Value, json};

use super::answer::Problem;
use super::drive::shares;
use super::idp::digest;
use super::query::{Options, order};
use super::user::{APPLICATION, Role, User};
use super::world::{World, new_uuid};

/// All users, for an Admin, without pages; `$filter` is left out and `$search` finds whole words only.
pub fn list(world: &World, caller: &User, options: &Options) -> Result<Value, Problem> {
    let wanted = options.get("search").map(|text| text.trim_matches('"').to_lowercase());
    if caller.role != Role::Admin && wanted.as_ref().is_none_or(|wanted| wanted.len() < 3) {
        return Err(Problem::forbidden("accessDenied", "search term too short"));
    }
    if options.get("filter").is_some() {
        return Err(Problem::new(StatusCode::NOT_IMPLEMENTED, "generalException", "unsupported filter"));
    }
    let is_found = |user: &&User| {
        let texts = [&user.login, &user.display_name, user.mail.as_ref().unwrap_or(&user.login)];
        wanted.as_ref().is_none_or(|wanted| texts.iter().any(|text| text.to_lowercase().contains(wanted)))
    };
    let with_roles = options.expands("appRoleAssignments");
    let rows = world.users.values().filter(is_found).map(|user| {
        if caller.role != Role::Admin {
            return json!({
                "displayName": user.display_name, "id": user.id, "onPremisesSamAccountName": "",
                "userType": "Member",
            });
        }
        let mut json = user.in_list(world);
        if with_roles {
            json.insert("appRoleAssignments".to_owned(), user.assignments(world));
        }
        json.into()
    });
    let fields = ["displayName", "mail", "onPremisesSamAccountName"];
    Ok(json!({"value": order(rows.collect(), options.get("orderby"), &fields)?}))
}

/// A user by id or user name.
pub fn show(world: &World, wanted: &str, options: &Options) -> Result<Value, Problem> {
    let user = find(world, wanted)?;
    let mut json = user.alone();
    if options.expands("appRoleAssignments") {
        json.insert("appRoleAssignments".to_owned(), user.assignments(world));
    }
    if options.expands("memberOf") {
        json.insert("memberOf".to_owned(), json!([]));
    }
    let drive = world.personal_drive(&user.id).map(|drive| drive.to_json(world));
    if options.expands("drive") {
        json.insert("drive".to_owned(), drive.clone().unwrap_or_else(|| json!({"name": ""})));
    }
    if options.expands("drives") {
        json.insert("drives".to_owned(), drive.into_iter().chain([shares(world)]).collect());
    }
    Ok(json.into())
}

/// Makes a user with the role User and without a personal drive.
pub fn create(world: &mut World, caller: &User, body: &[u8]) -> Result<Value, Problem> {
    must_be_admin(caller)?;
    let fields = Fields::read(body)?;
    let missing = |name: &str| {
        Problem::invalid(format!("invalid request body: no value given for required property {name}"))
    };
    let display_name = fields.display_name.as_ref().ok_or_else(|| missing("displayName"))?;
    let login = fields.login.clone().ok_or_else(|| missing("onPremisesSamAccountName"))?;
    if display_name.is_empty() {
        return Err(Problem::invalid("Empty displayname"));
    }
    if !is_login(&login) {
        return Err(Problem::invalid("Invalid username"));
    }
    if fields.mail.as_deref().is_some_and(|mail| !is_mail(mail)) {
        return Err(Problem::invalid("invalid email address"));
    }
    if world.user_named(login.trim()).is_some() {
        return Err(taken());
    }
    let id = world.add_user(new_uuid(), login);
    let user = fields.write(world, &id);
    Ok(user.changed(world, fields.enabled).into())
}

/// Changes a user; none for a body without fields.
pub fn change(world: &mut World, caller: &User, wanted: &str, body: &[u8]) -> Result<Option<Value>, Problem> {
    must_be_admin(caller)?;
    let id = find(world, wanted)?.id.clone();
    let fields = Fields::read(body)?;
    if fields.is_empty {
        return Ok(None);
    }
    if let Some(mail) = fields.mail.as_deref().filter(|mail| !mail.is_empty() && !is_mail(mail)) {
        return Err(Problem::invalid(format!("'{mail}' is not a valid email address")));
    }
    if let Some(login) = fields.login.as_deref().filter(|login| !login.is_empty()) {
        if !is_login(login) {
            return Err(Problem::invalid("Invalid username"));
        }
        if world.user_named(login).is_some_and(|other| other.id != id) {
            return Err(taken());
        }
    }
    let user = fields.write(world, &id);
    Ok(Some(user.changed(world, fields.enabled).into()))
}

/// Deletes a user with the personal drive; members of spaces dangle.
pub fn delete(world: &mut World, caller: &User, wanted: &str) -> Result<(), Problem> {
    must_be_admin(caller)?;
    let id = find(world, wanted)?.id.clone();
    if id == caller.id {
        return Err(Problem::forbidden("notAllowed", "self deletion forbidden"));
    }
    world.delete_user(&id);
    Ok(())
}

/// By id only; a name and an unknown id give an empty list.
pub fn assignments(world: &World, caller: &User, id: &str) -> Result<Value, Problem> {
    must_be_admin(caller)?;
    let rows = world.users.get(id).map_or_else(|| json!([]), |user| user.assignments(world));
    Ok(json!({"value": rows}))
}

/// Gives a role, in place of the former one. An unknown role is taken and carries no right.
pub fn assign(world: &mut World, caller: &User, id: &str, body: &[u8]) -> Result<Value, Problem> {
    must_be_admin(caller)?;
    let given: Value = serde_json::from_slice(body).unwrap_or_default();
    let text = |name: &str| given[name].as_str().unwrap_or_default().to_owned();
    let (principal, resource, role) = (text("principalId"), text("resourceId"), text("appRoleId"));
    if resource != world.application {
        let why = format!("resource id {id} does not match expected application id {}", world.application);
        return Err(Problem::invalid(why));
    }
    if principal != id {
        return Err(Problem::invalid(format!("user id {id} does not match principal id {principal}")));
    }
    if id == caller.id {
        let why = "{\"id\":\"ocis-settings\",\"code\":403,\"detail\":\"Changing own role assignment \
                   forbidden\",\"status\":\"Forbidden\"}";
        return Err(Problem::forbidden("notAllowed", why));
    }
    let assignment = new_uuid();
    if let Some(user) = world.users.get_mut(id) {
        user.role = Role::of(&role);
        user.assignment.clone_from(&assignment);
    }
    Ok(json!({
        "appRoleId": role, "id": assignment, "principalId": id, "principalType": "User",
        "resourceDisplayName": APPLICATION, "resourceId": world.application,
    }))
}

pub fn unassign(world: &mut World, caller: &User, id: &str, assignment: &str) -> Result<(), Problem> {
    must_be_admin(caller)?;
    match world.users.get_mut(id).filter(|user| user.assignment == assignment) {
        Some(user) => {
            user.role = Role::Unknown;
            user.assignment.clear();
            Ok(())
        }
        None => Err(Problem::not_found(&format!("appRoleAssignment {assignment} not found for user {id}"))),
    }
}

fn find<'a>(world: &'a World, wanted: &str) -> Result<&'a User, Problem> {
    let found = world.users.get(wanted).or_else(|| world.user_named(wanted));
    found.ok_or_else(|| Problem::not_found("not found"))
}

fn must_be_admin(caller: &User) -> Result<(), Problem> {
    match caller.role {
        Role::Admin => Ok(()),
        _ => Err(Problem::forbidden("accessDenied", "Forbidden")),
    }
}

fn taken() -> Problem {
    let why = "a user with that name already exists";
    Problem::new(StatusCode::CONFLICT, "nameAlreadyExists", why)
}

/// With `GRAPH_USERNAME_MATCH=none` any name without blanks; the default rule wants a letter first, but a uuid
/// is let in, as the product's set-up has it (section 13).
fn is_login(login: &str) -> bool {
    let first = login.chars().next().unwrap_or(' ');
    let is_uuid = login.len() == 36 && login.bytes().all(|byte| byte.is_ascii_hexdigit() || byte == b'-');
    let is_usual = |letter: char| letter.is_alphanumeric() || "._%+-@!#$&'*/=?^`{|}~".contains(letter);
    is_uuid || (first.is_alphabetic() || first == '_') && login.chars().all(is_usual)
}

fn is_mail(mail: &str) -> bool {
    mail.split_once('@').is_some_and(|(local, domain)| !local.is_empty() && !domain.is_empty())
}

/// The writable fields. An unknown one refuses the whole body.
#[derive(Default)]
struct Fields {
    display_name: Option<String>,
    login: Option<String>,
    mail: Option<String>,
    given_name: Option<String>,
    surname: Option<String>,
    password: Option<String>,
    enabled: Option<bool>,
    is_empty: bool,
}

impl Fields {
    fn read(body: &[u8]) -> Result<Self, Problem> {
        let body = if body.is_empty() { b"{}" } else { body };
        let bad = |why: String| Problem::invalid(format!("invalid request body: {why}"));
        let given: Map<String, Value> = serde_json::from_slice(body).map_err(|error| {
            bad(if error.is_eof() { "unexpected EOF".to_owned() } else { error.to_string() })
        })?;
        let mut fields = Self { is_empty: given.is_empty(), ..Self::default() };
        for (name, value) in given {
            let text = value.as_str().map(str::to_owned);
            match name.as_str() {
                "displayName" => fields.display_name = text,
                "onPremisesSamAccountName" => fields.login = text,
                "mail" => fields.mail = text,
                "givenName" => fields.given_name = text,
                "surname" => fields.surname = text,
                "accountEnabled" => fields.enabled = value.as_bool(),
                "passwordProfile" => fields.password = value["password"].as_str().map(str::to_owned),
                "id" => return Err(Problem::invalid("user id is a read-only attribute")),
                "userType" | "memberOf" => {
                    return Err(Problem::invalid(format!("{name} is a read-only attribute")));
                }
                _ => return Err(bad(format!("json: unknown field \"{name}\""))),
            }
        }
        Ok(fields)
    }

    /// Writes what is given; an empty text changes nothing.
    fn write(&self, world: &mut World, id: &str) -> User {
        let filled = |text: &Option<String>| text.clone().filter(|text| !text.is_empty());
        let Some(user) = world.users.get_mut(id) else {
            return User::default();
        };
        if let Some(login) = filled(&self.login) {
            login.trim().clone_into(&mut user.login);
        }
        if let Some(name) = filled(&self.display_name) {
            user.display_name = name;
        }
        user.mail = filled(&self.mail).or(user.mail.take());
        user.given_name = filled(&self.given_name).or(user.given_name.take());
        user.surname = filled(&self.surname).or(user.surname.take());
        user.enabled = self.enabled.unwrap_or(user.enabled);
        if let Some(password) = &self.password {
            user.password = Some(digest(password));
        }
        user.clone()
    }
}
