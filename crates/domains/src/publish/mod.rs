//! Publishes a domain's records in its zone: shows what would change, and does just that at the zone's own server. The
//! key is used for this and kept nowhere. What is about to be published is noted first, so that after a crash it is
//! known for ours.

mod look;
pub mod store;

use access::{Granted, ManageDomains};
use audit::{Chain, Context, Entry, Outcome};
use kernel::DomainName;
use kernel::dns::{Change, RecordType};
use mail_dns::publish::{Item, Published, changes, diff};
use serde_json::{Value, json};
use sha2::{Digest as _, Sha256};
use upstream_dns::{Key, Primary, UpdateError};

use crate::actions::live_holder;
use crate::check::target;
use crate::error::Error;
use crate::model::Domain;
use crate::recorded::Action;
use crate::service::Domains;
use crate::store as rows;

/// For how many seconds records may be kept that come where none were.
const TTL: u32 = 3600;

/// What publishing would change, and where.
pub struct Plan {
    /// Where the zone is updated.
    pub primary: Primary,
    /// What becomes of each record.
    pub items: Vec<Item>,
    /// Stands for all of this; a plan with another hash is another plan.
    pub hash: String,
    changes: Vec<Change>,
}

impl Plan {
    /// How many records change.
    pub fn count(&self) -> usize {
        self.items.iter().filter(|item| item.act.is_change()).count()
    }
}

/// What somebody wants to be published.
pub struct Order {
    /// The plan that they saw.
    pub hash: String,
    /// Another server than the zone's own word for it.
    pub server: Option<String>,
    /// Signs the change.
    pub key: Key,
}

impl Domains {
    /// What publishing would change, asked of the zone's own server now.
    pub async fn publish_plan(
        &self,
        by: &Granted<ManageDomains>,
        name: &DomainName,
        server: Option<&str>,
    ) -> Result<Plan, Error> {
        let domain = self.domain(by, name).await?;
        self.plan_of(&domain, server).await
    }

    async fn plan_of(&self, domain: &Domain, server: Option<&str>) -> Result<Plan, Error> {
        let expected = domain.expected(&self.settings.challenge)?;
        let (primary, wanted, there) = self.look_at_zone(domain, &expected, server).await?;
        let noted = store::all(self.platform.db.read(), domain).await?;
        let published = Published::new(noted.into_iter().map(|noted| (noted.record.name, noted.record.data)));
        let items = diff(&wanted, &there, &published);
        let changes = changes(&items, &there, TTL);
        let acts: Vec<_> = items.iter().map(|item| (&item.expected, &item.act)).collect();
        let seen = format!("{} {} {acts:?} {changes:?}", primary.zone, primary.server);
        let mut hash = kernel::id::hex(&Sha256::digest(seen));
        hash.truncate(32);
        Ok(Plan { primary, items, hash, changes })
    }

    /// Publishes what the plan of that hash lists, and has the domain checked.
    pub async fn publish(
        &self,
        by: &Granted<ManageDomains>,
        name: &DomainName,
        order: &Order,
    ) -> Result<Domain, Error> {
        let domain = self.domain(by, name).await?;
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
        live_holder(&tx, domain.tenant).await?;
        let now = rows::lock(&tx, domain.id).await?.ok_or(Error::NotFound)?;
        if (&now.token, &now.proven, &now.policy, &now.zone)
            != (&domain.token, &domain.proven, &domain.policy, &domain.zone)
        {
            return Err(Error::ZoneMoved);
        }
        let noted = store::note(&tx, &self.platform.clock, domain, &plan.changes).await?;
        let mut after = said(plan);
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
        rows::check_soon(&tx, domain.id, self.platform.clock.now()).await?;
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
        let why = json!({"server": plan.primary.server, "why": error.to_string()});
        let entry = Entry::done(Action::DomainPublish, target(domain)).outcome(Outcome::Failed).after(why);
        audit::commit(tx, by.context(), Chain::Tenant(domain.tenant), entry).await?;
        Ok(error)
    }

    /// The domain as it is after what was published. That it could not be checked changes nothing of it.
    async fn checked_after(&self, by: &Granted<ManageDomains>, domain: &Domain) -> Result<Domain, Error> {
        let context = Context::system("domains", &self.platform.clock);
        if let Err(error) = self.recheck_as(&context, by, &domain.name).await {
            tracing::warn!(domain = %domain.name, %error, "a domain was not checked after its records were published");
        }
        self.domain(by, &domain.name).await
    }
}

/// What is published, for the audit log.
fn said(plan: &Plan) -> Value {
    let kind = |kind: RecordType| kind.as_str();
    let added = plan.changes.iter().flat_map(|change| &change.add).map(|record| {
        format!("{} {} {}", record.name, kind(record.data.kind()), mail_dns::show(&record.data))
    });
    let removed = plan.changes.iter().flat_map(|change| {
        change
            .remove
            .iter()
            .map(|data| format!("{} {} {}", change.name, kind(change.kind), mail_dns::show(data)))
    });
    json!({
        "zone": plan.primary.zone.as_str(),
        "server": plan.primary.server,
        "added": added.collect::<Vec<_>>(),
        "removed": removed.collect::<Vec<_>>(),
    })
}
