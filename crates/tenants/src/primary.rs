//! A tenant's primary domain and its lock, for the slices that look after domains, addresses and members.

use access::TenantStatus;
use db::{Db, Error, Tx};
use kernel::{Clock, DomainName, TenantId};

use crate::model::Tenant;
use crate::store;

/// What matters of a tenant to its domains.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Holder {
    /// Its state.
    pub status: TenantStatus,
    pub primary_domain: Option<DomainName>,
    /// How many people its plan has room for.
    pub seats: i64,
    /// True for the platform's own workspace.
    pub is_platform: bool,
}

/// The tenant, locked for this transaction: whatever is done to its domains is done one after another.
pub async fn lock_holder(tx: &Tx, tenant: TenantId) -> Result<Option<Holder>, Error> {
    let found = store::lock(tx, tenant).await?;
    Ok(found.map(|tenant| Holder {
        status: tenant.status,
        primary_domain: tenant.primary_domain,
        seats: tenant.seats,
        is_platform: tenant.is_platform,
    }))
}

/// The primary domain of a tenant.
pub async fn of(db: &Db, tenant: TenantId) -> Result<Option<DomainName>, Error> {
    Ok(store::by_id(db.read(), tenant).await?.and_then(|tenant| tenant.primary_domain))
}

/// Those of these tenants that have a primary domain.
pub async fn with_domain(db: &Db, tenants: &[TenantId]) -> Result<Vec<TenantId>, Error> {
    if tenants.is_empty() { Ok(Vec::new()) } else { store::with_domain(db.read(), tenants).await }
}

/// Gives a locked tenant another primary domain. What that needs upstream is wanted already.
pub async fn set_primary_domain(
    tx: &Tx,
    clock: &Clock,
    tenant: TenantId,
    domain: Option<&DomainName>,
) -> Result<(), Error> {
    let Some(before) = store::lock(tx, tenant).await? else {
        return Ok(());
    };
    let after = Tenant { primary_domain: domain.cloned(), version: before.version + 1, ..before };
    store::update(tx, &after, clock.now()).await
}
