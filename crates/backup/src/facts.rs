//! What is in a database, as the manifest of its copy says it: what was restored is compared with it.

use std::collections::BTreeMap;

use audit::Head;
use db::sealed::{self, Column};
use sea_orm::{ConnectionTrait, DbBackend, QueryResult, Statement};
use serde::{Deserialize, Serialize};

use crate::error::Error;
use crate::hold::GUARD;

/// The table in which migrations are noted.
const MIGRATIONS: &str = "seaql_migrations";

/// What is in a database.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Facts {
    /// The migrations that it has, in their order: its schema.
    pub migrations: Vec<String>,
    /// How many rows each table has.
    pub tables: BTreeMap<String, u64>,
    /// Where each chain of the audit log ends.
    pub chains: BTreeMap<String, Head>,
    /// How many values each key seals, by its fingerprint.
    pub keys: BTreeMap<String, u64>,
}

impl Facts {
    /// Reads them in one transaction, or of a database that nobody writes to.
    pub(crate) async fn read(on: &impl ConnectionTrait, columns: &[Column]) -> Result<Self, Error> {
        let names = tables(on).await?;
        if !names.iter().any(|name| name == MIGRATIONS) {
            return Err(Error::NoDatabase);
        }
        let mut tables = BTreeMap::new();
        for name in names {
            let query = format!("SELECT COUNT(*) AS many FROM {}", quoted(&name));
            let many: i64 = one(on, query).await?.try_get("", "many")?;
            tables.insert(name, u64::try_from(many).unwrap_or_default());
        }
        Ok(Self {
            migrations: migrations::applied(on).await?,
            tables,
            chains: audit::chain_heads(on).await?,
            keys: sealed::count(on, &present(on, columns).await?).await?,
        })
    }

    /// The first thing in which another differs, in words.
    pub(crate) fn difference(&self, other: &Self) -> Option<String> {
        if self.migrations != other.migrations {
            return Some("it has other migrations".to_owned());
        }
        let tables = first_difference(&self.tables, &other.tables).map(|name| format!("the table {name}"));
        let chains = || {
            let name = first_difference(&self.chains, &other.chains)?;
            Some(format!("the end of the audit chain {name}"))
        };
        let keys = || {
            let name = first_difference(&self.keys, &other.keys)?;
            Some(format!("the values sealed with the key {name}"))
        };
        tables.or_else(chains).or_else(keys)
    }
}

fn first_difference<'a, T: PartialEq>(
    one: &'a BTreeMap<String, T>,
    other: &'a BTreeMap<String, T>,
) -> Option<&'a str> {
    let mut names = one.keys().chain(other.keys());
    names.find(|name| one.get(*name) != other.get(*name)).map(String::as_str)
}

/// The columns of these that a database has: one of an older schema may lack some.
pub(crate) async fn present(on: &impl ConnectionTrait, columns: &[Column]) -> Result<Vec<Column>, Error> {
    let mut present = Vec::new();
    for column in columns {
        let names = columns_of(on, column.table).await?;
        let has = |name: &str| names.iter().any(|known| known == name);
        if has(column.name) && column.sealed_if.is_none_or(has) {
            present.push(*column);
        }
    }
    Ok(present)
}

async fn columns_of(on: &impl ConnectionTrait, table: &str) -> Result<Vec<String>, Error> {
    let query = match on.get_database_backend() {
        DbBackend::Sqlite => format!("SELECT name FROM pragma_table_info('{table}')"),
        _ => format!(
            "SELECT CAST(column_name AS TEXT) AS name FROM information_schema.columns
             WHERE table_schema = current_schema() AND table_name = '{table}'"
        ),
    };
    names(on, query).await
}

/// The tables of a database, but for the one that a restore puts up for as long as it takes, and for those of extensions,
/// which no dump of a schema holds.
pub(crate) async fn tables(on: &impl ConnectionTrait) -> Result<Vec<String>, Error> {
    let query = match on.get_database_backend() {
        DbBackend::Sqlite => {
            "SELECT name FROM sqlite_master WHERE type = 'table' AND substr(name, 1, 7) <> 'sqlite_' ORDER BY name"
        }
        _ => {
            "SELECT CAST(own.relname AS TEXT) AS name FROM pg_class own
             JOIN pg_namespace place ON place.oid = own.relnamespace
             WHERE place.nspname = current_schema() AND own.relkind IN ('r', 'p') AND NOT EXISTS (
                SELECT 1 FROM pg_depend WHERE pg_depend.objid = own.oid AND pg_depend.deptype = 'e'
                    AND pg_depend.classid = CAST('pg_class' AS regclass))
             ORDER BY own.relname"
        }
    };
    let mut all = names(on, query.to_owned()).await?;
    all.retain(|name| name != GUARD);
    Ok(all)
}

pub(crate) async fn names(on: &impl ConnectionTrait, query: String) -> Result<Vec<String>, Error> {
    let rows = on.query_all_raw(Statement::from_string(on.get_database_backend(), query)).await?;
    Ok(rows.iter().map(|row| row.try_get("", "name")).collect::<Result<_, _>>()?)
}

/// The one row of an answer.
pub(crate) async fn one(on: &impl ConnectionTrait, query: impl Into<String>) -> Result<QueryResult, Error> {
    let row = on.query_one_raw(Statement::from_string(on.get_database_backend(), query.into())).await?;
    row.ok_or_else(|| Error::Damaged("a query has no answer".to_owned()))
}

fn quoted(name: &str) -> String {
    format!("\"{}\"", name.replace('"', "\"\""))
}
