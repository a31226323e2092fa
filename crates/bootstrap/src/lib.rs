//! What Dezky needs in its upstreams, as data: the same entries are the plan of `dezky bootstrap`, the blueprint, and what
//! `dezky doctor` asks. Knows no database, no page and no terminal. Each upstream has a module of its own: that
//! of Authentik brings entries, that of Stalwart the words for what its client's `setup` finds.

#![warn(missing_docs)]

pub mod authentik;
mod blueprint;
mod compare;
#[cfg(feature = "conformance")]
pub mod conformance;
mod engine;
mod entry;
mod model;
pub mod settings_file;
pub mod stalwart;

pub use blueprint::render as render_blueprint;
pub use compare::{Difference, Verdict};
pub use engine::{Engine, Error, Plan, Step};
pub use entry::{Attribute, Entry, Guard, Ref, Rule, Setting, Settings, Told, Want};
pub use model::{Model, Special};

use i18n::{Language, Source};

/// The words of the command line.
pub const ENGLISH: Source = Source { language: Language::English, text: include_str!("../text/en.ftl") };
