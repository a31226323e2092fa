//! Drift: what the last scan found, what was accepted, when each kind was last read. A tenant's storage may be set by
//! hand.

use sea_orm_migration::prelude::*;

pub struct Migration;

impl MigrationName for Migration {
    fn name(&self) -> &'static str {
        "m003_drift"
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
    "CREATE TABLE drifts (
        id TEXT PRIMARY KEY, owner TEXT NOT NULL, kind TEXT NOT NULL, object TEXT NOT NULL, name TEXT NOT NULL,
        upstream_id TEXT, difference TEXT NOT NULL, fields TEXT NOT NULL, found_at BIGINT NOT NULL,
        seen_at BIGINT NOT NULL)",
    "CREATE TABLE drift_acceptances (
        id TEXT PRIMARY KEY, owner TEXT NOT NULL, kind TEXT NOT NULL, object TEXT NOT NULL, name TEXT NOT NULL,
        difference TEXT NOT NULL, fields TEXT NOT NULL, reason TEXT NOT NULL, accepted_by TEXT NOT NULL,
        accepted_at BIGINT NOT NULL, expires_at BIGINT NOT NULL)",
    "CREATE TABLE drift_scans (kind TEXT PRIMARY KEY, at BIGINT NOT NULL, error TEXT)",
    "ALTER TABLE tenants ADD COLUMN storage_quota BIGINT",
    "CREATE UNIQUE INDEX drifts_object ON drifts (kind, object)",
    "CREATE INDEX drifts_owner ON drifts (owner, id)",
    "CREATE INDEX drift_acceptances_object ON drift_acceptances (object)",
    "CREATE INDEX drift_acceptances_owner ON drift_acceptances (owner, id)",
];
