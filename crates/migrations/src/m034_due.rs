//! What is due is found by an index over what is ever due: as small as it is, PostgreSQL takes it before it has
//! statistics too.

use sea_orm_migration::prelude::*;

pub struct Migration;

impl MigrationName for Migration {
    fn name(&self) -> &'static str {
        "m034_due"
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
    "DROP INDEX resources_due",
    "CREATE INDEX resources_ever_due ON resources (next_at) WHERE next_at < 9223372036854775807",
];
