//! `x:MailingList`: get, query and set (section 9).

use std::collections::BTreeSet;

use serde::{Deserialize, Serialize};
use serde_json::{Map, Value, json};

use super::addresses::{self, Recipient};
use super::aliases::{self, Alias, Scope, description, local_part};
use super::jmap::{Creations, MethodError, get_ids, pick};
use super::page::{Row, page};
use super::set::{Failure, Objects, foreign, invalid, members, not_found, required};
use super::world::World;
use super::{ids, set};

const KNOWN: [&str; 8] =
    ["id", "name", "domainId", "description", "aliases", "memberTenantId", "recipients", "emailAddress"];
/// The most bytes of a stored object, compressed (section 5).
const MOST_BYTES: usize = 200_000;

#[derive(Clone, Default, Serialize, Deserialize)]
pub struct MailingList {
    pub name: String,
    pub domain: u64,
    pub description: Option<String>,
    pub aliases: Vec<Alias>,
    pub recipients: BTreeSet<String>,
}

impl MailingList {
    pub fn address(&self, world: &World) -> String {
        world.address(&self.name, self.domain)
    }

    fn to_json(&self, id: u64, world: &World) -> Map<String, Value> {
        let recipients = self.recipients.iter().map(|address| (address.clone(), Value::Bool(true)));
        let json = json!({
            "id": ids::encode(id),
            "name": self.name,
            "domainId": ids::encode(self.domain),
            "emailAddress": self.address(world),
            "description": self.description,
            "aliases": aliases::to_json(&self.aliases),
            "memberTenantId": null,
            "recipients": Value::Object(recipients.collect()),
        });
        json.as_object().cloned().unwrap_or_default()
    }

    /// About what compression leaves: local parts, and a little for each of the rest.
    fn size(&self) -> usize {
        let size = |address: &String| address.find('@').unwrap_or(address.len()) + 4;
        self.recipients.iter().map(size).sum()
    }
}

pub fn get(world: &World, arguments: &Map<String, Value>) -> Result<Map<String, Value>, MethodError> {
    let all: Vec<u64> = world.lists.keys().copied().collect();
    let wanted = get_ids(arguments, &all)?;
    let list = wanted
        .found
        .iter()
        .filter_map(|id| Some(pick(arguments, world.lists.get(id)?.to_json(*id, world))))
        .collect();
    Ok(wanted.answer(list))
}

/// Neither by name nor by domain: both are known and no filters.
pub fn query(world: &World, arguments: &Map<String, Value>) -> Result<Map<String, Value>, MethodError> {
    let rows = world
        .lists
        .iter()
        .map(|(id, list)| {
            let aliases: Vec<&str> = list.aliases.iter().map(|alias| alias.name.as_str()).collect();
            let recipients: Vec<&str> = list.recipients.iter().map(String::as_str).collect();
            let description = list.description.as_deref().unwrap_or_default();
            Row {
                id: *id,
                name: String::new(),
                text: format!("{} {} {description} {}", list.name, aliases.join(" "), recipients.join(" ")),
                filters: vec![("memberTenantId", Vec::new())],
            }
        })
        .collect();
    page(arguments, rows, &KNOWN, &["id"])
}

pub fn set(
    world: &mut World,
    arguments: &Map<String, Value>,
    creations: &mut Creations,
) -> Result<Map<String, Value>, MethodError> {
    set::run(&mut Lists(world), arguments, creations)
}

struct Lists<'a>(&'a mut World);

impl Objects for Lists<'_> {
    fn create(
        &mut self,
        key: &str,
        fields: &Map<String, Value>,
        creations: &Creations,
    ) -> Result<(u64, Map<String, Value>), Failure> {
        let mut draft = Draft::of(self.0, None, key, creations);
        fields.iter().try_for_each(|(property, value)| draft.set(property, value))?;
        let list = draft.finish()?;
        addresses::check_free(self.0, &list.name, list.domain, &list.aliases, None)?;
        let id = self.0.next_list();
        self.0.lists.insert(id, list);
        Ok((id, Map::new()))
    }

    fn update(&mut self, id: u64, patch: &Map<String, Value>) -> Result<(), Failure> {
        let present = self.0.lists.get(&id).ok_or_else(not_found)?;
        let creations = Creations::new();
        let mut draft = Draft::of(self.0, Some(present), "", &creations);
        patch.iter().try_for_each(|(path, value)| draft.set(path, value))?;
        let list = draft.finish()?;
        let own = Some(Recipient::List(id));
        addresses::check_free(self.0, &list.name, list.domain, &list.aliases, own)?;
        self.0.lists.insert(id, list);
        Ok(())
    }

    fn destroy(&mut self, id: u64) -> Result<(), Value> {
        self.0.lists.remove(&id).map(drop).ok_or_else(not_found)
    }
}

/// A list while it is being made or changed.
pub struct Draft<'a> {
    list: MailingList,
    domain: Option<u64>,
    aliases: aliases::Draft,
    scope: Scope<'a>,
    is_new: bool,
}

impl<'a> Draft<'a> {
    pub fn of(
        world: &'a World,
        present: Option<&MailingList>,
        key: &'a str,
        creations: &'a Creations,
    ) -> Self {
        Self {
            domain: present.map(|list| list.domain),
            aliases: present.map(|list| aliases::Draft::of(&list.aliases)).unwrap_or_default(),
            list: present.cloned().unwrap_or_default(),
            scope: Scope { world, key, creations },
            is_new: present.is_none(),
        }
    }

    /// Sets what a path leads to: a property, or a member of one.
    pub fn set(&mut self, path: &str, value: &Value) -> Result<(), Value> {
        let members = members(path);
        let (property, members) = members.split_first().map_or(("", &[][..]), |(first, rest)| (first, rest));
        match property {
            "emailAddress" => return Err(invalid(path, "Cannot modify server set property")),
            "name" => self.list.name = local_part(path, value)?,
            "domainId" => self.domain = Some(self.scope.domain(path, value)?),
            "description" => self.list.description = description(path, value)?,
            "aliases" => self.aliases.set(path, members, value, &self.scope)?,
            "recipients" => self.set_recipients(path, members, value)?,
            "memberTenantId" => {
                if let Some(tenant) = value.as_str() {
                    return Err(foreign("Tenant", tenant));
                }
            }
            _ if self.is_new => return Err(invalid("", "Invalid key for object")),
            _ => return Err(invalid(path, "Invalid property")),
        }
        Ok(())
    }

    /// Recipients are neither checked nor normalised (section 9).
    fn set_recipients(&mut self, path: &str, members: &[String], value: &Value) -> Result<(), Value> {
        if let Some(address) = members.first() {
            if *value == true {
                self.list.recipients.insert(address.clone());
            } else {
                self.list.recipients.remove(address);
            }
            return Ok(());
        }
        let why = "Invalid value for object property";
        let wanted = value.as_object().ok_or_else(|| invalid(path, why))?;
        let wanted = wanted.iter().filter(|(_, there)| **there == true);
        self.list.recipients = wanted.map(|(address, _)| address.clone()).collect();
        Ok(())
    }

    pub fn finish(self) -> Result<MailingList, Value> {
        if self.list.name.is_empty() {
            return Err(required("name"));
        }
        let domain = self.domain.ok_or_else(|| required("domainId"))?;
        let size = self.list.size();
        if size > MOST_BYTES {
            let why = format!("Object size {size} exceeds maximum of {MOST_BYTES}");
            let errors = json!([{"type": "Invalid", "property": "id", "value": why}]);
            return Err(json!({"type": "validationFailed", "validationErrors": errors}));
        }
        Ok(MailingList { domain, aliases: self.aliases.finish()?, ..self.list })
    }
}
