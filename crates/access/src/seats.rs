//! How many seats of tenants are taken. Counted here alone, for what refuses, warns and shows.

use std::collections::BTreeMap;

use db::Error;
use kernel::{TenantId, Timestamp};
use sea_orm::{ColumnTrait, ConnectionTrait, EntityTrait, PaginatorTrait, QueryFilter, QuerySelect};

use crate::invitations;
use crate::tables::tenant_roles;

/// Who takes the seats of a tenant.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Taken {
    /// Everybody with a role, whether let in or not.
    pub members: i64,
    /// Who is invited, and has no account there yet.
    pub invited: i64,
}

impl Taken {
    /// All of them.
    pub fn all(self) -> i64 {
        self.members.saturating_add(self.invited)
    }
}

/// How many people have a role in a tenant.
pub async fn members(on: &impl ConnectionTrait, tenant: TenantId) -> Result<i64, Error> {
    let held = tenant_roles::Entity::find().filter(tenant_roles::Column::TenantId.eq(tenant.to_string()));
    Ok(i64::try_from(held.count(on).await?).unwrap_or(i64::MAX))
}

/// Who takes the seats of a tenant now.
pub async fn of_tenant(on: &impl ConnectionTrait, tenant: TenantId, now: Timestamp) -> Result<Taken, Error> {
    let invited = invitations::held_seats(on, tenant, now, None).await?;
    Ok(Taken { members: members(on, tenant).await?, invited: i64::try_from(invited).unwrap_or(i64::MAX) })
}

/// The same of every tenant where somebody takes one, by its id.
pub async fn everywhere(on: &impl ConnectionTrait, now: Timestamp) -> Result<BTreeMap<String, Taken>, Error> {
    let held: Vec<(String, i64)> = tenant_roles::Entity::find()
        .select_only()
        .column(tenant_roles::Column::TenantId)
        .column_as(tenant_roles::Column::UserId.count(), "people")
        .group_by(tenant_roles::Column::TenantId)
        .into_tuple()
        .all(on)
        .await?;
    let mut all: BTreeMap<String, Taken> = BTreeMap::new();
    for (tenant, people) in held {
        all.entry(tenant).or_default().members = people;
    }
    for (tenant, people) in invitations::held_everywhere(on, now).await? {
        all.entry(tenant).or_default().invited = people;
    }
    Ok(all)
}
