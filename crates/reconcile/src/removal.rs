//! By whose leave objects are destroyed. What a person ordered was counted and confirmed by them and goes, however much it
//! is; what nobody ordered stops where it is so much within an hour, in one tenant, that it looks like a mistake.

use db::{Db, Error, Tx};
use kernel::{Clock, Timestamp};
use sea_orm::sea_query::OnConflict;
use sea_orm::{
    ColumnTrait, Condition, ConnectionTrait, EntityTrait, PaginatorTrait, QueryFilter, QueryOrder,
    QuerySelect, Set,
};
use sha2::{Digest, Sha256};

use crate::store::{self, NEVER, Resource};
use crate::tables::{destroys, resources};

/// Why a resource fails whose destruction waits for a person.
pub const STOPPED: &str = "removal_stopped";

/// How many ids one query names: databases bind only so many variables.
const AT_ONCE: usize = 1_000;

/// Says that somebody ordered the end of all that these owners have by now, whenever it comes; gives how much that is.
/// What they are given later is no part of it.
pub async fn order(tx: &Tx, clock: &Clock, owners: &[String]) -> Result<u64, Error> {
    let mut marked: u64 = 0;
    for some in owners.chunks(AT_ONCE) {
        let theirs = Condition::all().add(resources::Column::Owner.is_in(some));
        marked = marked.saturating_add(mark(tx, clock, theirs).await?);
    }
    Ok(marked)
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
    for some in ids.chunks(AT_ONCE) {
        mark(&tx, clock, Condition::all().add(resources::Column::Id.is_in(some))).await?;
    }
    tx.commit_silently("removals that somebody ordered are marked; who orders them records it").await
}

/// Lets these be made again though they were there when a backup was made that was restored: somebody saw that they are
/// gone.
pub(crate) async fn let_be_made(db: &Db, ids: &[String]) -> Result<(), Error> {
    if ids.is_empty() {
        return Ok(());
    }
    let tx = db.begin().await?;
    for some in ids.chunks(AT_ONCE) {
        let change =
            resources::ActiveModel { stopped_at: Set(None), stopped_in: Set(None), ..Default::default() };
        resources::Entity::update_many()
            .set(change)
            .filter(resources::Column::StoppedAt.is_not_null())
            .filter(resources::Column::Spec.is_not_null())
            .filter(resources::Column::Id.is_in(some))
            .exec(&*tx)
            .await?;
    }
    tx.commit_silently("what is gone since a restore may be made again; who lets it records it").await
}

async fn mark(tx: &Tx, clock: &Clock, which: Condition) -> Result<u64, Error> {
    let ordered = resources::ActiveModel {
        ordered_at: Set(Some(clock.now().micros())),
        stopped_at: Set(None),
        stopped_in: Set(None),
        ..Default::default()
    };
    Ok(resources::Entity::update_many().set(ordered).filter(which).exec(&**tx).await?.rows_affected)
}

/// True when somebody ordered the end of something that this owner has: what follows from that was ordered too.
pub async fn is_ordered(on: &impl ConnectionTrait, owner: &str) -> Result<bool, Error> {
    let ordered = resources::Entity::find()
        .filter(resources::Column::Owner.eq(owner))
        .filter(resources::Column::OrderedAt.is_not_null());
    Ok(ordered.one(on).await?.is_some())
}

/// What has stopped and waits for a person, whatever else failed since.
fn waiting() -> Condition {
    Condition::all()
        .add(resources::Column::StoppedAt.is_not_null())
        .add(resources::Column::Spec.is_null())
        .add(resources::Column::OrderedAt.is_null())
}

/// What would be destroyed and waits for a person, of all owners: there is seldom any.
pub async fn stopped(on: &impl ConnectionTrait) -> Result<Vec<Resource>, Error> {
    let rows = resources::Entity::find()
        .filter(waiting())
        .order_by_asc(resources::Column::Kind)
        .order_by_asc(resources::Column::Name)
        .all(on)
        .await?;
    rows.into_iter().map(store::resource).collect()
}

/// Stands for just these resources, in whatever order they come; others have another.
pub fn fingerprint(stopped: &[Resource]) -> String {
    let mut ids: Vec<&str> = stopped.iter().map(|resource| resource.id.as_str()).collect();
    ids.sort_unstable();
    let mut digest = Sha256::new();
    for id in ids {
        digest.update((id.len() as u64).to_be_bytes());
        digest.update(id.as_bytes());
    }
    let mut hash = kernel::id::hex(&digest.finalize());
    hash.truncate(32);
    hash
}

/// Lets the destruction of these go on at once: somebody saw and confirmed them. Gives how many still waited.
pub async fn let_go_on(tx: &Tx, clock: &Clock, stopped: &[Resource]) -> Result<u64, Error> {
    tx.wake();
    let now = clock.now().micros();
    let mut let_go: u64 = 0;
    for some in stopped.chunks(AT_ONCE) {
        let change = resources::ActiveModel {
            ordered_at: Set(Some(now)),
            stopped_at: Set(None),
            stopped_in: Set(None),
            next_at: Set(now),
            updated_at: Set(now),
            ..Default::default()
        };
        let ids = some.iter().map(|resource| resource.id.as_str());
        let done = resources::Entity::update_many()
            .set(change)
            .filter(waiting())
            .filter(resources::Column::Id.is_in(ids))
            .exec(&**tx)
            .await?;
        let_go = let_go.saturating_add(done.rows_affected);
    }
    Ok(let_go)
}

/// Counts the destruction of a resource that nobody ordered. False, and not counted but stopped, when `most` others of
/// that tenant were destroyed there within the last hour, or anything of the tenant waits for a person.
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
    if is_stopped(&tx, resource, tenant).await? || others.count(&*tx).await? >= most {
        stop(&tx, now, resource, tenant).await?;
        tx.commit_silently("removals that nobody ordered are stopped").await?;
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
    tx.commit_silently("a removal is counted").await?;
    Ok(true)
}

/// True while this resource, or another of the tenant, waits for a person, however long ago it stopped.
async fn is_stopped(tx: &Tx, resource: &str, tenant: &str) -> Result<bool, Error> {
    let this_or_theirs =
        Condition::any().add(resources::Column::Id.eq(resource)).add(resources::Column::StoppedIn.eq(tenant));
    let waits = resources::Entity::find().filter(waiting()).filter(this_or_theirs);
    Ok(waits.one(&**tx).await?.is_some())
}

/// Writes down that a resource waits for a person, unless somebody ordered its end or wants it again meanwhile.
async fn stop(tx: &Tx, now: Timestamp, resource: &str, tenant: &str) -> Result<(), Error> {
    let change = resources::ActiveModel {
        stopped_at: Set(Some(now.micros())),
        stopped_in: Set(Some(tenant.to_owned())),
        ..Default::default()
    };
    resources::Entity::update_many()
        .set(change)
        .filter(resources::Column::Id.eq(resource))
        .filter(resources::Column::Spec.is_null())
        .filter(resources::Column::OrderedAt.is_null())
        .exec(&**tx)
        .await?;
    Ok(())
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
