//! Every query on examples. The tenant comes from the proof of a right, save for what follows others.

use db::find::{self, Place};
use db::{Error, Tx};
use kernel::needle::find_key;
use kernel::{Needle, TenantId, Timestamp};
use sea_orm::{
    ActiveModelTrait, ColumnTrait, Condition, ConnectionTrait, EntityTrait, IntoActiveModel, QueryFilter,
    QuerySelect, Select,
};

use crate::model::{Example, ExampleId, name_key};
use crate::tables::examples::{Column, Entity, Model};

fn example(row: Model) -> Result<Example, Error> {
    let damaged = |what: &str| Error::damaged("examples", format!("{what} of {}", row.id));
    Ok(Example {
        id: row.id.parse().map_err(|_| damaged("id"))?,
        tenant: row.tenant_id.parse().map_err(|_| damaged("tenant"))?,
        name: row.name,
        created_at: Timestamp::from_micros(row.created_at),
        removed_at: row.removed_at.map(Timestamp::from_micros),
    })
}

fn row(example: &Example) -> Model {
    Model {
        id: example.id.to_string(),
        tenant_id: example.tenant.to_string(),
        name: example.name.clone(),
        name_key: name_key(&example.name),
        find_key: find_key(&[&example.name]),
        created_at: example.created_at.micros(),
        removed_at: example.removed_at.map(Timestamp::micros),
    }
}

async fn all(select: Select<Entity>, on: &impl ConnectionTrait) -> Result<Vec<Example>, Error> {
    select.all(on).await?.into_iter().map(example).collect()
}

/// All examples of a tenant, those that are being removed included.
pub async fn all_of_tenant(on: &impl ConnectionTrait, tenant: TenantId) -> Result<Vec<Example>, Error> {
    all(Entity::find().filter(Column::TenantId.eq(tenant.to_string())), on).await
}

/// The examples of a tenant.
pub async fn of_tenant(on: &impl ConnectionTrait, tenant: TenantId) -> Result<Vec<Example>, Error> {
    let mut all = all_of_tenant(on, tenant).await?;
    all.retain(|example| example.removed_at.is_none());
    Ok(all)
}

/// Those that are being removed, of all tenants.
pub async fn removed(on: &impl ConnectionTrait) -> Result<Vec<Example>, Error> {
    all(Entity::find().filter(Column::RemovedAt.is_not_null()), on).await
}

/// The example of a tenant that is not being removed.
pub async fn by_id(
    on: &impl ConnectionTrait,
    tenant: TenantId,
    id: ExampleId,
) -> Result<Option<Example>, Error> {
    let found = Entity::find_by_id(id.to_string())
        .filter(Column::TenantId.eq(tenant.to_string()))
        .filter(Column::RemovedAt.is_null());
    found.one(on).await?.map(example).transpose()
}

/// Those of these examples that there are, whatever they are in.
pub async fn by_ids(on: &impl ConnectionTrait, ids: &[ExampleId]) -> Result<Vec<Example>, Error> {
    let ids = ids.iter().map(ToString::to_string);
    all(Entity::find().filter(Column::Id.is_in(ids)), on).await
}

/// One, locked until the transaction ends, whatever it is in.
pub async fn lock(tx: &Tx, id: ExampleId) -> Result<Option<Example>, Error> {
    Entity::find_by_id(id.to_string()).lock_exclusive().one(&**tx).await?.map(example).transpose()
}

pub async fn insert(tx: &Tx, new: &Example) -> Result<(), Error> {
    row(new).into_active_model().insert(&**tx).await?;
    Ok(())
}

pub async fn update(tx: &Tx, changed: &Example) -> Result<(), Error> {
    row(changed).into_active_model().reset_all().update(&**tx).await?;
    Ok(())
}

pub async fn delete(tx: &Tx, id: ExampleId) -> Result<(), Error> {
    Entity::delete_by_id(id.to_string()).exec(&**tx).await?;
    Ok(())
}

/// The examples of a tenant that a needle finds, the best first.
pub async fn found(
    on: &impl ConnectionTrait,
    tenant: TenantId,
    needle: &Needle,
    most: u64,
) -> Result<Vec<Example>, Error> {
    let of = Condition::all().add(Column::TenantId.eq(tenant.to_string())).add(Column::RemovedAt.is_null());
    let ids = find::best(on, Place { table: "examples", id: "id", of }, needle, most).await?;
    let rows = all(Entity::find().filter(Column::Id.is_in(ids.iter())), on).await?;
    Ok(find::in_order(&ids, rows, |example| example.id.to_string()))
}
