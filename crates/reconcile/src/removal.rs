//! By whose leave objects are destroyed. What a person ordered was counted and confirmed by them and goes, however much it
//! is; what nobody ordered stops where it is so much within an hour, in one tenant, that it looks like a mistake.

use db::{Db, Error, Tx};
use kernel::{Clock, Timestamp};
use sea_orm::sea_query::OnConflict;
use sea_orm::{
    ColumnTrait, Condition, ConnectionTrait, EntityTrait, PaginatorTrait, QueryFilter, QueryOrder,
    QuerySelect, Set,
};

use crate::store::{self, NEVER, Resource, Status};
use crate::tables::{destroys, resources};

/// Why a resource fails whose destruction waits for a person.
pub const STOPPED: &str = "removal_stopped";

/// Says that somebody ordered the end of all that these owners have by now, whenever it comes; gives how much that is.
/// What they are given later is no part of it.
pub async fn order(tx: &Tx, clock: &Clock, owners: &[String]) -> Result<u64, Error> {
    mark(tx, clock, Condition::all().add(resources::Column::Owner.is_in(owners))).await
}

/// The same of what an owner has of one kind.
pub async fn order_kind(tx: &Tx, clock: &Clock, owner: &str, kind: &str) -> Result<u64, Error> {
    let of_kind =
        Condition::all().add(resources::Column::Owner.eq(owner)).add(resources::Column::Kind.eq(kind));
    mark(tx, clock, of_kind).await
}

/// The same of one object.
pub async fn order_one(tx: &Tx, clock: &Clock, owner: &str, kind: &str, name: &str) -> Result<u64, Error> {
    let one = Condition::all()
        .add(resources::Column::Owner.eq(owner))
        .add(resources::Column::Kind.eq(kind))
        .add(resources::Column::Name.eq(name));
    mark(tx, clock, one).await
}

/// The same of these resources.
pub(crate) async fn order_these(db: &Db, clock: &Clock, ids: &[String]) -> Result<(), Error> {
    if ids.is_empty() {
        return Ok(());
    }
    let tx = db.begin().await?;
    mark(&tx, clock, Condition::all().add(resources::Column::Id.is_in(ids))).await?;
    tx.commit().await
}

async fn mark(tx: &Tx, clock: &Clock, which: Condition) -> Result<u64, Error> {
    let ordered =
        resources::ActiveModel { ordered_at: Set(Some(clock.now().micros())), ..Default::default() };
    Ok(resources::Entity::update_many().set(ordered).filter(which).exec(&**tx).await?.rows_affected)
}

/// True when somebody ordered the end of something that this owner has: what follows from that was ordered too.
pub async fn is_ordered(on: &impl ConnectionTrait, owner: &str) -> Result<bool, Error> {
    let ordered = resources::Entity::find()
        .filter(resources::Column::Owner.eq(owner))
        .filter(resources::Column::OrderedAt.is_not_null());
    Ok(ordered.one(on).await?.is_some())
}

fn stopped_now() -> Condition {
    Condition::all()
        .add(resources::Column::Spec.is_null())
        .add(resources::Column::OrderedAt.is_null())
        .add(resources::Column::Status.eq(Status::Error.as_str()))
        .add(resources::Column::Reason.eq(STOPPED))
}

/// What of these owners would be destroyed and waits for a person.
pub async fn stopped(on: &impl ConnectionTrait, owners: &[String]) -> Result<Vec<Resource>, Error> {
    let rows = resources::Entity::find()
        .filter(stopped_now())
        .filter(resources::Column::Owner.is_in(owners))
        .order_by_asc(resources::Column::Kind)
        .order_by_asc(resources::Column::Name)
        .all(on)
        .await?;
    rows.into_iter().map(store::resource).collect()
}

/// Lets the destruction of these go on at once: somebody counted and confirmed them.
pub async fn let_go_on(tx: &Tx, clock: &Clock, stopped: &[Resource]) -> Result<(), Error> {
    let now = clock.now().micros();
    let change = resources::ActiveModel {
        ordered_at: Set(Some(now)),
        next_at: Set(now),
        updated_at: Set(now),
        ..Default::default()
    };
    let ids = stopped.iter().map(|resource| resource.id.as_str());
    resources::Entity::update_many()
        .set(change)
        .filter(stopped_now())
        .filter(resources::Column::Id.is_in(ids))
        .exec(&**tx)
        .await?;
    Ok(())
}

/// Counts the destruction of a resource that nobody ordered; false, and not counted, when `most` others of that tenant
/// were destroyed there within the last hour.
pub(crate) async fn count(
    db: &Db,
    now: Timestamp,
    resource: &str,
    (upstream, tenant): (&str, &str),
    most: u64,
) -> Result<bool, Error> {
    let hour_ago = now.before(std::time::Duration::from_hours(1)).micros();
    let tx = db.begin().await?;
    one_at_a_time(&tx, upstream).await?;
    destroys::Entity::delete_many().filter(destroys::Column::At.lt(hour_ago)).exec(&*tx).await?;
    let others = destroys::Entity::find()
        .filter(destroys::Column::Upstream.eq(upstream))
        .filter(destroys::Column::Tenant.eq(tenant))
        .filter(destroys::Column::ResourceId.ne(resource));
    if others.count(&*tx).await? >= most {
        return Ok(false);
    }
    let row = destroys::ActiveModel {
        resource_id: Set(resource.to_owned()),
        upstream: Set(upstream.to_owned()),
        tenant: Set(tenant.to_owned()),
        at: Set(now.micros()),
    };
    destroys::Entity::insert(row)
        .on_conflict(OnConflict::column(destroys::Column::ResourceId).do_nothing().to_owned())
        .exec_without_returning(&*tx)
        .await?;
    tx.commit().await?;
    Ok(true)
}

/// Makes those who count the destroys of one upstream take turns: a row that stands for the upstream is locked.
async fn one_at_a_time(tx: &Tx, upstream: &str) -> Result<(), Error> {
    let turn = format!("turn of {upstream}");
    let row = destroys::ActiveModel {
        resource_id: Set(turn.clone()),
        upstream: Set(String::new()),
        tenant: Set(String::new()),
        at: Set(NEVER),
    };
    destroys::Entity::insert(row)
        .on_conflict(OnConflict::column(destroys::Column::ResourceId).do_nothing().to_owned())
        .exec_without_returning(&**tx)
        .await?;
    destroys::Entity::find_by_id(turn).lock_exclusive().one(&**tx).await?;
    Ok(())
}
