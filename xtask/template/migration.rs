//! Examples of tenants.

use sea_orm_migration::prelude::*;

pub struct Migration;

impl MigrationName for Migration {
    fn name(&self) -> &'static str {
        "m000_examples"
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
    "CREATE TABLE examples (
        id TEXT PRIMARY KEY, tenant_id TEXT NOT NULL REFERENCES tenants (id), name TEXT NOT NULL,
        name_key TEXT NOT NULL, find_key TEXT NOT NULL, created_at BIGINT NOT NULL, removed_at BIGINT)",
    "CREATE INDEX examples_found ON examples (tenant_id, find_key, id)",
    "CREATE UNIQUE INDEX examples_name ON examples (tenant_id, name_key) WHERE removed_at IS NULL",
];
