//! How much is left to do and since when, for those who watch the service. One statement over a bounded number of rows.

use std::collections::BTreeMap;

use db::Error;
use kernel::Timestamp;
use sea_orm::sea_query::{Expr, Func, Query, SelectStatement};
use sea_orm::{
    ConnectionTrait as _, EntityTrait, QueryFilter, QueryOrder, QueryResult, QuerySelect, QueryTrait,
};
use telemetry::Queue;

use crate::engine::Reconciler;
use crate::kind::{Registered, upstream_of};
use crate::store::{Status, is_ever_due};
use crate::tables::resources;

/// Of more nobody needs the number.
const MOST: u64 = 50_000;

/// In place of a kind of a version before, which nobody knows any longer.
const UNKNOWN: &str = "unknown";

impl Reconciler {
    /// What is left to do now.
    pub async fn queue(&self) -> Result<Queue, Error> {
        let (db, clock, kinds) = self.parts();
        let now = clock.now();
        let mut queue = Queue::default();
        for name in kinds.keys() {
            queue.due.entry(upstream_of(name)).or_default();
        }
        for row in db.read().query_all(&query(now)).await? {
            add(&mut queue, now, kinds, &row)?;
        }
        Ok(queue)
    }
}

/// What isn't settled, by kind and status.
pub(crate) fn query(now: Timestamp) -> SelectStatement {
    let now = now.micros();
    let due = format!("CASE WHEN next_at <= {now} AND COALESCE(lease_until, 0) < {now} THEN next_at END");
    let stopped =
        "CASE WHEN stopped_at IS NOT NULL AND spec IS NULL AND ordered_at IS NULL THEN stopped_at END";
    let unsettled = resources::Entity::find()
        .select_only()
        .column(resources::Column::Kind)
        .column(resources::Column::Status)
        .column_as(Expr::cust(due), "due")
        .column_as(Expr::cust(stopped), "stopped")
        .filter(is_ever_due())
        .order_by_asc(resources::Column::NextAt)
        .limit(MOST)
        .into_query();
    Query::select()
        .columns(["kind", "status"])
        .expr_as(Func::count(Expr::col("kind")), "all_of_it")
        .expr_as(Func::count(Expr::col("due")), "due_now")
        .expr_as(Func::min(Expr::col("due")), "oldest")
        .expr_as(Func::count(Expr::col("stopped")), "stopped_now")
        .from_subquery(unsettled, "unsettled")
        .group_by_columns(["kind", "status"])
        .take()
}

fn add(
    queue: &mut Queue,
    now: Timestamp,
    kinds: &BTreeMap<&'static str, Registered>,
    row: &QueryResult,
) -> Result<(), Error> {
    let (kind, status): (String, String) = (row.try_get("", "kind")?, row.try_get("", "status")?);
    let count = |column: &str| -> Result<u64, Error> {
        let count: i64 = row.try_get("", column)?;
        Ok(u64::try_from(count).unwrap_or(0))
    };
    let kind = kinds.get_key_value(kind.as_str()).map_or(UNKNOWN, |(known, _)| *known);
    *queue.open.entry((kind, Status::parse(&status)?.as_str())).or_default() += count("all_of_it")?;
    queue.stopped += count("stopped_now")?;
    let oldest: Option<i64> = row.try_get("", "oldest")?;
    // What nobody knows any longer, nobody works on either.
    if let Some(waiting) = queue.due.get_mut(upstream_of(kind)) {
        waiting.count += count("due_now")?;
        let since = oldest.map(|at| now.since(Timestamp::from_micros(at))).unwrap_or_default();
        waiting.oldest = waiting.oldest.max(since);
    }
    Ok(())
}
