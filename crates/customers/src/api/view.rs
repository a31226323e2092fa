//! A tenant on the wire [P1].

use std::collections::BTreeMap;

use i18n::Words;
use kernel::DomainName;
use provisioning::{StepView, StepsView, failing_steps, steps_in_full, steps_view};
use reconcile::Outline;
use serde::Serialize;
use tenants::{BillingInfo, Details, SecurityPolicy, Tenant};
use utoipa::ToSchema;

use crate::reads::purge_time;

/// Whom to bill.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub(crate) struct BillingInfoView {
    company: Option<String>,
    vat_id: Option<String>,
    country: Option<String>,
    email: Option<String>,
}

/// How people may sign in.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub(crate) struct SecurityPolicyView {
    /// `off`, `admins` or `all`.
    mfa_mode: String,
    session_idle_minutes: u32,
    session_absolute_minutes: u32,
    allowed_countries: Vec<String>,
    ip_allowlist: Vec<String>,
}

/// What is wrong with a tenant.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub(crate) struct HealthReasonView {
    code: String,
    about: String,
    message: String,
}

/// How a tenant is.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub(crate) struct HealthView {
    /// Percent of checks that pass; null while the workspace is closed or before the first check.
    score: Option<u32>,
    reasons: Vec<HealthReasonView>,
}

/// IDs of its objects upstream.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
#[expect(clippy::struct_field_names, reason = "the names on the wire")]
pub(crate) struct HandlesView {
    authentik_group_id: Option<String>,
    ocis_space_id: Option<String>,
    stalwart_domain_id: Option<String>,
}

/// A tenant. Fields for its admins are left out for others.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub(crate) struct TenantView {
    id: String,
    slug: String,
    name: String,
    industry: Option<String>,
    /// `pending`, `active`, `suspended`, `terminated` or `purged`.
    status: &'static str,
    plan: &'static str,
    seats: i64,
    /// In bytes.
    storage_bytes: i64,
    /// False if the storage follows from plan and seats.
    storage_set_by_hand: bool,
    partner_id: Option<String>,
    primary_domain: Option<String>,
    domains: Vec<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    billing_info: Option<BillingInfoView>,
    #[serde(skip_serializing_if = "Option::is_none")]
    security_policy: Option<SecurityPolicyView>,
    /// Inherited from the branding; read-only.
    brand_color: Option<String>,
    provisioning_status: StepsView,
    /// The error of each failing step.
    #[serde(skip_serializing_if = "Option::is_none")]
    provisioning_errors: Option<BTreeMap<&'static str, String>>,
    /// Each step in full.
    #[serde(skip_serializing_if = "Option::is_none")]
    provisioning_steps: Option<BTreeMap<&'static str, StepView>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    health: Option<HealthView>,
    created_at: String,
    /// When an ended tenant is purged.
    #[serde(skip_serializing_if = "Option::is_none")]
    purge_after: Option<String>,
    /// Only for operators.
    #[serde(skip_serializing_if = "Option::is_none")]
    handles: Option<HandlesView>,
    #[serde(skip)]
    pub version: i64,
}

/// The retried steps, for those who may retry but not see the tenant: their states and no settings.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub(crate) struct ReconciledView {
    id: String,
    slug: String,
    name: String,
    /// `pending`, `active`, `suspended`, `terminated` or `purged`.
    status: String,
    provisioning_status: StepsView,
    /// Each step in full.
    steps: BTreeMap<&'static str, StepView>,
}

/// How much of a tenant somebody sees.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Depth {
    /// A member: what it is called and how it is.
    Member,
    /// Its admins: everything but ids upstream.
    Admin,
    /// Operators: everything.
    Operator,
}

/// A tenant as `depth` may see it.
pub(crate) fn tenant_view(w: &Words, details: &Details, depth: Depth) -> TenantView {
    let (tenant, resources) = (&details.tenant, &details.resources);
    let for_admins = depth != Depth::Member;
    let domains =
        resources.iter().filter(|resource| resource.kind == "stalwart.domain" && resource.is_wanted);
    TenantView {
        id: tenant.id.to_string(),
        slug: tenant.slug.to_string(),
        name: tenant.name.clone(),
        industry: tenant.industry.clone(),
        status: tenant.status.as_str(),
        plan: tenant.plan.as_str(),
        seats: tenant.seats,
        storage_bytes: tenant.storage(),
        storage_set_by_hand: tenant.storage_quota.is_some(),
        partner_id: tenant.partner.map(|id| id.to_string()),
        primary_domain: tenant.primary_domain.as_ref().map(ToString::to_string),
        domains: domains.map(|resource| resource.name.clone()).collect(),
        billing_info: for_admins.then(|| billing_view(&tenant.billing_info)),
        security_policy: for_admins.then(|| policy_view(&tenant.security_policy)),
        brand_color: None,
        provisioning_status: steps_view(resources),
        provisioning_errors: for_admins.then(|| failing_steps(resources)),
        provisioning_steps: for_admins.then(|| steps_in_full(resources)),
        health: for_admins.then(|| health_view(w, details)),
        created_at: tenant.created_at.to_string(),
        purge_after: purge_time(tenant).map(|at| at.to_string()),
        handles: (depth == Depth::Operator).then(|| handles(tenant, resources)),
        version: tenant.version,
    }
}

/// What was tried again, for those who may not see the tenant.
pub(crate) fn reconciled_view(details: &Details) -> ReconciledView {
    let tenant = &details.tenant;
    ReconciledView {
        id: tenant.id.to_string(),
        slug: tenant.slug.to_string(),
        name: tenant.name.clone(),
        status: tenant.status.as_str().to_owned(),
        provisioning_status: steps_view(&details.resources),
        steps: steps_in_full(&details.resources),
    }
}

fn billing_view(info: &BillingInfo) -> BillingInfoView {
    BillingInfoView {
        company: info.company.clone(),
        vat_id: info.vat_id.clone(),
        country: info.country.clone(),
        email: info.email.clone(),
    }
}

fn policy_view(policy: &SecurityPolicy) -> SecurityPolicyView {
    SecurityPolicyView {
        mfa_mode: policy.mfa_mode.clone(),
        session_idle_minutes: policy.session_idle_minutes,
        session_absolute_minutes: policy.session_absolute_minutes,
        allowed_countries: policy.allowed_countries.clone(),
        ip_allowlist: policy.ip_allowlist.clone(),
    }
}

fn health_view(w: &Words, details: &Details) -> HealthView {
    let condition = details.condition();
    let reasons = condition.reasons.into_iter().map(|reason| HealthReasonView {
        code: reason.code,
        about: reason.about,
        message: w.say(&reason.message),
    });
    HealthView { score: condition.score, reasons: reasons.collect() }
}

fn handles(tenant: &Tenant, resources: &[Outline]) -> HandlesView {
    let id = |kind: &str| resources.iter().find(|r| r.kind == kind).and_then(|r| r.upstream_id.clone());
    let primary = tenant.primary_domain.as_ref().map(DomainName::ascii);
    // A former domain stays the workspace's and may come first.
    let mut domains = resources.iter().filter(|r| r.kind == "stalwart.domain");
    let domain = domains.find(|r| Some(r.name.as_str()) == primary);
    HandlesView {
        authentik_group_id: id("authentik.group"),
        ocis_space_id: id("ocis.drive"),
        stalwart_domain_id: domain.and_then(|r| r.upstream_id.clone()),
    }
}
