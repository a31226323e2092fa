//! How a workspace is, worked out in one place from all that is known of it, and said in the same words everywhere. Owns
//! no table.
//!
//! Invariants: pages, badges and the API say nothing else of it; what was not checked has no score, what is closed is
//! neither fine nor wrong, and a finding of unknown code is bad.

mod condition;
mod shown;

use i18n::{Language, Source};
use platform::Slice;

pub use condition::{
    Condition, DNS, DNS_PENDING, Known, OBJECT_SEATS, OBJECT_STORAGE, PLAN, Part, Reason, SEATS_OVER,
    STORAGE_OVER, reason,
};
pub use shown::{card, pill, reason_page, reason_place, reason_says, reason_title, state, summary};

/// What the slice brings.
pub fn slice() -> Slice {
    let english = Source { language: Language::English, text: include_str!("../text/en.ftl") };
    Slice { texts: vec![english], ..Slice::new("health") }
}
