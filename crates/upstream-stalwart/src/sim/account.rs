//! `x:Account`: get, query and set of mailboxes and groups (section 7).

use std::collections::BTreeSet;

use kernel::Timestamp;
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value, json};

use super::account_draft::{Draft, defaults};
use super::addresses::{self, Recipient};
use super::aliases::{self, Alias};
use super::credentials::Credential;
use super::jmap::{Creations, MethodError, get_ids, pick};
use super::page::{Row, page};
use super::permissions::Permissions;
use super::set::{Failure, Objects, invalid, linked, not_found};
use super::world::{World, seconds};
use super::{ids, set};

/// Everything that a query may name; `email` is known and no filter (transcript 04).
const KNOWN: [&str; 21] = [
    "id",
    "@type",
    "name",
    "domainId",
    "credentials",
    "createdAt",
    "memberGroupIds",
    "memberTenantId",
    "roles",
    "permissions",
    "quotas",
    "aliases",
    "description",
    "locale",
    "timeZone",
    "encryptionAtRest",
    "usedDiskQuota",
    "emailAddress",
    "email",
    "secret",
    "expiresAt",
];

/// A mailbox or a group.
#[derive(Clone, Serialize, Deserialize)]
pub struct Account {
    pub name: String,
    pub domain: u64,
    #[serde(default)]
    pub is_group: bool,
    #[serde(default = "beginning")]
    pub created: Timestamp,
    #[serde(default)]
    pub aliases: Vec<Alias>,
    #[serde(default)]
    pub groups: BTreeSet<u64>,
    #[serde(default)]
    pub credentials: Vec<Credential>,
    /// The bytes that it keeps.
    #[serde(default)]
    pub used: u64,
    /// What differs from the defaults of the other properties.
    #[serde(default)]
    pub properties: Map<String, Value>,
}

/// Of accounts that an older version remembered.
fn beginning() -> Timestamp {
    Timestamp::from_seconds(0)
}

impl Account {
    pub fn new(name: &str, domain: u64, created: Timestamp) -> Self {
        Self {
            name: name.to_owned(),
            domain,
            is_group: false,
            created,
            aliases: Vec::new(),
            groups: BTreeSet::new(),
            credentials: Vec::new(),
            used: 0,
            properties: Map::new(),
        }
    }

    pub fn address(&self, world: &World) -> String {
        world.address(&self.name, self.domain)
    }

    /// The value of a property that has a default.
    pub fn property(&self, name: &str) -> Value {
        self.properties.get(name).cloned().unwrap_or_else(|| defaults(self.is_group)[name].clone())
    }

    /// The most bytes that it may keep.
    pub fn quota(&self) -> Option<u64> {
        self.quota_of("maxDiskQuota")
    }

    pub fn quota_of(&self, name: &str) -> Option<u64> {
        self.properties.get("quotas")?[name].as_u64()
    }

    fn to_json(&self, id: u64, world: &World) -> Map<String, Value> {
        let mut object = defaults(self.is_group);
        object.extend(self.properties.clone());
        let kind = if self.is_group { "Group" } else { "User" };
        let mut put = |name: &str, value: Value| object.insert(name.to_owned(), value);
        put("@type", kind.into());
        put("id", ids::encode(id).into());
        put("name", self.name.clone().into());
        put("domainId", ids::encode(self.domain).into());
        put("emailAddress", self.address(world).into());
        put("createdAt", seconds(self.created).into());
        put("aliases", aliases::to_json(&self.aliases));
        put("usedDiskQuota", self.used.into());
        if !self.is_group {
            let groups = self.groups.iter().map(|id| (ids::encode(*id), Value::Bool(true)));
            put("memberGroupIds", Value::Object(groups.collect()));
            let entries = self.credentials.iter().enumerate();
            let entries = entries.map(|(at, credential)| (at.to_string(), credential.to_json()));
            put("credentials", Value::Object(entries.collect()));
        }
        object
    }
}

pub fn get(world: &World, arguments: &Map<String, Value>) -> Result<Map<String, Value>, MethodError> {
    let all: Vec<u64> = world.accounts.keys().copied().collect();
    let wanted = get_ids(arguments, &all)?;
    let list = wanted
        .found
        .iter()
        .filter_map(|id| Some(pick(arguments, world.accounts.get(id)?.to_json(*id, world))))
        .collect();
    Ok(wanted.answer(list))
}

pub fn query(world: &World, arguments: &Map<String, Value>) -> Result<Map<String, Value>, MethodError> {
    let filter = |property: &str| arguments.get("filter")?.get(property)?.as_str();
    let (domain, name) = (filter("domainId").and_then(ids::decode), filter("name"));
    let rows = world
        .accounts
        .iter()
        // The page filters again; this saves making rows of all accounts of the server.
        .filter(|(_, account)| domain.is_none_or(|id| account.domain == id))
        .filter(|(_, account)| name.is_none_or(|name| account.name == name))
        .map(|(id, account)| row(*id, account))
        .collect();
    page(arguments, rows, &KNOWN, &["id", "name"])
}

fn row(id: u64, account: &Account) -> Row {
    let description = account.property("description");
    let aliases: Vec<&str> = account.aliases.iter().map(|alias| alias.name.as_str()).collect();
    let kind = if account.is_group { "Group" } else { "User" };
    Row {
        id,
        name: account.name.clone(),
        text: format!("{} {} {}", account.name, aliases.join(" "), description.as_str().unwrap_or_default()),
        filters: vec![
            ("name", vec![account.name.clone()]),
            ("domainId", vec![ids::encode(account.domain)]),
            ("@type", vec![kind.to_owned()]),
            ("memberGroupIds", account.groups.iter().copied().map(ids::encode).collect()),
            ("memberTenantId", Vec::new()),
        ],
    }
}

/// What may be done to accounts by whoever has these permissions.
pub struct Accounts<'a> {
    pub world: &'a mut World,
    pub caller: Permissions,
}

pub fn set(
    world: &mut World,
    caller: Permissions,
    arguments: &Map<String, Value>,
    creations: &mut Creations,
) -> Result<Map<String, Value>, MethodError> {
    set::run(&mut Accounts { world, caller }, arguments, creations)
}

impl Objects for Accounts<'_> {
    fn create(
        &mut self,
        key: &str,
        fields: &Map<String, Value>,
        creations: &Creations,
    ) -> Result<(u64, Map<String, Value>), Failure> {
        let is_group = match fields.get("@type").and_then(Value::as_str) {
            Some("User") => false,
            Some("Group") => true,
            _ => return Err(invalid("", "Missing or invalid '@type' property in object").into()),
        };
        let mut draft = Draft::of_new(self.world, is_group, key, creations);
        for (property, value) in fields.iter().filter(|(property, _)| *property != "@type") {
            draft.set(property, value)?;
        }
        let account = draft.finish()?;
        self.check_grant(&account)?;
        addresses::check_free(self.world, &account.name, account.domain, &account.aliases, None)?;
        let id = self.world.next_account();
        self.world.accounts.insert(id, account);
        Ok((id, Map::new()))
    }

    fn update(&mut self, id: u64, patch: &Map<String, Value>) -> Result<(), Failure> {
        let present = self.world.accounts.get(&id).ok_or_else(not_found)?;
        let rights = |account: &Account| (account.property("permissions"), account.property("roles"));
        let before = rights(present);
        let creations = Creations::new();
        let mut draft = Draft::of(self.world, present, &creations);
        for (path, value) in patch {
            draft.set(path, value)?;
        }
        let account = draft.finish()?;
        let own = Some(Recipient::Account(id));
        addresses::check_free(self.world, &account.name, account.domain, &account.aliases, own)?;
        if rights(&account) != before {
            self.check_grant(&account)?;
        }
        self.world.accounts.insert(id, account);
        Ok(())
    }

    fn destroy(&mut self, id: u64) -> Result<(), Value> {
        if !self.world.accounts.contains_key(&id) {
            return Err(not_found());
        }
        let members = self.world.accounts.iter().filter(|(_, account)| account.groups.contains(&id));
        let members: Vec<(&str, u64)> = members.map(|(member, _)| ("Account", *member)).collect();
        if !members.is_empty() {
            return Err(linked("Account", id, &members));
        }
        self.world.accounts.remove(&id);
        Ok(())
    }
}

impl Accounts<'_> {
    /// A caller can only grant what it holds (section 3).
    fn check_grant(&self, account: &Account) -> Result<(), Value> {
        match self.world.granted(account).without(self.caller).refusal() {
            Some(why) => Err(json!({"type": "forbidden", "description": why})),
            None => Ok(()),
        }
    }
}
