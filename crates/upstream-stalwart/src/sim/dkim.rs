//! `x:DkimSignature`: get, query and destroy (section 10). Key material is a hash of domain and selector:
//! it looks right in DNS and signs nothing.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use kernel::Timestamp;
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value, json};
use sha2::{Digest as _, Sha256};

use super::ids;
use super::jmap::{Creations, MethodError, destroy_ids, get_ids, pick};
use super::page::{Row, page};
use super::world::{World, seconds};

/// What stands before the 256 bytes of an RSA 2048 modulus in a `SubjectPublicKeyInfo`.
const RSA_HEAD: &str = "MIIBIjANBgkqhkiG9w0BAQEFAAOCAQ8AMIIBCgKCAQEA";
const RSA_EXPONENT: [u8; 5] = [2, 3, 1, 0, 1];

#[derive(Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub enum Algorithm {
    Ed25519,
    Rsa,
}

impl Algorithm {
    /// As the zone's `k=` says it.
    pub fn short(self) -> &'static str {
        match self {
            Self::Ed25519 => "ed25519",
            Self::Rsa => "rsa",
        }
    }

    /// The algorithm of that `@type`.
    pub fn named(name: &str) -> Option<Self> {
        [Self::Ed25519, Self::Rsa].into_iter().find(|algorithm| algorithm.type_name() == name)
    }

    fn type_name(self) -> &'static str {
        match self {
            Self::Ed25519 => "Dkim1Ed25519Sha256",
            Self::Rsa => "Dkim1RsaSha256",
        }
    }
}

/// A signing key, from `due` on.
#[derive(Clone, Serialize, Deserialize)]
pub struct Key {
    pub domain: u64,
    pub algorithm: Algorithm,
    pub due: Timestamp,
    /// What its maker chose; the server's own keys follow a template.
    #[serde(default)]
    pub own_selector: Option<String>,
}

impl Key {
    pub fn new(domain: u64, algorithm: Algorithm, due: Timestamp) -> Self {
        Self { domain, algorithm, due, own_selector: None }
    }

    /// From the default template, `v1-rsa-20261120`.
    pub fn selector(&self) -> String {
        if let Some(own) = &self.own_selector {
            return own.clone();
        }
        let date: String = seconds(self.due).chars().take(10).filter(char::is_ascii_digit).collect();
        format!("v1-{}-{date}", self.algorithm.short())
    }

    /// The public key in base64, for a domain of this name.
    pub fn public_key(&self, domain: &str) -> String {
        let block = |n: u8| {
            let own = self.own_selector.as_deref().unwrap_or_default();
            let seed = format!("{domain} {} {} {n}{own}", self.algorithm.short(), self.due.micros());
            <[u8; 32]>::from(Sha256::digest(seed))
        };
        match self.algorithm {
            Algorithm::Ed25519 => STANDARD.encode(block(0)),
            Algorithm::Rsa => {
                let mut tail: Vec<u8> = (0..8).flat_map(block).collect();
                // A modulus has its highest bit set and is odd.
                tail[0] |= 0x80;
                tail[255] |= 1;
                tail.extend(RSA_EXPONENT);
                format!("{RSA_HEAD}{}", STANDARD.encode(tail))
            }
        }
    }

    fn to_json(&self, id: u64, world: &World) -> Map<String, Value> {
        let name = world.domains.get(&self.domain).map_or("", |domain| &domain.name);
        let json = json!({
            "@type": self.algorithm.type_name(),
            "auid": null,
            "canonicalization": "relaxed/relaxed",
            "createdAt": seconds(self.due),
            "domainId": ids::encode(self.domain),
            "expire": null,
            "headers": {"From": true, "To": true, "Date": true, "Subject": true, "Message-ID": true},
            "id": ids::encode(id),
            "memberTenantId": null,
            "nextTransitionAt": null,
            "privateKey": {"@type": "Text", "secret": "****"},
            "publicKey": self.public_key(name),
            "report": true,
            "selector": self.selector(),
            "stage": "active",
            "thirdParty": null,
            "thirdPartyHash": null,
        });
        json.as_object().cloned().unwrap_or_default()
    }
}

pub fn get(world: &World, arguments: &Map<String, Value>) -> Result<Map<String, Value>, MethodError> {
    let all: Vec<u64> = world.visible_keys().map(|(id, _)| id).collect();
    let wanted = get_ids(arguments, &all)?;
    let list: Vec<Value> = wanted
        .found
        .iter()
        .filter_map(|id| Some(pick(arguments, world.keys.get(id)?.to_json(*id, world))))
        .collect();
    Ok(wanted.answer(list))
}

pub fn query(world: &World, arguments: &Map<String, Value>) -> Result<Map<String, Value>, MethodError> {
    let rows = world
        .visible_keys()
        .map(|(id, key)| Row {
            id,
            name: String::new(),
            filters: vec![("domainId", vec![ids::encode(key.domain)]), ("memberTenantId", vec![])],
            text: String::new(),
        })
        .collect();
    page(arguments, rows, &["domainId", "memberTenantId"], &["id"])
}

/// Only `destroy`: keys of the caller's own making are left out.
pub fn set(
    world: &mut World,
    arguments: &Map<String, Value>,
    created: &Creations,
) -> Result<Map<String, Value>, MethodError> {
    let mut destroyed = Vec::new();
    let mut not_destroyed = Map::new();
    for (text, id) in destroy_ids(arguments, created)? {
        let visible = world.visible_keys().any(|(key, _)| key == id);
        if visible && world.keys.remove(&id).is_some() {
            destroyed.push(Value::String(text));
        } else {
            not_destroyed.insert(text, json!({"type": "notFound"}));
        }
    }
    let mut answer = Map::new();
    if !destroyed.is_empty() {
        answer.insert("destroyed".to_owned(), destroyed.into());
    }
    if !not_destroyed.is_empty() {
        answer.insert("notDestroyed".to_owned(), not_destroyed.into());
    }
    Ok(answer)
}
