//! How people sign in, and how that ends: passwords, second factors, sessions, and everybody's own pages for them. Owns the
//! tables `sign_outs` and `password_ends`.
//!
//! Invariants: a generated password is shown once and kept nowhere; a workspace ends of somebody's sign-ins what it gave;
//! what an upstream does not say in time is unknown, never "no".

mod credentials;
pub mod demo;
mod events;
mod extent;
pub mod input;
mod jobs;
mod live;
mod mine;
pub mod otp;
pub mod own;
pub mod pages;
mod recorded;
mod second_factor;
mod service;
mod sessions;
mod sign_outs;
mod store;
mod tables;

pub use credentials::{Credential, Credentials};
pub use extent::{Extent, of_closing};
pub use live::{Known, Live, MailUse, Why, patience};
pub use mine::{Mine, MyMailbox};
pub use recorded::Action;
pub use second_factor::PAGE as SECOND_FACTOR_PAGE;
pub use service::People;
pub use sessions::{OneAt, Place, Seen, Sessions};
pub use sign_outs::SignOut;

use i18n::{Language, Source};
use platform::Slice;
use web::Mount;

/// What the slice brings.
pub fn slice(people: &People) -> Slice {
    let english = Source { language: Language::English, text: include_str!("../text/en.ftl") };
    Slice {
        routes: vec![
            pages::own(Mount::Portal, people),
            pages::own(Mount::Operator, people),
            sessions::routes(people),
        ],
        nav: pages::nav(),
        actions: recorded::Action::ALL,
        texts: vec![english],
        subscribers: vec![events::subscriber(people.platform.clock.clone())],
        jobs: jobs::schedules(people),
        ..Slice::new("people")
    }
}
