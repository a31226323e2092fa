//! Drift across all tenants: the scheduled scan, the operator's list, and what belongs to no tenant. What is decided
//! about a tenant's own objects is the tenant's plan, in `tenants`.
//!
//! Invariant: nothing here changes anything upstream.

mod accept;
mod api;
mod error;
mod pages;
mod recorded;
mod scan;
mod service;
mod view;

use i18n::{Language, Source};
use platform::Slice;

pub use accept::{AcceptDialog, DAYS, REASON, Typed, accept_dialog, reason_and_days};
pub use error::Error;
pub use recorded::Action;
pub use service::Drift;
pub use view::{AcceptanceView, AcceptedView, FieldChangeView};

/// What the slice brings.
pub fn slice(drift: &Drift) -> Slice {
    let english = Source { language: Language::English, text: include_str!("../text/en.ftl") };
    Slice {
        routes: vec![api::routes(drift), pages::routes(drift)],
        nav: pages::NAV.to_vec(),
        actions: recorded::Action::ALL,
        texts: vec![english],
        jobs: vec![scan::schedule(&drift.platform)],
        ..Slice::new("drift")
    }
}
