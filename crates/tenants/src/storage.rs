//! A tenant's storage, for the slice that looks after it: how much there is, what of it the space may hold, and who knows
//! how much is used.

use access::{TenantRef, TenantStatus};
use async_trait::async_trait;
use db::{Db, Error, Tx};
use kernel::{Clock, TenantId, UserId};
use provisioning::{DRIVE, MailSettings, wants};
use reconcile::want;

use crate::model::{SPACE_SHARE, Tenant, part};
use crate::store;

/// The storage of a tenant, in bytes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Storage {
    pub tenant: TenantId,
    pub name: String,
    /// Its state.
    pub status: TenantStatus,
    /// What plan and seats give, or what was set by hand.
    pub total: i64,
    /// What of that its space may hold.
    pub space: i64,
    /// What its space may hold until somebody says otherwise.
    pub space_by_default: i64,
    /// True while it holds that, whatever plan and seats give.
    pub space_follows: bool,
    /// Counts the changes of the tenant.
    pub version: i64,
}

impl From<&Tenant> for Storage {
    fn from(tenant: &Tenant) -> Self {
        Self {
            tenant: tenant.id,
            name: tenant.name.clone(),
            status: tenant.status,
            total: tenant.storage(),
            space: tenant.space(),
            space_by_default: part(tenant.storage(), SPACE_SHARE),
            space_follows: tenant.space_quota.is_none() && tenant.space_share == Some(SPACE_SHARE),
            version: tenant.version,
        }
    }
}

/// How much is used of how much, in bytes; a total of 0 is no limit.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Used {
    /// Used.
    pub used: i64,
    /// There is.
    pub total: i64,
}

/// Nobody can say just now.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct NotKnown;

/// Knows how much of the storage is used now. Answers soon, and not at all when it can't be known.
#[async_trait]
pub trait UsageSource: Send + Sync {
    /// Of a tenant.
    async fn of_tenant(&self, tenant: &TenantRef) -> Option<Used>;
    /// What of a tenant's storage is given to members and to spaces beside its own, in bytes. Asks nobody outside.
    async fn given_in(&self, tenant: TenantId) -> Result<i64, Error>;
    /// Of a person's own drive; none before their first visit.
    async fn of_person(&self, user: UserId) -> Result<Option<Used>, NotKnown>;
}

/// The storage of a tenant.
pub async fn of(db: &Db, tenant: TenantId) -> Result<Option<Storage>, Error> {
    Ok(store::by_id(db.read(), tenant).await?.as_ref().map(Storage::from))
}

/// The storage of all tenants that are open or will be again.
pub async fn of_all(db: &Db) -> Result<Vec<Storage>, Error> {
    Ok(store::live(db.read()).await?.iter().map(Storage::from).collect())
}

/// The storage of a tenant, locked for this transaction: whatever is given out of it is given one after another.
pub async fn lock(tx: &Tx, tenant: TenantId) -> Result<Option<Storage>, Error> {
    Ok(store::lock(tx, tenant).await?.as_ref().map(Storage::from))
}

/// Says what the space of a locked tenant may hold, here and upstream; none is its usual part. That and all of the
/// storage follow the plan.
pub async fn set_space(
    tx: &Tx,
    clock: &Clock,
    tenant: TenantId,
    bytes: Option<i64>,
) -> Result<Option<Storage>, Error> {
    let Some(before) = store::lock(tx, tenant).await? else { return Ok(None) };
    let space_quota = bytes.filter(|bytes| *bytes != before.storage());
    let space_share = bytes.is_none().then_some(SPACE_SHARE);
    let after = Tenant { space_quota, space_share, version: before.version + 1, ..before };
    store::update(tx, &after, clock.now()).await?;
    // The settings of mail play no part in what a space may hold.
    for wanted in
        wants(&after.workspace(), &MailSettings::default()).iter().filter(|wanted| wanted.kind == DRIVE)
    {
        want(tx, clock, wanted).await?;
    }
    Ok(Some(Storage::from(&after)))
}
