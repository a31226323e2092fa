//! Invitations: somebody is asked to come by mail, and comes by its link. The rows and the table `invitations` belong to
//! `access`, the mail to `memberships`, by whose rules whoever comes is made; here is who may be asked, and what a link leads
//! to.
//!
//! Invariants: opening a link spends nothing, accepting spends it once; of its secret only a hash is kept, and the mail
//! is its one other place; an account is tied by who is signed in, never by an address.

mod actions;
mod api;
mod error;
mod events;
mod find;
mod input;
mod jobs;
mod link;
pub mod pages;
mod reads;
mod recorded;
mod service;

pub use actions::created;
pub use error::Error;
pub use link::Dead;
pub use service::Invitations;

use access::Surface;
use i18n::{Language, Source};
use platform::Slice;
use web::ObjectPage;

/// Where its objects are opened.
const OBJECTS: [ObjectPage; 2] = [
    ObjectPage { kind: "invitation", surface: Surface::Portal, href: "/admin/{slug}/invitations" },
    ObjectPage { kind: "invitation", surface: Surface::Operator, href: "/tenants/{slug}/invitations" },
];

/// What the slice brings.
pub fn slice(invitations: &Invitations) -> Slice {
    let english = Source { language: Language::English, text: include_str!("../text/en.ftl") };
    Slice {
        routes: vec![
            api::routes(invitations),
            pages::portal(invitations),
            pages::of_tenant(invitations, &invitations.tenants),
        ],
        tenant_tabs: pages::TENANT_TABS.to_vec(),
        objects: OBJECTS.to_vec(),
        finders: find::finders(invitations),
        actions: recorded::Action::ALL,
        texts: vec![english],
        subscribers: vec![events::subscriber()],
        jobs: vec![jobs::schedule(invitations)],
        ..Slice::new("invitations")
    }
}
