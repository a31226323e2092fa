//! `aliases` of accounts and lists: a list whose keys are positions, renumbered whenever it is stored (section 8).

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};
use serde_json::{Map, Value, json};

use super::jmap::Creations;
use super::set::{foreign, invalid, required};
use super::world::World;
use super::{ids, names};

#[derive(Clone, Serialize, Deserialize)]
pub struct Alias {
    pub enabled: bool,
    pub name: String,
    pub domain: u64,
    pub description: Option<String>,
}

/// The list as it is read.
pub fn to_json(aliases: &[Alias]) -> Value {
    let entries = aliases.iter().enumerate().map(|(at, alias)| {
        let entry = json!({
            "enabled": alias.enabled,
            "name": alias.name,
            "domainId": ids::encode(alias.domain),
            "description": alias.description,
        });
        (at.to_string(), entry)
    });
    Value::Object(entries.collect())
}

/// The list while it is being changed.
#[derive(Default)]
pub struct Draft(BTreeMap<u64, Entry>);

struct Entry {
    enabled: bool,
    name: Option<String>,
    domain: Option<u64>,
    description: Option<String>,
}

impl Draft {
    pub fn of(aliases: &[Alias]) -> Self {
        let entries = aliases.iter().cloned().map(|alias| Entry {
            enabled: alias.enabled,
            name: Some(alias.name),
            domain: Some(alias.domain),
            description: alias.description,
        });
        Self((0..).zip(entries).collect())
    }

    /// Sets the whole list, an entry or a field of one: `members` is what follows `aliases` in `path`.
    pub fn set(
        &mut self,
        path: &str,
        members: &[String],
        value: &Value,
        scope: &Scope<'_>,
    ) -> Result<(), Value> {
        let bad = || invalid(path, "Invalid value for object property");
        let Some((key, fields)) = members.split_first() else {
            let entries = value.as_object().ok_or_else(bad)?;
            self.0.clear();
            for (key, entry) in entries {
                let fields = entry.as_object().ok_or_else(bad)?;
                let key = key.parse().map_err(|_| bad())?;
                self.0.insert(key, Entry::read(&format!("{path}/{key}"), fields, scope)?);
            }
            return Ok(());
        };
        let key: u64 = key.parse().map_err(|_| bad())?;
        match (fields, value) {
            ([], Value::Null) => self.0.remove(&key).map(drop).ok_or_else(bad),
            ([], Value::Object(given)) => {
                self.0.insert(key, Entry::read(path, given, scope)?);
                Ok(())
            }
            ([field], value) => self.0.get_mut(&key).ok_or_else(bad)?.set(path, field, value, scope),
            _ => Err(bad()),
        }
    }

    pub fn finish(self) -> Result<Vec<Alias>, Value> {
        let finished = self.0.into_values().map(|entry| {
            Ok(Alias {
                enabled: entry.enabled,
                name: entry.name.ok_or_else(|| required("name"))?,
                domain: entry.domain.ok_or_else(|| required("domainId"))?,
                description: entry.description,
            })
        });
        finished.collect()
    }
}

impl Entry {
    fn read(path: &str, fields: &Map<String, Value>, scope: &Scope<'_>) -> Result<Self, Value> {
        let mut entry = Self { enabled: true, name: None, domain: None, description: None };
        for (field, value) in fields {
            entry.set(&format!("{path}/{field}"), field, value, scope)?;
        }
        Ok(entry)
    }

    fn set(&mut self, path: &str, field: &str, value: &Value, scope: &Scope<'_>) -> Result<(), Value> {
        match field {
            "name" => self.name = Some(local_part(path, value)?),
            "domainId" => self.domain = Some(scope.domain(path, value)?),
            "description" => self.description = description(path, value)?,
            "enabled" => {
                let why = "Invalid value for boolean property (expected true or false)";
                self.enabled = value.as_bool().ok_or_else(|| invalid(path, why))?;
            }
            _ => return Err(invalid(path, "Invalid property")),
        }
        Ok(())
    }
}

/// What references are looked up in.
pub struct Scope<'a> {
    pub world: &'a World,
    /// The name of the object that is being made.
    pub key: &'a str,
    pub creations: &'a Creations,
}

impl Scope<'_> {
    /// The domain that an id means; `#name` is what this request created under the name.
    pub fn domain(&self, path: &str, value: &Value) -> Result<u64, Value> {
        let text = value.as_str().unwrap_or_default();
        let text = match text.strip_prefix('#') {
            Some(of) => self.creations.get(of).map_or(text, String::as_str),
            None => text,
        };
        let id = ids::decode(text).ok_or_else(|| invalid(path, "Failed to parse Id from string"))?;
        if self.world.domains.contains_key(&id) { Ok(id) } else { Err(foreign("Domain", text)) }
    }
}

/// The stored form of a local part.
pub fn local_part(path: &str, value: &Value) -> Result<String, Value> {
    let text = value.as_str().ok_or_else(|| invalid(path, "Invalid value for property."))?;
    names::local_part(text).ok_or_else(|| invalid(path, "Invalid email local part"))
}

/// A text or none; an empty one is an error.
pub fn description(path: &str, value: &Value) -> Result<Option<String>, Value> {
    match value {
        Value::Null => Ok(None),
        Value::String(text) if !text.is_empty() => Ok(Some(text.clone())),
        _ => Err(invalid(path, "Invalid value for property.")),
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::super::Setup;
    use super::*;

    proptest! {
        #[test]
        fn whatever_is_patched_the_keys_are_positions_in_the_order_of_the_keys_before(
            patches in proptest::collection::vec((0..9_u64, proptest::option::of("[a-z]{1,3}")), 0..20),
        ) {
            let (world, creations) = (World::first(&Setup::new("key".into())), Creations::new());
            let scope = Scope { world: &world, key: "", creations: &creations };
            let (mut draft, mut model) = (Draft::default(), BTreeMap::new());
            for (key, name) in patches {
                let (path, members) = (format!("aliases/{key}"), [key.to_string()]);
                let value = name.as_ref().map_or(Value::Null, |name| json!({"name": name, "domainId": "b"}));
                let taken = draft.set(&path, &members, &value, &scope).is_ok();
                let wanted = match name {
                    Some(name) => {
                        model.insert(key, name);
                        true
                    }
                    None => model.remove(&key).is_some(),
                };
                prop_assert_eq!(taken, wanted);
            }
            let stored = draft.finish().map_err(|error| TestCaseError::fail(error.to_string()))?;
            let names: Vec<&str> = stored.iter().map(|alias| alias.name.as_str()).collect();
            prop_assert_eq!(&names, &model.values().map(String::as_str).collect::<Vec<_>>());
            let read = to_json(&stored);
            let keys = (0..stored.len()).map(|at| at.to_string());
            prop_assert!(keys.zip(names).all(|(key, name)| read[key.as_str()]["name"] == name));
        }
    }
}
