//! Every address of a tenant that receives mail, in one table: whoever gives out an address claims it here, so that
//! two things can't have one, and a refusal names who has it [F1].

use std::collections::BTreeMap;

use db::Tx;
use db::find::{self, Place};
use kernel::cursor::Page;
use kernel::needle::find_key;
use kernel::{Clock, Cursor, EmailAddress, MemberId, Message, Needle, TenantId};
use sea_orm::sea_query::{Expr, ExprTrait, LikeExpr, Query};
use sea_orm::{
    ActiveModelTrait, ColumnTrait, Condition, ConnectionTrait, EntityTrait, IntoActiveModel, PaginatorTrait,
    QueryFilter, QueryOrder, QuerySelect, Select,
};

use super::mailboxes;
use crate::error::Error;
use crate::model::{AddressFilter, AddressKind, AddressOwner, Entry};
use crate::tables::{addresses, members};

fn entry(row: addresses::Model) -> Result<Entry, db::Error> {
    let damaged = || db::Error::damaged("addresses", row.address.clone());
    Ok(Entry {
        address: row.address.parse().map_err(|_| damaged())?,
        kind: AddressKind::parse(&row.kind).ok_or_else(damaged)?,
        object: row.object,
        label: row.label,
    })
}

async fn all(select: Select<addresses::Entity>, on: &impl ConnectionTrait) -> Result<Vec<Entry>, db::Error> {
    select.all(on).await?.into_iter().map(entry).collect()
}

fn of(tenant: TenantId) -> Select<addresses::Entity> {
    addresses::Entity::find().filter(addresses::Column::TenantId.eq(tenant.to_string()))
}

/// Who has an address.
pub async fn find(
    on: &impl ConnectionTrait,
    tenant: TenantId,
    address: &str,
) -> Result<Option<Entry>, db::Error> {
    let found = of(tenant).filter(addresses::Column::Address.eq(address));
    found.one(on).await?.map(entry).transpose()
}

/// The addresses of an object, in the order of the alphabet.
pub async fn of_object(on: &impl ConnectionTrait, object: &str) -> Result<Vec<Entry>, db::Error> {
    let found = addresses::Entity::find().filter(addresses::Column::Object.eq(object));
    all(found.order_by_asc(addresses::Column::Address), on).await
}

/// The further addresses of an object.
pub async fn aliases_of(on: &impl ConnectionTrait, object: &str) -> Result<Vec<EmailAddress>, db::Error> {
    let entries = of_object(on, object).await?;
    let aliases = entries.into_iter().filter(|entry| entry.kind == AddressKind::Alias);
    Ok(aliases.map(|entry| entry.address).collect())
}

/// All addresses of a tenant.
pub async fn of_tenant(on: &impl ConnectionTrait, tenant: TenantId) -> Result<Vec<Entry>, db::Error> {
    all(of(tenant).order_by_asc(addresses::Column::Address), on).await
}

/// A page of the addresses of a tenant.
pub async fn page(
    on: &impl ConnectionTrait,
    tenant: TenantId,
    filter: &AddressFilter,
    after: Option<&Cursor>,
    limit: u64,
) -> Result<Page<Entry>, db::Error> {
    let mut found = sought(tenant, filter).order_by_asc(addresses::Column::Address).limit(limit + 1);
    if let Some([address]) = after.map(|cursor| cursor.0.as_slice()) {
        found = found.filter(addresses::Column::Address.gt(address));
    }
    let rows = all(found, on).await?;
    let key = |entry: &Entry| vec![entry.address.to_string()];
    Ok(Page::from_overfull(rows, usize::try_from(limit).unwrap_or(usize::MAX), key))
}

/// How many addresses of a tenant there are.
pub async fn count(
    on: &impl ConnectionTrait,
    tenant: TenantId,
    filter: &AddressFilter,
) -> Result<u64, db::Error> {
    Ok(sought(tenant, filter).count(on).await?)
}

fn sought(tenant: TenantId, filter: &AddressFilter) -> Select<addresses::Entity> {
    let mut found = of(tenant);
    if let Some(q) = &filter.q {
        let q = kernel::name::search_key(q).replace('\\', "\\\\").replace('%', "\\%").replace('_', "\\_");
        let like = || LikeExpr::new(format!("%{q}%")).escape('\\');
        let named = Query::select()
            .column(members::Column::Id)
            .from(members::Entity)
            .and_where(Expr::col(members::Column::TenantId).eq(tenant.to_string()))
            .and_where(Expr::col(members::Column::NameKey).like(like()))
            .to_owned();
        let any = Condition::any()
            .add(Expr::col(addresses::Column::Address).like(like()))
            .add(Expr::col(addresses::Column::Object).in_subquery(named));
        found = found.filter(any);
    }
    if let Some(kind) = filter.kind {
        found = found.filter(addresses::Column::Kind.eq(kind.as_str()));
    }
    found
}

/// The aliases of a tenant that a needle finds, the best first.
pub async fn found_aliases(
    on: &impl ConnectionTrait,
    tenant: TenantId,
    needle: &Needle,
    most: u64,
) -> Result<Vec<Entry>, db::Error> {
    let aliases = Condition::all()
        .add(addresses::Column::TenantId.eq(tenant.to_string()))
        .add(addresses::Column::Kind.eq(AddressKind::Alias.as_str()));
    let place = Place { table: "addresses", id: "address", of: aliases };
    let ids = find::best(on, place, needle, most).await?;
    let rows = all(of(tenant).filter(addresses::Column::Address.is_in(ids.iter())), on).await?;
    Ok(find::in_order(&ids, rows, |entry| entry.address.to_string()))
}

/// What these entries belong to, by its id.
pub async fn owners(
    on: &impl ConnectionTrait,
    tenant: TenantId,
    entries: &[Entry],
) -> Result<BTreeMap<String, AddressOwner>, db::Error> {
    let objects = entries.iter().map(|entry| entry.object.as_str());
    let main = of(tenant)
        .filter(addresses::Column::Object.is_in(objects))
        .filter(addresses::Column::Kind.ne(AddressKind::Alias.as_str()));
    let main = all(main, on).await?;
    let people: Vec<MemberId> = main.iter().filter_map(|entry| entry.object.parse().ok()).collect();
    let people = mailboxes::holders(on, &people).await?;
    let owner = |entry: Entry| {
        let holder = people.iter().find(|holder| holder.member.to_string() == entry.object);
        let person = holder.map(|holder| (holder.user, holder.name.clone()));
        let is_open = holder.is_none_or(|holder| !holder.suspended && !holder.removed);
        (entry.object, AddressOwner { kind: entry.kind, address: entry.address, person, is_open })
    };
    Ok(main.into_iter().map(owner).collect())
}

/// Addresses to choose from, each with whose it is: the first so many of the alphabet, of one kind or all.
pub async fn choices(
    on: &impl ConnectionTrait,
    tenant: TenantId,
    kind: Option<AddressKind>,
    most: u64,
) -> Result<Vec<(String, String)>, db::Error> {
    let filter = AddressFilter { q: None, kind };
    let entries = page(on, tenant, &filter, None, most).await?.items;
    let owners = owners(on, tenant, &entries).await?;
    let choice = |entry: Entry| {
        let person = owners.get(&entry.object).and_then(|owner| owner.person.as_ref());
        let name = person.map(|(_, name)| name.clone()).or(entry.label);
        let address = entry.address.to_string();
        let shown = name.map_or_else(|| address.clone(), |name| format!("{name} – {address}"));
        (address, shown)
    };
    Ok(entries.into_iter().map(choice).collect())
}

/// Gives an address to an object; one that something has is refused, and the refusal says what has it. The tenant must
/// be locked.
pub async fn claim(
    tx: &Tx,
    clock: &Clock,
    tenant: TenantId,
    address: &EmailAddress,
    kind: AddressKind,
    object: &str,
) -> Result<(), Error> {
    check_free(tx, tenant, address, object).await?;
    let row = addresses::Model {
        tenant_id: tenant.to_string(),
        address: address.to_string(),
        kind: kind.as_str().to_owned(),
        object: object.to_owned(),
        label: None,
        find_key: find_key(&[&address.to_string()]),
        created_at: clock.now().micros(),
    };
    row.into_active_model().insert(&**tx).await.map_err(db::Error::from)?;
    Ok(())
}

/// Refuses an address that something has.
pub async fn check_free(
    tx: &Tx,
    tenant: TenantId,
    address: &EmailAddress,
    object: &str,
) -> Result<(), Error> {
    if let Some(entry) = find(&**tx, tenant, &address.to_string()).await? {
        return Err(Error::Taken(holder(&**tx, tenant, &entry).await?));
    }
    // A mailbox that waits for its domain has no address yet, but its name is promised.
    let Ok(local) = address.local().parse() else { return Ok(()) };
    match mailboxes::waiting(&**tx, tenant, &local).await? {
        Some(promised) if promised.member.to_string() != object && !promised.removed => {
            let held = Message::new("held-by-reservation").with("address", address);
            Err(Error::Taken(held.with("name", promised.name)))
        }
        _ => Ok(()),
    }
}

/// Who has an address.
pub async fn holder(
    on: &impl ConnectionTrait,
    tenant: TenantId,
    entry: &Entry,
) -> Result<Message, db::Error> {
    let owner = owners(on, tenant, std::slice::from_ref(entry)).await?.remove(&entry.object);
    let held = |key: &'static str| Message::new(key).with("address", &entry.address);
    Ok(match (entry.kind, owner) {
        (AddressKind::List, _) => held("held-by-list"),
        (AddressKind::Shared, _) => held("held-by-shared-mailbox"),
        (AddressKind::Group, _) => match entry.label.as_deref() {
            Some(name) => held("held-by-group").with("name", name),
            None => held("held"),
        },
        (AddressKind::Mailbox, Some(AddressOwner { person: Some((_, name)), .. })) => {
            held("held-by-mailbox").with("name", name)
        }
        (AddressKind::Alias, Some(AddressOwner { person: Some((_, name)), .. })) => {
            held("held-by-alias").with("name", name)
        }
        (AddressKind::Alias, Some(AddressOwner { kind: AddressKind::List, address: of, .. })) => {
            held("held-by-alias-of-list").with("of", of)
        }
        (AddressKind::Alias, Some(AddressOwner { address: of, .. })) => {
            held("held-by-alias-of-shared-mailbox").with("of", of)
        }
        (AddressKind::Mailbox | AddressKind::Alias, None | Some(_)) => held("held"),
    })
}

/// Says what people call an object that has addresses.
pub async fn set_label(tx: &Tx, object: &str, label: &str) -> Result<(), db::Error> {
    addresses::Entity::update_many()
        .col_expr(addresses::Column::Label, Expr::value(label))
        .filter(addresses::Column::Object.eq(object))
        .exec(&**tx)
        .await?;
    Ok(())
}

/// Frees one address.
pub async fn release(tx: &Tx, tenant: TenantId, address: &EmailAddress) -> Result<(), db::Error> {
    addresses::Entity::delete_by_id((tenant.to_string(), address.to_string())).exec(&**tx).await?;
    Ok(())
}

/// Frees all addresses of an object.
pub async fn release_all(tx: &Tx, object: &str) -> Result<(), db::Error> {
    addresses::Entity::delete_many().filter(addresses::Column::Object.eq(object)).exec(&**tx).await?;
    Ok(())
}
