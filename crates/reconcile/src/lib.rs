//! The database says what should be; this makes the upstreams so. Nothing else writes to an upstream, save the
//! explicit calls that ARCHITECTURE.md lists.
//!
//! One row of `resources` is one upstream object and has one writer at a time, by lease. The intent to create is
//! committed before the call; after an outcome that nobody knows the object is looked for before it is made again.

#![warn(missing_docs)]

mod any_kind;
mod breaker;
pub mod drift;
mod engine;
mod fail;
pub mod fields;
mod foreign;
mod history;
mod kind;
mod needs;
mod neighbours;
mod obstacle;
mod owned;
mod plan;
mod queue;
pub mod recorded;
mod removal;
mod settings;
mod step;
mod store;
mod tables;
mod turns;
mod want;
mod watch;

use i18n::{Language, Source};

pub use any_kind::AnyKind;
pub use engine::{Owner, Reconciler, ResourceSubscriber};
#[cfg(debug_assertions)]
pub use fail::{FailPoint, Point};
pub use history::{Version, history};
pub use kind::{
    Actual, Availability, Created, FieldChange, Kind, Listed, Need, Problem, Registered, Target, Waiting,
    spec_of,
};
pub use obstacle::{Obstacle, StepError};
pub use owned::{Outline, of_owner, of_owners, outlines, outlines_of, undone};
pub use plan::{Change, Plan, PlanAction, PlanError};
pub use removal::{STOPPED, fingerprint, is_ordered, let_go_on, order, order_kind, order_one, stopped};
pub use settings::Settings;
pub use store::{
    Resource, Status, failing, failing_owners, is_taken, look_again, look_again_at_all, named, named_any,
    retry_now, wanting_owners,
};
pub use want::{Want, destroy, destroy_one, rename, want, want_known};

/// The texts of its own obstacles.
pub const TEXTS: &[Source] = &[Source { language: Language::English, text: include_str!("../text/en.ftl") }];
