//! What owners have: asked for by every list, so by statements whose plan hangs on no statistics.

use db::Error;
use kernel::Timestamp;
use sea_orm::{
    ConnectionTrait, DbBackend, EntityTrait as _, IdenStatic as _, Iterable as _, QueryResult, Statement,
    Value,
};
use serde_json::json;

use crate::obstacle::StepError;
use crate::store::{Resource, Status, resource};
use crate::tables::resources;

// By owners, and not by the index of states or of kinds, which reads those of all tenants: hence no bare column.
pub(crate) const FAILING_OR_OF_KIND: &str = "(r.status || '' = 'error' OR r.kind || '' = $2)";
pub(crate) const UNDONE: &str = "r.status || '' IN ('pending', 'error') AND r.spec IS NOT NULL";

/// All resources of an owner, in the order of their kinds.
pub async fn of_owner(on: &impl ConnectionTrait, owner: &str) -> Result<Vec<Resource>, Error> {
    of_owners(on, &[owner.to_owned()]).await
}

/// How far a resource is, without how it should be: what a list needs of many.
#[derive(Debug, Clone)]
pub struct Outline {
    /// Whose it is.
    pub owner: String,
    /// Its kind.
    pub kind: String,
    /// Its name, unique in its kind.
    pub name: String,
    /// False of one that should be gone.
    pub is_wanted: bool,
    /// Its id upstream, once known.
    pub upstream_id: Option<String>,
    /// Where it stands.
    pub status: Status,
    /// Why it is skipped or still pending.
    pub reason: Option<String>,
    /// What the last attempt ran into.
    pub error: Option<StepError>,
    /// How many attempts failed in a row.
    pub attempts: u32,
    /// When it was last tried.
    pub attempted_at: Option<Timestamp>,
    /// When it is tried next.
    pub next_at: Timestamp,
}

/// The columns of an [`Outline`], which is read by their places: by name each value would cost an allocation more.
const OUTLINE: &str = "r.owner, r.kind, r.name, r.spec IS NOT NULL AS is_wanted, r.upstream_id, r.status, r.reason, \
                       r.error, r.attempts, r.attempted_at, r.next_at, r.obstacle";

impl Outline {
    fn read(row: &QueryResult) -> Result<Self, Error> {
        let status: String = row.try_get_by_index(5)?;
        let attempts: i64 = row.try_get_by_index(8)?;
        let obstacle: Option<String> = row.try_get_by_index(11)?;
        Ok(Self {
            owner: row.try_get_by_index(0)?,
            kind: row.try_get_by_index(1)?,
            name: row.try_get_by_index(2)?,
            is_wanted: row.try_get_by_index(3)?,
            upstream_id: row.try_get_by_index(4)?,
            status: Status::parse(&status)?,
            reason: row.try_get_by_index(6)?,
            error: StepError::read(row.try_get_by_index(7)?, obstacle.as_deref()),
            attempts: u32::try_from(attempts).unwrap_or(u32::MAX),
            attempted_at: row.try_get_by_index::<Option<i64>>(9)?.map(Timestamp::from_micros),
            next_at: Timestamp::from_micros(row.try_get_by_index(10)?),
        })
    }
}

/// All resources of several owners, in outline.
pub async fn outlines(on: &impl ConnectionTrait, owners: &[String]) -> Result<Vec<Outline>, Error> {
    outlined(on, owners, "TRUE", Vec::new()).await
}

/// Those resources of several owners that fail or are of this kind, in outline: enough to say in a word how each owner is.
pub async fn outlines_of(
    on: &impl ConnectionTrait,
    owners: &[String],
    kind: &str,
) -> Result<Vec<Outline>, Error> {
    outlined(on, owners, FAILING_OR_OF_KIND, vec![kind.into()]).await
}

async fn outlined(
    on: &impl ConnectionTrait,
    owners: &[String],
    which: &str,
    more: Vec<Value>,
) -> Result<Vec<Outline>, Error> {
    let query = query(on.get_database_backend(), OUTLINE, owners, which, more);
    on.query_all_raw(query).await?.iter().map(Outline::read).collect()
}

/// Which of these owners have something wanted that is under way or fails, and which of the two.
pub async fn undone(on: &impl ConnectionTrait, owners: &[String]) -> Result<Vec<(String, Status)>, Error> {
    let query =
        query(on.get_database_backend(), "r.owner, r.kind, r.name, r.status", owners, UNDONE, Vec::new());
    let rows = on.query_all_raw(query).await?;
    let read = |row: &QueryResult| {
        let word: String = row.try_get("", "status")?;
        let status = if word == Status::Error.as_str() { Status::Error } else { Status::Pending };
        Ok((row.try_get("", "owner")?, status))
    };
    rows.iter().map(read).collect()
}

/// All resources of several owners.
pub async fn of_owners(on: &impl ConnectionTrait, owners: &[String]) -> Result<Vec<Resource>, Error> {
    whole(on, query(on.get_database_backend(), &all_columns(), owners, "TRUE", Vec::new())).await
}

async fn whole(on: &impl ConnectionTrait, query: Statement) -> Result<Vec<Resource>, Error> {
    resources::Entity::find().from_raw_sql(query).all(on).await?.into_iter().map(resource).collect()
}

/// By name: a `*` would have another meaning for those who run while a migration adds a column.
pub(crate) fn all_columns() -> String {
    let columns = resources::Column::iter().map(|column| format!("r.{}", column.as_str()));
    columns.collect::<Vec<_>>().join(", ")
}

/// These columns of those resources of these owners of which `which` holds, in the order of owners, kinds and names. `$1`
/// of the parameters is taken. PostgreSQL looks up each owner by itself: without statistics it takes many owners for most
/// of the table, and reads all of it.
pub(crate) fn query(
    backend: DbBackend,
    columns: &str,
    owners: &[String],
    which: &str,
    more: Vec<Value>,
) -> Statement {
    let mut owners = owners.to_vec();
    owners.sort_unstable();
    owners.dedup();
    let (sql, owners) = if backend == DbBackend::Sqlite {
        let listed = "SELECT value FROM json_each($1)";
        (
            format!("SELECT {columns} FROM resources r WHERE r.owner IN ({listed}) AND {which}"),
            json!(owners).to_string(),
        )
    } else {
        // No id has a blank in it.
        (
            format!(
                "SELECT {columns} FROM unnest(string_to_array($1, ' ')) AS o (id) CROSS JOIN LATERAL \
                 (SELECT * FROM resources r WHERE r.owner = o.id AND {which} OFFSET 0) r"
            ),
            owners.join(" "),
        )
    };
    let sql = format!("{sql} ORDER BY r.owner, r.kind, r.name");
    Statement::from_sql_and_values(backend, sql, [vec![owners.into()], more].concat())
}
