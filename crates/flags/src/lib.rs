//! Feature flags [L1]: what is on for which tenant, decided from memory, and how other software asks for it. Owns the
//! tables `flags`, `flag_targets` and `flag_changes`.
//!
//! Invariants: a flag that nobody has created is off; a flag that names nobody is for nobody; a larger share only adds
//! tenants; every instance knows of a change within two seconds; nobody is told the flags of a tenant that they may not
//! see.

mod actions;
mod api;
mod error;
mod evaluate;
mod find;
pub mod gate;
mod input;
mod model;
mod pages;
mod reads;
mod recorded;
mod service;
mod snapshot;
mod store;
mod subject;
mod tables;

#[cfg(test)]
mod tests;

pub use error::Error;
pub use gate::Gate;
pub use service::Flags;

use access::Surface;
use i18n::{Language, Source};
use platform::Slice;
use web::ObjectPage;

/// Where flags are opened.
const OBJECTS: [ObjectPage; 1] =
    [ObjectPage { kind: "flag", surface: Surface::Operator, href: "/flags/{name}" }];

/// What the slice brings.
pub fn slice(flags: &Flags) -> Slice {
    let english = Source { language: Language::English, text: include_str!("../text/en.ftl") };
    Slice {
        routes: vec![api::routes(flags), api::ofrep::routes(flags), pages::operator(flags)],
        nav: pages::NAV.to_vec(),
        objects: OBJECTS.to_vec(),
        finders: find::finders(flags),
        shortcuts: pages::SHORTCUTS.to_vec(),
        actions: recorded::Action::ALL,
        texts: vec![english],
        ..Slice::new("flags")
    }
}
