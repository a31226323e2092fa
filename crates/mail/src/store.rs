//! Every query on lists and shared mailboxes. The tenant comes from the proof of a right, save for what follows others.

use std::collections::{BTreeMap, BTreeSet};

use addresses::mailboxes;
use db::find::{self, Place};
use db::{Error, Tx};
use kernel::cursor::Page;
use kernel::needle::find_key;
use kernel::{Cursor, EmailAddress, ListId, Needle, SharedId, TenantId, Timestamp};
use sea_orm::sea_query::SimpleExpr;
use sea_orm::{
    ActiveModelTrait, ColumnTrait, Condition, ConnectionTrait, EntityTrait, IntoActiveModel, PaginatorTrait,
    QueryFilter, QueryOrder, QuerySelect, Select,
};

use crate::model::{List, Shared};
use crate::tables::{lists, recipients, shared};

fn list(row: lists::Model, recipients: BTreeSet<EmailAddress>) -> Result<List, Error> {
    let damaged = |what: &str| Error::damaged("lists", format!("{what} of {}", row.id));
    Ok(List {
        id: row.id.parse().map_err(|_| damaged("id"))?,
        tenant: row.tenant_id.parse().map_err(|_| damaged("tenant"))?,
        address: row.address.parse().map_err(|_| damaged("address"))?,
        description: row.description,
        recipients,
        version: row.version,
        created_at: Timestamp::from_micros(row.created_at),
    })
}

fn address(row: &recipients::Model) -> Result<EmailAddress, Error> {
    let damaged = || Error::damaged("list_recipients", format!("an address of {}", row.list_id));
    row.address.parse().map_err(|_| damaged())
}

fn lists_of(tenant: TenantId) -> Select<lists::Entity> {
    let of_tenant = lists::Entity::find().filter(lists::Column::TenantId.eq(tenant.to_string()));
    of_tenant.filter(lists::Column::RemovedAt.is_null()).order_by_asc(lists::Column::Address)
}

/// Lists with those of these recipients that are theirs.
async fn with_recipients(
    on: &impl ConnectionTrait,
    rows: Vec<lists::Model>,
    recipients: Select<recipients::Entity>,
) -> Result<Vec<List>, Error> {
    let mut to: BTreeMap<String, BTreeSet<EmailAddress>> = BTreeMap::new();
    for row in recipients.all(on).await? {
        to.entry(row.list_id.clone()).or_default().insert(address(&row)?);
    }
    let whole = |row: lists::Model| {
        let recipients = to.remove(&row.id).unwrap_or_default();
        list(row, recipients)
    };
    rows.into_iter().map(whole).collect()
}

/// All lists of a tenant, by address.
pub async fn lists(on: &impl ConnectionTrait, tenant: TenantId) -> Result<Vec<List>, Error> {
    let of_tenant = recipients::Entity::find().filter(recipients::Column::TenantId.eq(tenant.to_string()));
    with_recipients(on, lists_of(tenant).all(on).await?, of_tenant).await
}

/// A page of the lists of a tenant, by address. The database that sorts them also finds where the page begins: it may
/// have another order of letters than Rust.
pub async fn page_of_lists(
    on: &impl ConnectionTrait,
    tenant: TenantId,
    after: Option<&Cursor>,
    limit: u64,
) -> Result<Page<List>, Error> {
    let mut found = lists_of(tenant).limit(limit + 1);
    if let Some([address]) = after.map(|cursor| cursor.0.as_slice()) {
        found = found.filter(lists::Column::Address.gt(address));
    }
    let rows = page_by(found.all(on).await?, limit, |row| vec![row.address.clone()]);
    let ids = rows.items.iter().map(|row| row.id.as_str());
    let of_page = recipients::Entity::find().filter(recipients::Column::ListId.is_in(ids));
    Ok(Page { items: with_recipients(on, rows.items, of_page).await?, next: rows.next })
}

fn page_by<T>(rows: Vec<T>, limit: u64, key: impl Fn(&T) -> Vec<String>) -> Page<T> {
    Page::from_overfull(rows, usize::try_from(limit).unwrap_or(usize::MAX), key)
}

/// How many lists a tenant has.
pub async fn count_lists(tx: &Tx, tenant: TenantId) -> Result<u64, Error> {
    Ok(lists_of(tenant).count(&**tx).await?)
}

/// A list of a tenant.
pub async fn list_by_id(
    on: &impl ConnectionTrait,
    tenant: TenantId,
    id: ListId,
) -> Result<Option<List>, Error> {
    let row = lists::Entity::find_by_id(id.to_string())
        .filter(lists::Column::TenantId.eq(tenant.to_string()))
        .filter(lists::Column::RemovedAt.is_null())
        .one(on)
        .await?;
    let Some(row) = row else { return Ok(None) };
    let to = recipients::Entity::find().filter(recipients::Column::ListId.eq(&row.id)).all(on).await?;
    let to = to.iter().map(address).collect::<Result<_, _>>()?;
    list(row, to).map(Some)
}

/// The lists that have one of these addresses among their recipients.
pub async fn lists_with(tx: &Tx, tenant: TenantId, addresses: &[EmailAddress]) -> Result<Vec<List>, Error> {
    let all = lists(&**tx, tenant).await?;
    let has = |list: &List| addresses.iter().any(|address| list.recipients.contains(address));
    Ok(all.into_iter().filter(has).collect())
}

fn row(list: &List) -> lists::Model {
    lists::Model {
        id: list.id.to_string(),
        tenant_id: list.tenant.to_string(),
        address: list.address.to_string(),
        find_key: find_key(&[&list.address.to_string(), list.description.as_deref().unwrap_or_default()]),
        description: list.description.clone(),
        version: list.version,
        created_at: list.created_at.micros(),
        removed_at: None,
    }
}

/// How many rows one statement may bring: databases limit the values in it.
const AT_A_TIME: usize = 200;

async fn write_recipients(tx: &Tx, list: &List) -> Result<(), Error> {
    let of_list = recipients::Column::ListId.eq(list.id.to_string());
    recipients::Entity::delete_many().filter(of_list).exec(&**tx).await?;
    let row = |address: &EmailAddress| {
        let (list_id, tenant_id) = (list.id.to_string(), list.tenant.to_string());
        recipients::Model { list_id, address: address.to_string(), tenant_id }.into_active_model()
    };
    let rows: Vec<_> = list.recipients.iter().map(row).collect();
    for rows in rows.chunks(AT_A_TIME) {
        recipients::Entity::insert_many(rows.to_vec()).exec_without_returning(&**tx).await?;
    }
    Ok(())
}

pub async fn insert_list(tx: &Tx, new: &List) -> Result<(), Error> {
    row(new).into_active_model().insert(&**tx).await?;
    write_recipients(tx, new).await
}

/// Writes a list of a locked tenant.
pub async fn update_list(tx: &Tx, changed: &List) -> Result<(), Error> {
    row(changed).into_active_model().reset_all().update(&**tx).await?;
    write_recipients(tx, changed).await
}

/// Takes a list away. Its row stays until nothing of it is left upstream: whose that is must be known until then.
pub async fn remove_list(tx: &Tx, gone: &List, at: Timestamp) -> Result<(), Error> {
    let of_list = recipients::Column::ListId.eq(gone.id.to_string());
    recipients::Entity::delete_many().filter(of_list).exec(&**tx).await?;
    let removed = lists::Model { removed_at: Some(at.micros()), ..row(gone) };
    removed.into_active_model().reset_all().update(&**tx).await?;
    Ok(())
}

/// Forgets a list or a shared mailbox that is on its way out.
pub async fn forget_removed(tx: &Tx, id: &str) -> Result<(), Error> {
    let of_list = lists::Column::RemovedAt.is_not_null();
    lists::Entity::delete_many().filter(lists::Column::Id.eq(id)).filter(of_list).exec(&**tx).await?;
    let of_shared = shared::Column::RemovedAt.is_not_null();
    shared::Entity::delete_many().filter(shared::Column::Id.eq(id)).filter(of_shared).exec(&**tx).await?;
    Ok(())
}

/// A list or a shared mailbox as what it has upstream is told of: by id, its tenant and its name for people.
pub type Known = (String, TenantId, String);

/// All lists and shared mailboxes of a tenant, those on their way out as well.
pub async fn all_known(on: &impl ConnectionTrait, tenant: TenantId) -> Result<Vec<Known>, Error> {
    let tenant = tenant.to_string();
    known(on, lists::Column::TenantId.eq(&tenant), shared::Column::TenantId.eq(&tenant)).await
}

/// Those of these ids, of whatever tenant.
pub async fn known_by_ids(on: &impl ConnectionTrait, ids: &[String]) -> Result<Vec<Known>, Error> {
    known(on, lists::Column::Id.is_in(ids), shared::Column::Id.is_in(ids)).await
}

async fn known(
    on: &impl ConnectionTrait,
    of_lists: SimpleExpr,
    of_shared: SimpleExpr,
) -> Result<Vec<Known>, Error> {
    let lists = lists::Entity::find().filter(of_lists).order_by_asc(lists::Column::Address).all(on).await?;
    let shared =
        shared::Entity::find().filter(of_shared).order_by_asc(shared::Column::Address).all(on).await?;
    let lists = lists.into_iter().map(|row| ("lists", row.id, row.tenant_id, row.address));
    let shared = shared.into_iter().map(|row| ("shared_mailboxes", row.id, row.tenant_id, row.name));
    let read = |(table, id, tenant, name): (&'static str, String, String, String)| {
        let tenant = tenant.parse().map_err(|_| Error::damaged(table, format!("tenant of {id}")))?;
        Ok((id, tenant, name))
    };
    lists.chain(shared).map(read).collect()
}

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

fn shared_of(tenant: TenantId) -> Select<shared::Entity> {
    let of_tenant = shared::Entity::find().filter(shared::Column::TenantId.eq(tenant.to_string()));
    of_tenant.filter(shared::Column::RemovedAt.is_null()).order_by_asc(shared::Column::Address)
}

/// All shared mailboxes of a tenant, by address.
pub async fn shared(on: &impl ConnectionTrait, tenant: TenantId) -> Result<Vec<Shared>, Error> {
    all_whole(on, shared_of(tenant).all(on).await?).await
}

/// A page of them.
pub async fn page_of_shared(
    on: &impl ConnectionTrait,
    tenant: TenantId,
    after: Option<&Cursor>,
    limit: u64,
) -> Result<Page<Shared>, Error> {
    let mut found = shared_of(tenant).limit(limit + 1);
    if let Some([address]) = after.map(|cursor| cursor.0.as_slice()) {
        found = found.filter(shared::Column::Address.gt(address));
    }
    let rows = page_by(found.all(on).await?, limit, |row| vec![row.address.clone()]);
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
pub async fn shared_by_id(
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

fn shared_row(shared: &Shared) -> shared::Model {
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
pub async fn insert_shared(tx: &Tx, new: &Shared) -> Result<(), Error> {
    shared_row(new).into_active_model().insert(&**tx).await?;
    Ok(())
}

/// The same of one that is there.
pub async fn update_shared(tx: &Tx, changed: &Shared) -> Result<(), Error> {
    shared_row(changed).into_active_model().reset_all().update(&**tx).await?;
    Ok(())
}

/// Takes a shared mailbox away; its row stays as that of a list does.
pub async fn remove_shared(tx: &Tx, gone: &Shared, at: Timestamp) -> Result<(), Error> {
    let removed = shared::Model { removed_at: Some(at.micros()), ..shared_row(gone) };
    removed.into_active_model().reset_all().update(&**tx).await?;
    Ok(())
}

/// A list, as far as it is told from others.
#[derive(Debug)]
pub struct FoundList {
    pub id: String,
    pub address: EmailAddress,
    pub description: Option<String>,
}

/// The lists of a tenant that a needle finds, the best first.
pub async fn found_lists(
    on: &impl ConnectionTrait,
    tenant: TenantId,
    needle: &Needle,
    most: u64,
) -> Result<Vec<FoundList>, Error> {
    use lists::Column as L;
    let of = Condition::all().add(L::TenantId.eq(tenant.to_string())).add(L::RemovedAt.is_null());
    let ids = find::best(on, Place { table: "lists", id: "id", of }, needle, most).await?;
    let rows = lists::Entity::find().filter(L::Id.is_in(ids.iter())).all(on).await?;
    let read = |row: lists::Model| {
        let address =
            row.address.parse().map_err(|_| Error::damaged("lists", format!("address of {}", row.id)))?;
        Ok(FoundList { id: row.id, address, description: row.description })
    };
    let found = rows.into_iter().map(read).collect::<Result<Vec<_>, Error>>()?;
    Ok(find::in_order(&ids, found, |list| list.id.clone()))
}

/// A shared mailbox, as far as it is told from others.
#[derive(Debug)]
pub struct FoundShared {
    pub id: String,
    pub address: EmailAddress,
    pub name: String,
}

/// The shared mailboxes of a tenant that a needle finds, the best first.
pub async fn found_shared(
    on: &impl ConnectionTrait,
    tenant: TenantId,
    needle: &Needle,
    most: u64,
) -> Result<Vec<FoundShared>, Error> {
    use shared::Column as S;
    let of = Condition::all().add(S::TenantId.eq(tenant.to_string())).add(S::RemovedAt.is_null());
    let ids = find::best(on, Place { table: "shared_mailboxes", id: "id", of }, needle, most).await?;
    let rows = shared::Entity::find().filter(S::Id.is_in(ids.iter())).all(on).await?;
    let read = |row: shared::Model| {
        let damaged = |_| Error::damaged("shared_mailboxes", format!("address of {}", row.id));
        let address = row.address.parse().map_err(damaged)?;
        Ok(FoundShared { id: row.id, address, name: row.name })
    };
    let found = rows.into_iter().map(read).collect::<Result<Vec<_>, Error>>()?;
    Ok(find::in_order(&ids, found, |shared| shared.id.clone()))
}
