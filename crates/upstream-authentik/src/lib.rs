//! Authentik, the identity provider: a client of the calls that Dezky makes, and (feature `sim`) a server that
//! behaves like it. Wire types stay inside. Section numbers in comments are those of docs/upstreams/authentik.md.

#![warn(missing_docs)]

mod authenticators;
mod client;
#[cfg(feature = "conformance")]
pub mod conformance;
mod groups;
mod memberships;
mod objects;
mod pages;
mod providers;
mod recovery;
mod sessions;
mod users;

#[cfg(feature = "sim")]
pub mod sim;

pub use authenticators::{Device, DeviceKind};
pub use client::{Authentik, Identity};
pub use groups::{Created, Group, GroupChange, NewGroup};
pub use objects::Row;
pub use providers::{Provider, ScopeMapping};
pub use recovery::{Recovery, RecoveryLink};
pub use sessions::{Ended, IssuedToken, Session, TokenKind};
pub use users::{NewUser, User, UserChange};
