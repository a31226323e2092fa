//! A mailbox in Stalwart. Nothing in it can hold a mark, so its absence is checked before the intent to make it is
//! recorded, and what is there after an unknown outcome is ours. It has no password until one is set on it.

use std::collections::{BTreeMap, BTreeSet};

use async_trait::async_trait;
use reconcile::fields::{compared, needed};
use reconcile::{Actual, Created, FieldChange, Kind, Listed, Need, Obstacle, Problem, Target};
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};
use upstream_stalwart::{
    Account, AccountChange, AccountKind, Created as Made, Destroyed, NewAccount, Permissions, Stalwart,
    Updated,
};

use crate::aliases::{self, Addressed, AliasSpec};
use crate::{MAILBOX, SHARED};

pub struct Mailbox(pub Stalwart);

/// How a mailbox should be.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct MailboxSpec {
    /// The part before the `@`.
    pub name: String,
    pub domain: String,
    /// The name of its person.
    pub description: String,
    /// How much it may hold; none for no limit.
    pub quota_bytes: Option<i64>,
    /// True where nobody may sign in.
    pub frozen: bool,
    #[serde(default)]
    pub aliases: Vec<AliasSpec>,
    /// The addresses of the shared mailboxes that it is in, in the order of the alphabet.
    #[serde(default)]
    pub groups: Vec<String>,
}

impl Addressed for MailboxSpec {
    fn domain(&self) -> &str {
        &self.domain
    }

    fn aliases(&self) -> &[AliasSpec] {
        &self.aliases
    }
}

const FIELDS: [&str; 6] = ["name", "domain", "description", "quotaBytes", "frozen", "aliases"];

/// Names in Stalwart, by id.
type Names = BTreeMap<String, String>;

fn actual(account: &Account, domains: &Names, groups: &Names) -> Actual {
    let mut groups: Vec<&str> =
        account.groups.iter().map(|id| groups.get(id).map_or("?", String::as_str)).collect();
    groups.sort_unstable();
    Actual {
        upstream_id: account.id.clone(),
        mark: None,
        fields: json!({
            "name": account.name, "domain": domains.get(&account.domain_id), "description": account.description, "quotaBytes": account.quota,
            "frozen": account.permissions.bar_sign_in(), "groups": groups,
            "aliases": aliases::shown(&account.aliases, domains),
        }),
        waiting: None,
    }
}

fn groups(of: &Value) -> Vec<&str> {
    of["groups"].as_array().into_iter().flatten().filter_map(Value::as_str).collect()
}

fn description(spec: &MailboxSpec) -> Option<String> {
    Some(spec.description.clone()).filter(|text| !text.is_empty())
}

fn quota(spec: &MailboxSpec) -> Option<u64> {
    spec.quota_bytes.and_then(|bytes| u64::try_from(bytes).ok())
}

fn permissions(spec: &MailboxSpec) -> Permissions {
    if spec.frozen { Permissions::frozen() } else { Permissions::Inherit }
}

impl Mailbox {
    async fn actual(&self, target: &Target<'_, MailboxSpec>, account: &Account) -> Result<Actual, Problem> {
        let domains = aliases::domains(&self.0, target, &account.domain_id, &account.aliases).await?;
        let groups = self.addresses_of(&account.groups).await?;
        Ok(actual(account, &domains, &groups))
    }

    /// The addresses of shared mailboxes, by their ids.
    async fn addresses_of(&self, groups: &BTreeSet<String>) -> Result<Names, Problem> {
        if groups.is_empty() {
            return Ok(Names::new());
        }
        let ids: Vec<&str> = groups.iter().map(String::as_str).collect();
        let found = self.0.accounts(&ids).await?;
        Ok(found.into_iter().map(|group| (group.id, group.address)).collect())
    }

    async fn set_permissions(&self, id: &str, permissions: Permissions) -> Result<(), Problem> {
        let change = AccountChange { permissions: Some(permissions), ..AccountChange::default() };
        match self.0.update_account(id, &change).await? {
            Updated::Done => Ok(()),
            Updated::Taken(by) => Err(Problem::Blocked(aliases::taken(&self.0, &by.object, &by.id).await?)),
        }
    }

    /// The ids of the shared mailboxes that it shall be in. One that is frozen is taken out of those that it should not
    /// be in, and put into none.
    async fn group_ids(
        &self,
        target: &Target<'_, MailboxSpec>,
        spec: &MailboxSpec,
        id: &str,
    ) -> Result<BTreeSet<String>, Problem> {
        let wanted = &spec.groups;
        if !spec.frozen {
            let ids = target.needed.iter().rev().take(wanted.len());
            return Ok(ids.cloned().collect());
        }
        let present = self.0.account(id).await?.map(|account| account.groups).unwrap_or_default();
        let stays = self.addresses_of(&present).await?.into_iter();
        Ok(stays.filter(|(_, address)| wanted.contains(address)).map(|(id, _)| id).collect())
    }
}

#[async_trait]
impl Kind for Mailbox {
    type Spec = MailboxSpec;

    fn name(&self) -> &'static str {
        MAILBOX
    }

    /// Its object is written by itself alone.
    fn writes_into(&self, _: &Target<'_, MailboxSpec>) -> Option<Need> {
        None
    }

    fn needs(&self, spec: &MailboxSpec) -> Vec<Need> {
        let domains = aliases::needs(spec).into_iter();
        // Closing a mailbox waits for nothing but its own domain, which comes first.
        if spec.frozen {
            return domains.take(1).collect();
        }
        domains.chain(spec.groups.iter().map(|address| Need::of(SHARED, address))).collect()
    }

    async fn read(&self, target: &Target<'_, MailboxSpec>) -> Result<Option<Actual>, Problem> {
        let found = match (target.upstream_id, target.needed.first(), target.spec) {
            // Nothing but its id tells that it is ours, and copies lag: that it is gone counts when it is said twice.
            (Some(id), ..) => match self.0.account(id).await? {
                None => self.0.account(id).await?,
                found => found,
            },
            (None, Some(domain), Some(spec)) => self.0.find_account(&spec.name, domain).await?,
            (None, ..) => None,
        };
        match found.filter(|found| found.kind == AccountKind::User) {
            Some(found) => Ok(Some(self.actual(target, &found).await?)),
            None => Ok(None),
        }
    }

    async fn search(&self, target: &Target<'_, MailboxSpec>) -> Result<Option<Actual>, Problem> {
        let mark = target.is_in_doubt.then(|| target.id.to_owned());
        Ok(self.read(target).await?.map(|found| Actual { mark, ..found }))
    }

    async fn create(&self, target: &Target<'_, MailboxSpec>, spec: &MailboxSpec) -> Result<Created, Problem> {
        let new = NewAccount {
            kind: AccountKind::User,
            name: spec.name.clone(),
            domain_id: needed(self, target, 0)?.to_owned(),
            description: description(spec),
            aliases: aliases::wanted_now(&self.0, target, spec).await?,
            quota: quota(spec),
            password: None,
            permissions: permissions(spec),
        };
        match self.0.create_account(&new).await? {
            Made::New(id) => {
                let found = self.0.account(&id).await;
                let is_it = |it: Account| (it.name, it.domain_id) == (new.name, new.domain_id);
                aliases::made(found.map(|found| found.is_some_and(is_it)), id, spec)
            }
            Made::Exists { object, id } => {
                // It is ours, of an attempt whose outcome nobody knew.
                if target.is_in_doubt
                    && let Some(found) = self.read(target).await?
                {
                    return Ok(Created::New(found));
                }
                Ok(Created::Taken(aliases::taken(&self.0, &object, &id).await?))
            }
        }
    }

    async fn update(
        &self,
        target: &Target<'_, MailboxSpec>,
        spec: &MailboxSpec,
        actual: &Actual,
        changes: &[FieldChange],
    ) -> Result<(), Problem> {
        let is_changed = |field: &str| changes.iter().any(|change| change.field == field);
        if is_changed("domain") {
            return Err(aliases::moved());
        }
        // By itself and first: whatever is wrong with its addresses, nobody gets in.
        if is_changed("frozen") {
            self.set_permissions(&actual.upstream_id, permissions(spec)).await?;
        }
        let change = AccountChange {
            name: is_changed("name").then(|| spec.name.clone()),
            description: is_changed("description").then(|| description(spec)),
            quota: is_changed("quotaBytes").then(|| quota(spec)),
            permissions: None,
            aliases: if is_changed("aliases") {
                Some(aliases::wanted_now(&self.0, target, spec).await?)
            } else {
                None
            },
            groups: if is_changed("groups") {
                Some(self.group_ids(target, spec, &actual.upstream_id).await?)
            } else {
                None
            },
        };
        match self.0.update_account(&actual.upstream_id, &change).await? {
            Updated::Done => Ok(()),
            Updated::Taken(by) => Err(Problem::Blocked(aliases::taken(&self.0, &by.object, &by.id).await?)),
        }
    }

    async fn close(&self, actual: &Actual) -> Result<(), Problem> {
        if actual.fields["frozen"] == true {
            return Ok(());
        }
        self.set_permissions(&actual.upstream_id, Permissions::frozen()).await
    }

    async fn delete(&self, _: &Target<'_, MailboxSpec>, actual: &Actual) -> Result<(), Problem> {
        match self.0.destroy_account(&actual.upstream_id).await? {
            Destroyed::Done => Ok(()),
            Destroyed::Linked(_) => Err(Problem::Blocked(Obstacle::new("blocked-mailbox-used"))),
        }
    }

    /// Mailboxes on the domains that bear Dezky's mark: others are nobody's business here.
    async fn list(&self) -> Result<Vec<Listed>, Problem> {
        let mut listed = Vec::new();
        let all = self.0.list_domains().await?;
        let names: Names = all.iter().map(|domain| (domain.id.clone(), domain.name.clone())).collect();
        let mut accounts = Vec::new();
        for domain in all {
            if !domain.description.as_deref().is_some_and(|text| text.starts_with("dezky ")) {
                continue;
            }
            accounts.extend(self.0.list_accounts(&domain.id).await?);
        }
        let is_shared = |account: &&Account| account.kind == AccountKind::Group;
        let groups: Names =
            accounts.iter().filter(is_shared).map(|it| (it.id.clone(), it.address.clone())).collect();
        for account in accounts.iter().filter(|account| account.kind == AccountKind::User) {
            let actual = actual(account, &names, &groups);
            listed.push(Listed { name: account.address.clone(), actual });
        }
        Ok(listed)
    }

    fn diff(&self, spec: &Value, actual: &Actual) -> Vec<FieldChange> {
        let mut changes = compared(spec, actual, &FIELDS);
        let (wanted, present) = (groups(spec), groups(&actual.fields));
        let is_right = if spec["frozen"] == true {
            present.iter().all(|group| wanted.contains(group))
        } else {
            present == wanted
        };
        if spec.get("groups").is_some() && !is_right {
            let (want, have) = (spec["groups"].clone(), actual.fields["groups"].clone());
            changes.push(FieldChange { field: "groups".to_owned(), want, have });
        }
        changes
    }
}
