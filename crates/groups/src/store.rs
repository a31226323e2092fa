//! Every query on groups. The tenant comes from the proof of a right, save for what follows others.

use std::collections::BTreeMap;

use db::find::{self, Place};
use db::{Error, Tx};
use kernel::needle::find_key;
use kernel::{GroupId, MemberId, Needle, TenantId, Timestamp};
use sea_orm::{
    ActiveModelTrait, ColumnTrait, Condition, ConnectionTrait, EntityTrait, IntoActiveModel, QueryFilter,
    QueryOrder, QuerySelect, Select,
};

use crate::model::{Group, name_key};
use crate::tables::{groups, people};

fn group(row: groups::Model) -> Result<Group, Error> {
    let damaged = |what: &str| Error::damaged("tenant_groups", format!("{what} of {}", row.id));
    Ok(Group {
        id: row.id.parse().map_err(|_| damaged("id"))?,
        tenant: row.tenant_id.parse().map_err(|_| damaged("tenant"))?,
        slug: row.slug.parse().map_err(|_| damaged("slug"))?,
        address: row.address.as_deref().map(str::parse).transpose().map_err(|_| damaged("address"))?,
        name: row.name,
        description: row.description,
        space: row.space,
        version: row.version,
        created_at: Timestamp::from_micros(row.created_at),
        removed_at: row.removed_at.map(Timestamp::from_micros),
    })
}

fn row(group: &Group) -> groups::Model {
    let address = group.address.as_ref().map(ToString::to_string);
    groups::Model {
        id: group.id.to_string(),
        tenant_id: group.tenant.to_string(),
        slug: group.slug.to_string(),
        name: group.name.clone(),
        name_key: name_key(&group.name),
        find_key: find_key(&[&group.name, group.slug.as_str(), address.as_deref().unwrap_or_default()]),
        description: group.description.clone(),
        address,
        space: group.space,
        version: group.version,
        created_at: group.created_at.micros(),
        removed_at: group.removed_at.map(Timestamp::micros),
    }
}

async fn all(select: Select<groups::Entity>, on: &impl ConnectionTrait) -> Result<Vec<Group>, Error> {
    select.all(on).await?.into_iter().map(group).collect()
}

/// All groups of a tenant, those that are being removed included, by name.
pub async fn all_of_tenant(on: &impl ConnectionTrait, tenant: TenantId) -> Result<Vec<Group>, Error> {
    let found = groups::Entity::find()
        .filter(groups::Column::TenantId.eq(tenant.to_string()))
        .order_by_asc(groups::Column::NameKey)
        .order_by_asc(groups::Column::Id);
    all(found, on).await
}

/// The groups of a tenant, by name.
pub async fn of_tenant(on: &impl ConnectionTrait, tenant: TenantId) -> Result<Vec<Group>, Error> {
    let mut all = all_of_tenant(on, tenant).await?;
    all.retain(|group| group.removed_at.is_none());
    Ok(all)
}

/// A group of a tenant that is not being removed.
pub async fn by_id(on: &impl ConnectionTrait, tenant: TenantId, id: GroupId) -> Result<Option<Group>, Error> {
    let found = groups::Entity::find_by_id(id.to_string())
        .filter(groups::Column::TenantId.eq(tenant.to_string()))
        .filter(groups::Column::RemovedAt.is_null());
    found.one(on).await?.map(group).transpose()
}

/// A group, locked until the transaction ends, whatever it is in.
pub async fn lock(tx: &Tx, id: GroupId) -> Result<Option<Group>, Error> {
    groups::Entity::find_by_id(id.to_string()).lock_exclusive().one(&**tx).await?.map(group).transpose()
}

/// Those of these groups that there are, whatever they are in.
pub async fn by_ids(on: &impl ConnectionTrait, ids: &[GroupId]) -> Result<Vec<Group>, Error> {
    let ids = ids.iter().map(ToString::to_string);
    all(groups::Entity::find().filter(groups::Column::Id.is_in(ids)), on).await
}

pub async fn insert(tx: &Tx, new: &Group) -> Result<(), Error> {
    row(new).into_active_model().insert(&**tx).await?;
    Ok(())
}

pub async fn update(tx: &Tx, changed: &Group) -> Result<(), Error> {
    row(changed).into_active_model().reset_all().update(&**tx).await?;
    Ok(())
}

pub async fn delete(tx: &Tx, id: GroupId) -> Result<(), Error> {
    groups::Entity::delete_by_id(id.to_string()).exec(&**tx).await?;
    Ok(())
}

fn member(row: &people::Model) -> Result<MemberId, Error> {
    row.member_id.parse().map_err(|error| Error::damaged("group_members", error))
}

/// Who is in a group, and since when.
pub async fn people_of(
    on: &impl ConnectionTrait,
    id: GroupId,
) -> Result<BTreeMap<MemberId, Timestamp>, Error> {
    let rows = people::Entity::find().filter(people::Column::GroupId.eq(id.to_string())).all(on).await?;
    rows.iter().map(|row| Ok((member(row)?, Timestamp::from_micros(row.added_at)))).collect()
}

/// How many people each group of a tenant has.
pub async fn counts(on: &impl ConnectionTrait, tenant: TenantId) -> Result<BTreeMap<String, i64>, Error> {
    let rows: Vec<(String, i64)> = people::Entity::find()
        .select_only()
        .column(people::Column::GroupId)
        .column_as(people::Column::MemberId.count(), "people")
        .filter(people::Column::TenantId.eq(tenant.to_string()))
        .group_by(people::Column::GroupId)
        .into_tuple()
        .all(on)
        .await?;
    Ok(rows.into_iter().collect())
}

/// The groups that a member is in.
pub async fn of_member(on: &impl ConnectionTrait, id: MemberId) -> Result<Vec<Group>, Error> {
    let rows = people::Entity::find().filter(people::Column::MemberId.eq(id.to_string())).all(on).await?;
    let ids: Vec<GroupId> = rows.iter().filter_map(|row| row.group_id.parse().ok()).collect();
    by_ids(on, &ids).await
}

pub async fn add_people(tx: &Tx, group: &Group, members: &[MemberId], now: Timestamp) -> Result<(), Error> {
    let row = |member: &MemberId| {
        let row = people::Model {
            group_id: group.id.to_string(),
            member_id: member.to_string(),
            tenant_id: group.tenant.to_string(),
            added_at: now.micros(),
        };
        row.into_active_model()
    };
    if members.is_empty() {
        return Ok(());
    }
    people::Entity::insert_many(members.iter().map(row)).exec_without_returning(&**tx).await?;
    Ok(())
}

pub async fn remove_people(tx: &Tx, id: GroupId, members: &[MemberId]) -> Result<(), Error> {
    let members = members.iter().map(ToString::to_string);
    people::Entity::delete_many()
        .filter(people::Column::GroupId.eq(id.to_string()))
        .filter(people::Column::MemberId.is_in(members))
        .exec(&**tx)
        .await?;
    Ok(())
}

pub async fn remove_everybody(tx: &Tx, id: GroupId) -> Result<(), Error> {
    people::Entity::delete_many().filter(people::Column::GroupId.eq(id.to_string())).exec(&**tx).await?;
    Ok(())
}

/// Takes a member out of all groups.
pub async fn remove_member(tx: &Tx, id: MemberId) -> Result<(), Error> {
    people::Entity::delete_many().filter(people::Column::MemberId.eq(id.to_string())).exec(&**tx).await?;
    Ok(())
}

/// The groups of a tenant that a needle finds, the best first; those that are being removed have no page.
pub async fn found(
    on: &impl ConnectionTrait,
    tenant: TenantId,
    needle: &Needle,
    most: u64,
) -> Result<Vec<Group>, Error> {
    let of = Condition::all()
        .add(groups::Column::TenantId.eq(tenant.to_string()))
        .add(groups::Column::RemovedAt.is_null());
    let ids = find::best(on, Place { table: "tenant_groups", id: "id", of }, needle, most).await?;
    let rows = all(groups::Entity::find().filter(groups::Column::Id.is_in(ids.iter())), on).await?;
    Ok(find::in_order(&ids, rows, |group| group.id.to_string()))
}
