//! What the simulator remembers, and how `/_sim` shows and changes it.

use std::collections::{BTreeMap, BTreeSet};
use std::time::Duration;

use kernel::{Clock, Timestamp};
use secrecy::ExposeSecret as _;
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value, json};
use sha2::{Digest as _, Sha256};
use simulator::State;

use super::dkim::{Algorithm, Key};
use super::domain::Domain;
use super::{Setup, ids, names};

/// The state of a simulated server.
#[derive(Clone, Default, Serialize, Deserialize)]
pub struct World {
    pub(super) domains: BTreeMap<u64, Domain>,
    pub(super) keys: BTreeMap<u64, Key>,
    pub(super) accounts: BTreeMap<u64, Account>,
    pub(super) default_domain: Option<u64>,
    /// Keys besides the one of the setup, which may do less.
    #[serde(default)]
    api_keys: BTreeMap<u64, ApiKey>,
    /// How many of the next changes end as the answer to a write conflict.
    #[serde(default)]
    conflicts: Conflicts,
    /// The host that mail programs are told, where it is not the server's own.
    #[serde(default)]
    client_host: Option<String>,
    last_domain: u64,
    keys_made: u64,
    #[serde(skip)]
    pub(super) settings: Settings,
}

#[derive(Clone, Serialize, Deserialize)]
pub struct Account {
    pub name: String,
    pub domain: u64,
}

#[derive(Clone, Serialize, Deserialize)]
struct ApiKey {
    hash: [u8; 32],
    permissions: BTreeSet<String>,
}

#[derive(Clone, Default, Serialize, Deserialize)]
struct Conflicts {
    left: u64,
    stored: bool,
}

/// What a caller may do.
#[derive(Clone)]
pub enum Permissions {
    All,
    Only(BTreeSet<String>),
}

/// A write conflict that is due.
pub struct Conflict {
    /// Whether the change is made all the same.
    pub stored: bool,
}

/// What each start sets anew.
#[derive(Clone, Default)]
pub struct Settings {
    key_hash: [u8; 32],
    pub clock: Clock,
    pub hostname: String,
    dkim_delays: [Duration; 2],
}

impl Settings {
    /// Whether that is the API key.
    pub fn accepts(&self, key: &str) -> bool {
        self.key_hash[..] == Sha256::digest(key)[..]
    }
}

impl World {
    /// A server that was just set up: its default domain, an administrator and the service account.
    pub(super) fn first(setup: &Setup) -> Self {
        let mut world = Self::default();
        world.set_up(setup);
        let parent = setup.hostname.split_once('.').map(|(_, parent)| parent);
        let Some(name) = parent.and_then(names::normalise) else {
            return world;
        };
        let now = world.settings.clock.now();
        let id = world.add_domain(Domain::new(name, now));
        world.add_keys(id, now, [Duration::ZERO; 2]);
        world.default_domain = Some(id);
        for (id, name) in [(1, "admin"), (2, "control-plane")] {
            let name = name.to_owned();
            world.accounts.insert(id, Account { name, domain: 1 });
        }
        world
    }

    pub(super) fn set_up(&mut self, setup: &Setup) {
        self.settings = Settings {
            key_hash: Sha256::digest(setup.api_key.expose_secret()).into(),
            clock: setup.clock.clone(),
            hostname: setup.hostname.clone(),
            dkim_delays: setup.dkim_delays,
        };
    }

    /// Adds a domain under the next id.
    pub(super) fn add_domain(&mut self, domain: Domain) -> u64 {
        self.last_domain += 1;
        while self.domains.contains_key(&self.last_domain) {
            self.last_domain += 1;
        }
        self.domains.insert(self.last_domain, domain);
        self.last_domain
    }

    /// Starts the background task that makes the signing keys a domain lacks: they are there from then on, but
    /// nobody sees them before their time.
    pub(super) fn start_key_task(&mut self, domain: u64) {
        let (now, delays) = (self.settings.clock.now(), self.settings.dkim_delays);
        self.add_keys(domain, now, delays);
    }

    fn add_keys(&mut self, domain: u64, now: Timestamp, delays: [Duration; 2]) {
        for (algorithm, delay) in [Algorithm::Ed25519, Algorithm::Rsa].into_iter().zip(delays) {
            let has = |key: &Key| key.domain == domain && key.algorithm == algorithm;
            if self.keys.values().any(has) {
                continue;
            }
            let due = now.after(delay);
            self.keys_made += 1;
            // Time first, so that later keys have higher ids, as on the real server.
            let id = u64::try_from(due.micros()).unwrap_or(0) * 512 + self.keys_made % 512;
            self.keys.insert(id, Key::new(domain, algorithm, due));
        }
    }

    /// What the owner of a key may do; none when there is no such key.
    pub(super) fn permissions_of(&self, key: &str) -> Option<Permissions> {
        if self.settings.accepts(key) {
            return Some(Permissions::All);
        }
        let hash = Sha256::digest(key);
        let known = self.api_keys.values().find(|known| known.hash[..] == hash[..])?;
        Some(Permissions::Only(known.permissions.clone()))
    }

    /// The write conflict that the next change runs into, if any; it is used up.
    pub(super) fn take_conflict(&mut self) -> Option<Conflict> {
        self.conflicts.left = self.conflicts.left.checked_sub(1)?;
        Some(Conflict { stored: self.conflicts.stored })
    }

    /// The keys whose time has come, by id.
    pub(super) fn visible_keys(&self) -> impl Iterator<Item = (u64, &Key)> {
        let now = self.settings.clock.now();
        self.keys.iter().filter(move |(_, key)| key.due <= now).map(|(id, key)| (*id, key))
    }

    /// The host that mail programs are told.
    pub(super) fn client_host(&self) -> String {
        self.client_host.clone().unwrap_or_else(|| self.settings.hostname.clone())
    }

    /// The domain that has this name or alias.
    pub(super) fn owner_of(&self, name: &str) -> Option<u64> {
        self.domains
            .iter()
            .find(|(_, domain)| domain.name == name || domain.has_alias(name))
            .map(|(id, _)| *id)
    }

    fn put_domain(&mut self, id: u64, fields: &Map<String, Value>) -> Result<(), String> {
        let now = self.settings.clock.now();
        let named = fields
            .get("name")
            .and_then(Value::as_str)
            .map(|name| names::normalise(name).ok_or("the server refuses that name"))
            .transpose()?;
        if let Some(owner) = named.as_deref().and_then(|name| self.owner_of(name))
            && owner != id
        {
            return Err(format!("the domain {} has that name", ids::encode(owner)));
        }
        let made = !self.domains.contains_key(&id);
        if made && named.is_none() {
            return Err("a new domain needs a name".to_owned());
        }
        let domain = self.domains.entry(id).or_insert_with(|| Domain::new(String::new(), now));
        if let Some(name) = named {
            domain.name = name;
        }
        if let Some(description) = fields.get("description") {
            domain.properties.insert("description".to_owned(), description.clone());
        }
        if made {
            self.start_key_task(id);
        }
        Ok(())
    }

    fn put_account(&mut self, id: u64, fields: &Map<String, Value>) -> Result<(), String> {
        let text = |field: &str| fields.get(field).and_then(Value::as_str);
        let present = self.accounts.get(&id);
        let name = text("name").map(str::to_owned);
        let name = name.or_else(|| present.map(|account| account.name.clone()));
        let domain = text("domainId").and_then(ids::decode).or_else(|| present.map(|account| account.domain));
        let (Some(name), Some(domain)) = (name, domain) else {
            return Err("a new account needs a name and a domainId".to_owned());
        };
        if !self.domains.contains_key(&domain) {
            return Err("there is no such domain".to_owned());
        }
        self.accounts.insert(id, Account { name, domain });
        Ok(())
    }

    /// A signing key of somebody's own making.
    fn put_key(&mut self, id: u64, fields: &Map<String, Value>) -> Result<(), String> {
        let text = |field: &str| fields.get(field).and_then(Value::as_str);
        let domain = text("domainId").and_then(ids::decode);
        let domain = domain.filter(|id| self.domains.contains_key(id)).ok_or("there is no such domain")?;
        let algorithm = text("@type").and_then(Algorithm::named).ok_or("there is no such @type")?;
        let mut key = Key::new(domain, algorithm, self.settings.clock.now());
        key.own_selector = text("selector").map(str::to_owned);
        self.keys.insert(id, key);
        Ok(())
    }

    fn put_api_key(&mut self, id: u64, fields: &Map<String, Value>) -> Result<(), String> {
        let secret = fields.get("secret").and_then(Value::as_str).ok_or("a key needs a secret")?;
        let permissions = fields.get("permissions").and_then(Value::as_array);
        let permissions = permissions.ok_or("a key needs a list of permissions")?;
        let permissions = permissions.iter().filter_map(Value::as_str).map(str::to_owned).collect();
        self.api_keys.insert(id, ApiKey { hash: Sha256::digest(secret).into(), permissions });
        Ok(())
    }

    /// Removes a domain and what the server removes with it: keys that its task has not made yet.
    pub(super) fn remove_domain(&mut self, id: u64) -> bool {
        self.keys.retain(|_, key| key.domain != id);
        self.domains.remove(&id).is_some()
    }
}

impl State for World {
    fn inventory(&self) -> Value {
        let domains: Vec<Value> = self
            .domains
            .iter()
            .map(|(id, domain)| {
                json!({
                    "id": ids::encode(*id),
                    "name": domain.name,
                    "description": domain.properties["description"],
                    "createdAt": seconds(domain.created),
                })
            })
            .collect();
        let keys: Vec<Value> = self
            .visible_keys()
            .map(|(id, key)| {
                json!({
                    "id": ids::encode(id),
                    "domainId": ids::encode(key.domain),
                    "selector": key.selector(),
                })
            })
            .collect();
        let accounts: Vec<Value> = self
            .accounts
            .iter()
            .map(|(id, account)| {
                json!({
                    "id": ids::encode(*id),
                    "name": account.name,
                    "domainId": ids::encode(account.domain),
                })
            })
            .collect();
        json!({"domains": domains, "dkimSignatures": keys, "accounts": accounts})
    }

    fn put(&mut self, kind: &str, id: &str, fields: &Value) -> Result<(), String> {
        let id = ids::decode(id).ok_or("an id is made of a-z and 0 1 2 3 7 9")?;
        let fields = fields.as_object().ok_or("the fields are no object")?;
        match kind {
            "domains" => self.put_domain(id, fields),
            "accounts" => self.put_account(id, fields),
            "dkimSignatures" => self.put_key(id, fields),
            "apiKeys" => self.put_api_key(id, fields),
            "conflicts" => {
                let left = fields.get("times").and_then(Value::as_u64).unwrap_or(1);
                let stored = fields.get("stored").is_some_and(|stored| *stored == true);
                self.conflicts = Conflicts { left, stored };
                Ok(())
            }
            "clientHosts" => {
                self.client_host = fields.get("host").and_then(Value::as_str).map(str::to_owned);
                Ok(())
            }
            _ => {
                let known = "domains, accounts, dkimSignatures, apiKeys, conflicts and clientHosts";
                Err(format!("{kind} can't be put; {known} can"))
            }
        }
    }

    fn remove(&mut self, kind: &str, id: &str) -> bool {
        let Some(id) = ids::decode(id) else {
            return false;
        };
        match kind {
            "domains" => {
                self.accounts.retain(|_, account| account.domain != id);
                self.remove_domain(id)
            }
            "dkimSignatures" => self.keys.remove(&id).is_some(),
            "accounts" => self.accounts.remove(&id).is_some(),
            "apiKeys" => self.api_keys.remove(&id).is_some(),
            "clientHosts" => self.client_host.take().is_some(),
            _ => false,
        }
    }
}

/// A time as the server writes it: whole seconds.
pub(super) fn seconds(at: Timestamp) -> String {
    let text = at.to_string();
    format!("{}Z", text.get(..19).unwrap_or(&text))
}
