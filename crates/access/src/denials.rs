//! Denied attempts in the log: the first of an actor at a route within a minute at once, all that follow in that minute
//! as one record with their count. So nobody fills the log by trying, and nothing that was tried is left out.

use audit::{Chain, Context, Entry, Outcome, Target};
use db::{Db, Error, Recorded, Tx};
use kernel::{Clock, Coded as _, Timestamp, UserId};
use sea_orm::sea_query::{Expr, ExprTrait as _, OnConflict};
use sea_orm::{ColumnTrait, EntityTrait, QueryFilter, QueryOrder, QuerySelect, Set};
use serde_json::{Value, json};

use crate::error::Denial;
use crate::people;
use crate::recorded::Action;
use crate::tables::denials::{ActiveModel, Column, Entity, Model};

const MINUTE: i64 = 60_000_000;
/// The longest route that is told apart from others.
const LONGEST_ROUTE: usize = 160;
/// The most that are written at a time.
const WRITTEN: u64 = 200;
/// What it may be over.
const KINDS: [&str; 3] = ["platform", "tenant", "user"];

/// Why an attempt was denied.
pub(crate) struct Why<'a> {
    pub permission: &'a str,
    pub denial: &'a Denial,
    pub target: Target,
}

/// Records that a right was missing, in a transaction of its own.
pub(crate) async fn record(db: &Db, actor: &crate::Actor, route: &str, why: Why<'_>) -> Result<(), Error> {
    let context = &actor.context;
    if count(db, &context.actor.id(), route, context.clock.now()).await? {
        return Ok(());
    }
    let after = json!({
        "permission": why.permission, "reason": why.denial.code(), "route": cut(route), "count": 1,
    });
    let tx = db.begin().await?;
    let recorded =
        note(&tx, context, route, Entry::done(Action::AccessDenied, why.target).after(after)).await?;
    tx.commit_if(recorded, "a denial is counted").await
}

/// Counts one more of what was recorded within this minute; false when there is nothing yet.
async fn count(db: &Db, actor: &str, route: &str, now: Timestamp) -> Result<bool, Error> {
    let more = Entity::update_many()
        .col_expr(Column::Attempts, Expr::col(Column::Attempts).add(1))
        .col_expr(Column::LastAt, now.micros().into())
        .filter(Column::ActorId.eq(actor))
        .filter(Column::Route.eq(cut(route)))
        .filter(Column::Minute.eq(now.micros() / MINUTE));
    Ok(more.exec(&*db.write().await?).await?.rows_affected > 0)
}

/// Records a denied attempt of a known actor, or counts it where one was recorded within this minute.
pub async fn note(tx: &Tx, context: &Context, route: &str, entry: Entry) -> Result<Option<Recorded>, Error> {
    let (now, actor) = (context.clock.now().micros(), context.actor.id());
    let key = (actor.clone(), cut(route), now / MINUTE);
    let row = ActiveModel {
        actor_id: Set(key.0.clone()),
        route: Set(key.1.clone()),
        minute: Set(key.2),
        attempts: Set(1),
        action: Set(entry.action.as_str().to_owned()),
        target_kind: Set(entry.target.kind.to_owned()),
        target_id: Set(entry.target.id.clone()),
        target_name: Set(entry.target.name.clone()),
        after: Set(entry.after.as_ref().unwrap_or(&Value::Null).to_string()),
        address: Set(context.address.clone()),
        last_at: Set(now),
    };
    let more = OnConflict::columns([Column::ActorId, Column::Route, Column::Minute])
        .value(Column::Attempts, Expr::col((Entity, Column::Attempts)).add(1))
        .update_column(Column::LastAt)
        .to_owned();
    Entity::insert(row).on_conflict(more).exec_without_returning(&**tx).await?;
    // Whoever comes at the same moment waited for the row, and finds more than one.
    let found = Entity::find_by_id(key).one(&**tx).await?;
    if found.is_none_or(|row| row.attempts > 1) {
        return Ok(None);
    }
    audit::append(tx, context, Chain::Platform, entry.outcome(Outcome::Denied)).await.map(Some)
}

/// Writes what was counted in minutes that are over. Each is written once, however many instances do this.
pub async fn write_counted(db: &Db, clock: &Clock) -> Result<(), Error> {
    let over = Entity::find().filter(Column::Minute.lt(clock.now().micros() / MINUTE));
    let over = over.order_by_asc(Column::Minute).limit(WRITTEN);
    for row in over.all(db.read()).await? {
        let tx = db.begin().await?;
        let key = (row.actor_id, row.route, row.minute);
        let Some(row) = Entity::find_by_id(key.clone()).lock_exclusive().one(&*tx).await? else { continue };
        Entity::delete_by_id(key).exec(&*tx).await?;
        if row.attempts > 1 {
            let context = Context { address: row.address.clone(), ..context_of(&tx, clock, &row).await? };
            audit::commit(tx, &context, Chain::Platform, counted(&row)).await?;
        } else {
            tx.commit_silently("a denial that came once was recorded as it came").await?;
        }
    }
    Ok(())
}

async fn context_of(tx: &Tx, clock: &Clock, row: &Model) -> Result<Context, Error> {
    let context = Context::system("access", clock);
    let Ok(id) = row.actor_id.parse::<UserId>() else { return Ok(context) };
    let person = people::by_ids(&**tx, &[id]).await?.pop();
    let actor = person.map(|person| person.as_actor());
    Ok(Context { actor: actor.unwrap_or_else(|| context.actor.clone()), ..context })
}

/// What came after the first of a minute.
fn counted(row: &Model) -> Entry {
    let mut after: Value = serde_json::from_str(&row.after).unwrap_or_default();
    if let Value::Object(after) = &mut after {
        after.insert("count".to_owned(), (row.attempts - 1).into());
        after.insert("until".to_owned(), Timestamp::from_micros(row.last_at).to_string().into());
    }
    let kind = KINDS.into_iter().find(|kind| *kind == row.target_kind).unwrap_or(KINDS[0]);
    let target = Target::thing(kind, &row.target_id, &row.target_name);
    let known = Action::ALL.iter().copied().find(|action| action.as_str() == row.action);
    let action = known.unwrap_or(Action::AccessDenied.into());
    Entry::done(action, target).outcome(Outcome::Denied).after(after)
}

fn cut(route: &str) -> String {
    // PostgreSQL takes no NUL in any text.
    route.chars().filter(|letter| !letter.is_control()).take(LONGEST_ROUTE).collect()
}
