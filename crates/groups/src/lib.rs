//! Groups inside a tenant: people, an address that reaches all of them, a space that all of them edit. Owns the tables
//! `tenant_groups` and `group_members`; the table of addresses belongs to `addresses`, that of further spaces to
//! `storage`.
//!
//! Invariants: a slug is stable, and free again only when nothing of its group is left upstream; an address has one
//! owner; a space stays within the plan, and its files outlive it by a week; who is no member is in no group; what is
//! wanted upstream is a pure function of the rows (`wants`).

mod actions;
mod api;
mod apply;
mod desired;
mod error;
mod events;
mod find;
mod input;
mod model;
mod pages;
mod people;
mod reads;
mod recorded;
mod service;
mod store;
mod tables;

#[cfg(test)]
mod tests;

pub use error::Error;
pub use service::Groups;

use access::Surface;
use i18n::{Language, Source};
use platform::Slice;
use web::ObjectPage;

/// Where its objects are opened.
const OBJECTS: [ObjectPage; 1] =
    [ObjectPage { kind: "group", surface: Surface::Portal, href: "/admin/{slug}/groups/{id}" }];

/// What the slice brings.
pub fn slice(groups: &Groups) -> Slice {
    let english = Source { language: Language::English, text: include_str!("../text/en.ftl") };
    Slice {
        routes: vec![api::routes(groups), pages::portal(groups)],
        nav: pages::NAV.to_vec(),
        objects: OBJECTS.to_vec(),
        finders: find::finders(groups),
        shortcuts: pages::SHORTCUTS.to_vec(),
        actions: recorded::Action::ALL,
        texts: vec![english],
        subscribers: vec![events::subscriber(groups.platform.clock.clone())],
        resource_subscribers: vec![events::resource_subscriber()],
        ..Slice::new("groups")
    }
}
