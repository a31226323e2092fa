//! The keys by which things are found, whichever of their names somebody types. What an older instance writes meanwhile
//! is found once it is changed again.

use kernel::needle::find_key;
use sea_orm::ConnectionTrait as _;
use sea_orm_migration::prelude::*;

pub struct Migration;

impl MigrationName for Migration {
    fn name(&self) -> &'static str {
        "m026_palette"
    }
}

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        let connection = manager.get_connection();
        for (table, names) in NAMED {
            connection
                .execute_unprepared(&format!(
                    "ALTER TABLE {table} ADD COLUMN find_key TEXT NOT NULL DEFAULT ''"
                ))
                .await?;
            for (place, names) in rows(manager, names).await? {
                let names: Vec<&str> = names.iter().map(String::as_str).collect();
                let update = Query::update()
                    .table(table)
                    .value("find_key", find_key(&names))
                    .cond_where(place)
                    .to_owned();
                connection.execute(&update).await?;
            }
        }
        for index in INDEXES {
            connection.execute_unprepared(index).await?;
        }
        Ok(())
    }
}

/// Each table with its rows: their id (that of a tenant along with an address), and what they are called by.
const NAMED: [(&str, &str); 8] = [
    ("tenants", "SELECT id AS one, NULL AS two, name AS a, slug AS b, primary_domain AS c FROM tenants"),
    (
        "members",
        "SELECT m.id AS one, NULL AS two, u.name AS a, u.email AS b, \
         m.mailbox || '@' || m.mailbox_domain AS c FROM members m JOIN users u ON u.id = m.user_id",
    ),
    ("invitations", "SELECT id AS one, NULL AS two, name AS a, email AS b, NULL AS c FROM invitations"),
    ("domains", "SELECT id AS one, NULL AS two, name AS a, NULL AS b, NULL AS c FROM domains"),
    ("tenant_groups", "SELECT id AS one, NULL AS two, name AS a, slug AS b, address AS c FROM tenant_groups"),
    ("lists", "SELECT id AS one, NULL AS two, address AS a, description AS b, NULL AS c FROM lists"),
    (
        "shared_mailboxes",
        "SELECT id AS one, NULL AS two, name AS a, address AS b, NULL AS c FROM shared_mailboxes",
    ),
    (
        "addresses",
        "SELECT tenant_id AS one, address AS two, address AS a, label AS b, NULL AS c \
         FROM addresses",
    ),
];

const INDEXES: [&str; 8] = [
    "CREATE INDEX tenants_found ON tenants (find_key, id)",
    "CREATE INDEX members_found ON members (tenant_id, find_key, id)",
    "CREATE INDEX invitations_found ON invitations (tenant_id, find_key, id) WHERE accepted_at IS NULL",
    "CREATE INDEX domains_found ON domains (find_key, id)",
    "CREATE INDEX tenant_groups_found ON tenant_groups (tenant_id, find_key, id)",
    "CREATE INDEX lists_found ON lists (tenant_id, find_key, id)",
    "CREATE INDEX shared_mailboxes_found ON shared_mailboxes (tenant_id, find_key, id)",
    "CREATE INDEX addresses_found ON addresses (tenant_id, kind, find_key, address)",
];

/// Where each row is, and its names.
async fn rows(manager: &SchemaManager<'_>, query: &str) -> Result<Vec<(Condition, Vec<String>)>, DbErr> {
    let connection = manager.get_connection();
    let rows =
        connection.query_all_raw(sea_orm::Statement::from_string(connection.get_database_backend(), query));
    let row = |row: &sea_orm::QueryResult| {
        let id: String = row.try_get("", "one")?;
        let at = match row.try_get::<Option<String>>("", "two")? {
            Some(address) => {
                Condition::all().add(Expr::col("tenant_id").eq(id)).add(Expr::col("address").eq(address))
            }
            None => Condition::all().add(Expr::col("id").eq(id)),
        };
        let names = ["a", "b", "c"].map(|name| row.try_get::<Option<String>>("", name));
        let names: Result<Vec<Option<String>>, DbErr> = names.into_iter().collect();
        Ok((at, names?.into_iter().flatten().collect()))
    };
    rows.await?.iter().map(row).collect()
}
