//! What differs upstream from what should be: the scheduled scan and the list across all tenants, the plan of each
//! tenant, and what a person decides about a difference.
//!
//! Invariant: a scan changes nothing upstream; what is changed there is in a plan that somebody has read, and the record
//! of it is written first.

mod accept;
mod api;
mod decide;
mod error;
mod input;
mod pages;
mod recorded;
mod scan;
mod service;

#[cfg(test)]
mod tests;

use i18n::{Language, Source};
use platform::Slice;

pub use error::Error;
pub use scan::SCAN;
pub use service::Drift;

/// What the slice brings.
pub fn slice(drift: &Drift) -> Slice {
    let english = Source { language: Language::English, text: include_str!("../text/en.ftl") };
    Slice {
        routes: vec![api::routes(drift), api::plan::routes(drift), pages::routes(drift)],
        nav: pages::NAV.to_vec(),
        tenant_tabs: pages::TENANT_TABS.to_vec(),
        actions: recorded::Action::ALL,
        texts: vec![english],
        jobs: vec![scan::schedule(&drift.platform)],
        ..Slice::new("drift")
    }
}
