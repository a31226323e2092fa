//! The slice's pages on both consoles. A page has one file: its handlers first, then its view.

mod actions;
mod admin;
mod audit_log;
mod audit_table;
mod dashboard;
mod edit;
mod form;
mod infrastructure;
mod list;
mod new;
mod overview;
mod steps;
mod stopped;
mod upstreams;

pub use audit_table::latest_from as latest_records;
pub use overview::head as tenant_head;
pub(crate) use steps::tenant_state;

use access::{Actor, CreateTenant, Surface, TenantRole};
use axum::extract::State;
use axum::response::Redirect;
use web::ui::Icon;
use web::{Mount, Nav, Right, Routes, Shortcut, TenantTab, View};

use crate::service::Tenants;

fn operators(actor: &Actor, _: Option<&str>) -> bool {
    actor.is_operator()
}

fn tenant_admins(actor: &Actor, active: Option<&str>) -> bool {
    let rights = active.and_then(|slug| actor.rights.in_tenant(slug));
    rights.is_some_and(|rights| rights.role != TenantRole::Member)
}

/// The slice's places in the navigation.
pub const NAV: [Nav; 6] = [
    Nav {
        surface: Surface::Operator,
        label: "nav-dashboard",
        href: "/",
        icon: Icon::Dashboard,
        counts: None,
        place: 0,
        shown_to: operators,
    },
    Nav {
        surface: Surface::Operator,
        label: "nav-tenants",
        href: "/tenants",
        icon: Icon::Tenant,
        counts: None,
        place: 10,
        shown_to: operators,
    },
    Nav {
        surface: Surface::Operator,
        label: "nav-audit",
        href: "/audit",
        icon: Icon::Audit,
        counts: None,
        place: 90,
        shown_to: operators,
    },
    Nav {
        surface: Surface::Operator,
        label: "nav-infrastructure",
        href: "/infrastructure",
        icon: Icon::Pulse,
        counts: None,
        place: 80,
        shown_to: operators,
    },
    Nav {
        surface: Surface::Portal,
        label: "nav-admin",
        href: "/admin/{slug}",
        icon: Icon::Dashboard,
        counts: None,
        place: 10,
        shown_to: tenant_admins,
    },
    Nav {
        surface: Surface::Portal,
        label: "nav-audit",
        href: "/admin/{slug}/audit",
        icon: Icon::Audit,
        counts: None,
        place: 90,
        shown_to: tenant_admins,
    },
];

/// The slice's own sub-pages of a tenant.
pub const TENANT_TABS: [TenantTab; 2] = [
    TenantTab { name: "overview", label: "tab-overview", path: "", place: 0 },
    TenantTab { name: "audit", label: "tab-audit", path: "/audit", place: 90 },
];

/// Its ways to what people do often.
pub const SHORTCUTS: [Shortcut; 1] =
    [Shortcut::new::<CreateTenant>(Surface::Operator, "tenants-new", "/tenants/new", Icon::Plus)];

pub fn operator(tenants: &Tenants) -> Routes {
    Routes::new(Mount::Operator)
        .get("/", dashboard::show)
        .get("/live", dashboard::live)
        .get("/tenants", list::show)
        .get("/tenants/new", new::show)
        .post("/tenants", new::submit)
        .get("/tenants/{slug}", overview::show)
        .get("/tenants/{slug}/live", overview::live)
        .get("/tenants/{slug}/edit", edit::show)
        .post("/tenants/{slug}/edit", edit::submit)
        .post("/tenants/{slug}/storage", actions::storage_by_plan)
        .get("/tenants/{slug}/audit", audit_log::show_of_tenant)
        .post("/tenants/{slug}/suspend", actions::suspend)
        .post("/tenants/{slug}/resume", actions::resume)
        .post("/tenants/{slug}/terminate", actions::terminate)
        .post("/tenants/{slug}/reconcile", actions::reconcile)
        .post("/tenants/{slug}/stopped-removals", stopped::go_on)
        .get("/audit", audit_log::show_of_platform)
        .get("/infrastructure", infrastructure::show)
        .get("/infrastructure/live", infrastructure::live)
        .with_state(tenants.clone())
}

pub fn portal(tenants: &Tenants) -> Routes {
    Routes::new(Mount::Portal)
        .get("/start", to_start)
        .get("/admin", to_admin)
        .get("/admin/{slug}", admin::show)
        .get("/admin/{slug}/live", admin::live)
        .post("/admin/{slug}/reconcile", admin::reconcile)
        .get("/admin/{slug}/audit", audit_log::show_of_own)
        .with_state(tenants.clone())
}

/// `/admin` leads to the workspace that the person works in; the page there refuses whoever lacks the right.
async fn to_admin(
    Right(_): Right<access::OwnAccount>,
    State(_): State<Tenants>,
    view: View,
) -> Result<Redirect, web::Failure> {
    let slug = view.active.ok_or_else(|| {
        let detail = "You aren't in any workspace.";
        web::Failure::new(kernel::ErrorKind::Forbidden, "no-workspace", detail)
            .advise("Ask an admin to invite you to a workspace.")
    })?;
    Ok(Redirect::to(&format!("/admin/{slug}")))
}

/// Where a sign-in without a destination leads to [A6]: those who run the workspace they work in to its overview,
/// others home.
async fn to_start(Right(own): Right<access::OwnAccount>, State(_): State<Tenants>, view: View) -> Redirect {
    let rights = view.active.as_deref().and_then(|slug| own.actor().rights.in_tenant(slug));
    let runs =
        |rights: &&access::TenantRights| rights.role != TenantRole::Member && rights.tenant.status.is_open();
    match rights.filter(runs) {
        Some(rights) => Redirect::to(&format!("/admin/{}", rights.tenant.slug)),
        None => Redirect::to("/"),
    }
}
