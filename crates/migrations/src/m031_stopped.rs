//! What has stopped for want of an order says so in columns of its own: another failure writes over its reason, and the
//! hour in which it was counted passes.

use sea_orm_migration::prelude::*;

pub struct Migration;

impl MigrationName for Migration {
    fn name(&self) -> &'static str {
        "m031_stopped"
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
    "ALTER TABLE resources ADD COLUMN stopped_at BIGINT",
    "ALTER TABLE resources ADD COLUMN stopped_in TEXT",
    "CREATE INDEX resources_stopped ON resources (stopped_in) WHERE stopped_at IS NOT NULL",
    // Due at once, so that it is written down in which workspace.
    "UPDATE resources SET stopped_at = updated_at, next_at = updated_at
        WHERE spec IS NULL AND ordered_at IS NULL AND status = 'error' AND reason = 'removal_stopped'",
];
