//! The schema as it stands after all migrations, held against a golden file for each database, so that a change of it
//! is seen in review.

#![cfg(test)]

use db::{Backend, Db};
use sea_orm::{ConnectionTrait as _, Statement};

const SQLITE: &str = "SELECT type || ' ' || name || ': ' || sql AS line FROM sqlite_master
    WHERE sql IS NOT NULL AND name NOT LIKE 'seaql%' AND name NOT LIKE 'sqlite%' ORDER BY type DESC, name";

const POSTGRES: &str = "SELECT line FROM (
    SELECT 'column ' || table_name || '.' || column_name || ': ' || data_type
        || CASE is_nullable WHEN 'NO' THEN ' NOT NULL' ELSE '' END AS line
    FROM information_schema.columns WHERE table_schema = 'public' AND table_name NOT LIKE 'seaql%'
    UNION ALL
    SELECT 'index ' || indexname || ': ' || indexdef FROM pg_indexes
    WHERE schemaname = 'public' AND tablename NOT LIKE 'seaql%'
    UNION ALL
    SELECT 'constraint ' || conrelid::regclass || ': ' || pg_get_constraintdef(oid) FROM pg_constraint
    WHERE contype = 'f' AND connamespace = 'public'::regnamespace
) AS lines ORDER BY line COLLATE \"C\"";

async fn dump(db: &Db) -> (&'static str, String) {
    let (name, query) = match db.backend() {
        Backend::Sqlite => ("sqlite", SQLITE),
        Backend::Postgres => ("postgres", POSTGRES),
    };
    let connection = db.read();
    let statement = Statement::from_string(connection.get_database_backend(), query);
    let rows = connection.query_all_raw(statement).await.unwrap();
    let lines: Vec<String> = rows
        .iter()
        .map(|row| {
            row.try_get::<String>("", "line").unwrap().split_whitespace().collect::<Vec<_>>().join(" ")
        })
        .collect();
    (name, lines.join("\n"))
}

#[tokio::test]
async fn the_schema_is_as_its_golden_file_says() {
    let test = migrations::test_database().await;
    let (name, schema) = dump(&test.db).await;
    insta::assert_snapshot!(name, schema);
}

#[tokio::test]
async fn migrating_again_changes_nothing_and_instances_may_do_it_at_once() {
    let test = migrations::test_database().await;
    let before = dump(&test.db).await.1;
    assert_eq!(migrations::pending(&test.db).await.unwrap(), 0);
    let again = (0..3).map(|_| migrations::migrate(&test.db));
    for done in futures_util::future::join_all(again).await {
        done.unwrap();
    }
    assert_eq!(dump(&test.db).await.1, before);
}

/// While instances are replaced one after another, an old one may have to start again.
#[tokio::test]
async fn a_program_starts_on_a_schema_that_a_newer_one_moved_on() {
    let test = migrations::test_database().await;
    let later = "INSERT INTO seaql_migrations (version, applied_at) VALUES ('m999_later', 0)";
    test.db.write().await.unwrap().execute_unprepared(later).await.unwrap();
    assert_eq!(migrations::pending(&test.db).await.unwrap(), 0);
    migrations::migrate(&test.db).await.unwrap();
    assert!(migrations::applied(test.db.read()).await.unwrap().contains(&"m999_later".to_owned()));
}
