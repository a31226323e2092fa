//! Every address of a tenant that receives mail, and what has it. Owns the tables `addresses`, `shared_readers` and
//! `app_password_ends`; what a mailbox is upstream is a resource of the membership that has it.
//!
//! Invariants: an address has one owner, and a refusal names it; a further address is a field of its object upstream,
//! never an object of its own. Whose a membership is it only reads: that is for `memberships`, above.

pub mod aliases;
mod app_passwords;
mod domains;
mod error;
mod kinds;
mod model;
mod store;
mod tables;

#[cfg(test)]
mod tests;

pub use app_passwords::{AppPasswords, Fate};
pub use domains::{domain_choices, is_own, own_domains};
pub use error::Error;
pub use kinds::MailboxSpec;
pub use model::{AddressFilter, AddressKind, AddressOwner, BadLocalPart, Entry, LocalPart, Mailbox};
pub use store::app_password_ends::forget as forget_app_passwords;
pub use store::mailboxes;
pub use store::register::{
    aliases_of, check_free, choices, claim, count, find, found_aliases, holder, of_object, of_tenant, owners,
    page, release, release_all, set_label,
};

use i18n::{Language, Source};
use platform::{Platform, Slice};

/// A mailbox.
pub const MAILBOX: &str = "stalwart.mailbox";
/// A mailbox that several people read.
pub const SHARED: &str = "stalwart.shared";

/// What the slice brings.
pub fn slice(platform: &Platform) -> Slice {
    let english = Source { language: Language::English, text: include_str!("../text/en.ftl") };
    Slice { texts: vec![english], kinds: kinds::kinds(&platform.upstreams), ..Slice::new("addresses") }
}
