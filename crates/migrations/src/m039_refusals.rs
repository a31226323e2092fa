//! Whether an upstream that failed a probe answered it, and refused.

use sea_orm_migration::prelude::*;

pub struct Migration;

impl MigrationName for Migration {
    fn name(&self) -> &'static str {
        "m039_refusals"
    }
}

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        manager.get_connection().execute_unprepared(REFUSED).await?;
        Ok(())
    }
}

const REFUSED: &str = "ALTER TABLE probes ADD COLUMN refused BOOLEAN NOT NULL DEFAULT FALSE";
