//! Every query on sign-ins that are to end.

use db::{Error, Tx};
use kernel::{Timestamp, UserId};
use sea_orm::sea_query::OnConflict;
use sea_orm::{ColumnTrait, ConnectionTrait, EntityTrait, QueryFilter, QueryOrder, QuerySelect, Set};

use crate::tables::sign_outs;

/// Asks for the end of a person's sign-ins at the identity provider.
pub async fn ask_sign_out(tx: &Tx, user: UserId, now: Timestamp) -> Result<(), Error> {
    let row = sign_outs::ActiveModel {
        user_id: Set(user.to_string()),
        since: Set(now.micros()),
        attempts: Set(0),
        next_at: Set(now.micros()),
        error: Set(None),
    };
    let again = [
        sign_outs::Column::Since,
        sign_outs::Column::Attempts,
        sign_outs::Column::NextAt,
        sign_outs::Column::Error,
    ];
    sign_outs::Entity::insert(row)
        .on_conflict(OnConflict::column(sign_outs::Column::UserId).update_columns(again).to_owned())
        .exec_without_returning(&**tx)
        .await?;
    Ok(())
}

/// Sign-outs that are due, and how often each was tried. They are put off until `again`, so that a crash repeats them.
pub async fn claim_sign_outs(
    tx: &Tx,
    now: Timestamp,
    again: Timestamp,
    most: u64,
) -> Result<Vec<(UserId, i64, Timestamp)>, Error> {
    let due = sign_outs::Entity::find()
        .filter(sign_outs::Column::NextAt.lte(now.micros()))
        .order_by_asc(sign_outs::Column::UserId)
        .limit(most)
        .lock_exclusive()
        .all(&**tx)
        .await?;
    let ids = due.iter().map(|row| row.user_id.clone());
    sign_outs::Entity::update_many()
        .col_expr(sign_outs::Column::NextAt, again.micros().into())
        .filter(sign_outs::Column::UserId.is_in(ids))
        .exec(&**tx)
        .await?;
    let parsed = |row: sign_outs::Model| {
        Some((row.user_id.parse().ok()?, row.attempts, Timestamp::from_micros(row.since)))
    };
    Ok(due.into_iter().filter_map(parsed).collect())
}

/// Forgets a sign-out that was done; false when one that was asked for meanwhile stays, or none was left.
pub async fn sign_out_done(tx: &Tx, user: UserId, since: Timestamp) -> Result<bool, Error> {
    let done = sign_outs::Entity::delete_many()
        .filter(sign_outs::Column::UserId.eq(user.to_string()))
        .filter(sign_outs::Column::Since.lte(since.micros()))
        .exec(&**tx)
        .await?;
    Ok(done.rows_affected > 0)
}

/// Leaves a sign-out to whoever asked for it, until then.
pub async fn put_off_sign_out(tx: &Tx, user: UserId, until: Timestamp) -> Result<(), Error> {
    sign_outs::Entity::update_many()
        .col_expr(sign_outs::Column::NextAt, until.micros().into())
        .filter(sign_outs::Column::UserId.eq(user.to_string()))
        .exec(&**tx)
        .await?;
    Ok(())
}

/// Puts off a sign-out that failed.
pub async fn sign_out_failed(
    tx: &Tx,
    user: UserId,
    attempts: i64,
    next: Timestamp,
    why: &str,
) -> Result<(), Error> {
    let change = sign_outs::ActiveModel {
        attempts: Set(attempts),
        next_at: Set(next.micros()),
        error: Set(Some(why.to_owned())),
        ..Default::default()
    };
    sign_outs::Entity::update_many()
        .set(change)
        .filter(sign_outs::Column::UserId.eq(user.to_string()))
        .exec(&**tx)
        .await?;
    Ok(())
}

/// Since when a person's sign-ins are to be ended, and why that failed so far.
pub async fn open_sign_out(
    on: &impl ConnectionTrait,
    user: UserId,
) -> Result<Option<(Timestamp, Option<String>)>, Error> {
    let row = sign_outs::Entity::find_by_id(user.to_string()).one(on).await?;
    Ok(row.map(|row| (Timestamp::from_micros(row.since), row.error)))
}
