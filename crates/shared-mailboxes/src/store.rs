//! Every query on shared mailboxes. The tenant comes from the proof of a right, save for what follows others.

use addresses::mailboxes;
use db::find::{self, Place};
use db::{Error, Tx};
use kernel::cursor::Page;
use kernel::needle::find_key;
use kernel::{Cursor, EmailAddress, Needle, SharedId, TenantId, Timestamp};
use sea_orm::sea_query::SimpleExpr;
use sea_orm::{
    ActiveModelTrait, ColumnTrait, Condition, ConnectionTrait, EntityTrait, IntoActiveModel, QueryFilter,
    QueryOrder, QuerySelect, Select,
};

use crate::model::Shared;
use crate::tables::shared;

async fn whole(on: &impl ConnectionTrait, row: shared::Model) -> Result<Shared, Error> {
    let damaged = |what: &str| Error::damaged("shared_mailboxes", format!("{what} of {}", row.id));
    Ok(Shared {
        id: row.id.parse().map_err(|_| damaged("id"))?,
        tenant: row.tenant_id.parse().map_err(|_| damaged("tenant"))?,
        address: row.address.parse().map_err(|_| damaged("address"))?,
        readers: mailboxes::readers_of(on, &row.id).await?,
        name: row.name,
        version: row.version,
        created_at: Timestamp::from_micros(row.created_at),
    })
}

fn of(tenant: TenantId) -> Select<shared::Entity> {
    let of_tenant = shared::Entity::find().filter(shared::Column::TenantId.eq(tenant.to_string()));
    of_tenant.filter(shared::Column::RemovedAt.is_null()).order_by_asc(shared::Column::Address)
}

/// All shared mailboxes of a tenant, by address.
pub async fn all(on: &impl ConnectionTrait, tenant: TenantId) -> Result<Vec<Shared>, Error> {
    all_whole(on, of(tenant).all(on).await?).await
}

/// A page of them.
pub async fn page(
    on: &impl ConnectionTrait,
    tenant: TenantId,
    after: Option<&Cursor>,
    limit: u64,
) -> Result<Page<Shared>, Error> {
    let mut found = of(tenant).limit(limit + 1);
    if let Some([address]) = after.map(|cursor| cursor.0.as_slice()) {
        found = found.filter(shared::Column::Address.gt(address));
    }
    let most = usize::try_from(limit).unwrap_or(usize::MAX);
    let rows = Page::from_overfull(found.all(on).await?, most, |row| vec![row.address.clone()]);
    Ok(Page { items: all_whole(on, rows.items).await?, next: rows.next })
}

async fn all_whole(on: &impl ConnectionTrait, rows: Vec<shared::Model>) -> Result<Vec<Shared>, Error> {
    let mut all = Vec::new();
    for row in rows {
        all.push(whole(on, row).await?);
    }
    Ok(all)
}

/// A shared mailbox of a tenant.
pub async fn by_id(
    on: &impl ConnectionTrait,
    tenant: TenantId,
    id: SharedId,
) -> Result<Option<Shared>, Error> {
    let row = shared::Entity::find_by_id(id.to_string())
        .filter(shared::Column::TenantId.eq(tenant.to_string()))
        .filter(shared::Column::RemovedAt.is_null())
        .one(on)
        .await?;
    match row {
        Some(row) => Ok(Some(whole(on, row).await?)),
        None => Ok(None),
    }
}

fn row(shared: &Shared) -> shared::Model {
    shared::Model {
        id: shared.id.to_string(),
        tenant_id: shared.tenant.to_string(),
        address: shared.address.to_string(),
        find_key: find_key(&[&shared.name, &shared.address.to_string()]),
        name: shared.name.clone(),
        version: shared.version,
        created_at: shared.created_at.micros(),
        removed_at: None,
    }
}

/// Writes what is its own; who reads it is a matter of their mailboxes.
pub async fn insert(tx: &Tx, new: &Shared) -> Result<(), Error> {
    row(new).into_active_model().insert(&**tx).await?;
    Ok(())
}

/// The same of one that is there.
pub async fn update(tx: &Tx, changed: &Shared) -> Result<(), Error> {
    row(changed).into_active_model().reset_all().update(&**tx).await?;
    Ok(())
}

/// Takes a shared mailbox away. Its row stays until nothing of it is left upstream: whose that is must be known until
/// then.
pub async fn remove(tx: &Tx, gone: &Shared, at: Timestamp) -> Result<(), Error> {
    let removed = shared::Model { removed_at: Some(at.micros()), ..row(gone) };
    removed.into_active_model().reset_all().update(&**tx).await?;
    Ok(())
}

/// Forgets one that is on its way out.
pub async fn forget_removed(tx: &Tx, id: &str) -> Result<(), Error> {
    let removed = shared::Column::RemovedAt.is_not_null();
    shared::Entity::delete_many().filter(shared::Column::Id.eq(id)).filter(removed).exec(&**tx).await?;
    Ok(())
}

/// A shared mailbox as what it has upstream is told of: by id, its tenant and its name for people.
pub type Known = (String, TenantId, String);

/// All shared mailboxes of a tenant, those on their way out as well.
pub async fn all_known(on: &impl ConnectionTrait, tenant: TenantId) -> Result<Vec<Known>, Error> {
    known(on, shared::Column::TenantId.eq(tenant.to_string())).await
}

/// Those of these ids, of whatever tenant.
pub async fn known_by_ids(on: &impl ConnectionTrait, ids: &[String]) -> Result<Vec<Known>, Error> {
    known(on, shared::Column::Id.is_in(ids)).await
}

async fn known(on: &impl ConnectionTrait, of: SimpleExpr) -> Result<Vec<Known>, Error> {
    let rows = shared::Entity::find().filter(of).order_by_asc(shared::Column::Address).all(on).await?;
    let read = |row: shared::Model| {
        let damaged = |_| Error::damaged("shared_mailboxes", format!("tenant of {}", row.id));
        let tenant = row.tenant_id.parse().map_err(damaged)?;
        Ok((row.id, tenant, row.name))
    };
    rows.into_iter().map(read).collect()
}

/// A shared mailbox, as far as it is told from others.
#[derive(Debug)]
pub struct Found {
    pub id: String,
    pub address: EmailAddress,
    pub name: String,
}

/// The shared mailboxes of a tenant that a needle finds, the best first.
pub async fn found(
    on: &impl ConnectionTrait,
    tenant: TenantId,
    needle: &Needle,
    most: u64,
) -> Result<Vec<Found>, Error> {
    use shared::Column as S;
    let of = Condition::all().add(S::TenantId.eq(tenant.to_string())).add(S::RemovedAt.is_null());
    let ids = find::best(on, Place { table: "shared_mailboxes", id: "id", of }, needle, most).await?;
    let rows = shared::Entity::find().filter(S::Id.is_in(ids.iter())).all(on).await?;
    let read = |row: shared::Model| {
        let damaged = |_| Error::damaged("shared_mailboxes", format!("address of {}", row.id));
        let address = row.address.parse().map_err(damaged)?;
        Ok(Found { id: row.id, address, name: row.name })
    };
    let found = rows.into_iter().map(read).collect::<Result<Vec<_>, Error>>()?;
    Ok(find::in_order(&ids, found, |shared| shared.id.clone()))
}
