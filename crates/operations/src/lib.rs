//! What those who run the platform, or a workspace, look at first: the operator's dashboard, everything that Dezky depends
//! on, and the overview of a workspace. Owns no table.
//!
//! Invariant: it shows what the slices below know, and does nothing but try again what is not done yet.

mod find;
mod pages;
mod reads;
mod service;

#[cfg(test)]
mod tests;

use access::Surface;
use i18n::{Language, Source};
use platform::Slice;
use web::ObjectPage;

pub use service::Operations;

/// Where a workspace is opened by those who run it.
const OBJECTS: [ObjectPage; 1] =
    [ObjectPage { kind: "tenant", surface: Surface::Portal, href: "/admin/{slug}" }];

/// What the slice brings.
pub fn slice(operations: &Operations) -> Slice {
    let english = Source { language: Language::English, text: include_str!("../text/en.ftl") };
    Slice {
        routes: vec![pages::operator(operations), pages::portal(operations)],
        nav: pages::NAV.to_vec(),
        apps: pages::apps(),
        objects: OBJECTS.to_vec(),
        finders: find::finders(),
        texts: vec![english],
        ..Slice::new("operations")
    }
}
