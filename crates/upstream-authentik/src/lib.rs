//! Authentik, the identity provider: a client of the calls that Dezky makes, and (feature `sim`) a server that
//! behaves like it. Wire types stay inside; the section numbers in comments are those of the contract's README.

mod client;
#[cfg(feature = "conformance")]
pub mod conformance;
mod groups;

#[cfg(feature = "sim")]
pub mod sim;

pub use client::{Authentik, Identity};
pub use groups::{Created, Group, GroupChange, NewGroup};
