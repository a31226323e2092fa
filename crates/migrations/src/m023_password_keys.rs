//! What took which password last: the account of each person, by its UUID, and when; and when each mailbox did. What took
//! one before the last, or none, is known.

use sea_orm_migration::prelude::*;

pub struct Migration;

impl MigrationName for Migration {
    fn name(&self) -> &'static str {
        "m023_password_keys"
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

/// Nobody knows it of the accounts that are there already, so those whose person has signed in count as having the last
/// one. Of the others it is not known that they have any.
const STATEMENTS: [&str; 4] = [
    "ALTER TABLE members ADD COLUMN mailbox_keyed_at BIGINT",
    "UPDATE members SET mailbox_keyed_at = 0 WHERE mailbox_keyed IS NOT NULL",
    "CREATE TABLE passwords (
        user_id TEXT PRIMARY KEY REFERENCES users (id),
        account TEXT,
        account_at BIGINT,
        last_at BIGINT NOT NULL)",
    "INSERT INTO passwords (user_id, account, account_at, last_at) SELECT id, sub, 0, 0 FROM users \
     WHERE sub IS NOT NULL AND username IS NOT NULL AND last_sign_in_at IS NOT NULL",
];
