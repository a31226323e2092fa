//! `x:Role`: get and query of the four roles that there are at the start (section 10). Making roles is left out; `roles`
//! of `/_sim` changes what they give.

use std::collections::{BTreeMap, BTreeSet};

use serde::{Deserialize, Serialize};
use serde_json::{Map, Value, json};

use super::account::Account;
use super::ids;
use super::jmap::{MethodError, get_ids, pick};
use super::page::{Row, page};
use super::permissions::Permissions;
use super::world::World;

pub const USER: u64 = 1;
pub const GROUP: u64 = 2;
pub const ADMIN: u64 = 4;
/// Their names, and what stands for each in the list of permissions.
const AT_THE_START: [(&str, char); 4] =
    [("User", 'u'), ("Group", 'g'), ("Tenant Administrator", 't'), ("System Administrator", 'a')];
const KNOWN: [&str; 6] =
    ["id", "description", "memberTenantId", "roleIds", "enabledPermissions", "disabledPermissions"];

#[derive(Clone, Default, Serialize, Deserialize)]
pub struct Role {
    pub description: String,
    pub roles: BTreeSet<u64>,
    pub enabled: Permissions,
    pub disabled: Permissions,
}

pub fn at_the_start() -> BTreeMap<u64, Role> {
    let roles = AT_THE_START.map(|(name, letter)| Role {
        description: name.to_owned(),
        enabled: Permissions::of_role(letter),
        ..Role::default()
    });
    (1..).zip(roles).collect()
}

/// A set of names on the wire.
pub fn name_set(permissions: Permissions) -> Value {
    permissions.names().into_iter().map(|name| (name.to_owned(), Value::Bool(true))).collect()
}

/// The permissions in a set on the wire.
pub fn read_set(set: &Value) -> Permissions {
    let names = set.as_object().into_iter().flatten().filter(|(_, there)| **there == true);
    Permissions::of(names.map(|(name, _)| name))
}

impl Role {
    fn to_json(&self, id: u64) -> Map<String, Value> {
        let roles = self.roles.iter().map(|role| (ids::encode(*role), Value::Bool(true)));
        let json = json!({
            "id": ids::encode(id),
            "description": self.description,
            "memberTenantId": null,
            "roleIds": Value::Object(roles.collect()),
            "enabledPermissions": name_set(self.enabled),
            "disabledPermissions": name_set(self.disabled),
        });
        json.as_object().cloned().unwrap_or_default()
    }
}

impl World {
    /// What an account may do: its roles, and what differs from them.
    pub(super) fn granted(&self, account: &Account) -> Permissions {
        let roles = account.property("roles");
        // The defaults of `x:Authentication`.
        let roles = match roles["@type"].as_str() {
            Some("User") => BTreeSet::from([USER]),
            Some("Admin") => BTreeSet::from([ADMIN, USER]),
            Some("Custom") => {
                let named = roles["roleIds"].as_object().into_iter().flatten();
                named.filter_map(|(id, _)| ids::decode(id)).collect()
            }
            _ => BTreeSet::from([GROUP]),
        };
        let (mut enabled, mut disabled) = self.given_by(roles);
        let own = account.property("permissions");
        let (more, less) = (read_set(&own["enabledPermissions"]), read_set(&own["disabledPermissions"]));
        match own["@type"].as_str() {
            Some("Merge") => (enabled, disabled) = (enabled.or(more), disabled.or(less)),
            Some("Replace") => (enabled, disabled) = (more, less),
            _ => {}
        }
        enabled.without(disabled)
    }

    /// What roles enable and disable, with those that they name.
    fn given_by(&self, roles: BTreeSet<u64>) -> (Permissions, Permissions) {
        let (mut enabled, mut disabled) = (Permissions::default(), Permissions::default());
        let (mut left, mut seen): (Vec<u64>, BTreeSet<u64>) = (roles.into_iter().collect(), BTreeSet::new());
        while let Some(id) = left.pop() {
            if let Some(role) = self.roles.get(&id).filter(|_| seen.insert(id)) {
                (enabled, disabled) = (enabled.or(role.enabled), disabled.or(role.disabled));
                left.extend(&role.roles);
            }
        }
        (enabled, disabled)
    }
}

pub fn get(world: &World, arguments: &Map<String, Value>) -> Result<Map<String, Value>, MethodError> {
    let all: Vec<u64> = world.roles.keys().copied().collect();
    let wanted = get_ids(arguments, &all)?;
    let list = wanted
        .found
        .iter()
        .filter_map(|id| Some(pick(arguments, world.roles.get(id)?.to_json(*id))))
        .collect();
    Ok(wanted.answer(list))
}

/// The filter `description` looks for words.
pub fn query(world: &World, arguments: &Map<String, Value>) -> Result<Map<String, Value>, MethodError> {
    let rows = world.roles.iter().map(|(id, role)| {
        let words = role.description.split_whitespace().map(str::to_owned).collect();
        Row {
            id: *id,
            name: String::new(),
            filters: vec![("description", words)],
            text: role.description.clone(),
        }
    });
    page(arguments, rows.collect(), &KNOWN, &["id"])
}
