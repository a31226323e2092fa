//! `x:Domain`: get, query and set (section 6).

use kernel::Timestamp;
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value, json};

use super::fields::{self, PROPERTIES, checked};
use super::jmap::{Creations, MethodError, get_ids, pick};
use super::page::{Row, page};
use super::set::{Failure, Objects, invalid, linked, members, not_found, required};
use super::world::{World, seconds};
use super::{addresses, ids, set, zone};

/// A domain; `properties` are the writable ones but the name.
#[derive(Clone, Serialize, Deserialize)]
pub struct Domain {
    pub name: String,
    pub created: Timestamp,
    pub properties: Map<String, Value>,
}

impl Domain {
    pub fn new(name: String, created: Timestamp) -> Self {
        Self { name, created, properties: fields::defaults() }
    }

    pub fn has_alias(&self, name: &str) -> bool {
        self.aliases().any(|alias| alias == name)
    }

    fn aliases(&self) -> impl Iterator<Item = &String> {
        let aliases = self.properties.get("aliases").and_then(Value::as_object);
        aliases.into_iter().flat_map(Map::keys)
    }

    fn signs_by_itself(&self) -> bool {
        self.properties["dkimManagement"]["@type"] == "Automatic"
    }

    fn set(&mut self, property: &str, value: Value) {
        match (property, value) {
            ("name", Value::String(name)) => self.name = name,
            (_, value) => {
                self.properties.insert(property.to_owned(), value);
            }
        }
    }
}

pub fn get(world: &World, arguments: &Map<String, Value>) -> Result<Map<String, Value>, MethodError> {
    let all: Vec<u64> = world.domains.keys().copied().collect();
    let wanted = get_ids(arguments, &all)?;
    let list: Vec<Value> = wanted
        .found
        .iter()
        .filter_map(|id| {
            let domain = world.domains.get(id)?;
            let mut object = domain.properties.clone();
            object.insert("id".to_owned(), ids::encode(*id).into());
            object.insert("name".to_owned(), domain.name.clone().into());
            object.insert("createdAt".to_owned(), seconds(domain.created).into());
            object.insert("dnsZoneFile".to_owned(), zone::text(world, *id, domain).into());
            Some(pick(arguments, object))
        })
        .collect();
    Ok(wanted.answer(list))
}

pub fn query(world: &World, arguments: &Map<String, Value>) -> Result<Map<String, Value>, MethodError> {
    let rows = world
        .domains
        .iter()
        .map(|(id, domain)| {
            let aliases: Vec<String> = domain.aliases().cloned().collect();
            let description = domain.properties["description"].as_str().unwrap_or_default();
            Row {
                id: *id,
                name: domain.name.clone(),
                text: format!("{} {} {description}", domain.name, aliases.join(" ")),
                filters: vec![
                    ("name", vec![domain.name.clone()]),
                    ("aliases", aliases),
                    ("memberTenantId", Vec::new()),
                ],
            }
        })
        .collect();
    page(arguments, rows, &PROPERTIES, &["id", "name"])
}

pub fn set(
    world: &mut World,
    arguments: &Map<String, Value>,
    creations: &mut Creations,
) -> Result<Map<String, Value>, MethodError> {
    set::run(&mut Domains(world), arguments, creations)
}

struct Domains<'a>(&'a mut World);

impl Objects for Domains<'_> {
    fn create(
        &mut self,
        _: &str,
        fields: &Map<String, Value>,
        _: &Creations,
    ) -> Result<(u64, Map<String, Value>), Failure> {
        let mut domain = Domain::new(String::new(), self.0.settings.clock.now());
        for (property, value) in fields {
            if property == "id" {
                return Err(invalid("id", "Invalid property").into());
            }
            if !PROPERTIES.contains(&property.as_str()) {
                return Err(invalid("", "Invalid key for object").into());
            }
            domain.set(property, checked(property, value)?);
        }
        if domain.name.is_empty() {
            return Err(required("name").into());
        }
        unique(self.0, &domain, None)?;
        let signs = domain.signs_by_itself();
        let id = self.0.add_domain(domain);
        if signs {
            self.0.start_key_task(id);
        }
        Ok((id, Map::new()))
    }

    fn update(&mut self, id: u64, patch: &Map<String, Value>) -> Result<(), Failure> {
        let mut domain = self.0.domains.get(&id).cloned().ok_or_else(not_found)?;
        let signed = domain.signs_by_itself();
        for (path, value) in patch {
            let members = members(path);
            let (property, member) = (members.first().map_or("", String::as_str), members.get(1));
            if property == "id" || !PROPERTIES.contains(&property) {
                return Err(invalid(path, "Invalid property").into());
            }
            let value = match member {
                None => value.clone(),
                Some(member) => patched(&domain, property, member, value)
                    .ok_or_else(|| invalid(path, "Invalid value for property."))?,
            };
            let value = checked(property, &value)?;
            domain.set(property, value);
        }
        unique(self.0, &domain, Some(id))?;
        let starts_signing = !signed && domain.signs_by_itself();
        self.0.domains.insert(id, domain);
        if starts_signing {
            self.0.start_key_task(id);
        }
        Ok(())
    }

    fn destroy(&mut self, id: u64) -> Result<(), Value> {
        if !self.0.domains.contains_key(&id) {
            return Err(not_found());
        }
        let users = users(self.0, id);
        if !users.is_empty() {
            return Err(linked("Domain", id, &users));
        }
        self.0.remove_domain(id);
        Ok(())
    }
}

/// What points at a domain: its own keys too.
fn users(world: &World, id: u64) -> Vec<(&'static str, u64)> {
    let (accounts, lists) = addresses::users_of(world, id);
    let keys = world.visible_keys().filter(|(_, key)| key.domain == id).map(|(key, _)| key);
    let settings = (world.default_domain == Some(id)).then_some(ids::SINGLETON);
    let accounts = accounts.into_iter().map(|account| ("Account", account));
    accounts
        .chain(keys.map(|key| ("DkimSignature", key)))
        .chain(lists.into_iter().map(|list| ("MailingList", list)))
        .chain(settings.map(|id| ("SystemSettings", id)))
        .collect()
}

/// A property with one member of it changed; `true` adds to a set, `null` and `false` remove.
fn patched(domain: &Domain, property: &str, member: &str, value: &Value) -> Option<Value> {
    let mut whole = domain.properties.get(property)?.as_object()?.clone();
    if property == "aliases" && *value != true {
        whole.remove(member);
    } else if property == "aliases" || whole.contains_key(member) {
        whole.insert(member.to_owned(), value.clone());
    } else {
        return None;
    }
    Some(Value::Object(whole))
}

/// Names and aliases are unique over both, and the error names the owner.
fn unique(world: &World, domain: &Domain, own: Option<u64>) -> Result<(), Value> {
    let names = std::iter::once(("name", &domain.name));
    for (property, name) in names.chain(domain.aliases().map(|alias| ("aliases", alias))) {
        if let Some(owner) = world.owner_of(name).filter(|owner| Some(*owner) != own) {
            return Err(json!({
                "type": "primaryKeyViolation",
                "properties": [property],
                "objectId": {"object": "Domain", "id": ids::encode(owner)},
            }));
        }
    }
    Ok(())
}
