//! The customers, as an operator's console and the API show them and let them be changed: list, pages, forms and JSON.
//! Owns no table.
//!
//! Invariants: what is done with a tenant is an action of `tenants`; nothing here writes a row. No slice stands on this
//! one, so that a page here is built again by itself.

mod api;
mod countries;
mod find;
mod input;
mod pages;
mod reads;
mod service;

#[cfg(test)]
mod tests;

use access::Surface;
use i18n::{Language, Source};
use platform::Slice;
use web::ObjectPage;

pub use service::Customers;

/// Where its objects are opened.
const OBJECTS: [ObjectPage; 1] =
    [ObjectPage { kind: "tenant", surface: Surface::Operator, href: "/tenants/{slug}" }];

/// What the slice brings.
pub fn slice(customers: &Customers) -> Slice {
    let english = Source { language: Language::English, text: include_str!("../text/en.ftl") };
    Slice {
        routes: vec![api::routes(&customers.tenants), pages::operator(customers)],
        nav: pages::NAV.to_vec(),
        tenant_tabs: pages::TENANT_TABS.to_vec(),
        objects: OBJECTS.to_vec(),
        finders: find::finders(&customers.tenants),
        shortcuts: pages::SHORTCUTS.to_vec(),
        texts: vec![english],
        ..Slice::new("customers")
    }
}
