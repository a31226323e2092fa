//! Invitations: until when somebody has the link in hand.

use sea_orm_migration::prelude::*;

pub struct Migration;

impl MigrationName for Migration {
    fn name(&self) -> &'static str {
        "m015_links"
    }
}

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        manager.get_connection().execute_unprepared(STATEMENT).await?;
        Ok(())
    }
}

/// So that two who follow one link at once do not both choose its password.
const STATEMENT: &str = "ALTER TABLE invitations ADD COLUMN taken_until BIGINT";
