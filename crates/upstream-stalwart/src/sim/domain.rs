//! `x:Domain`: get, query and set (README section 6).

use kernel::Timestamp;
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value, json};

use super::fields::{self, PROPERTIES, checked, invalid};
use super::jmap::{Creations, MethodError, destroy_ids, get_ids, pick};
use super::page::{Row, page};
use super::world::{World, seconds};
use super::{ids, zone};

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

/// Creates and updates, then destroys; each entry for itself.
pub fn set(
    world: &mut World,
    arguments: &Map<String, Value>,
    creations: &mut Creations,
) -> Result<Map<String, Value>, MethodError> {
    destroy_ids(arguments, creations)?;
    let mut parts: [(&str, Map<String, Value>); 5] = [
        ("created", Map::new()),
        ("notCreated", Map::new()),
        ("updated", Map::new()),
        ("notUpdated", Map::new()),
        ("notDestroyed", Map::new()),
    ];
    for (name, value) in entries(arguments, "create") {
        match create(world, value) {
            Ok(id) => {
                creations.insert(name.clone(), ids::encode(id));
                parts[0].1.insert(name.clone(), json!({"id": ids::encode(id)}));
            }
            Err(error) => {
                parts[1].1.insert(name.clone(), error);
            }
        }
    }
    let destroy = destroy_ids(arguments, creations)?;
    for (text, patch) in entries(arguments, "update") {
        let Some(id) = ids::decode(text) else {
            continue;
        };
        let doomed = destroy.iter().any(|(_, doomed)| *doomed == id);
        let outcome = if doomed {
            Err(json!({"type": "willDestroy", "description": "ID will be destroyed."}))
        } else {
            update(world, id, patch)
        };
        match outcome {
            Ok(()) => parts[2].1.insert(text.clone(), Value::Null),
            Err(error) => parts[3].1.insert(text.clone(), error),
        };
    }
    let mut destroyed = Vec::new();
    for (text, id) in destroy {
        match destroy_one(world, id) {
            Ok(()) => destroyed.push(Value::String(text)),
            Err(error) => {
                parts[4].1.insert(text, error);
            }
        }
    }
    let mut answer = Map::new();
    for (name, part) in parts {
        if !part.is_empty() {
            answer.insert(name.to_owned(), part.into());
        }
    }
    if !destroyed.is_empty() {
        answer.insert("destroyed".to_owned(), destroyed.into());
    }
    Ok(answer)
}

fn entries<'a>(
    arguments: &'a Map<String, Value>,
    name: &str,
) -> impl Iterator<Item = (&'a String, &'a Value)> + use<'a> {
    arguments.get(name).and_then(Value::as_object).into_iter().flatten()
}

fn create(world: &mut World, value: &Value) -> Result<u64, Value> {
    let Some(given) = value.as_object() else {
        return Err(invalid("", "Invalid value type for object"));
    };
    let mut domain = Domain::new(String::new(), world.settings.clock.now());
    for (property, value) in given {
        if property == "id" {
            return Err(invalid("id", "Invalid property"));
        }
        if !PROPERTIES.contains(&property.as_str()) {
            return Err(invalid("", "Invalid key for object"));
        }
        domain.set(property, checked(property, value)?);
    }
    if domain.name.is_empty() {
        let missing = json!([{"type": "Required", "property": "name"}]);
        return Err(json!({"type": "validationFailed", "validationErrors": missing}));
    }
    unique(world, &domain, None)?;
    let signs = domain.signs_by_itself();
    let id = world.add_domain(domain);
    if signs {
        world.start_key_task(id);
    }
    Ok(id)
}

fn update(world: &mut World, id: u64, patch: &Value) -> Result<(), Value> {
    let not_found = || json!({"type": "notFound"});
    let mut domain = world.domains.get(&id).cloned().ok_or_else(not_found)?;
    let signed = domain.signs_by_itself();
    for (path, value) in patch.as_object().into_iter().flatten() {
        let (property, member) = match path.split_once('/') {
            Some((property, member)) => (property, Some(member.replace("~1", "/").replace("~0", "~"))),
            None => (path.as_str(), None),
        };
        if property == "id" || !PROPERTIES.contains(&property) {
            return Err(invalid(path, "Invalid property"));
        }
        let value = match member {
            None => value.clone(),
            Some(member) => patched(&domain, property, &member, value)
                .ok_or_else(|| invalid(path, "Invalid value for property."))?,
        };
        let value = checked(property, &value)?;
        domain.set(property, value);
    }
    unique(world, &domain, Some(id))?;
    let starts_signing = !signed && domain.signs_by_itself();
    world.domains.insert(id, domain);
    if starts_signing {
        world.start_key_task(id);
    }
    Ok(())
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

fn destroy_one(world: &mut World, id: u64) -> Result<(), Value> {
    if !world.domains.contains_key(&id) {
        return Err(json!({"type": "notFound"}));
    }
    let link = |object: &str, id: u64| json!({"object": object, "id": ids::encode(id)});
    let mut linked: Vec<Value> = world
        .accounts
        .iter()
        .filter(|(_, account)| account.domain == id)
        .map(|(account, _)| link("Account", *account))
        .collect();
    let keys = world.visible_keys().filter(|(_, key)| key.domain == id);
    linked.extend(keys.map(|(key, _)| link("DkimSignature", key)));
    if world.default_domain == Some(id) {
        linked.push(json!({"object": "SystemSettings", "id": "singleton"}));
    }
    if linked.is_empty() {
        world.remove_domain(id);
        return Ok(());
    }
    Err(json!({
        "type": "objectIsLinked",
        "objectId": {"object": "Domain", "id": ids::encode(id)},
        "linkedObjects": linked,
    }))
}
