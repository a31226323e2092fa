//! Imports that ask where a link may go and give out first passwords once, and what was said of heads of files.

use sea_orm_migration::prelude::*;

pub struct Migration;

impl MigrationName for Migration {
    fn name(&self) -> &'static str {
        "m025_imports"
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
    "ALTER TABLE import_rows ADD COLUMN private TEXT NOT NULL DEFAULT ''",
    "ALTER TABLE import_rows ADD COLUMN made_at BIGINT",
    // Whoever was made before may have had a link.
    "ALTER TABLE import_rows ADD COLUMN linked BIGINT NOT NULL DEFAULT 1",
    "ALTER TABLE import_rows ADD COLUMN password_at BIGINT",
    "CREATE TABLE import_heads (
        tenant_id TEXT NOT NULL REFERENCES tenants (id), head TEXT NOT NULL, meaning TEXT NOT NULL,
        said_at BIGINT NOT NULL, PRIMARY KEY (tenant_id, head))",
];
