//! Looks for rows by the names that people know them by. Such a table has a column `find_key`, written by
//! [`kernel::needle::find_key`], and an index that has it after what the rows are found under.

use kernel::Needle;
use sea_orm::ConnectionTrait;
use sea_orm::sea_query::{Condition, Expr, ExprTrait, LikeExpr, Order, Query};

use crate::error::Error;

/// The most rows that one search looks at: the work of a keystroke ends, however much there is. They are taken as they
/// come, for PostgreSQL would sort them all.
const SCANNED: u64 = 50_000;

/// Where to look.
#[derive(Debug, Clone)]
pub struct Place {
    /// The table.
    pub table: &'static str,
    /// The column that tells its rows apart.
    pub id: &'static str,
    /// Which of its rows.
    pub of: Condition,
}

/// The ids of the rows that a needle finds, the best first: those that are called just so, then those whose name
/// begins so, then those with a word that does; by name within each.
pub async fn best(
    on: &impl ConnectionTrait,
    place: Place,
    needle: &Needle,
    most: u64,
) -> Result<Vec<String>, Error> {
    let Place { table, id, of } = place;
    let looked_at =
        Query::select().column(id).column(KEY).from(table).cond_where(of).limit(SCANNED).to_owned();
    let found = Query::select()
        .column(id)
        .from_subquery(looked_at, "looked_at")
        .cond_where(finds(needle))
        .order_by_expr(rank(needle), Order::Asc)
        .order_by(KEY, Order::Asc)
        .limit(most)
        .to_owned();
    let rows = on.query_all(&found).await?;
    Ok(rows.iter().map(|row| row.try_get("", id)).collect::<Result<_, _>>()?)
}

const KEY: &str = "find_key";

fn like(before: &str, text: &str, after: &str) -> Expr {
    let text = text.replace('\\', "\\\\").replace('%', "\\%").replace('_', "\\_");
    Expr::col(KEY).like(LikeExpr::new(format!("%{before}{text}{after}%")).escape('\\'))
}

fn finds(needle: &Needle) -> Condition {
    needle.words().fold(Condition::all(), |all, word| all.add(like("", word, "")))
}

fn rank(needle: &Needle) -> Expr {
    let whole = needle.whole();
    Expr::case(like("\n", whole, "\n"), 0)
        .case(like("\n", whole, ""), 1)
        .case(like(" ", whole, ""), 2)
        .finally(3)
        .into()
}

/// Rows in the order in which their ids were found.
pub fn in_order<T>(ids: &[String], mut rows: Vec<T>, id: impl Fn(&T) -> String) -> Vec<T> {
    rows.sort_by_cached_key(|row| {
        let id = id(row);
        ids.iter().position(|found| *found == id)
    });
    rows
}
