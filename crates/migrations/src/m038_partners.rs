//! What is kept of partners, whom of their customers each of their staff reaches, and who is invited to be of their staff.
//! What an older instance writes meanwhile is found once it is changed again.

use kernel::name;
use kernel::needle::find_key;
use sea_orm::ConnectionTrait as _;
use sea_orm_migration::prelude::*;

pub struct Migration;

impl MigrationName for Migration {
    fn name(&self) -> &'static str {
        "m038_partners"
    }
}

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        let connection = manager.get_connection();
        for statement in COLUMNS {
            connection.execute_unprepared(statement).await?;
        }
        let query = "SELECT id, name, slug, created_at FROM partners";
        let known = sea_orm::Statement::from_string(connection.get_database_backend(), query);
        for row in connection.query_all_raw(known).await? {
            let (id, name, slug): (String, String, String) =
                (row.try_get("", "id")?, row.try_get("", "name")?, row.try_get("", "slug")?);
            let update = Query::update()
                .table("partners")
                .value("name_key", name::search_key(&name))
                .value("find_key", find_key(&[&name, &slug]))
                .value("updated_at", row.try_get::<i64>("", "created_at")?)
                .cond_where(Condition::all().add(Expr::col("id").eq(id)))
                .to_owned();
            connection.execute(&update).await?;
        }
        for statement in TABLES {
            connection.execute_unprepared(statement).await?;
        }
        Ok(())
    }
}

const COLUMNS: &[&str] = &[
    "ALTER TABLE partners ADD COLUMN name_key TEXT NOT NULL DEFAULT ''",
    "ALTER TABLE partners ADD COLUMN find_key TEXT NOT NULL DEFAULT ''",
    "ALTER TABLE partners ADD COLUMN domain TEXT",
    // In hundredths of a per cent.
    "ALTER TABLE partners ADD COLUMN margin BIGINT NOT NULL DEFAULT 0",
    "ALTER TABLE partners ADD COLUMN contact_info TEXT NOT NULL DEFAULT '{}'",
    "ALTER TABLE partners ADD COLUMN billing_info TEXT NOT NULL DEFAULT '{}'",
    "ALTER TABLE partners ADD COLUMN version BIGINT NOT NULL DEFAULT 1",
    "ALTER TABLE partners ADD COLUMN updated_at BIGINT NOT NULL DEFAULT 0",
    "ALTER TABLE partners ADD COLUMN terminated_at BIGINT",
    "ALTER TABLE partner_roles ADD COLUMN all_tenants BOOLEAN NOT NULL DEFAULT TRUE",
    "ALTER TABLE partner_roles ADD COLUMN version BIGINT NOT NULL DEFAULT 1",
];

const TABLES: &[&str] = &[
    "CREATE TABLE partner_staff_tenants (
        partner_id TEXT NOT NULL REFERENCES partners (id), user_id TEXT NOT NULL REFERENCES users (id),
        tenant_id TEXT NOT NULL REFERENCES tenants (id), PRIMARY KEY (partner_id, user_id, tenant_id))",
    // Null in `tenants` means all customers.
    "CREATE TABLE partner_invitations (
        id TEXT PRIMARY KEY, partner_id TEXT NOT NULL REFERENCES partners (id), email TEXT NOT NULL,
        name TEXT NOT NULL, role TEXT NOT NULL, tenants TEXT, secret_hash TEXT, invited_by TEXT,
        created_at BIGINT NOT NULL, sent_at BIGINT, expires_at BIGINT NOT NULL, accepted_at BIGINT,
        revoked_at BIGINT, user_id TEXT REFERENCES users (id), taken_until BIGINT)",
    "CREATE INDEX partners_name ON partners (name_key, id)",
    "CREATE INDEX partners_status ON partners (status, name_key, id)",
    "CREATE INDEX partners_found ON partners (find_key, id)",
    "CREATE INDEX partner_staff_tenants_user ON partner_staff_tenants (user_id)",
    "CREATE INDEX partner_staff_tenants_tenant ON partner_staff_tenants (tenant_id)",
    "CREATE UNIQUE INDEX partner_invitations_secret ON partner_invitations (secret_hash)",
    "CREATE INDEX partner_invitations_address ON partner_invitations (email)",
    "CREATE INDEX partner_invitations_listed ON partner_invitations (partner_id, id)",
];
