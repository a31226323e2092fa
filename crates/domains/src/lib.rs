//! Mail domains: claimed, proven, verified, watched, removed. Owns the tables `domains` and `domain_checks`; what a
//! domain needs in the mail server is the resource `stalwart.domain`, whose kind is in `provisioning`.
//!
//! Invariants: nothing is made in the mail server for a domain before somebody has proven whose it is, or an operator
//! vouches for it; a proven domain belongs to one tenant; a state changes only by what servers answered.

mod actions;
mod api;
mod check;
pub mod demo;
mod error;
mod events;
mod find;
mod host;
mod input;
mod jobs;
pub mod mails;
mod model;
mod pages;
mod recorded;
mod service;
mod store;
mod tables;
#[cfg(test)]
mod tests;
mod verify;

use access::Surface;
use i18n::{Language, Source};
use platform::Slice;
use web::ObjectPage;

/// Under this name the slice says what is wrong with a tenant.
pub(crate) const SOURCE: &str = "domains";

pub use actions::{lock_as_read, own_tenant};
pub use api::{At, DomainView};
pub use check::target;
pub use error::Error;
pub use model::{Challenge, Domain, Finding};
pub use pages::{PageLink, mark, says};
pub use service::{Domains, Settings};
pub use store::{Held, check_soon, first_held};
pub use verify::verify;

/// Where its objects are opened.
const OBJECTS: [ObjectPage; 2] = [
    ObjectPage { kind: "domain", surface: Surface::Portal, href: "/admin/{slug}/domains/{name}" },
    ObjectPage { kind: "domain", surface: Surface::Operator, href: "/tenants/{slug}/domains/{name}" },
];

/// What the slice brings.
pub fn slice(domains: &Domains) -> Slice {
    let english = Source { language: Language::English, text: include_str!("../text/en.ftl") };
    Slice {
        routes: vec![
            api::routes(domains),
            pages::operator(domains),
            pages::of_tenant(domains, &domains.tenants),
            pages::portal(domains),
        ],
        nav: pages::NAV.to_vec(),
        tenant_tabs: pages::TENANT_TABS.to_vec(),
        objects: OBJECTS.to_vec(),
        finders: find::finders(domains),
        shortcuts: pages::SHORTCUTS.to_vec(),
        actions: recorded::Action::ALL,
        texts: vec![english],
        resource_subscribers: vec![events::resource_subscriber(domains.platform.events.clone())],
        jobs: vec![jobs::schedule(domains)],
        ..Slice::new("domains")
    }
}
