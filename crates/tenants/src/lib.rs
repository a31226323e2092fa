//! Tenants: the customers, from creation to purge. Owns the table `tenants`, and wants what `provisioning` says that a
//! workspace needs upstream.
//!
//! Invariants: slugs are never given twice; `active` never falls back to `pending`; what is wanted upstream is a pure
//! function of the tenant's row; nothing here calls an upstream.

mod actions;
mod api;
pub mod demo;
mod error;
mod events;
mod find;
mod input;
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

#[cfg(test)]
mod tests;

use access::Surface;
use i18n::{Language, Source};
use platform::Slice;
use web::ObjectPage;

pub use actions::{locked, target};
pub use error::Error;
pub use input::MOST_NAME;
pub use model::{
    BillingInfo, FirstOwner, MOST_STORAGE, NewTenant, Plan, SecurityPolicy, Tenant, TenantChange,
};
pub use pages::tenant_head;
pub use reads::{Details, TenantFilter};
pub use seats::Seats;
pub use service::{Settings, Tenants};
pub use store::{counts, in_states};

/// Where its objects are opened.
const OBJECTS: [ObjectPage; 1] =
    [ObjectPage { kind: "tenant", surface: Surface::Operator, href: "/tenants/{slug}" }];

/// What the slice brings.
pub fn slice(tenants: &Tenants) -> Slice {
    let english = Source { language: Language::English, text: include_str!("../text/en.ftl") };
    let platform = &tenants.platform;
    Slice {
        routes: vec![api::routes(tenants), pages::operator(tenants)],
        nav: pages::NAV.to_vec(),
        tenant_tabs: pages::TENANT_TABS.to_vec(),
        objects: OBJECTS.to_vec(),
        finders: find::finders(tenants),
        shortcuts: pages::SHORTCUTS.to_vec(),
        actions: recorded::Action::ALL,
        texts: vec![english],
        subscribers: vec![seats::subscriber(platform.clock.clone())],
        resource_subscribers: vec![events::resource_subscriber()],
        jobs: jobs::schedules(tenants),
        ..Slice::new("tenants")
    }
}
