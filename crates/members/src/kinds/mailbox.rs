//! A mailbox in Stalwart. Nothing in it can hold a mark, so its absence is checked before the intent to make it is
//! recorded, and what is there after an unknown outcome is ours. It has no password until one is set on it.

use async_trait::async_trait;
use reconcile::{Actual, Created, FieldChange, Kind, Listed, Need, Problem, Resource};
use serde_json::{Value, json};
use tenants::DOMAIN;
use upstream_stalwart::{
    Account, AccountChange, AccountKind, Created as Made, Destroyed, NewAccount, Permissions, Stalwart,
    Updated,
};

use super::{compared, needed, text};
use crate::wants::MAILBOX;

pub struct Mailbox(pub Stalwart);

const FIELDS: [&str; 4] = ["name", "description", "quotaBytes", "frozen"];

fn actual(account: &Account, mark: Option<String>) -> Actual {
    Actual {
        upstream_id: account.id.clone(),
        mark,
        fields: json!({
            "name": account.name, "description": account.description, "quotaBytes": account.quota,
            "frozen": account.permissions.bar_sign_in(),
        }),
        waiting: None,
    }
}

fn description(spec: &Value) -> Option<String> {
    Some(text(spec, "description").to_owned()).filter(|text| !text.is_empty())
}

fn permissions(spec: &Value) -> Permissions {
    if spec["frozen"] == true { Permissions::frozen() } else { Permissions::Inherit }
}

impl Mailbox {
    /// Who has an address that is taken.
    async fn owner(&self, object: &str, id: &str) -> Result<String, Problem> {
        let owner = self.0.whose(object, id).await?;
        Ok(match owner.address {
            Some(address) => format!("The address belongs to {address} already."),
            None => "The address belongs to something else already.".to_owned(),
        })
    }
}

#[async_trait]
impl Kind for Mailbox {
    fn name(&self) -> &'static str {
        MAILBOX
    }

    fn needs(&self, resource: &Resource) -> Vec<Need> {
        let Some(spec) = resource.description() else { return Vec::new() };
        vec![Need { kind: DOMAIN, name: text(spec, "domain").to_owned(), unwanted: "awaiting_ownership" }]
    }

    async fn read(&self, resource: &Resource) -> Result<Option<Actual>, Problem> {
        let found = match (&resource.upstream_id, resource.needed.first(), resource.description()) {
            (Some(id), ..) => self.0.account(id).await?,
            (None, Some(domain), Some(spec)) => self.0.find_account(text(spec, "name"), domain).await?,
            (None, ..) => None,
        };
        Ok(found.filter(|found| found.kind == AccountKind::User).map(|found| actual(&found, None)))
    }

    async fn search(&self, resource: &Resource) -> Result<Option<Actual>, Problem> {
        let mark = resource.is_in_doubt().then(|| resource.id.clone());
        Ok(self.read(resource).await?.map(|found| Actual { mark, ..found }))
    }

    async fn create(&self, resource: &Resource, spec: &Value) -> Result<Created, Problem> {
        let new = NewAccount {
            kind: AccountKind::User,
            name: text(spec, "name").to_owned(),
            domain_id: needed(&resource.needed, 0)?.to_owned(),
            description: description(spec),
            aliases: Vec::new(),
            quota: spec["quotaBytes"].as_u64(),
            password: None,
            permissions: permissions(spec),
        };
        match self.0.create_account(&new).await? {
            Made::New(upstream_id) => {
                Ok(Created::New(Actual { upstream_id, mark: None, fields: spec.clone(), waiting: None }))
            }
            // It is ours, of an attempt whose outcome nobody knew.
            Made::Exists { .. } if resource.is_in_doubt() && self.read(resource).await?.is_some() => {
                self.read(resource).await?.map_or_else(
                    || Err(Problem::Blocked("the mailbox vanished while it was being made".to_owned())),
                    |found| Ok(Created::New(found)),
                )
            }
            Made::Exists { object, id } => Ok(Created::Taken(self.owner(&object, &id).await?)),
        }
    }

    async fn update(
        &self,
        _: &Resource,
        spec: &Value,
        actual: &Actual,
        changes: &[FieldChange],
    ) -> Result<(), Problem> {
        let is_changed = |field: &str| changes.iter().any(|change| change.field == field);
        let change = AccountChange {
            name: is_changed("name").then(|| text(spec, "name").to_owned()),
            description: is_changed("description").then(|| description(spec)),
            quota: is_changed("quotaBytes").then(|| spec["quotaBytes"].as_u64()),
            permissions: is_changed("frozen").then(|| permissions(spec)),
            ..AccountChange::default()
        };
        match self.0.update_account(&actual.upstream_id, &change).await? {
            Updated::Done => Ok(()),
            Updated::Taken(by) => Err(Problem::Blocked(self.owner(&by.object, &by.id).await?)),
        }
    }

    async fn delete(&self, _: &Resource, actual: &Actual) -> Result<(), Problem> {
        match self.0.destroy_account(&actual.upstream_id).await? {
            Destroyed::Done => Ok(()),
            Destroyed::Linked(_) => {
                Err(Problem::Blocked("something in Stalwart still uses the mailbox".to_owned()))
            }
        }
    }

    /// Mailboxes on the domains that bear Dezky's mark: others are nobody's business here.
    async fn list(&self) -> Result<Vec<Listed>, Problem> {
        let mut listed = Vec::new();
        for domain in self.0.list_domains().await? {
            if !domain.description.as_deref().is_some_and(|text| text.starts_with("dezky ")) {
                continue;
            }
            let accounts = self.0.list_accounts(&domain.id).await?;
            let boxes = accounts.iter().filter(|account| account.kind == AccountKind::User);
            listed.extend(boxes.map(|it| Listed { name: it.address.clone(), actual: actual(it, None) }));
        }
        Ok(listed)
    }

    fn diff(&self, spec: &Value, actual: &Actual) -> Vec<FieldChange> {
        compared(spec, actual, &FIELDS)
    }
}
