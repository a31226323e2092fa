//! What those who run the platform, or a workspace, look at first: the operator's dashboard, everything that Dezky depends
//! on, and the overview of a workspace. Owns no table.
//!
//! Invariant: it shows what the slices below know, and does nothing but try again what is not done yet.

mod pages;
mod reads;
mod service;

#[cfg(test)]
mod tests;

use i18n::{Language, Source};
use platform::Slice;

pub use service::Operations;

/// What the slice brings.
pub fn slice(operations: &Operations) -> Slice {
    let english = Source { language: Language::English, text: include_str!("../text/en.ftl") };
    Slice {
        routes: vec![pages::operator(operations), pages::portal(operations)],
        nav: pages::NAV.to_vec(),
        texts: vec![english],
        ..Slice::new("operations")
    }
}
