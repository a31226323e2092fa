//! A shared mailbox: a group in Stalwart, whose members see it beside their own (stalwart, section 7). Who they are is
//! a field of their mailboxes. Nothing in it can hold a mark.

use std::collections::BTreeMap;

use addresses::{SHARED, aliases};
use async_trait::async_trait;
use mail::kinds::{description, own_domain, to_write, updated};
use reconcile::fields::compared;
use reconcile::{Actual, Created, FieldChange, Kind, Listed, Need, Obstacle, Problem, Target};
use serde_json::{Value, json};
use upstream_stalwart::{
    Account, AccountChange, AccountKind, Created as Made, Destroyed, NewAccount, Permissions, Stalwart,
};

use crate::desired::SharedSpec;

pub struct Shared(pub Stalwart);

const FIELDS: [&str; 4] = ["name", "domain", "description", "aliases"];

fn actual(account: &Account, domains: &BTreeMap<String, String>) -> Actual {
    Actual {
        upstream_id: account.id.clone(),
        mark: None,
        fields: json!({
            "name": account.name, "domain": domains.get(&account.domain_id),
            "description": account.description, "aliases": aliases::shown(&account.aliases, domains),
        }),
        waiting: None,
    }
}

#[async_trait]
impl Kind for Shared {
    type Spec = SharedSpec;

    fn name(&self) -> &'static str {
        SHARED
    }

    /// Its object is written by itself alone.
    fn writes_into(&self, _: &Target<'_, SharedSpec>) -> Option<Need> {
        None
    }

    fn needs(&self, spec: &SharedSpec) -> Vec<Need> {
        aliases::needs(spec)
    }

    async fn read(&self, target: &Target<'_, SharedSpec>) -> Result<Option<Actual>, Problem> {
        let found = match (target.upstream_id, target.needed.first(), target.spec) {
            // Nothing but its id tells that it is ours, and copies lag: that it is gone counts when it is said twice.
            (Some(id), ..) => match self.0.account(id).await? {
                None => self.0.account(id).await?,
                found => found,
            },
            (None, Some(domain), Some(spec)) => self.0.find_account(&spec.name, domain).await?,
            (None, ..) => None,
        };
        let Some(found) = found.filter(|found| found.kind == AccountKind::Group) else { return Ok(None) };
        let domains = aliases::domains(&self.0, target, &found.domain_id, &found.aliases).await?;
        Ok(Some(actual(&found, &domains)))
    }

    async fn search(&self, target: &Target<'_, SharedSpec>) -> Result<Option<Actual>, Problem> {
        let mark = target.is_in_doubt.then(|| target.id.to_owned());
        Ok(self.read(target).await?.map(|found| Actual { mark, ..found }))
    }

    async fn create(&self, target: &Target<'_, SharedSpec>, spec: &SharedSpec) -> Result<Created, Problem> {
        let new = NewAccount {
            kind: AccountKind::Group,
            name: spec.name.clone(),
            domain_id: own_domain(target.needed)?,
            description: description(Some(&spec.description)),
            aliases: aliases::wanted(target, spec)?,
            quota: None,
            password: None,
            permissions: Permissions::Inherit,
        };
        match self.0.create_account(&new).await? {
            Made::New(id) => {
                let found = self.0.account(&id).await;
                let is_it = |it: Account| (it.name, it.domain_id) == (new.name, new.domain_id);
                aliases::made(found.map(|found| found.is_some_and(is_it)), id, spec)
            }
            Made::Exists { object, id } => Ok(Created::Taken(aliases::taken(&self.0, &object, &id).await?)),
        }
    }

    async fn update(
        &self,
        target: &Target<'_, SharedSpec>,
        spec: &SharedSpec,
        actual: &Actual,
        changes: &[FieldChange],
    ) -> Result<(), Problem> {
        let is_changed = to_write(changes)?;
        let change = AccountChange {
            name: is_changed("name").then(|| spec.name.clone()),
            description: is_changed("description").then(|| description(Some(&spec.description))),
            aliases: is_changed("aliases").then(|| aliases::wanted(target, spec)).transpose()?,
            ..AccountChange::default()
        };
        let done = self.0.update_account(&actual.upstream_id, &change).await?;
        updated(&self.0, done).await
    }

    /// One that mailboxes still show stays until they are written; it is tried again.
    async fn delete(&self, _: &Target<'_, SharedSpec>, actual: &Actual) -> Result<(), Problem> {
        match self.0.destroy_account(&actual.upstream_id).await? {
            Destroyed::Done => Ok(()),
            Destroyed::Linked(_) => Err(Problem::Blocked(Obstacle::new("blocked-shared-mailbox-shown"))),
        }
    }

    /// Groups on the domains that bear Dezky's mark: others are nobody's business here.
    async fn list(&self) -> Result<Vec<Listed>, Problem> {
        let all = self.0.list_domains().await?;
        let names = all.iter().map(|domain| (domain.id.clone(), domain.name.clone())).collect();
        let mut listed = Vec::new();
        for domain in &all {
            if !domain.description.as_deref().is_some_and(|text| text.starts_with("dezky ")) {
                continue;
            }
            let accounts = self.0.list_accounts(&domain.id).await?;
            let groups = accounts.iter().filter(|account| account.kind == AccountKind::Group);
            listed.extend(groups.map(|it| Listed { name: it.address.clone(), actual: actual(it, &names) }));
        }
        Ok(listed)
    }

    fn diff(&self, spec: &Value, actual: &Actual) -> Vec<FieldChange> {
        compared(spec, actual, &FIELDS)
    }
}
