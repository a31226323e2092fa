//! The people of a tenant, for those who manage them: added, changed, closed out and let in again, removed; listed, sought
//! and written into a file. Owns no table: the rows are those of `memberships`. By which ways else people come and go is
//! for `invitations`, `imports` and `offboarding`, above.

mod actions;
mod api;
mod export;
mod find;
mod listing;
pub mod pages;
mod reads;
mod recorded;
mod second_factor;
mod service;

#[cfg(test)]
mod tests;

pub use actions::Made;
pub use export::csv_file;
pub use second_factor::MAILS;
pub use service::Members;

use access::Surface;
use i18n::{Language, Source};
use platform::Slice;
use web::ObjectPage;

/// Where its objects are opened.
const OBJECTS: [ObjectPage; 2] = [
    ObjectPage { kind: "member", surface: Surface::Portal, href: "/admin/{slug}/members/{id}" },
    ObjectPage { kind: "member", surface: Surface::Operator, href: "/tenants/{slug}/members/{id}" },
];

/// What the slice brings.
pub fn slice(members: &Members) -> Slice {
    let english = Source { language: Language::English, text: include_str!("../text/en.ftl") };
    Slice {
        routes: routes(members),
        nav: pages::NAV.to_vec(),
        tenant_tabs: pages::TENANT_TABS.to_vec(),
        objects: OBJECTS.to_vec(),
        finders: find::finders(members),
        shortcuts: pages::SHORTCUTS.to_vec(),
        actions: recorded::Action::ALL,
        texts: vec![english],
        ..Slice::new("members")
    }
}

fn routes(members: &Members) -> Vec<web::Routes> {
    let mut all = vec![api::routes(members), pages::portal(members), api::second_factor::routes(members)];
    all.extend(pages::of_tenant(members, &members.tenants));
    all.extend(export::routes(members));
    all
}
