//! Shared mailboxes: several people read one, each beside their own. Owns the table `shared_mailboxes`; who reads which
//! is a matter of their own mailboxes, and stands with `addresses`.
//!
//! Invariants: its address is on one of the tenant's own domains and has no other owner; only members who have a mailbox
//! read it; a row is forgotten only when nothing of it is left upstream.

mod actions;
mod api;
mod desired;
mod error;
mod events;
mod find;
mod input;
mod kinds;
mod model;
mod pages;
mod reads;
mod recorded;
mod service;
mod store;
mod tables;
#[cfg(test)]
mod tests;

pub use error::Error;
pub use pages::SECTION;
pub use service::SharedMailboxes;

use access::Surface;
use i18n::{Language, Source};
use platform::Slice;
use web::ObjectPage;

/// Where its objects are opened.
const OBJECTS: [ObjectPage; 1] =
    [ObjectPage { kind: "shared_mailbox", surface: Surface::Portal, href: "/admin/{slug}/mail/shared/{id}" }];

/// What the slice brings.
pub fn slice(mailboxes: &SharedMailboxes) -> Slice {
    let english = Source { language: Language::English, text: include_str!("../text/en.ftl") };
    let platform = &mailboxes.platform;
    Slice {
        routes: vec![api::routes(mailboxes), pages::portal(mailboxes)],
        objects: OBJECTS.to_vec(),
        finders: find::finders(mailboxes),
        shortcuts: pages::SHORTCUTS.to_vec(),
        actions: recorded::Action::ALL,
        texts: vec![english],
        kinds: kinds::kinds(&platform.upstreams),
        subscribers: vec![events::subscriber(platform.clock.clone())],
        resource_subscribers: vec![events::resource_subscriber()],
        ..Slice::new("shared-mailboxes")
    }
}
