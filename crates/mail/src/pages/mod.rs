//! The slice's pages: a workspace's mail in the portal, and the passwords of one's own mail programs.

mod addresses;
mod alias;
mod app_passwords;
mod domains;
mod draft;
mod list;
mod shared;
mod shared_one;

use access::{Actor, ManageMail, Surface, TenantRole, TenantStatus};
use i18n::Words;
use kernel::EmailAddress;
use maud::{Markup, html};
use reconcile::Status;
use web::ui::{self, Flash, Icon, State, StateMark, Tab, Tone, state_said};
use web::{DONE, Mount, Nav, Parameters, Routes, Shortcut, Tables, View};

use crate::reads::{MailState, Row};
use crate::service::Mail;

fn tenant_admins(actor: &Actor, active: Option<&str>) -> bool {
    let rights = active.and_then(|slug| actor.rights.in_tenant(slug));
    rights.is_some_and(|rights| rights.role != TenantRole::Member)
}

/// Whoever works in an open workspace: a closed one takes no passwords.
fn members(actor: &Actor, _: Option<&str>) -> bool {
    actor.rights.tenants.iter().any(|own| own.tenant.status.is_open())
}

/// The slice's places in the navigation.
pub const NAV: [Nav; 2] = [
    Nav {
        surface: Surface::Portal,
        label: "nav-mail",
        href: "/admin/{slug}/mail",
        icon: Icon::Mail,
        counts: None,
        place: 17,
        shown_to: tenant_admins,
    },
    Nav {
        surface: Surface::Portal,
        label: "nav-app-passwords",
        href: "/account/app-passwords",
        icon: Icon::Key,
        counts: None,
        place: 90,
        shown_to: members,
    },
];

/// Its ways to what people do often.
pub const SHORTCUTS: [Shortcut; 3] = [
    Shortcut::new::<ManageMail>(
        Surface::Portal,
        "mail-add-alias",
        "/admin/{slug}/mail#add-alias",
        Icon::Plus,
    ),
    Shortcut::new::<ManageMail>(Surface::Portal, "mail-add-list", "/admin/{slug}/mail#add-list", Icon::Plus),
    Shortcut::new::<ManageMail>(
        Surface::Portal,
        "mail-add-shared",
        "/admin/{slug}/mail/shared#add-shared",
        Icon::Plus,
    ),
];

pub fn portal(mail: &Mail) -> Routes {
    Routes::new(Mount::Portal)
        .get("/admin/{slug}/mail", addresses::show)
        .post("/admin/{slug}/mail/aliases", addresses::add_alias)
        .large()
        .post("/admin/{slug}/mail/lists", addresses::create_list)
        .get("/admin/{slug}/mail/aliases/{address}", alias::show)
        .post("/admin/{slug}/mail/aliases/{address}/remove", alias::remove)
        .get("/admin/{slug}/mail/lists/{id}", list::show)
        .large()
        .post("/admin/{slug}/mail/lists/{id}", list::change)
        .post("/admin/{slug}/mail/lists/{id}/remove", list::remove)
        .get("/admin/{slug}/mail/shared", shared::show)
        .large()
        .post("/admin/{slug}/mail/shared", shared::create)
        .get("/admin/{slug}/mail/shared/{id}", shared_one::show)
        .large()
        .post("/admin/{slug}/mail/shared/{id}", shared_one::change)
        .post("/admin/{slug}/mail/shared/{id}/remove", shared_one::remove)
        .get("/admin/{slug}/mail/domains", domains::show)
        .post("/admin/{slug}/mail/domains/{name}", domains::change)
        .with_state(mail.clone())
}

/// Everybody's own page.
pub fn own(mount: Mount, mail: &Mail) -> Routes {
    Routes::new(mount)
        .get("/account/app-passwords", app_passwords::show)
        .post("/account/app-passwords", app_passwords::create)
        .post("/account/app-passwords/{id}/remove", app_passwords::revoke)
        .with_state(mail.clone())
}

/// A section of the mail settings.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Section {
    Addresses,
    Shared,
    Domains,
}

fn tabs(w: &Words, slug: &str, now: Section) -> Vec<Tab> {
    let tab = |section, label: &str, path: &str| Tab {
        label: w.t(label),
        href: format!("/admin/{slug}/mail{path}"),
        current: section == now,
        badge: None,
    };
    vec![
        tab(Section::Addresses, "mail-addresses", ""),
        tab(Section::Shared, "mail-shared", "/shared"),
        tab(Section::Domains, "mail-domains", "/domains"),
    ]
}

/// The state of an object in the mail server, in a word. Its own words are for operators: a branded workspace does not
/// name its upstreams [J4].
fn mark(w: &Words, state: &MailState) -> StateMark {
    match state.status {
        Status::Ok => state_said(State::Ok, w.t("mail-state-ok")),
        Status::Pending if state.reason.as_deref() == Some("awaiting_ownership") => {
            state_said(State::Pending, w.t("mail-state-unproven"))
        }
        Status::Pending => state_said(State::Running, w.t("mail-state-busy")),
        Status::Skipped => state_said(State::Skipped, w.t("mail-state-skipped")),
        Status::Error => state_said(State::Error, w.t("mail-state-error")),
    }
}

/// The same of an address. What is there may be closed: who was suspended or offboarded doesn't get in, and mail still
/// arrives.
fn mark_of(w: &Words, row: &Row, workspace: TenantStatus) -> StateMark {
    let of_person = row.owner.as_ref().filter(|owner| owner.person.is_some());
    let is_closed = of_person.is_some_and(|owner| !(owner.is_open && workspace.is_open()));
    if is_closed && row.state.status == Status::Ok {
        // In the words of the member's page.
        return state_said(State::Suspended, w.t("member-step-stalwart-mailbox-closed"));
    }
    mark(w, &row.state)
}

/// The further addresses of a list or a shared mailbox.
fn aliases(w: &Words, all: &[EmailAddress]) -> Markup {
    html! {
        @if all.is_empty() { span class="muted" { (w.t("mail-no-aliases")) } }
        @for alias in all { div { (ui::copy(w, &alias.to_string())) } }
    }
}

/// Says on the next page what was done.
fn flash(view: &mut View, done: Option<&str>, known: &[(&str, &str)]) {
    let key = done.and_then(|done| known.iter().find(|(word, _)| *word == done));
    if let Some((_, key)) = key {
        let text = view.words().t(key);
        view.shell.flashes.push(Flash { tone: Tone::Ok, text, undo: None });
    }
}

/// What the address says besides what is shown.
#[derive(serde::Deserialize)]
pub struct After {
    done: Option<String>,
}

impl Parameters for After {
    const TABLES: Tables = &[DONE];
}
