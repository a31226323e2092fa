//! The home of a person: where they can go, what is left for them to do, and what they have. Owns no table.
//!
//! Invariants: it shows what the person who asks has, and nothing of anybody else; what an upstream does not say in time
//! is said to be unknown, and holds up no other part of the page.

mod pages;
mod reads;

use std::sync::Arc;

use access::{Actor, Surface};
use app_passwords::AppPasswords;
use i18n::{Language, Source};
use mail_clients::MailClients;
use people::People;
use platform::Slice;
use tenants::storage::UsageSource;
use web::ui::Icon;
use web::{Mount, Nav, Routes};

/// Where mail and files are opened in a browser.
#[derive(Debug, Clone, Default)]
pub struct Settings {
    /// The web mail; without it the tile leads to how a device is set up.
    pub mail: Option<String>,
    pub files: Option<String>,
}

/// What the page is made of. Clones share it.
#[derive(Clone)]
pub struct Home {
    people: People,
    mail_clients: MailClients,
    app_passwords: AppPasswords,
    usage_source: Arc<dyn UsageSource>,
    settings: Arc<Settings>,
}

impl Home {
    /// The homes of all people.
    pub fn new(
        people: &People,
        mail_clients: &MailClients,
        app_passwords: &AppPasswords,
        usage_source: Arc<dyn UsageSource>,
        settings: Settings,
    ) -> Self {
        Self {
            people: people.clone(),
            mail_clients: mail_clients.clone(),
            app_passwords: app_passwords.clone(),
            usage_source,
            settings: Arc::new(settings),
        }
    }
}

fn everybody(_: &Actor, _: Option<&str>) -> bool {
    true
}

const NAV: Nav = Nav {
    surface: Surface::Portal,
    label: "nav-home",
    href: "/",
    icon: Icon::Grid,
    counts: None,
    place: 0,
    shown_to: everybody,
};

/// What the slice brings.
pub fn slice(home: &Home) -> Slice {
    let english = Source { language: Language::English, text: include_str!("../text/en.ftl") };
    Slice {
        routes: vec![
            Routes::new(Mount::Portal)
                .get("/", pages::show)
                .get(pages::mail::PAGE, pages::mail::show)
                .get(pages::mail::PROFILE, pages::mail::profile)
                .with_state(home.clone()),
        ],
        nav: vec![NAV],
        texts: vec![english],
        ..Slice::new("home")
    }
}
