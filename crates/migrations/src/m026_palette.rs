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

const INDEXES: [&str; 9] = [
    "CREATE INDEX tenants_found ON tenants (find_key, id)",
    "CREATE INDEX members_found ON members (tenant_id, find_key, id)",
    "CREATE INDEX invitations_found ON invitations (tenant_id, find_key, id) WHERE accepted_at IS NULL",
    "CREATE INDEX domains_found ON domains (find_key, id)",
    "CREATE INDEX domains_found_in ON domains (tenant_id, find_key, id)",
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

#[cfg(test)]
mod tests {
    use std::time::{Duration, Instant};

    use db::find::{Place, best};
    use db::testing::TestDb;
    use kernel::Needle;
    use sea_orm_migration::MigratorTrait as _;

    use super::*;
    use crate::History;

    /// A database as it was before, with these rows.
    async fn before(rows: &[&str]) -> TestDb {
        let test = db::testing::empty().await;
        let steps = History::migrations().iter().position(|one| one.name() == Migration.name()).unwrap();
        History::up(test.db.read(), Some(steps.try_into().unwrap())).await.unwrap();
        for statement in rows {
            test.db.write().await.unwrap().execute_unprepared(statement).await.unwrap();
        }
        History::up(test.db.read(), Some(1)).await.unwrap();
        test
    }

    async fn found(test: &TestDb, table: &'static str, id: &'static str, typed: &str) -> Vec<String> {
        let of = if table == "tenants" {
            Condition::all()
        } else {
            Condition::all().add(Expr::col("tenant_id").eq("ten_1"))
        };
        let needle = Needle::read(typed).unwrap();
        best(test.db.read(), Place { table, id, of }, &needle, 5).await.unwrap()
    }

    const TENANT: &str = "INSERT INTO tenants (id, slug, name, name_key, plan, seats, status, billing_info, \
        security_policy, is_platform, version, created_at, updated_at, primary_domain) VALUES \
        ('ten_1', 'aeroe', 'Ærø Vin', 'aero vin', 'business', 5, 'active', '{}', '{}', FALSE, 1, 1, 1, 'xn--r-3fa9c.dk')";

    #[tokio::test]
    async fn what_was_there_before_is_found_by_each_of_its_names() {
        let test = before(&[
            TENANT,
            "INSERT INTO users (id, email, name, platform_admin, created_at) \
             VALUES ('usr_1', 'soren@private.test', 'Søren Å', FALSE, 1)",
            "INSERT INTO members (id, tenant_id, user_id, name_key, mailbox, mailbox_domain, version, created_at) \
             VALUES ('mem_1', 'ten_1', 'usr_1', 'soren a', 's.a', 'xn--r-3fa9c.dk', 1, 1)",
            "INSERT INTO addresses (tenant_id, address, kind, object, created_at) \
             VALUES ('ten_1', 'salg@xn--r-3fa9c.dk', 'alias', 'mem_1', 1)",
            "INSERT INTO lists (id, tenant_id, address, description, version, created_at) \
             VALUES ('lst_1', 'ten_1', 'alle@xn--r-3fa9c.dk', 'Hele øen', 1, 1)",
        ])
        .await;
        for (table, id, typed, is) in [
            ("tenants", "id", "aerø", "ten_1"),
            ("tenants", "id", "ærø.dk", "ten_1"),
            ("members", "id", "soren", "mem_1"),
            ("members", "id", "SØREN@PRIVATE", "mem_1"),
            ("members", "id", "s.a@ærø", "mem_1"),
            ("addresses", "address", "salg@aero", "salg@xn--r-3fa9c.dk"),
            ("lists", "id", "øen hele", "lst_1"),
        ] {
            assert_eq!(found(&test, table, id, typed).await, [is], "{table}: {typed}");
        }
        for typed in ["%", "_", "\\", "soren b"] {
            assert!(found(&test, "members", "id", typed).await.is_empty(), "{typed}");
        }
    }

    /// `cargo test -p migrations --release -- --ignored --nocapture` says how long; debug builds take a few times that.
    #[tokio::test]
    #[ignore = "takes its time, and says how much a keystroke does"]
    async fn a_keystroke_takes_less_than_50_ms_among_ten_thousand() {
        const MANY: &str = "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 10000)";
        let tenants = format!(
            "{MANY} INSERT INTO tenants (id, slug, name, name_key, plan, seats, status, billing_info, \
             security_policy, is_platform, version, created_at, updated_at, primary_domain) \
             SELECT 'ten_x' || i, 'firma-' || i, 'Hansen Firma ' || i, 'hansen firma ' || i, 'business', 5, \
             'active', '{{}}', '{{}}', FALSE, 1, 1, 1, 'firma' || i || '.dk' FROM n"
        );
        let users = format!(
            "{MANY} INSERT INTO users (id, email, name, platform_admin, created_at) \
             SELECT 'usr_' || i, 'lars.hansen' || i || '@private.test', 'Lars Hansen ' || i, FALSE, 1 FROM n"
        );
        let members = format!(
            "{MANY} INSERT INTO members (id, tenant_id, user_id, name_key, mailbox, mailbox_domain, version, \
             created_at) SELECT 'mem_' || i, 'ten_1', 'usr_' || i, 'lars hansen ' || i, 'lars' || i, \
             'firma.dk', 1, 1 FROM n"
        );
        let test = before(&[TENANT, &tenants, &users, &members]).await;
        for table in ["tenants", "members"] {
            for typed in ["a", "lars", "hansen 77", "hansen4711@", "firma.dk", "nobody"] {
                let began = Instant::now();
                let count = found(&test, table, "id", typed).await.len();
                let took = began.elapsed();
                println!("{table}, “{typed}”: {count} in {took:?}");
                assert!(took < Duration::from_millis(50), "{table}, {typed}: {took:?}");
            }
        }
    }
}
