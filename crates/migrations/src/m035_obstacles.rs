//! What forbids a step is stored as data beside its sentence, which programs read and versions before this one show.

use sea_orm_migration::prelude::*;

pub struct Migration;

impl MigrationName for Migration {
    fn name(&self) -> &'static str {
        "m035_obstacles"
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
    "ALTER TABLE resources ADD COLUMN obstacle TEXT",
    "ALTER TABLE drift_scans ADD COLUMN obstacle TEXT",
    "ALTER TABLE domains ADD COLUMN refusal_obstacle TEXT",
];
