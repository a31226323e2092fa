//! Every query on app passwords that are to end.

use db::{Error, Tx};
use kernel::{MemberId, Timestamp};
use sea_orm::sea_query::OnConflict;
use sea_orm::{
    ColumnTrait, Condition, ConnectionTrait, EntityTrait, QueryFilter, QueryOrder, QuerySelect, Set,
};

use crate::tables::app_password_ends::{ActiveModel, Column, Entity, Model};

/// The app passwords of a membership's mailbox, as far as they were made by then.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AppPasswordEnd {
    /// Whose.
    pub member: MemberId,
    /// When their end was asked for.
    pub since: Timestamp,
    /// How often it failed.
    pub attempts: i64,
}

fn end(row: &Model) -> Option<AppPasswordEnd> {
    let since = Timestamp::from_micros(row.since);
    Some(AppPasswordEnd { member: row.member_id.parse().ok()?, since, attempts: row.attempts })
}

/// Asks for their end, first tried at `next` by whoever comes by.
pub async fn ask(tx: &Tx, member: MemberId, now: Timestamp, next: Timestamp) -> Result<(), Error> {
    let row = ActiveModel {
        member_id: Set(member.to_string()),
        since: Set(now.micros()),
        attempts: Set(0),
        next_at: Set(next.micros()),
        error: Set(None),
    };
    let again = [Column::Since, Column::Attempts, Column::NextAt, Column::Error];
    let again = OnConflict::column(Column::MemberId).update_columns(again).to_owned();
    Entity::insert(row).on_conflict(again).exec_without_returning(&**tx).await?;
    Ok(())
}

/// What is open of a membership.
pub async fn open(on: &impl ConnectionTrait, member: MemberId) -> Result<Option<AppPasswordEnd>, Error> {
    Ok(Entity::find_by_id(member.to_string()).one(on).await?.as_ref().and_then(end))
}

/// Those that are due. They are put off until `again`, so that a crash repeats them.
pub async fn claim(
    tx: &Tx,
    now: Timestamp,
    again: Timestamp,
    most: u64,
) -> Result<Vec<AppPasswordEnd>, Error> {
    let due = Entity::find()
        .filter(Column::NextAt.lte(now.micros()))
        .order_by_asc(Column::MemberId)
        .limit(most)
        .lock_exclusive()
        .all(&**tx)
        .await?;
    Entity::update_many()
        .col_expr(Column::NextAt, again.micros().into())
        .filter(Column::MemberId.is_in(due.iter().map(|row| row.member_id.clone())))
        .exec(&**tx)
        .await?;
    Ok(due.iter().filter_map(end).collect())
}

fn this(end: &AppPasswordEnd) -> Condition {
    Condition::all()
        .add(Column::MemberId.eq(end.member.to_string()))
        .add(Column::Since.lte(end.since.micros()))
}

/// Forgets one that was done; one that was asked for meanwhile stays.
pub async fn done(tx: &Tx, end: &AppPasswordEnd) -> Result<(), Error> {
    Entity::delete_many().filter(this(end)).exec(&**tx).await?;
    Ok(())
}

/// Puts off one that failed.
pub async fn failed(tx: &Tx, end: &AppPasswordEnd, next: Timestamp, why: &str) -> Result<(), Error> {
    let change = ActiveModel {
        attempts: Set(end.attempts.saturating_add(1)),
        next_at: Set(next.micros()),
        error: Set(Some(why.to_owned())),
        ..Default::default()
    };
    Entity::update_many().set(change).filter(this(end)).exec(&**tx).await?;
    Ok(())
}

/// Forgets what is open of a membership that goes: its mailbox goes too.
pub async fn forget(tx: &Tx, member: MemberId) -> Result<(), Error> {
    Entity::delete_by_id(member.to_string()).exec(&**tx).await?;
    Ok(())
}
