//! The storage of a workspace in the portal: how much is used, by what and by whom, and how it is shared out.

use access::{Actor, Granted, ManageStorage, Surface, TenantRole, ViewStorage};
use axum::extract::{Path, Query, State};
use axum::http::StatusCode;
use axum::response::{IntoResponse, Redirect, Response};
use i18n::Words;
use kernel::{Coded as _, Kind, UserId};
use maud::{Markup, Render as _, html};
use serde::Deserialize;
use web::ui::{
    self, Column, Definition, Empty, Field, Flash, Icon, Meter, PageHead, Row, Size, Table, Tone, button,
    card, definitions, dialog, empty, submit, table,
};
use web::{Door, Failure, FormBody, Nav, Right, Routes, View};

use crate::api::At;
use crate::error::Error;
use crate::input;
use crate::model::{Drive, Further, Overview, Share, say_gigabytes};
use crate::service::Storages;

fn tenant_admins(actor: &Actor, active: Option<&str>) -> bool {
    let standing = active.and_then(|slug| actor.standing.in_tenant(slug));
    standing.is_some_and(|standing| standing.role != TenantRole::Member)
}

/// The slice's place in the navigation.
pub const NAV: [Nav; 1] = [Nav {
    surface: Surface::Portal,
    label: "nav-storage",
    href: "/admin/{slug}/storage",
    icon: Icon::Folder,
    counts: Some(crate::watch::SOURCE),
    place: 25,
    shown_to: tenant_admins,
}];

pub fn portal(storages: &Storages) -> Routes {
    Routes::new(Door::Portal)
        .get("/admin/{slug}/storage", show)
        .post("/admin/{slug}/storage/space", give_space)
        .post("/admin/{slug}/storage/members/{id}", give)
        .with_state(storages.clone())
}

#[derive(Deserialize)]
struct After {
    done: Option<String>,
}

/// Whose limit a form was about.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Whose {
    Space,
    Member(UserId),
}

impl Whose {
    fn dialog(self) -> String {
        match self {
            Self::Space => "limit-space".to_owned(),
            Self::Member(user) => format!("limit-{user}"),
        }
    }
}

/// A form that was refused.
struct Wrong {
    whose: Whose,
    typed: String,
    said: String,
}

async fn show(
    Right(by): Right<ViewStorage>,
    State(storages): State<Storages>,
    Query(after): Query<After>,
    mut view: View,
) -> Result<Markup, Failure> {
    if after.done.as_deref() == Some("limit") {
        let text = view.words().t("storage-done-limit");
        view.shell.flashes.push(Flash { tone: Tone::Ok, text, undo: None });
    }
    let overview = storages.overview(&by).await?;
    Ok(page(&view, by.scope().slug.as_str(), &overview, None))
}

async fn give_space(
    Right(by): Right<ManageStorage>,
    State(storages): State<Storages>,
    view: View,
    body: FormBody,
) -> Result<Response, Failure> {
    answer(&by, &storages, &view, &body, Whose::Space).await
}

async fn give(
    Right(by): Right<ManageStorage>,
    State(storages): State<Storages>,
    Path(at): Path<At>,
    view: View,
    body: FormBody,
) -> Result<Response, Failure> {
    answer(&by, &storages, &view, &body, Whose::Member(at.user()?)).await
}

async fn answer(
    by: &Granted<ManageStorage>,
    storages: &Storages,
    view: &View,
    body: &FormBody,
    whose: Whose,
) -> Result<Response, Failure> {
    let typed = body.typed("gigabytes").unwrap_or_default().to_owned();
    let done = match (body.input(input::FORM).finish(Some(())), input::gigabytes(&typed)) {
        (Err(errors), _) => Err(Error::Invalid(errors)),
        (_, Err(error)) => Err(error),
        (_, Ok(bytes)) => match whose {
            Whose::Space => storages.give_space(by, bytes).await,
            Whose::Member(user) => storages.give(by, user, bytes).await,
        },
    };
    let slug = by.scope().slug.as_str();
    match done {
        Ok(()) => Ok(Redirect::to(&format!("/admin/{slug}/storage?done=limit")).into_response()),
        Err(error) if matches!(error.kind(), Kind::Invalid | Kind::Conflict) => {
            let of_field = error.fields().into_iter().next().map(|field| field.message);
            let advice = error.advice().map(|advice| format!(". {advice}")).unwrap_or_default();
            let said = of_field.unwrap_or_else(|| capitalised(&format!("{error}{advice}")));
            let overview = storages.after(by).await?;
            let page = page(view, slug, &overview, Some(&Wrong { whose, typed, said }));
            Ok((StatusCode::UNPROCESSABLE_ENTITY, page).into_response())
        }
        Err(error) => Err(error.into()),
    }
}

fn capitalised(text: &str) -> String {
    let mut letters = text.chars();
    letters.next().map(|first| first.to_uppercase().chain(letters).collect()).unwrap_or_default()
}

fn page(view: &View, slug: &str, overview: &Overview, wrong: Option<&Wrong>) -> Markup {
    let w = view.words();
    let head = PageHead { title: w.t("nav-storage"), summary: summary(w, overview), ..PageHead::default() };
    let csrf = &view.shell.csrf;
    let content = html! {
        div class="stack" {
            @if let Err(down) = &overview.read {
                (ui::banner(Tone::Warn, &w.t("storage-down"), &w.t(&format!("storage-down-{}", down.reason.replace('_', "-"))), None))
            }
            @if overview.free() < 0 {
                (ui::banner(Tone::Warn, &w.t("storage-over"), &w.tx("storage-over-says", &[("over", ui::bytes(w, -overview.free()).into())]), None))
            }
            (whole(w, overview))
            (space(w, overview))
            @if !overview.further.is_empty() { (further(w, slug, overview)) }
            (members(w, slug, overview))
        }
        (limit(w, slug, csrf, overview, Whose::Space, wrong))
        @for share in &overview.shares { (limit(w, slug, csrf, overview, Whose::Member(share.user), wrong)) }
    };
    view.page(&w.t("nav-storage"), &head, &content)
}

fn summary(w: &Words, overview: &Overview) -> Markup {
    let total = ui::bytes(w, overview.storage.total);
    let said = match overview.used() {
        Some(used) => {
            w.tx("storage-says", &[("used", ui::bytes(w, used.used).into()), ("total", total.into())])
        }
        None => w.tx("storage-says-total", &[("total", total.into())]),
    };
    html! { (said) }
}

/// Used and bought, and how it is shared out. Without figures there is no bar.
fn whole(w: &Words, overview: &Overview) -> Markup {
    let storage = &overview.storage;
    let mut rows = vec![
        Definition::new(w.t("storage-bought"), figure(w, storage.total)),
        Definition::new(w.t("storage-space-may"), figure(w, storage.space)),
    ];
    if !overview.further.is_empty() {
        rows.push(Definition::new(w.t("storage-groups-may"), figure(w, overview.further_bytes())));
    }
    rows.push(Definition::new(w.t("storage-given"), figure(w, overview.given())));
    rows.push(Definition::new(w.t("storage-free"), figure(w, overview.free().max(0))));
    let inside = html! {
        @match (overview.used(), &overview.read) {
            (Some(used), _) => (bar(w, &w.t("storage-used"), Some(used.used), used.total)),
            (None, Ok(_)) => { p class="soft small" { (w.t("storage-partly")) } }
            (None, Err(_)) => {}
        }
        (definitions(true, &rows))
    };
    card("whole", w.t("storage-whole")).body(inside).render()
}

fn figure(w: &Words, bytes: i64) -> Markup {
    html! { span class="num" { (ui::bytes(w, bytes)) } }
}

/// A bar of a drive: used of what it may hold, as far as either is known.
fn bar(w: &Words, label: &str, used: Option<i64>, total: i64) -> Markup {
    let Some(used) = used else {
        return ui::meter(&Meter {
            label: label.to_owned(),
            used: None,
            said: w.t("storage-unknown"),
            note: None,
        });
    };
    let said =
        |key: &str| w.tx(key, &[("used", ui::bytes(w, used).into()), ("total", ui::bytes(w, total).into())]);
    let (share, said) = if total > 0 {
        (Some((ui::share(used), ui::share(total))), said("storage-of"))
    } else {
        (None, said("storage-no-limit-used"))
    };
    ui::meter(&Meter { label: label.to_owned(), used: share, said, note: None })
}

fn space(w: &Words, overview: &Overview) -> Markup {
    let opens = button(w.t("storage-limit")).small().icon(Icon::Pencil).opens(Whose::Space.dialog());
    let inside = match (&overview.space, &overview.read) {
        (Some(drive), _) => bar(w, &drive.name, drive.used, drive.total.unwrap_or(overview.storage.space)),
        (None, Ok(_)) => html! { p class="soft small" { (w.t("storage-no-space")) } },
        (None, Err(_)) => html! {
            p class="soft small" { (w.tx("storage-space-limit", &[("limit", ui::bytes(w, overview.storage.space).into())])) }
        },
    };
    card("space", w.t("storage-space")).aside(html! { (opens) }).body(inside).render()
}

/// The spaces of groups; what they may hold is changed on the page of the group.
fn further(w: &Words, slug: &str, overview: &Overview) -> Markup {
    let row = |further: &Further| {
        let Further { space, drive } = further;
        let used = drive.as_ref().and_then(|drive| drive.used);
        Row {
            key: space.owner.clone(),
            name: space.name.clone(),
            href: Some(format!("/admin/{slug}/groups/{}", space.owner)),
            cells: vec![
                html! { (space.name) },
                match (drive, &overview.read) {
                    (None, Ok(_)) => html! { span class="muted small" { (w.t("storage-group-not-yet")) } },
                    _ => bar(w, &w.t("storage-used"), used, space.bytes),
                },
            ],
            ..Row::default()
        }
    };
    let shown = Table {
        id: "groups".into(),
        caption: w.t("storage-groups"),
        columns: vec![Column::new(w.t("storage-group")), Column::new(w.t("storage-used"))],
        rows: overview.further.iter().map(|further| row(further).into()).collect(),
        size: Size::Tall,
        ..Table::default()
    };
    table(w, &shown)
}

fn members(w: &Words, slug: &str, overview: &Overview) -> Markup {
    let is_known = overview.read.is_ok();
    let nothing = Empty {
        icon: Icon::Users,
        title: w.t("storage-nobody"),
        says: w.t("storage-nobody-says"),
        actions: None,
    };
    let row = |share: &Share| Row {
        key: share.user.to_string(),
        name: share.name.clone(),
        href: Some(format!("/admin/{slug}/members/{}", share.user)),
        cells: vec![
            ui::who(&share.name, &share.user.to_string(), Some(&share.email)),
            html! {
                @if is_known { (own(w, share)) } @else { span class="muted" { "–" } }
                (button(limit_said(w, share)).small().quiet().icon(Icon::Pencil).opens(Whose::Member(share.user).dialog()))
            },
        ],
        ..Row::default()
    };
    let shown = Table {
        id: "shares".into(),
        caption: w.t("storage-members"),
        columns: vec![Column::new(w.t("storage-person")), Column::new(w.t("storage-own"))],
        rows: overview.shares.iter().map(|share| row(share).into()).collect(),
        size: Size::Tall,
        empty: Some(empty(&nothing)),
        ..Table::default()
    };
    table(w, &shown)
}

fn own(w: &Words, share: &Share) -> Markup {
    let Some(Drive { used, total, .. }) = &share.drive else {
        return html! { span class="muted small" { (w.t("storage-not-yet")) } };
    };
    bar(w, &w.t("storage-used"), *used, total.or(share.given).unwrap_or(0))
}

fn limit_said(w: &Words, share: &Share) -> String {
    let said = |bytes| w.tx("storage-limit-said", &[("limit", ui::bytes(w, bytes).into())]);
    share.given.map_or_else(|| w.t("storage-no-limit"), said)
}

/// The dialog of one limit.
fn limit(
    w: &Words,
    slug: &str,
    csrf: &str,
    overview: &Overview,
    whose: Whose,
    wrong: Option<&Wrong>,
) -> Markup {
    let share = match whose {
        Whose::Space => None,
        Whose::Member(user) => overview.shares.iter().find(|share| share.user == user),
    };
    let own = share.map_or(Some(overview.storage.space), |share| share.given);
    let left = (overview.free() + own.unwrap_or(0)).max(0);
    let (title, action, help) = match (whose, share) {
        (Whose::Member(user), Some(share)) => (
            w.tx("storage-limit-of", &[("name", (&share.name).into())]),
            format!("/admin/{slug}/storage/members/{user}"),
            "storage-limit-help",
        ),
        _ => (w.t("storage-limit-space"), format!("/admin/{slug}/storage/space"), "storage-limit-space-help"),
    };
    let wrong = wrong.filter(|wrong| wrong.whose == whose);
    let typed = wrong.map_or_else(|| own.map(say_gigabytes).unwrap_or_default(), |wrong| wrong.typed.clone());
    let id = whose.dialog();
    let field = Field {
        scope: id.clone(),
        suffix: Some("GB".to_owned()),
        inputmode: Some("decimal"),
        autofocus: true,
        ..Field::new("gigabytes", w.t("storage-limit"))
            .value(typed)
            .help(w.tx(help, &[("left", ui::bytes(w, left).into())]))
            .error(wrong.map(|wrong| wrong.said.clone()))
            .optional()
    };
    dialog(w, &id, title)
        .form(action, csrf)
        .open(wrong.is_some())
        .body(ui::field(w, &field))
        .footer(html! { (button(w.t("storage-cancel")).closes(&id)) (submit(w.t("storage-save")).primary()) })
        .render()
}

impl Storages {
    /// What is shown after a deed to whoever did it.
    pub(crate) async fn after(&self, by: &Granted<ManageStorage>) -> Result<Overview, Error> {
        let by = by.demand::<ViewStorage>(self.db()).await?;
        self.overview(&by).await
    }
}
