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
use web::{App, Mount, Nav, Routes};

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

/// Whoever works in an open workspace.
fn workers(actor: &Actor, active: Option<&str>) -> bool {
    let rights = active.and_then(|slug| actor.rights.in_tenant(slug));
    rights.is_some_and(|own| own.tenant.status.is_open())
}

const NAV: [Nav; 2] = [
    Nav {
        surface: Surface::Portal,
        label: "nav-home",
        href: "/",
        icon: Icon::User,
        counts: None,
        place: 0,
        shown_to: everybody,
    },
    Nav {
        surface: Surface::Portal,
        label: "mail-page",
        href: pages::mail::PAGE,
        icon: Icon::Phone,
        counts: None,
        place: 88,
        shown_to: workers,
    },
];

/// The way to what everybody works with, on every page. Without a web mail it leads to how a device is set up.
fn apps(at: &Settings) -> Vec<App> {
    let mail = at.mail.as_deref().unwrap_or(pages::mail::PAGE).to_owned();
    let home =
        App { label: "nav-home", href: "/".to_owned(), icon: Icon::User, place: 0, shown_to: everybody };
    let mail = App { label: "home-mail", href: mail, icon: Icon::Mail, place: 10, shown_to: workers };
    let files = at.files.clone().map(|href| App {
        label: "home-files",
        href,
        icon: Icon::Folder,
        place: 20,
        shown_to: workers,
    });
    [home, mail].into_iter().chain(files).collect()
}

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
        nav: NAV.to_vec(),
        apps: apps(&home.settings),
        texts: vec![english],
        ..Slice::new("home")
    }
}
