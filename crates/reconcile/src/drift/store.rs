//! Every query on drifts and their acceptances.

use db::{Db, Error, Tx};
use kernel::cursor::Page;
use kernel::{Clock, Cursor, DriftId, Timestamp};
use sea_orm::sea_query::{Expr, ExprTrait as _, OnConflict, SimpleExpr};
use sea_orm::{
    ColumnTrait, Condition, ConnectionTrait, EntityTrait, PaginatorTrait, QueryFilter, QueryOrder,
    QuerySelect, QueryTrait as _, Set,
};

use super::{Acceptance, Difference, Drift, Subject};
use crate::kind::FieldChange;
use crate::obstacle::StepError;
use crate::store::Status;
use crate::tables::{acceptances, drifts, resources, scans};

fn difference(word: &str, table: &'static str) -> Result<Difference, Error> {
    Difference::parse(word).ok_or_else(|| Error::damaged(table, "unknown difference"))
}

fn fields(text: &str, table: &'static str) -> Result<Vec<FieldChange>, Error> {
    serde_json::from_str(text).map_err(|error| Error::damaged(table, error))
}

fn text_of(fields: &[FieldChange]) -> String {
    serde_json::json!(fields).to_string()
}

fn read_drift(row: drifts::Model) -> Result<Drift, Error> {
    Ok(Drift {
        subject: Subject {
            difference: difference(&row.difference, "drifts")?,
            fields: fields(&row.fields, "drifts")?,
            owner: row.owner,
            kind: row.kind,
            object: row.object,
            name: row.name,
        },
        id: row.id,
        upstream_id: row.upstream_id,
        found_at: Timestamp::from_micros(row.found_at),
        seen_at: Timestamp::from_micros(row.seen_at),
    })
}

pub(super) fn read_acceptance(row: acceptances::Model) -> Result<Acceptance, Error> {
    Ok(Acceptance {
        subject: Subject {
            difference: difference(&row.difference, "drift_acceptances")?,
            fields: fields(&row.fields, "drift_acceptances")?,
            owner: row.owner,
            kind: row.kind,
            object: row.object,
            name: row.name,
        },
        id: row.id,
        reason: row.reason,
        accepted_by: row.accepted_by,
        accepted_at: Timestamp::from_micros(row.accepted_at),
        expires_at: Timestamp::from_micros(row.expires_at),
    })
}

/// Which drifts to list.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct DriftFilter {
    /// Of this upstream.
    pub upstream: Option<String>,
    /// Of this sort.
    pub difference: Option<Difference>,
}

/// A page of open drifts, the latest found first.
pub async fn page(
    on: &impl ConnectionTrait,
    filter: &DriftFilter,
    after: Option<&Cursor>,
    limit: u64,
) -> Result<Page<Drift>, Error> {
    let mut narrow = Condition::all().add(current());
    if let Some(upstream) = &filter.upstream {
        narrow = narrow.add(drifts::Column::Kind.starts_with(format!("{upstream}.")));
    }
    if let Some(difference) = filter.difference {
        narrow = narrow.add(drifts::Column::Difference.eq(difference.as_str()));
    }
    if let Some([id]) = after.map(|cursor| cursor.0.as_slice()) {
        narrow = narrow.add(drifts::Column::Id.lt(id));
    }
    let select = drifts::Entity::find()
        .filter(narrow)
        .order_by_desc(drifts::Column::Id)
        .limit(limit.saturating_add(1));
    let rows: Result<Vec<Drift>, Error> = select.all(on).await?.into_iter().map(read_drift).collect();
    let key = |drift: &Drift| vec![drift.id.clone()];
    Ok(Page::from_overfull(rows?, usize::try_from(limit).unwrap_or(usize::MAX), key))
}

/// How many drifts are open.
pub async fn count(on: &impl ConnectionTrait) -> Result<u64, Error> {
    Ok(drifts::Entity::find().filter(current()).count(on).await?)
}

/// How many of them are about what is, or was, Dezky's. What is foreign waits for nothing.
pub async fn count_ours(on: &impl ConnectionTrait) -> Result<u64, Error> {
    let ours = drifts::Column::Difference.ne(Difference::Foreign.as_str());
    Ok(drifts::Entity::find().filter(current()).filter(ours).count(on).await?)
}

/// Leaves out what something was done about since it was seen; the next scan tells.
fn current() -> SimpleExpr {
    let done = resources::Entity::find()
        .select_only()
        .column(resources::Column::Id)
        .filter(
            Expr::col((resources::Entity, resources::Column::Id))
                .eq(Expr::col((drifts::Entity, drifts::Column::Object))),
        )
        .filter(
            Expr::col((resources::Entity, resources::Column::UpdatedAt))
                .gt(Expr::col((drifts::Entity, drifts::Column::SeenAt))),
        )
        .into_query();
    Expr::exists(done).not()
}

/// An open drift.
pub async fn drift(on: &impl ConnectionTrait, id: &str) -> Result<Option<Drift>, Error> {
    drifts::Entity::find_by_id(id).one(on).await?.map(read_drift).transpose()
}

/// The acceptances that count now, of these owners or of all; those that end first come first.
pub async fn acceptances(
    on: &impl ConnectionTrait,
    now: Timestamp,
    owners: Option<&[String]>,
    most: u64,
) -> Result<Vec<Acceptance>, Error> {
    let mut select =
        acceptances::Entity::find().filter(acceptances::Column::ExpiresAt.gt(now.micros())).limit(most);
    if let Some(owners) = owners {
        select = select.filter(acceptances::Column::Owner.is_in(owners));
    }
    let rows = select.order_by_asc(acceptances::Column::ExpiresAt).all(on).await?;
    rows.into_iter().map(read_acceptance).collect()
}

/// An acceptance, still counting or not.
pub async fn acceptance(on: &impl ConnectionTrait, id: &str) -> Result<Option<Acceptance>, Error> {
    acceptances::Entity::find_by_id(id).one(on).await?.map(read_acceptance).transpose()
}

/// Lets a difference stay until `expires_at`. It leaves the list of open ones; another difference of the same object
/// is found anew.
pub async fn accept(
    tx: &Tx,
    clock: &Clock,
    subject: Subject,
    reason: String,
    accepted_by: String,
    expires_at: Timestamp,
) -> Result<Acceptance, Error> {
    drifts::Entity::delete_many()
        .filter(drifts::Column::Kind.eq(&subject.kind))
        .filter(drifts::Column::Object.eq(&subject.object))
        .exec(&**tx)
        .await?;
    let accepted_at = clock.now();
    let row = acceptances::ActiveModel {
        id: Set(DriftId::new(clock).to_string()),
        owner: Set(subject.owner),
        kind: Set(subject.kind),
        object: Set(subject.object),
        name: Set(subject.name),
        difference: Set(subject.difference.as_str().to_owned()),
        fields: Set(text_of(&subject.fields)),
        reason: Set(reason),
        accepted_by: Set(accepted_by),
        accepted_at: Set(accepted_at.micros()),
        expires_at: Set(expires_at.micros()),
    };
    read_acceptance(acceptances::Entity::insert(row).exec_with_returning(&**tx).await?)
}

/// Ends an acceptance before its time.
pub async fn withdraw(tx: &Tx, id: &str) -> Result<(), Error> {
    acceptances::Entity::delete_by_id(id).exec(&**tx).await?;
    Ok(())
}

/// Makes a foreign object the one that a resource stands for, at a person's wish. What Dezky owns of it is mended next.
pub async fn take_over(tx: &Tx, clock: &Clock, resource: &str, upstream_id: &str) -> Result<(), Error> {
    tx.wake();
    let now = clock.now().micros();
    let change = resources::ActiveModel {
        upstream_id: Set(Some(upstream_id.to_owned())),
        intent_at: Set(None),
        status: Set(Status::Pending.as_str().to_owned()),
        reason: Set(None),
        error: Set(None),
        obstacle: Set(None),
        attempts: Set(0),
        next_at: Set(now),
        // Whoever works on it knows of no object yet, and must not write so.
        lease_until: Set(None),
        lease_holder: Set(None),
        updated_at: Set(now),
        ..Default::default()
    };
    resources::Entity::update_many()
        .set(change)
        .filter(resources::Column::Id.eq(resource))
        .exec(&**tx)
        .await?;
    drifts::Entity::delete_many().filter(drifts::Column::Object.eq(upstream_id)).exec(&**tx).await?;
    Ok(())
}

/// When the objects of a kind were last read, and why they could not be.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Scanned {
    /// The kind.
    pub kind: String,
    /// When it was tried last.
    pub at: Timestamp,
    /// Why the upstream did not give its list; what was found before stands.
    pub error: Option<StepError>,
}

/// How the last scan of each kind went.
pub async fn scans(on: &impl ConnectionTrait) -> Result<Vec<Scanned>, Error> {
    let rows = scans::Entity::find().order_by_asc(scans::Column::Kind).all(on).await?;
    let scanned = |row: scans::Model| Scanned {
        kind: row.kind,
        at: Timestamp::from_micros(row.at),
        error: StepError::read(row.error, row.obstacle.as_deref()),
    };
    Ok(rows.into_iter().map(scanned).collect())
}

pub(super) async fn note_scan(db: &Db, scanned: &Scanned) -> Result<(), Error> {
    let (error, obstacle) = StepError::columns(scanned.error.as_ref());
    let row = scans::ActiveModel {
        kind: Set(scanned.kind.clone()),
        at: Set(scanned.at.micros()),
        error: Set(error),
        obstacle: Set(obstacle),
    };
    let again = OnConflict::column(scans::Column::Kind)
        .update_columns([scans::Column::At, scans::Column::Error, scans::Column::Obstacle])
        .to_owned();
    scans::Entity::insert(row).on_conflict(again).exec_without_returning(&*db.write().await?).await?;
    Ok(())
}

/// What a scan found of one object.
#[derive(Debug, Clone)]
pub(super) struct Found {
    pub subject: Subject,
    pub upstream_id: Option<String>,
    /// The version of the spec that it was compared with; none for what nothing wants.
    pub spec_version: Option<i64>,
}

/// Notes what was found; true when it is new or differs in another way than before.
pub(super) async fn note(tx: &Tx, clock: &Clock, seen_at: Timestamp, found: &Found) -> Result<bool, Error> {
    let subject = &found.subject;
    let before = drifts::Entity::find()
        .filter(drifts::Column::Kind.eq(&subject.kind))
        .filter(drifts::Column::Object.eq(&subject.object))
        .one(&**tx)
        .await?;
    let fields = text_of(&subject.fields);
    let Some(before) = before else {
        let now = clock.now().micros();
        let row = drifts::ActiveModel {
            id: Set(DriftId::new(clock).to_string()),
            owner: Set(subject.owner.clone()),
            kind: Set(subject.kind.clone()),
            object: Set(subject.object.clone()),
            name: Set(subject.name.clone()),
            upstream_id: Set(found.upstream_id.clone()),
            difference: Set(subject.difference.as_str().to_owned()),
            fields: Set(fields),
            found_at: Set(now),
            seen_at: Set(seen_at.micros()),
        };
        drifts::Entity::insert(row).exec_without_returning(&**tx).await?;
        return Ok(true);
    };
    let is_new = before.difference != subject.difference.as_str() || before.fields != fields;
    let change = drifts::ActiveModel {
        difference: Set(subject.difference.as_str().to_owned()),
        fields: Set(fields),
        name: Set(subject.name.clone()),
        seen_at: Set(seen_at.micros()),
        ..Default::default()
    };
    drifts::Entity::update_many().set(change).filter(drifts::Column::Id.eq(before.id)).exec(&**tx).await?;
    Ok(is_new)
}

/// True while the resource is settled with the spec that was compared: otherwise the difference was a change under way.
pub(super) async fn still_stands(tx: &Tx, found: &Found) -> Result<bool, Error> {
    let Some(version) = found.spec_version else { return Ok(true) };
    let row = resources::Entity::find_by_id(&found.subject.object).one(&**tx).await?;
    Ok(row.is_some_and(|row| {
        row.spec_version == version
            && row.lease_until.is_none()
            && [Status::Ok.as_str(), Status::Skipped.as_str()].contains(&row.status.as_str())
    }))
}

/// Forgets the drifts of a kind that a scan saw no more, and acceptances whose time is over.
pub(super) async fn forget_unseen(
    db: &Db,
    kind: &str,
    since: Timestamp,
    now: Timestamp,
) -> Result<(), Error> {
    let write = db.write().await?;
    drifts::Entity::delete_many()
        .filter(drifts::Column::Kind.eq(kind))
        .filter(drifts::Column::SeenAt.lt(since.micros()))
        .exec(&*write)
        .await?;
    acceptances::Entity::delete_many()
        .filter(acceptances::Column::Kind.eq(kind))
        .filter(acceptances::Column::ExpiresAt.lte(now.micros()))
        .exec(&*write)
        .await?;
    Ok(())
}
