//! The passwords of one's own mail programs.

use access::{Actor, Granted, OwnAccount, Surface, TenantRef};
use axum::extract::{Path, State};
use axum::http::{StatusCode, header};
use axum::response::{IntoResponse, Redirect, Response};
use i18n::Words;
use kernel::EmailAddress;
use maud::{Markup, Render as _, html};
use web::draft::{Draft, filled, said};
use web::ui::{
    self, Column, Confirm, Empty, Field, FieldKind, Icon, PageHead, Row, Secret, Size, Table, Tone, button,
    confirm, dialog, empty, secret, submit, table,
};
use web::{Done, Failure, FormBody, Mount, Nav, Query, Right, Routes, View};

use crate::api::At;
use crate::error::Error;
use crate::input;
use crate::model::{AppPassword, MOST, Made};
use crate::service::AppPasswords;

const DIALOG: &str = "add-app-password";
const MADE: &str = "app-password-made";
const PAGE: &str = "/account/app-passwords";

/// Whoever works in an open workspace: a closed one takes no passwords.
fn members(actor: &Actor, _: Option<&str>) -> bool {
    actor.rights.tenants.iter().any(|own| own.tenant.status.is_open())
}

/// The slice's place in the navigation.
pub const NAV: Nav = Nav {
    surface: Surface::Portal,
    label: "nav-app-passwords",
    href: PAGE,
    icon: Icon::Key,
    counts: None,
    place: 90,
    shown_to: members,
};

/// Everybody's own page.
pub fn own(mount: Mount, passwords: &AppPasswords) -> Routes {
    Routes::new(mount)
        .get("/account/app-passwords", show)
        .post("/account/app-passwords", create)
        .post("/account/app-passwords/{id}/remove", revoke)
        .with_state(passwords.clone())
}

/// What the page shows.
struct Content {
    mailboxes: Vec<EmailAddress>,
    /// None when the mail server does not answer.
    passwords: Option<Vec<AppPassword>>,
    /// A workspace of theirs that is closed.
    closed: Option<TenantRef>,
}

impl AppPasswords {
    async fn own_page(
        &self,
        by: &Granted<OwnAccount>,
        view: &View,
        draft: Option<&Draft>,
        made: Option<&Made>,
    ) -> Result<Markup, Failure> {
        let mailboxes = self.mailboxes(by).await?;
        let passwords = match self.list(by).await {
            Ok(all) => Some(all),
            Err(Error::NotDone) => None,
            Err(error) => return Err(error.into()),
        };
        let mut own = by.actor().rights.tenants.iter().map(|own| &own.tenant);
        let closed = own.find(|tenant| !tenant.status.is_open()).cloned();
        Ok(page(view, &Content { mailboxes, passwords, closed }, draft, made, self.now()))
    }
}

pub async fn show(
    Right(by): Right<OwnAccount>,
    State(passwords): State<AppPasswords>,
    Query(done): Query<Done>,
    mut view: View,
) -> Result<Markup, Failure> {
    view.say_done(&done, &[("gone", "app-password-done-gone")]);
    let kept = view.refill(PAGE).map(|body| Draft::kept(DIALOG, &body));
    passwords.own_page(&by, &view, kept.as_ref(), None).await
}

/// Answers with the page and the password on it: it is shown once, so there is no address for it.
pub async fn create(
    Right(by): Right<OwnAccount>,
    State(passwords): State<AppPasswords>,
    view: View,
    body: FormBody,
) -> Result<Response, Failure> {
    let mut input = body.input(input::APP_PASSWORD);
    let new = input::app_password(&mut input);
    let made = match input.finish(new) {
        Ok((name, mailbox)) => passwords.create(&by, &name, mailbox.as_ref()).await,
        Err(errors) => Err(Error::Invalid(errors)),
    };
    match made {
        Ok(made) => {
            let page = passwords.own_page(&by, &view, None, Some(&made)).await?;
            Ok((StatusCode::CREATED, [(header::CACHE_CONTROL, "no-store")], page).into_response())
        }
        Err(error) => {
            let draft = Draft::of(DIALOG, &body, error, &["name", "mailbox"])?;
            let page = passwords.own_page(&by, &view, Some(&draft), None).await?;
            Ok((StatusCode::UNPROCESSABLE_ENTITY, page).into_response())
        }
    }
}

pub async fn revoke(
    Right(by): Right<OwnAccount>,
    State(passwords): State<AppPasswords>,
    Path(at): Path<At>,
) -> Result<Response, Failure> {
    passwords.revoke(&by, &at.id).await?;
    Ok(Redirect::to(&format!("{PAGE}?done=gone")).into_response())
}

fn page(
    view: &View,
    content: &Content,
    draft: Option<&Draft>,
    made: Option<&Made>,
    now: kernel::Timestamp,
) -> Markup {
    let w = view.words();
    let has_room = content.passwords.as_ref().is_some_and(|all| all.len() < MOST * content.mailboxes.len());
    let head = PageHead {
        title: w.t("nav-app-passwords"),
        summary: html! { (w.t("app-passwords-say")) },
        actions: html! {
            @if has_room { (button(w.t("app-password-add")).primary().icon(Icon::Plus).opens(DIALOG)) }
        },
        ..PageHead::default()
    };
    let shown = html! {
        @match &content.passwords {
            _ if content.mailboxes.is_empty() => (no_mailbox(w, content.closed.as_ref())),
            None => (ui::banner(Tone::Warn, &w.t("app-password-silent"), &w.t("app-password-silent-says"), None)),
            Some(all) => {
                (list(w, all, now))
                @for password in all { (ask(w, &view.shell.csrf, password)) }
            }
        }
        (add_dialog(w, &view.shell.csrf, &content.mailboxes, draft))
        @if let Some(made) = made { (made_dialog(w, made)) }
    };
    view.page(&w.t("nav-app-passwords"), &head, &shown)
}

/// Why there is no mailbox that takes a password.
fn no_mailbox(w: &Words, closed: Option<&TenantRef>) -> Markup {
    let (title, says) = match closed {
        Some(tenant) => {
            let title = w.tx("app-password-suspended", &[("name", (&tenant.name).into())]);
            (title, w.t("app-password-closed-says"))
        }
        None => (w.t("app-password-no-mailbox"), w.t("app-password-no-mailbox-says")),
    };
    empty(&Empty { icon: Icon::Mail, title, says, actions: None })
}

fn list(w: &Words, all: &[AppPassword], now: kernel::Timestamp) -> Markup {
    let row = |password: &AppPassword| Row {
        key: password.id.clone(),
        name: password.name.clone(),
        cells: vec![
            html! { (password.name) },
            html! { span class="cut" { (password.mailbox) } },
            ui::ago(w, password.created_at, now),
        ],
        actions: Some(html! {
            (button(w.t("app-password-remove")).small().icon(Icon::Trash).opens(dialog_of(password)))
        }),
        ..Row::default()
    };
    let nothing = Empty {
        icon: Icon::Key,
        title: w.t("app-passwords-none"),
        says: w.t("app-passwords-none-says"),
        actions: Some(html! { (button(w.t("app-password-add")).icon(Icon::Plus).opens(DIALOG)) }),
    };
    let shown = Table {
        id: "app-passwords".into(),
        caption: w.t("nav-app-passwords"),
        columns: vec![
            Column::new(w.t("app-password-name")),
            Column::new(w.t("app-password-mailbox")).md(),
            Column::new(w.t("app-password-made-at")),
        ],
        rows: all.iter().map(|password| row(password).into()).collect(),
        size: Size::Normal,
        empty: Some(empty(&nothing)),
        ..Table::default()
    };
    table(w, &shown)
}

/// The id of the question whether a password should go.
fn dialog_of(password: &AppPassword) -> String {
    format!("remove-{}", password.id.replace('.', "-"))
}

fn ask(w: &Words, csrf: &str, password: &AppPassword) -> Markup {
    let ask = Confirm {
        id: dialog_of(password),
        title: w.tx("app-password-remove-title", &[("name", (&password.name).into())]),
        says: w.t("app-password-remove-says"),
        label: w.t("app-password-remove"),
        keep: w.t("app-password-cancel"),
        action: format!("{PAGE}/{}/remove", password.id),
        csrf: csrf.to_owned(),
        ..Confirm::default()
    };
    confirm(w, &ask)
}

fn add_dialog(w: &Words, csrf: &str, mailboxes: &[EmailAddress], draft: Option<&Draft>) -> Markup {
    let name = Field::new("name", w.t("app-password-name")).help(w.t("app-password-name-help"));
    let choices = mailboxes.iter().map(|address| (address.to_string(), address.to_string()));
    let mailbox =
        Field::new("mailbox", w.t("app-password-mailbox")).kind(FieldKind::Select(choices.collect()));
    let body = html! {
        (said(w, &w.t("app-password-not-done"), draft, DIALOG, &[]))
        (ui::field(w, &filled(draft, DIALOG, name)))
        @if mailboxes.len() > 1 { (ui::field(w, &filled(draft, DIALOG, mailbox))) }
    };
    dialog(w, DIALOG, w.t("app-password-add"))
        .form(PAGE, csrf)
        .open(draft.is_some())
        .body(body)
        .footer(
            html! { (button(w.t("app-password-cancel")).closes(DIALOG)) (submit(w.t("app-password-add")).primary()) },
        )
        .render()
}

/// The dialog with the password. The page's own address takes its place, so that a reload does not send the form again.
fn made_dialog(w: &Words, made: &Made) -> Markup {
    let password = &made.password;
    let shown = Secret {
        id: "app-password".to_owned(),
        label: w.tx("app-password-for", &[("mailbox", password.mailbox.to_string().into())]),
        value: made.secret.clone(),
        group: 4,
    };
    let body = html! {
        div data-address=(PAGE) {}
        (secret(w, &shown))
        p class="small soft" { (w.t("app-password-once")) }
    };
    dialog(w, MADE, w.tx("app-password-made", &[("name", (&password.name).into())]))
        .open(true)
        .body(body)
        .footer(html! { (button(w.t("app-password-done")).primary().icon(Icon::Check).closes(MADE)) })
        .render()
}
