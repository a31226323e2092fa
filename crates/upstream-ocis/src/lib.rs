//! ownCloud Infinite Scale 7.0: the client that Dezky manages project spaces with, and (feature `sim`) a
//! simulator of it. Wire types stay in here. The contract, with the sections that comments name, is the oCIS
//! README of the recorded upstreams.

mod client;
#[cfg(feature = "conformance")]
pub mod conformance;
mod credential;
mod model;
mod name;
#[cfg(feature = "sim")]
pub mod sim;
#[cfg(test)]
mod tests;

pub use client::Ocis;
pub use credential::{ClientCredentials, Credential};
pub use model::{Drive, DriveChange, Me, NewDrive};
pub use name::space_name;
