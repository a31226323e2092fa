//! The figures of the dashboard.

use std::collections::BTreeMap;
use std::sync::Arc;

use access::{Granted, TenantRef, TenantStatus, ViewPlatform, directory};
use activity::TOLD_ONCE;
use audit::{AuditFilter, Record};
use db::Error;
use findings::Finding;
use kernel::TenantId;
use probes::Liveness;
use reconcile::Resource;

use crate::service::Operations;

/// Something upstream that fails, and whose it is.
#[derive(Debug, Clone)]
pub struct Failing {
    /// What fails.
    pub resource: Resource,
    /// The tenant that it belongs to; of what somebody has who works in several, one of them.
    pub tenant: Option<TenantRef>,
    /// The name of the person whose it is.
    pub person: Option<String>,
}

/// The figures of the operator's dashboard.
#[derive(Debug, Clone)]
pub struct Overview {
    /// Tenants by state.
    pub by_status: BTreeMap<String, i64>,
    /// Seats of all tenants that are open.
    pub seats: i64,
    /// How many resources fail now.
    pub failing_count: u64,
    /// Those that fail longest.
    pub failing: Vec<Failing>,
    /// How much is wrong with open tenants beside that.
    pub found_count: u64,
    /// What is wrong longest, and with whom.
    pub found: Vec<(TenantRef, Finding)>,
    /// In how much of what is or was Dezky's the last scan found a difference.
    pub drifts: u64,
    /// Everything that Dezky depends on.
    pub liveness: Arc<[Liveness]>,
    /// The latest audit rows.
    pub latest: Vec<Record>,
}

impl Operations {
    /// The figures of the operator's dashboard.
    pub async fn overview(&self, _: &Granted<ViewPlatform>) -> Result<Overview, Error> {
        let db = self.platform.db.read();
        let counts = tenants::counts(db).await?;
        let open = |status: &str| TenantStatus::parse(status).is_some_and(TenantStatus::is_open);
        let (failing_count, failing) = reconcile::failing(db, 8).await?;
        let owners: Vec<String> = failing.iter().map(|resource| resource.owner.clone()).collect();
        let owners = self.platform.reconciler.owners(&owners).await?;
        let mut with_owners = Vec::new();
        for resource in failing {
            let owner = owners.get(&resource.owner).cloned().unwrap_or_default();
            let tenant = match owner.tenants.first() {
                Some(id) => directory::tenants_by_ids(db, &[*id]).await?.into_iter().next(),
                None => None,
            };
            with_owners.push(Failing { resource, tenant, person: owner.name });
        }
        let (found_count, findings) =
            findings::longest(db, tenants::in_states(TenantStatus::OPEN), 8).await?;
        let ids: Vec<TenantId> = findings.iter().map(|(id, _)| *id).collect();
        let known = directory::tenants_by_ids(db, &ids).await?;
        let of = |id| known.iter().find(|tenant| tenant.id == id).cloned();
        let found = findings.into_iter().filter_map(|(id, finding)| Some((of(id)?, finding))).collect();
        let latest = AuditFilter { told_once: TOLD_ONCE, ..AuditFilter::default() };
        Ok(Overview {
            seats: counts.iter().filter(|count| open(&count.status)).map(|count| count.seats).sum(),
            by_status: counts.into_iter().map(|count| (count.status, count.tenants)).collect(),
            failing_count,
            failing: with_owners,
            found_count,
            found,
            drifts: reconcile::drift::count_ours(db).await?,
            liveness: self.platform.probes.liveness().await?,
            latest: audit::page(db, None, &latest, None, 8).await?.items,
        })
    }

    /// How everything that Dezky depends on is.
    pub async fn liveness(&self, _: &Granted<ViewPlatform>) -> Result<Arc<[Liveness]>, Error> {
        self.platform.probes.liveness().await
    }
}
