//! Publishing: writes a domain's records into its zone, by a key for its name server or by its DNS host (Domain Connect).
//! Owns the table `domain_published`, what was published from here.
//!
//! Invariants: nothing is changed in a zone but what a plan listed that a person saw; records of others are left alone;
//! a key is used once and kept nowhere.

mod actions;
mod api;
mod connect;
mod error;
mod events;
mod input;
mod look;
mod model;
mod pages;
mod recorded;
mod service;
mod store;
mod tables;
#[cfg(test)]
mod tests;

pub use connect::{BadSigner, Connect, Signer};
pub use error::Error;
pub use pages::LINK;
pub use service::Publishing;

use i18n::{Language, Source};
use platform::Slice;

/// What the slice brings.
pub fn slice(publishing: &Publishing) -> Slice {
    let english = Source { language: Language::English, text: include_str!("../text/en.ftl") };
    Slice {
        routes: vec![api::routes(publishing), pages::portal(publishing)],
        actions: recorded::Action::ALL,
        texts: vec![english],
        subscribers: vec![events::subscriber()],
        ..Slice::new("publishing")
    }
}
