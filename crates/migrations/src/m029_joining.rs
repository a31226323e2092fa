//! Who was given first passwords of an import, and what one that doesn't get on waits for.

use sea_orm_migration::prelude::*;

pub struct Migration;

impl MigrationName for Migration {
    fn name(&self) -> &'static str {
        "m029_joining"
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
    "ALTER TABLE import_rows ADD COLUMN password_by TEXT",
    "ALTER TABLE imports ADD COLUMN waits_for TEXT",
    "ALTER TABLE imports ADD COLUMN waits_until BIGINT",
    "CREATE INDEX imports_finished ON imports (finished_at) WHERE finished_at IS NOT NULL",
];
