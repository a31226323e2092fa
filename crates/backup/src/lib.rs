//! Copies of the database, taken while it is used, and putting one back into an empty place; sealing what is in it
//! with another key. The encryption keys are never in a copy. What a restored copy must not do again is in
//! `aftermath.rs`: the only place beside the migrations that knows the tables of all slices.

#![warn(missing_docs)]

mod aftermath;
mod error;
mod facts;
mod folder;
mod hold;
mod make;
mod manifest;
mod postgres;
pub mod recorded;
mod restore;
mod rotate;
mod sqlite;
mod stop;

pub use error::Error;
pub use facts::Facts;
pub use hold::{Hold, Standing, Waiting, is_cut_off, is_held, prepare, release, standing, waiting};
pub use make::{Source, make};
pub use manifest::{Database, File, Kind, Manifest};
pub use restore::{Restored, Target, restore};
pub use rotate::{Rotated, rotate};
