//! A distribution list in Stalwart. Nothing in it can hold a mark, so its absence is checked before the intent to make
//! it is recorded, and what is there after an unknown outcome is ours. Lists can't be searched by name (stalwart,
//! section 9), so all of a domain are read until the id is known.

use std::collections::{BTreeMap, BTreeSet};

use addresses::aliases;
use async_trait::async_trait;
use kernel::EmailAddress;
use reconcile::fields::compared;
use reconcile::{Actual, Created, FieldChange, Kind, Listed, Need, Obstacle, Problem, Target};
use serde_json::{Value, json};
use upstream_stalwart::{Created as Made, Destroyed, ListChange, MailingList, NewList, Stalwart};

use super::{description, own_domain, to_write, updated};
use crate::desired::{LIST, ListSpec};

pub struct List(pub Stalwart);

const FIELDS: [&str; 5] = ["name", "domain", "description", "aliases", "recipients"];

fn actual(list: &MailingList, domains: &BTreeMap<String, String>) -> Actual {
    Actual {
        upstream_id: list.id.clone(),
        mark: None,
        fields: json!({
            "name": list.name, "domain": domains.get(&list.domain_id), "description": list.description,
            "aliases": aliases::shown(&list.aliases, domains), "recipients": list.recipients,
        }),
        waiting: None,
    }
}

fn recipients(spec: &ListSpec) -> Result<BTreeSet<EmailAddress>, Problem> {
    let bad = |text: &str| Problem::Blocked(Obstacle::new("blocked-recipient").with("address", text));
    spec.recipients.iter().map(|text| text.parse::<EmailAddress>().map_err(|_| bad(text))).collect()
}

impl List {
    async fn found(&self, target: &Target<'_, ListSpec>) -> Result<Option<MailingList>, Problem> {
        if let Some(id) = target.upstream_id {
            // Nothing but its id tells that it is ours, and copies lag: that it is gone counts when it is said twice.
            let found = self.0.list(id).await?;
            return Ok(if found.is_some() { found } else { self.0.list(id).await? });
        }
        let (Some(domain), Some(spec)) = (target.needed.first(), target.spec) else { return Ok(None) };
        let all = self.0.list_lists(Some(domain)).await?;
        Ok(all.into_iter().find(|list| list.name == spec.name))
    }
}

#[async_trait]
impl Kind for List {
    type Spec = ListSpec;

    fn name(&self) -> &'static str {
        LIST
    }

    /// Its object is written by itself alone.
    fn writes_into(&self, _: &Target<'_, ListSpec>) -> Option<Need> {
        None
    }

    fn needs(&self, spec: &ListSpec) -> Vec<Need> {
        aliases::needs(spec)
    }

    async fn read(&self, target: &Target<'_, ListSpec>) -> Result<Option<Actual>, Problem> {
        let Some(found) = self.found(target).await? else { return Ok(None) };
        let domains = aliases::domains(&self.0, target, &found.domain_id, &found.aliases).await?;
        Ok(Some(actual(&found, &domains)))
    }

    async fn search(&self, target: &Target<'_, ListSpec>) -> Result<Option<Actual>, Problem> {
        let mark = target.is_in_doubt.then(|| target.id.to_owned());
        Ok(self.read(target).await?.map(|found| Actual { mark, ..found }))
    }

    async fn create(&self, target: &Target<'_, ListSpec>, spec: &ListSpec) -> Result<Created, Problem> {
        let new = NewList {
            name: spec.name.clone(),
            domain_id: own_domain(target.needed)?,
            description: description(spec.description.as_deref()),
            aliases: aliases::wanted(target, spec)?,
            recipients: recipients(spec)?,
        };
        match self.0.create_list(&new).await? {
            Made::New(id) => {
                let found = self.0.list(&id).await;
                let is_it = |it: MailingList| (it.name, it.domain_id) == (new.name, new.domain_id);
                aliases::made(found.map(|found| found.is_some_and(is_it)), id, spec)
            }
            Made::Exists { object, id } => Ok(Created::Taken(aliases::taken(&self.0, &object, &id).await?)),
        }
    }

    async fn update(
        &self,
        target: &Target<'_, ListSpec>,
        spec: &ListSpec,
        actual: &Actual,
        changes: &[FieldChange],
    ) -> Result<(), Problem> {
        let is_changed = to_write(changes)?;
        let change = ListChange {
            name: is_changed("name").then(|| spec.name.clone()),
            description: is_changed("description").then(|| description(spec.description.as_deref())),
            aliases: is_changed("aliases").then(|| aliases::wanted(target, spec)).transpose()?,
            recipients: is_changed("recipients").then(|| recipients(spec)).transpose()?,
        };
        let done = self.0.update_list(&actual.upstream_id, &change).await?;
        updated(&self.0, done).await
    }

    async fn delete(&self, _: &Target<'_, ListSpec>, actual: &Actual) -> Result<(), Problem> {
        match self.0.destroy_list(&actual.upstream_id).await? {
            Destroyed::Done => Ok(()),
            Destroyed::Linked(_) => Err(Problem::Blocked(Obstacle::new("blocked-list-used"))),
        }
    }

    /// Lists on the domains that bear Dezky's mark: others are nobody's business here.
    async fn list(&self) -> Result<Vec<Listed>, Problem> {
        let all = self.0.list_domains().await?;
        let is_ours = |text: &Option<String>| text.as_deref().is_some_and(|text| text.starts_with("dezky "));
        let names = all.iter().map(|domain| (domain.id.clone(), domain.name.clone())).collect();
        let lists = self.0.list_lists(None).await?;
        let on_ours = |list: &&MailingList| {
            all.iter().any(|domain| domain.id == list.domain_id && is_ours(&domain.description))
        };
        let listed = lists.iter().filter(on_ours);
        Ok(listed.map(|it| Listed { name: it.address.clone(), actual: actual(it, &names) }).collect())
    }

    fn diff(&self, spec: &Value, actual: &Actual) -> Vec<FieldChange> {
        compared(spec, actual, &FIELDS)
    }
}

#[cfg(test)]
mod tests {
    use kernel::{Clock, ListId, TenantId};
    use proptest::prelude::*;

    use super::*;
    use crate::desired::of_list;
    use crate::model;

    fn address() -> impl Strategy<Value = EmailAddress> {
        // Letters that sort before and after the `@`.
        "[a-c0-2+_-]{1,4}@[ab]{1,2}(\\.[ab]{1,2}|-x)\\.test".prop_map(|text| text.parse().unwrap())
    }

    proptest! {
        #[test]
        fn a_list_that_is_there_as_it_was_wanted_differs_in_nothing(
            recipients in proptest::collection::btree_set(address(), 0..8),
        ) {
            let clock = Clock::System;
            let wanted = of_list(
                &model::List {
                    id: ListId::new(&clock),
                    tenant: TenantId::new(&clock),
                    address: "all@acme.test".parse().unwrap(),
                    description: None,
                    recipients,
                    version: 1,
                    created_at: clock.now(),
                },
                &[],
            );
            let spec: ListSpec = serde_json::from_value(wanted.spec.clone()).unwrap();
            let there = MailingList {
                id: "a".into(),
                name: "all".into(),
                domain_id: "d".into(),
                address: wanted.name,
                description: None,
                aliases: Vec::new(),
                recipients: spec.recipients,
            };
            let domains = BTreeMap::from([("d".to_owned(), "acme.test".to_owned())]);
            prop_assert_eq!(compared(&wanted.spec, &actual(&there, &domains), &FIELDS), vec![]);
        }
    }
}
