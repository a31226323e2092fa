//! Sign-in by OpenID Connect, browser sessions, bearer tokens, and the caller's own account. Finds out who sends a
//! request before any handler runs; what they may do is decided by `access`, from the database.

mod api;
mod authenticate;
mod bearer;
mod browser;
mod claims;
mod cookie;
mod error;
mod examine;
mod jwt;
mod kept;
mod keys;
mod oidc;
mod pages;
mod refresh;
mod service;

pub use authenticate::{by_bearer, by_session};
pub use error::Error;
pub use examine::Trouble;
pub use kept::{FORM as KEPT_FORM, keep_forms, purge as purge_kept_forms};
pub use service::{OidcClient, Settings, SignIn};

use i18n::{Language, Source};
use platform::Slice;

/// The English texts, for those who ask without a page.
pub const ENGLISH: Source = Source { language: Language::English, text: include_str!("../text/en.ftl") };

/// What the slice brings.
pub fn slice(service: &SignIn) -> Slice {
    let routes = vec![
        pages::routes(web::Mount::Portal, service.clone()),
        pages::routes(web::Mount::Operator, service.clone()),
        api::routes(service.clone()),
    ];
    Slice { routes, texts: vec![ENGLISH], ..Slice::new("sign-in") }
}
