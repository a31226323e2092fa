//! What owners have: asked for by every list, so by statements whose plan hangs on no statistics.

use db::Error;
use sea_orm::{ConnectionTrait, DbBackend, EntityTrait as _, Statement};
use serde_json::json;

use crate::store::{Resource, Status, resource};
use crate::tables::resources;

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
    let which = "(r.status = 'error' OR r.kind = $2)";
    of_these(on, owners, which, vec![kind.into()]).await
}

/// Which of these owners have something wanted that is under way or fails, and which of the two.
pub async fn undone(on: &impl ConnectionTrait, owners: &[String]) -> Result<Vec<(String, Status)>, Error> {
    let which = "r.status IN ('pending', 'error') AND r.spec IS NOT NULL";
    let undone = of_these(on, owners, which, Vec::new()).await?;
    Ok(undone.into_iter().map(|resource| (resource.owner, resource.status)).collect())
}

/// All resources of several owners.
pub async fn of_owners(on: &impl ConnectionTrait, owners: &[String]) -> Result<Vec<Resource>, Error> {
    of_these(on, owners, "TRUE", Vec::new()).await
}

/// Those resources of these owners of which `which` holds, in the order of owners, kinds and names. `$1` of its
/// parameters is taken.
async fn of_these(
    on: &impl ConnectionTrait,
    owners: &[String],
    which: &str,
    parameters: Vec<sea_orm::Value>,
) -> Result<Vec<Resource>, Error> {
    if owners.is_empty() {
        return Ok(Vec::new());
    }
    let (sql, backend) = (of_owners_sql(on.get_database_backend(), which), on.get_database_backend());
    // No id has a blank in it.
    let owners = if backend == DbBackend::Sqlite { json!(owners).to_string() } else { owners.join(" ") };
    let parameters = [vec![owners.into()], parameters].concat();
    let statement = Statement::from_sql_and_values(backend, sql, parameters);
    let rows = resources::Entity::find().from_raw_sql(statement).all(on).await?;
    rows.into_iter().map(resource).collect()
}

/// PostgreSQL looks up each owner by itself: without statistics it takes many owners for most of the table and reads all
/// of it.
pub(crate) fn of_owners_sql(backend: DbBackend, which: &str) -> String {
    const ORDER: &str = "ORDER BY r.owner, r.kind, r.name";
    if backend == DbBackend::Sqlite {
        let owners = "SELECT value FROM json_each($1)";
        return format!("SELECT r.* FROM resources r WHERE r.owner IN ({owners}) AND {which} {ORDER}");
    }
    format!(
        "SELECT r.* FROM unnest(string_to_array($1, ' ')) AS o (owner) CROSS JOIN LATERAL \
         (SELECT * FROM resources r WHERE r.owner = o.owner AND {which} OFFSET 0) r {ORDER}"
    )
}
