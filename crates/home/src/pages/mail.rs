//! How one's own mail is set up on a device: servers, user name, password, and a profile for Apple's devices.

use access::{Actor, OwnAccount};
use axum::extract::State;
use axum::response::Response;
use i18n::Words;
use kernel::EmailAddress;
use kernel::input::Shape;
use mail_clients::ClientSettings;
use maud::{Markup, Render as _, html};
use memberships::PasswordState;
use people::MyMailbox;
use serde::Deserialize;
use web::ui::{Definition, Empty, Icon, PageHead, Tone, banner, card, copy, definitions, empty, link_button};
use web::{Failure, Parameter, Parameters, Query, Right, Tables, View};

use crate::Home;

/// The page.
pub const PAGE: &str = "/account/mail";
/// The profile for Apple's devices.
pub const PROFILE: &str = "/account/mail/mobileconfig";
const APP_PASSWORDS: &str = "/account/app-passwords";
const PASSWORD: &str = "/account/password";

const PARAMETERS: &[Parameter] =
    &[Parameter::optional("mailbox", Shape::Text(254), "Which of one's own mailboxes, by its address.")];

#[derive(Default, Deserialize)]
pub struct Asked {
    mailbox: Option<String>,
}

impl Parameters for Asked {
    const TABLES: Tables = &[PARAMETERS];
}

impl Asked {
    /// The mailbox that is meant: the one that was named, that of the workspace one works in, or the first.
    fn among<'a>(&self, all: &'a [MyMailbox], actor: &Actor, active: Option<&str>) -> Option<&'a MyMailbox> {
        if let Some(named) = &self.mailbox {
            return all.iter().find(|mailbox| mailbox.address == *named);
        }
        let rights = active.and_then(|slug| actor.rights.in_tenant(slug));
        let here = |mailbox: &&MyMailbox| rights.is_some_and(|it| it.tenant.id == mailbox.tenant);
        all.iter().find(here).or(all.first())
    }
}

pub async fn show(
    Right(by): Right<OwnAccount>,
    State(home): State<Home>,
    Query(asked): Query<Asked>,
    view: View,
) -> Result<Markup, Failure> {
    let all = home.people.mine(&by).await?.mailboxes;
    let (w, actor) = (view.words(), by.actor());
    let Some(mailbox) = asked.among(&all, actor, view.active.as_deref()) else {
        if asked.mailbox.is_some() {
            return Err(Failure::not_found());
        }
        return Ok(page(&view, &without(w, actor, view.active.as_deref())));
    };
    let address = mailbox.address.parse::<EmailAddress>().map_err(|_| Failure::not_found())?;
    let settings = home.mail_clients.own_settings(&by, mailbox.tenant, address.domain()).await;
    let settings = match settings {
        Ok(settings) => Some(settings),
        Err(error) if error.is_not_set_up() => None,
        Err(error) => return Err(error.into()),
    };
    let others = all.iter().filter(|other| other.address != mailbox.address);
    let others: Vec<&str> = others.map(|other| other.address.as_str()).collect();
    Ok(page(&view, &content(w, mailbox, settings.as_ref(), &others)))
}

/// The profile of one's own mailbox.
pub async fn profile(
    Right(by): Right<OwnAccount>,
    State(home): State<Home>,
    Query(asked): Query<Asked>,
    view: View,
) -> Result<Response, Failure> {
    let all = home.people.mine(&by).await?.mailboxes;
    let mailbox = asked.among(&all, by.actor(), view.active.as_deref()).ok_or_else(Failure::not_found)?;
    let address = mailbox.address.parse::<EmailAddress>().map_err(|_| Failure::not_found())?;
    let profile = home.mail_clients.own_profile(&by, mailbox.tenant, &address, view.words()).await?;
    Ok(mail_clients::profile_file(address.domain().ascii(), profile))
}

fn page(view: &View, content: &Markup) -> Markup {
    let w = view.words();
    let head = PageHead {
        title: w.t("mail-page"),
        summary: html! { (w.t("mail-page-says")) },
        actions: html! { (link_button(w.t("mail-page-passwords"), APP_PASSWORDS).icon(Icon::Key)) },
        ..PageHead::default()
    };
    view.page(&w.t("mail-page"), &head, content)
}

/// Why there is nothing to set up.
fn without(w: &Words, actor: &Actor, active: Option<&str>) -> Markup {
    let rights = active.and_then(|slug| actor.rights.in_tenant(slug));
    let why = match rights {
        Some(rights) if !rights.tenant.status.is_open() => "suspended",
        Some(_) => "none",
        None => "nowhere",
    };
    let name = rights.map(|rights| rights.tenant.name.as_str()).unwrap_or_default();
    empty(&Empty {
        icon: Icon::Mail,
        title: w.t(&format!("mail-page-{why}")),
        says: w.tx(&format!("mail-page-{why}-says"), &[("name", name.into())]),
        actions: None,
    })
}

fn content(w: &Words, mailbox: &MyMailbox, settings: Option<&ClientSettings>, others: &[&str]) -> Markup {
    html! {
        div class="stack" {
            (state(w, mailbox.state))
            (login(w, mailbox))
            @match settings {
                None => (banner(Tone::Info, &w.t("mail-page-unknown"), &w.t("mail-page-unknown-says"), None)),
                Some(settings) => {
                    @if !settings.is_verified() {
                        (banner(Tone::Warn, &w.t("mail-page-unverified"), &w.t("mail-page-unverified-says"), None))
                    }
                    (mail_clients::servers(w, settings))
                    @if settings.has_profile() { (apple(w, mailbox)) }
                    (mail_clients::programs(w, settings))
                }
            }
            @if !others.is_empty() { (further(w, others)) }
        }
    }
}

/// What keeps a program out for now.
fn state(w: &Words, state: PasswordState) -> Markup {
    let choose = html! { (link_button(w.t("home-locked-do"), PASSWORD).primary()) };
    match state {
        PasswordState::Waiting => {
            banner(Tone::Info, &w.t("home-mail-waiting"), &w.t("mail-page-waiting-says"), None)
        }
        PasswordState::NoPassword => {
            banner(Tone::Warn, &w.t("home-locked"), &w.t("mail-page-locked-says"), Some(&choose))
        }
        PasswordState::Earlier => {
            banner(Tone::Warn, &w.t("home-earlier"), &w.t("mail-page-earlier-says"), Some(&choose))
        }
        PasswordState::Ready => Markup::default(),
    }
}

fn login(w: &Words, mailbox: &MyMailbox) -> Markup {
    let rows = [
        Definition::new(w.t("mail-page-address"), copy(w, &mailbox.address)),
        Definition::new(w.t("mail-page-user"), html! { (w.t("mail-page-user-says")) }),
        Definition::new(
            w.t("home-password"),
            html! { (w.t("mail-page-password-says")) " " a href=(APP_PASSWORDS) { (w.t("mail-page-passwords")) } },
        ),
    ];
    card("login", w.t("mail-page-login")).body(definitions(true, &rows)).render()
}

fn apple(w: &Words, mailbox: &MyMailbox) -> Markup {
    let at = web::address(PROFILE, &[("mailbox", mailbox.address.clone())]);
    let inside = html! {
        p class="soft small" { (w.t("mail-page-profile-says")) }
        (link_button(w.t("mail-page-profile-get"), at).icon(Icon::Download))
    };
    card("profile", w.t("mail-page-profile")).body(inside).render()
}

fn further(w: &Words, others: &[&str]) -> Markup {
    let inside = html! {
        @for other in others {
            p { a href=(web::address(PAGE, &[("mailbox", (*other).to_owned())])) { (other) } }
        }
    };
    card("further", w.t("mail-page-others")).body(inside).render()
}
