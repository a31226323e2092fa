//! Feature flags of the platform, whom each is for, and the number of their last change, by which instances see that
//! something changed.

use sea_orm_migration::prelude::*;

pub struct Migration;

impl MigrationName for Migration {
    fn name(&self) -> &'static str {
        "m037_flags"
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
    "CREATE TABLE flags (
        id TEXT PRIMARY KEY, key TEXT NOT NULL, find_key TEXT NOT NULL, description TEXT, kind TEXT NOT NULL,
        share BIGINT NOT NULL, starts_at BIGINT, ends_at BIGINT, killed_at BIGINT, version BIGINT NOT NULL,
        change BIGINT NOT NULL, created_at BIGINT NOT NULL, updated_at BIGINT NOT NULL, updated_by TEXT NOT NULL,
        removed_at BIGINT)",
    "CREATE UNIQUE INDEX flags_key ON flags (key) WHERE removed_at IS NULL",
    "CREATE INDEX flags_change ON flags (change)",
    "CREATE INDEX flags_found ON flags (find_key, id)",
    "CREATE TABLE flag_targets (
        flag_id TEXT NOT NULL REFERENCES flags (id), kind TEXT NOT NULL, target TEXT NOT NULL,
        PRIMARY KEY (flag_id, kind, target))",
    "CREATE TABLE flag_changes (name TEXT PRIMARY KEY, change BIGINT NOT NULL)",
];
