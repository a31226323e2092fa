//! Offboardings: who gets the mail of who left.

use sea_orm_migration::prelude::*;

pub struct Migration;

impl MigrationName for Migration {
    fn name(&self) -> &'static str {
        "m013_hand_over"
    }
}

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        manager.get_connection().execute_unprepared(STATEMENT).await?;
        Ok(())
    }
}

/// The addresses and who has them now, as JSON.
const STATEMENT: &str = "ALTER TABLE offboardings ADD COLUMN handed TEXT";
