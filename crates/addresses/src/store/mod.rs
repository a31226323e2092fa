//! Every query on addresses, the mailboxes that have them, and what is to end of those.

pub mod app_password_ends;
pub mod mailboxes;
pub mod register;

use kernel::TenantId;
use sea_orm::EntityTrait as _;

use crate::tables::tenants;

/// The primary domain of a tenant, as it is sent.
pub(crate) async fn primary_domain(
    on: &impl db::Connection,
    tenant: TenantId,
) -> Result<Option<String>, db::Error> {
    let row = tenants::Entity::find_by_id(tenant.to_string()).one(on).await?;
    Ok(row.and_then(|row| row.primary_domain))
}
