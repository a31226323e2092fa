//! Mail: every address of a tenant in one table, distribution lists, shared mailboxes, settings of domains.

use sea_orm_migration::prelude::*;

pub struct Migration;

impl MigrationName for Migration {
    fn name(&self) -> &'static str {
        "m008_mail"
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
    "CREATE TABLE addresses (
        tenant_id TEXT NOT NULL REFERENCES tenants (id), address TEXT NOT NULL, kind TEXT NOT NULL,
        object TEXT NOT NULL, created_at BIGINT NOT NULL, PRIMARY KEY (tenant_id, address))",
    "CREATE TABLE lists (
        id TEXT PRIMARY KEY, tenant_id TEXT NOT NULL REFERENCES tenants (id), address TEXT NOT NULL,
        description TEXT, version BIGINT NOT NULL, created_at BIGINT NOT NULL)",
    "CREATE TABLE list_recipients (
        list_id TEXT NOT NULL REFERENCES lists (id), address TEXT NOT NULL, tenant_id TEXT NOT NULL,
        PRIMARY KEY (list_id, address))",
    "CREATE TABLE shared_mailboxes (
        id TEXT PRIMARY KEY, tenant_id TEXT NOT NULL REFERENCES tenants (id), address TEXT NOT NULL,
        name TEXT NOT NULL, version BIGINT NOT NULL, created_at BIGINT NOT NULL)",
    "CREATE TABLE shared_readers (
        shared_id TEXT NOT NULL, member_id TEXT NOT NULL REFERENCES members (id), tenant_id TEXT NOT NULL,
        PRIMARY KEY (shared_id, member_id))",
    "CREATE TABLE mail_settings (
        tenant_id TEXT NOT NULL REFERENCES tenants (id), domain TEXT NOT NULL, catch_all TEXT,
        plus_addresses BOOLEAN NOT NULL, PRIMARY KEY (tenant_id, domain))",
    // Mailboxes that are there already.
    "INSERT INTO addresses (tenant_id, address, kind, object, created_at)
        SELECT tenant_id, mailbox || '@' || mailbox_domain, 'mailbox', id, created_at FROM members
        WHERE mailbox IS NOT NULL AND mailbox_domain IS NOT NULL AND removed_at IS NULL",
    "CREATE INDEX addresses_object ON addresses (object)",
    "CREATE UNIQUE INDEX lists_address ON lists (tenant_id, address)",
    "CREATE INDEX list_recipients_address ON list_recipients (tenant_id, address)",
    "CREATE UNIQUE INDEX shared_mailboxes_address ON shared_mailboxes (tenant_id, address)",
    "CREATE INDEX shared_readers_member ON shared_readers (member_id)",
];
