//! The slice's pages on the operator console. A page has one file: its handlers first, then its view.

mod actions;
mod edit;
mod form;
mod list;
mod new;
mod overview;
mod stopped;

use access::{Actor, CreateTenant, Surface};
use web::ui::Icon;
use web::{Mount, Nav, Routes, Shortcut, TenantTab};

use crate::service::Customers;

fn operators(actor: &Actor, _: Option<&str>) -> bool {
    actor.is_operator()
}

/// The slice's place in the navigation.
pub const NAV: [Nav; 1] = [Nav {
    surface: Surface::Operator,
    label: "nav-tenants",
    href: "/tenants",
    icon: Icon::Tenant,
    counts: None,
    place: 10,
    shown_to: operators,
}];

/// Its first sub-page of a tenant.
pub const TENANT_TABS: [TenantTab; 1] =
    [TenantTab { name: "overview", label: "tab-overview", path: "", place: 0 }];

/// Its ways to what people do often.
pub const SHORTCUTS: [Shortcut; 1] =
    [Shortcut::new::<CreateTenant>(Surface::Operator, "tenants-new", "/tenants/new", Icon::Plus)];

pub fn operator(customers: &Customers) -> Routes {
    Routes::new(Mount::Operator)
        .get("/tenants", list::show)
        .get("/tenants/new", new::show)
        .post("/tenants", new::submit)
        .get("/tenants/{slug}", overview::show)
        .get("/tenants/{slug}/live", overview::live)
        .get("/tenants/{slug}/edit", edit::show)
        .post("/tenants/{slug}/edit", edit::submit)
        .post("/tenants/{slug}/storage", actions::storage_by_plan)
        .post("/tenants/{slug}/suspend", actions::suspend)
        .post("/tenants/{slug}/resume", actions::resume)
        .post("/tenants/{slug}/terminate", actions::terminate)
        .post("/tenants/{slug}/reconcile", actions::reconcile)
        .post("/tenants/{slug}/stopped-removals", stopped::go_on)
        .with_state(customers.clone())
}
