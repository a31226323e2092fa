//! Where a tenant's mail goes: aliases, distribution lists, shared mailboxes, what becomes of addresses that nobody
//! has, and the passwords of mail programs. Owns the tables `lists`, `list_recipients` and `shared_mailboxes`; the table
//! of addresses belongs to `members`, the settings of a domain to `provisioning`, since their objects upstream do.
//!
//! Invariants: an address has one owner; what receives mail is on the tenant's own domains; no list leads to itself; an
//! address that goes is taken out of every list; the password of a program is shown once and kept nowhere.

mod actions;
mod aliases;
mod api;
mod app_password_api;
mod app_passwords;
mod desired;
mod error;
mod events;
mod find;
mod input;
mod kinds;
mod lists;
mod loops;
mod model;
mod pages;
mod reads;
mod recorded;
mod service;
mod settings;
mod shared;
mod shared_api;
mod store;
mod tables;
#[cfg(test)]
mod tests;

pub use app_passwords::AppPassword;
pub use desired::{LIST, of_group};
pub use error::Error;
pub use kinds::kinds;
pub use model::{BadAddress, MOST_RECIPIENTS, OwnAddress};
pub use service::Mail;

use access::Surface;
use i18n::{Language, Source};
use platform::Slice;
use web::{Mount, ObjectPage};

/// Where its objects are opened.
const OBJECTS: [ObjectPage; 3] = [ALIAS_PAGE, LIST_PAGE, SHARED_PAGE];
const ALIAS_PAGE: ObjectPage =
    ObjectPage { kind: "alias", surface: Surface::Portal, href: "/admin/{slug}/mail/aliases/{name}" };
const LIST_PAGE: ObjectPage =
    ObjectPage { kind: "list", surface: Surface::Portal, href: "/admin/{slug}/mail/lists/{id}" };
const SHARED_PAGE: ObjectPage =
    ObjectPage { kind: "shared_mailbox", surface: Surface::Portal, href: "/admin/{slug}/mail/shared/{id}" };

/// What the slice brings.
pub fn slice(mail: &Mail) -> Slice {
    let english = Source { language: Language::English, text: include_str!("../text/en.ftl") };
    Slice {
        routes: vec![
            api::routes(mail),
            shared_api::routes(mail),
            app_password_api::routes(mail),
            pages::portal(mail),
            pages::own(Mount::Portal, mail),
            pages::own(Mount::Operator, mail),
        ],
        nav: pages::NAV.to_vec(),
        objects: OBJECTS.to_vec(),
        finders: find::finders(mail),
        shortcuts: pages::SHORTCUTS.to_vec(),
        actions: recorded::Action::ALL,
        texts: vec![english],
        kinds: kinds(&mail.platform.upstreams),
        subscribers: vec![events::subscriber(mail.platform.clock.clone())],
        resource_subscribers: vec![events::resource_subscriber()],
        ..Slice::new("mail")
    }
}
