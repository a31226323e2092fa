//! Members: what a membership has besides its role, sign-ins that are to be ended, one-time passwords, and which
//! resource waits for which.

use sea_orm_migration::prelude::*;

pub struct Migration;

impl MigrationName for Migration {
    fn name(&self) -> &'static str {
        "m007_members"
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
    "ALTER TABLE users ADD COLUMN username TEXT",
    "ALTER TABLE users ADD COLUMN otp_set_at BIGINT",
    "ALTER TABLE users ADD COLUMN otp_ended_at BIGINT",
    "ALTER TABLE sessions ADD COLUMN authenticated_at BIGINT",
    "ALTER TABLE tenant_roles ADD COLUMN suspended_at BIGINT",
    "ALTER TABLE resources ADD COLUMN waits_for TEXT",
    "CREATE TABLE members (
        id TEXT PRIMARY KEY, tenant_id TEXT NOT NULL REFERENCES tenants (id),
        user_id TEXT NOT NULL REFERENCES users (id), name_key TEXT NOT NULL, mailbox TEXT, mailbox_domain TEXT,
        mail_quota BIGINT, storage_quota BIGINT, version BIGINT NOT NULL, created_at BIGINT NOT NULL,
        removed_at BIGINT)",
    "CREATE TABLE sign_outs (
        user_id TEXT PRIMARY KEY REFERENCES users (id), since BIGINT NOT NULL, attempts BIGINT NOT NULL,
        next_at BIGINT NOT NULL, error TEXT)",
    "CREATE UNIQUE INDEX users_username ON users (username)",
    "CREATE INDEX users_otp ON users (otp_set_at) WHERE otp_set_at IS NOT NULL",
    "CREATE INDEX resources_waiting ON resources (waits_for) WHERE waits_for IS NOT NULL",
    "CREATE UNIQUE INDEX members_person ON members (tenant_id, user_id)",
    "CREATE INDEX members_listed ON members (tenant_id, name_key, id)",
    "CREATE INDEX members_user ON members (user_id)",
    "CREATE INDEX sign_outs_due ON sign_outs (next_at)",
];
