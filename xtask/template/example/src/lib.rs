//! The examples of a tenant, each with a group in Authentik. Owns the table `examples`.
//!
//! Invariants: no two examples of a tenant have the same name; what is wanted upstream is a pure function of the row
//! (`wants`); a row is forgotten only when nothing of its example is left upstream.
//
// The right is that of groups. A slice's own right is a line of the list in `access::permission`.

mod actions;
mod api;
mod desired;
mod error;
mod events;
mod find;
mod input;
mod jobs;
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
pub use service::Examples;

use access::Surface;
use i18n::{Language, Source};
use platform::Slice;
use web::ObjectPage;

/// Where its objects are opened.
const OBJECTS: [ObjectPage; 1] =
    [ObjectPage { kind: "example", surface: Surface::Portal, href: "/admin/{slug}/examples" }];

/// What the slice brings.
pub fn slice(examples: &Examples) -> Slice {
    let english = Source { language: Language::English, text: include_str!("../text/en.ftl") };
    let platform = &examples.platform;
    Slice {
        routes: vec![api::routes(examples), pages::portal(examples)],
        nav: pages::NAV.to_vec(),
        objects: OBJECTS.to_vec(),
        finders: find::finders(examples),
        shortcuts: pages::SHORTCUTS.to_vec(),
        actions: recorded::Action::ALL,
        texts: vec![english],
        kinds: kinds::kinds(&platform.upstreams),
        subscribers: vec![events::subscriber(platform.clock.clone())],
        resource_subscribers: vec![events::resource_subscriber()],
        jobs: vec![jobs::schedule(examples)],
        ..Slice::new("example")
    }
}
