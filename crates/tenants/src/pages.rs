//! What all pages of a tenant have in common, whichever slice they are of.

use maud::{Markup, html};
use web::View;
use web::ui::{Crumb, Icon, PageHead, date};

use crate::reads::Details;

/// The head that all pages of a tenant share.
pub fn tenant_head(view: &View, details: &Details, current: &str, actions: Markup) -> PageHead {
    let (w, tenant, condition) = (view.words(), &details.tenant, details.condition());
    let plan = w.t(&format!("plan-{}", tenant.plan.as_str()));
    let facts = html! {
        @if let Some(partner) = &details.partner { span { (Icon::Partner) (partner) } }
        span { (Icon::Price) (w.tx("tenant-plan-seats", &[("plan", plan.into()), ("seats", tenant.seats.into())])) }
        @if let Some(domain) = &tenant.primary_domain { span { (Icon::Globe) code { (domain.unicode()) } } }
        span { (Icon::Calendar) (w.t("tenant-since")) " " (date(w, tenant.created_at)) }
    };
    PageHead {
        title: tenant.name.clone(),
        state: Some(health::pill(w, &condition)),
        summary: health::summary(w, &condition),
        facts: Some(facts),
        actions,
        tabs: view.tenant_tabs(tenant.slug.as_str(), current),
        crumbs: vec![
            Crumb { label: w.t("nav-tenants"), href: Some("/tenants".into()) },
            Crumb { label: tenant.name.clone(), href: None },
        ],
        wide: false,
    }
}
