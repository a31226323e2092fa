//! Groups: one per tenant. Never changes or deletes a group that makes its members superusers (section 12).

use outbound::{Call, CallError, Method};
use serde::Deserialize;
use serde_json::{Map, Value, json};

use crate::Authentik;
use crate::client::{accept, body_of, is_missing};
use crate::pages::Listing;

pub(crate) const GROUPS: &str = "/api/v3/core/groups/";

/// A group as the server has it.
#[derive(Debug, Clone, PartialEq, Deserialize)]
pub struct Group {
    /// Its UUID.
    #[serde(rename = "pk")]
    pub id: String,
    /// Its name: unique, case-sensitive.
    pub name: String,
    /// Its attributes, those of others included.
    #[serde(default)]
    pub attributes: Map<String, Value>,
    /// True when its members are superusers.
    #[serde(default)]
    pub is_superuser: bool,
}

/// A group to make.
#[derive(Debug, Clone, PartialEq)]
pub struct NewGroup {
    /// Its name: unique, case-sensitive.
    pub name: String,
    /// Its attributes; must be an object.
    pub attributes: Value,
}

/// What to change about a group; what is `None` stays.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct GroupChange {
    /// The new name.
    pub name: Option<String>,
    /// Attributes to set; must be an object. Top-level keys that are not in it stay as they are.
    pub attributes: Option<Value>,
}

/// How a creation went.
#[derive(Debug, Clone, PartialEq)]
pub enum Created<T = Group> {
    /// It is new.
    New(T),
    /// The name is taken: find what bears it and look whose it is.
    Exists,
}

impl Authentik {
    /// The group of exactly that name.
    pub async fn find_group(&self, name: &str) -> Result<Option<Group>, CallError> {
        let groups = self.groups_where(&[("name", name)]).await?;
        // A filter that the server does not know selects everything (section 1).
        Ok(groups.into_iter().find(|group| group.name == name))
    }

    /// The group of that id.
    pub async fn group(&self, id: &str) -> Result<Option<Group>, CallError> {
        if !is_uuid(id) {
            return Ok(None);
        }
        let call = Call::get(path(id)).query("include_users", false);
        let answer = self.send(call).await?;
        if is_missing(&answer) {
            return Ok(None);
        }
        accept(answer)?.json().map(Some)
    }

    /// The groups whose names contain `search`, by name; all when it is empty. Not a snapshot: a group that is
    /// made or deleted meanwhile may be in it or not.
    pub async fn list_groups(&self, search: &str) -> Result<Vec<Group>, CallError> {
        let filters = [("search", search)];
        let filters = if search.is_empty() { &filters[..0] } else { &filters[..] };
        self.groups_where(filters).await
    }

    /// Makes a group. After an error of unknown effect, find it by its name.
    pub async fn create_group(&self, new: &NewGroup) -> Result<Created, CallError> {
        let attributes = self.object(&new.attributes)?;
        let call = Call::new(Method::Post, GROUPS).json(&json!({"name": new.name, "attributes": attributes}));
        let answer = self.send(call).await?;
        if answer.status == 400 && body_of(&answer).is_some_and(|body| is_name_taken(&body)) {
            return Ok(Created::Exists);
        }
        accept(answer)?.json().map(Created::New)
    }

    /// Changes a group: reads it, merges the attributes and writes what differs. There is no compare-and-set, so
    /// the last of two writers wins (section 1). Refused when the group is gone or makes superusers.
    pub async fn update_group(&self, id: &str, change: &GroupChange) -> Result<Group, CallError> {
        let added = change.attributes.as_ref().map(|attributes| self.object(attributes)).transpose()?;
        let Some(group) = self.group(id).await? else {
            return Err(self.refused(404, "there is no such group"));
        };
        self.guard(&group)?;
        let mut body = Map::new();
        if let Some(name) = change.name.as_ref().filter(|name| **name != group.name) {
            body.insert("name".to_owned(), json!(name));
        }
        // PATCH replaces the whole object (section 1).
        let mut attributes = group.attributes.clone();
        attributes.extend(added.cloned().unwrap_or_default());
        if attributes != group.attributes {
            body.insert("attributes".to_owned(), Value::Object(attributes));
        }
        if body.is_empty() {
            return Ok(group);
        }
        self.read(Call::new(Method::Patch, path(id)).json(&body)).await
    }

    /// Deletes a group; one that is gone already is a success. Deletes the policy bindings that name the group
    /// too, which can open an application to everybody (section 7): delete its applications first.
    pub async fn delete_group(&self, id: &str) -> Result<(), CallError> {
        let Some(group) = self.group(id).await? else {
            return Ok(());
        };
        self.guard(&group)?;
        let answer = self.send(Call::new(Method::Delete, path(id))).await?;
        if is_missing(&answer) {
            return Ok(());
        }
        accept(answer).map(|_| ())
    }

    async fn groups_where(&self, filters: &[(&str, &str)]) -> Result<Vec<Group>, CallError> {
        let filters = [&[("include_users", "false")], filters].concat();
        let listing = Listing { path: GROUPS, what: "groups", ordering: "name", filters: &filters };
        let mut groups = self.rows(&listing, |group: &Group| group.id.clone()).await?;
        groups.sort_by(|a, b| a.name.cmp(&b.name));
        Ok(groups)
    }

    pub(crate) fn object<'a>(&self, attributes: &'a Value) -> Result<&'a Map<String, Value>, CallError> {
        attributes.as_object().ok_or_else(|| self.malformed("attributes must be an object"))
    }

    /// An account that may add members to groups may also add them to superusers' groups (section 12).
    pub(crate) fn guard(&self, group: &Group) -> Result<(), CallError> {
        if group.is_superuser {
            let name = &group.name;
            let why = format!("the group {name:?} makes superusers, Dezky does not touch it");
            return Err(self.refused(403, why));
        }
        Ok(())
    }
}

/// There is no conflict status: a taken name is a 400 on `name`, as other faults of a name are (section 2).
fn is_name_taken(body: &Value) -> bool {
    let text = |text: &Value| text.as_str().is_some_and(|text| text.contains("already exists"));
    body["name"].as_array().is_some_and(|texts| texts.iter().any(text))
}

pub(crate) fn is_uuid(id: &str) -> bool {
    id.len() == 36 && id.bytes().all(|byte| byte.is_ascii_hexdigit() || byte == b'-')
}

pub(crate) fn path(id: &str) -> String {
    format!("{GROUPS}{id}/")
}
