//! Giving and taking roles. Callers hold the right and write the audit record.

use std::collections::HashMap;

use db::{Error, Tx};
use kernel::{Clock, PartnerId, TenantId, Timestamp, UserId};
use sea_orm::sea_query::OnConflict;
use sea_orm::{ColumnTrait, ConnectionTrait, EntityTrait, QueryFilter, QueryOrder, Set};

use crate::rights::Customers;
use crate::role::{PartnerRole, TenantRole};
use crate::tables::{partner_roles, partner_staff_tenants, tenant_roles, users};

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

/// Gives a person a role in a partner, in place of any former one. Whoever is new reaches all of its customers.
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
        all_tenants: Set(true),
        version: Set(1),
    };
    let key = [partner_roles::Column::PartnerId, partner_roles::Column::UserId];
    partner_roles::Entity::insert(row)
        .on_conflict(OnConflict::columns(key).update_column(partner_roles::Column::Role).to_owned())
        .exec_without_returning(&**tx)
        .await?;
    Ok(())
}

/// Notes the version of somebody of a partner's staff, whose role or customers were changed.
pub async fn set_version(tx: &Tx, partner: PartnerId, user: UserId, version: i64) -> Result<(), Error> {
    partner_roles::Entity::update_many()
        .col_expr(partner_roles::Column::Version, version.into())
        .filter(partner_roles::Column::PartnerId.eq(partner.to_string()))
        .filter(partner_roles::Column::UserId.eq(user.to_string()))
        .exec(&**tx)
        .await?;
    Ok(())
}

/// Says which customers of a partner somebody of its staff reaches.
pub async fn set_customers(
    tx: &Tx,
    partner: PartnerId,
    user: UserId,
    customers: &Customers,
) -> Result<(), Error> {
    partner_roles::Entity::update_many()
        .col_expr(partner_roles::Column::AllTenants, (*customers == Customers::All).into())
        .filter(partner_roles::Column::PartnerId.eq(partner.to_string()))
        .filter(partner_roles::Column::UserId.eq(user.to_string()))
        .exec(&**tx)
        .await?;
    forget_choice(tx, partner, user).await?;
    let Customers::Chosen(chosen) = customers else { return Ok(()) };
    if chosen.is_empty() {
        return Ok(());
    }
    let rows = chosen.iter().map(|tenant| partner_staff_tenants::ActiveModel {
        partner_id: Set(partner.to_string()),
        user_id: Set(user.to_string()),
        tenant_id: Set(tenant.to_string()),
    });
    partner_staff_tenants::Entity::insert_many(rows).exec_without_returning(&**tx).await?;
    Ok(())
}

async fn forget_choice(tx: &Tx, partner: PartnerId, user: UserId) -> Result<(), Error> {
    partner_staff_tenants::Entity::delete_many()
        .filter(partner_staff_tenants::Column::PartnerId.eq(partner.to_string()))
        .filter(partner_staff_tenants::Column::UserId.eq(user.to_string()))
        .exec(&**tx)
        .await?;
    Ok(())
}

/// Takes a person's role in a partner; false when there was none.
pub async fn take_partner_role(tx: &Tx, partner: PartnerId, user: UserId) -> Result<bool, Error> {
    forget_choice(tx, partner, user).await?;
    let key = (partner.to_string(), user.to_string());
    Ok(partner_roles::Entity::delete_by_id(key).exec(&**tx).await?.rows_affected > 0)
}

/// Nobody of any staff was given this tenant any more: it is another partner's, or nobody's, or gone.
pub async fn forget_customer(tx: &Tx, tenant: TenantId) -> Result<(), Error> {
    partner_staff_tenants::Entity::delete_many()
        .filter(partner_staff_tenants::Column::TenantId.eq(tenant.to_string()))
        .exec(&**tx)
        .await?;
    Ok(())
}

/// The customers that these people were given one by one, by partner and person.
pub(crate) async fn chosen_customers(
    on: &impl ConnectionTrait,
    staff: &[UserId],
) -> Result<HashMap<(PartnerId, UserId), Vec<TenantId>>, Error> {
    let staff = staff.iter().map(ToString::to_string);
    let rows = partner_staff_tenants::Entity::find()
        .filter(partner_staff_tenants::Column::UserId.is_in(staff))
        .all(on)
        .await?;
    let mut chosen: HashMap<_, Vec<_>> = HashMap::new();
    for row in rows {
        let ids = (row.partner_id.parse(), row.user_id.parse(), row.tenant_id.parse());
        let (Ok(partner), Ok(user), Ok(tenant)) = ids else {
            return Err(Error::damaged("partner_staff_tenants", "an id"));
        };
        chosen.entry((partner, user)).or_default().push(tenant);
    }
    Ok(chosen)
}

/// True for somebody of a partner's staff, whatever the state of the partner.
pub async fn is_staff(on: &impl ConnectionTrait, user: UserId) -> Result<bool, Error> {
    let found = partner_roles::Entity::find().filter(partner_roles::Column::UserId.eq(user.to_string()));
    Ok(found.one(on).await?.is_some())
}

/// Somebody of a partner's staff.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Staff {
    /// Who.
    pub user: UserId,
    /// The role.
    pub role: PartnerRole,
    /// Which customers they reach.
    pub customers: Customers,
    /// Since when.
    pub since: Timestamp,
    /// Counts the changes.
    pub version: i64,
}

/// The staff of a partner, in the order of their ids. A role that nobody knows is no role.
pub async fn staff(on: &impl ConnectionTrait, partner: PartnerId) -> Result<Vec<Staff>, Error> {
    let rows = partner_roles::Entity::find()
        .filter(partner_roles::Column::PartnerId.eq(partner.to_string()))
        .order_by_asc(partner_roles::Column::UserId)
        .all(on)
        .await?;
    let chosen = partner_staff_tenants::Entity::find()
        .filter(partner_staff_tenants::Column::PartnerId.eq(partner.to_string()))
        .all(on)
        .await?;
    let staff = |row: partner_roles::Model| {
        let theirs = chosen.iter().filter(|one| one.user_id == row.user_id);
        let theirs = theirs.filter_map(|one| one.tenant_id.parse().ok()).collect();
        Some(Staff {
            user: row.user_id.parse().ok()?,
            role: PartnerRole::parse(&row.role)?,
            customers: if row.all_tenants { Customers::All } else { Customers::Chosen(theirs) },
            since: Timestamp::from_micros(row.created_at),
            version: row.version,
        })
    };
    Ok(rows.into_iter().filter_map(staff).collect())
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

/// True for somebody with a role in a tenant or a partner, whatever the state of either.
pub async fn is_anybody(on: &impl ConnectionTrait, user: UserId) -> Result<bool, Error> {
    let of_tenant = tenant_roles::Entity::find().filter(tenant_roles::Column::UserId.eq(user.to_string()));
    Ok(of_tenant.one(on).await?.is_some() || is_staff(on, user).await?)
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
