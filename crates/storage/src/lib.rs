//! Storage: how much of it workspaces use, live from the file service, and how it is shared out between their space and
//! their members. Owns the tables `ocis_tokens`, where the refresh token of the file service's own user is kept, and
//! `further_spaces`, what other slices' spaces take of a tenant's storage.
//!
//! Invariants: what can't be known is said to be unknown and is never a zero; what is given out stays within the plan;
//! a refresh token is out with one instance at a time, and a new one is kept before the old one is let go.

mod api;
mod credential;
mod error;
mod events;
mod input;
mod jobs;
mod model;
mod pages;
mod recorded;
mod service;
mod store;
mod tables;
mod usage;

/// What other slices' spaces take of a tenant's storage.
pub mod spaces {
    pub use crate::store::*;
}

pub use credential::{SEALED, SignIn, TokenKeeper};
pub use error::Error;
pub use model::{read_gigabytes, round_gigabytes, say_gigabytes};
pub use service::{Storages, UsageOf};
pub use usage::{Reader, Unavailable};

use i18n::{Language, Source};
use platform::Slice;

/// What the slice brings.
pub fn slice(storages: &Storages) -> Slice {
    let english = Source { language: Language::English, text: include_str!("../text/en.ftl") };
    Slice {
        routes: vec![api::routes(storages), pages::portal(storages)],
        nav: pages::NAV.to_vec(),
        actions: recorded::Action::ALL,
        texts: vec![english],
        subscribers: vec![events::subscriber(storages.platform.clock.clone())],
        jobs: vec![jobs::schedule(storages)],
        ..Slice::new("storage")
    }
}
