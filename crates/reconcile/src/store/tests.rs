//! How the databases go about the queries that run all the time.

use super::*;
use crate::owned;
use sea_orm::{DbBackend, Statement};

/// How the database goes about a query, without statistics, over 20,000 resources of which none is due.
async fn plan_of(mut query: Statement) -> String {
    let test = migrations::test_database().await;
    let backend = test.db.read().get_database_backend();
    let many = if backend == DbBackend::Sqlite {
        "WITH RECURSIVE n (n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM n WHERE n < 20000)"
    } else {
        "WITH n AS (SELECT generate_series(1, 20000) AS n)"
    };
    let rows = format!(
        "INSERT INTO resources (id, owner, kind, name, spec, spec_version, status, attempts, next_at, \
         created_at, updated_at) {many} SELECT 'res_' || n, 'ten_' || (n / 3), 'kind_' || (n % 3), \
         'name_' || n, '{{}}', 1, 'ok', 0, {NEVER}, 1, 1 FROM n"
    );
    test.db.write().await.unwrap().execute_unprepared(&rows).await.unwrap();
    let explain = if backend == DbBackend::Sqlite { "EXPLAIN QUERY PLAN" } else { "EXPLAIN" };
    query.sql = format!("{explain} {}", query.sql);
    let column = if backend == DbBackend::Sqlite { "detail" } else { "QUERY PLAN" };
    // On one connection: SQLite explains by the schema that it read last, and reads it anew when it runs something.
    let tx = test.db.begin().await.unwrap();
    tx.execute_unprepared("DELETE FROM resources WHERE id = 'res_1'").await.unwrap();
    let rows = tx.query_all_raw(query).await.unwrap();
    rows.iter().map(|row| row.try_get::<String>("", column).unwrap() + "\n").collect()
}

fn assert_by_index(plan: &str, index: &str) {
    assert!(!plan.contains("Seq Scan on resources") && !plan.contains("SCAN r"), "{plan}");
    assert!(plan.contains(index), "{plan}");
}

#[tokio::test]
async fn many_owners_are_looked_up_by_index_without_statistics() {
    let backend = migrations::test_database().await.db.read().get_database_backend();
    let owners: Vec<String> = (0..50).map(|n| format!("ten_{}", n * 100)).collect();
    let all = [("TRUE", vec![]), (owned::UNDONE, vec![]), (owned::FAILING_OR_OF_KIND, vec!["kind_1".into()])];
    for (which, more) in all {
        let query = owned::query(backend, &owned::all_columns(), &owners, which, more);
        assert_by_index(&plan_of(query).await, "resources_owner");
    }
}

#[tokio::test]
async fn what_is_due_is_found_by_index_without_statistics() {
    let backend = migrations::test_database().await.db.read().get_database_backend();
    let now = Timestamp::from_seconds(1_800_000_000);
    let query = backend.build(&due_query(now, &["kind_0", "kind_1"], "", 20));
    assert_by_index(&plan_of(query).await, "resources_ever_due");
}

#[tokio::test]
async fn what_is_due_next_is_found_by_index_without_statistics() {
    let backend = migrations::test_database().await.db.read().get_database_backend();
    let query = next_due_query(Timestamp::from_seconds(1_800_000_000), &["kind_0", "kind_1"]);
    assert_by_index(&plan_of(query.build(backend)).await, "resources_ever_due");
}

#[tokio::test]
async fn what_is_left_is_counted_by_index_without_statistics() {
    let backend = migrations::test_database().await.db.read().get_database_backend();
    let query = backend.build(&crate::queue::query(Timestamp::from_seconds(1_800_000_000)));
    assert_by_index(&plan_of(query).await, "resources_ever_due");
}
