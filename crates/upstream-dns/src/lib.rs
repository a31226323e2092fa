//! The DNS: a client that asks public resolvers and the servers responsible for a name, and changes a zone at its own
//! server with a key for it, and (feature `sim`) a simulator of all of them. The words for questions and answers are `kernel::dns`; the wire format stays in here.
//!
//! Queries over UDP and TCP are exchanged by this crate, with hickory-proto for the bytes, because the pools of
//! hickory-resolver can't ask one given server without recursion and hide whether it is responsible; queries over
//! TLS and HTTPS go through the connections of hickory-net.

#![warn(missing_docs)]

mod authority;
mod cache;
mod client;
mod health;
mod network;
mod primary;
mod public;
mod reach;
mod reply;
mod resolver;
mod secure;
#[cfg(feature = "sim")]
pub mod sim;
#[cfg(test)]
mod tests;
mod tsig;
mod update;
mod wire;

pub use client::{Asked, BadOptions, Dns, Options, Servers};
pub use health::{Health, Trouble};
pub use primary::{NoPrimary, Primary};
pub use resolver::{BadResolver, Resolver};
pub use tsig::{Algorithm, BadKey, Key};
pub use update::UpdateError;
