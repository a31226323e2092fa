//! The operator's pages: the list of all drift, and the plan of one tenant.

mod list;
mod plan;
mod plan_view;
mod words;

use access::{Actor, Surface};
use i18n::Words;
use web::ui::Icon;
use web::{Mount, Nav, Routes, TenantTab};

use crate::service::Drift;

fn operators(actor: &Actor, _: Option<&str>) -> bool {
    actor.is_operator()
}

/// The slice's place in the navigation.
pub const NAV: [Nav; 1] = [Nav {
    surface: Surface::Operator,
    label: "nav-drift",
    href: "/drift",
    icon: Icon::Updown,
    counts: None,
    place: 70,
    shown_to: operators,
}];

/// Its sub-page of a tenant.
pub const TENANT_TABS: [TenantTab; 1] =
    [TenantTab { name: "plan", label: "tab-plan", path: "/plan", place: 20 }];

pub fn routes(drift: &Drift) -> Routes {
    Routes::new(Mount::Operator)
        .get("/drift", list::show)
        .post("/drift/scan", list::scan)
        .post("/drift/{id}/accept", list::accept)
        .post("/drift/withdraw", list::withdraw)
        .get("/tenants/{slug}/plan", plan::show)
        .post("/tenants/{slug}/apply", plan::apply)
        .post("/tenants/{slug}/drift/revert", plan::revert)
        .post("/tenants/{slug}/drift/adopt", plan::adopt)
        .post("/tenants/{slug}/drift/accept", plan::accept)
        .post("/tenants/{slug}/drift/withdraw", plan::withdraw)
        .with_state(drift.clone())
}

fn kind_name(w: &Words, kind: &str) -> String {
    w.t(&format!("kind-{}", kind.replace('.', "-")))
}
