//! The slice's pages: who is invited, and what the link of an invitation leads to.

mod link;
mod list;
mod of_tenant;

pub use link::{LinkPage, NEWCOMER, READY, Typed, link_page};
pub(crate) use list::state_mark;

use axum::http::Method;
use tenants::Tenants;
use web::{Mount, Routes, TenantTab};

use crate::service::Invitations;

pub fn portal(invitations: &Invitations) -> Routes {
    Routes::new(Mount::Portal)
        .get("/admin/{slug}/invitations", list::show)
        .post("/admin/{slug}/invitations", list::create)
        .post("/admin/{slug}/invitations/{id}/resend", list::resend)
        .post("/admin/{slug}/invitations/{id}/revoke", list::revoke)
        .open(&Method::GET, link::PATH, "whoever has the link may look at it", link::show)
        .open(&Method::POST, link::PATH, "makes the account of whoever has the link", link::accept)
        .post("/invitation/{secret}/join", link::join)
        .with_state(invitations.clone())
}

/// The invitations of a tenant among its pages in the operator console.
pub const TENANT_TABS: [TenantTab; 1] =
    [TenantTab { name: "invitations", label: "members-tab-invitations", path: "/invitations", place: 5 }];

pub fn of_tenant(invitations: &Invitations, tenants: &Tenants) -> Routes {
    Routes::new(Mount::Operator)
        .get("/tenants/{slug}/invitations", of_tenant::show)
        .post("/tenants/{slug}/invitations/{id}/resend", of_tenant::resend)
        .post("/tenants/{slug}/invitations/{id}/revoke", of_tenant::revoke)
        .with_state((invitations.clone(), tenants.clone()))
}
