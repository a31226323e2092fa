//! The people of a tenant: invited, made one by one or from a file, changed, closed out and let in again, removed. Owns
//! the tables `members`, `sign_outs`, `imports`, `import_rows`, `offboardings`, `addresses` (all that receive mail) and
//! `shared_readers`. Persons, roles and invitations belong to `access`;
//! what a person has everywhere upstream is owned by the person, what a membership gives is owned by the membership.
//!
//! Invariants: an account is never linked by its address; what is global upstream follows all that a person is; a
//! generated password is shown once and kept nowhere; nobody closes their own door, and a tenant keeps an owner.

mod actions;
pub mod addresses;
pub mod aliases;
mod api;
mod deeds;
mod doors;
mod error;
mod export;
mod follow;
mod import;
mod input;
mod invitation_api;
mod invitations;
mod kinds;
mod link;
mod listing;
mod live;
pub mod mailboxes;
mod mails;
mod make;
mod model;
mod offboard;
mod otp;
mod own;
mod pages;
mod password_ends;
pub mod quota;
mod reads;
pub mod roster;
mod second_factor;
mod second_factor_api;
mod service;
mod sessions;
mod sign_outs;
mod store;
mod tables;
mod want;
mod wants;

#[cfg(test)]
mod tests;

pub use actions::Made;
pub use deeds::SignOut;
pub use doors::Doors;
pub use error::Error;
pub use follow::{follower, observer, schedules};
pub use kinds::{compared, kinds};
pub use model::{BadLocalPart, LocalPart};
pub use service::{Members, Settings};
pub use wants::{FILES_QUOTA, FILES_USER, MAILBOX, MEMBERSHIP, SHARED, SPACE_MEMBERSHIP};

use i18n::{Language, Source};
use web::Door;

/// What the slice brings to the web.
pub fn slice(members: &Members) -> web::Slice {
    let english = Source { language: Language::English, text: include_str!("../text/en.ftl") };
    web::Slice {
        routes: routes(members),
        nav: pages::NAV.to_vec(),
        tenant_tabs: Vec::new(),
        texts: vec![english],
    }
}

fn routes(members: &Members) -> Vec<web::Routes> {
    let mut all = vec![
        api::routes(members),
        invitation_api::routes(members),
        pages::portal(members),
        pages::own(Door::Portal, members),
        pages::own(Door::Operator, members),
        import::routes(members),
        offboard::routes(members),
        second_factor_api::routes(members),
        sessions::routes(members),
    ];
    all.extend(export::routes(members));
    all
}
