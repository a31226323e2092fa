//! What happens to a tenant by itself: it becomes active when its steps are done, and is purged after its end.

use std::sync::Arc;

use access::TenantStatus;
use async_trait::async_trait;
use audit::{Action, Chain, Context, Entry};
use db::Tx;
use jobs::{Run, Schedule};
use kernel::{Clock, TenantId};
use reconcile::{Observer, Status};

use crate::actions::{audited, target};
use crate::model::Tenant;
use crate::service::Tenants;
use crate::store;
use crate::wants::KINDS;

/// Told by the reconciler of every change of a tenant's resources.
pub fn observer() -> Arc<dyn Observer> {
    Arc::new(Progress)
}

struct Progress;

#[async_trait]
impl Observer for Progress {
    async fn lock(&self, tx: &Tx, owner: &str) -> Result<(), db::Error> {
        if let Ok(id) = owner.parse::<TenantId>() {
            store::lock(tx, id).await?;
        }
        Ok(())
    }

    async fn resource_changed(&self, tx: &Tx, clock: &Clock, owner: &str) -> Result<(), db::Error> {
        let Ok(id) = owner.parse::<TenantId>() else {
            return Ok(());
        };
        let resources = reconcile::of_owner(&**tx, owner).await?;
        let done = resources.iter().all(|resource| matches!(resource.status, Status::Ok | Status::Skipped));
        if !done {
            return Ok(());
        }
        let Some(tenant) = store::by_id(&**tx, id).await? else {
            return Ok(());
        };
        match tenant.status {
            TenantStatus::Pending => {
                advance(tx, clock, id, TenantStatus::Active, Action::TenantActivate).await
            }
            TenantStatus::Terminated if resources.is_empty() => {
                advance(tx, clock, id, TenantStatus::Purged, Action::TenantPurge).await
            }
            _ => Ok(()),
        }
    }
}

async fn advance(
    tx: &Tx,
    clock: &Clock,
    id: TenantId,
    to: TenantStatus,
    action: Action,
) -> Result<(), db::Error> {
    let Some(before) = store::lock(tx, id).await? else {
        return Ok(());
    };
    let allowed = matches!(
        (before.status, to),
        (TenantStatus::Pending, TenantStatus::Active) | (TenantStatus::Terminated, TenantStatus::Purged)
    );
    if !allowed {
        return Ok(());
    }
    let after = Tenant { status: to, version: before.version + 1, ..before.clone() };
    store::update(tx, &after, clock.now()).await?;
    let entry = Entry::done(action, target(&after)).before(audited(&before)).after(audited(&after));
    audit::append(tx, &Context::system("reconciler", clock), Chain::Tenant(id), entry).await
}

/// The slice's recurring work.
pub fn schedules(tenants: &Tenants) -> Vec<Schedule> {
    let work = Arc::new(Purge(tenants.clone()));
    vec![Schedule { name: "tenants.purge", every: tenants.0.settings.purge_every, work }]
}

/// Lets go of what tenants had upstream once their grace period is over.
struct Purge(Tenants);

#[async_trait]
impl Run for Purge {
    async fn run(&self) -> Result<(), String> {
        self.0.purge_due().await.map_err(|error| error.to_string())
    }
}

impl Tenants {
    pub(crate) async fn purge_due(&self) -> Result<(), db::Error> {
        for id in store::to_purge(self.0.db.read(), self.0.clock.now()).await? {
            // What is wrong with one of them holds up no other.
            if let Err(error) = self.begin_purge(id).await {
                tracing::warn!(tenant = %id, %error, "a workspace was not purged; tried again");
            }
        }
        Ok(())
    }

    /// Lets go of all that a tenant has. What becomes of its people is recorded by whoever lets go of them.
    async fn begin_purge(&self, id: TenantId) -> Result<(), db::Error> {
        let clock = &self.0.clock;
        let tx = self.0.db.begin().await?;
        let Some(tenant) = store::lock(&tx, id).await? else { return Ok(()) };
        store::purge_begun(&tx, id).await?;
        for kind in KINDS {
            reconcile::destroy(&tx, clock, &id.to_string(), kind, clock.now()).await?;
        }
        // What leans on people goes before them.
        for follower in self.0.followers.iter().rev() {
            follower.tenant_purged(&tx, id).await?;
        }
        let entry = Entry::done(Action::TenantBeginPurge, target(&tenant)).before(audited(&tenant));
        audit::append(&tx, &Context::system("tenants", clock), Chain::Tenant(id), entry).await?;
        tx.commit().await?;
        self.0.reconciler.nudge();
        Ok(())
    }
}
