//! How `/_sim` shows what is there, and changes it.

use kernel::Timestamp;
use serde_json::{Map, Value, json};
use simulator::State;

use super::account::Account;
use super::addresses::{self, Recipient};
use super::aliases::Alias;
use super::credentials::{Credential, CredentialKind, Scope};
use super::dkim::{Algorithm, Key};
use super::domain::Domain;
use super::jmap::Creations;
use super::list::{self, MailingList};
use super::permissions::Permissions;
use super::role::Role;
use super::set::Failure;
use super::sign_in::SERVICE;
use super::world::{Conflicts, World, seconds};
use super::{account_draft, ids, names};

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
                    "catchAllAddress": domain.properties["catchAllAddress"],
                    "subAddressing": domain.properties["subAddressing"],
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
        let accounts: Vec<Value> =
            self.accounts.iter().map(|(id, account)| self.shown_account(*id, account)).collect();
        let lists: Vec<Value> = self.lists.iter().map(|(id, list)| self.shown_list(*id, list)).collect();
        json!({
            "domains": domains,
            "dkimSignatures": keys,
            "accounts": accounts,
            "lists": lists,
            "app_passwords": self.shown_secondary(CredentialKind::App),
            "apiKeys": self.shown_secondary(CredentialKind::ApiKey),
            "roles": self.roles.iter().map(|(id, role)| shown_role(*id, role)).collect::<Vec<_>>(),
        })
    }

    fn put(&mut self, kind: &str, id: &str, fields: &Value) -> Result<(), String> {
        let fields = fields.as_object().ok_or("the fields are no object")?;
        let bad_id = "an id is made of a-z and 0 1 2 3 7 9";
        if kind == "apiKeys" {
            let (account, id) = secondary_id(id).ok_or(bad_id)?;
            return self.put_api_key(account, id, fields);
        }
        let id = ids::decode(id).ok_or(bad_id)?;
        match kind {
            "domains" => self.put_domain(id, fields),
            "accounts" => self.put_account(id, fields),
            "lists" => self.put_list(id, fields),
            "dkimSignatures" => self.put_key(id, fields),
            "roles" => self.put_role(id, fields),
            "conflicts" => {
                let left = fields.get("times").and_then(Value::as_u64).unwrap_or(1);
                let stored = fields.get("stored").is_some_and(|stored| *stored == true);
                self.conflicts = Conflicts { left, stored };
                Ok(())
            }
            "filters" => {
                self.ignores_filters = fields.get("ignored").is_some_and(|ignored| *ignored == true);
                self.ignores_positions = fields.get("positions").is_some_and(|ignored| *ignored == true);
                Ok(())
            }
            "clientHosts" => {
                self.client_host = fields.get("host").and_then(Value::as_str).map(str::to_owned);
                Ok(())
            }
            _ => {
                let known = "domains, accounts, lists, dkimSignatures, apiKeys, roles, conflicts, filters and clientHosts";
                Err(format!("{kind} can't be put; {known} can"))
            }
        }
    }

    fn remove(&mut self, kind: &str, id: &str) -> bool {
        match kind {
            "app_passwords" => return self.remove_secondary(CredentialKind::App, id).is_some(),
            "apiKeys" => return self.remove_secondary(CredentialKind::ApiKey, id).is_some(),
            _ => {}
        }
        let Some(id) = ids::decode(id) else {
            return false;
        };
        match kind {
            "domains" => {
                self.empty_domain(id);
                self.remove_domain(id)
            }
            "lists" => self.lists.remove(&id).is_some(),
            "dkimSignatures" => self.keys.remove(&id).is_some(),
            "accounts" => self.accounts.remove(&id).is_some(),
            "roles" => self.roles.remove(&id).is_some(),
            "clientHosts" => self.client_host.take().is_some(),
            _ => false,
        }
    }
}

impl World {
    fn shown_account(&self, id: u64, account: &Account) -> Value {
        let has_password = |credential: &Credential| credential.kind == CredentialKind::Password;
        let granted = self.granted(account);
        json!({
            "id": ids::encode(id),
            "@type": if account.is_group { "Group" } else { "User" },
            "name": account.name,
            "domainId": ids::encode(account.domain),
            "address": account.address(self),
            "description": account.property("description"),
            "aliases": self.shown_aliases(&account.aliases),
            "enabled": granted.include("authenticate") && granted.include("emailReceive"),
            "frozen": !granted.include("authenticate"),
            "roles": account.property("roles"),
            "permissions": account.property("permissions"),
            "groups": account.groups.iter().copied().map(ids::encode).collect::<Vec<_>>(),
            "hasPassword": account.credentials.iter().any(has_password),
            "quota": account.quota(),
            "usedDiskQuota": account.used,
        })
    }

    fn shown_list(&self, id: u64, list: &MailingList) -> Value {
        json!({
            "id": ids::encode(id),
            "name": list.name,
            "domainId": ids::encode(list.domain),
            "address": list.address(self),
            "description": list.description,
            "aliases": self.shown_aliases(&list.aliases),
            "recipients": list.recipients,
        })
    }

    fn shown_aliases(&self, aliases: &[Alias]) -> Vec<Value> {
        let shown = |alias: &Alias| json!({"address": self.address(&alias.name, alias.domain), "enabled": alias.enabled});
        aliases.iter().map(shown).collect()
    }

    /// Their ids count within an account, so that of the account stands before.
    fn shown_secondary(&self, kind: CredentialKind) -> Vec<Value> {
        let all = self.accounts.iter().flat_map(|(id, account)| {
            let of = ids::encode(*id);
            account.credentials.iter().filter(move |credential| credential.kind == kind).map(
                move |credential| {
                    let mut shown = json!({
                        "id": format!("{of}/{}", ids::encode(credential.id)),
                        "accountId": of,
                        "description": credential.description,
                        "createdAt": seconds(credential.created),
                    });
                    if kind == CredentialKind::ApiKey {
                        shown["expiresAt"] = json!(credential.expires.map(seconds));
                        shown["allowedIps"] = credential.allowed_ips.clone();
                        shown["permissions"] = match &credential.scope {
                            Scope::Replace(own) => json!(own.names()),
                            other => other.to_json(),
                        };
                    }
                    shown
                },
            )
        });
        all.collect()
    }

    fn remove_secondary(&mut self, kind: CredentialKind, path: &str) -> Option<()> {
        let (account, id) = secondary_id(path)?;
        let credentials = &mut self.accounts.get_mut(&account)?.credentials;
        let before = credentials.len();
        credentials.retain(|credential| credential.id != id || credential.kind != kind);
        (credentials.len() < before).then_some(())
    }

    /// Takes away whatever has an address on a domain.
    fn empty_domain(&mut self, id: u64) {
        self.accounts.retain(|_, account| account.domain != id);
        self.lists.retain(|_, list| list.domain != id);
        for account in self.accounts.values_mut() {
            account.aliases.retain(|alias| alias.domain != id);
        }
        for list in self.lists.values_mut() {
            list.aliases.retain(|alias| alias.domain != id);
        }
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
        if let Some(created) = fields.get("createdAt") {
            let created = created.as_str().and_then(Timestamp::parse);
            domain.created = created.ok_or("createdAt must be a time")?;
        }
        for property in ["description", "catchAllAddress", "subAddressing"] {
            if let Some(value) = fields.get(property) {
                domain.properties.insert(property.to_owned(), value.clone());
            }
        }
        if made {
            self.start_key_task(id);
        }
        Ok(())
    }

    /// Properties as the API takes them, and a few in short: `password` (without the rules for passwords), `frozen`
    /// and `usedDiskQuota`.
    fn put_account(&mut self, id: u64, fields: &Map<String, Value>) -> Result<(), String> {
        let creations = Creations::new();
        let present = self.accounts.get(&id);
        let mut draft = match present {
            Some(present) => account_draft::Draft::of(self, present, &creations),
            None => account_draft::Draft::of_new(
                self,
                fields.get("@type") == Some(&json!("Group")),
                "",
                &creations,
            ),
        };
        let short = |field: &&String| !["password", "frozen", "usedDiskQuota"].contains(&field.as_str());
        for (property, value) in fields.iter().filter(|(property, _)| short(property)) {
            draft.set(property, value).map_err(sentence)?;
        }
        match fields.get("frozen").and_then(Value::as_bool) {
            Some(true) => {
                let freeze = json!({"@type": "Merge", "disabledPermissions": {"authenticate": true}});
                draft.set("permissions", &freeze).map_err(sentence)?;
            }
            Some(false) => draft.set("permissions", &json!({"@type": "Inherit"})).map_err(sentence)?,
            None => {}
        }
        let mut account = draft.finish().map_err(sentence)?;
        let own = Some(Recipient::Account(id));
        addresses::check_free(self, &account.name, account.domain, &account.aliases, own)
            .map_err(|error| sentence(error.into()))?;
        if let Some(password) = fields.get("password").and_then(Value::as_str) {
            let now = self.settings.clock.now();
            let next = account.credentials.iter().map(|credential| credential.id + 1).max().unwrap_or(0);
            account.credentials.retain(|credential| credential.kind != CredentialKind::Password);
            account.credentials.insert(0, Credential::password(next, password, now));
        }
        if let Some(used) = fields.get("usedDiskQuota").and_then(Value::as_u64) {
            account.used = used;
        }
        self.accounts.insert(id, account);
        Ok(())
    }

    fn put_list(&mut self, id: u64, fields: &Map<String, Value>) -> Result<(), String> {
        let creations = Creations::new();
        let mut draft = list::Draft::of(self, self.lists.get(&id), "", &creations);
        let put = fields.iter().try_for_each(|(property, value)| draft.set(property, value));
        let list = put.and_then(|()| draft.finish()).and_then(|list| {
            let own = Some(Recipient::List(id));
            addresses::check_free(self, &list.name, list.domain, &list.aliases, own).map(|()| list)
        });
        self.lists.insert(id, list.map_err(|error| sentence(error.into()))?);
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

    /// A new key needs a secret. `permissions` is a list of names or what the API takes.
    fn put_api_key(&mut self, account: u64, id: u64, fields: &Map<String, Value>) -> Result<(), String> {
        let now = self.settings.clock.now();
        let account = self.accounts.get_mut(&account).ok_or("there is no such account")?;
        let present = account.credentials.iter().position(|credential| credential.id == id);
        let mut key = match present.and_then(|at| account.credentials.get(at)) {
            Some(key) if key.kind == CredentialKind::ApiKey => key.clone(),
            Some(_) => return Err("another credential has that id".to_owned()),
            None => {
                let secret =
                    fields.get("secret").and_then(Value::as_str).ok_or("a new key needs a secret")?;
                Credential::new(CredentialKind::ApiKey, id, secret, now)
            }
        };
        for (field, value) in fields {
            match (field.as_str(), value) {
                ("secret", _) => {}
                ("description", value) => key.description = value.as_str().map(str::to_owned),
                ("expiresAt", value) => key.expires = value.as_str().and_then(Timestamp::parse),
                ("allowedIps", value) => key.allowed_ips = value.clone(),
                ("permissions", Value::Array(names)) => {
                    key.scope = Scope::Replace(Permissions::of(names.iter().filter_map(Value::as_str)));
                }
                ("permissions", value) => {
                    key.scope = Scope::read("permissions", value).map_err(|error| sentence(error.into()))?;
                }
                _ => return Err(format!("a key has no {field}")),
            }
        }
        match present {
            Some(at) => account.credentials[at] = key,
            None => account.credentials.push(key),
        }
        Ok(())
    }

    /// What a role gives: `permissions`, a list of names.
    fn put_role(&mut self, id: u64, fields: &Map<String, Value>) -> Result<(), String> {
        let names = fields.get("permissions").and_then(Value::as_array);
        let names = names.ok_or("a role needs a list of permissions")?;
        let role = self.roles.entry(id).or_default();
        role.enabled = Permissions::of(names.iter().filter_map(Value::as_str));
        if let Some(description) = fields.get("description").and_then(Value::as_str) {
            description.clone_into(&mut role.description);
        }
        Ok(())
    }
}

fn shown_role(id: u64, role: &Role) -> Value {
    json!({"id": ids::encode(id), "description": role.description, "permissions": role.enabled.names()})
}

/// The account and the number of a key or an app password; without an account that of the setup's key.
fn secondary_id(path: &str) -> Option<(u64, u64)> {
    match path.split_once('/') {
        Some((account, id)) => Some((ids::decode(account)?, ids::decode(id)?)),
        None => Some((SERVICE, ids::decode(path)?)),
    }
}

/// What the server would say, for a person.
fn sentence(failure: Failure) -> String {
    let Failure::One(error) = failure else {
        return "the server would fail".to_owned();
    };
    if error["type"] == "primaryKeyViolation" {
        let owner = &error["objectId"];
        return format!("{} {} has that address", owner["object"], owner["id"]).replace('"', "");
    }
    let what = error["description"].as_str().or_else(|| error["type"].as_str());
    format!("the server refuses that: {}", what.unwrap_or_default())
}
