//! What spaces beside a tenant's own take of its storage: whoever makes one claims its share here, so that all that is
//! given out stays within the plan.

use db::Tx;
use kernel::{Clock, TenantId};
use members::quota;
use sea_orm::sea_query::OnConflict;
use sea_orm::{ColumnTrait, ConnectionTrait, EntityTrait, IntoActiveModel, QueryFilter, QueryOrder, Select};
use tenants::storage;

use crate::error::Error;
use crate::model::{fits, sum};
use crate::tables::spaces;

/// A space beside the tenant's own.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Space {
    /// Whose it is: the owner of its drive.
    pub owner: String,
    /// The tenant.
    pub tenant: TenantId,
    /// What people call it.
    pub name: String,
    /// What it may hold, in bytes.
    pub bytes: i64,
}

fn space(row: spaces::Model) -> Result<Space, db::Error> {
    let tenant = row.tenant_id.parse().map_err(|error| db::Error::damaged("further_spaces", error))?;
    Ok(Space { owner: row.owner, tenant, name: row.name, bytes: row.bytes })
}

async fn all(select: Select<spaces::Entity>, on: &impl ConnectionTrait) -> Result<Vec<Space>, db::Error> {
    let rows = select.order_by_asc(spaces::Column::Name).order_by_asc(spaces::Column::Owner).all(on).await?;
    rows.into_iter().map(space).collect()
}

/// The further spaces of a tenant, by name.
pub async fn of_tenant(on: &impl ConnectionTrait, tenant: TenantId) -> Result<Vec<Space>, db::Error> {
    all(spaces::Entity::find().filter(spaces::Column::TenantId.eq(tenant.to_string())), on).await
}

/// Those of all tenants.
pub(crate) async fn everywhere(on: &impl ConnectionTrait) -> Result<Vec<Space>, db::Error> {
    all(spaces::Entity::find(), on).await
}

/// What the further spaces of a tenant take together, but for one.
pub(crate) async fn taken(tx: &Tx, tenant: TenantId, but: &str) -> Result<i64, db::Error> {
    let others = of_tenant(&**tx, tenant).await?;
    Ok(sum(others.iter().filter(|space| space.owner != but).map(|space| space.bytes)))
}

/// Takes a share of the storage for a space, or changes it; what is not left is refused. Locks the tenant.
pub async fn claim(tx: &Tx, clock: &Clock, wanted: &Space) -> Result<(), Error> {
    let storage = storage::lock(tx, wanted.tenant).await?.ok_or(Error::NotFound)?;
    let before = spaces::Entity::find_by_id(&wanted.owner).one(&**tx).await.map_err(db::Error::from)?;
    let before = before.map_or(0, |row| row.bytes);
    let given = quota::of_tenant(&**tx, wanted.tenant).await?;
    let others = taken(tx, wanted.tenant, &wanted.owner).await?;
    let others = sum([others, storage.space].into_iter().chain(given.iter().filter_map(|given| given.bytes)));
    if !fits(storage.total, others, before, wanted.bytes) {
        return Err(Error::OverPlan { total: storage.total, left: (storage.total - others).max(0) });
    }
    let row = spaces::Model {
        owner: wanted.owner.clone(),
        tenant_id: wanted.tenant.to_string(),
        name: wanted.name.clone(),
        bytes: wanted.bytes,
        created_at: clock.now().micros(),
    };
    let changed = [spaces::Column::Name, spaces::Column::Bytes];
    spaces::Entity::insert(row.into_active_model())
        .on_conflict(OnConflict::column(spaces::Column::Owner).update_columns(changed).to_owned())
        .exec_without_returning(&**tx)
        .await
        .map_err(db::Error::from)?;
    Ok(())
}

/// Gives the share of a space back.
pub async fn release(tx: &Tx, owner: &str) -> Result<(), db::Error> {
    spaces::Entity::delete_by_id(owner).exec(&**tx).await?;
    Ok(())
}
