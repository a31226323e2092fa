//! Which part of its storage a workspace's shared space takes, where that follows the plan; and which browser at the
//! identity provider a session came of. Older workspaces keep all of their storage in the shared space.

use sea_orm_migration::prelude::*;

pub struct Migration;

impl MigrationName for Migration {
    fn name(&self) -> &'static str {
        "m028_storage"
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
    "ALTER TABLE tenants ADD COLUMN space_share BIGINT",
    "ALTER TABLE sessions ADD COLUMN browser TEXT",
    "ALTER TABLE sessions ADD COLUMN provider_session TEXT",
];
