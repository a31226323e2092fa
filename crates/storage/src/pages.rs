//! The storage of a workspace in the portal: how much is used, by what and by whom, and how it is shared out.

use access::{Actor, Granted, ManageStorage, Surface, TenantRole, ViewStorage};
use axum::extract::{Path, State};
use axum::http::StatusCode;
use axum::response::{IntoResponse, Redirect, Response};
use i18n::Words;
use kernel::input::Shape;
use kernel::{Coded as _, ErrorKind, Message, UserId};
use maud::{Markup, Render as _, html};
use serde::Deserialize;
use web::ui::{
    self, Column, Definition, Empty, Field, Filter as Bar, Icon, Meter, More, PageHead, Row, Size, Table,
    Tone, button, card, definitions, dialog, empty, filter, link_button, submit, table,
};
use web::{
    Done, Failure, FormBody, ListQuery, Mount, Nav, PAGING, Parameter, Parameters, Query, Right, Routes,
    Tables, View,
};

use crate::api::At;
use crate::error::Error;
use crate::input;
use crate::model::{Drive, Found, Further, Overview, Share, say_gigabytes};
use crate::service::Storages;

fn tenant_admins(actor: &Actor, active: Option<&str>) -> bool {
    let rights = active.and_then(|slug| actor.rights.in_tenant(slug));
    rights.is_some_and(|rights| rights.role != TenantRole::Member)
}

/// The slice's place in the navigation.
pub const NAV: [Nav; 1] = [Nav {
    surface: Surface::Portal,
    label: "nav-storage",
    href: "/admin/{slug}/storage",
    icon: Icon::Folder,
    counts: Some(crate::jobs::SOURCE),
    place: 25,
    shown_to: tenant_admins,
}];

pub fn portal(storages: &Storages) -> Routes {
    Routes::new(Mount::Portal)
        .get("/admin/{slug}/storage", show)
        .post("/admin/{slug}/storage/space", give_space)
        .post("/admin/{slug}/storage/members/{id}", give)
        .with_state(storages.clone())
}

/// The parameters of the query.
const PARAMETERS: &[Parameter] = &[
    Parameter::optional("q", Shape::Search, "Part of a member's name or address."),
    Parameter::optional(
        "of",
        Shape::Text(60),
        "The member whose limit to change, or `space` for the shared space.",
    ),
];

/// What the address says.
#[derive(Default, Deserialize)]
struct Asked {
    /// Part of a member's name or address.
    q: Option<String>,
    /// The member whose limit is to be changed, or [`OF_SPACE`].
    of: Option<String>,
    #[serde(flatten)]
    list: ListQuery,
}

impl Parameters for Asked {
    const TABLES: Tables = &[PARAMETERS, PAGING];
}

impl Asked {
    fn q(&self) -> &str {
        self.q.as_deref().unwrap_or_default()
    }

    /// The address of the page as it is shown, with what is said besides.
    fn address(&self, slug: &str, cursor: Option<String>, besides: &[(&str, String)]) -> String {
        let parts = [("q", self.q.clone()), ("cursor", cursor), ("limit", self.list.limit.clone())];
        let given = parts.into_iter().filter_map(|(name, value)| Some((name, value?)));
        let mut pairs: Vec<(&str, String)> = given.filter(|(_, value)| !value.is_empty()).collect();
        pairs.extend(besides.iter().cloned());
        web::address(&place(slug), &pairs)
    }
}

fn place(slug: &str) -> String {
    format!("/admin/{slug}/storage")
}

/// Whose limit a form is about.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Whose {
    Space,
    Member(UserId),
}

impl Whose {
    fn action(self, slug: &str) -> String {
        match self {
            Self::Space => format!("{}/space", place(slug)),
            Self::Member(user) => format!("{}/members/{user}", place(slug)),
        }
    }
}

/// In the address, the limit of the shared space.
const OF_SPACE: &str = "space";

/// The dialogs of the two.
const SPACE: &str = "limit-space";
const MEMBER: &str = "limit-member";

/// A form that was not done: it was refused, or its session had ended.
struct Typed {
    whose: Whose,
    gigabytes: String,
    wrong: Option<Message>,
}

/// What the page shows.
struct Content<'a> {
    slug: &'a str,
    overview: &'a Overview,
    asked: &'a Asked,
    found: Found<'a>,
    typed: Option<Typed>,
}

impl<'a> Content<'a> {
    async fn of(
        storages: &Storages,
        slug: &'a str,
        overview: &'a Overview,
        asked: &'a Asked,
        typed: Option<Typed>,
    ) -> Result<Self, Failure> {
        let (limit, cursor) = asked.list.read()?;
        let found = storages.find(overview, asked.q(), cursor.as_ref(), limit).await?;
        Ok(Self { slug, overview, asked, found, typed })
    }

    /// True when the address asks for the dialog of the shared space.
    fn asks_for_space(&self) -> bool {
        self.typed.is_none() && self.asked.of.as_deref() == Some(OF_SPACE)
    }

    /// The member whose dialog is open.
    fn chosen(&self) -> Option<&'a Share> {
        let user = match &self.typed {
            Some(Typed { whose: Whose::Member(user), .. }) => Some(*user),
            Some(_) => None,
            None => self.asked.of.as_deref().and_then(|id| id.parse().ok()),
        };
        self.overview.shares.iter().find(|share| Some(share.user) == user)
    }
}

async fn show(
    Right(by): Right<ViewStorage>,
    State(storages): State<Storages>,
    Query(asked): Query<Asked>,
    Query(done): Query<Done>,
    mut view: View,
) -> Result<Markup, Failure> {
    view.say_done(&done, &[("limit", "storage-done-limit")]);
    let overview = storages.overview(&by).await?;
    let slug = by.scope().slug.as_str();
    let members = overview.shares.iter().map(|share| Whose::Member(share.user));
    let kept = std::iter::once(Whose::Space).chain(members).find_map(|whose| {
        let body = view.refill(&whose.action(slug))?;
        Some(Typed { whose, gigabytes: typed(&body), wrong: None })
    });
    Ok(page(&view, &Content::of(&storages, slug, &overview, &asked, kept).await?))
}

fn typed(body: &FormBody) -> String {
    body.typed("gigabytes").unwrap_or_default().to_owned()
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
    let gigabytes = typed(body);
    let done = match (body.input(input::FORM).finish(Some(())), input::gigabytes(&gigabytes)) {
        (Err(errors), _) => Err(Error::Invalid(errors)),
        (_, Err(error)) => Err(error),
        (_, Ok(bytes)) => match whose {
            Whose::Space => storages.give_space(by, bytes).await,
            Whose::Member(user) => storages.give(by, user, bytes).await,
        },
    };
    let slug = by.scope().slug.as_str();
    match done {
        Ok(()) => Ok(Redirect::to(&format!("{}?done=limit", place(slug))).into_response()),
        Err(error) if matches!(error.kind(), ErrorKind::Invalid | ErrorKind::Conflict) => {
            let of_field = error.fields().into_iter().next().map(|field| field.message);
            let wrong = of_field.unwrap_or_else(|| Message::Quoted(view.words().explain(&error)));
            let overview = storages.after(by).await?;
            let (asked, typed) = (Asked::default(), Typed { whose, gigabytes, wrong: Some(wrong) });
            let page = page(view, &Content::of(storages, slug, &overview, &asked, Some(typed)).await?);
            Ok((StatusCode::UNPROCESSABLE_ENTITY, page).into_response())
        }
        Err(error) => Err(error.into()),
    }
}

fn page(view: &View, content: &Content) -> Markup {
    let (w, csrf, overview) = (view.words(), &view.shell.csrf, content.overview);
    let head = PageHead { title: w.t("nav-storage"), summary: summary(w, overview), ..PageHead::default() };
    let shown = html! {
        div class="stack" {
            @if let Err(down) = &overview.read {
                (ui::banner(Tone::Warn, &w.t("storage-down"), &w.t(&down.key()), None))
            }
            (no_room(w, overview))
            (whole(w, overview))
            (space(w, overview))
            @if !overview.further.is_empty() { (further(w, content.slug, overview)) }
            (members(w, content))
        }
        (limit(w, csrf, content, None))
        @if let Some(share) = content.chosen() { (limit(w, csrf, content, Some(share))) }
    };
    view.page(&w.t("nav-storage"), &head, &shown)
}

/// Says that nothing is left to give, and offers to take some from the shared space.
fn no_room(w: &Words, overview: &Overview) -> Markup {
    let free = overview.free();
    let lower = html! { (button(w.t("storage-lower")).small().opens(SPACE)) };
    match free {
        ..0 => {
            let says = w.tx("storage-over-says", &[("over", ui::gigabytes(w, -free).into())]);
            ui::banner(Tone::Warn, &w.t("storage-over"), &says, Some(&lower))
        }
        0 => ui::banner(Tone::Info, &w.t("storage-full"), &w.t("storage-full-says"), Some(&lower)),
        1.. => Markup::default(),
    }
}

fn summary(w: &Words, overview: &Overview) -> Markup {
    let total = ui::gigabytes(w, overview.storage.total);
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
    html! { span class="num" { (ui::gigabytes(w, bytes)) } }
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
    let said = |key: &str| {
        w.tx(key, &[("used", ui::bytes(w, used).into()), ("total", ui::gigabytes(w, total).into())])
    };
    let (share, said) = if total > 0 {
        (Some((ui::share(used), ui::share(total))), said("storage-of"))
    } else {
        (None, said("storage-no-limit-used"))
    };
    ui::meter(&Meter { label: label.to_owned(), used: share, said, note: None })
}

fn space(w: &Words, overview: &Overview) -> Markup {
    let opens = button(w.t("storage-save")).small().icon(Icon::Pencil).opens(SPACE);
    let inside = match (&overview.space, &overview.read) {
        (Some(drive), _) => bar(w, &drive.name, drive.used, drive.total.unwrap_or(overview.storage.space)),
        (None, Ok(_)) => html! { p class="soft small" { (w.t("storage-no-space")) } },
        (None, Err(_)) => html! {
            p class="soft small" { (w.tx("storage-space-limit", &[("limit", ui::gigabytes(w, overview.storage.space).into())])) }
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

fn members(w: &Words, content: &Content) -> Markup {
    let (slug, asked) = (content.slug, content.asked);
    let is_known = content.overview.read.is_ok();
    let row = |share: &Share| {
        let change = asked.address(slug, asked.list.cursor.clone(), &[("of", share.user.to_string())]);
        let change = link_button(limit_said(w, share), change).small().quiet().icon(Icon::Pencil);
        Row {
            key: share.user.to_string(),
            name: share.name.clone(),
            href: Some(format!("/admin/{slug}/members/{}", share.user)),
            cells: vec![
                ui::who(&share.name, &share.user.to_string(), Some(&share.email)),
                html! { @if is_known { (own(w, share)) } @else { span class="muted" { "–" } } },
                change.render(),
            ],
            ..Row::default()
        }
    };
    let bar = Bar {
        action: place(slug),
        region: "shares".into(),
        search: Some(w.t("storage-search")),
        query: asked.q().to_owned(),
        ..Bar::default()
    };
    let page = &content.found.page;
    let more = page.next.as_ref().map(|next| asked.address(slug, Some(next.to_string()), &[]));
    let shown = Table {
        id: "shares".into(),
        caption: w.t("storage-members"),
        columns: vec![
            Column::new(w.t("storage-person")),
            Column::new(w.t("storage-own")).md(),
            Column::new(w.t("storage-limit")),
        ],
        rows: page.items.iter().map(|share| row(share).into()).collect(),
        filter: Some(filter(w, &bar)),
        more: Some(More::of(
            w,
            content.found.page.items.len(),
            u64::try_from(content.found.all).ok(),
            w.tx("storage-shown", &[("count", content.found.all.into())]),
            more,
            asked.list.is_later(),
        )),
        size: Size::Tall,
        empty: Some(nothing(w, slug, asked)),
        ..Table::default()
    };
    table(w, &shown)
}

fn nothing(w: &Words, slug: &str, asked: &Asked) -> Markup {
    if !asked.q().is_empty() {
        return empty(&Empty::no_match(w, asked.q(), "shares", &place(slug)));
    }
    empty(&Empty {
        icon: Icon::Users,
        title: w.t("storage-nobody"),
        says: w.t("storage-nobody-says"),
        actions: None,
    })
}

fn own(w: &Words, share: &Share) -> Markup {
    let Some(Drive { used, total, .. }) = &share.drive else {
        return html! { span class="muted small" { (w.t("storage-not-yet")) } };
    };
    bar(w, &w.t("storage-used"), *used, total.or(share.given).unwrap_or(0))
}

fn limit_said(w: &Words, share: &Share) -> String {
    share.given.map_or_else(|| w.t("storage-no-limit"), |bytes| ui::gigabytes(w, bytes))
}

/// The dialog of one limit: of a member, or else of the shared space.
fn limit(w: &Words, csrf: &str, content: &Content, share: Option<&Share>) -> Markup {
    let (slug, overview) = (content.slug, content.overview);
    let holds = share.map_or(Some(overview.storage.space), |share| share.given);
    let left = (overview.free() + holds.unwrap_or(0)).max(0);
    // What follows the plan was typed by nobody.
    let own = holds.filter(|_| share.is_some() || !overview.storage.space_follows);
    let (id, whose) = share.map_or((SPACE, Whose::Space), |share| (MEMBER, Whose::Member(share.user)));
    let (title, help) = match share {
        Some(share) => (w.tx("storage-limit-of", &[("name", (&share.name).into())]), "storage-limit-help"),
        None => (w.t("storage-limit-space"), "storage-limit-space-help"),
    };
    let help = if left == 0 {
        w.t("storage-limit-none")
    } else {
        let usual = ui::gigabytes(w, overview.storage.space_by_default);
        w.tx(help, &[("left", ui::gigabytes(w, left).into()), ("usual", usual.into())])
    };
    let typed = content.typed.as_ref().filter(|typed| typed.whose == whose);
    let value =
        typed.map_or_else(|| own.map(say_gigabytes).unwrap_or_default(), |typed| typed.gigabytes.clone());
    let field = Field {
        scope: id.to_owned(),
        suffix: Some("GB".to_owned()),
        inputmode: Some("decimal"),
        autofocus: true,
        ..Field::new("gigabytes", w.t("storage-limit"))
            .value(value)
            .help(help)
            .error(typed.and_then(|typed| typed.wrong.clone()))
            .optional()
    };
    // A dialog that was asked for came with an address of its own, which a reload or a bookmark would open again.
    let is_asked = share.is_some() || content.asks_for_space();
    let back = is_asked.then(|| content.asked.address(slug, content.asked.list.cursor.clone(), &[]));
    let body = html! {
        @if let Some(back) = back { div data-address=(back) {} }
        (ui::field(w, &field))
    };
    dialog(w, id, title)
        .form(whose.action(slug), csrf)
        .open(typed.is_some() || is_asked)
        .body(body)
        .footer(html! { (button(w.t("storage-cancel")).closes(id)) (submit(w.t("storage-save")).primary()) })
        .render()
}

impl Storages {
    /// What is shown after an action to whoever did it.
    pub(crate) async fn after(&self, by: &Granted<ManageStorage>) -> Result<Overview, Error> {
        let by = by.demand::<ViewStorage>(&self.platform.db).await?;
        self.overview(&by).await
    }
}
