//! Storage: what a workspace's space may hold where that is not all of its storage, and the one refresh token of the
//! file service's own user.

use sea_orm_migration::prelude::*;

pub struct Migration;

impl MigrationName for Migration {
    fn name(&self) -> &'static str {
        "m010_storage"
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
    "ALTER TABLE tenants ADD COLUMN space_quota BIGINT",
    // `ticket` is whoever has the token out, until `out_until`; what comes back after that is not looked for.
    "CREATE TABLE ocis_tokens (
        name TEXT PRIMARY KEY, refresh TEXT, access TEXT, access_until BIGINT, ticket TEXT, out_until BIGINT,
        lost TEXT, updated_at BIGINT NOT NULL)",
];
