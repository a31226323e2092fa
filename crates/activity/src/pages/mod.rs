//! The slice's pages on both consoles: the log of one tenant, and of the platform.

mod log;
mod table;

pub use log::PageQuery;
pub use table::{TOLD_ONCE, latest_records};

use access::{Actor, Surface, TenantRole};
use web::ui::Icon;
use web::{Mount, Nav, Routes, TenantTab};

use crate::service::Activity;

fn operators(actor: &Actor, _: Option<&str>) -> bool {
    actor.is_operator()
}

fn tenant_admins(actor: &Actor, active: Option<&str>) -> bool {
    let rights = active.and_then(|slug| actor.rights.in_tenant(slug));
    rights.is_some_and(|rights| rights.role != TenantRole::Member)
}

/// The slice's places in the navigation.
pub const NAV: [Nav; 2] = [
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
        surface: Surface::Portal,
        label: "nav-audit",
        href: "/admin/{slug}/audit",
        icon: Icon::Audit,
        counts: None,
        place: 90,
        shown_to: tenant_admins,
    },
];

/// Its sub-page of a tenant.
pub const TENANT_TABS: [TenantTab; 1] =
    [TenantTab { name: "audit", label: "tab-audit", path: "/audit", place: 90 }];

pub fn operator(activity: &Activity) -> Routes {
    Routes::new(Mount::Operator)
        .get("/audit", log::show_of_platform)
        .get("/tenants/{slug}/audit", log::show_of_tenant)
        .with_state(activity.clone())
}

pub fn portal(activity: &Activity) -> Routes {
    Routes::new(Mount::Portal).get("/admin/{slug}/audit", log::show_of_own).with_state(activity.clone())
}
