//! Giving and taking roles. Callers hold the right and write the audit record.

use db::{Error, Tx};
use kernel::{Clock, PartnerId, TenantId, Timestamp, UserId};
use sea_orm::sea_query::OnConflict;
use sea_orm::{ColumnTrait, ConnectionTrait, EntityTrait, QueryFilter, Set};

use crate::role::{PartnerRole, TenantRole};
use crate::tables::{partner_roles, tenant_roles, users};

/// Gives a person a role in a tenant, in place of any former one.
pub async fn set_tenant_role(
    tx: &Tx,
    clock: &Clock,
    tenant: TenantId,
    user: UserId,
    role: TenantRole,
) -> Result<(), Error> {
    let row = tenant_roles::ActiveModel {
        tenant_id: Set(tenant.to_string()),
        user_id: Set(user.to_string()),
        role: Set(role.as_str().to_owned()),
        created_at: Set(clock.now().micros()),
        suspended_at: Set(None),
        valid_from: Set(None),
    };
    let key = [tenant_roles::Column::TenantId, tenant_roles::Column::UserId];
    tenant_roles::Entity::insert(row)
        .on_conflict(OnConflict::columns(key).update_column(tenant_roles::Column::Role).to_owned())
        .exec_without_returning(&**tx)
        .await?;
    Ok(())
}

/// Takes a person's role in a tenant; false when there was none.
pub async fn take_tenant_role(tx: &Tx, tenant: TenantId, user: UserId) -> Result<bool, Error> {
    let key = (tenant.to_string(), user.to_string());
    Ok(tenant_roles::Entity::delete_by_id(key).exec(&**tx).await?.rows_affected > 0)
}

/// Closes or opens a person's membership in a tenant. The role stays what it is [E3].
pub async fn suspend_in_tenant(
    tx: &Tx,
    tenant: TenantId,
    user: UserId,
    since: Option<Timestamp>,
) -> Result<(), Error> {
    tenant_roles::Entity::update_many()
        .col_expr(tenant_roles::Column::SuspendedAt, since.map(Timestamp::micros).into())
        .filter(tenant_roles::Column::TenantId.eq(tenant.to_string()))
        .filter(tenant_roles::Column::UserId.eq(user.to_string()))
        .exec(&**tx)
        .await?;
    Ok(())
}

/// From now on a person's role in a tenant counts for new sign-ins alone.
pub(crate) async fn end_sign_ins(
    tx: &Tx,
    tenant: TenantId,
    user: UserId,
    now: Timestamp,
) -> Result<(), Error> {
    tenant_roles::Entity::update_many()
        .col_expr(tenant_roles::Column::ValidFrom, now.micros().into())
        .filter(tenant_roles::Column::TenantId.eq(tenant.to_string()))
        .filter(tenant_roles::Column::UserId.eq(user.to_string()))
        .exec(&**tx)
        .await?;
    Ok(())
}

/// Who has a role in a tenant.
pub async fn of_tenant(
    on: &impl ConnectionTrait,
    tenant: TenantId,
) -> Result<Vec<(UserId, TenantRole)>, Error> {
    let rows =
        tenant_roles::Entity::find().filter(tenant_roles::Column::TenantId.eq(tenant.to_string())).all(on);
    let known = |row: tenant_roles::Model| Some((row.user_id.parse().ok()?, TenantRole::parse(&row.role)?));
    Ok(rows.await?.into_iter().filter_map(known).collect())
}

/// Gives a person a role in a partner, in place of any former one.
pub async fn set_partner_role(
    tx: &Tx,
    clock: &Clock,
    partner: PartnerId,
    user: UserId,
    role: PartnerRole,
) -> Result<(), Error> {
    let row = partner_roles::ActiveModel {
        partner_id: Set(partner.to_string()),
        user_id: Set(user.to_string()),
        role: Set(role.as_str().to_owned()),
        created_at: Set(clock.now().micros()),
    };
    let key = [partner_roles::Column::PartnerId, partner_roles::Column::UserId];
    partner_roles::Entity::insert(row)
        .on_conflict(OnConflict::columns(key).update_column(partner_roles::Column::Role).to_owned())
        .exec_without_returning(&**tx)
        .await?;
    Ok(())
}

/// Who has a role in a partner.
pub async fn of_partner(
    on: &impl ConnectionTrait,
    partner: PartnerId,
) -> Result<Vec<(UserId, PartnerRole)>, Error> {
    let rows = partner_roles::Entity::find()
        .filter(partner_roles::Column::PartnerId.eq(partner.to_string()))
        .all(on);
    let known = |row: partner_roles::Model| Some((row.user_id.parse().ok()?, PartnerRole::parse(&row.role)?));
    Ok(rows.await?.into_iter().filter_map(known).collect())
}

/// True when a person is anything at all besides a member of one tenant, whatever the state of what they are that in.
pub async fn has_any_besides(
    on: &impl ConnectionTrait,
    user: UserId,
    tenant: TenantId,
) -> Result<bool, Error> {
    let user = user.to_string();
    let tenants = tenant_roles::Entity::find()
        .filter(tenant_roles::Column::UserId.eq(&user))
        .filter(tenant_roles::Column::TenantId.ne(tenant.to_string()));
    let partners = partner_roles::Entity::find().filter(partner_roles::Column::UserId.eq(&user));
    let is_staff = users::Entity::find_by_id(&user).filter(users::Column::PlatformAdmin.eq(true));
    Ok(tenants.one(on).await?.is_some()
        || partners.one(on).await?.is_some()
        || is_staff.one(on).await?.is_some())
}
