//! Tables of people, roles and sessions; and, read-only, the columns of tenants and partners that rights need.

macro_rules! entity {
    ($name:ident, $table:literal, { $($body:tt)* }) => {
        pub mod $name {
            use sea_orm::entity::prelude::*;

            #[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
            #[sea_orm(table_name = $table)]
            pub struct Model { $($body)* }

            #[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
            pub enum Relation {}

            impl ActiveModelBehavior for ActiveModel {}
        }
    };
}

entity!(users, "users", {
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: String,
    pub sub: Option<String>,
    pub email: String,
    pub name: String,
    pub platform_admin: bool,
    pub valid_from: Option<i64>,
    pub last_sign_in_at: Option<i64>,
    pub created_at: i64,
    pub removed_at: Option<i64>,
    pub username: Option<String>,
    pub otp_set_at: Option<i64>,
    pub otp_ended_at: Option<i64>,
    pub account_made: bool,
    /// The tenant that made the account.
    pub made_in: Option<String>,
    pub email_verified: bool,
    pub known_as: Option<String>,
});

entity!(tenant_roles, "tenant_roles", {
    #[sea_orm(primary_key, auto_increment = false)]
    pub tenant_id: String,
    #[sea_orm(primary_key, auto_increment = false)]
    pub user_id: String,
    pub role: String,
    pub created_at: i64,
    pub suspended_at: Option<i64>,
    /// Sign-ins that began before give nothing of the role.
    pub valid_from: Option<i64>,
});

entity!(partner_roles, "partner_roles", {
    #[sea_orm(primary_key, auto_increment = false)]
    pub partner_id: String,
    #[sea_orm(primary_key, auto_increment = false)]
    pub user_id: String,
    pub role: String,
    pub created_at: i64,
    /// False where they reach only those of `partner_staff_tenants`.
    pub all_tenants: bool,
    /// Counts what somebody changed of them.
    pub version: i64,
});

entity!(partner_staff_tenants, "partner_staff_tenants", {
    #[sea_orm(primary_key, auto_increment = false)]
    pub partner_id: String,
    #[sea_orm(primary_key, auto_increment = false)]
    pub user_id: String,
    #[sea_orm(primary_key, auto_increment = false)]
    pub tenant_id: String,
});

entity!(sessions, "sessions", {
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: String,
    pub secret_hash: String,
    pub surface: String,
    pub user_id: String,
    pub csrf: String,
    pub tokens: String,
    pub access_expires_at: i64,
    pub refresh_lease_until: Option<i64>,
    pub issuer_down_since: Option<i64>,
    pub active_tenant: Option<String>,
    pub created_at: i64,
    pub last_seen_at: i64,
    pub browser: Option<String>,
    pub provider_session: Option<String>,
    pub authenticated_at: Option<i64>,
});

entity!(invitations, "invitations", {
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: String,
    pub tenant_id: String,
    pub email: String,
    pub name: String,
    pub find_key: String,
    pub role: String,
    pub mailbox: Option<String>,
    pub secret_hash: Option<String>,
    pub invited_by: Option<String>,
    pub created_at: i64,
    pub sent_at: Option<i64>,
    pub expires_at: i64,
    pub accepted_at: Option<i64>,
    pub revoked_at: Option<i64>,
    pub user_id: Option<String>,
    pub taken_until: Option<i64>,
});

entity!(partner_invitations, "partner_invitations", {
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: String,
    pub partner_id: String,
    pub email: String,
    pub name: String,
    pub role: String,
    /// The customers that it gives, as JSON; none for all of them.
    pub tenants: Option<String>,
    pub secret_hash: Option<String>,
    pub invited_by: Option<String>,
    pub created_at: i64,
    pub sent_at: Option<i64>,
    pub expires_at: i64,
    pub accepted_at: Option<i64>,
    pub revoked_at: Option<i64>,
    pub user_id: Option<String>,
    pub taken_until: Option<i64>,
});

entity!(denials, "denials", {
    #[sea_orm(primary_key, auto_increment = false)]
    pub actor_id: String,
    #[sea_orm(primary_key, auto_increment = false)]
    pub route: String,
    #[sea_orm(primary_key, auto_increment = false)]
    pub minute: i64,
    pub attempts: i64,
    pub action: String,
    pub target_kind: String,
    pub target_id: String,
    pub target_name: String,
    pub after: String,
    pub address: Option<String>,
    pub last_at: i64,
});

entity!(allowances, "allowances", {
    #[sea_orm(primary_key, auto_increment = false)]
    pub key: String,
    pub since: i64,
    pub used: i64,
});

entity!(ended_sessions, "ended_sessions", {
    #[sea_orm(primary_key, auto_increment = false)]
    pub csrf_hash: String,
    pub surface: String,
    pub user_id: String,
    pub ended_at: i64,
});

entity!(tenants, "tenants", {
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: String,
    pub slug: String,
    pub name: String,
    pub plan: String,
    pub status: String,
    pub partner_id: Option<String>,
    pub security_policy: String,
});

entity!(partners, "partners", {
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: String,
    pub slug: String,
    pub name: String,
    pub status: String,
});
