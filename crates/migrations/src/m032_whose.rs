//! Whose accounts are: the workspace that made one, and since when a workspace takes sign-ins. Mails that wait are sealed:
//! the links in them are secrets.

use sea_orm_migration::prelude::*;

pub struct Migration;

impl MigrationName for Migration {
    fn name(&self) -> &'static str {
        "m032_whose"
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
    "ALTER TABLE tenant_roles ADD COLUMN valid_from BIGINT",
    "ALTER TABLE users ADD COLUMN made_in TEXT",
    // Whoever made an account has had its person for longest.
    "UPDATE users SET made_in = (SELECT tenant_id FROM members WHERE members.user_id = users.id
            ORDER BY members.created_at, members.id LIMIT 1)
        WHERE account_made",
    "ALTER TABLE mails ADD COLUMN sealed BOOLEAN NOT NULL DEFAULT FALSE",
];
