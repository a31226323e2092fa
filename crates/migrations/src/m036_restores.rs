//! That a database was restored from a backup, and whether somebody has released it since.

use sea_orm_migration::prelude::*;

pub struct Migration;

impl MigrationName for Migration {
    fn name(&self) -> &'static str {
        "m036_restores"
    }
}

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        manager.get_connection().execute_unprepared(RESTORES).await?;
        Ok(())
    }
}

/// The table of restores. A backup of an older schema is restored without it: whoever restores it makes it.
pub const RESTORES: &str = "CREATE TABLE IF NOT EXISTS restores (
        restored_at BIGINT PRIMARY KEY, taken_at BIGINT NOT NULL, prepared_at BIGINT, released_at BIGINT)";
