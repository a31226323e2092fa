//! What the reconciler tells of: a tenant becomes active when its steps are done, and is purged when nothing is left.

use std::sync::Arc;

use access::TenantStatus;
use async_trait::async_trait;
use audit::{Chain, Context, Entry};
use db::Tx;
use kernel::{Clock, TenantId};
use reconcile::{ResourceSubscriber, Status};

use crate::actions::{audited, target};
use crate::model::Tenant;
use crate::recorded::Action;
use crate::store;

/// Told by the reconciler of every change of a tenant's resources.
pub fn resource_subscriber() -> Arc<dyn ResourceSubscriber> {
    Arc::new(Progress)
}

struct Progress;

#[async_trait]
impl ResourceSubscriber for Progress {
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
    audit::append(tx, &Context::system("reconciler", clock), Chain::Tenant(id), entry).await?;
    Ok(())
}
