//! The slice's pages: the staff of a partner in the operator console, and in the portal what the link of an invitation leads
//! to.

mod invite;
mod link;
mod person;
mod staff;

use access::PartnerRole;
use axum::http::Method;
use i18n::Words;
use web::{Mount, Routes};

use crate::service::PartnerStaff;

pub fn operator(partners: &PartnerStaff) -> Routes {
    Routes::new(Mount::Operator)
        .get("/partners/{partner}/staff", staff::show)
        .get("/partners/{partner}/staff/invite", invite::show)
        .post("/partners/{partner}/staff/invite", invite::submit)
        .get("/partners/{partner}/staff/{id}", person::show)
        .post("/partners/{partner}/staff/{id}", person::submit)
        .post("/partners/{partner}/staff/{id}/remove", person::remove)
        .post("/partners/{partner}/invitations/{id}/resend", staff::resend)
        .post("/partners/{partner}/invitations/{id}/revoke", staff::revoke)
        .with_state(partners.clone())
}

pub fn portal(partners: &PartnerStaff) -> Routes {
    Routes::new(Mount::Portal)
        .open(&Method::GET, link::PATH, "whoever has the link may look at it", link::show)
        .open(&Method::POST, link::PATH, "makes the account of whoever has the link", link::accept)
        .post("/staff-invitation/{secret}/join", link::join)
        .with_state(partners.clone())
}

/// What a role is called.
fn role(w: &Words, role: PartnerRole) -> String {
    w.t(&format!("partner-role-{}", role.as_str()))
}
