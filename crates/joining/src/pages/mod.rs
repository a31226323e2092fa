//! The slice's pages: who is invited, files of people, and what the link of an invitation leads to.

mod import;
mod import_one;
mod invitations;
mod link;
mod of_tenant;

pub(crate) use invitations::state_mark;

use access::{ManageMembers, Surface};
use axum::http::Method;
use tenants::Tenants;
use web::ui::Icon;
use web::{Mount, Routes, Shortcut, TenantTab, View};

use crate::service::Joining;

/// Its ways to what people do often.
pub const SHORTCUTS: [Shortcut; 1] = [Shortcut::new::<ManageMembers>(
    Surface::Portal,
    "import-title",
    "/admin/{slug}/members/import",
    Icon::Download,
)];

pub fn portal(joining: &Joining) -> Routes {
    Routes::new(Mount::Portal)
        .get("/admin/{slug}/members/import", import::show)
        .large()
        .post("/admin/{slug}/members/import", import::check)
        .get("/admin/{slug}/members/import/template.csv", import::template)
        .large()
        .post("/admin/{slug}/imports", import::start)
        .get("/admin/{slug}/imports/{id}", import_one::show)
        .get("/admin/{slug}/imports/{id}/live", import_one::live)
        .post("/admin/{slug}/imports/{id}/cancel", import_one::cancel)
        .post("/admin/{slug}/imports/{id}/passwords", import_one::passwords)
        .get("/admin/{slug}/imports/{id}/skipped.csv", import_one::skipped)
        .get("/admin/{slug}/invitations", invitations::show)
        .post("/admin/{slug}/invitations", invitations::create)
        .post("/admin/{slug}/invitations/{id}/resend", invitations::resend)
        .post("/admin/{slug}/invitations/{id}/revoke", invitations::revoke)
        .open(&Method::GET, link::PATH, "whoever has the link may look at it", link::show)
        .open(&Method::POST, link::PATH, "makes the account of whoever has the link", link::accept)
        .post("/invitation/{secret}/join", link::join)
        .with_state(joining.clone())
}

/// These pages are tabs of the list of people, whatever their addresses are.
fn lies_with_people(view: &mut View, slug: &str) {
    view.shell.lies_under(&format!("/admin/{slug}/members"));
}

/// The invitations of a tenant among its pages in the operator console.
pub const TENANT_TABS: [TenantTab; 1] =
    [TenantTab { name: "invitations", label: "members-tab-invitations", path: "/invitations", place: 5 }];

pub fn of_tenant(joining: &Joining, tenants: &Tenants) -> Routes {
    Routes::new(Mount::Operator)
        .get("/tenants/{slug}/invitations", of_tenant::show)
        .post("/tenants/{slug}/invitations/{id}/resend", of_tenant::resend)
        .post("/tenants/{slug}/invitations/{id}/revoke", of_tenant::revoke)
        .with_state((joining.clone(), tenants.clone()))
}
