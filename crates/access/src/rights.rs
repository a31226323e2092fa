//! What the database gives a person, read anew at each request (`account.rs`).

use std::time::Duration;

use kernel::{TenantId, Timestamp};
use serde::Deserialize;

use crate::directory::{MembershipStatus, PartnerRef, PartnerStatus, TenantRef};
use crate::role::{PartnerRole, TenantRole};

/// A person's role in one tenant.
#[derive(Debug, Clone)]
pub struct TenantRights {
    /// The tenant.
    pub tenant: TenantRef,
    /// The role.
    pub role: TenantRole,
    /// Where the membership is in its life.
    pub membership: MembershipStatus,
    /// Sign-ins that began before give none of it.
    pub(crate) valid_from: Option<Timestamp>,
    pub(crate) limits: SessionLimits,
}

/// A person's role in one partner.
#[derive(Debug, Clone)]
pub struct PartnerRights {
    /// The partner.
    pub partner: PartnerRef,
    /// The role.
    pub role: PartnerRole,
    /// Where the partner is in its life.
    pub status: PartnerStatus,
    /// Which of its customers they reach.
    pub customers: Customers,
}

/// Which customers of their partner somebody of its staff reaches [C3].
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Customers {
    /// Whatever customers it has, those to come too.
    All,
    /// These, while they are its customers.
    Chosen(Vec<TenantId>),
}

impl Customers {
    /// Whether a customer of the partner is among them.
    pub fn reach(&self, tenant: TenantId) -> bool {
        match self {
            Self::All => true,
            Self::Chosen(chosen) => chosen.contains(&tenant),
        }
    }
}

/// All rights of a person.
#[derive(Debug, Clone, Default)]
pub struct Rights {
    /// Staff of the platform, on the operator's surface.
    pub platform_admin: bool,
    /// Roles in tenants, by the tenant's name.
    pub tenants: Vec<TenantRights>,
    /// Roles in partners that are active.
    pub partners: Vec<PartnerRights>,
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

impl Rights {
    /// True while anything lets the person sign in: an open tenant, an active partner, the platform.
    pub fn is_any(&self) -> bool {
        let works = |rights: &TenantRights| rights.tenant.status.is_open();
        self.platform_admin || !self.partners.is_empty() || self.tenants.iter().any(works)
    }

    /// Takes out the tenants that ended the sign-ins of before `began`, and gives them.
    pub(crate) fn without_ended(&mut self, began: Timestamp) -> Vec<TenantRef> {
        let is_ended = |own: &mut TenantRights| own.valid_from.is_some_and(|from| began < from);
        self.tenants.extract_if(.., is_ended).map(|own| own.tenant).collect()
    }

    /// What the person has in that tenant.
    pub fn in_tenant(&self, slug: &str) -> Option<&TenantRights> {
        self.tenants.iter().find(|rights| rights.tenant.slug == slug)
    }

    /// Where a session works: the workspace that was chosen in it, while the person has that, else the first open one [A12].
    pub fn working_in(&self, chosen: Option<&str>) -> Option<&TenantRights> {
        let open = || self.tenants.iter().find(|rights| rights.tenant.status.is_open());
        chosen.and_then(|slug| self.in_tenant(slug)).or_else(open).or(self.tenants.first())
    }

    /// The strictest limits of the person's live tenants.
    pub fn session_limits(&self) -> SessionLimits {
        let live = self.tenants.iter().filter(|rights| rights.tenant.status.is_live());
        live.fold(SessionLimits::default(), |limits, rights| limits.stricter(rights.limits))
    }
}

pub(crate) fn limits(policy: &str) -> SessionLimits {
    let Ok(policy) = serde_json::from_str::<Policy>(policy) else {
        return SessionLimits::default();
    };
    let minutes = |minutes: u64| Duration::from_secs(minutes.saturating_mul(60));
    SessionLimits {
        idle: minutes(policy.session_idle_minutes),
        absolute: minutes(policy.session_absolute_minutes),
    }
}
