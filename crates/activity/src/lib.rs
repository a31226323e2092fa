//! Who did what, with what outcome: the audit log of each tenant, and of the platform with all of them. Owns no table.
//!
//! Invariants: nothing here writes; a log is read under the proof of the right to that log.

mod api;
mod pages;
mod reads;
mod service;

#[cfg(test)]
mod tests;

use i18n::{Language, Source};
use platform::Slice;

pub use pages::{PageQuery, TOLD_ONCE, latest_records};
pub use reads::of_tenant;
pub use service::Activity;

/// What the slice brings.
pub fn slice(activity: &Activity) -> Slice {
    let english = Source { language: Language::English, text: include_str!("../text/en.ftl") };
    Slice {
        routes: vec![api::routes(activity), pages::operator(activity), pages::portal(activity)],
        nav: pages::NAV.to_vec(),
        tenant_tabs: pages::TENANT_TABS.to_vec(),
        texts: vec![english],
        ..Slice::new("activity")
    }
}
