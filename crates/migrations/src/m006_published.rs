//! The records of domains that were published from here, so that nobody else's are ever taken for ours.

use sea_orm_migration::prelude::*;

pub struct Migration;

impl MigrationName for Migration {
    fn name(&self) -> &'static str {
        "m006_published"
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
    "CREATE TABLE domain_published (
        id TEXT PRIMARY KEY, tenant_id TEXT NOT NULL REFERENCES tenants (id), domain_id TEXT NOT NULL,
        record TEXT NOT NULL, at BIGINT NOT NULL)",
    "CREATE INDEX domain_published_of ON domain_published (tenant_id, domain_id, id)",
];
