//! Addresses of accounts that Dezky made count as proven only on a domain that a workspace of their person has proven, or
//! below one. So far all of them did. Those of whoever has a role in the platform's own workspace go on doing so, on
//! whatever domain they are.

use sea_orm_migration::prelude::*;

pub struct Migration;

impl MigrationName for Migration {
    fn name(&self) -> &'static str {
        "m030_access"
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

const STATEMENTS: &[&str] = &["UPDATE users SET email_verified = FALSE
        WHERE account_made AND email_verified AND NOT EXISTS (
            SELECT 1 FROM tenant_roles r JOIN tenants t ON t.id = r.tenant_id
                LEFT JOIN resources d ON d.owner = t.id AND d.kind = 'stalwart.domain' AND d.spec IS NOT NULL
            WHERE r.user_id = users.id AND (t.is_platform OR users.email LIKE ('%@' || d.name)
                OR users.email LIKE ('%@%.' || d.name)))"];
