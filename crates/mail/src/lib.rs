//! Where a tenant's mail goes: aliases, distribution lists, and what becomes of addresses that nobody has. Owns the
//! tables `lists` and `list_recipients`; the table of addresses belongs to `addresses`, the settings of a domain to
//! `provisioning`, which has the kind of mail domains.
//!
//! Invariants: an address has one owner; what receives mail is on the tenant's own domains; no list leads to itself; an
//! address that goes is taken out of every list.

mod actions;
mod aliases;
mod api;
mod desired;
mod error;
mod events;
mod find;
mod input;
pub mod kinds;
mod lists;
mod loops;
mod model;
pub mod pages;
mod reads;
mod recorded;
mod service;
mod settings;
mod store;
mod tables;
#[cfg(test)]
mod tests;

pub use actions::{check_domain, check_loops, lock};
pub use desired::{LIST, of_group};
pub use error::Error;
pub use input::read_addresses;
pub use model::{BadAddress, MOST_RECIPIENTS, MOST_TEXT, OwnAddress};
pub use reads::MailState;
pub use service::Mail;

use access::Surface;
use i18n::{Language, Source};
use platform::Slice;
use web::ObjectPage;

/// Where its objects are opened.
const OBJECTS: [ObjectPage; 2] = [ALIAS_PAGE, LIST_PAGE];
const ALIAS_PAGE: ObjectPage =
    ObjectPage { kind: "alias", surface: Surface::Portal, href: "/admin/{slug}/mail/aliases/{name}" };
const LIST_PAGE: ObjectPage =
    ObjectPage { kind: "list", surface: Surface::Portal, href: "/admin/{slug}/mail/lists/{id}" };

/// What the slice brings.
pub fn slice(mail: &Mail) -> Slice {
    let english = Source { language: Language::English, text: include_str!("../text/en.ftl") };
    Slice {
        routes: vec![api::routes(mail), pages::portal(mail)],
        nav: vec![pages::NAV],
        objects: OBJECTS.to_vec(),
        finders: find::finders(mail),
        shortcuts: pages::SHORTCUTS.to_vec(),
        actions: recorded::Action::ALL,
        texts: vec![english],
        kinds: kinds::kinds(&mail.platform.upstreams),
        subscribers: vec![events::subscriber(mail.platform.clock.clone())],
        resource_subscribers: vec![events::resource_subscriber()],
        ..Slice::new("mail")
    }
}
