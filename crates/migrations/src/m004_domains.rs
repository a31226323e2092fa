//! Mail domains: claims, proofs, what the DNS should say and what it said last, the history of checks; and what is
//! wrong with a tenant, as each slice sees it.

use sea_orm_migration::prelude::*;

pub struct Migration;

impl MigrationName for Migration {
    fn name(&self) -> &'static str {
        "m004_domains"
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
    "CREATE TABLE domains (
        id TEXT PRIMARY KEY, tenant_id TEXT NOT NULL REFERENCES tenants (id), name TEXT NOT NULL,
        token TEXT NOT NULL, proof TEXT, proven_at BIGINT, state TEXT NOT NULL, state_since BIGINT NOT NULL,
        dmarc_policy TEXT, zone TEXT, zone_read_at BIGINT, findings TEXT NOT NULL, asked TEXT NOT NULL,
        dns_host TEXT, checked_at BIGINT, next_check_at BIGINT NOT NULL, lapses_at BIGINT, removing_at BIGINT,
        refusal TEXT,
        created_at BIGINT NOT NULL)",
    "CREATE TABLE domain_checks (
        id TEXT PRIMARY KEY, tenant_id TEXT NOT NULL REFERENCES tenants (id), domain_id TEXT NOT NULL,
        at BIGINT NOT NULL, state TEXT NOT NULL, changes TEXT NOT NULL)",
    "CREATE TABLE findings (
        tenant_id TEXT NOT NULL, source TEXT NOT NULL, object TEXT NOT NULL, code TEXT NOT NULL,
        since BIGINT NOT NULL, PRIMARY KEY (tenant_id, source, object))",
    // Each step of a domain makes its row; one that is settled already is looked at once more.
    "UPDATE resources SET next_at = 0 WHERE kind = 'stalwart.domain' AND spec IS NOT NULL",
    "CREATE UNIQUE INDEX domains_name ON domains (tenant_id, name)",
    "CREATE UNIQUE INDEX domains_proven ON domains (name) WHERE proven_at IS NOT NULL",
    "CREATE INDEX domains_listed ON domains (name, id)",
    "CREATE INDEX domains_due ON domains (next_check_at)",
    "CREATE INDEX domain_checks_of ON domain_checks (tenant_id, domain_id, id)",
];
