//! What rights need to know of tenants and partners.

use db::{Error, Tx};
use kernel::{PartnerId, Slug, TenantId};
use sea_orm::{ColumnTrait, ConnectionTrait, EntityTrait, QueryFilter, QueryOrder, QuerySelect};

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

    /// Where a partner is in its life.
    PartnerStatus {
        /// In business.
        Active = "active",
        /// Closed for its staff.
        Suspended = "suspended",
        /// Ended; tenants may still refer to it.
        Terminated = "terminated",
    }

    /// Where a membership is in its life.
    MembershipStatus {
        /// It gives its role.
        Active = "active",
        /// Closed; the role is kept for later.
        Suspended = "suspended",
    }

    /// Where a person's account is in its life.
    PersonStatus {
        /// In use.
        Active = "active",
        /// In use once its generated password is replaced.
        PasswordDue = "password_due",
        /// A tombstone.
        Removed = "removed",
    }
}

impl TenantStatus {
    /// Those in which its people may work in it.
    pub const OPEN: &[Self] = &[Self::Pending, Self::Active];
    /// Those before its end.
    pub const LIVE: &[Self] = &[Self::Pending, Self::Active, Self::Suspended];
    /// All that there are.
    pub const ALL: &[Self] = &[Self::Pending, Self::Active, Self::Suspended, Self::Terminated, Self::Purged];

    /// True while its people may work in it.
    pub fn is_open(self) -> bool {
        Self::OPEN.contains(&self)
    }

    /// True until it was ended.
    pub fn is_live(self) -> bool {
        Self::LIVE.contains(&self)
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

/// None for a tenant in a state that this program doesn't know, as a newer one may write it: nobody has a right there.
pub(crate) fn tenant_ref(row: &tenants::Model) -> Result<Option<TenantRef>, Error> {
    let damaged = |why: &dyn ToString| Error::damaged("tenants", why.to_string());
    let Some(status) = TenantStatus::parse(&row.status) else {
        tracing::warn!(
            tenant = row.id,
            status = row.status,
            "a tenant is in an unknown state: it gives no right"
        );
        return Ok(None);
    };
    Ok(Some(TenantRef {
        id: row.id.parse().map_err(|e| damaged(&e))?,
        slug: row.slug.clone(),
        name: row.name.clone(),
        plan: row.plan.clone(),
        status,
        partner: row.partner_id.as_deref().map(str::parse).transpose().map_err(|e| damaged(&e))?,
    }))
}

pub(crate) async fn tenant_by_slug(
    on: &impl ConnectionTrait,
    slug: &Slug,
) -> Result<Option<TenantRef>, Error> {
    let row = tenants::Entity::find().filter(tenants::Column::Slug.eq(slug.as_str())).one(on).await?;
    row.as_ref().map(tenant_ref).transpose().map(Option::flatten)
}

/// The tenant, locked for this transaction: whatever is done to what it has is done one after another.
pub async fn lock(tx: &Tx, id: TenantId) -> Result<Option<TenantRef>, Error> {
    let row = tenants::Entity::find_by_id(id.to_string()).lock_exclusive().one(&**tx).await?;
    row.as_ref().map_or(Ok(None), tenant_ref)
}

/// The tenants of these ids, for naming them.
pub async fn tenants_by_ids(on: &impl ConnectionTrait, ids: &[TenantId]) -> Result<Vec<TenantRef>, Error> {
    let ids = ids.iter().map(ToString::to_string);
    let rows = tenants::Entity::find().filter(tenants::Column::Id.is_in(ids)).all(on).await?;
    rows.iter().filter_map(|row| tenant_ref(row).transpose()).collect()
}

/// The tenants of these slugs, in no order.
pub async fn tenants_by_slugs(on: &impl ConnectionTrait, slugs: &[Slug]) -> Result<Vec<TenantRef>, Error> {
    let slugs = slugs.iter().map(Slug::as_str);
    let rows = tenants::Entity::find().filter(tenants::Column::Slug.is_in(slugs)).all(on).await?;
    rows.iter().filter_map(|row| tenant_ref(row).transpose()).collect()
}

/// Those of these tenants that are a partner's customers, locked in the order of their ids, so that none of them is
/// detached meanwhile.
pub async fn lock_customers(tx: &Tx, partner: PartnerId, ids: &[TenantId]) -> Result<Vec<TenantRef>, Error> {
    let rows = tenants::Entity::find()
        .filter(tenants::Column::Id.is_in(ids.iter().map(ToString::to_string)))
        .filter(tenants::Column::PartnerId.eq(partner.to_string()))
        .order_by_asc(tenants::Column::Id)
        .lock_exclusive()
        .all(&**tx);
    rows.await?.iter().filter_map(|row| tenant_ref(row).transpose()).collect()
}

/// The partner of a slug, whatever its state.
pub async fn partner_by_slug(on: &impl ConnectionTrait, slug: &Slug) -> Result<Option<PartnerRef>, Error> {
    let row = partners::Entity::find().filter(partners::Column::Slug.eq(slug.as_str())).one(on).await?;
    row.as_ref().map(partner_ref).transpose()
}

pub(crate) fn partner_ref(row: &partners::Model) -> Result<PartnerRef, Error> {
    Ok(PartnerRef {
        id: row.id.parse().map_err(|e: kernel::id::BadId| Error::damaged("partners", e))?,
        slug: row.slug.clone(),
        name: row.name.clone(),
    })
}
