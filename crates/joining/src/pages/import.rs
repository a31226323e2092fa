//! Many people from a file: choosing it, and what would become of each line.

use access::{Granted, ManageMembers};
use axum::extract::State;
use axum::http::StatusCode;
use axum::response::{IntoResponse, Redirect, Response};
use i18n::Words;
use kernel::Coded as _;
use maud::{Markup, html};
use members::pages::{counted, tabs};
use web::ui::{
    self, Column, Crumb, FormHead, Icon, PageHead, Row, Size, Table, Tone, card, field, hidden, link_button,
    submit, table,
};
use web::{Failure, FormBody, Right, View};

use crate::error::Error;
use crate::import::{Import, Judged, Passwords, Report, Status, lines};
use crate::service::Joining;

/// What is shown of the way there.
struct Shown {
    waiting: u64,
    before: Vec<Import>,
}

impl Joining {
    async fn shown_import(&self, by: &Granted<ManageMembers>) -> Result<Shown, Error> {
        Ok(Shown { waiting: self.0.members.waiting_invitations(by).await?, before: self.imports(by).await? })
    }
}

pub async fn show(
    Right(by): Right<ManageMembers>,
    State(joining): State<Joining>,
    mut view: View,
) -> Result<Markup, Failure> {
    let slug = &by.scope().slug;
    let shown = joining.shown_import(&by).await?;
    let kept = view.refill(&format!("/admin/{slug}/imports"));
    let passwords = Passwords::parse(kept.as_ref().and_then(|body| body.typed("passwords")));
    let pasted = kept.as_ref().map(text).unwrap_or_default();
    Ok(choosing(&view, slug, &shown, None, passwords, pasted))
}

/// The text of the file: chosen or pasted.
fn text(body: &FormBody) -> &str {
    let given = |name| body.typed(name).filter(|text| !text.trim().is_empty());
    given("file").or(given("csv")).unwrap_or_default()
}

/// The dry run.
pub async fn check(
    Right(by): Right<ManageMembers>,
    State(joining): State<Joining>,
    view: View,
    body: FormBody,
) -> Result<Response, Failure> {
    let passwords = Passwords::parse(body.typed("passwords"));
    match lines::read(text(&body)) {
        Ok(lines) => {
            let report = joining.check_import(&by, lines).await?;
            let waiting = joining.0.members.waiting_invitations(&by).await?;
            Ok(judged(&view, &by.scope().slug, waiting, &report, passwords, text(&body)).into_response())
        }
        Err(why) => refused(&joining, &by, &view, &why.to_string(), passwords, text(&body)).await,
    }
}

async fn refused(
    joining: &Joining,
    by: &Granted<ManageMembers>,
    view: &View,
    why: &str,
    passwords: Passwords,
    text: &str,
) -> Result<Response, Failure> {
    let shown = joining.shown_import(by).await?;
    let page = choosing(view, &by.scope().slug, &shown, Some(why), passwords, text);
    Ok((StatusCode::UNPROCESSABLE_ENTITY, page).into_response())
}

pub async fn start(
    Right(by): Right<ManageMembers>,
    State(joining): State<Joining>,
    view: View,
    body: FormBody,
) -> Result<Response, Failure> {
    let passwords = Passwords::parse(body.typed("passwords"));
    let lines = match lines::read(text(&body)) {
        Ok(lines) => lines,
        Err(why) => return refused(&joining, &by, &view, &why.to_string(), passwords, text(&body)).await,
    };
    match joining.start_import(&by, lines, passwords).await {
        Ok(import) => {
            let at = format!("/admin/{}/imports/{}", by.scope().slug, import.id);
            Ok(Redirect::to(&at).into_response())
        }
        Err(error) if error.kind() == kernel::Kind::Conflict => {
            refused(&joining, &by, &view, &format!("{error}."), passwords, text(&body)).await
        }
        Err(error) => Err(error.into()),
    }
}

fn head(w: &Words, slug: &str, waiting: u64, title: String, summary: &str) -> PageHead {
    PageHead {
        title,
        summary: html! { (summary) },
        tabs: tabs(w, slug, "import", waiting),
        crumbs: vec![Crumb { label: w.t("nav-members"), href: Some(format!("/admin/{slug}/members")) }],
        ..PageHead::default()
    }
}

fn choosing(
    view: &View,
    slug: &str,
    shown: &Shown,
    wrong: Option<&str>,
    passwords: Passwords,
    text: &str,
) -> Markup {
    let w = view.words();
    let ways =
        Passwords::WORDS.iter().map(|word| ((*word).to_owned(), w.t(&format!("import-passwords-{word}"))));
    let ways = ui::Field::new("passwords", w.t("import-passwords"))
        .kind(ui::Kind::Radio(ways.collect()))
        .value(passwords.as_str());
    let pasted = ui::Field::new("csv", w.t("import-paste"))
        .kind(ui::Kind::Textarea)
        .value(text)
        .help(w.t("import-columns"))
        .optional();
    let inside = html! {
        @if let Some(wrong) = wrong { (ui::banner(Tone::Bad, &w.t("import-unreadable"), wrong, None)) }
        div class="field" {
            label for="f-file" { (w.t("import-file")) " " span class="optional" { (w.t("ui-optional")) } }
            input class="input" id="f-file" name="file" type="file" accept=".csv,text/csv,text/plain";
        }
        (field(w, &ui::Field { exact: true, ..pasted }))
        (field(w, &ways))
        div class="row" { (submit(w.t("import-check")).primary()) }
    };
    let content = html! {
        (card("import", w.t("import-card")).body(html! {
            form class="form" method="post" action={ "/admin/" (slug) "/members/import" } enctype="multipart/form-data" novalidate {
                (hidden("csrf", &view.shell.csrf))
                (inside)
            }
        }))
        @if !shown.before.is_empty() { (before(w, slug, &shown.before)) }
    };
    let head = head(w, slug, shown.waiting, w.t("import-title"), &w.t("import-says"));
    view.page(&w.t("import-title"), &head, &content)
}

fn before(w: &Words, slug: &str, imports: &[Import]) -> Markup {
    let row = |import: &Import| Row {
        key: import.id.to_string(),
        name: import.created_at.to_string(),
        href: Some(format!("/admin/{slug}/imports/{}", import.id)),
        cells: vec![ui::moment(w, import.created_at), html! { (mark(w, import.status())) }],
        ..Row::default()
    };
    let list = Table {
        id: "imports".into(),
        caption: w.t("import-before"),
        columns: vec![Column::new(w.t("import-began")), Column::new(w.t("member-state"))],
        rows: imports.iter().map(|import| row(import).into()).collect(),
        ..Table::default()
    };
    html! { h2 class="sr" { (w.t("import-before")) } (table(w, &list)) }
}

/// Where an import stands, in a word.
pub fn mark(w: &Words, status: Status) -> ui::StateMark {
    let state = match status {
        Status::Running => ui::State::Running,
        Status::Done => ui::State::Ok,
        Status::Cancelled => ui::State::Skipped,
    };
    ui::state_said(state, w.t(&format!("import-{}", status.as_str())))
}

fn judged(
    view: &View,
    slug: &str,
    waiting: u64,
    report: &Report,
    passwords: Passwords,
    text: &str,
) -> Markup {
    let w = view.words();
    let (good, all) = (report.good(), report.lines.len());
    let summary = w.tx("import-judged", &[("good", good.into()), ("bad", (all - good).into())]);
    let rows = report.lines.iter().map(|one| row(w, one).into());
    let list = Table {
        id: "lines".into(),
        caption: w.t("import-lines"),
        columns: vec![
            Column::new(w.t("member-person")),
            Column::new(w.t("import-fate")),
            Column::figure(w.t("import-line")).md(),
        ],
        rows: rows.collect(),
        size: Size::Tall,
        ..Table::default()
    };
    let start = html! {
        textarea name="csv" hidden { "\n" (text) }
        (hidden("passwords", passwords.as_str()))
        p class="soft small" { (w.t(&format!("import-passwords-{}-says", passwords.as_str()))) }
        div class="row" {
            (link_button(w.t("import-other"), format!("/admin/{slug}/members/import")))
            (submit(w.tx("import-start", &[("count", good.into())])).primary().icon(Icon::Users).disabled(good == 0))
        }
    };
    let form =
        FormHead { action: format!("/admin/{slug}/imports"), csrf: view.shell.csrf.clone(), swap: None };
    let content = html! {
        (card("start", w.tx("import-start-title", &[("count", good.into())])).body(form.form(&start)))
        (table(w, &list))
    };
    let title = w.t("import-report");
    view.page(&title, &head(w, slug, waiting, title.clone(), &summary), &content)
}

/// Why nobody is made of a line, in a sentence each.
pub fn said(w: &Words, reasons: &[lines::Reason]) -> String {
    let said: Vec<String> =
        reasons.iter().map(|reason| w.t(&format!("import-reason-{}", reason.0))).collect();
    said.join(" ")
}

fn row(w: &Words, one: &Judged) -> Row {
    let is_good = one.reasons.is_empty();
    let number = one.line.number;
    Row {
        key: number.to_string(),
        name: one.line.name.clone(),
        cells: vec![
            ui::who(&one.line.name, &one.line.email, Some(&one.line.email)),
            html! {
                @if is_good { (ui::state_said(ui::State::Ok, w.t("import-good"))) }
                @else {
                    (ui::state_said(ui::State::Error, w.t("import-bad")))
                    small class="block" { (said(w, &one.reasons)) }
                }
            },
            html! { (w.tx("import-number", &[("number", counted(u64::try_from(number).unwrap_or_default()))])) },
        ],
        ..Row::default()
    }
}
