//! How people come to a tenant: by the link of an invitation, or many at once from a file. Owns the tables `imports` and
//! `import_rows`; invitations belong to `access`, and whoever is made is made by the rules of `members`.
//!
//! Invariants: opening a link spends nothing, accepting spends it once; of its secret only a hash is kept, and the mail
//! is its one other place; an account is tied by who is signed in, never by an address; a line of a file is done with its
//! person or not at all, and an import goes on only while whoever started it may.

mod api;
mod error;
mod events;
mod find;
mod import;
mod input;
mod invitations;
mod jobs;
mod link;
mod pages;
mod recorded;
mod service;

pub use error::Error;
pub use service::Joining;

use access::Surface;
use i18n::{Language, Source};
use platform::Slice;
use web::ObjectPage;

/// An invitation, as the log names its kind.
const INVITATIONS: &str = "invitation";
/// Where its objects are opened.
const OBJECTS: [ObjectPage; 3] = [
    ObjectPage { kind: INVITATIONS, surface: Surface::Portal, href: "/admin/{slug}/invitations" },
    ObjectPage { kind: INVITATIONS, surface: Surface::Operator, href: "/tenants/{slug}/invitations" },
    ObjectPage { kind: "import", surface: Surface::Portal, href: "/admin/{slug}/imports/{id}" },
];

/// What the slice brings.
pub fn slice(joining: &Joining) -> Slice {
    let english = Source { language: Language::English, text: include_str!("../text/en.ftl") };
    Slice {
        routes: vec![
            api::routes(joining),
            import::routes(joining),
            pages::portal(joining),
            pages::of_tenant(joining, &joining.tenants),
        ],
        tenant_tabs: pages::TENANT_TABS.to_vec(),
        objects: OBJECTS.to_vec(),
        finders: find::finders(joining),
        shortcuts: pages::SHORTCUTS.to_vec(),
        actions: recorded::Action::ALL,
        texts: vec![english],
        subscribers: vec![events::subscriber()],
        jobs: jobs::schedules(joining),
        ..Slice::new("joining")
    }
}
