//! How much of an allowance is used, which denied attempts were counted, and on which surface an import was started.

use sea_orm_migration::prelude::*;

pub struct Migration;

impl MigrationName for Migration {
    fn name(&self) -> &'static str {
        "m020_allowances"
    }
}

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        for statement in STATEMENTS {
            manager.get_connection().execute_unprepared(statement).await?;
        }
        Ok(())
    }
}

const STATEMENTS: &[&str] = &[
    "CREATE TABLE allowances (key TEXT PRIMARY KEY, since BIGINT NOT NULL, used BIGINT NOT NULL)",
    "CREATE INDEX allowances_since ON allowances (since)",
    "CREATE TABLE denials (
        actor_id TEXT NOT NULL, route TEXT NOT NULL, minute BIGINT NOT NULL, attempts BIGINT NOT NULL,
        action TEXT NOT NULL, target_kind TEXT NOT NULL, target_id TEXT NOT NULL, target_name TEXT NOT NULL,
        after TEXT NOT NULL, address TEXT, last_at BIGINT NOT NULL, PRIMARY KEY (actor_id, route, minute))",
    "CREATE INDEX denials_minute ON denials (minute)",
    "ALTER TABLE imports ADD COLUMN started_on TEXT",
];
