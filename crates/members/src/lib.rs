//! The people of a tenant: made, changed, closed out and let in again, removed. Owns the tables `members` and
//! `sign_outs`. Persons and roles belong to `access`; what a person has everywhere upstream is owned by the person, what
//! a membership gives is owned by the membership.
//!
//! Invariants: an account is never linked by its address; what is global upstream follows all that a person is; a
//! generated password is shown once and kept nowhere; nobody closes their own door, and a tenant keeps an owner.

mod actions;
mod api;
mod deeds;
mod doors;
mod error;
mod follow;
mod input;
mod kinds;
mod model;
mod otp;
mod own;
mod pages;
pub mod quota;
mod reads;
mod service;
mod sign_outs;
mod store;
mod tables;
mod want;
mod wants;

pub use actions::Made;
pub use deeds::SignOut;
pub use doors::Doors;
pub use error::Error;
pub use follow::{follower, observer, schedules};
pub use kinds::kinds;
pub use service::{Members, Settings};
pub use wants::{FILES_QUOTA, FILES_USER};

use i18n::{Language, Source};
use web::Door;

/// What the slice brings to the web.
pub fn slice(members: &Members) -> web::Slice {
    let english = Source { language: Language::English, text: include_str!("../text/en.ftl") };
    web::Slice {
        routes: vec![
            api::routes(members),
            pages::portal(members),
            pages::own(Door::Portal, members),
            pages::own(Door::Operator, members),
        ],
        nav: pages::NAV.to_vec(),
        tenant_tabs: Vec::new(),
        texts: vec![english],
    }
}
