//! Publishes a domain's records in its zone: shows what would change, and does just that at the zone's own server. The
//! key is used for this and kept nowhere. What is about to be published is noted first, so that after a crash it is
//! known for ours.

use access::{Granted, ManageDomains};
use audit::{Chain, Entry, Outcome};
use domains::{Domain, check_soon, lock_as_read, target};
use kernel::{Coded as _, DomainName};
use mail_dns::publish::{Published, changes, diff};
use serde_json::json;
use upstream_dns::{Key, UpdateError};

use crate::error::Error;
use crate::model::{Order, Plan};
use crate::recorded::Action;
use crate::service::Publishing;
use crate::store;

/// For how many seconds records may be kept that come where none were.
const TTL: u32 = 3600;

impl Publishing {
    /// What publishing would change, asked of the zone's own server now.
    pub async fn plan(
        &self,
        by: &Granted<ManageDomains>,
        name: &DomainName,
        server: Option<&str>,
    ) -> Result<Plan, Error> {
        let domain = self.domains.domain(by, name).await?;
        self.plan_of(&domain, server).await
    }

    async fn plan_of(&self, domain: &Domain, server: Option<&str>) -> Result<Plan, Error> {
        let expected = self.domains.expected(domain)?;
        let (primary, wanted, there) = self.look_at_zone(domain, &expected, server).await?;
        let noted = store::all(self.platform.db.read(), domain).await?;
        let published = Published::new(noted.into_iter().map(|noted| (noted.record.name, noted.record.data)));
        let items = diff(&wanted, &there, &published);
        let changes = changes(&items, &there, TTL);
        Ok(Plan::new(primary, items, changes))
    }

    /// Publishes what the plan of that hash lists, and has the domain checked.
    pub async fn publish(
        &self,
        by: &Granted<ManageDomains>,
        name: &DomainName,
        order: &Order,
    ) -> Result<Domain, Error> {
        let domain = self.domains.domain(by, name).await?;
        let plan = self.plan_of(&domain, order.server.as_deref()).await?;
        if plan.hash != order.hash {
            return Err(Error::ZoneMoved);
        }
        if plan.changes.is_empty() {
            return Ok(domain);
        }
        let noted = self.note_plan(by, &domain, &plan, &order.key).await?;
        let done = match self.dns.update(&plan.primary, &order.key, &plan.changes).await {
            Err(error) if error.may_have_happened() => self.what_came_of_it(&domain, &plan, error).await,
            done => done.map_err(Error::Update),
        };
        match done {
            Ok(()) => self.settle_published(&domain, &plan).await?,
            Err(error) => return Err(self.failed(by, &domain, &plan, &noted, error).await?),
        }
        self.checked_after(by, &domain).await
    }

    /// Writes down what is about to be published.
    async fn note_plan(
        &self,
        by: &Granted<ManageDomains>,
        domain: &Domain,
        plan: &Plan,
        key: &Key,
    ) -> Result<Vec<String>, Error> {
        let tx = self.platform.db.begin().await?;
        if !lock_as_read(&tx, domain).await? {
            return Err(Error::ZoneMoved);
        }
        let noted = store::note(&tx, &self.platform.clock, domain, &plan.changes).await?;
        let mut after = plan.audited();
        after["key"] = json!(key.name().as_str());
        let entry = Entry::done(Action::DomainPublish, target(domain)).after(after);
        audit::commit(tx, by.context(), Chain::Tenant(domain.tenant), entry).await?;
        Ok(noted)
    }

    /// After an answer that did not come: asks the server what it has before anything is said.
    async fn what_came_of_it(&self, domain: &Domain, plan: &Plan, error: UpdateError) -> Result<(), Error> {
        let server = &plan.primary.server;
        let now = self.plan_of(domain, Some(server)).await;
        match now {
            Ok(now) if now.changes.is_empty() => Ok(()),
            Ok(now) if now.hash == plan.hash => Err(Error::NotTaken(server.clone())),
            _ => Err(Error::Update(error)),
        }
    }

    async fn settle_published(&self, domain: &Domain, plan: &Plan) -> Result<(), Error> {
        let tx = self.platform.db.begin().await?;
        store::settle(&tx, domain, &plan.changes).await?;
        check_soon(&tx, domain.id, self.platform.clock.now()).await?;
        Ok(tx.commit_silently("what publishing left is noted; publishing itself was recorded").await?)
    }

    /// Writes down that it failed. What may have happened all the same stays noted.
    async fn failed(
        &self,
        by: &Granted<ManageDomains>,
        domain: &Domain,
        plan: &Plan,
        noted: &[String],
        error: Error,
    ) -> Result<Error, Error> {
        let tx = self.platform.db.begin().await?;
        let is_open = match &error {
            Error::Update(error) => error.may_have_happened(),
            // It may still be at work on it.
            error => matches!(error, Error::NotTaken(_)),
        };
        if !is_open {
            store::take_back(&tx, domain, noted).await?;
        }
        let answer = match &error {
            Error::Update(UpdateError::Odd(_, answer)) => Some(answer),
            _ => None,
        };
        let why = json!({"server": plan.primary.server, "why": error.code(), "answer": answer});
        let entry = Entry::done(Action::DomainPublish, target(domain)).outcome(Outcome::Failed).after(why);
        audit::commit(tx, by.context(), Chain::Tenant(domain.tenant), entry).await?;
        Ok(error)
    }

    /// The domain as it is after what was published. That it could not be checked changes nothing of it.
    async fn checked_after(&self, by: &Granted<ManageDomains>, domain: &Domain) -> Result<Domain, Error> {
        if let Err(error) = self.domains.recheck_by_system(by, &domain.name).await {
            tracing::warn!(domain = %domain.name, %error, "a domain was not checked after its records were published");
        }
        Ok(self.domains.domain(by, &domain.name).await?)
    }
}
