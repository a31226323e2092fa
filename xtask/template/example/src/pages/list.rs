//! The examples of a workspace: the list, adding one, and removing one.

use access::{Granted, ManageGroups};
use axum::extract::{Path, State};
use axum::http::StatusCode;
use axum::response::{IntoResponse, Redirect, Response};
use i18n::Words;
use kernel::Timestamp;
use kernel::cursor::Page;
use maud::{Markup, Render as _, html};
use reconcile::Status;
use web::draft::{self, Draft, filled};
use web::ui::{
    self, Column, Confirm, Empty, Field, Icon, More, PageHead, Row, State as Mark, StateMark, Table, button,
    confirm, dialog, empty, state_said, submit, table,
};
use web::{Done, Failure, FormBody, ListQuery, Query, Right, View};

use crate::api::At;
use crate::error::Error;
use crate::input;
use crate::model::Example;
use crate::reads::Summary;
use crate::service::Examples;

const DIALOG: &str = "add-example";

/// What the page shows.
struct Shown {
    page: Page<Summary>,
    is_later: bool,
    now: Timestamp,
}

impl Examples {
    async fn shown(&self, by: &Granted<ManageGroups>, query: &ListQuery) -> Result<Shown, Failure> {
        let (limit, cursor) = query.read()?;
        let page = self.page(by, cursor.as_ref(), limit).await?;
        Ok(Shown { page, is_later: query.is_later(), now: self.platform.clock.now() })
    }
}

pub async fn show(
    Right(by): Right<ManageGroups>,
    State(examples): State<Examples>,
    Query(query): Query<ListQuery>,
    Query(done): Query<Done>,
    mut view: View,
) -> Result<Markup, Failure> {
    view.say_done(&done, &[("added", "example-done-added"), ("removed", "example-done-removed")]);
    let at = place(&by);
    let shown = examples.shown(&by, &query).await?;
    let draft = view.refill(&at).map(|body| Draft::kept(DIALOG, &body));
    Ok(page(&view, &at, &shown, draft.as_ref()))
}

pub async fn create(
    Right(by): Right<ManageGroups>,
    State(examples): State<Examples>,
    view: View,
    body: FormBody,
) -> Result<Response, Failure> {
    let input = body.input(input::NEW);
    let name = input.name("name");
    let done = match input.finish(name) {
        Ok(name) => examples.create(&by, name).await,
        Err(errors) => Err(Error::Invalid(errors)),
    };
    let at = place(&by);
    match done {
        Ok(_) => Ok(Redirect::to(&format!("{at}?done=added")).into_response()),
        Err(error) => {
            let draft = Draft::of(DIALOG, &body, error, &["name"])?;
            let shown = examples.shown(&by, &ListQuery::default()).await?;
            let page = page(&view, &at, &shown, Some(&draft));
            Ok((StatusCode::UNPROCESSABLE_ENTITY, page).into_response())
        }
    }
}

pub async fn remove(
    Right(by): Right<ManageGroups>,
    State(examples): State<Examples>,
    Path(at): Path<At>,
) -> Result<Redirect, Failure> {
    examples.remove(&by, at.id()?).await?;
    Ok(Redirect::to(&format!("{}?done=removed", place(&by))))
}

fn place(by: &Granted<ManageGroups>) -> String {
    format!("/admin/{}/examples", by.scope().slug)
}

fn page(view: &View, at: &str, shown: &Shown, draft: Option<&Draft>) -> Markup {
    let (w, csrf) = (view.words(), view.shell.csrf.as_str());
    let head = PageHead {
        title: w.t("nav-examples"),
        summary: html! { (w.t("examples-say")) },
        actions: html! { (button(w.t("example-add")).primary().icon(Icon::Plus).opens(DIALOG)) },
        ..PageHead::default()
    };
    let content = html! {
        (list(w, at, shown))
        (add_dialog(w, at, csrf, draft))
        @for summary in &shown.page.items { (question(w, at, csrf, &summary.example)) }
    };
    view.page(&w.t("nav-examples"), &head, &content)
}

fn list(w: &Words, at: &str, shown: &Shown) -> Markup {
    let items = &shown.page.items;
    let next = shown.page.next.as_ref();
    let more = next.map(|next| web::address(at, &[("cursor", next.to_string())]));
    let nothing = Empty {
        icon: Icon::Grid,
        title: w.t("examples-none"),
        says: w.t("examples-none-says"),
        actions: Some(html! { (button(w.t("example-add")).icon(Icon::Plus).opens(DIALOG)) }),
    };
    let list = Table {
        id: "examples".into(),
        caption: w.t("nav-examples"),
        columns: vec![
            Column::new(w.t("example-name")),
            Column::new(w.t("example-state")),
            Column::new(w.t("example-created")).lo(),
        ],
        rows: items.iter().map(|summary| row(w, summary, shown.now).into()).collect(),
        more: Some(More::after(
            w,
            items.len(),
            w.tx("examples-shown", &[("count", items.len().into())]),
            more,
            shown.is_later,
        )),
        empty: Some(empty(&nothing)),
        ..Table::default()
    };
    table(w, &list)
}

fn row(w: &Words, summary: &Summary, now: Timestamp) -> Row {
    let example = &summary.example;
    let remove = button(w.t("example-remove")).small().icon(Icon::Trash).opens(question_of(example));
    Row {
        key: example.id.to_string(),
        name: example.name.clone(),
        cells: vec![
            html! { (example.name) },
            mark(w, summary.undone).render(),
            ui::ago(w, example.created_at, now),
        ],
        actions: Some(html! { (remove) }),
        ..Row::default()
    }
}

fn mark(w: &Words, undone: Option<Status>) -> StateMark {
    match undone {
        Some(Status::Error) => state_said(Mark::Error, w.t("example-state-error")),
        Some(Status::Pending) => state_said(Mark::Running, w.t("example-state-busy")),
        Some(Status::Ok | Status::Skipped) | None => state_said(Mark::Ok, w.t("example-state-ok")),
    }
}

fn add_dialog(w: &Words, at: &str, csrf: &str, draft: Option<&Draft>) -> Markup {
    let field = filled(draft, DIALOG, Field { autofocus: true, ..Field::new("name", w.t("example-name")) });
    let body = html! {
        (draft::said(w, &w.t("example-not-done"), draft, DIALOG, &[]))
        (ui::field(w, &field))
    };
    let footer =
        html! { (button(w.t("example-cancel")).closes(DIALOG)) (submit(w.t("example-add")).primary()) };
    dialog(w, DIALOG, w.t("example-add"))
        .form(at, csrf)
        .open(draft.is_some())
        .body(body)
        .footer(footer)
        .render()
}

fn question_of(example: &Example) -> String {
    format!("remove-{}", example.id)
}

fn question(w: &Words, at: &str, csrf: &str, example: &Example) -> Markup {
    let question = Confirm {
        id: question_of(example),
        title: w.tx("example-remove-title", &[("name", (&example.name).into())]),
        says: w.t("example-remove-says"),
        label: w.t("example-remove"),
        keep: w.t("example-cancel"),
        action: format!("{at}/{}/remove", example.id),
        csrf: csrf.to_owned(),
        ..Confirm::default()
    };
    confirm(w, &question)
}
