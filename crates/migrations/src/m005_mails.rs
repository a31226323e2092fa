//! Mails that are to be sent, and those that were sent lately.

use sea_orm_migration::prelude::*;

pub struct Migration;

impl MigrationName for Migration {
    fn name(&self) -> &'static str {
        "m005_mails"
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
    "CREATE TABLE mails (
        id TEXT PRIMARY KEY, key TEXT NOT NULL, recipient TEXT NOT NULL, subject TEXT NOT NULL, text TEXT NOT NULL,
        html TEXT, message_id TEXT, attempts BIGINT NOT NULL, error TEXT, created_at BIGINT NOT NULL,
        next_at BIGINT NOT NULL, sent_at BIGINT)",
    "CREATE UNIQUE INDEX mails_key ON mails (key)",
    "CREATE INDEX mails_due ON mails (next_at)",
    "CREATE INDEX mails_sent ON mails (sent_at)",
];
