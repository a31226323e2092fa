//! Pure types and rules of a tenant.

use access::{TenantRef, TenantStatus};
use kernel::{DomainName, EmailAddress, PartnerId, Slug, TenantId, Timestamp};
use provisioning::Workspace;
use serde::{Deserialize, Serialize};

/// A plan that a tenant can be on.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Plan {
    /// Small.
    Starter,
    /// The usual one.
    Business,
    /// Large.
    Enterprise,
}

const GIB: i64 = 1 << 30;

impl Plan {
    /// All of them.
    pub const ALL: [Self; 3] = [Self::Starter, Self::Business, Self::Enterprise];
    /// Their words on the wire.
    pub const WORDS: &'static [&'static str] = &["starter", "business", "enterprise"];

    /// The word on the wire.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Starter => "starter",
            Self::Business => "business",
            Self::Enterprise => "enterprise",
        }
    }

    /// The plan of a word.
    pub fn parse(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|plan| plan.as_str() == word)
    }

    /// Storage in bytes that each seat adds.
    pub const fn storage_per_seat(self) -> i64 {
        match self {
            Self::Starter => 10 * GIB,
            Self::Business => 50 * GIB,
            Self::Enterprise => 200 * GIB,
        }
    }
}

/// The most letters of a tenant's name.
pub const MOST_NAME: usize = 120;

/// The most seats a tenant can have.
pub const MOST_SEATS: i64 = 100_000;

/// The most storage a tenant can have, in bytes.
pub const MOST_STORAGE: i64 = 1 << 60;

/// The part of its storage that the space of a new tenant takes, in per cent. A space that takes all of it leaves nothing
/// to groups and people, and what is saved in a space can't be taken back by lowering its limit.
pub const SPACE_SHARE: i64 = 50;

/// So many per cent of the storage, in bytes. Never nothing, which the file service takes for no limit.
pub fn part(storage: i64, share: i64) -> i64 {
    let part = i128::from(storage) * i128::from(share) / 100;
    i64::try_from(part).unwrap_or(storage).clamp(1.min(storage), storage)
}

/// Storage in bytes for so many seats. Seats are limited, so this can't overflow.
fn storage_quota(plan: Plan, seats: i64) -> i64 {
    plan.storage_per_seat().saturating_mul(seats)
}

/// Whom to bill.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct BillingInfo {
    /// The company's legal name.
    pub company: Option<String>,
    pub vat_id: Option<String>,
    /// ISO 3166 code of its country.
    pub country: Option<String>,
    /// Where invoices go.
    pub email: Option<String>,
}

/// How people may sign in [H4].
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct SecurityPolicy {
    /// Who must have a second factor: `off`, `admins` or `all`.
    pub mfa_mode: String,
    /// Minutes without a request after which a session ends.
    pub session_idle_minutes: u32,
    /// Minutes after which a session ends in any case.
    pub session_absolute_minutes: u32,
    /// ISO 3166 codes; empty means everywhere.
    pub allowed_countries: Vec<String>,
    /// CIDR networks; empty means everywhere.
    pub ip_allowlist: Vec<String>,
}

impl Default for SecurityPolicy {
    fn default() -> Self {
        Self {
            mfa_mode: "off".to_owned(),
            session_idle_minutes: 480,
            session_absolute_minutes: 1440,
            allowed_countries: Vec::new(),
            ip_allowlist: Vec::new(),
        }
    }
}

/// A tenant.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Tenant {
    pub id: TenantId,
    /// Its name for addresses; never changes, never given again.
    pub slug: Slug,
    /// Its name for people.
    pub name: String,
    /// What it does.
    pub industry: Option<String>,
    /// What it has bought.
    pub plan: Plan,
    /// For how many people.
    pub seats: i64,
    /// Storage in bytes, where it is not what plan and seats give.
    pub storage_quota: Option<i64>,
    /// What of that its space may hold, where it was said in bytes; the rest can be given to its people and groups.
    pub space_quota: Option<i64>,
    /// The same in per cent, where it follows the storage. With neither the space may hold all of it.
    pub space_share: Option<i64>,
    /// Whose customer it is.
    pub partner: Option<PartnerId>,
    /// Where it is in its life.
    pub status: TenantStatus,
    /// The state to which it resumes.
    pub suspended_from: Option<TenantStatus>,
    /// Its first mail domain.
    pub primary_domain: Option<DomainName>,
    /// Whom to bill.
    pub billing_info: BillingInfo,
    /// How people may sign in.
    pub security_policy: SecurityPolicy,
    /// True for the platform's own workspace.
    pub is_platform: bool,
    /// Counts the changes.
    pub version: i64,
    /// When it was made.
    pub created_at: Timestamp,
    /// When it was ended.
    pub terminated_at: Option<Timestamp>,
    /// From when on it is purged.
    pub purge_after: Option<Timestamp>,
}

impl Tenant {
    /// As far as rights need it.
    pub fn reference(&self) -> TenantRef {
        TenantRef {
            id: self.id,
            slug: self.slug.to_string(),
            name: self.name.clone(),
            plan: self.plan.as_str().to_owned(),
            status: self.status,
            partner: self.partner,
        }
    }

    /// As far as upstreams need it.
    pub fn workspace(&self) -> Workspace {
        Workspace {
            id: self.id,
            slug: self.slug.clone(),
            name: self.name.clone(),
            is_open: self.status.is_open(),
            primary_domain: self.primary_domain.clone(),
            space: self.space(),
        }
    }

    /// Its storage in bytes.
    pub fn storage(&self) -> i64 {
        self.storage_quota.unwrap_or_else(|| storage_quota(self.plan, self.seats))
    }

    /// What its space may hold, in bytes: never more than all of its storage.
    pub fn space(&self) -> i64 {
        match (self.space_quota, self.space_share) {
            (Some(quota), _) => quota.min(self.storage()),
            (None, Some(share)) => part(self.storage(), share),
            (None, None) => self.storage(),
        }
    }
}

/// The first owner of a new tenant, among people who have signed in.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FirstOwner {
    pub email: EmailAddress,
}

/// A tenant to be made.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewTenant {
    pub slug: Slug,
    pub name: String,
    /// What it does.
    pub industry: Option<String>,
    /// What it has bought.
    pub plan: Plan,
    /// For how many people.
    pub seats: i64,
    /// Whose customer it is.
    pub partner: Option<PartnerId>,
    /// Its mail domain; making the tenant as operator vouches for it [D1].
    pub primary_domain: Option<DomainName>,
    /// Whom to bill.
    pub billing_info: BillingInfo,
    pub owner: Option<FirstOwner>,
}

/// Changes of a tenant; none leaves a field as it is.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct TenantChange {
    /// Another name.
    pub name: Option<String>,
    /// Another industry; `Some(None)` clears it.
    pub industry: Option<Option<String>>,
    /// Another billing info, as a whole.
    pub billing_info: Option<BillingInfo>,
    /// Operator only: another plan.
    pub plan: Option<Plan>,
    /// Operator only: other seats.
    pub seats: Option<i64>,
    /// Operator only: another storage in bytes; `Some(None)` goes back to what plan and seats give.
    pub storage_quota: Option<Option<i64>>,
    /// Operator only: another partner; `Some(None)` detaches it.
    pub partner: Option<Option<PartnerId>>,
    /// Operator only: another primary domain.
    pub primary_domain: Option<DomainName>,
}

impl TenantChange {
    /// True when only an operator may do all of it [A3].
    pub fn needs_operator(&self) -> bool {
        self.plan.is_some()
            || self.seats.is_some()
            || self.storage_quota.is_some()
            || self.partner.is_some()
            || self.primary_domain.is_some()
    }

    /// The tenant after the change.
    pub fn apply(&self, tenant: &Tenant) -> Tenant {
        let mut changed = tenant.clone();
        if let Some(name) = &self.name {
            changed.name.clone_from(name);
        }
        if let Some(industry) = &self.industry {
            changed.industry.clone_from(industry);
        }
        if let Some(billing_info) = &self.billing_info {
            changed.billing_info.clone_from(billing_info);
        }
        changed.plan = self.plan.unwrap_or(changed.plan);
        changed.seats = self.seats.unwrap_or(changed.seats);
        changed.storage_quota = self.storage_quota.unwrap_or(changed.storage_quota);
        changed.partner = self.partner.unwrap_or(changed.partner);
        if let Some(domain) = &self.primary_domain {
            changed.primary_domain = Some(domain.clone());
        }
        changed
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_largest_tenant_has_a_quota_that_fits() {
        let quota = storage_quota(Plan::Enterprise, MOST_SEATS);
        assert_eq!(quota / MOST_SEATS, 200 * GIB);
        assert!(quota < i64::MAX / 2);
    }

    #[test]
    fn a_part_of_the_storage_is_neither_nothing_nor_more_than_there_is() {
        assert_eq!((part(10 * GIB, 50), part(3, 50), part(i64::MAX, 100)), (5 * GIB, 1, i64::MAX));
        assert_eq!((part(1, 50), part(0, 50), part(7, 300)), (1, 0, 7));
    }

    #[test]
    fn plans_are_known_by_their_words() {
        assert!(Plan::ALL.iter().all(|plan| Plan::parse(plan.as_str()) == Some(*plan)));
        assert_eq!(Plan::ALL.map(Plan::as_str).as_slice(), Plan::WORDS);
        assert_eq!(Plan::parse("gold"), None);
    }
}
