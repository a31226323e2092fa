//! How far an import is, live, and what became of each line.

use access::{Granted, ManageMembers};
use axum::extract::{Path, State};
use axum::response::{IntoResponse, Redirect, Response};
use i18n::Words;
use kernel::cursor::Page;
use kernel::input::Shape;
use maud::{Markup, html};
use members::pages::{counted, tabs};
use serde::Deserialize;
use web::ui::{
    self, Column, Confirm, Crumb, Filter as Bar, FilterSelect, Icon, More, PageHead, Progress, Row, Size,
    Table, Tone, button, card, confirm, filter, progress, table,
};
use web::{Failure, ListQuery, Live, PAGING, Parameter, Parameters, Query, Right, Tables, View};

use super::import::{mark, said};
use crate::import::lines::Line;
use crate::import::{At, Counts, Fate, Import, Passwords, Status};
use crate::service::Joining;

const STOP: &str = "stop-import";

/// The parameters of the query.
const FILTERS: &[Parameter] =
    &[Parameter::optional("show", Shape::Text(20), "`left` for the lines left out alone.")];

#[derive(Deserialize)]
pub struct LinesQuery {
    show: Option<String>,
    #[serde(flatten)]
    list: ListQuery,
}

impl Parameters for LinesQuery {
    const TABLES: Tables = &[FILTERS, PAGING];
}

impl LinesQuery {
    fn only_left(&self) -> bool {
        self.show.as_deref() == Some("left")
    }
}

pub async fn show(
    Right(by): Right<ManageMembers>,
    State(joining): State<Joining>,
    Path(at): Path<At>,
    Query(query): Query<LinesQuery>,
    view: View,
) -> Result<Markup, Failure> {
    let (limit, cursor) = query.list.read()?;
    let (import, counts) = joining.import(&by, at.import()?).await?;
    let lines = joining.import_lines(&by, import.id, query.only_left(), cursor.as_ref(), limit).await?;
    let waiting = joining.0.members.waiting_invitations(&by).await?;
    Ok(page(&view, &by, &import, &counts, &lines, query.only_left(), waiting))
}

/// The live stream of how far it is.
pub async fn live(
    Right(by): Right<ManageMembers>,
    State(joining): State<Joining>,
    Path(at): Path<At>,
    live: Live,
    view: View,
) -> Result<Response, Failure> {
    let id = at.import()?;
    let (right, words) = (by.clone(), view.words().clone());
    let render = move || {
        let (joining, by, words) = (joining.clone(), by.clone(), words.clone());
        async move {
            let (import, counts) = joining.import(&by, id).await?;
            Ok(vec![pill(&words, &import), how_far(&words, &import, &counts)])
        }
    };
    live.stream(right, render).await
}

pub async fn cancel(
    Right(by): Right<ManageMembers>,
    State(joining): State<Joining>,
    Path(at): Path<At>,
) -> Result<Response, Failure> {
    let import = joining.cancel_import(&by, at.import()?).await?;
    Ok(Redirect::to(&format!("/admin/{}/imports/{}", by.scope().slug, import.id)).into_response())
}

fn pill(w: &Words, import: &Import) -> Markup {
    html! { span id="import-state" { (mark(w, import.status()).pill()) } }
}

fn how_far(w: &Words, import: &Import, counts: &Counts) -> Markup {
    let done = counts.made + counts.left;
    let ready = counts.made.saturating_sub(counts.under_way);
    let is_over = import.status() != Status::Running && counts.under_way == 0;
    html! {
        div class="stack" id="import-progress" {
            @if import.status() == Status::Cancelled {
                (ui::banner(Tone::Warn, &w.t("import-cancelled"), &stopped(w, import, counts), None))
            } @else if is_over {
                (ui::banner(Tone::Ok, &w.t("import-done"), &w.tx("import-done-says", &[("count", number(counts.made))]), None))
            }
            @if counts.failing > 0 {
                (ui::banner(Tone::Warn, &w.t("import-failing"), &w.tx("import-failing-says", &[("count", number(counts.failing))]), None))
            }
            (progress(&w.t("import-progress-lines"), Progress::Of(done, counts.all())))
            (progress(&w.t("import-progress-ready"), Progress::Of(ready, counts.made)))
            p class="small soft" {
                (w.tx("import-counts", &[("made", number(counts.made)), ("left", number(counts.left)), ("waiting", number(counts.waiting))]))
            }
        }
    }
}

fn number(count: u32) -> i18n::Arg<'static> {
    counted(u64::from(count))
}

fn stopped(w: &Words, import: &Import, counts: &Counts) -> String {
    let key = if import.stopped_by.as_deref() == Some("right") {
        "import-no-right-says"
    } else {
        "import-cancelled-says"
    };
    w.tx(key, &[("count", number(counts.made))])
}

fn page(
    view: &View,
    by: &Granted<ManageMembers>,
    import: &Import,
    counts: &Counts,
    lines: &Page<(Line, Fate)>,
    only_left: bool,
    waiting: u64,
) -> Markup {
    let (w, slug) = (view.words(), &by.scope().slug);
    let at = format!("/admin/{slug}/imports/{}", import.id);
    let says = w.t(&format!("import-passwords-{}-did", import.passwords.as_str()));
    let is_running = import.status() == Status::Running;
    let head = PageHead {
        title: w.t("import-one"),
        state: Some(pill(w, import)),
        summary: html! { (w.t("import-began")) " " (ui::moment(w, import.created_at)) ". " (says) },
        actions: html! {
            @if is_running { (button(w.t("import-stop")).icon(Icon::Pause).opens(STOP)) }
        },
        tabs: tabs(w, slug, "import", waiting),
        crumbs: vec![Crumb {
            label: w.t("import-title"),
            href: Some(format!("/admin/{slug}/members/import")),
        }],
        ..PageHead::default()
    };
    let stop = Confirm {
        id: STOP.to_owned(),
        title: w.t("import-stop-title"),
        says: w.tx("import-stop-says", &[("made", number(counts.made)), ("waiting", number(counts.waiting))]),
        deed: w.t("import-stop"),
        keep: w.t("import-go-on"),
        action: format!("{at}/cancel"),
        csrf: view.shell.csrf.clone(),
        ..Confirm::default()
    };
    let content = html! {
        div data-live={ (at) "/live" } {
            (card("progress", w.t("import-progress")).body(how_far(w, import, counts)))
        }
        (list(w, slug, &at, import, lines, only_left))
        @if is_running { (confirm(w, &stop)) }
    };
    view.page(&w.t("import-one"), &head, &content)
}

fn list(
    w: &Words,
    slug: &str,
    at: &str,
    import: &Import,
    lines: &Page<(Line, Fate)>,
    only_left: bool,
) -> Markup {
    let shown = if only_left { "left" } else { "" };
    let more = lines
        .next
        .as_ref()
        .map(|next| web::address(at, &[("show", shown.to_owned()), ("cursor", next.to_string())]));
    let bar = Bar {
        action: at.to_owned(),
        region: "lines".into(),
        selects: vec![FilterSelect {
            groups: Vec::new(),
            name: "show".into(),
            label: w.t("import-lines"),
            options: vec![("left".to_owned(), w.t("import-left"))],
            value: shown.to_owned(),
        }],
        ..Bar::default()
    };
    let rows = lines.items.iter().map(|(line, fate)| row(w, slug, import, line, fate).into());
    let list = Table {
        id: "lines".into(),
        caption: w.t("import-lines"),
        columns: vec![
            Column::new(w.t("member-person")),
            Column::new(w.t("import-fate")),
            Column::figure(w.t("import-line")).md(),
        ],
        rows: rows.collect(),
        filter: Some(filter(w, &bar)),
        more: Some(More::after(
            w,
            lines.items.len(),
            w.tx("import-shown", &[("count", lines.items.len().into())]),
            more,
        )),
        size: Size::Tall,
        ..Table::default()
    };
    table(w, &list)
}

fn row(w: &Words, slug: &str, import: &Import, line: &Line, fate: &Fate) -> Row {
    let made = if import.passwords == Passwords::Invite { "import-made-invited" } else { "import-made" };
    Row {
        key: line.number.to_string(),
        name: line.name.clone(),
        href: if let Fate::Made(user) = fate { Some(format!("/admin/{slug}/members/{user}")) } else { None },
        cells: vec![
            ui::who(&line.name, &line.email, Some(&line.email)),
            html! {
                @match fate {
                    Fate::Waiting => (ui::state_said(ui::State::Pending, w.t("import-waiting"))),
                    Fate::Made(_) => (ui::state_said(ui::State::Ok, w.t(made))),
                    Fate::Left(reason) => {
                        (ui::state_said(ui::State::Error, w.t("import-left-one")))
                        small class="block" { (said(w, &[*reason])) }
                    }
                }
            },
            html! { (w.tx("import-number", &[("number", counted(u64::try_from(line.number).unwrap_or_default()))])) },
        ],
        ..Row::default()
    }
}
