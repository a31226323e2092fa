//! Generated passwords that are being ended.

use sea_orm_migration::prelude::*;

pub struct Migration;

impl MigrationName for Migration {
    fn name(&self) -> &'static str {
        "m016_password_ends"
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
    "CREATE TABLE password_ends (
        user_id TEXT PRIMARY KEY REFERENCES users (id), since BIGINT NOT NULL, attempts BIGINT NOT NULL,
        next_at BIGINT NOT NULL)",
    "CREATE INDEX password_ends_due ON password_ends (next_at)",
];
