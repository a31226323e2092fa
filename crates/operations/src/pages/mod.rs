//! The slice's pages on both consoles.

mod dashboard;
mod infrastructure;
mod setup;
mod start;
mod upstreams;
mod workspace;

use access::{Actor, Surface, TenantRole};
use web::ui::Icon;
use web::{App, Mount, Nav, Routes};

use crate::service::Operations;

fn operators(actor: &Actor, _: Option<&str>) -> bool {
    actor.is_operator()
}

fn tenant_admins(actor: &Actor, active: Option<&str>) -> bool {
    let rights = active.and_then(|slug| actor.rights.in_tenant(slug));
    rights.is_some_and(|rights| rights.role != TenantRole::Member)
}

/// The slice's places in the navigation.
pub const NAV: [Nav; 3] = [
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
        label: "nav-infrastructure",
        href: "/infrastructure",
        icon: Icon::Pulse,
        counts: None,
        place: 80,
        shown_to: operators,
    },
    Nav {
        surface: Surface::Portal,
        label: "nav-overview",
        href: "/admin/{slug}",
        icon: Icon::Dashboard,
        counts: None,
        place: 10,
        shown_to: tenant_admins,
    },
];

/// The slice's place in the launcher.
pub fn apps() -> Vec<App> {
    vec![App {
        label: "nav-admin",
        href: "/admin/{slug}".to_owned(),
        icon: Icon::Settings,
        place: 50,
        shown_to: tenant_admins,
    }]
}

pub fn operator(operations: &Operations) -> Routes {
    Routes::new(Mount::Operator)
        .get("/", dashboard::show)
        .get("/live", dashboard::live)
        .get("/infrastructure", infrastructure::show)
        .get("/infrastructure/live", infrastructure::live)
        .with_state(operations.clone())
}

pub fn portal(operations: &Operations) -> Routes {
    Routes::new(Mount::Portal)
        .get("/start", start::to_start)
        .get("/admin", start::to_admin)
        .get("/admin/{slug}", workspace::show)
        .get("/admin/{slug}/live", workspace::live)
        .post("/admin/{slug}/reconcile", workspace::reconcile)
        .with_state(operations.clone())
}
