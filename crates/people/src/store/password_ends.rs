//! Every query on the ends of generated passwords, which are asked for by the clock.

use db::{Error, Tx};
use kernel::{Timestamp, UserId};
use sea_orm::sea_query::{Expr, ExprTrait, OnConflict, Query};
use sea_orm::{
    ColumnTrait, Condition, ConnectionTrait, EntityTrait, QueryFilter, QueryOrder, QuerySelect, Set,
};

use crate::tables::{password_ends, users};

/// Who has had a generated password since before then that still opens something, and since when: those whose end was
/// not asked for yet, the oldest first.
pub async fn due(
    on: &impl ConnectionTrait,
    before: Timestamp,
    most: u64,
) -> Result<Vec<(UserId, Timestamp)>, Error> {
    let asked = Query::select()
        .expr(Expr::val(1))
        .from(password_ends::Entity)
        .and_where(
            Expr::col((password_ends::Entity, password_ends::Column::UserId))
                .equals((users::Entity, users::Column::Id)),
        )
        .and_where(
            Expr::col((password_ends::Entity, password_ends::Column::Since))
                .equals((users::Entity, users::Column::OtpSetAt)),
        )
        .to_owned();
    let rows = users::Entity::find()
        .filter(users::Column::OtpSetAt.lt(before.micros()))
        .filter(users::Column::OtpEndedAt.is_null())
        .filter(users::Column::RemovedAt.is_null())
        .filter(Expr::exists(asked).not())
        .order_by_asc(users::Column::OtpSetAt)
        .order_by_asc(users::Column::Id)
        .limit(most)
        .all(on)
        .await?;
    let since = |row: &users::Model| Some((row.id.parse().ok()?, Timestamp::from_micros(row.otp_set_at?)));
    Ok(rows.iter().filter_map(since).collect())
}

/// A generated password whose end was asked for, and which may still open something.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct PasswordEnd {
    /// Whose.
    pub user: UserId,
    /// When it was made.
    pub since: Timestamp,
    /// How often ending it failed.
    pub attempts: i64,
}

/// Asks for the end of the password that was generated at a moment, in place of one that was generated before.
pub async fn ask(tx: &Tx, user: UserId, since: Timestamp, now: Timestamp) -> Result<(), Error> {
    use password_ends::Column as P;
    let row = password_ends::ActiveModel {
        user_id: Set(user.to_string()),
        since: Set(since.micros()),
        attempts: Set(0),
        next_at: Set(now.micros()),
    };
    let again = OnConflict::column(P::UserId).update_columns([P::Since, P::Attempts, P::NextAt]).to_owned();
    password_ends::Entity::insert(row).on_conflict(again).exec_without_returning(&**tx).await?;
    Ok(())
}

/// Those that are due, whoever waits longest first. They are put off until `again`, so that a crash repeats them.
pub async fn claim(tx: &Tx, now: Timestamp, again: Timestamp, most: u64) -> Result<Vec<PasswordEnd>, Error> {
    let due = password_ends::Entity::find()
        .filter(password_ends::Column::NextAt.lte(now.micros()))
        .order_by_asc(password_ends::Column::NextAt)
        .limit(most)
        .lock_exclusive()
        .all(&**tx)
        .await?;
    password_ends::Entity::update_many()
        .col_expr(password_ends::Column::NextAt, again.micros().into())
        .filter(password_ends::Column::UserId.is_in(due.iter().map(|row| row.user_id.clone())))
        .exec(&**tx)
        .await?;
    let parsed = |row: password_ends::Model| {
        let since = Timestamp::from_micros(row.since);
        Some(PasswordEnd { user: row.user_id.parse().ok()?, since, attempts: row.attempts })
    };
    Ok(due.into_iter().filter_map(parsed).collect())
}

fn this_end(end: &PasswordEnd) -> Condition {
    Condition::all()
        .add(password_ends::Column::UserId.eq(end.user.to_string()))
        .add(password_ends::Column::Since.eq(end.since.micros()))
}

/// Puts off one that failed.
pub async fn failed(tx: &Tx, end: &PasswordEnd, next: Timestamp) -> Result<(), Error> {
    let change = password_ends::ActiveModel {
        attempts: Set(end.attempts.saturating_add(1)),
        next_at: Set(next.micros()),
        ..Default::default()
    };
    password_ends::Entity::update_many().set(change).filter(this_end(end)).exec(&**tx).await?;
    Ok(())
}

/// Forgets one that is done, or no longer to be done.
pub async fn forget(tx: &Tx, end: &PasswordEnd) -> Result<(), Error> {
    password_ends::Entity::delete_many().filter(this_end(end)).exec(&**tx).await?;
    Ok(())
}

/// Since when a person's password is a generated one.
pub async fn password_due_since(on: &impl ConnectionTrait, user: UserId) -> Result<Option<Timestamp>, Error> {
    let row = users::Entity::find_by_id(user.to_string()).one(on).await?;
    Ok(row.and_then(|row| row.otp_set_at).map(Timestamp::from_micros))
}
