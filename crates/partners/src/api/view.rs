//! Partners and their customers on the wire [P1].

use serde::Serialize;
use tenants::Tenant;
use utoipa::ToSchema;

use crate::model::Partner;
use crate::reads::Summary;

/// Whom to talk to.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub(crate) struct ContactInfoView {
    name: Option<String>,
    email: Option<String>,
    phone: Option<String>,
}

/// Whom to bill.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub(crate) struct PartnerBillingView {
    company: Option<String>,
    vat_id: Option<String>,
    country: Option<String>,
    email: Option<String>,
}

/// A partner.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub(crate) struct PartnerView {
    id: String,
    slug: String,
    name: String,
    domain: Option<String>,
    /// `active`, `suspended` or `terminated`.
    status: &'static str,
    /// The margin in per cent, a decimal string of two places.
    margin_pct: String,
    contact_info: ContactInfoView,
    billing_info: PartnerBillingView,
    /// How many customers it has that did not end.
    customers: i64,
    created_at: String,
    /// When it was ended.
    #[serde(skip_serializing_if = "Option::is_none")]
    terminated_at: Option<String>,
}

impl From<&Summary> for PartnerView {
    fn from(Summary { partner, customers }: &Summary) -> Self {
        let Partner { contact, billing, .. } = partner.clone();
        Self {
            id: partner.id.to_string(),
            slug: partner.slug.to_string(),
            name: partner.name.clone(),
            domain: partner.domain.as_ref().map(ToString::to_string),
            status: partner.status.as_str(),
            margin_pct: partner.margin.to_string(),
            contact_info: ContactInfoView { name: contact.name, email: contact.email, phone: contact.phone },
            billing_info: PartnerBillingView {
                company: billing.company,
                vat_id: billing.vat_id,
                country: billing.country,
                email: billing.email,
            },
            customers: *customers,
            created_at: partner.created_at.to_string(),
            terminated_at: partner.terminated_at.map(|at| at.to_string()),
        }
    }
}

/// A partner as its own staff see it. What it pays and gets is for those who run the platform.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub(crate) struct OwnPartnerView {
    id: String,
    slug: String,
    name: String,
    domain: Option<String>,
    /// `active`, `suspended` or `terminated`.
    status: &'static str,
    /// The margin in per cent, a decimal string of two places; read-only.
    margin_pct: String,
    contact_info: ContactInfoView,
    /// The caller's role: `owner`, `admin`, `support` or `billing`.
    role: String,
    /// `all` customers, or `chosen` ones.
    reach: &'static str,
}

impl OwnPartnerView {
    pub(crate) fn of(partner: Partner, role: &str, reach: &'static str) -> Self {
        let contact = partner.contact;
        Self {
            id: partner.id.to_string(),
            slug: partner.slug.to_string(),
            name: partner.name,
            domain: partner.domain.as_ref().map(ToString::to_string),
            status: partner.status.as_str(),
            margin_pct: partner.margin.to_string(),
            contact_info: ContactInfoView { name: contact.name, email: contact.email, phone: contact.phone },
            role: role.to_owned(),
            reach,
        }
    }
}

/// A tenant as its partner sees it in a list.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub(crate) struct CustomerView {
    id: String,
    slug: String,
    name: String,
    /// `pending`, `active`, `suspended`, `terminated` or `purged`.
    status: &'static str,
    plan: &'static str,
    seats: i64,
    created_at: String,
}

impl From<&Tenant> for CustomerView {
    fn from(tenant: &Tenant) -> Self {
        Self {
            id: tenant.id.to_string(),
            slug: tenant.slug.to_string(),
            name: tenant.name.clone(),
            status: tenant.status.as_str(),
            plan: tenant.plan.as_str(),
            seats: tenant.seats,
            created_at: tenant.created_at.to_string(),
        }
    }
}
