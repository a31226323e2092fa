//! What rights need to know of tenants and partners.

use db::Error;
use kernel::{PartnerId, Slug, TenantId};
use sea_orm::{ColumnTrait, ConnectionTrait, EntityTrait, QueryFilter};

use crate::role::words;
use crate::tables::{partners, tenants};

words! {
    /// Where a tenant is in its life.
    TenantStatus {
        /// Being provisioned for the first time.
        Pending = "pending",
        /// In use.
        Active = "active",
        /// Closed for its members; nothing is lost.
        Suspended = "suspended",
        /// Ended; purged after the grace period.
        Terminated = "terminated",
        /// Gone upstream; the slug stays reserved.
        Purged = "purged",
    }
}

impl TenantStatus {
    /// True while its people may work in it.
    pub fn is_open(self) -> bool {
        matches!(self, Self::Pending | Self::Active)
    }

    /// True until it was ended.
    pub fn is_live(self) -> bool {
        self.is_open() || self == Self::Suspended
    }
}

/// A tenant, as far as rights need it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TenantRef {
    /// Its id.
    pub id: TenantId,
    /// Its slug.
    pub slug: String,
    /// Its name.
    pub name: String,
    /// Its plan's key.
    pub plan: String,
    /// Where it is in its life.
    pub status: TenantStatus,
    /// Whose customer it is.
    pub partner: Option<PartnerId>,
}

/// A partner, as far as rights need it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PartnerRef {
    /// Its id.
    pub id: PartnerId,
    /// Its slug.
    pub slug: String,
    /// Its name.
    pub name: String,
}

pub(crate) fn tenant_ref(row: &tenants::Model) -> Result<TenantRef, Error> {
    let damaged = |why: &dyn ToString| Error::damaged("tenants", why.to_string());
    Ok(TenantRef {
        id: row.id.parse().map_err(|e| damaged(&e))?,
        slug: row.slug.clone(),
        name: row.name.clone(),
        plan: row.plan.clone(),
        status: TenantStatus::parse(&row.status).ok_or_else(|| damaged(&"unknown status"))?,
        partner: row.partner_id.as_deref().map(str::parse).transpose().map_err(|e| damaged(&e))?,
    })
}

pub(crate) async fn tenant_by_slug(
    on: &impl ConnectionTrait,
    slug: &Slug,
) -> Result<Option<TenantRef>, Error> {
    let row = tenants::Entity::find().filter(tenants::Column::Slug.eq(slug.as_str())).one(on).await?;
    row.as_ref().map(tenant_ref).transpose()
}

/// The tenants of these ids, for naming them.
pub async fn tenants_by_ids(on: &impl ConnectionTrait, ids: &[TenantId]) -> Result<Vec<TenantRef>, Error> {
    let ids = ids.iter().map(ToString::to_string);
    let rows = tenants::Entity::find().filter(tenants::Column::Id.is_in(ids)).all(on).await?;
    rows.iter().map(tenant_ref).collect()
}

pub(crate) fn partner_ref(row: &partners::Model) -> Result<PartnerRef, Error> {
    Ok(PartnerRef {
        id: row.id.parse().map_err(|e: kernel::id::BadId| Error::damaged("partners", e))?,
        slug: row.slug.clone(),
        name: row.name.clone(),
    })
}
