//! Every query on offboardings. The tenant comes from the proof of a right, save for work by the clock.

use db::{Error, Tx};
use kernel::{OffboardingId, TenantId, Timestamp, UserId};
use sea_orm::{
    ActiveModelTrait, ColumnTrait, ConnectionTrait, EntityTrait, IntoActiveModel, QueryFilter, QueryOrder,
    QuerySelect, Set,
};

use crate::hand_over::Handed;
use crate::model::{Offboarding, Seen};
use crate::tables::offboardings::{ActiveModel, Column, Entity, Model};

/// No next time.
const NEVER: i64 = i64::MAX;

fn offboarding(row: &Model) -> Result<Offboarding, Error> {
    let damaged = |what: &str| Error::damaged("offboardings", format!("{what} of {}", row.id));
    Ok(Offboarding {
        id: row.id.parse().map_err(|_| damaged("id"))?,
        tenant: row.tenant_id.parse().map_err(|_| damaged("tenant"))?,
        user: row.user_id.parse().map_err(|_| damaged("person"))?,
        started_by: row.started_by.parse().map_err(|_| damaged("starter"))?,
        checks: serde_json::from_str(&row.report).map_err(|_| damaged("report"))?,
        handed: row
            .handed
            .as_deref()
            .map(serde_json::from_str)
            .transpose()
            .map_err(|_| damaged("hand-over"))?,
        began_at: Timestamp::from_micros(row.began_at),
        checked_at: row.checked_at.map(Timestamp::from_micros),
        finished_at: row.finished_at.map(Timestamp::from_micros),
        attempts: row.attempts,
        restored_at: row.restored_at.map(Timestamp::from_micros),
    })
}

/// Writes a new one, which is taken up at once.
pub async fn insert(tx: &Tx, new: &Offboarding, next: Timestamp) -> Result<(), Error> {
    let handed = new.handed.as_ref().map(serde_json::to_string).transpose();
    let row = Model {
        handed: handed.map_err(|error| Error::damaged("offboardings", error.to_string()))?,
        id: new.id.to_string(),
        tenant_id: new.tenant.to_string(),
        user_id: new.user.to_string(),
        started_by: new.started_by.to_string(),
        began_at: new.began_at.micros(),
        checked_at: None,
        finished_at: None,
        next_at: next.micros(),
        attempts: 0,
        report: "[]".to_owned(),
        restored_at: None,
    };
    row.into_active_model().insert(&**tx).await?;
    Ok(())
}

/// The last one of a person in a tenant.
pub async fn latest(
    on: &impl ConnectionTrait,
    tenant: TenantId,
    user: UserId,
) -> Result<Option<Offboarding>, Error> {
    let found = Entity::find()
        .filter(Column::TenantId.eq(tenant.to_string()))
        .filter(Column::UserId.eq(user.to_string()))
        .order_by_desc(Column::Id);
    found.one(on).await?.as_ref().map(offboarding).transpose()
}

/// Those that are due; they are put off until `again`, so that a crash repeats them.
pub async fn claim(tx: &Tx, now: Timestamp, again: Timestamp, most: u64) -> Result<Vec<Offboarding>, Error> {
    let due = Entity::find()
        .filter(Column::NextAt.lte(now.micros()))
        .limit(most)
        .lock_exclusive()
        .all(&**tx)
        .await?;
    Entity::update_many()
        .set(ActiveModel { next_at: Set(again.micros()), ..Default::default() })
        .filter(Column::Id.is_in(due.iter().map(|row| row.id.clone())))
        .exec(&**tx)
        .await?;
    due.iter().map(offboarding).collect()
}

/// Whether any is due.
pub async fn is_any_due(on: &impl ConnectionTrait, now: Timestamp) -> Result<bool, Error> {
    Ok(Entity::find().filter(Column::NextAt.lte(now.micros())).one(on).await?.is_some())
}

/// Writes what was seen of one that goes on; without a next time it is over.
pub async fn seen(
    tx: &Tx,
    id: OffboardingId,
    checks: &[Seen],
    now: Timestamp,
    next: Option<Timestamp>,
) -> Result<(), Error> {
    let report =
        serde_json::to_string(checks).map_err(|error| Error::damaged("offboardings", error.to_string()))?;
    let change = ActiveModel {
        report: Set(report),
        checked_at: Set(Some(now.micros())),
        finished_at: Set(next.is_none().then_some(now.micros())),
        next_at: Set(next.map_or(NEVER, Timestamp::micros)),
        ..Default::default()
    };
    Entity::update_many()
        .set(change)
        .col_expr(
            Column::Attempts,
            sea_orm::sea_query::ExprTrait::add(sea_orm::sea_query::Expr::col(Column::Attempts), 1),
        )
        .filter(Column::Id.eq(id.to_string()))
        .filter(Column::FinishedAt.is_null())
        .exec(&**tx)
        .await?;
    Ok(())
}

/// Ends what goes on for a person in a tenant: they are let in again, or begun with anew.
pub async fn end(tx: &Tx, tenant: TenantId, user: UserId, now: Timestamp) -> Result<(), Error> {
    let over =
        ActiveModel { finished_at: Set(Some(now.micros())), next_at: Set(NEVER), ..Default::default() };
    Entity::update_many()
        .set(over)
        .filter(Column::TenantId.eq(tenant.to_string()))
        .filter(Column::UserId.eq(user.to_string()))
        .filter(Column::FinishedAt.is_null())
        .exec(&**tx)
        .await?;
    Ok(())
}

/// Notes that their access was restored, once.
pub async fn restored(tx: &Tx, id: OffboardingId, now: Timestamp) -> Result<(), Error> {
    Entity::update_many()
        .set(ActiveModel { restored_at: Set(Some(now.micros())), ..Default::default() })
        .filter(Column::Id.eq(id.to_string()))
        .filter(Column::RestoredAt.is_null())
        .exec(&**tx)
        .await?;
    Ok(())
}

/// Notes what was handed over; nothing once it came back.
pub async fn handed_over(tx: &Tx, id: OffboardingId, handed: Option<&Handed>) -> Result<(), Error> {
    let handed = handed.map(serde_json::to_string).transpose();
    let handed = handed.map_err(|error| Error::damaged("offboardings", error.to_string()))?;
    Entity::update_many()
        .set(ActiveModel { handed: Set(handed), ..Default::default() })
        .filter(Column::Id.eq(id.to_string()))
        .exec(&**tx)
        .await?;
    Ok(())
}

/// Forgets all of a tenant that is gone.
pub async fn forget_of_tenant(tx: &Tx, tenant: TenantId) -> Result<(), Error> {
    Entity::delete_many().filter(Column::TenantId.eq(tenant.to_string())).exec(&**tx).await?;
    Ok(())
}
