//! Removals that somebody ordered, turns of what is written into one object, looks counted apart from failures, and lists
//! and shared mailboxes that are on their way out.

use sea_orm_migration::prelude::*;

pub struct Migration;

impl MigrationName for Migration {
    fn name(&self) -> &'static str {
        "m021_removals"
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
    "ALTER TABLE resources ADD COLUMN looks BIGINT NOT NULL DEFAULT 0",
    "ALTER TABLE resources ADD COLUMN turn TEXT",
    "ALTER TABLE resources ADD COLUMN ordered_at BIGINT",
    "ALTER TABLE destroys ADD COLUMN tenant TEXT NOT NULL DEFAULT ''",
    "CREATE TABLE turns (key TEXT PRIMARY KEY, holder TEXT NOT NULL, until BIGINT NOT NULL)",
    "ALTER TABLE lists ADD COLUMN removed_at BIGINT",
    "ALTER TABLE shared_mailboxes ADD COLUMN removed_at BIGINT",
    // Under new names: SQLite goes on knowing a dropped one on another connection.
    "DROP INDEX lists_address",
    "DROP INDEX shared_mailboxes_address",
    "CREATE UNIQUE INDEX lists_present ON lists (tenant_id, address) WHERE removed_at IS NULL",
    "CREATE UNIQUE INDEX shared_mailboxes_present ON shared_mailboxes (tenant_id, address) \
        WHERE removed_at IS NULL",
    // What goes already, and what goes with a workspace that was ended, was ordered by somebody.
    "UPDATE resources SET ordered_at = updated_at WHERE spec IS NULL",
    "UPDATE resources SET ordered_at = updated_at WHERE owner IN (
        SELECT id FROM tenants WHERE status = 'terminated' UNION ALL
        SELECT members.id FROM members JOIN tenants ON tenants.id = members.tenant_id
            WHERE tenants.status = 'terminated' UNION ALL
        SELECT tenant_groups.id FROM tenant_groups JOIN tenants ON tenants.id = tenant_groups.tenant_id
            WHERE tenants.status = 'terminated' UNION ALL
        SELECT lists.id FROM lists JOIN tenants ON tenants.id = lists.tenant_id
            WHERE tenants.status = 'terminated' UNION ALL
        SELECT shared_mailboxes.id FROM shared_mailboxes JOIN tenants ON tenants.id = shared_mailboxes.tenant_id
            WHERE tenants.status = 'terminated')",
];
