//! Members who wait for a domain of their tenant.

use db::Error;
use kernel::TenantId;
use sea_orm::{ColumnTrait, ConnectionTrait, EntityTrait, QueryFilter, QuerySelect};

use super::{all, select};
use crate::model::Member;
use crate::tables::members;

/// Members who are to have a mailbox as soon as their tenant has a domain.
pub async fn without_domain(on: &impl ConnectionTrait, tenant: TenantId) -> Result<Vec<Member>, Error> {
    let waiting = select()
        .filter(members::Column::TenantId.eq(tenant.to_string()))
        .filter(members::Column::Mailbox.is_not_null())
        .filter(members::Column::MailboxDomain.is_null())
        .filter(members::Column::RemovedAt.is_null());
    all(waiting, on).await
}

/// Tenants with members who wait for a domain.
pub async fn tenants_without_domain(on: &impl ConnectionTrait) -> Result<Vec<TenantId>, Error> {
    let ids: Vec<String> = members::Entity::find()
        .select_only()
        .column(members::Column::TenantId)
        .distinct()
        .filter(members::Column::Mailbox.is_not_null())
        .filter(members::Column::MailboxDomain.is_null())
        .filter(members::Column::RemovedAt.is_null())
        .into_tuple()
        .all(on)
        .await?;
    Ok(ids.iter().filter_map(|id| id.parse().ok()).collect())
}
