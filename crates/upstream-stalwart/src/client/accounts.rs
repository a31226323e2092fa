//! Mailboxes and groups (section 7).

use std::collections::BTreeMap;

use kernel::Timestamp;
use outbound::CallError;
use secrecy::ExposeSecret as _;
use serde::Deserialize;
use serde_json::{Map, Value, json};

use super::fields::{self, PermissionsRead, alias_list, in_order, local_part, name_set, names, text};
use super::{Stalwart, Wanted, paged, passwords, whole_list};
use crate::jmap;
use crate::model::{
    Account, AccountChange, AccountKind, Alias, Created, Destroyed, NewAccount, Permissions, Updated, Usage,
};

const USAGE: [&str; 4] = ["domainId", "emailAddress", "usedDiskQuota", "quotas"];
const SPACE: &str = "maxDiskQuota";

impl Stalwart {
    /// Makes a mailbox or a group. After an unknown outcome do it again: an address that exists by then tells
    /// its owner, which is the new account if its domain and name are those wanted.
    pub async fn create_account(&self, new: &NewAccount) -> Result<Created, CallError> {
        let fields = fields_of(new).map_err(|why| self.refusal(why))?;
        let responses = self.change(&[("x:Account/set", json!({"create": {"new": fields}}))]).await?;
        responses.created(0)
    }

    /// The account with that id.
    pub async fn account(&self, id: &str) -> Result<Option<Account>, CallError> {
        Ok(self.accounts(&[id]).await?.pop())
    }

    /// The accounts with these ids; those that are gone are left out.
    pub async fn accounts(&self, ids: &[&str]) -> Result<Vec<Account>, CallError> {
        let found: Vec<Wire> = self.with_ids("Account", ids, |account: &Wire| &account.id).await?;
        Ok(found.into_iter().map(Account::from).collect())
    }

    /// The account with that main address. One that has it as an alias is not found (section 7): what has
    /// an address shows when it is wanted by another.
    pub async fn find_account(&self, name: &str, domain_id: &str) -> Result<Option<Account>, CallError> {
        let name = name.to_lowercase();
        let query = paged(json!({"name": name, "domainId": domain_id}));
        let get = json!({"#ids": jmap::result_of(0, "x:Account/query", "/ids")});
        let responses = self.read(&[("x:Account/query", query.into()), ("x:Account/get", get)]).await?;
        let found: Vec<Wire> = whole_list(&responses, 0)?;
        let found = found.into_iter().find(|found| found.name == name && found.domain_id == domain_id);
        Ok(found.map(Account::from))
    }

    /// All accounts with a main address on the domain, by id. A list that lacks rows is an error, not a short list.
    pub async fn list_accounts(&self, domain_id: &str) -> Result<Vec<Account>, CallError> {
        let wanted = Wanted { filter: on(domain_id), properties: None, id: |account: &Wire| &account.id };
        let found = self.all("Account", wanted).await?;
        let own = found.into_iter().filter(|account| account.domain_id == domain_id);
        Ok(own.map(Account::from).collect())
    }

    /// What all accounts with a main address on the domain keep, by id; right after a delivery it counts already.
    pub async fn usage(&self, domain_id: &str) -> Result<Vec<Usage>, CallError> {
        let wanted =
            Wanted { filter: on(domain_id), properties: Some(&USAGE), id: |usage: &UsageWire| &usage.id };
        let found = self.all("Account", wanted).await?;
        let own = found.into_iter().filter(|found| found.domain_id == domain_id);
        let usage = own.map(|found| Usage {
            quota: found.quotas.get(SPACE).copied(),
            id: found.id,
            address: found.email_address,
            used: found.used_disk_quota,
        });
        Ok(usage.collect())
    }

    /// Changes an account; the fields that are named are written whole, so twice is as good as once. Changing
    /// nothing sends nothing. Refused with 404 when there is no such account.
    pub async fn update_account(&self, id: &str, change: &AccountChange) -> Result<Updated, CallError> {
        let patch = patch_of(change).map_err(|why| self.refusal(why))?;
        if patch.is_empty() {
            return Ok(Updated::Done);
        }
        let responses = self.change(&[("x:Account/set", json!({"update": {id: patch}}))]).await?;
        responses.updated(0, id)
    }

    /// Destroys an account with its mail; there is no way back. A group stays while it has members. Lists go on
    /// sending to its address until it is taken out of them (section 7).
    pub async fn destroy_account(&self, id: &str) -> Result<Destroyed, CallError> {
        let responses = self.change(&[("x:Account/set", json!({"destroy": [id]}))]).await?;
        responses.destroyed(0, id)
    }
}

fn on(domain_id: &str) -> Value {
    json!({"domainId": domain_id})
}

fn fields_of(new: &NewAccount) -> Result<Value, &'static str> {
    let name = local_part(&new.name)?;
    let kind = match new.kind {
        AccountKind::User => "User",
        AccountKind::Group => "Group",
    };
    let mut fields = json!({
        "@type": kind,
        "name": name,
        "domainId": new.domain_id,
        "description": text(new.description.as_deref()),
        "aliases": alias_list(&new.aliases, Some((name.as_str(), new.domain_id.as_str())))?,
        "permissions": fields::permissions(&new.permissions)?,
    });
    if let Some(quota) = new.quota {
        fields["quotas"] = json!({SPACE: quota});
    }
    match (&new.password, new.kind) {
        (None, _) => {}
        (Some(_), AccountKind::Group) => return Err("a group has no password"),
        (Some(password), AccountKind::User) => {
            passwords::check(password)?;
            let secret = password.expose_secret();
            fields["credentials"] = json!({"0": {"@type": "Password", "secret": secret}});
        }
    }
    Ok(fields)
}

fn patch_of(change: &AccountChange) -> Result<Map<String, Value>, &'static str> {
    let mut patch = Map::new();
    let mut set = |path: &str, value: Value| patch.insert(path.to_owned(), value);
    if let Some(name) = &change.name {
        set("name", local_part(name)?.into());
    }
    if let Some(description) = &change.description {
        set("description", text(description.as_deref()));
    }
    if let Some(aliases) = &change.aliases {
        set("aliases", alias_list(aliases, None)?);
    }
    if let Some(quota) = change.quota {
        set("quotas/maxDiskQuota", quota.into());
    }
    if let Some(permissions) = &change.permissions {
        // Whole, because a path into them fails while they are inherited (section 7).
        set("permissions", fields::permissions(permissions)?);
    }
    if let Some(groups) = &change.groups {
        set("memberGroupIds", name_set(groups));
    }
    Ok(patch)
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct UsageWire {
    id: String,
    domain_id: String,
    email_address: String,
    used_disk_quota: u64,
    quotas: BTreeMap<String, u64>,
}

#[derive(Deserialize)]
enum WireKind {
    User,
    Group,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Wire {
    id: String,
    #[serde(rename = "@type")]
    kind: WireKind,
    name: String,
    domain_id: String,
    email_address: String,
    description: Option<String>,
    #[serde(default)]
    aliases: BTreeMap<String, Alias>,
    #[serde(default)]
    member_group_ids: BTreeMap<String, bool>,
    #[serde(default)]
    quotas: BTreeMap<String, u64>,
    #[serde(default)]
    used_disk_quota: u64,
    permissions: PermissionsRead,
    #[serde(default)]
    credentials: BTreeMap<String, passwords::Credential>,
    created_at: Timestamp,
}

impl From<Wire> for Account {
    fn from(wire: Wire) -> Self {
        Self {
            kind: match wire.kind {
                WireKind::User => AccountKind::User,
                WireKind::Group => AccountKind::Group,
            },
            aliases: in_order(wire.aliases).into_iter().map(|(_, alias)| alias).collect(),
            groups: names(wire.member_group_ids),
            quota: wire.quotas.get(SPACE).copied(),
            has_password: wire.credentials.values().any(passwords::Credential::is_password),
            permissions: Permissions::from(wire.permissions),
            id: wire.id,
            name: wire.name,
            domain_id: wire.domain_id,
            address: wire.email_address,
            description: wire.description,
            used: wire.used_disk_quota,
            created_at: wire.created_at,
        }
    }
}
