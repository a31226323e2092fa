//! The slice's pages: the examples of a workspace in the portal.

mod list;

use access::{Actor, ManageGroups, Surface, TenantRole};
use web::ui::Icon;
use web::{Mount, Nav, Routes, Shortcut};

use crate::service::Examples;

fn tenant_admins(actor: &Actor, active: Option<&str>) -> bool {
    let rights = active.and_then(|slug| actor.rights.in_tenant(slug));
    rights.is_some_and(|rights| rights.role != TenantRole::Member)
}

/// The slice's place in the navigation.
pub const NAV: [Nav; 1] = [Nav {
    surface: Surface::Portal,
    label: "nav-examples",
    href: "/admin/{slug}/examples",
    icon: Icon::Grid,
    counts: None,
    place: 18,
    shown_to: tenant_admins,
}];

/// Its ways to what people do often.
pub const SHORTCUTS: [Shortcut; 1] = [Shortcut::new::<ManageGroups>(
    Surface::Portal,
    "example-add",
    "/admin/{slug}/examples#add-example",
    Icon::Plus,
)];

pub fn portal(examples: &Examples) -> Routes {
    Routes::new(Mount::Portal)
        .get("/admin/{slug}/examples", list::show)
        .post("/admin/{slug}/examples", list::create)
        .post("/admin/{slug}/examples/{id}/remove", list::remove)
        .with_state(examples.clone())
}
