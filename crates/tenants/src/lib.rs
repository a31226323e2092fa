//! Tenants: the customers, from creation to purge. Owns the table `tenants`, and wants what `provisioning` says that a
//! workspace needs upstream. Their list, pages, forms and API are in `customers`.
//!
//! Invariants: slugs are never given twice; `active` never falls back to `pending`; what is wanted upstream is a pure
//! function of the tenant's row; nothing here calls an upstream.

mod actions;
pub mod demo;
mod error;
mod events;
mod jobs;
mod model;
mod pages;
pub mod primary;
mod reads;
mod recorded;
pub mod seats;
mod service;
pub mod storage;
mod store;
mod tables;

use i18n::{Language, Source};
use platform::Slice;

pub use actions::{Made, locked, target};
pub use error::Error;
pub use model::{
    BillingInfo, FirstOwner, MOST_NAME, MOST_SEATS, MOST_STORAGE, NewTenant, Plan, SecurityPolicy, Tenant,
    TenantChange,
};
pub use pages::tenant_head;
pub use reads::{Details, Overrun, TenantFilter};
pub use seats::Seats;
pub use service::{Settings, Tenants};
pub use store::{Partner, counts, counts_of_partners, in_states};

/// What the slice brings.
pub fn slice(tenants: &Tenants) -> Slice {
    let english = Source { language: Language::English, text: include_str!("../text/en.ftl") };
    let platform = &tenants.platform;
    Slice {
        actions: recorded::Action::ALL,
        texts: vec![english],
        subscribers: vec![seats::subscriber(platform.clock.clone())],
        resource_subscribers: vec![events::resource_subscriber()],
        jobs: jobs::schedules(tenants),
        ..Slice::new("tenants")
    }
}
