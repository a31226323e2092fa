//! Offboardings: what was found of the doors of people who left.

use sea_orm_migration::prelude::*;

pub struct Migration;

impl MigrationName for Migration {
    fn name(&self) -> &'static str {
        "m011_offboardings"
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
    "CREATE TABLE offboardings (
        id TEXT PRIMARY KEY, tenant_id TEXT NOT NULL REFERENCES tenants (id),
        user_id TEXT NOT NULL REFERENCES users (id), started_by TEXT NOT NULL, began_at BIGINT NOT NULL,
        checked_at BIGINT, finished_at BIGINT, next_at BIGINT NOT NULL, attempts BIGINT NOT NULL,
        report TEXT NOT NULL)",
    "CREATE INDEX offboardings_person ON offboardings (tenant_id, user_id, id)",
    "CREATE INDEX offboardings_due ON offboardings (next_at)",
];
