//! How people leave: one action shuts every way in of a person in a workspace, then looks at each way in again, by
//! reading it back from its upstream or by trying it. Owns the table `offboardings`; the membership belongs to
//! `memberships`.
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

pub use error::Error;
pub use service::Offboardings;

use i18n::{Language, Source};
use platform::Slice;

/// What the slice brings.
pub fn slice(offboardings: &Offboardings) -> Slice {
    let english = Source { language: Language::English, text: include_str!("../text/en.ftl") };
    Slice {
        routes: vec![api::routes(offboardings), pages::portal(offboardings)],
        actions: recorded::Action::ALL,
        texts: vec![english],
        subscribers: vec![events::subscriber(offboardings.platform.clock.clone())],
        jobs: jobs::schedules(offboardings),
        ..Slice::new("offboarding")
    }
}
