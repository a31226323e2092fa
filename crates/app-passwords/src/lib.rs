//! App passwords: a password of its own for each of a person's mail programs. Owns no table: the mail server keeps
//! them. That they end with a membership or with a new password is a matter of `addresses`.
//!
//! Invariants: a password is shown once and kept nowhere; nothing changes on a mailbox that is closed; what is done in the
//! mail server has its record first.

mod actions;
mod api;
mod error;
mod input;
mod model;
mod pages;
mod recorded;
mod service;

pub use error::Error;
pub use model::AppPassword;
pub use service::AppPasswords;

use i18n::{Language, Source};
use platform::Slice;
use web::Mount;

/// What the slice brings.
pub fn slice(passwords: &AppPasswords) -> Slice {
    let english = Source { language: Language::English, text: include_str!("../text/en.ftl") };
    Slice {
        routes: vec![
            api::routes(passwords),
            pages::own(Mount::Portal, passwords),
            pages::own(Mount::Operator, passwords),
        ],
        nav: vec![pages::NAV],
        actions: recorded::Action::ALL,
        texts: vec![english],
        ..Slice::new("app-passwords")
    }
}
