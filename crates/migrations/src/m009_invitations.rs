//! Invitations, of which only a hash of the link's secret is kept, and imports of many people, row by row.

use sea_orm_migration::prelude::*;

pub struct Migration;

impl MigrationName for Migration {
    fn name(&self) -> &'static str {
        "m009_invitations"
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
    "CREATE TABLE invitations (
        id TEXT PRIMARY KEY, tenant_id TEXT NOT NULL REFERENCES tenants (id), email TEXT NOT NULL,
        name TEXT NOT NULL, role TEXT NOT NULL, mailbox TEXT, secret_hash TEXT, invited_by TEXT,
        created_at BIGINT NOT NULL, sent_at BIGINT, expires_at BIGINT NOT NULL, accepted_at BIGINT,
        revoked_at BIGINT, user_id TEXT REFERENCES users (id))",
    "CREATE TABLE imports (
        id TEXT PRIMARY KEY, tenant_id TEXT NOT NULL REFERENCES tenants (id), started_by TEXT NOT NULL,
        passwords TEXT NOT NULL, created_at BIGINT NOT NULL, cancelled_at BIGINT, finished_at BIGINT,
        stopped_by TEXT)",
    "CREATE TABLE import_rows (
        import_id TEXT NOT NULL REFERENCES imports (id), line BIGINT NOT NULL, name TEXT NOT NULL,
        email TEXT NOT NULL, role TEXT NOT NULL, mailbox TEXT NOT NULL, state TEXT NOT NULL, reason TEXT,
        user_id TEXT, PRIMARY KEY (import_id, line))",
    "CREATE UNIQUE INDEX invitations_secret ON invitations (secret_hash)",
    "CREATE INDEX invitations_listed ON invitations (tenant_id, id)",
    "CREATE INDEX invitations_address ON invitations (tenant_id, email)",
    "CREATE INDEX invitations_user ON invitations (user_id)",
    "CREATE INDEX invitations_unsent ON invitations (id) WHERE sent_at IS NULL",
    "CREATE INDEX imports_listed ON imports (tenant_id, id)",
    "CREATE INDEX imports_running ON imports (id) WHERE finished_at IS NULL",
    "CREATE INDEX import_rows_waiting ON import_rows (import_id, state, line)",
];
