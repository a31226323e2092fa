//! People and roles, tenants, resources, audit, jobs. Times are microseconds since the epoch; JSON is text.

use sea_orm_migration::prelude::*;

pub struct Migration;

impl MigrationName for Migration {
    fn name(&self) -> &'static str {
        "m001_foundation"
    }
}

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        for statement in TABLES.iter().chain(INDEXES) {
            manager.get_connection().execute_unprepared(statement).await?;
        }
        Ok(())
    }
}

/// Plain SQL that both databases read alike: TEXT, BIGINT and BOOLEAN only.
const TABLES: &[&str] = &[
    "CREATE TABLE users (
        id TEXT PRIMARY KEY, sub TEXT, email TEXT NOT NULL, name TEXT NOT NULL, platform_admin BOOLEAN NOT NULL,
        valid_from BIGINT, last_sign_in_at BIGINT, created_at BIGINT NOT NULL, removed_at BIGINT)",
    "CREATE TABLE partners (
        id TEXT PRIMARY KEY, slug TEXT NOT NULL, name TEXT NOT NULL, status TEXT NOT NULL, created_at BIGINT NOT NULL)",
    "CREATE TABLE tenants (
        id TEXT PRIMARY KEY, slug TEXT NOT NULL, name TEXT NOT NULL, name_key TEXT NOT NULL, industry TEXT,
        plan TEXT NOT NULL, seats BIGINT NOT NULL, partner_id TEXT REFERENCES partners (id), status TEXT NOT NULL,
        suspended_from TEXT, primary_domain TEXT, billing_info TEXT NOT NULL, security_policy TEXT NOT NULL,
        is_platform BOOLEAN NOT NULL, version BIGINT NOT NULL, created_at BIGINT NOT NULL, updated_at BIGINT NOT NULL,
        terminated_at BIGINT, purge_after BIGINT)",
    "CREATE TABLE tenant_roles (
        tenant_id TEXT NOT NULL REFERENCES tenants (id), user_id TEXT NOT NULL REFERENCES users (id),
        role TEXT NOT NULL, created_at BIGINT NOT NULL, PRIMARY KEY (tenant_id, user_id))",
    "CREATE TABLE partner_roles (
        partner_id TEXT NOT NULL REFERENCES partners (id), user_id TEXT NOT NULL REFERENCES users (id),
        role TEXT NOT NULL, created_at BIGINT NOT NULL, PRIMARY KEY (partner_id, user_id))",
    "CREATE TABLE sessions (
        id TEXT PRIMARY KEY, secret_hash TEXT NOT NULL, surface TEXT NOT NULL,
        user_id TEXT NOT NULL REFERENCES users (id), csrf TEXT NOT NULL, tokens TEXT NOT NULL,
        access_expires_at BIGINT NOT NULL, refresh_lease_until BIGINT, issuer_down_since BIGINT,
        active_tenant TEXT, created_at BIGINT NOT NULL, last_seen_at BIGINT NOT NULL)",
    "CREATE TABLE audit_log (
        id TEXT PRIMARY KEY, chain TEXT NOT NULL, seq BIGINT NOT NULL, at BIGINT NOT NULL, actor_kind TEXT NOT NULL,
        actor_id TEXT, on_behalf_of TEXT, action TEXT NOT NULL, target_kind TEXT NOT NULL, target_id TEXT NOT NULL,
        target_name TEXT NOT NULL, outcome TEXT NOT NULL, before TEXT, after TEXT, request_id TEXT,
        actor_email TEXT, personal TEXT, salt TEXT NOT NULL, personal_digest TEXT NOT NULL, hash TEXT NOT NULL)",
    "CREATE TABLE audit_heads (chain TEXT PRIMARY KEY, seq BIGINT NOT NULL, hash TEXT NOT NULL)",
    "CREATE TABLE audit_words (
        word TEXT NOT NULL, chain TEXT NOT NULL, audit_id TEXT NOT NULL, PRIMARY KEY (word, chain, audit_id))",
    "CREATE TABLE resources (
        id TEXT PRIMARY KEY, owner TEXT NOT NULL, kind TEXT NOT NULL, name TEXT NOT NULL, spec TEXT,
        spec_version BIGINT NOT NULL, upstream_id TEXT, status TEXT NOT NULL, reason TEXT, error TEXT,
        attempts BIGINT NOT NULL, attempted_at BIGINT, intent_at BIGINT, next_at BIGINT NOT NULL, lease_until BIGINT,
        lease_holder TEXT, destroy_after BIGINT, created_at BIGINT NOT NULL, updated_at BIGINT NOT NULL)",
    "CREATE TABLE resource_history (
        resource_id TEXT NOT NULL REFERENCES resources (id), spec_version BIGINT NOT NULL, spec TEXT,
        changed_at BIGINT NOT NULL, PRIMARY KEY (resource_id, spec_version))",
    "CREATE TABLE destroys (resource_id TEXT PRIMARY KEY, upstream TEXT NOT NULL, at BIGINT NOT NULL)",
    "CREATE TABLE schedules (name TEXT PRIMARY KEY, next_at BIGINT NOT NULL)",
    "CREATE TABLE idempotency_keys (
        caller TEXT NOT NULL, key TEXT NOT NULL, request_hash TEXT NOT NULL, status BIGINT, body TEXT,
        created_at BIGINT NOT NULL, PRIMARY KEY (caller, key))",
    "CREATE TABLE probes (
        upstream TEXT NOT NULL, at BIGINT NOT NULL, up BOOLEAN NOT NULL, latency_micros BIGINT NOT NULL, error TEXT,
        PRIMARY KEY (upstream, at))",
];

const INDEXES: &[&str] = &[
    "CREATE UNIQUE INDEX users_sub ON users (sub)",
    "CREATE INDEX users_email ON users (email)",
    "CREATE UNIQUE INDEX partners_slug ON partners (slug)",
    "CREATE UNIQUE INDEX tenants_slug ON tenants (slug)",
    "CREATE INDEX tenants_created ON tenants (created_at, id)",
    "CREATE INDEX tenants_name ON tenants (name_key, id)",
    "CREATE INDEX tenants_status ON tenants (status, name_key, id)",
    "CREATE INDEX tenants_partner ON tenants (partner_id, name_key, id)",
    "CREATE INDEX tenants_purge ON tenants (purge_after)",
    "CREATE INDEX tenants_domain ON tenants (primary_domain)",
    "CREATE INDEX tenant_roles_user ON tenant_roles (user_id)",
    "CREATE INDEX partner_roles_user ON partner_roles (user_id)",
    "CREATE UNIQUE INDEX sessions_secret ON sessions (secret_hash)",
    "CREATE INDEX sessions_user ON sessions (user_id)",
    "CREATE INDEX sessions_seen ON sessions (last_seen_at)",
    "CREATE UNIQUE INDEX audit_log_chain ON audit_log (chain, seq)",
    "CREATE INDEX audit_log_chain_id ON audit_log (chain, id)",
    "CREATE INDEX audit_log_action ON audit_log (chain, action, id)",
    "CREATE INDEX audit_log_outcome ON audit_log (chain, outcome, id)",
    "CREATE INDEX audit_log_actor ON audit_log (chain, actor_email, id)",
    "CREATE INDEX audit_words_any ON audit_words (word, audit_id)",
    "CREATE INDEX resources_owner ON resources (owner, kind, name)",
    "CREATE UNIQUE INDEX resources_name ON resources (kind, name)",
    "CREATE INDEX resources_due ON resources (next_at)",
    "CREATE INDEX resources_status ON resources (status, kind)",
    "CREATE INDEX destroys_upstream ON destroys (upstream, at)",
    "CREATE INDEX idempotency_age ON idempotency_keys (created_at)",
];
