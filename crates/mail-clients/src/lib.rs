//! How a mail program is set up for a domain: servers, a profile for Apple's devices, steps for common programs, and
//! whether the domain's hosts tell programs the same. Owns no table.
//!
//! Invariants: where servers are comes from the records that the mail server asks for, and nothing is known here; what
//! hosts answered is shown and forgotten; a profile holds no password.

mod api;
mod ask;
mod document;
mod error;
mod input;
mod model;
mod pages;
mod profile;
mod reads;
mod service;
#[cfg(test)]
mod tests;
mod xml;

pub use api::file as profile_file;
pub use error::Error;
pub use model::{ClientSettings, Reach};
pub use pages::{LINK, programs, servers};
pub use service::MailClients;

use i18n::{Language, Source};
use platform::Slice;

/// What the slice brings.
pub fn slice(clients: &MailClients) -> Slice {
    let english = Source { language: Language::English, text: include_str!("../text/en.ftl") };
    Slice {
        routes: vec![api::routes(clients), pages::portal(clients)],
        texts: vec![english],
        ..Slice::new("mail-clients")
    }
}
