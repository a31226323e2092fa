//! What a workspace has upstream: its group at the identity provider, its mail domains, its space; how far each is, and
//! what of it waits for a person. Owns the table `mail_settings` and the kinds of those objects, which groups inside a
//! workspace use too.
//!
//! Invariants: what is wanted upstream is a pure function of what is known of the workspace; nothing here calls an
//! upstream except through `kinds`.

mod api;
mod desired;
mod error;
mod input;
mod kinds;
mod pages;
mod recorded;
mod service;
mod steps;
mod stopped;
mod store;
mod tables;

#[cfg(test)]
mod tests;

use i18n::{Language, Source};
use platform::Slice;

pub use api::view::{StepView, StepsView, failing_steps, steps_in_full, steps_view};
pub use desired::{
    DOMAIN, DRIVE, DomainSpec, DriveSpec, GROUP, GROUP_PREFIX, GroupSpec, INNER_GROUP_PREFIX, KINDS,
    MailSettings, PARTNER_GROUP_PREFIX, Workspace, domain_want, wants,
};
pub use error::Error;
pub use input::{COUNTED, hash};
pub use kinds::{DOMAIN_USED, USERS, kinds, our_groups, user_of_type};
pub use pages::{card_of_steps, card_of_stopped, dialog_of_stopped, name_of_step};
pub use service::Provisioning;
pub use steps::{StepState, step_state};
pub use store::{forget_mail_settings, mail_settings, set_mail_settings};

/// What the slice brings.
pub fn slice(provisioning: &Provisioning) -> Slice {
    let english = Source { language: Language::English, text: include_str!("../text/en.ftl") };
    Slice {
        routes: vec![api::routes(provisioning)],
        actions: recorded::Action::ALL,
        texts: vec![english],
        kinds: kinds(&provisioning.platform.upstreams),
        ..Slice::new("provisioning")
    }
}
