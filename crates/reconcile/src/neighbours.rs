//! Those who write into one object upstream take turns, across instances: a lease on what they write into.

use db::{Db, Error, Tx};
use kernel::Timestamp;
use sea_orm::sea_query::{Expr, ExprTrait as _, OnConflict, Query, SelectStatement};
use sea_orm::{ColumnTrait, Condition, EntityTrait, QueryFilter, Set};

use crate::store::Resource;
use crate::tables::{resources, turns};

/// Resources that are claimed together have one lease.
fn holder(resource: &Resource) -> String {
    format!("{} {}", resource.id, resource.lease_holder.as_deref().unwrap_or_default())
}

/// Takes the turn of a key, or holds it for longer; false while another resource has it.
pub(crate) async fn take(
    db: &Db,
    now: Timestamp,
    until: Timestamp,
    key: &str,
    resource: &Resource,
) -> Result<bool, Error> {
    let holder = holder(resource);
    let row = turns::ActiveModel {
        key: Set(key.to_owned()),
        holder: Set(holder.clone()),
        until: Set(until.micros()),
    };
    let is_free = Condition::any()
        .add(Expr::col((turns::Entity, turns::Column::Until)).lt(now.micros()))
        .add(Expr::col((turns::Entity, turns::Column::Holder)).eq(holder));
    let unless_taken = OnConflict::column(turns::Column::Key)
        .update_columns([turns::Column::Holder, turns::Column::Until])
        .action_cond_where(is_free)
        .to_owned();
    let written = turns::Entity::insert(row)
        .on_conflict(unless_taken)
        .exec_without_returning(&*db.write().await?)
        .await?;
    Ok(written == 1)
}

fn of(resource: &Resource, key: &str) -> Condition {
    Condition::all().add(turns::Column::Key.eq(key)).add(turns::Column::Holder.eq(holder(resource)))
}

/// Gives a turn back with the result of the step.
pub(crate) async fn end(tx: &Tx, key: &str, resource: &Resource) -> Result<(), Error> {
    turns::Entity::delete_many().filter(of(resource, key)).exec(&**tx).await?;
    Ok(())
}

/// Gives a turn back where there is no result to write.
pub(crate) async fn give_up(db: &Db, key: &str, resource: &Resource) -> Result<(), Error> {
    turns::Entity::delete_many().filter(of(resource, key)).exec(&*db.write().await?).await?;
    Ok(())
}

/// The keys whose turn somebody has, as a subquery.
pub(crate) fn taken(now: Timestamp) -> SelectStatement {
    Query::select()
        .column(turns::Column::Key)
        .from(turns::Entity)
        .and_where(turns::Column::Until.gte(now.micros()))
        .take()
}

/// Leaves out what writes into something while another has the turn.
pub(crate) fn is_free(now: Timestamp) -> Condition {
    Condition::any()
        .add(resources::Column::Turn.is_null())
        .add(resources::Column::Turn.not_in_subquery(taken(now)))
}
