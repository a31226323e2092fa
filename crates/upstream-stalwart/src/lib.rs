//! Stalwart 0.16: the client that Dezky manages mail domains, mailboxes and lists with, and (feature `sim`) a
//! simulator of it. Wire types stay in here. Section numbers in comments are those of docs/upstreams/stalwart.md.

#![warn(missing_docs)]

mod client;
#[cfg(feature = "conformance")]
pub mod conformance;
mod ids;
mod jmap;
mod model;
pub mod setup;
#[cfg(feature = "sim")]
pub mod sim;
#[cfg(test)]
mod tests;

pub use client::Stalwart;
pub use model::{
    Account, AccountChange, AccountKind, Alias, ApiKey, AppPassword, Created, DefaultDomain, Destroyed,
    DkimKey, Domain, DomainChange, DomainSettings, DomainSettingsChange, KeyHolder, KeyOwner, KeyPermissions,
    LinkHolder, LinkedObject, ListChange, MailingList, NewAccount, NewApiKey, NewAppPassword, NewDomain,
    NewKey, NewList, PasswordSet, Permissions, RIGHTS, Right, Roles, ServiceAccount, SignIn, Updated, Usage,
};
