//! Partners: the resellers and their customers. Owns the table `partners`. Who works for one is in `partner-staff`; whose a
//! tenant is stands in its own row, which `tenants` writes.
//!
//! A partner is suspended, resumed and ended by its row alone: rights read its state at each request, so nothing is copied
//! to its staff. What it has upstream follows: the group `dezky-partner-<slug>` with its staff in it, and the group
//! `dezky-partner-staff` of everybody who works for an open partner. No such name gives a right here.
//!
//! Invariants: slugs are never given twice, and none is the name of the group of all staff; an ended partner's customers
//! stay its customers until they are detached; what is wanted upstream is a pure function of the rows (`wants`); chosen
//! customers are locked before their partner, people after it.
//
// Seams for the partner's own pages: reads take any right over a `PartnerRef`, which without a name in the path is the
// partner that the caller works for.

mod actions;
mod api;
pub mod apply;
mod demo;
mod desired;
mod error;
mod events;
mod find;
mod input;
mod jobs;
mod model;
pub mod pages;
mod reads;
mod recorded;
mod service;
mod store;
mod tables;

#[cfg(test)]
mod tests;

/// Partners as they are stored.
pub mod rows {
    pub use crate::store::{by_id, by_slug, lock};
}

pub use actions::{live, locked};
pub use error::Error;
pub use model::{ContactInfo, Margin, NewPartner, Partner, PartnerChange, reach};
pub use reads::{PartnerFilter, Summary, Whole};
pub use service::Partners;

use access::Surface;
use i18n::{Language, Source};
use platform::Slice;
use web::ObjectPage;

/// Where its objects are opened.
const OBJECTS: [ObjectPage; 1] =
    [ObjectPage { kind: "partner", surface: Surface::Operator, href: "/partners/{slug}" }];

/// What the slice brings.
pub fn slice(partners: &Partners) -> Slice {
    let english = Source { language: Language::English, text: include_str!("../text/en.ftl") };
    Slice {
        routes: vec![api::routes(partners), api::own::routes(partners), pages::operator(partners)],
        nav: pages::NAV.to_vec(),
        objects: OBJECTS.to_vec(),
        finders: find::finders(partners),
        shortcuts: pages::SHORTCUTS.to_vec(),
        actions: recorded::Action::ALL,
        texts: vec![english],
        subscribers: vec![events::subscriber()],
        resource_subscribers: vec![events::resource_subscriber()],
        jobs: vec![jobs::schedule(partners)],
        ..Slice::new("partners")
    }
}
