//! Stalwart 0.16: the client that Dezky manages mail domains with, and (feature `sim`) a simulator of it.
//! Wire types stay in here. The contract, with the sections that comments name, is the Stalwart README of the
//! recorded upstreams.

mod client;
#[cfg(feature = "conformance")]
pub mod conformance;
mod jmap;
mod model;
#[cfg(feature = "sim")]
pub mod sim;
#[cfg(test)]
mod tests;

pub use client::Stalwart;
pub use model::{Account, Created, Destroyed, DkimKey, Domain, DomainChange, LinkedObject, NewDomain};
