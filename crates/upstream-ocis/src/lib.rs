//! ownCloud Infinite Scale 7.0: the client that Dezky manages accounts, project spaces and their members with, and
//! (feature `sim`) a simulator of it. Wire types stay in here. Section numbers in comments are those of
//! docs/upstreams/ocis.md.

#![warn(missing_docs)]

mod client;
#[cfg(feature = "conformance")]
pub mod conformance;
mod credential;
mod login;
mod members;
mod model;
mod name;
mod refresh;
#[cfg(feature = "sim")]
pub mod sim;
#[cfg(test)]
mod tests;
mod usage;
mod users;

pub use client::Ocis;
pub use credential::{Access, ClientCredentials, Credential};
pub use login::{Login, sign_in};
pub use members::{Changed, InSpace, Invited, Member, Membership, Removed, SpaceRole};
pub use model::{Drive, DriveChange, Me, NewDrive, TokenStatus};
pub use name::space_name;
pub use refresh::{RefreshToken, StoreFailed, Taken, TokenStore};
pub use usage::{DriveOwner, Usage};
pub use users::{Created, NewUser, Role, User, UserChange};
