//! `x:Account/set`, as far as a domain notices: making and destroying the mailboxes that keep it from being
//! destroyed (README section 6). Everything else about accounts is left out.

use serde_json::{Map, Value, json};

use super::fields::invalid;
use super::ids;
use super::jmap::{Creations, MethodError, destroy_ids};
use super::world::{Account, World};

pub fn set(
    world: &mut World,
    arguments: &Map<String, Value>,
    creations: &mut Creations,
) -> Result<Map<String, Value>, MethodError> {
    destroy_ids(arguments, creations)?;
    if arguments.contains_key("update") {
        return Err(MethodError::new("unknownMethod", "this simulator changes no accounts"));
    }
    let (mut created, mut not_created) = (Map::new(), Map::new());
    for (name, value) in arguments.get("create").and_then(Value::as_object).into_iter().flatten() {
        match create(world, name, value, creations) {
            Ok(id) => {
                creations.insert(name.clone(), ids::encode(id));
                created.insert(name.clone(), json!({"id": ids::encode(id)}));
            }
            Err(Refusal::One(error)) => {
                not_created.insert(name.clone(), error);
            }
            Err(Refusal::All(error)) => return Err(error),
        }
    }
    let (mut destroyed, mut not_destroyed) = (Vec::new(), Map::new());
    for (text, id) in destroy_ids(arguments, creations)? {
        if world.accounts.remove(&id).is_some() {
            destroyed.push(Value::String(text));
        } else {
            not_destroyed.insert(text, json!({"type": "notFound"}));
        }
    }
    let maps = [("created", created), ("notCreated", not_created), ("notDestroyed", not_destroyed)];
    let maps = maps.into_iter().filter(|(_, map)| !map.is_empty());
    let mut answer: Map<String, Value> = maps.map(|(name, map)| (name.to_owned(), map.into())).collect();
    if !destroyed.is_empty() {
        answer.insert("destroyed".to_owned(), destroyed.into());
    }
    Ok(answer)
}

enum Refusal {
    One(Value),
    All(MethodError),
}

fn create(world: &mut World, key: &str, value: &Value, creations: &Creations) -> Result<u64, Refusal> {
    let required = |property: &str| {
        let missing = json!([{"type": "Required", "property": property}]);
        Refusal::One(json!({"type": "validationFailed", "validationErrors": missing}))
    };
    if value["@type"] != "User" {
        return Err(Refusal::One(invalid("", "Missing or invalid '@type' property in object")));
    }
    let domain = value["domainId"].as_str().ok_or_else(|| required("domainId"))?;
    let domain = match domain.strip_prefix('#') {
        None => domain.to_owned(),
        Some(of) => creations.get(of).cloned().ok_or_else(|| {
            let why = format!("Invalid reference to non-existing object {of:?} from {key:?}");
            Refusal::All(MethodError::new("invalidResultReference", why))
        })?,
    };
    let Some(id) = ids::decode(&domain) else {
        return Err(Refusal::One(invalid("domainId", "Failed to parse Id from string")));
    };
    if !world.domains.contains_key(&id) {
        let missing = json!({"object": "Domain", "id": domain});
        return Err(Refusal::One(json!({"type": "invalidForeignKey", "objectId": missing})));
    }
    let name = value["name"].as_str().ok_or_else(|| required("name"))?.to_lowercase();
    if name.is_empty() || name.contains(|letter: char| letter == '@' || letter.is_whitespace()) {
        return Err(Refusal::One(invalid("name", "Invalid email local part")));
    }
    let account = Account { name, domain: id };
    let taken = world.accounts.iter().find(|(_, known)| known.domain == id && known.name == account.name);
    if let Some((owner, _)) = taken {
        return Err(Refusal::One(json!({
            "type": "primaryKeyViolation",
            "properties": ["email"],
            "objectId": {"object": "Account", "id": ids::encode(*owner)},
        })));
    }
    let id = world.accounts.last_key_value().map_or(1, |(last, _)| last + 1);
    world.accounts.insert(id, account);
    Ok(id)
}
