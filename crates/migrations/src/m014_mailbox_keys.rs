//! Members: which mailbox last took a password of its person, by the mail server's id. One that is made later, or made
//! anew, has none.

use sea_orm_migration::prelude::*;

pub struct Migration;

impl MigrationName for Migration {
    fn name(&self) -> &'static str {
        "m014_mailbox_keys"
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

/// Nobody knows it of the mailboxes that are there already, so they count as having one.
const STATEMENTS: [&str; 2] = [
    "ALTER TABLE members ADD COLUMN mailbox_keyed TEXT",
    "UPDATE members SET mailbox_keyed = (SELECT r.upstream_id FROM resources r \
     WHERE r.owner = members.id AND r.kind = 'stalwart.mailbox' AND r.upstream_id IS NOT NULL LIMIT 1)",
];
