//! What the reconciler tells of: a domain follows what the mail server has.

use std::sync::Arc;

use access::{Events, people};
use async_trait::async_trait;
use audit::{Chain, Context, Entry, Outcome};
use db::Tx;
use kernel::{Clock, DomainName, TenantId};
use provisioning::{DOMAIN, DOMAIN_USED, domain_want, mail_settings};
use reconcile::{Resource, ResourceSubscriber};
use serde_json::json;
use tenants::primary;

use crate::actions::forget;
use crate::check::target;
use crate::model::{Domain, Proof};
use crate::recorded::Action;
use crate::store;

/// Told by the reconciler of every change of a tenant's resources: a domain that the mail server has, or is to have,
/// is one here, and one that it has no more is none.
pub fn resource_subscriber(events: Events) -> Arc<dyn ResourceSubscriber> {
    Arc::new(Progress(events))
}

struct Progress(Events);

#[async_trait]
impl ResourceSubscriber for Progress {
    async fn lock(&self, _: &Tx, _: &str) -> Result<(), db::Error> {
        // The tenant's row, which its own observer locks, stands for its domains too.
        Ok(())
    }

    async fn resource_changed(&self, tx: &Tx, clock: &Clock, owner: &str) -> Result<(), db::Error> {
        let Ok(tenant) = owner.parse::<TenantId>() else {
            return Ok(());
        };
        let resources = reconcile::of_owner(&**tx, owner).await?;
        let wanted = resources.iter().filter(|resource| resource.kind == DOMAIN && resource.spec.is_some());
        let known = store::of_tenant(&**tx, tenant).await?;
        for resource in wanted {
            match known.iter().find(|domain| domain.name.ascii() == resource.name) {
                None => vouched(tx, clock, tenant, &resource.name).await?,
                Some(domain) if !domain.is_proven() => vouch(tx, clock, domain).await?,
                // It was made again, or is being made: its keys are others.
                Some(domain)
                    if domain.zone.is_some() && domain.zone_of() != resource.upstream_id.as_deref() =>
                {
                    store::update(tx, &domain.without_zone(clock.now())).await?;
                }
                // Its keys may just have been made, so its records can be shown.
                Some(domain) if domain.zone.is_none() => {
                    store::check_soon(tx, domain.id, clock.now()).await?;
                }
                Some(_) => {}
            }
        }
        for domain in known.iter().filter(|domain| domain.removing_at.is_some()) {
            let resource = resources.iter().find(|r| r.kind == DOMAIN && r.name == domain.name.ascii());
            if let Some(resource) = resource {
                follow_removal(tx, clock, domain, resource).await?;
            }
        }
        let there =
            |domain: &&Domain| resources.iter().any(|r| r.kind == DOMAIN && r.name == domain.name.ascii());
        // A claim that nobody proved may be removed from the mail server too: an operator may have had it made there.
        let was_there = |domain: &&Domain| domain.is_proven() || domain.removing_at.is_some();
        for domain in known.iter().filter(|domain| was_there(domain) && !there(domain)) {
            let is_left = |other: &&Domain| other.is_proven() && other.id != domain.id && there(other);
            let left: Vec<DomainName> =
                known.iter().filter(is_left).map(|other| other.name.clone()).collect();
            people::domain_lost(tx, tenant, &domain.name, &left).await?;
            forget(tx, &self.0, domain).await?;
        }
        Ok(())
    }
}

/// A domain that is wanted again is not being removed; nor is one that the mail server refuses to let go: something
/// still uses it, so the wish is taken back before it comes true one day, unasked [D6].
async fn follow_removal(
    tx: &Tx,
    clock: &Clock,
    domain: &Domain,
    resource: &Resource,
) -> Result<(), db::Error> {
    let kept = Domain { removing_at: None, next_check_at: clock.now(), zone_read_at: None, ..domain.clone() };
    if resource.spec.is_some() {
        return store::update(tx, &kept).await;
    }
    let Some(why) = resource.error.as_ref().filter(|why| why.is(DOMAIN_USED)) else {
        return Ok(());
    };
    store::update(tx, &Domain { refusal: Some(why.clone()), ..kept }).await?;
    let settings = mail_settings(&**tx, domain.tenant, &domain.name).await?;
    reconcile::want(tx, clock, &domain_want(domain.tenant, &domain.name, &settings)).await?;
    let holder = primary::lock_holder(tx, domain.tenant).await?;
    if holder.is_some_and(|holder| holder.primary_domain.is_none()) {
        primary::set_primary_domain(tx, clock, domain.tenant, Some(&domain.name)).await?;
    }
    let entry = Entry::done(Action::DomainKeep, target(domain))
        .outcome(Outcome::Failed)
        .after(json!({"why": why.said}));
    audit::append(tx, &Context::system("domains", clock), Chain::Tenant(domain.tenant), entry).await?;
    Ok(())
}

/// A domain that an operator gave the tenant.
async fn vouched(tx: &Tx, clock: &Clock, tenant: TenantId, name: &str) -> Result<(), db::Error> {
    let Ok(name) = name.parse() else {
        return Err(db::Error::damaged("resources", format!("the name {name}")));
    };
    let claim = Domain::claim(clock, tenant, name);
    store::insert(tx, &Domain { proven: Some((Proof::Vouched, clock.now())), lapses_at: None, ..claim }).await
}

/// A claim that an operator vouches for by giving the tenant that very domain.
async fn vouch(tx: &Tx, clock: &Clock, claim: &Domain) -> Result<(), db::Error> {
    let now = clock.now();
    let proven = Some((Proof::Vouched, now));
    store::update(tx, &Domain { proven, lapses_at: None, next_check_at: now, ..claim.clone() }).await
}
