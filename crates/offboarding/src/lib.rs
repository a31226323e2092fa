//! How people leave: one action shuts every way in of a person in a workspace, then looks at each way in again, by reading it
//! back from its upstream or by trying it. Owns the table `offboardings`; the membership belongs to `members`.
//!
//! Invariants: nothing is ever said to be shut that nobody looked at, and what can't be asked is unknown; it is looked at
//! again until nothing is open, for a day; mail that was handed to a colleague comes back when the membership opens
//! again, save for what somebody else was given since.

mod api;
mod check;
mod error;
mod events;
mod hand_over;
mod input;
mod jobs;
mod model;
mod pages;
mod recorded;
mod run;
mod service;
mod store;
mod tables;

pub use crate::jobs::schedules;
pub use error::Error;
pub use events::subscriber;
pub use service::{Offboardings, Settings};

use i18n::{Language, Source};

/// What the slice brings to the web.
pub fn slice(offboardings: &Offboardings) -> web::Slice {
    let english = Source { language: Language::English, text: include_str!("../text/en.ftl") };
    web::Slice {
        routes: vec![api::routes(offboardings), pages::portal(offboardings)],
        nav: Vec::new(),
        tenant_tabs: Vec::new(),
        actions: recorded::Action::ALL,
        texts: vec![english],
        ..web::Slice::default()
    }
}
