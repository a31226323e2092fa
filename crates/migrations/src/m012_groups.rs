//! Groups inside tenants, who is in them, and what spaces of theirs take of the storage.

use sea_orm_migration::prelude::*;

pub struct Migration;

impl MigrationName for Migration {
    fn name(&self) -> &'static str {
        "m012_groups"
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
    // Not `groups`: the word means something in SQL.
    "CREATE TABLE tenant_groups (
        id TEXT PRIMARY KEY, tenant_id TEXT NOT NULL REFERENCES tenants (id), slug TEXT NOT NULL,
        name TEXT NOT NULL, name_key TEXT NOT NULL, description TEXT, address TEXT, space BIGINT,
        version BIGINT NOT NULL, created_at BIGINT NOT NULL, removed_at BIGINT)",
    "CREATE UNIQUE INDEX tenant_groups_slug ON tenant_groups (tenant_id, slug)",
    "CREATE UNIQUE INDEX tenant_groups_name ON tenant_groups (tenant_id, name_key) WHERE removed_at IS NULL",
    "CREATE TABLE group_members (
        group_id TEXT NOT NULL REFERENCES tenant_groups (id), member_id TEXT NOT NULL REFERENCES members (id),
        tenant_id TEXT NOT NULL, added_at BIGINT NOT NULL, PRIMARY KEY (group_id, member_id))",
    "CREATE INDEX group_members_member ON group_members (member_id)",
    "CREATE TABLE further_spaces (
        owner TEXT PRIMARY KEY, tenant_id TEXT NOT NULL REFERENCES tenants (id), name TEXT NOT NULL,
        bytes BIGINT NOT NULL, created_at BIGINT NOT NULL)",
    "CREATE INDEX further_spaces_tenant ON further_spaces (tenant_id)",
    // By what people know its owner, where that is in no table of the same slice.
    "ALTER TABLE addresses ADD COLUMN label TEXT",
];
