//! What owners have: asked for by every list, so by statements whose plan hangs on no statistics.

use db::Error;
use sea_orm::{
    ConnectionTrait, DbBackend, EntityTrait as _, IdenStatic as _, Iterable as _, QueryResult, Statement,
    Value,
};
use serde_json::json;

use crate::store::{Resource, Status, resource};
use crate::tables::resources;

// By owners, and not by the index of states or of kinds, which reads those of all tenants: hence no bare column.
pub(crate) const FAILING_OR_OF_KIND: &str = "(r.status || '' = 'error' OR r.kind || '' = $2)";
pub(crate) const UNDONE: &str = "r.status || '' IN ('pending', 'error') AND r.spec IS NOT NULL";

/// All resources of an owner, in the order of their kinds.
pub async fn of_owner(on: &impl ConnectionTrait, owner: &str) -> Result<Vec<Resource>, Error> {
    of_owners(on, &[owner.to_owned()]).await
}

/// Those resources of several owners that fail or are of this kind: enough to say in a word how each owner is.
pub async fn outline(
    on: &impl ConnectionTrait,
    owners: &[String],
    kind: &str,
) -> Result<Vec<Resource>, Error> {
    whole(on, query(on.get_database_backend(), &all_columns(), owners, FAILING_OR_OF_KIND, vec![kind.into()]))
        .await
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
                 (SELECT {columns} FROM resources r WHERE r.owner = o.id AND {which} OFFSET 0) r"
            ),
            owners.join(" "),
        )
    };
    let sql = format!("{sql} ORDER BY r.owner, r.kind, r.name");
    Statement::from_sql_and_values(backend, sql, [vec![owners.into()], more].concat())
}
