//! The people of a tenant: made, changed, closed out and let in again, removed. Owns the tables `members`, `sign_outs`,
//! `password_ends`, `addresses` (all that receive mail) and `shared_readers`. Persons, roles and invitations belong to `access`; what a
//! person has everywhere upstream is owned by the person, what a membership gives is owned by the membership. By which
//! ways people come and go is for `joining` and `offboarding`, above.
//!
//! Invariants: an account is never linked by its address; what is global upstream follows all that a person is; a
//! generated password is shown once and kept nowhere; nobody ends their own access, and a tenant keeps an owner.

mod actions;
mod api;
mod apply;
mod credentials;
pub mod demo;
mod desired;
mod error;
mod events;
mod export;
mod extent;
mod find;
mod foreign;
pub mod input;
mod jobs;
mod kinds;
mod listing;
mod live;
pub mod mails;
pub mod make;
mod mine;
mod model;
mod otp;
pub mod own;
pub mod pages;
pub mod quota;
mod reads;
mod recorded;
pub mod roster;
mod second_factor;
mod second_factor_api;
mod service;
mod sessions;
mod sign_outs;
mod store;
mod tables;

#[cfg(test)]
mod tests;

/// Memberships as they are stored, for the slices above by which people come and go.
pub mod rows {
    pub use crate::store::{by_id, by_user, of_people, of_tenant, of_users, update};
}

pub use actions::{Made, SignOut, audited, guard, live_holder, may_touch, member_of, target};
pub use api::At;
pub use apply::write_anew;
pub use credentials::{Credential, Credentials};
pub use desired::{FILES_QUOTA, FILES_USER, MEMBERSHIP, SPACE_MEMBERSHIP, USER, by_group};
pub use error::{Error, sentences};
pub use export::{csv_file, is_formula};
pub use extent::{Extent, of_closing};
pub use foreign::is_foreign;
pub use kinds::kinds;
pub use live::{Known, MailUse, Why};
pub use mine::{Mine, MyMailbox};
pub use model::{Member, NewMember, PasswordState, Status};
pub use second_factor::PAGE as SECOND_FACTOR_PAGE;
pub use service::{Members, Settings};
pub use sessions::{Place, Seen, Sessions};

use access::Surface;
use i18n::{Language, Source};
use platform::Slice;
pub use recorded::Action;
pub use tenants::Seats;
use web::ObjectPage;

/// Where its objects are opened.
const OBJECTS: [ObjectPage; 2] = [
    ObjectPage { kind: "member", surface: Surface::Portal, href: "/admin/{slug}/members/{id}" },
    ObjectPage { kind: "member", surface: Surface::Operator, href: "/tenants/{slug}/members/{id}" },
];

/// What the slice brings.
pub fn slice(members: &Members) -> Slice {
    let english = Source { language: Language::English, text: include_str!("../text/en.ftl") };
    let platform = &members.platform;
    Slice {
        routes: routes(members),
        nav: pages::NAV.to_vec(),
        tenant_tabs: pages::TENANT_TABS.to_vec(),
        objects: OBJECTS.to_vec(),
        finders: find::finders(members),
        shortcuts: pages::SHORTCUTS.to_vec(),
        actions: recorded::Action::ALL,
        texts: vec![english],
        kinds: kinds(&platform.upstreams),
        subscribers: vec![events::subscriber(platform.clock.clone())],
        resource_subscribers: vec![events::resource_subscriber()],
        jobs: jobs::schedules(members),
        ..Slice::new("members")
    }
}

fn routes(members: &Members) -> Vec<web::Routes> {
    let mut all = vec![
        api::routes(members),
        pages::portal(members),
        pages::own(web::Mount::Portal, members),
        pages::own(web::Mount::Operator, members),
        second_factor_api::routes(members),
        sessions::routes(members),
    ];
    all.extend(pages::of_tenant(members, &members.tenants));
    all.extend(export::routes(members));
    all
}
