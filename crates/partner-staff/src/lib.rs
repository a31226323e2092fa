//! The staff of partners: who is invited, who works for one in which role, and which of its customers they reach. Owns no
//! table: roles, chosen customers and invitations are rows of `access`, and the groups that staff are in are the partner's.
//!
//! Somebody joins by a link, as with a tenant: whoever is signed in accepts as themself, whoever has no account chooses a
//! password for one. They reach all customers, or those that were chosen while they are the partner's.
//!
//! Invariants: an address leads to a link and never to a right; a partner that is live keeps an owner; nobody removes or
//! changes themself; who is removed is out at the next request, and out of the groups upstream by the same transaction.

mod actions;
mod api;
mod demo;
mod error;
mod input;
mod link;
pub mod mails;
mod model;
mod pages;
mod reads;
mod recorded;
mod service;

#[cfg(test)]
mod tests;

pub use error::Error;
pub use service::PartnerStaff;

use i18n::{Language, Source};
use platform::Slice;

/// What the slice brings.
pub fn slice(staff: &PartnerStaff) -> Slice {
    let english = Source { language: Language::English, text: include_str!("../text/en.ftl") };
    Slice {
        routes: vec![api::routes(staff), pages::operator(staff), pages::portal(staff)],
        actions: recorded::Action::ALL,
        texts: vec![english],
        ..Slice::new("partner-staff")
    }
}
