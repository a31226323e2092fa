//! The groups of a workspace: search and order in the address, and making one.

use access::{Granted, ManageGroups};
use axum::extract::State;
use axum::http::StatusCode;
use axum::response::{IntoResponse, Redirect, Response};
use i18n::Words;
use kernel::Timestamp;
use kernel::cursor::Page;
use kernel::input::Shape;
use maud::{Markup, Render as _, html};
use storage::spaces::Room;
use web::draft::{self, Draft, filled};
use web::ui::{
    self, Column, Direction, Empty, Field, Filter as Bar, Icon, More, PageHead, Row, Size, Table, button,
    dialog, empty, filter, submit, table,
};
use web::{Done, Failure, FormBody, Parameter, Parameters, Query, Right, Tables, View};

use super::mark;
use crate::api::GroupQuery;
use crate::error::Error;
use crate::input;
use crate::reads::{By, Order, Summary};
use crate::service::Groups;

const DIALOG: &str = "add-group";

/// The parameters of the query.
const PARAMETERS: &[Parameter] =
    &[Parameter::optional("until", Shape::Text(40), "Until when what was removed is kept.")];

/// What the address says besides the filter.
#[derive(serde::Deserialize)]
pub struct After {
    until: Option<String>,
}

impl Parameters for After {
    const TABLES: Tables = &[PARAMETERS];
}

/// What the page shows.
struct Shown {
    query: GroupQuery,
    order: Order,
    page: Page<Summary>,
    /// How many there are on all pages.
    all: u64,
    offer: Offer,
    now: Timestamp,
}

/// What a group may have.
pub struct Offer {
    /// The storage for its space.
    pub room: Room,
    /// The domains for its address.
    pub domains: Vec<(String, String)>,
}

impl Groups {
    async fn shown_list(&self, by: &Granted<ManageGroups>, query: GroupQuery) -> Result<Shown, Failure> {
        let (limit, cursor) = query.list.read()?;
        let order = query.order()?;
        let (page, all) = self.page(by, query.q(), order, cursor.as_ref(), limit).await?;
        let offer = self.offer(by).await?;
        Ok(Shown { query, order, page, all, offer, now: self.now() })
    }

    pub(super) async fn offer(&self, by: &Granted<ManageGroups>) -> Result<Offer, Error> {
        let domains = addresses::domain_choices(self.platform.db.read(), by.tenant()).await?;
        Ok(Offer { room: self.room(by).await?, domains })
    }
}

pub async fn show(
    Right(by): Right<ManageGroups>,
    State(groups): State<Groups>,
    Query(query): Query<GroupQuery>,
    Query(done): Query<Done>,
    Query(after): Query<After>,
    mut view: View,
) -> Result<Markup, Failure> {
    if done.word() == Some("gone") {
        let until = after.until.as_deref().and_then(Timestamp::parse);
        let w = view.words();
        let text = match until {
            Some(until) => w.tx("group-done-gone-files", &[("date", day_of(w, until).into())]),
            None => w.t("group-done-gone"),
        };
        view.toast(text);
    }
    let slug = &by.scope().slug;
    let shown = groups.shown_list(&by, query).await?;
    let draft = view.refill(&format!("/admin/{slug}/groups")).map(|body| Draft::kept(DIALOG, &body));
    Ok(page(&view, slug, &shown, draft.as_ref()))
}

pub async fn create(
    Right(by): Right<ManageGroups>,
    State(groups): State<Groups>,
    view: View,
    body: FormBody,
) -> Result<Response, Failure> {
    let mut input = body.input(input::NEW_FORM);
    let new = input::new(&mut input);
    let made = match input.finish(new) {
        Ok(new) => groups.create(&by, new).await,
        Err(errors) => Err(Error::Invalid(errors)),
    };
    let slug = &by.scope().slug;
    match made {
        Ok(group) => {
            let place = format!("/admin/{slug}/groups/{}?done=made", group.id);
            Ok(Redirect::to(&place).into_response())
        }
        Err(error) => {
            let draft = refused(DIALOG, &body, error)?;
            let shown = groups.shown_list(&by, GroupQuery::default()).await?;
            let page = page(&view, slug, &shown, Some(&draft));
            Ok((StatusCode::UNPROCESSABLE_ENTITY, page).into_response())
        }
    }
}

/// A day as text.
pub fn day_of(w: &Words, at: Timestamp) -> String {
    // Far from today, so that no word stands before it.
    ui::day(w, at, Timestamp::from_seconds(0))
}

fn page(view: &View, slug: &str, shown: &Shown, draft: Option<&Draft>) -> Markup {
    let w = view.words();
    let head = PageHead {
        title: w.t("nav-groups"),
        summary: html! { (w.t("groups-say")) },
        actions: html! { (button(w.t("group-add")).primary().icon(Icon::Plus).opens(DIALOG)) },
        ..PageHead::default()
    };
    let content = html! {
        (list(w, slug, shown))
        (add_dialog(w, slug, &view.shell.csrf, &shown.offer, draft))
    };
    view.page(&w.t("nav-groups"), &head, &content)
}

/// The address of the list with another order or place.
fn address(at: &str, query: &GroupQuery, order: Order, cursor: Option<String>) -> String {
    let mut pairs: Vec<(&str, String)> = Vec::new();
    pairs.extend(query.q().map(|q| ("q", q.to_owned())));
    pairs.extend((order != Order::default()).then(|| ("sort", order.word())));
    pairs.extend(cursor.map(|cursor| ("cursor", cursor)));
    web::address(at, &pairs)
}

fn list(w: &Words, slug: &str, shown: &Shown) -> Markup {
    let at = format!("/admin/{slug}/groups");
    let sorted = |column: Column, by: By| {
        let is_now = shown.order.by == by;
        // The most and the newest are what people look for first.
        let down = if is_now { !shown.order.down } else { by != By::Name };
        let now = is_now.then_some(if shown.order.down { Direction::Down } else { Direction::Up });
        column.sort(address(&at, &shown.query, Order { by, down }, None), now)
    };
    let next = shown.page.next.as_ref();
    let more = next.map(|next| address(&at, &shown.query, shown.order, Some(next.to_string())));
    let items = &shown.page.items;
    let keep = (shown.order != Order::default()).then(|| ("sort".to_owned(), shown.order.word()));
    let bar = Bar {
        action: at.clone(),
        region: "groups".into(),
        search: Some(w.t("groups-search")),
        query: shown.query.q().unwrap_or_default().to_owned(),
        keep: keep.into_iter().collect(),
        ..Bar::default()
    };
    let list = Table {
        id: "groups".into(),
        caption: w.t("nav-groups"),
        columns: vec![
            sorted(Column::new(w.t("group-name")), By::Name),
            sorted(Column::figure(w.t("group-people")), By::People),
            Column::new(w.t("group-has")).md(),
            Column::new(w.t("group-state")),
            sorted(Column::new(w.t("group-made")).lo(), By::Made),
        ],
        rows: items.iter().map(|summary| row(w, &at, summary, shown.now).into()).collect(),
        filter: Some(filter(w, &bar)),
        more: Some(More::of(
            w,
            items.len(),
            Some(shown.all),
            w.tx("groups-shown", &[("count", items.len().into())]),
            more,
            shown.query.list.is_later(),
        )),
        size: Size::Tall,
        empty: Some(nothing(w, &at, &shown.query)),
        ..Table::default()
    };
    table(w, &list)
}

fn row(w: &Words, at: &str, summary: &Summary, now: Timestamp) -> Row {
    let group = &summary.group;
    let address = group.address.as_ref().map(ToString::to_string);
    let small = address.as_deref().or(group.description.as_deref());
    Row {
        key: group.id.to_string(),
        name: group.name.clone(),
        href: Some(format!("{at}/{}", group.id)),
        cells: vec![
            ui::who(&group.name, &group.id.to_string(), small),
            html! { (ui::number(w, summary.people)) },
            html! {
                span class="row wrap" {
                    @if group.address.is_some() { (ui::tag(w.t("group-has-address"))) }
                    @if let Some(bytes) = group.space { (ui::tag(w.tx("group-has-space", &[("size", ui::gigabytes(w, bytes).into())]))) }
                    @if group.address.is_none() && group.space.is_none() { span class="muted" { "–" } }
                }
            },
            mark(w, summary.undone).render(),
            ui::ago(w, group.created_at, now),
        ],
        ..Row::default()
    }
}

fn nothing(w: &Words, at: &str, query: &GroupQuery) -> Markup {
    if let Some(q) = query.q() {
        return empty(&Empty::no_match(w, q, "groups", at));
    }
    empty(&Empty {
        icon: Icon::Group,
        title: w.t("groups-none"),
        says: w.t("groups-none-says"),
        actions: Some(html! { (button(w.t("group-add")).icon(Icon::Plus).opens(DIALOG)) }),
    })
}

/// The fields of a group, in the order in which people fill them in; its space may have so much.
pub fn fields(w: &Words, offer: &Offer, free: i64) -> [Field; 4] {
    [
        Field::new("name", w.t("group-name")),
        Field::new("description", w.t("group-description")).optional(),
        Field { exact: true, domains: offer.domains.clone(), ..Field::new("address", w.t("group-address")) }
            .optional()
            .help(w.t("group-address-help")),
        Field {
            suffix: Some("GB".to_owned()),
            inputmode: Some("decimal"),
            ..Field::new("space", w.t("group-space"))
        }
        .optional()
        .help(w.tx("group-space-help", &[("free", ui::gigabytes(w, free).into())])),
    ]
}

/// Who has the storage where none is free for a group, and where that is changed. Who may make groups may do so too.
pub fn no_room(w: &Words, slug: &str, room: &Room, free: i64) -> Markup {
    if free > 0 {
        return Markup::default();
    }
    let said = |bytes: i64| ui::gigabytes(w, bytes).into();
    let held = [
        ("total", said(room.total)),
        ("space", said(room.space)),
        ("members", said(room.members)),
        ("groups", said(room.further)),
    ];
    html! {
        p class="small" {
            (w.tx("group-space-full", &held)) " "
            a href={ "/admin/" (slug) "/storage?of=space" } { (w.t("group-space-lower")) }
        }
    }
}

/// A refusal that belongs into a form of groups, which asks for gigabytes where the wire has bytes.
pub fn refused(form: &'static str, body: &FormBody, error: Error) -> Result<Draft, Error> {
    fn in_form(field: &str) -> &str {
        if field == "spaceBytes" { "space" } else { field }
    }
    Draft::renamed(form, body, error, &["name", "description", "address", "space"], in_form)
}

fn add_dialog(w: &Words, slug: &str, csrf: &str, offer: &Offer, draft: Option<&Draft>) -> Markup {
    let free = offer.room.free().max(0);
    let body = html! {
        (draft::said(w, &w.t("group-not-done"), draft, DIALOG, &[]))
        @for field in fields(w, offer, free) { (ui::field(w, &filled(draft, DIALOG, field))) }
        (no_room(w, slug, &offer.room, free))
    };
    let footer = html! { (button(w.t("group-cancel")).closes(DIALOG)) (submit(w.t("group-add")).primary()) };
    dialog(w, DIALOG, w.t("group-add"))
        .form(format!("/admin/{slug}/groups"), csrf)
        .open(draft.is_some())
        .body(body)
        .footer(footer)
        .render()
}
