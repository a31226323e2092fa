//! Every query on resources.

use db::{Db, Error, Tx};
use kernel::id::random_token;
use kernel::{Clock, Timestamp};
use sea_orm::sea_query::{
    Expr, ExprTrait as _, Func, Order, Query, SelectStatement, SimpleExpr, WindowStatement,
};
use sea_orm::{
    ActiveValue::NotSet, ColumnTrait, Condition, ConnectionTrait, EntityTrait, PaginatorTrait, QueryFilter,
    QueryOrder, QuerySelect, QueryTrait, Select, Set,
};
use serde_json::Value;

use crate::neighbours;
use crate::obstacle::StepError;
use crate::tables::{history, resources};

/// Where a resource stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Status {
    /// Not done yet; nothing went wrong.
    Pending,
    /// As it should be.
    Ok,
    /// Nothing to do, for a stated reason.
    Skipped,
    /// The last attempt failed; it is being tried again.
    Error,
}

impl Status {
    /// The word in the database and on the wire.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Pending => "pending",
            Self::Ok => "ok",
            Self::Skipped => "skipped",
            Self::Error => "error",
        }
    }

    pub(crate) fn parse(word: &str) -> Result<Self, Error> {
        [Self::Pending, Self::Ok, Self::Skipped, Self::Error]
            .into_iter()
            .find(|status| status.as_str() == word)
            .ok_or_else(|| Error::damaged("resources", "unknown status"))
    }
}

/// One upstream object that Dezky wants, and how far it is.
#[derive(Debug, Clone)]
pub struct Resource {
    /// Its id, also the ownership mark.
    pub id: String,
    /// Whose it is.
    pub owner: String,
    /// Its kind.
    pub kind: String,
    /// Its name, unique in its kind.
    pub name: String,
    /// How it should be; none when it should be gone.
    pub spec: Option<Value>,
    /// Counts the changes of the spec.
    pub spec_version: i64,
    /// Its id upstream, once known.
    pub upstream_id: Option<String>,
    /// Where it stands.
    pub status: Status,
    /// The stable word for why it is skipped, still pending, or stopped before a removal.
    pub reason: Option<String>,
    /// What the last attempt ran into.
    pub error: Option<StepError>,
    /// How many attempts failed in a row.
    pub attempts: u32,
    /// How often it was looked whether what is waited for is there.
    pub looks: u32,
    /// When it was last tried.
    pub attempted_at: Option<Timestamp>,
    /// When it is tried next.
    pub next_at: Timestamp,
    /// Set from before a create until its outcome is known.
    pub(crate) intent_at: Option<Timestamp>,
    /// From when on it may be destroyed.
    pub destroy_after: Option<Timestamp>,
    /// When it last changed.
    pub updated_at: Timestamp,
    /// Since when its end is ordered by somebody.
    pub(crate) ordered_at: Option<Timestamp>,
    /// True while it waits for a person: to be destroyed, or to be made again.
    pub(crate) is_stopped: bool,
    /// True from a restore from a backup until its object was seen: it may be gone since.
    pub(crate) is_restored: bool,
    pub(crate) lease_holder: Option<String>,
    /// The ids upstream of what it needs, in the order of [`crate::Kind::needs`].
    pub needed: Vec<String>,
    /// What was wanted last of one that should be gone.
    pub(crate) former: Option<Value>,
}

impl Resource {
    /// True after an attempt to make it whose outcome nobody knows: what is there under its name is then its object.
    pub(crate) fn is_in_doubt(&self) -> bool {
        self.intent_at.is_some() && self.upstream_id.is_none()
    }

    /// True once the object is known upstream.
    pub(crate) fn is_begun(&self) -> bool {
        self.upstream_id.is_some()
    }

    /// Stands for an object that nothing wants, so that its kind can read it.
    pub fn probe(kind: &str, name: &str, upstream_id: &str) -> Self {
        let never = Timestamp::from_micros(0);
        Self {
            id: String::new(),
            owner: String::new(),
            kind: kind.to_owned(),
            name: name.to_owned(),
            spec: None,
            spec_version: 0,
            upstream_id: Some(upstream_id.to_owned()),
            status: Status::Ok,
            reason: None,
            error: None,
            attempts: 0,
            looks: 0,
            attempted_at: None,
            next_at: never,
            intent_at: None,
            destroy_after: None,
            updated_at: never,
            ordered_at: None,
            is_stopped: false,
            is_restored: false,
            lease_holder: None,
            needed: Vec::new(),
            former: None,
        }
    }
}

/// Stands in place of a tenant in what a restore stopped (`backup/src/aftermath.rs`).
const RESTORED: &str = "restore";

/// Why a resource is skipped whose object is missing by somebody's leave.
pub(crate) const DRIFT_ACCEPTED: &str = "drift_accepted";

/// Later than any clock: nothing is due.
pub(crate) const NEVER: i64 = i64::MAX;

pub(crate) fn resource(row: resources::Model) -> Result<Resource, Error> {
    let spec = row.spec.as_deref().map(serde_json::from_str).transpose();
    Ok(Resource {
        spec: spec.map_err(|error| Error::damaged("resources", error))?,
        status: Status::parse(&row.status)?,
        attempts: u32::try_from(row.attempts).unwrap_or(u32::MAX),
        looks: u32::try_from(row.looks).unwrap_or(u32::MAX),
        ordered_at: row.ordered_at.map(Timestamp::from_micros),
        is_stopped: row.stopped_at.is_some(),
        is_restored: row.stopped_at.is_some() && row.stopped_in.as_deref() == Some(RESTORED),
        attempted_at: row.attempted_at.map(Timestamp::from_micros),
        next_at: Timestamp::from_micros(row.next_at),
        intent_at: row.intent_at.map(Timestamp::from_micros),
        destroy_after: row.destroy_after.map(Timestamp::from_micros),
        updated_at: Timestamp::from_micros(row.updated_at),
        id: row.id,
        owner: row.owner,
        kind: row.kind,
        name: row.name,
        spec_version: row.spec_version,
        upstream_id: row.upstream_id,
        reason: row.reason,
        error: StepError::read(row.error, row.obstacle.as_deref()),
        lease_holder: row.lease_holder,
        needed: Vec::new(),
        former: None,
    })
}

pub(crate) async fn find(
    tx: &Tx,
    owner: &str,
    kind: &str,
    name: &str,
) -> Result<Option<resources::Model>, Error> {
    Ok(resources::Entity::find()
        .filter(resources::Column::Owner.eq(owner))
        .filter(resources::Column::Kind.eq(kind))
        .filter(resources::Column::Name.eq(name))
        .one(&**tx)
        .await?)
}

/// True of the id of a resource, whatever it is of.
pub(crate) async fn is_known(on: &impl ConnectionTrait, id: &str) -> Result<bool, Error> {
    Ok(resources::Entity::find_by_id(id).count(on).await? > 0)
}

/// The resource of a kind and name, whoever owns it.
pub async fn named(on: &impl ConnectionTrait, kind: &str, name: &str) -> Result<Option<Resource>, Error> {
    Ok(named_any(on, &[kind], &[name.to_owned()]).await?.pop())
}

/// The resources of these kinds that have one of these names, whoever owns them.
pub async fn named_any(
    on: &impl ConnectionTrait,
    kinds: &[&str],
    names: &[String],
) -> Result<Vec<Resource>, Error> {
    let rows = resources::Entity::find()
        .filter(resources::Column::Kind.is_in(kinds.iter().copied()))
        .filter(resources::Column::Name.is_in(names))
        .all(on)
        .await?;
    rows.into_iter().map(resource).collect()
}

/// The resource of a kind and name, locked until the transaction ends.
pub(crate) async fn lock_named(tx: &Tx, kind: &str, name: &str) -> Result<Option<Resource>, Error> {
    let row = resources::Entity::find()
        .filter(resources::Column::Kind.eq(kind))
        .filter(resources::Column::Name.eq(name))
        .lock_exclusive()
        .one(&**tx)
        .await?;
    row.map(resource).transpose()
}

/// Makes due what waits for the resource of this key; gives how many.
pub(crate) async fn wake_waiting(tx: &Tx, now: Timestamp, key: &str) -> Result<u64, Error> {
    let change = resources::ActiveModel { next_at: Set(now.micros()), ..Default::default() };
    let result = resources::Entity::update_many()
        .set(change)
        .filter(resources::Column::WaitsFor.eq(key))
        .exec(&**tx)
        .await?;
    Ok(result.rows_affected)
}

/// All resources of a kind.
pub(crate) async fn of_kind(on: &impl ConnectionTrait, kind: &str) -> Result<Vec<Resource>, Error> {
    let rows = resources::Entity::find().filter(resources::Column::Kind.eq(kind)).all(on).await?;
    rows.into_iter().map(resource).collect()
}

/// True when another owner has an object of that kind and name.
pub async fn is_taken(
    on: &impl ConnectionTrait,
    kind: &str,
    name: &str,
    by_other_than: &str,
) -> Result<bool, Error> {
    let other = resources::Entity::find()
        .filter(resources::Column::Kind.eq(kind))
        .filter(resources::Column::Name.eq(name))
        .filter(resources::Column::Owner.ne(by_other_than));
    Ok(other.one(on).await?.is_some())
}

/// How many resources fail now, and those of them that were tried most often.
pub async fn failing(on: &impl ConnectionTrait, most: u64) -> Result<(u64, Vec<Resource>), Error> {
    let select = resources::Entity::find().filter(resources::Column::Status.eq(Status::Error.as_str()));
    let count = select.clone().count(on).await?;
    let rows = select.order_by_desc(resources::Column::Attempts).limit(most).all(on).await?;
    let failing: Result<Vec<_>, Error> = rows.into_iter().map(resource).collect();
    Ok((count, failing?))
}

/// The owners with something that fails now, as a subquery for other tables' filters.
pub fn failing_owners() -> SelectStatement {
    resources::Entity::find()
        .select_only()
        .column(resources::Column::Owner)
        .filter(resources::Column::Status.eq(Status::Error.as_str()))
        .into_query()
}

/// The owners that want an object of this kind, as a subquery for other tables' filters.
pub fn wanting_owners(kind: &str) -> SelectStatement {
    resources::Entity::find()
        .select_only()
        .column(resources::Column::Owner)
        .filter(resources::Column::Kind.eq(kind))
        .filter(resources::Column::Spec.is_not_null())
        .into_query()
}

/// Makes what is wanted of a kind due at once, though it was settled: what it needs has become another.
pub async fn look_again(tx: &Tx, clock: &Clock, owner: &str, kind: &str) -> Result<(), Error> {
    look_again_at(tx, clock, owner, Condition::all().add(resources::Column::Kind.eq(kind))).await
}

/// The same of all that an owner wants: somebody said again how it should be.
pub async fn look_again_at_all(tx: &Tx, clock: &Clock, owner: &str) -> Result<(), Error> {
    look_again_at(tx, clock, owner, Condition::all()).await
}

async fn look_again_at(tx: &Tx, clock: &Clock, owner: &str, which: Condition) -> Result<(), Error> {
    tx.wake();
    let now = clock.now().micros();
    let change = resources::ActiveModel {
        status: Set(Status::Pending.as_str().to_owned()),
        reason: Set(None),
        error: Set(None),
        obstacle: Set(None),
        next_at: Set(now),
        updated_at: Set(now),
        ..Default::default()
    };
    resources::Entity::update_many()
        .set(change)
        .filter(resources::Column::Owner.eq(owner))
        .filter(which)
        .filter(resources::Column::Spec.is_not_null())
        .filter(resources::Column::Status.ne(Status::Skipped.as_str()))
        .exec(&**tx)
        .await?;
    Ok(())
}

/// Makes everything of these owners that isn't done due at once; gives how many.
pub async fn retry_now(tx: &Tx, clock: &Clock, owners: &[String]) -> Result<u64, Error> {
    tx.wake();
    let now = clock.now().micros();
    let undone = [Status::Pending.as_str(), Status::Error.as_str()];
    let change = resources::ActiveModel { next_at: Set(now), updated_at: Set(now), ..Default::default() };
    let may_start = Condition::any()
        .add(resources::Column::DestroyAfter.is_null())
        .add(resources::Column::DestroyAfter.lte(now));
    let result = resources::Entity::update_many()
        .set(change)
        .filter(resources::Column::Owner.is_in(owners))
        .filter(resources::Column::Status.is_in(undone))
        .filter(may_start)
        .exec(&**tx)
        .await?;
    Ok(result.rows_affected)
}

/// Makes due what was skipped because its upstream was off, now that it is on.
pub(crate) async fn wake_skipped(db: &Db, now: Timestamp, kind: &str) -> Result<u64, Error> {
    let change = resources::ActiveModel {
        status: Set(Status::Pending.as_str().to_owned()),
        reason: Set(None),
        next_at: Set(now.micros()),
        ..Default::default()
    };
    let result = resources::Entity::update_many()
        .set(change)
        .filter(resources::Column::Kind.eq(kind))
        .filter(resources::Column::Status.eq(Status::Skipped.as_str()))
        .exec(&*db.write().await?)
        .await?;
    Ok(result.rows_affected)
}

fn unleased(now: Timestamp) -> Condition {
    Condition::any()
        .add(resources::Column::LeaseUntil.is_null())
        .add(resources::Column::LeaseUntil.lt(now.micros()))
}

/// Due resources of the kinds of one upstream, as ids with their owners. Owners take turns, the next after
/// `last_served` first, so that one with much work holds up nobody. Of those that write into one object only the first
/// comes, and none while another has the turn.
pub(crate) async fn due(
    db: &Db,
    now: Timestamp,
    kinds: &[&str],
    last_served: &str,
    most: u64,
) -> Result<Vec<(String, String)>, Error> {
    let rows = db.read().query_all(&due_query(now, kinds, last_served, most)).await?;
    rows.iter().map(|row| Ok((row.try_get("", "id")?, row.try_get("", "owner")?))).collect()
}

fn due_query(now: Timestamp, kinds: &[&str], last_served: &str, most: u64) -> SelectStatement {
    let within_owner = WindowStatement::partition_by(resources::Column::Owner)
        .order_by(resources::Column::NextAt, Order::Asc)
        .take();
    let within_turn = WindowStatement::partition_by_custom("COALESCE(turn, id)")
        .order_by(resources::Column::NextAt, Order::Asc)
        .order_by(resources::Column::Id, Order::Asc)
        .take();
    let ranked = resources::Entity::find()
        .select_only()
        .column(resources::Column::Id)
        .column(resources::Column::Owner)
        .filter(is_of_kinds(kinds))
        .filter(resources::Column::NextAt.lte(now.micros()))
        .filter(is_ever_due())
        .filter(unleased(now))
        .filter(neighbours::is_free(now))
        .into_query()
        .expr_window_as(Func::cust("ROW_NUMBER"), within_owner, "rank")
        .expr_window_as(Func::cust("ROW_NUMBER"), within_turn, "neighbour")
        .take();
    Query::select()
        .columns(["id", "owner"])
        .from_subquery(ranked, "due")
        .and_where(Expr::col("neighbour").eq(1))
        .order_by("rank", Order::Asc)
        .order_by_expr(Expr::col("owner").lte(last_served), Order::Asc)
        .order_by("owner", Order::Asc)
        .limit(most)
        .take()
}

/// Not by the index of kinds and names: most of a kind is settled.
fn is_of_kinds(kinds: &[&str]) -> SimpleExpr {
    Expr::cust("resources.kind || ''").is_in(kinds.iter().copied())
}

/// The condition of the index over what is due, in its very words: a bound value would not be known for it.
pub(crate) fn is_ever_due() -> SimpleExpr {
    Expr::cust(format!("resources.next_at < {NEVER}"))
}

/// When the next of the resources of these kinds is due, unless somebody works on it.
pub(crate) async fn next_due(db: &Db, now: Timestamp, kinds: &[&str]) -> Result<Option<Timestamp>, Error> {
    let first: Option<i64> = next_due_query(now, kinds).into_tuple().one(db.read()).await?;
    Ok(first.map(Timestamp::from_micros))
}

fn next_due_query(now: Timestamp, kinds: &[&str]) -> Select<resources::Entity> {
    resources::Entity::find()
        .select_only()
        .column(resources::Column::NextAt)
        .filter(is_of_kinds(kinds))
        .filter(resources::Column::NextAt.gt(now.micros()))
        .filter(is_ever_due())
        .order_by_asc(resources::Column::NextAt)
        .limit(1)
}

/// Says of what was never tried why it waits, while its upstream is left alone. It stays due.
pub(crate) async fn hold(db: &Db, now: Timestamp, kinds: &[&str], why: &str) -> Result<(), Error> {
    let change = resources::ActiveModel {
        status: Set(Status::Error.as_str().to_owned()),
        error: Set(Some(why.to_owned())),
        obstacle: Set(None),
        updated_at: Set(now.micros()),
        ..Default::default()
    };
    resources::Entity::update_many()
        .set(change)
        .filter(is_of_kinds(kinds))
        .filter(resources::Column::Status.eq(Status::Pending.as_str()))
        .filter(resources::Column::NextAt.lte(now.micros()))
        .filter(is_ever_due())
        .filter(unleased(now))
        .exec(&*db.write().await?)
        .await?;
    Ok(())
}

/// Makes due at once what failed, now that its upstream answers again.
pub(crate) async fn wake_failed(db: &Db, now: Timestamp, upstream: &str) -> Result<(), Error> {
    let change = resources::ActiveModel { next_at: Set(now.micros()), ..Default::default() };
    resources::Entity::update_many()
        .set(change)
        .filter(resources::Column::Kind.starts_with(format!("{upstream}.")))
        .filter(resources::Column::Status.eq(Status::Error.as_str()))
        .filter(resources::Column::NextAt.gt(now.micros()))
        .exec(&*db.write().await?)
        .await?;
    Ok(())
}

/// Takes the leases of resources; gives those that no other holds and that are still due, or `even_if_not_due`.
pub(crate) async fn claim(
    db: &Db,
    now: Timestamp,
    ids: &[String],
    until: Timestamp,
    even_if_not_due: bool,
) -> Result<Vec<Resource>, Error> {
    if ids.is_empty() {
        return Ok(Vec::new());
    }
    let mut update = resources::Entity::update_many()
        .set(resources::ActiveModel {
            lease_until: Set(Some(until.micros())),
            lease_holder: Set(Some(random_token())),
            attempted_at: Set(Some(now.micros())),
            // Due until the result is written: whoever comes after a crash must find it.
            next_at: if even_if_not_due { Set(now.micros()) } else { NotSet },
            ..Default::default()
        })
        .filter(resources::Column::Id.is_in(ids))
        .filter(unleased(now));
    if !even_if_not_due {
        update = update.filter(resources::Column::NextAt.lte(now.micros()));
    }
    let rows = update.exec_with_returning(&*db.write().await?).await?;
    rows.into_iter().map(resource).collect()
}

/// Commits the intent to create, before the call; false when the lease was lost. A former id goes with it: after a
/// crash the object is searched for by its mark, not read by the id of one that is gone.
pub(crate) async fn intend(
    db: &Db,
    now: Timestamp,
    until: Timestamp,
    resource: &Resource,
) -> Result<bool, Error> {
    let change = resources::ActiveModel {
        intent_at: Set(Some(now.micros())),
        upstream_id: Set(None),
        lease_until: Set(Some(until.micros())),
        ..Default::default()
    };
    change_leased(db, resource, change).await
}

/// Holds the lease for longer; false when it was lost.
pub(crate) async fn renew(db: &Db, until: Timestamp, resource: &Resource) -> Result<bool, Error> {
    let change = resources::ActiveModel { lease_until: Set(Some(until.micros())), ..Default::default() };
    change_leased(db, resource, change).await
}

async fn change_leased(db: &Db, resource: &Resource, change: resources::ActiveModel) -> Result<bool, Error> {
    let done = resources::Entity::update_many()
        .set(change)
        .filter(resources::Column::Id.eq(&resource.id))
        .filter(resources::Column::LeaseHolder.eq(resource.lease_holder.clone()))
        .exec(&*db.write().await?)
        .await?;
    Ok(done.rows_affected == 1)
}

/// Writes what a step found out and gives the lease back. `facts` about the upstream hold in any case; the
/// `verdict` only for the spec that it was reached with: a spec that changed meanwhile is due again already.
pub(crate) async fn finish(
    tx: &Tx,
    resource: &Resource,
    facts: resources::ActiveModel,
    verdict: resources::ActiveModel,
) -> Result<(), Error> {
    let both = resources::ActiveModel {
        upstream_id: facts.upstream_id.clone(),
        intent_at: facts.intent_at.clone(),
        lease_until: Set(None),
        lease_holder: Set(None),
        ..verdict
    };
    let done = resources::Entity::update_many()
        .set(both)
        .filter(resources::Column::Id.eq(&resource.id))
        .filter(resources::Column::LeaseHolder.eq(resource.lease_holder.clone()))
        .filter(resources::Column::SpecVersion.eq(resource.spec_version))
        .exec(&**tx)
        .await?;
    if done.rows_affected == 1 { Ok(()) } else { release(tx, resource, facts).await }
}

async fn release(tx: &Tx, resource: &Resource, facts: resources::ActiveModel) -> Result<(), Error> {
    resources::Entity::update_many()
        .set(resources::ActiveModel { lease_until: Set(None), lease_holder: Set(None), ..facts })
        .filter(resources::Column::Id.eq(&resource.id))
        .filter(resources::Column::LeaseHolder.eq(resource.lease_holder.clone()))
        .exec(&**tx)
        .await?;
    Ok(())
}

/// Removes the row of an object that is gone, as it should be. A row that is wanted again meanwhile stays and is due.
pub(crate) async fn forget(tx: &Tx, resource: &Resource) -> Result<(), Error> {
    let row = resources::Entity::find_by_id(&resource.id).lock_exclusive().one(&**tx).await?;
    let Some(row) = row.filter(|row| row.lease_holder == resource.lease_holder) else {
        return Ok(());
    };
    if row.spec_version != resource.spec_version {
        let gone =
            resources::ActiveModel { upstream_id: Set(None), intent_at: Set(None), ..Default::default() };
        return release(tx, resource, gone).await;
    }
    history::Entity::delete_many().filter(history::Column::ResourceId.eq(&resource.id)).exec(&**tx).await?;
    resources::Entity::delete_by_id(&resource.id).exec(&**tx).await?;
    Ok(())
}

#[cfg(test)]
mod tests;
