//! Tenants: the customers, from creation to purge. Owns the tables `tenants` and `mail_settings`, and the wants of its three own resources:
//! the Authentik group, the mail domain in Stalwart, the oCIS project space.
//!
//! Invariants: slugs are never given twice; `active` never falls back to `pending`; what is wanted upstream is a pure
//! function of the tenant's row (`wants`); nothing here calls an upstream except through `kinds`.

mod actions;
mod api;
pub mod condition;
pub mod demo;
mod desired;
mod error;
mod events;
mod find;
mod input;
mod jobs;
mod kinds;
mod model;
mod pages;
pub mod primary;
mod read;
mod recorded;
pub mod seats;
mod service;
mod stopped;
mod stopped_api;
pub mod storage;
mod store;
mod tables;
mod view;

#[cfg(test)]
mod tests;

use access::Surface;
use i18n::{Language, Source};
use platform::Slice;
use web::ObjectPage;

pub use actions::{locked, target};
pub use desired::{DOMAIN, DRIVE, GROUP, GROUP_PREFIX, INNER_GROUP_PREFIX, MailSettings, domain_want};
pub use error::Error;
pub use input::MOST_NAME;
pub use kinds::{STILL_USED, kinds, our_groups};
pub use model::{
    BillingInfo, FirstOwner, MOST_STORAGE, NewTenant, Plan, SecurityPolicy, Tenant, TenantChange,
};
pub use pages::{card_of_steps, reason_place, reason_says, reason_title, state_pill, summary, tenant_head};
pub use read::{Details, TenantFilter};
pub use seats::Seats;
pub use service::{Settings, Tenants};
pub use store::{counts, forget_mail_settings, in_states, mail_settings, set_mail_settings};

/// Where its objects are opened.
const OBJECTS: [ObjectPage; 2] = [
    ObjectPage { kind: "tenant", surface: Surface::Portal, href: "/admin/{slug}" },
    ObjectPage { kind: "tenant", surface: Surface::Operator, href: "/tenants/{slug}" },
];

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
        kinds: kinds(&platform.upstreams),
        subscribers: vec![seats::subscriber(platform.clock.clone())],
        resource_subscribers: vec![events::resource_subscriber()],
        jobs: jobs::schedules(tenants),
        ..Slice::new("tenants")
    }
}
