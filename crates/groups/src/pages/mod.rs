//! The slice's pages: the groups of a workspace in the portal.

mod add;
mod list;
mod one;
mod view;

use access::{Actor, ManageGroups, Surface, TenantRole};
use i18n::Words;
use reconcile::Status;
use web::ui::{Icon, State, StateMark, state_said};
use web::{Mount, Nav, Routes, Shortcut};

use crate::service::Groups;

fn tenant_admins(actor: &Actor, active: Option<&str>) -> bool {
    let rights = active.and_then(|slug| actor.rights.in_tenant(slug));
    rights.is_some_and(|rights| rights.role != TenantRole::Member)
}

/// The slice's place in the navigation.
pub const NAV: [Nav; 1] = [Nav {
    surface: Surface::Portal,
    label: "nav-groups",
    href: "/admin/{slug}/groups",
    icon: Icon::Group,
    counts: None,
    place: 16,
    shown_to: tenant_admins,
}];

/// Its ways to what people do often.
pub const SHORTCUTS: [Shortcut; 1] = [Shortcut::new::<ManageGroups>(
    Surface::Portal,
    "group-add",
    "/admin/{slug}/groups#add-group",
    Icon::Plus,
)];

pub fn portal(groups: &Groups) -> Routes {
    Routes::new(Mount::Portal)
        .get("/admin/{slug}/groups", list::show)
        .post("/admin/{slug}/groups", list::create)
        .get("/admin/{slug}/groups/{id}", one::show)
        .get("/admin/{slug}/groups/{id}/live", one::live)
        .post("/admin/{slug}/groups/{id}", one::change)
        .post("/admin/{slug}/groups/{id}/remove", one::remove)
        .post("/admin/{slug}/groups/{id}/remove-space", one::remove_space)
        .get("/admin/{slug}/groups/{id}/add", add::show)
        .post("/admin/{slug}/groups/{id}/members", add::submit)
        .post("/admin/{slug}/groups/{id}/members/remove", one::take_out)
        .with_state(groups.clone())
}

/// The state of something in a word.
fn mark(w: &Words, undone: Option<Status>) -> StateMark {
    match undone {
        Some(Status::Error) => state_said(State::Error, w.t("group-state-error")),
        Some(Status::Pending) => state_said(State::Running, w.t("group-state-busy")),
        Some(Status::Ok | Status::Skipped) | None => state_said(State::Ok, w.t("group-state-ok")),
    }
}
