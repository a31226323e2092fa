//! Passwords, app passwords and API keys of accounts: kept as salted hashes, checked as the server checks them
//! (sections 3 and 7).

use std::collections::BTreeMap;
use std::net::{IpAddr, Ipv4Addr};

use kernel::{Timestamp, id};
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value, json};
use sha2::{Digest as _, Sha256};

use super::ids;
use super::permissions::Permissions;
use super::role::{name_set, read_set};
use super::set::{broken_rule, invalid, required};
use super::strength;
use super::world::seconds;

/// The address of everybody who calls a simulator, as far as it can tell.
const CALLER: IpAddr = IpAddr::V4(Ipv4Addr::LOCALHOST);
pub const MASK: &str = "****";

#[derive(Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub enum CredentialKind {
    Password,
    App,
    ApiKey,
}

/// What an app password or a key may do of what its account may.
#[derive(Clone, Default, Serialize, Deserialize)]
pub enum Scope {
    #[default]
    Inherit,
    Disable(Permissions),
    Replace(Permissions),
}

impl Scope {
    /// It never exceeds its account (section 3).
    pub fn of(&self, account: Permissions) -> Permissions {
        match self {
            Self::Inherit => account,
            Self::Disable(less) => account.without(*less),
            Self::Replace(own) => account.and(*own),
        }
    }

    pub fn to_json(&self) -> Value {
        match self {
            Self::Inherit => json!({"@type": "Inherit"}),
            Self::Disable(less) => json!({"@type": "Disable", "permissions": name_set(*less)}),
            Self::Replace(own) => json!({"@type": "Replace", "permissions": name_set(*own)}),
        }
    }

    pub fn read(path: &str, value: &Value) -> Result<Self, Value> {
        let permissions = &value["permissions"];
        let mut names = permissions.as_object().into_iter().flatten();
        if !names.all(|(name, _)| Permissions::is_known(name)) {
            return Err(invalid(&format!("{path}/permissions"), "Invalid key for object property"));
        }
        match value["@type"].as_str() {
            Some("Inherit") => Ok(Self::Inherit),
            Some("Disable") => Ok(Self::Disable(read_set(permissions))),
            Some("Replace") => Ok(Self::Replace(read_set(permissions))),
            _ => Err(invalid(path, "Missing or invalid '@type' property in object")),
        }
    }
}

#[derive(Clone, Serialize, Deserialize)]
pub struct Credential {
    pub id: u64,
    pub kind: CredentialKind,
    /// None when its maker gave a hash of their own: this simulator can't check those.
    hash: Option<Hash>,
    pub created: Timestamp,
    pub description: Option<String>,
    pub expires: Option<Timestamp>,
    pub allowed_ips: Value,
    #[serde(default)]
    pub scope: Scope,
}

/// A salted SHA-256: enough for passwords that protect nothing, and quick in tests.
#[derive(Clone, Serialize, Deserialize)]
struct Hash {
    salt: [u8; 16],
    digest: [u8; 32],
}

impl Hash {
    fn of(secret: &str) -> Self {
        let salt: [u8; 16] = id::random();
        Self { salt, digest: Self::digest(&salt, secret) }
    }

    fn digest(salt: &[u8; 16], secret: &str) -> [u8; 32] {
        Sha256::new().chain_update(salt).chain_update(secret).finalize().into()
    }
}

impl Credential {
    pub fn new(kind: CredentialKind, id: u64, secret: &str, created: Timestamp) -> Self {
        Self {
            id,
            kind,
            hash: Some(Hash::of(secret)),
            created,
            description: None,
            expires: None,
            allowed_ips: json!({}),
            scope: Scope::Inherit,
        }
    }

    pub fn password(id: u64, secret: &str, created: Timestamp) -> Self {
        Self::new(CredentialKind::Password, id, secret, created)
    }

    pub fn is(&self, secret: &str) -> bool {
        self.hash.as_ref().is_some_and(|hash| hash.digest == Hash::digest(&hash.salt, secret))
    }

    pub fn is_expired(&self, now: Timestamp) -> bool {
        self.expires.is_some_and(|at| at <= now)
    }

    /// Whether it may be used from where every caller of a simulator is.
    pub fn allows_caller(&self) -> bool {
        let allowed = self.allowed_ips.as_object();
        allowed.is_none_or(|allowed| allowed.is_empty() || allowed.keys().any(|mask| covers(mask, CALLER)))
    }

    /// The entry of `credentials`.
    pub fn to_json(&self) -> Value {
        let expires = self.expires.map(seconds);
        let mut entry = json!({
            "credentialId": ids::encode(self.id),
            "secret": MASK,
            "expiresAt": expires,
            "allowedIps": self.allowed_ips,
            "@type": "Password",
        });
        if self.kind != CredentialKind::Password {
            let kind = if self.kind == CredentialKind::App { "AppPassword" } else { "ApiKey" };
            entry["@type"] = kind.into();
            entry["description"] = json!(self.description);
            entry["createdAt"] = seconds(self.created).into();
            entry["permissions"] = self.scope.to_json();
        }
        entry
    }
}

/// `credentials` while they are being changed.
pub struct Draft {
    entries: BTreeMap<u64, Entry>,
    now: Timestamp,
    /// Those of a new account count from nothing.
    of_new: bool,
}

/// An entry, and whether it needs an id.
struct Entry {
    credential: Credential,
    is_new: bool,
}

impl Draft {
    pub fn of(credentials: &[Credential], now: Timestamp, of_new: bool) -> Self {
        let entries = credentials.iter().cloned().map(|credential| Entry { credential, is_new: false });
        Self { entries: (0..).zip(entries).collect(), now, of_new }
    }

    /// Sets the whole list, an entry or a field of one: `members` is what follows `credentials` in `path`.
    pub fn set(&mut self, path: &str, members: &[String], value: &Value) -> Result<(), Value> {
        let bad = || invalid(path, "Invalid value for object property");
        let Some((key, fields)) = members.split_first() else {
            let entries = value.as_object().ok_or_else(bad)?;
            // App passwords and keys are not kept (section 7).
            self.entries.clear();
            for (key, entry) in entries {
                let key = key.parse().map_err(|_| bad())?;
                let entry = entry.as_object().ok_or_else(bad)?;
                self.entries.insert(key, self.read(path, entry)?);
            }
            return Ok(());
        };
        let key: u64 = key.parse().map_err(|_| bad())?;
        match (fields, value) {
            ([], Value::Null) => self.entries.remove(&key).map(drop).ok_or_else(bad),
            ([], Value::Object(given)) => {
                self.entries.insert(key, self.read(path, given)?);
                Ok(())
            }
            ([field], value) => {
                let entry = self.entries.get_mut(&key).ok_or_else(bad)?;
                entry.credential.set(path, field, value)
            }
            _ => Err(bad()),
        }
    }

    fn read(&self, path: &str, fields: &Map<String, Value>) -> Result<Entry, Value> {
        match fields.get("@type").and_then(Value::as_str) {
            Some("Password") => {}
            Some("AppPassword" | "ApiKey") => {
                return Err(invalid(&format!("{path}/secret"), "Cannot modify server set property"));
            }
            _ => return Err(invalid(path, "Missing or invalid '@type' property in object")),
        }
        let mut credential = Credential { hash: None, ..Credential::password(0, "", self.now) };
        if !fields.contains_key("secret") {
            return Err(required("secret"));
        }
        for (field, value) in fields.iter().filter(|(field, _)| *field != "@type") {
            credential.set(&format!("{path}/{field}"), field, value)?;
        }
        Ok(Entry { credential, is_new: true })
    }

    pub fn finish(self) -> Result<Vec<Credential>, Value> {
        let passwords =
            self.entries.values().filter(|entry| entry.credential.kind == CredentialKind::Password);
        if passwords.count() > 1 {
            return Err(broken_rule("credentials", "Only one password credential is allowed."));
        }
        let kept = self.entries.values().filter(|entry| !entry.is_new).map(|entry| entry.credential.id);
        let mut next = if self.of_new { 0 } else { kept.max().unwrap_or(0) + 1 };
        let numbered = self.entries.into_values().map(|mut entry| {
            if entry.is_new {
                entry.credential.id = next;
                next += 1;
            }
            entry.credential
        });
        Ok(numbered.collect())
    }
}

impl Credential {
    fn set(&mut self, path: &str, field: &str, value: &Value) -> Result<(), Value> {
        let bad = || invalid(path, "Invalid value for property.");
        match field {
            "secret" if self.kind != CredentialKind::Password => {
                return Err(invalid(path, "Cannot modify server set property"));
            }
            "secret" => {
                let secret = value.as_str().ok_or_else(bad)?;
                // The mask leaves the password as it is.
                if secret != MASK {
                    self.hash = hash_of(secret)?;
                }
            }
            "expiresAt" => {
                self.expires = match value {
                    Value::Null => None,
                    other => Some(other.as_str().and_then(Timestamp::parse).ok_or_else(bad)?),
                };
            }
            "allowedIps" if value.is_object() => self.allowed_ips = value.clone(),
            "allowedIps" => return Err(bad()),
            _ => return Err(invalid(path, "Invalid property")),
        }
        Ok(())
    }
}

/// Whether an address or a network has an address in it.
fn covers(mask: &str, address: IpAddr) -> bool {
    let (network, length) = mask.split_once('/').unwrap_or((mask, "32"));
    match (network.parse(), address, length.parse::<u32>()) {
        (Ok(IpAddr::V4(network)), IpAddr::V4(address), Ok(length @ 0..=32)) => {
            let differing = u32::from(network) ^ u32::from(address);
            u64::from(differing) >> (32 - length) == 0
        }
        _ => false,
    }
}

/// A hash in a known format is stored as it is, without the rules for passwords.
fn hash_of(secret: &str) -> Result<Option<Hash>, Value> {
    let in_parts = ["$1$", "$2", "$5$", "$6$", "$argon2", "$pbkdf2", "$scrypt$"];
    let is_hash = in_parts.iter().any(|known| secret.starts_with(known)) && secret.matches('$').count() >= 3
        || secret.starts_with("{SSHA");
    if is_hash {
        return Ok(None);
    }
    strength::check(secret).map_err(|why| broken_rule("secret", &why))?;
    Ok(Some(Hash::of(secret)))
}
