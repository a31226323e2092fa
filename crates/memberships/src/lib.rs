//! Who is a member of which tenant: the rows, how they come to be and end, and what a person and each of their memberships
//! need upstream. Owns the tables `members` and `passwords`. Persons, roles and invitations belong to `access`; what a
//! person has everywhere upstream is owned by the person, what a membership gives is owned by the membership.
//!
//! Invariants: an account is never linked by its address; what is global upstream follows all that a person is; nobody ends
//! their own access, and a tenant keeps an owner.

pub mod apply;
mod at;
mod desired;
mod error;
mod events;
mod foreign;
mod guard;
pub mod input;
mod jobs;
mod kinds;
mod leave;
mod lookups;
pub mod mails;
pub mod make;
mod model;
mod order;
pub mod quota;
mod recorded;
pub mod roster;
mod service;
pub mod staff;
mod store;
mod tables;

#[cfg(test)]
mod tests;

/// Memberships as they are stored.
pub mod rows {
    pub use crate::store::{
        by_id, by_user, count, found, heirs, key, lock_of_user, of_people, of_tenant, of_user, of_users,
        page, update,
    };
}

/// What took which password last.
pub mod keys {
    pub use crate::store::{note_mailbox_key, note_sign_in_key};
}

pub use at::At;
pub use desired::{
    FILES_USER, MEMBERSHIP, MembershipSpec, SPACE_MEMBERSHIP, SpaceMembershipSpec, USER, by_group, owner,
};
pub use error::{Error, NotDone};
pub use foreign::is_foreign;
pub use guard::{audited, guard, live_holder, may_touch, member_of, target};
pub use leave::let_go;
pub use model::{Key, Member, MemberChange, NewMember, PasswordState, Status, with_mailbox};
pub use order::{By, Order};
pub use recorded::Action;
pub use service::{Memberships, Settings};
pub use store::MemberFilter;

use i18n::{Language, Source};
use platform::Slice;

/// What the slice brings.
pub fn slice(memberships: &Memberships) -> Slice {
    let english = Source { language: Language::English, text: include_str!("../text/en.ftl") };
    let platform = &memberships.platform;
    Slice {
        actions: recorded::Action::ALL,
        texts: vec![english],
        kinds: kinds::kinds(&platform.upstreams),
        subscribers: vec![events::subscriber(platform.clock.clone())],
        resource_subscribers: vec![events::resource_subscriber()],
        jobs: jobs::schedules(memberships),
        ..Slice::new("memberships")
    }
}
