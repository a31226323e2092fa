//! An account while it is being made or changed: what each property allows, and what the server says to the rest
//! (sections 5 and 7).

use serde_json::{Map, Value, json};

use super::account::Account;
use super::aliases::{self, Scope, description, local_part};
use super::credentials;
use super::ids;
use super::jmap::{Creations, MethodError};
use super::permissions::Permissions;
use super::set::{Failure, broken_rule, foreign, invalid, members, required};
use super::world::World;

const ZONES: [&str; 10] = [
    "Africa/",
    "America/",
    "Antarctica/",
    "Asia/",
    "Atlantic/",
    "Australia/",
    "Europe/",
    "Indian/",
    "Pacific/",
    "Etc/",
];

/// What an account has unless told.
pub fn defaults(is_group: bool) -> Map<String, Value> {
    let mut values = json!({
        "description": null,
        "locale": "en_US",
        "memberTenantId": null,
        "permissions": {"@type": "Inherit"},
        "quotas": {},
        "roles": {"@type": if is_group { "Default" } else { "User" }},
        "timeZone": null,
    });
    if !is_group {
        values["encryptionAtRest"] = json!({"@type": "Disabled"});
    }
    values.as_object().cloned().unwrap_or_default()
}

pub struct Draft<'a> {
    account: Account,
    domain: Option<u64>,
    aliases: aliases::Draft,
    credentials: credentials::Draft,
    scope: Scope<'a>,
    is_new: bool,
}

impl<'a> Draft<'a> {
    pub fn of_new(world: &'a World, is_group: bool, key: &'a str, creations: &'a Creations) -> Self {
        let now = world.settings.clock.now();
        Self {
            account: Account { is_group, ..Account::new("", 0, now) },
            domain: None,
            aliases: aliases::Draft::default(),
            credentials: credentials::Draft::of(&[], now, true),
            scope: Scope { world, key, creations },
            is_new: true,
        }
    }

    pub fn of(world: &'a World, account: &Account, creations: &'a Creations) -> Self {
        let now = world.settings.clock.now();
        Self {
            domain: Some(account.domain),
            aliases: aliases::Draft::of(&account.aliases),
            credentials: credentials::Draft::of(&account.credentials, now, false),
            account: account.clone(),
            scope: Scope { world, key: "", creations },
            is_new: false,
        }
    }

    /// Sets what a path leads to: a property, or a member of one.
    pub fn set(&mut self, path: &str, value: &Value) -> Result<(), Failure> {
        let members = members(path);
        let (property, members) = members.split_first().map_or(("", &[][..]), |(first, rest)| (first, rest));
        let of_group = self.account.is_group;
        match property {
            "emailAddress" | "usedDiskQuota" | "createdAt" => {
                return Err(invalid(path, "Cannot modify server set property").into());
            }
            "@type" => {
                let kind = if of_group { "Group" } else { "User" };
                if *value != kind {
                    let why = "Cannot change the type of an existing account.";
                    return Err(broken_rule(path, why).into());
                }
            }
            "name" => self.account.name = local_part(path, value)?,
            "domainId" => self.domain = Some(self.domain_of(path, value)?),
            "aliases" => self.aliases.set(path, members, value, &self.scope)?,
            "credentials" if !of_group => self.credentials.set(path, members, value)?,
            "memberGroupIds" if !of_group => self.set_groups(path, members, value)?,
            "roles" => self.store(property, roles(self.scope.world, path, value, of_group)?),
            "permissions" => {
                let changed = permissions(self.account.property(property), path, members, value)?;
                self.store(property, changed);
            }
            "quotas" => {
                let changed = quotas(&self.account.property(property), path, members, value)?;
                self.store(property, changed);
            }
            "description" => self.store(property, json!(description(path, value)?)),
            "locale" | "timeZone" => {
                check_place(property, path, value)?;
                self.store(property, value.clone());
            }
            "encryptionAtRest" if !of_group && value["@type"].is_string() => {
                self.store(property, value.clone());
            }
            "memberTenantId" => {
                if let Some(tenant) = value.as_str() {
                    return Err(foreign("Tenant", tenant).into());
                }
            }
            _ if self.is_new => return Err(invalid("", "Invalid key for object").into()),
            _ => return Err(invalid(path, "Invalid property").into()),
        }
        Ok(())
    }

    pub fn finish(self) -> Result<Account, Failure> {
        if self.account.name.is_empty() {
            return Err(required("name").into());
        }
        let domain = self.domain.ok_or_else(|| required("domainId"))?;
        let (aliases, credentials) = (self.aliases.finish()?, self.credentials.finish()?);
        Ok(Account { domain, aliases, credentials, ..self.account })
    }

    fn store(&mut self, property: &str, value: Value) {
        if defaults(self.account.is_group).get(property) == Some(&value) {
            self.account.properties.remove(property);
        } else {
            self.account.properties.insert(property.to_owned(), value);
        }
    }

    /// A name that this request did not create fails the whole method (transcript 11).
    fn domain_of(&self, path: &str, value: &Value) -> Result<u64, Failure> {
        if let Some(of) = value.as_str().and_then(|text| text.strip_prefix('#'))
            && !self.scope.creations.contains_key(of)
        {
            let key = self.scope.key;
            let why = format!("Invalid reference to non-existing object {of:?} from {key:?}");
            return Err(Failure::All(MethodError::new("invalidResultReference", why)));
        }
        Ok(self.scope.domain(path, value)?)
    }

    fn set_groups(&mut self, path: &str, members: &[String], value: &Value) -> Result<(), Value> {
        let group = |text: &str| {
            let id = ids::decode(text).ok_or_else(|| invalid(path, "Failed to parse Id from string"))?;
            let known = self.scope.world.accounts.get(&id).is_some_and(|account| account.is_group);
            if known { Ok(id) } else { Err(foreign("Account", text)) }
        };
        match members {
            [] => {
                let why = "Invalid value for object property";
                let wanted = value.as_object().ok_or_else(|| invalid(path, why))?;
                let wanted = wanted.iter().filter(|(_, there)| **there == true);
                self.account.groups = wanted.map(|(id, _)| group(id)).collect::<Result<_, _>>()?;
            }
            [id, ..] if *value == true => {
                let id = group(id)?;
                self.account.groups.insert(id);
            }
            [id, ..] => {
                self.account.groups.retain(|group| ids::encode(*group) != *id);
            }
        }
        Ok(())
    }
}

fn roles(world: &World, path: &str, value: &Value, of_group: bool) -> Result<Value, Failure> {
    match (value["@type"].as_str(), of_group) {
        (Some("User" | "Admin"), false) | (Some("Default"), true) => Ok(value.clone()),
        (Some("Custom"), _) => {
            let known = |id: &String| ids::decode(id).is_some_and(|id| world.roles.contains_key(&id));
            if value["roleIds"].as_object().into_iter().flatten().all(|(id, _)| known(id)) {
                return Ok(value.clone());
            }
            // Bad input, and yet the answer is that to a write conflict (section 5).
            Err(Failure::All(MethodError::unavailable()))
        }
        _ => Err(invalid(path, "Missing or invalid '@type' property in object").into()),
    }
}

fn permissions(present: Value, path: &str, members: &[String], value: &Value) -> Result<Value, Value> {
    let known = |name: &String| Permissions::is_known(name);
    let set = |path: &str, given: &Value| {
        let names = given.as_object().into_iter().flatten().filter(|(_, there)| **there == true);
        let names: Map<String, Value> = names.map(|(name, there)| (name.clone(), there.clone())).collect();
        if names.keys().all(known) {
            Ok(Value::Object(names))
        } else {
            Err(invalid(path, "Invalid key for object property"))
        }
    };
    match members {
        [] => match value["@type"].as_str() {
            Some("Inherit") => Ok(json!({"@type": "Inherit"})),
            Some(kind @ ("Merge" | "Replace")) => Ok(json!({
                "@type": kind,
                "enabledPermissions": set(&format!("{path}/enabledPermissions"), &value["enabledPermissions"])?,
                "disabledPermissions": set(&format!("{path}/disabledPermissions"), &value["disabledPermissions"])?,
            })),
            _ => Err(invalid(path, "Missing or invalid '@type' property in object")),
        },
        [of, ..] if present.get(of).is_none() => Err(invalid(path, "Invalid JSON Pointer path")),
        [of] => {
            let mut whole = present;
            whole[of] = set(path, value)?;
            Ok(whole)
        }
        [of, name, ..] => {
            let mut whole = present;
            whole[of][name] = value.clone();
            whole[of] = set(path, &whole[of])?;
            Ok(whole)
        }
    }
}

fn quotas(present: &Value, path: &str, members: &[String], value: &Value) -> Result<Value, Value> {
    let check = |name: &str, value: &Value| {
        let why = "Invalid value for unsigned integer property (expected non-negative integer)";
        match value {
            _ if !name.starts_with("max") => Err(invalid(path, "Invalid key for object property")),
            value if value.as_u64().is_none() => Err(invalid(path, why)),
            _ => Ok(()),
        }
    };
    let Some(name) = members.first() else {
        let whole = value.as_object().ok_or_else(|| invalid(path, "Invalid value for object property"))?;
        whole.iter().try_for_each(|(name, value)| check(name, value))?;
        return Ok(value.clone());
    };
    let mut whole = present.as_object().cloned().unwrap_or_default();
    if value.is_null() {
        whole.remove(name);
    } else {
        check(name, value)?;
        whole.insert(name.clone(), value.clone());
    }
    Ok(whole.into())
}

/// Locales are `en_US`, time zones such as `Europe/Berlin` or none.
fn check_place(property: &str, path: &str, value: &Value) -> Result<(), Value> {
    let text = value.as_str().unwrap_or_default();
    let (is_known, first) = if property == "locale" {
        let (language, country) = text.split_once('_').unwrap_or_default();
        (language.len() == 2 && country.len() == 2, "EnUS")
    } else {
        (value.is_null() || text == "UTC" || ZONES.iter().any(|zone| text.starts_with(zone)), "AfricaAbidjan")
    };
    if is_known {
        return Ok(());
    }
    Err(invalid(path, &format!("Invalid value Str({text:?}) for enum type {first}.")))
}
