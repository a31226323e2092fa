//! Forms that were sent after their session had ended, and whose the pages of ended sessions were.

use sea_orm_migration::prelude::*;

pub struct Migration;

impl MigrationName for Migration {
    fn name(&self) -> &'static str {
        "m002_kept_forms"
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
    "CREATE TABLE ended_sessions (
        csrf_hash TEXT PRIMARY KEY, surface TEXT NOT NULL, user_id TEXT NOT NULL REFERENCES users (id),
        ended_at BIGINT NOT NULL)",
    "CREATE TABLE kept_forms (
        id TEXT PRIMARY KEY, browser_hash TEXT NOT NULL, surface TEXT NOT NULL,
        user_id TEXT NOT NULL REFERENCES users (id), form TEXT NOT NULL, kept_at BIGINT NOT NULL)",
    "CREATE INDEX sessions_csrf ON sessions (csrf)",
    "CREATE INDEX ended_sessions_age ON ended_sessions (ended_at)",
    "CREATE INDEX kept_forms_browser ON kept_forms (browser_hash)",
    "CREATE INDEX kept_forms_user ON kept_forms (user_id, kept_at)",
    "CREATE INDEX kept_forms_age ON kept_forms (kept_at)",
];
