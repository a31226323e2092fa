//! The keys of names anew: one form of each letter, one case, and for what is looked for no accents. Rows are written
//! by the rule that `kernel::name` has; what an older instance still writes beside it is found by its own letters.

use std::collections::BTreeSet;

use kernel::name::{key, search_key};
use sea_orm::ConnectionTrait as _;
use sea_orm_migration::prelude::*;

pub struct Migration;

impl MigrationName for Migration {
    fn name(&self) -> &'static str {
        "m024_name_keys"
    }
}

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        for (table, query) in [("tenants", named("tenants")), ("members", members())] {
            for row in rows(manager, &query).await? {
                set(manager, table, &row, &search_key(&row.name)).await?;
            }
        }
        // Of two groups that come to have one key, the later keeps its name under a key of its own.
        let mut taken = BTreeSet::new();
        let mut query = named("tenant_groups");
        query.and_where(Expr::col("removed_at").is_null()).order_by("id", Order::Asc);
        let mut groups = rows(manager, &query).await?;
        // Those whose key stays have it.
        groups.sort_by_key(|row| row.key != key(&row.name));
        for row in groups {
            let plain = key(&row.name);
            let is_free = taken.insert((row.tenant.clone(), plain.clone()));
            let new = if is_free { plain } else { format!("{plain} {}", row.id) };
            set(manager, "tenant_groups", &row, &new).await?;
        }
        Ok(())
    }
}

struct Row {
    id: String,
    tenant: String,
    name: String,
    key: String,
}

fn named(table: &'static str) -> SelectStatement {
    let tenant = if table == "tenants" { "id" } else { "tenant_id" };
    Query::select()
        .column("id")
        .expr_as(Expr::col(tenant), "tenant")
        .column("name")
        .column("name_key")
        .from(table)
        .to_owned()
}

fn members() -> SelectStatement {
    Query::select()
        .column(("members", "id"))
        .expr_as(Expr::col(("members", "tenant_id")), "tenant")
        .column(("users", "name"))
        .column(("members", "name_key"))
        .from("members")
        .inner_join("users", Expr::col(("users", "id")).equals(("members", "user_id")))
        .to_owned()
}

async fn rows(manager: &SchemaManager<'_>, query: &SelectStatement) -> Result<Vec<Row>, DbErr> {
    let rows = manager.get_connection().query_all(query).await?;
    let row = |row: &sea_orm::QueryResult| {
        Ok(Row {
            id: row.try_get("", "id")?,
            tenant: row.try_get("", "tenant")?,
            name: row.try_get("", "name")?,
            key: row.try_get("", "name_key")?,
        })
    };
    rows.iter().map(row).collect()
}

async fn set(manager: &SchemaManager<'_>, table: &'static str, row: &Row, key: &str) -> Result<(), DbErr> {
    if row.key == key {
        return Ok(());
    }
    let update = Query::update()
        .table(table)
        .value("name_key", key)
        .and_where(Expr::col("id").eq(row.id.as_str()))
        .to_owned();
    manager.get_connection().execute(&update).await?;
    Ok(())
}
