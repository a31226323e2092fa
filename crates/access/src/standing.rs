//! What the database gives a person, read anew at each request.

use std::time::Duration;

use db::Error;
use sea_orm::{ColumnTrait, ConnectionTrait, EntityTrait, QueryFilter};
use serde::Deserialize;

use crate::directory::{PartnerRef, TenantRef, partner_ref, tenant_ref};
use crate::role::{PartnerRole, TenantRole};
use crate::tables::{partner_roles, partners, tenant_roles, tenants, users};

/// A person's role in one tenant.
#[derive(Debug, Clone)]
pub struct TenantStanding {
    /// The tenant.
    pub tenant: TenantRef,
    /// The role.
    pub role: TenantRole,
    pub(crate) limits: SessionLimits,
}

/// A person's role in one partner.
#[derive(Debug, Clone)]
pub struct PartnerStanding {
    /// The partner.
    pub partner: PartnerRef,
    /// The role.
    pub role: PartnerRole,
}

/// All rights of a person.
#[derive(Debug, Clone, Default)]
pub struct Standing {
    /// Staff of the platform, on the operator's surface.
    pub platform_admin: bool,
    /// Roles in tenants, by the tenant's name.
    pub tenants: Vec<TenantStanding>,
    /// Roles in partners that are active.
    pub partners: Vec<PartnerStanding>,
}

/// How long a browser session lasts.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct SessionLimits {
    /// Without a request.
    pub idle: Duration,
    /// In all.
    pub absolute: Duration,
}

impl Default for SessionLimits {
    fn default() -> Self {
        Self { idle: Duration::from_hours(8), absolute: Duration::from_hours(24) }
    }
}

impl SessionLimits {
    fn stricter(self, other: Self) -> Self {
        Self { idle: self.idle.min(other.idle), absolute: self.absolute.min(other.absolute) }
    }
}

/// The part of a tenant's security policy that limits sessions [H4].
#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Policy {
    session_idle_minutes: u64,
    session_absolute_minutes: u64,
}

impl Standing {
    pub(crate) async fn load(on: &impl ConnectionTrait, user: &users::Model) -> Result<Self, Error> {
        Ok(Self {
            platform_admin: user.platform_admin,
            tenants: tenant_standings(on, &user.id).await?,
            partners: partner_standings(on, &user.id).await?,
        })
    }

    /// The person's standing in that tenant.
    pub fn in_tenant(&self, slug: &str) -> Option<&TenantStanding> {
        self.tenants.iter().find(|standing| standing.tenant.slug == slug)
    }

    /// The strictest limits of the person's live tenants.
    pub fn session_limits(&self) -> SessionLimits {
        let live = self.tenants.iter().filter(|standing| standing.tenant.status.is_live());
        live.fold(SessionLimits::default(), |limits, standing| limits.stricter(standing.limits))
    }
}

async fn tenant_standings(on: &impl ConnectionTrait, user: &str) -> Result<Vec<TenantStanding>, Error> {
    let roles = tenant_roles::Entity::find().filter(tenant_roles::Column::UserId.eq(user)).all(on).await?;
    if roles.is_empty() {
        return Ok(Vec::new());
    }
    let ids = roles.iter().map(|role| role.tenant_id.as_str());
    let rows = tenants::Entity::find().filter(tenants::Column::Id.is_in(ids)).all(on).await?;
    let mut standings = Vec::new();
    for row in rows {
        let role =
            roles.iter().find(|role| role.tenant_id == row.id).and_then(|role| TenantRole::parse(&role.role));
        let tenant = tenant_ref(&row)?;
        // A role that nobody knows, and a tenant that is gone, give nothing.
        if let Some(role) = role.filter(|_| tenant.status.is_live()) {
            standings.push(TenantStanding { tenant, role, limits: limits(&row.security_policy) });
        }
    }
    standings.sort_by(|a, b| a.tenant.name.cmp(&b.tenant.name));
    Ok(standings)
}

fn limits(policy: &str) -> SessionLimits {
    let Ok(policy) = serde_json::from_str::<Policy>(policy) else {
        return SessionLimits::default();
    };
    let minutes = |minutes: u64| Duration::from_secs(minutes.saturating_mul(60));
    SessionLimits {
        idle: minutes(policy.session_idle_minutes),
        absolute: minutes(policy.session_absolute_minutes),
    }
}

async fn partner_standings(on: &impl ConnectionTrait, user: &str) -> Result<Vec<PartnerStanding>, Error> {
    let roles = partner_roles::Entity::find().filter(partner_roles::Column::UserId.eq(user)).all(on).await?;
    if roles.is_empty() {
        return Ok(Vec::new());
    }
    let ids = roles.iter().map(|role| role.partner_id.as_str());
    let rows = partners::Entity::find().filter(partners::Column::Id.is_in(ids)).all(on).await?;
    let mut standings = Vec::new();
    for row in rows.iter().filter(|row| row.status == "active") {
        let role = roles
            .iter()
            .find(|role| role.partner_id == row.id)
            .and_then(|role| PartnerRole::parse(&role.role));
        if let Some(role) = role {
            standings.push(PartnerStanding { partner: partner_ref(row)?, role });
        }
    }
    standings.sort_by(|a, b| a.partner.name.cmp(&b.partner.name));
    Ok(standings)
}
