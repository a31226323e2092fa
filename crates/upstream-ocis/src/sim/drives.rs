//! `/graph/v1.0/drives`: list, get, create, change, disable, restore, purge (sections 6 and 7).

use axum::http::{HeaderMap, StatusCode};
use serde_json::{Map, Value};

use super::answer::Problem;
use super::drive::{DEFAULT_QUOTA, Drive, TEMPLATE_BYTES, shares};
use super::query::{Options, filter_drives, order};
use super::user::User;
use super::world::World;

const FORBIDDEN: &str = "/\\.:?*\"><|";
const MOST_BYTES: usize = 255;

/// Which drives a list is over.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Scope {
    /// Everybody's for a manager of spaces; for others, without a word, only the own ones.
    All,
    /// What the caller owns or is a member of.
    Own,
}

pub fn list(world: &World, caller: &User, scope: Scope, options: &Options) -> Result<Vec<Value>, Problem> {
    let all = scope == Scope::All && caller.role.manages_spaces();
    let mut drives: Vec<Value> = world
        .drives
        .values()
        .filter(|drive| !drive.is_broken() && (all || drive.is_shown_to(&caller.id)))
        .map(|drive| drive.to_json(world))
        .collect();
    drives.push(shares(world));
    let drives = filter_drives(drives, options.get("filter"))?;
    order(drives, options.get("orderby"), &["name", "lastModifiedDateTime"])
}

pub fn show(world: &World, caller: &User, id: &str) -> Result<Value, Problem> {
    world
        .drives
        .get(id)
        .filter(|drive| !drive.is_broken())
        .filter(|drive| caller.role.manages_spaces() || drive.is_shown_to(&caller.id))
        .map(|drive| drive.to_json(world))
        .ok_or_else(|| Problem::not_found("no drive returned from storage"))
}

pub fn create(world: &mut World, caller: &User, body: &[u8], template: bool) -> Result<Value, Problem> {
    let schema = || Problem::invalid("invalid body schema definition");
    let fields = Fields::read(body).map_err(|_| schema())?;
    let Some(name) = &fields.name else {
        return Err(schema());
    };
    if !caller.role.manages_spaces() {
        let why = "insufficient permissions to create a space.";
        return Err(Problem::forbidden("notAllowed", why));
    }
    let name = name.trim();
    checked_name(name).map_err(|why| Problem::invalid(format!("invalid spacename: {why}")))?;
    if fields.kind.as_deref().is_some_and(|kind| !kind.is_empty() && kind != "project") {
        return Err(Problem::invalid("drives of this type cannot be created via this api"));
    }
    let mut drive = world.new_project(name);
    drive.total = fields.total.filter(|total| *total >= 0).unwrap_or(DEFAULT_QUOTA);
    drive.description = fields.description.filter(|text| !text.is_empty());
    if let Some(alias) = fields.alias {
        drive.alias = alias;
    }
    if template {
        drive.from_template = true;
        drive.used = TEMPLATE_BYTES;
    }
    drive.members.insert(caller.id.clone(), "manager".to_owned());
    let json = drive.to_json(world);
    world.drives.insert(drive.id.clone(), drive);
    Ok(json)
}

pub fn change(
    world: &mut World,
    caller: &User,
    id: &str,
    headers: &HeaderMap,
    body: &[u8],
) -> Result<Value, Problem> {
    let fields =
        Fields::read(body).map_err(|why| Problem::invalid(format!("invalid request body: error: {why}")))?;
    if fields.total.is_some() && !caller.role.manages_spaces() {
        let why = "user is not allowed to set the space quota";
        return Err(Problem::forbidden("notAllowed", why));
    }
    let now = world.settings.now();
    let repairs = fields.total.is_some_and(|total| total >= 0);
    let drive = managed(world, caller, id)?;
    if drive.is_broken() && !repairs {
        return Err(Problem::not_found("drive not found"));
    }
    if let Some(name) = fields.name.as_deref().map(str::trim).filter(|name| !name.is_empty()) {
        checked_name(name).map_err(|why| Problem::new(StatusCode::BAD_REQUEST, "generalException", why))?;
        name.clone_into(&mut drive.name);
    }
    if let Some(description) = fields.description {
        drive.description = Some(description).filter(|text| !text.is_empty());
    }
    if let Some(alias) = fields.alias {
        drive.alias = alias;
    }
    if let Some(total) = fields.total {
        drive.total = total;
    }
    if headers.get("restore").is_some_and(|value| value == "T") {
        drive.disabled = false;
    }
    drive.modified = now;
    if drive.is_broken() {
        let status = StatusCode::INTERNAL_SERVER_ERROR;
        return Err(Problem::new(status, "generalException", "grpc error"));
    }
    let drive = drive.clone();
    Ok(drive.to_json(world))
}

/// Disables, or with the header `Purge: T` deletes what was disabled before.
pub fn delete(world: &mut World, caller: &User, id: &str, headers: &HeaderMap) -> Result<(), Problem> {
    let drive = managed(world, caller, id)?;
    if headers.get("purge").is_none_or(|value| value != "T") {
        drive.disabled = true;
        return Ok(());
    }
    if !drive.disabled {
        return Err(Problem::invalid("error: bad request: can't purge enabled space"));
    }
    world.drives.remove(id);
    Ok(())
}

fn managed<'a>(world: &'a mut World, caller: &User, id: &str) -> Result<&'a mut Drive, Problem> {
    world
        .drives
        .get_mut(id)
        .filter(|drive| caller.role.manages_spaces() || drive.is_managed_by(&caller.id))
        .ok_or_else(|| Problem::not_found("drive not found"))
}

fn checked_name(name: &str) -> Result<(), &'static str> {
    if name.is_empty() {
        return Err("spacename must not be empty");
    }
    if name.len() > MOST_BYTES {
        return Err("spacename must be smaller than 255");
    }
    if name.contains(|letter| FORBIDDEN.contains(letter)) {
        return Err("spacenames must not contain [/ \\ . : ? * \" > < |]");
    }
    Ok(())
}

/// The writable fields of a drive. An unknown field or a wrong type refuses the whole body.
#[derive(Default)]
struct Fields {
    name: Option<String>,
    description: Option<String>,
    alias: Option<String>,
    kind: Option<String>,
    total: Option<i64>,
}

impl Fields {
    fn read(body: &[u8]) -> Result<Self, String> {
        let given: Map<String, Value> = serde_json::from_slice(body).map_err(|error| error.to_string())?;
        let mut fields = Self::default();
        for (name, value) in given {
            let wrong = format!("json: wrong type for {name}");
            let text = || value.as_str().map(str::to_owned).ok_or(wrong.clone());
            match name.as_str() {
                "name" => fields.name = Some(text()?),
                "description" => fields.description = Some(text()?),
                "driveAlias" => fields.alias = Some(text()?),
                "driveType" => fields.kind = Some(text()?),
                "quota" => match value.get("total") {
                    Some(total) => fields.total = Some(total.as_i64().ok_or(wrong)?),
                    None if value.is_object() => {}
                    None => return Err(wrong),
                },
                _ => return Err(format!("json: unknown field \"{name}\"")),
            }
        }
        Ok(fields)
    }
}
