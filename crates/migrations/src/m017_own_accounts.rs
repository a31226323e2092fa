//! People: whether Dezky made their account, whether their address is more than a claim, and the address that the audit
//! log knows them by. Mailboxes whose app passwords are being ended.

use sea_orm_migration::prelude::*;

pub struct Migration;

impl MigrationName for Migration {
    fn name(&self) -> &'static str {
        "m017_own_accounts"
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

/// An account that nobody knows better of counts as its owner's, and an address as a claim: both do the least. A removed
/// person has no user name any more, so the history of what was wanted says whether Dezky gave one. Of an own account
/// nothing is wanted any more, nor is one that was about to go.
const STATEMENTS: &[&str] = &[
    "ALTER TABLE users ADD COLUMN account_made BOOLEAN NOT NULL DEFAULT FALSE",
    "ALTER TABLE users ADD COLUMN email_verified BOOLEAN NOT NULL DEFAULT FALSE",
    "ALTER TABLE users ADD COLUMN known_as TEXT",
    "UPDATE users SET account_made = TRUE WHERE username IS NOT NULL OR EXISTS (
        SELECT 1 FROM resources r JOIN resource_history h ON h.resource_id = r.id
        WHERE r.owner = users.id AND r.kind = 'authentik.user' AND h.spec LIKE '%\"username\"%')",
    "UPDATE users SET email_verified = TRUE WHERE username IS NOT NULL AND username = email",
    "UPDATE users SET known_as = username WHERE username IS NOT NULL",
    "UPDATE users SET known_as = email WHERE known_as IS NULL AND NOT EXISTS (
        SELECT 1 FROM users o WHERE o.id <> users.id AND (o.email = users.email OR o.username = users.email))",
    "UPDATE resources SET spec = '{\"own\":true}', spec_version = spec_version + 1 WHERE kind = 'authentik.user'
        AND spec IS NOT NULL AND owner IN (SELECT id FROM users WHERE account_made = FALSE)",
    "INSERT INTO resource_history (resource_id, spec_version, spec, changed_at)
        SELECT id, spec_version, spec, updated_at FROM resources WHERE kind = 'authentik.user'
        AND spec = '{\"own\":true}'",
    "UPDATE resources SET upstream_id = NULL, intent_at = NULL WHERE kind = 'authentik.user' AND spec IS NULL
        AND owner IN (SELECT id FROM users WHERE account_made = FALSE)",
    "CREATE INDEX users_known_as ON users (known_as)",
    "CREATE INDEX audit_log_actor_id ON audit_log (chain, actor_id, id)",
    "CREATE TABLE app_password_ends (
        member_id TEXT PRIMARY KEY, since BIGINT NOT NULL, attempts BIGINT NOT NULL,
        next_at BIGINT NOT NULL, error TEXT)",
    "CREATE INDEX app_password_ends_due ON app_password_ends (next_at)",
];
