//! How far an import is, live, and what became of each line.

use access::{Granted, ManageMembers};
use axum::extract::{Path, State};
use axum::response::{IntoResponse, Redirect, Response};
use i18n::Words;
use kernel::cursor::Page;
use kernel::input::Shape;
use kernel::{ImportId, Timestamp};
use maud::{Markup, html};
use members::pages::{counted, lies_with_people, tabs};
use people_file::{Line, MOST};
use secrecy::ExposeSecret as _;
use serde::Deserialize;
use web::ui::{
    self, Column, Confirm, Crumb, Filter as Bar, FilterSelect, Icon, More, PageHead, Progress, Row, Size,
    Table, Tone, button, card, confirm, filter, hidden, link_button, progress, submit, table,
};
use web::{Failure, ListQuery, Live, PAGING, Parameter, Parameters, Query, Right, Tables, View};

use super::new::{attachment, import_reasons, mark, skipped_file};
use crate::api::At;
use crate::error::Error;
use crate::model::{Counts, Fate, Import, Status, Wait};
use crate::passwords::Issued;
use crate::service::Imports;
use crate::store::Handout;

const STOP: &str = "stop-import";

/// The parameters of the query.
const FILTERS: &[Parameter] =
    &[Parameter::optional("show", Shape::Text(20), "`left` for skipped lines only.")];

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
    /// Which lines, as an address has it.
    fn shown(&self) -> &'static str {
        if self.only_left() { "left" } else { "" }
    }

    fn only_left(&self) -> bool {
        self.show.as_deref() == Some("left")
    }
}

pub async fn show(
    Right(by): Right<ManageMembers>,
    State(imports): State<Imports>,
    Path(at): Path<At>,
    Query(query): Query<LinesQuery>,
    mut view: View,
) -> Result<Markup, Failure> {
    lies_with_people(&mut view, &by.scope().slug);
    let (limit, cursor) = query.list.read()?;
    let state = imports.state_of(&by, at.import()?).await?;
    let lines = imports.lines(&by, state.import.id, query.only_left(), cursor.as_ref(), limit).await?;
    let waiting = imports.memberships.waiting_invitations(&by).await?;
    Ok(page(&view, &by, &state, &lines, &query, waiting))
}

/// How far an import is, at a moment.
struct Progressed {
    import: Import,
    counts: Counts,
    /// When and to whom first passwords were given out.
    handouts: Vec<(Handout, Option<String>)>,
    now: Timestamp,
}

impl Imports {
    async fn state_of(&self, by: &Granted<ManageMembers>, id: ImportId) -> Result<Progressed, Error> {
        let (import, counts) = self.import(by, id).await?;
        let handouts = self.handouts(by, id).await?;
        Ok(Progressed { import, counts, handouts, now: self.now() })
    }
}

/// The live stream of how far it is.
pub async fn live(
    Right(by): Right<ManageMembers>,
    State(imports): State<Imports>,
    Path(at): Path<At>,
    Query(query): Query<LinesQuery>,
    live: Live,
    view: View,
) -> Result<Response, Failure> {
    let id = at.import()?;
    let (limit, cursor) = query.list.read()?;
    let only_left = query.only_left();
    let (right, words, csrf) = (by.clone(), view.words().clone(), view.shell.csrf.clone());
    let render = move || {
        let (imports, by, words, csrf) = (imports.clone(), by.clone(), words.clone(), csrf.clone());
        let cursor = cursor.clone();
        async move {
            let state = imports.state_of(&by, id).await?;
            let lines = imports.lines(&by, id, only_left, cursor.as_ref(), limit).await?;
            let (slug, csrf) = (&by.scope().slug, &csrf);
            let mut parts = vec![
                pill(&words, &state.import),
                acts(&words, &state.import),
                how_far(&words, &state),
                results(&words, slug, csrf, &state),
            ];
            parts.extend(lines.items.iter().map(|(line, fate)| fate_of(&words, line, fate)));
            Ok(parts)
        }
    };
    live.stream(right, render).await
}

pub async fn cancel(
    Right(by): Right<ManageMembers>,
    State(imports): State<Imports>,
    Path(at): Path<At>,
) -> Result<Response, Failure> {
    let import = imports.cancel(&by, at.import()?).await?;
    Ok(Redirect::to(&format!("/admin/{}/imports/{}", by.scope().slug, import.id)).into_response())
}

/// First passwords for those who came by none, in a file that is given out once. Whoever asks later is shown when and to
/// whom.
pub async fn passwords(
    Right(by): Right<ManageMembers>,
    State(imports): State<Imports>,
    Path(at): Path<At>,
    view: View,
) -> Result<Response, Failure> {
    let id = at.import()?;
    let issued = imports.first_passwords(&by, id).await?.people;
    if issued.is_empty() {
        return Ok(Redirect::to(&format!("/admin/{}/imports/{id}", by.scope().slug)).into_response());
    }
    let later = view.words().t("import-password-later");
    let heads = ["name", "email", "mailbox", "password"].map(str::to_owned).to_vec();
    let row = |one: &Issued| {
        let password =
            one.password.as_ref().map_or_else(|| later.clone(), |it| it.expose_secret().to_owned());
        vec![one.name.clone(), one.email.clone(), one.mailbox.clone().unwrap_or_default(), password]
    };
    let rows: Vec<Vec<String>> = std::iter::once(heads).chain(issued.iter().map(row)).collect();
    attachment(&format!("{}-first-passwords.csv", by.scope().slug), &rows)
}

/// The lines of which nobody was made, as a file to put right.
pub async fn skipped(
    Right(by): Right<ManageMembers>,
    State(imports): State<Imports>,
    Path(at): Path<At>,
    view: View,
) -> Result<Response, Failure> {
    let most = u64::try_from(MOST).unwrap_or(u64::MAX);
    let lines = imports.lines(&by, at.import()?, true, None, most).await?;
    let w = view.words();
    let why = |fate: &Fate| match fate {
        Fate::Left(reason) => import_reasons(w, &[*reason]),
        Fate::Waiting | Fate::Made(_) | Fate::Invited(_) => String::new(),
    };
    skipped_file(lines.items.iter().map(|(line, fate)| (line, why(fate))), &by.scope().slug)
}

fn pill(w: &Words, import: &Import) -> Markup {
    html! { span id="import-state" { (mark(w, import.status()).pill()) } }
}

/// What can be done with it now.
fn acts(w: &Words, import: &Import) -> Markup {
    html! {
        span id="import-acts" {
            @if import.status() == Status::Running { (button(w.t("import-stop")).icon(Icon::Pause).opens(STOP)) }
        }
    }
}

/// Whether nothing more comes by itself soon. Whoever has something that fails holds up nobody else's password.
fn is_over(status: Status, counts: &Counts) -> bool {
    status != Status::Running && counts.under_way <= counts.failing
}

fn how_far(w: &Words, state: &Progressed) -> Markup {
    let Progressed { import, counts, now, .. } = state;
    let done = counts.made + counts.invited + counts.left;
    let ready = counts.made.saturating_sub(counts.under_way);
    let says = w.tx(
        &format!("import-passwords-{}-did", import.passwords.as_str()),
        &[("count", number(counts.linked))],
    );
    html! {
        div class="stack" id="import-progress" {
            @if import.status() == Status::Cancelled {
                (ui::banner(Tone::Warn, &w.t("import-cancelled"), &stopped(w, import, counts), None))
            } @else if is_over(import.status(), counts) {
                (ui::banner(Tone::Ok, &w.t("import-done"), &w.tx("import-done-says", &[("count", number(counts.made))]), None))
            }
            @if let (Status::Running, Some(wait)) = (import.status(), import.waits) {
                (ui::banner(Tone::Warn, &w.t("import-waits"), &waits(w, wait, *now), None))
            }
            @if counts.failing > 0 {
                (ui::banner(Tone::Warn, &w.t("import-failing"), &w.tx("import-failing-says", &[("count", number(counts.failing))]), None))
            }
            (progress(&w.t("import-progress-lines"), Progress::Of(done, counts.all())))
            (progress(&w.t("import-progress-ready"), Progress::Of(ready, counts.made)))
            p class="small soft" {
                (w.tx("import-counts", &[("made", number(counts.made)), ("invited", number(counts.invited)), ("left", number(counts.left)), ("waiting", number(counts.waiting))]))
                " " (says)
            }
        }
    }
}

/// Why it doesn't get on, and when it does.
fn waits(w: &Words, wait: Wait, now: Timestamp) -> String {
    let why = w.t(&format!("import-waits-{}", wait.what));
    let Some(until) = wait.until else { return format!("{why} {}", w.t("import-waits-again")) };
    let minutes = until.since(now).as_secs().div_ceil(60).max(1);
    format!("{why} {}", w.tx("import-waits-until", &[("minutes", counted(minutes))]))
}

/// What there is to fetch: the lines that were skipped, and first passwords once everybody is ready for theirs.
fn results(w: &Words, slug: &str, csrf: &str, state: &Progressed) -> Markup {
    let Progressed { import, counts, handouts, .. } = state;
    let at = format!("/admin/{slug}/imports/{}", import.id);
    let is_running = import.status() == Status::Running;
    html! {
        div class="stack" id="import-results" {
            @if counts.unkeyed > 0 && is_over(import.status(), counts) {
                form class="stack" method="post" action={ (at) "/passwords" } data-download {
                    (hidden("csrf", csrf))
                    p { (w.tx("import-unkeyed", &[("count", number(counts.unkeyed))])) }
                    div class="row" { (submit(w.tx("import-make-passwords", &[("count", number(counts.unkeyed.min(100)))])).icon(Icon::Download)) }
                }
            } @else if counts.unkeyed > 0 {
                p class="small soft" { (w.t("import-passwords-soon")) }
            }
            @for (handout, to) in handouts { p class="small soft" { (given_out(w, handout, to.as_deref())) } }
            @if counts.left > 0 && !is_running {
                div class="row" {
                    (link_button(w.tx("import-download-skipped", &[("count", number(counts.left))]), format!("{at}/skipped.csv")).icon(Icon::Download))
                }
            }
        }
    }
}

/// When and to whom first passwords were given out.
fn given_out(w: &Words, handout: &Handout, to: Option<&str>) -> Markup {
    let count = ("count", number(handout.people));
    let said = match to {
        Some(name) => w.tx("import-given-to", &[count, ("name", name.into())]),
        None => w.tx("import-given", &[count]),
    };
    html! { (said) " " (ui::moment(w, handout.at)) }
}

/// What became of a line, in its cell.
fn fate_of(w: &Words, line: &Line, fate: &Fate) -> Markup {
    html! {
        div id={ "line-" (line.number) } {
            @match fate {
                Fate::Waiting => (ui::state_said(ui::State::Pending, w.t("import-waiting"))),
                Fate::Made(made) => (ui::state_said(ui::State::Ok, w.t(if made.linked {
                    "import-made-invited"
                } else if made.has_password {
                    "import-made-password"
                } else {
                    "import-made"
                }))),
                Fate::Invited(reason) => {
                    (ui::state_said(ui::State::Ok, w.t("import-invited-one")))
                    small class="block" { (w.t(&format!("import-invited-{}", reason.0))) }
                }
                Fate::Left(reason) => {
                    (ui::state_said(ui::State::Error, w.t("import-left-one")))
                    small class="block" { (import_reasons(w, &[*reason])) }
                }
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
    state: &Progressed,
    lines: &Page<(Line, Fate)>,
    query: &LinesQuery,
    waiting: u64,
) -> Markup {
    let Progressed { import, counts, .. } = state;
    let (w, slug) = (view.words(), &by.scope().slug);
    let at = format!("/admin/{slug}/imports/{}", import.id);
    let live = web::address(&format!("{at}/live"), &[("show", query.shown().to_owned())]);
    let is_running = import.status() == Status::Running;
    let head = PageHead {
        title: w.t("import-one"),
        state: Some(pill(w, import)),
        summary: html! { (w.t("import-began")) " " (ui::moment(w, import.created_at)) },
        actions: acts(w, import),
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
        label: w.t("import-stop"),
        keep: w.t("import-go-on"),
        action: format!("{at}/cancel"),
        csrf: view.shell.csrf.clone(),
        ..Confirm::default()
    };
    let content = html! {
        div data-live=(live) {
            (card("progress", w.t("import-progress")).body(html! {
                (how_far(w, state))
                (results(w, slug, &view.shell.csrf, state))
            }))
        }
        (list(w, slug, &at, lines, query))
        @if is_running { (confirm(w, &stop)) }
    };
    view.page(&w.t("import-one"), &head, &content)
}

fn list(w: &Words, slug: &str, at: &str, lines: &Page<(Line, Fate)>, query: &LinesQuery) -> Markup {
    let shown = query.shown();
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
    let rows = lines.items.iter().map(|(line, fate)| row(w, slug, line, fate).into());
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
            query.list.is_later(),
        )),
        size: Size::Tall,
        ..Table::default()
    };
    table(w, &list)
}

fn row(w: &Words, slug: &str, line: &Line, fate: &Fate) -> Row {
    // Whoever is a member now has their colour.
    let id = if let Fate::Made(made) = fate { Some(made.user.to_string()) } else { None };
    Row {
        key: line.number.to_string(),
        name: line.name.clone(),
        href: if let Fate::Made(made) = fate {
            Some(format!("/admin/{slug}/members/{}", made.user))
        } else {
            None
        },
        cells: vec![
            ui::who(&line.name, id.as_deref().unwrap_or(&line.email), Some(&line.email)),
            fate_of(w, line, fate),
            html! { (w.tx("import-number", &[("number", counted(u64::try_from(line.number).unwrap_or_default()))])) },
        ],
        ..Row::default()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_who_fails_holds_up_nobody_s_password() {
        let counts = |under_way, failing| Counts { made: 5, under_way, failing, ..Counts::default() };
        assert!(is_over(Status::Done, &counts(0, 0)) && is_over(Status::Cancelled, &counts(0, 0)));
        assert!(is_over(Status::Done, &counts(1, 1)), "the one who is left fails");
        assert!(!is_over(Status::Done, &counts(2, 1)), "somebody is nearly ready");
        assert!(!is_over(Status::Running, &counts(0, 0)));
    }
}
