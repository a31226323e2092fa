//! A tenant's mail domain in Stalwart. Its name is unique there; the mark stands in the description. It is done only
//! when both signing keys are there, which Stalwart makes a moment later (stalwart, section 6).

use std::time::Duration;

use async_trait::async_trait;
use kernel::message::{ToValue as _, Value};
use kernel::{DomainName, EmailAddress, Message};
use reconcile::fields::text;
use reconcile::{
    Actual, Created, FieldChange, Kind, Listed, Need, Obstacle, Problem, Target, Waiting, spec_of,
};
use serde_json::json;
use upstream_stalwart::{
    Created as Made, Destroyed, DkimKey, Domain as Found, DomainChange, DomainSettingsChange, LinkHolder,
    NewDomain, Stalwart,
};

use super::Mark;
use crate::desired::DomainSpec;

pub struct Domain(pub Stalwart);

/// The obstacle to destroying a domain that is still used.
pub const DOMAIN_USED: &str = "blocked-domain-used";
/// The value in it that lists what uses the domain.
pub const USERS: &str = "users";

/// Users of a domain that are named; of more it is said how many there are.
const NAMED: usize = 10;

/// What uses a domain, as people know it: by its address there, which may be an alias of something elsewhere.
fn users(owners: &[LinkHolder], domain: &str) -> Vec<Value> {
    let here = format!("@{domain}");
    let user = |owner: &LinkHolder| match &owner.address {
        Some(address) if address.ends_with(&here) => address.to_value(),
        Some(address) => Message::new("domain-used-alias").with("address", address).to_value(),
        None => user_of_type(&owner.of.object).to_value(),
    };
    let mut users: Vec<Value> = owners.iter().take(NAMED).map(user).collect();
    if owners.is_empty() {
        // The refusal may name nothing.
        users.push(user_of_type("").to_value());
    }
    if owners.len() > NAMED {
        users.push(Message::new("domain-used-more").with("count", owners.len() - NAMED).to_value());
    }
    users
}

/// What uses a domain and has no address, by the type of its object in Stalwart.
pub fn user_of_type(object: &str) -> Message {
    match object {
        "Account" => Message::new("domain-used-account"),
        "MailingList" => Message::new("domain-used-list"),
        "SystemSettings" => Message::new("domain-used-settings"),
        "" => Message::new("domain-used-something"),
        other => Message::Quoted(other.to_owned()),
    }
}

const KEYS: usize = 2;
/// Both keys are there 60 to 350 ms after the domain (stalwart, section 17).
const WAITING: Waiting = Waiting { reason: "dkim_pending", again_in: Duration::from_millis(25) };

fn actual(domain: &Found) -> Actual {
    let mark = domain.description.as_deref().and_then(Mark::read);
    Actual {
        upstream_id: domain.id.clone(),
        fields: json!({
            "name": domain.name, "tenantId": mark.as_ref().map(|mark| &mark.tenant),
            "catchAll": domain.catch_all, "plusAddresses": domain.plus_addresses,
        }),
        mark: mark.map(|mark| mark.resource),
        waiting: None,
    }
}

fn mark(resource: &str, spec: &DomainSpec) -> String {
    Mark { tenant: spec.tenant_id.clone(), resource: resource.to_owned() }.text()
}

fn parsed(name: &str) -> Result<DomainName, Problem> {
    name.parse().map_err(|_| Problem::Blocked(Obstacle::new("blocked-domain-name").with("name", name)))
}

fn catch_all(spec: &DomainSpec) -> Result<Option<EmailAddress>, Problem> {
    let address = spec.catch_all.as_deref().map(str::parse).transpose();
    let said = spec.catch_all.as_deref().unwrap_or_default();
    address.map_err(|_| Problem::Blocked(Obstacle::new("blocked-catch-all").with("address", said)))
}

#[async_trait]
impl Kind for Domain {
    type Spec = DomainSpec;

    fn name(&self) -> &'static str {
        "stalwart.domain"
    }

    /// Its object is written by itself alone.
    fn writes_into(&self, _: &Target<'_, DomainSpec>) -> Option<Need> {
        None
    }

    async fn read(&self, target: &Target<'_, DomainSpec>) -> Result<Option<Actual>, Problem> {
        let found = match target.upstream_id {
            Some(id) => self.0.domain_with_keys(id).await?,
            None => match self.0.find_domain(&parsed(target.name)?).await? {
                Some(domain) => {
                    let keys = self.0.dkim_keys(&domain.id).await?;
                    Some((domain, keys))
                }
                None => None,
            },
        };
        let actual = |(domain, keys): (Found, Vec<DkimKey>)| Actual {
            waiting: (keys.len() < KEYS).then_some(WAITING),
            ..actual(&domain)
        };
        Ok(found.map(actual))
    }

    async fn list(&self) -> Result<Vec<Listed>, Problem> {
        let domains = self.0.list_domains().await?;
        Ok(domains.into_iter().map(|domain| Listed { actual: actual(&domain), name: domain.name }).collect())
    }

    async fn create(&self, target: &Target<'_, DomainSpec>, spec: &DomainSpec) -> Result<Created, Problem> {
        let new = NewDomain { name: parsed(target.name)?, description: Some(mark(target.id, spec)) };
        Ok(match self.0.create_domain(&new).await? {
            Made::New(upstream_id) => Created::New(Actual {
                upstream_id,
                mark: Some(target.id.to_owned()),
                fields: spec_of(spec),
                waiting: Some(WAITING),
            }),
            Made::Exists { .. } => {
                Created::Taken(Obstacle::new("blocked-domain-taken").with("name", target.name))
            }
        })
    }

    async fn update(
        &self,
        target: &Target<'_, DomainSpec>,
        spec: &DomainSpec,
        actual: &Actual,
        changes: &[FieldChange],
    ) -> Result<(), Problem> {
        if changes.iter().any(|change| change.field == "name") {
            let renamed = Obstacle::new("blocked-domain-renamed").with("name", text(&actual.fields, "name"));
            return Err(Problem::Blocked(renamed));
        }
        let is_changed = |field: &str| changes.iter().any(|change| change.field == field);
        if is_changed("tenantId") {
            let change = DomainChange { description: Some(Some(mark(target.id, spec))) };
            self.0.update_domain(&actual.upstream_id, &change).await?;
        }
        let settings = DomainSettingsChange {
            catch_all: is_changed("catchAll").then(|| catch_all(spec)).transpose()?,
            plus_addresses: is_changed("plusAddresses").then_some(spec.plus_addresses),
        };
        Ok(self.0.update_domain_settings(&actual.upstream_id, &settings).await?)
    }

    async fn delete(&self, target: &Target<'_, DomainSpec>, actual: &Actual) -> Result<(), Problem> {
        match self.0.destroy_domain(&actual.upstream_id).await? {
            Destroyed::Done => Ok(()),
            Destroyed::Linked(objects) => {
                let owners = self.0.owners(&objects).await?;
                let users = users(&owners, target.name);
                Err(Problem::Blocked(Obstacle::new(DOMAIN_USED).with(USERS, users)))
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_refusal_that_names_nothing_still_says_what_uses_the_domain() {
        assert_eq!(users(&[], "acme.test"), [Message::new("domain-used-something").to_value()]);
    }
}
