//! Many people from a file: choosing it, and what would become of each line.

use access::{Granted, ManageMembers};
use axum::extract::State;
use axum::http::{StatusCode, header};
use axum::response::{IntoResponse, Redirect, Response};
use i18n::Words;
use kernel::Coded as _;
use maud::{Markup, html};
use members::pages::{counted, lies_with_people, tabs};
use people_file::decode::KNOWN;
use people_file::heads::Column;
use people_file::{Line, Unreadable, shown as head_shown};
use web::ui::{
    self, Column as Head, Crumb, FormHead, Icon, PageHead, Row, Size, Table, Tone, card, field, hidden,
    link_button, submit, table,
};
use web::{Failure, FormBody, Right, View};

use crate::check::{Judged, Report};
use crate::error::Error;
use crate::file::{Given, Upload};
use crate::lines::Reason;
use crate::model::{Import, Passwords, Status};
use crate::service::Imports;

/// Columns without a use that are named.
const UNUSED: usize = 10;

/// What is shown of the way there.
struct Shown {
    waiting: u64,
    before: Vec<Import>,
}

/// What was sent with the form, as far as it could be read.
struct Sent {
    passwords: Passwords,
    /// The text of the file, to be sent again.
    text: String,
    encoding: String,
    /// What was chosen for columns, by their place: not all of it is remembered for the next file.
    chosen: Vec<(usize, Column)>,
    read: Result<Given, Unreadable>,
}

/// What was chosen for each of a file's columns.
fn chosen(body: &FormBody, given: &Given) -> Vec<(usize, Column)> {
    let of = |at: usize| Some((at, Column::parse(body.typed(&format!("column-{at}"))?)?));
    (0..given.table.heads.len()).filter_map(of).collect()
}

/// The file with what was chosen for its columns.
fn said(chosen: &[(usize, Column)], given: Given) -> Given {
    let of = |(at, column): &(usize, Column)| Some((given.table.heads.get(*at)?.clone(), *column));
    let said: Vec<(String, Column)> = chosen.iter().filter_map(of).collect();
    given.saying(said)
}

impl Imports {
    async fn sent_with(&self, body: &FormBody) -> Result<Sent, Error> {
        let passwords = Passwords::parse(body.typed("passwords"));
        let encoding = body.typed("encoding").unwrap_or_default().trim().to_owned();
        let pasted = body.typed("csv").unwrap_or_default().to_owned();
        let file = body.file("file").map(|file| file.bytes.to_vec()).filter(|bytes| !bytes.is_empty());
        let is_file = file.is_some();
        let label = Some(encoding.clone()).filter(|label| !label.is_empty());
        let upload = file.map_or_else(|| Upload::Text(pasted.clone()), |bytes| Upload::Bytes(bytes, label));
        let read = self.read(upload).await?;
        let text = match &read {
            Ok(given) => given.text.to_string(),
            Err(_) if is_file => String::new(),
            Err(_) => pasted,
        };
        let chosen = read.as_ref().map(|given| chosen(body, given)).unwrap_or_default();
        let read = read.map(|given| said(&chosen, given));
        Ok(Sent { passwords, text, encoding, chosen, read })
    }

    async fn shown(&self, by: &Granted<ManageMembers>) -> Result<Shown, Error> {
        Ok(Shown { waiting: self.memberships.waiting_invitations(by).await?, before: self.latest(by).await? })
    }

    /// What was sent, with what is known of its heads; or the page that says what is wrong with it.
    async fn sent(
        &self,
        by: &Granted<ManageMembers>,
        view: &View,
        sent: &Sent,
    ) -> Result<Result<Given, Response>, Failure> {
        match &sent.read {
            Ok(given) => Ok(Ok(self.known(by, given.clone()).await?)),
            Err(why) => Ok(Err(self
                .refused(by, view, ("import-unreadable", &view.words().explain(why)), sent)
                .await?)),
        }
    }

    async fn refused(
        &self,
        by: &Granted<ManageMembers>,
        view: &View,
        (title, why): (&str, &str),
        sent: &Sent,
    ) -> Result<Response, Failure> {
        let shown = self.shown(by).await?;
        let page = choosing(view, &by.scope().slug, &shown, Some((title, why)), sent);
        Ok((StatusCode::UNPROCESSABLE_ENTITY, page).into_response())
    }

    /// Asks which column is which, or says what else is wrong with a file.
    async fn unread(
        &self,
        by: &Granted<ManageMembers>,
        view: &View,
        why: &Unreadable,
        sent: &Sent,
        given: &Given,
    ) -> Result<Response, Failure> {
        if !matches!(why, Unreadable::Columns(_)) {
            return self.refused(by, view, ("import-unreadable", &view.words().explain(why)), sent).await;
        }
        let (w, slug) = (view.words(), &by.scope().slug);
        let waiting = self.memberships.waiting_invitations(by).await?;
        let content = html! { (card("columns", w.t("import-which")).body(html! {
            p class="soft" { (w.t("import-which-says")) }
            (which(view, slug, sent, given))
        })) };
        let title = w.t("import-which");
        let page =
            view.page(&title, &head(w, slug, waiting, title.clone(), &w.t("import-which-summary")), &content);
        Ok((StatusCode::UNPROCESSABLE_ENTITY, page).into_response())
    }
}

pub async fn show(
    Right(by): Right<ManageMembers>,
    State(imports): State<Imports>,
    mut view: View,
) -> Result<Markup, Failure> {
    let slug = &by.scope().slug;
    let shown = imports.shown(&by).await?;
    let kept = view.refill(&format!("/admin/{slug}/imports"));
    let sent = match kept {
        Some(body) => imports.sent_with(&body).await?,
        None => Sent {
            passwords: Passwords::Invite,
            text: String::new(),
            encoding: String::new(),
            chosen: Vec::new(),
            read: Err(Unreadable::Empty),
        },
    };
    Ok(choosing(&view, slug, &shown, None, &sent))
}

/// The dry run; or the lines of it that can't be imported, as a file.
pub async fn check(
    Right(by): Right<ManageMembers>,
    State(imports): State<Imports>,
    view: View,
    body: FormBody,
) -> Result<Response, Failure> {
    let sent = imports.sent_with(&body).await?;
    let given = match imports.sent(&by, &view, &sent).await? {
        Ok(given) => given,
        Err(page) => return Ok(page),
    };
    match imports.check(&by, &given, sent.passwords).await? {
        Ok(report) if body.typed("download").is_some() => {
            let w = view.words();
            let bad = report.lines.iter().filter(|one| !one.reasons.is_empty());
            skipped_file(bad.map(|one| (&one.line, import_reasons(w, &one.reasons))), &by.scope().slug)
        }
        Ok(report) => {
            let waiting = imports.memberships.waiting_invitations(&by).await?;
            Ok(judged(&view, &by.scope().slug, waiting, &report, &sent, &given).into_response())
        }
        Err(why) => imports.unread(&by, &view, &why, &sent, &given).await,
    }
}

pub async fn start(
    Right(by): Right<ManageMembers>,
    State(imports): State<Imports>,
    mut view: View,
    body: FormBody,
) -> Result<Response, Failure> {
    lies_with_people(&mut view, &by.scope().slug);
    let sent = imports.sent_with(&body).await?;
    let given = match imports.sent(&by, &view, &sent).await? {
        Ok(given) => given,
        Err(page) => return Ok(page),
    };
    match imports.start(&by, &given, sent.passwords).await {
        Ok(Ok(import)) => {
            let at = format!("/admin/{}/imports/{}", by.scope().slug, import.id);
            Ok(Redirect::to(&at).into_response())
        }
        Ok(Err(why)) => imports.unread(&by, &view, &why, &sent, &given).await,
        Err(error) if error.kind() == kernel::ErrorKind::Conflict => {
            imports.refused(&by, &view, ("import-not-started", &view.words().explain(&error)), &sent).await
        }
        Err(error) => Err(error.into()),
    }
}

/// A file to begin with: the heads, and a person as an example.
pub async fn template(Right(by): Right<ManageMembers>) -> Result<Response, Failure> {
    let heads = ["name", "email", "privateEmail", "role", "mailbox"];
    let example = ["Mette Østergård", "mette@example.com", "mette@example.net", "member", "mette"];
    let rows = [heads, example].map(|row| row.map(str::to_owned).to_vec());
    attachment(&format!("{}-import.csv", by.scope().slug), &rows)
}

/// A file that is kept nowhere on the way.
pub fn attachment(name: &str, rows: &[Vec<String>]) -> Result<Response, Failure> {
    let bytes = members::csv_file(rows).map_err(Error::from)?;
    let headers = [
        (header::CONTENT_TYPE, "text/csv; charset=utf-8".to_owned()),
        (header::CONTENT_DISPOSITION, format!("attachment; filename=\"{name}\"")),
        (header::CACHE_CONTROL, "no-store".to_owned()),
    ];
    Ok((headers, bytes).into_response())
}

/// The lines of which nobody is made, with the reason of each: to be put right and imported.
pub fn skipped_file<'a>(
    lines: impl Iterator<Item = (&'a Line, String)>,
    slug: &str,
) -> Result<Response, Failure> {
    let heads = ["name", "email", "privateEmail", "role", "mailbox", "line", "reason"];
    let mut rows = vec![heads.map(str::to_owned).to_vec()];
    rows.extend(lines.map(|(line, why)| {
        let Line { number, name, email, private, role, mailbox } = line.clone();
        vec![name, email, private, role, mailbox, number.to_string(), why]
    }));
    attachment(&format!("{slug}-skipped.csv"), &rows)
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

fn choosing(view: &View, slug: &str, shown: &Shown, wrong: Option<(&str, &str)>, sent: &Sent) -> Markup {
    let w = view.words();
    let ways =
        Passwords::WORDS.iter().map(|word| ((*word).to_owned(), w.t(&format!("import-passwords-{word}"))));
    let ways = ui::Field::new("passwords", w.t("import-passwords"))
        .kind(ui::FieldKind::Radio(ways.collect()))
        .value(sent.passwords.as_str());
    let pasted = ui::Field::new("csv", w.t("import-paste"))
        .kind(ui::FieldKind::Textarea)
        .value(&sent.text)
        .help(w.t("import-columns"))
        .optional();
    let found = (String::new(), w.t("import-encoding-found"));
    let encodings = KNOWN.iter().map(|name| ((*name).to_owned(), (*name).to_owned()));
    let encoding = ui::Field::new("encoding", w.t("import-encoding"))
        .kind(ui::FieldKind::Select(std::iter::once(found).chain(encodings).collect()))
        .value(&sent.encoding)
        .help(w.t("import-encoding-help"));
    let inside = html! {
        @if let Some((title, why)) = wrong { (ui::banner(Tone::Bad, &w.t(title), why, None)) }
        div class="field" {
            label for="f-file" { (w.t("import-file")) " " span class="optional" { (w.t("ui-optional")) } }
            input class="input" id="f-file" name="file" type="file" accept=".csv,.txt,.tsv,text/csv,text/plain";
            p class="help" {
                a href={ "/admin/" (slug) "/members/import/template.csv" } { (w.t("import-template")) }
            }
        }
        (field(w, &encoding))
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

/// A form that says which column is which, and looks again.
fn which(view: &View, slug: &str, sent: &Sent, given: &Given) -> Markup {
    let w = view.words();
    let choices: Vec<(String, String)> = Column::ALL
        .iter()
        .map(|column| {
            (column.as_str().to_owned(), w.t(&format!("import-column-{}", column.as_str().to_lowercase())))
        })
        .collect();
    let fields = given.columns().into_iter().enumerate().map(|(at, (name, column))| {
        let samples = given.table.samples(at).join(", ");
        let samples: String = samples.chars().take(80).collect();
        ui::Field::new(format!("column-{at}"), name.to_owned())
            .kind(ui::FieldKind::Select(choices.clone()))
            .value(column.as_str())
            .help(samples)
    });
    let inside = html! {
        (again(sent))
        @for one in fields { (field(w, &one)) }
        div class="row" {
            (link_button(w.t("import-other"), format!("/admin/{slug}/members/import")))
            (submit(w.t("import-check")).primary())
        }
    };
    form(view, &format!("/admin/{slug}/members/import"), &inside)
}

/// What was chosen for columns, to be sent with it.
fn again_as_chosen(sent: &Sent) -> Markup {
    html! {
        (again(sent))
        @for (at, column) in &sent.chosen { (hidden(&format!("column-{at}"), column.as_str())) }
    }
}

/// What was sent, to be sent again.
fn again(sent: &Sent) -> Markup {
    html! {
        textarea name="csv" hidden { "\n" (sent.text) }
        (hidden("passwords", sent.passwords.as_str()))
    }
}

fn form(view: &View, action: &str, inside: &Markup) -> Markup {
    FormHead { action: action.to_owned(), csrf: view.shell.csrf.clone(), swap: None }.form(inside)
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
        columns: vec![Head::new(w.t("import-began")), Head::new(w.t("member-state"))],
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

fn judged(view: &View, slug: &str, waiting: u64, report: &Report, sent: &Sent, given: &Given) -> Markup {
    let w = view.words();
    let (good, invited, all) = (report.good(), report.invited(), report.lines.len());
    let added = good - invited;
    let summary = w.tx("import-judged", &[("good", added.into()), ("bad", (all - good).into())]);
    // What needs somebody stands first.
    let (bad, fine): (Vec<&Judged>, Vec<&Judged>) =
        report.lines.iter().partition(|one| !one.reasons.is_empty());
    let is_invited = sent.passwords == Passwords::Invite;
    let linked =
        fine.iter().filter(|one| is_invited && one.link_to.is_some() && one.invited.is_none()).count();
    let list = Table {
        id: "lines".into(),
        caption: w.t("import-lines"),
        columns: vec![
            Head::new(w.t("member-person")),
            Head::new(w.t("import-fate")),
            Head::figure(w.t("import-line")).md(),
        ],
        rows: bad.iter().chain(&fine).map(|one| row(w, one, is_invited).into()).collect(),
        size: Size::Tall,
        ..Table::default()
    };
    let (verb, count) = if added == 0 && invited > 0 { ("invite", invited) } else { ("start", added) };
    let start = html! {
        (again_as_chosen(sent))
        @if linked > 0 { p class="soft small" { (w.tx("import-mailed", &[("count", linked.into())])) } }
        @if added > linked { p class="soft small" { (w.tx("import-unmailed", &[("count", (added - linked).into())])) } }
        @if invited > 0 { p class="soft small" { (w.tx("import-invites", &[("count", invited.into())])) } }
        @if report.unasked > 0 { p class="soft small" { (w.tx("import-unasked", &[("count", report.unasked.into())])) } }
        div class="row" {
            (link_button(w.t("import-other"), format!("/admin/{slug}/members/import")))
            (submit(w.tx(&format!("import-{verb}"), &[("count", count.into())])).primary().icon(Icon::Users).disabled(good == 0))
        }
    };
    let read = given.encoding.map(|encoding| w.tx("import-encoded", &[("encoding", encoding.into())]));
    let content = html! {
        (card("start", w.tx(&format!("import-{verb}-title"), &[("count", count.into())])).body(form(view, &format!("/admin/{slug}/imports"), &start)))
        (card("columns", w.t("import-which")).body(html! {
            @if let Some(read) = read { p class="soft small" { (read) } }
            @if let Some(unused) = unused(w, given) { p class="soft small" { (unused) } }
            details { summary { (taken(w, given)) } (which(view, slug, sent, given)) }
        }))
        @if !bad.is_empty() {
            form method="post" action={ "/admin/" (slug) "/members/import" } data-download {
                (hidden("csrf", &view.shell.csrf))
                (hidden("download", "skipped"))
                (again_as_chosen(sent))
                (submit(w.tx("import-download-skipped", &[("count", bad.len().into())])).icon(Icon::Download))
            }
        }
        (table(w, &list))
    };
    let title = w.t("import-report");
    view.page(&title, &head(w, slug, waiting, title.clone(), &summary), &content)
}

/// Which column is taken for what, in a line.
fn taken(w: &Words, given: &Given) -> String {
    let used = given.columns().into_iter().filter(|(_, column)| *column != Column::Other);
    let words = used.map(|(name, column)| {
        format!("{}: {}", w.t(&format!("import-column-{}", column.as_str().to_lowercase())), head_shown(name))
    });
    words.collect::<Vec<_>>().join(" · ")
}

/// Which columns of the file nobody reads.
fn unused(w: &Words, given: &Given) -> Option<String> {
    let columns = given.columns();
    let unused = columns.iter().filter(|(_, column)| *column == Column::Other);
    let heads: Vec<String> =
        unused.map(|(head, _)| head_shown(head)).filter(|head| !head.is_empty()).collect();
    let named = heads.iter().take(UNUSED).cloned().collect::<Vec<_>>().join(", ");
    let more = heads.len().saturating_sub(UNUSED);
    (!heads.is_empty()).then(|| w.tx("import-unused", &[("heads", named.into()), ("more", more.into())]))
}

/// Why nobody is made of a line, in a sentence each.
pub fn import_reasons(w: &Words, reasons: &[Reason]) -> String {
    let said: Vec<String> =
        reasons.iter().map(|reason| w.t(&format!("import-reason-{}", reason.0))).collect();
    said.join(" ")
}

/// What becomes of somebody's first password.
fn password(w: &Words, one: &Judged, is_invited: bool) -> String {
    match &one.link_to {
        Some(address) if is_invited => {
            let address = address.to_string();
            w.tx("import-link-to", &[("address", (&address).into())])
        }
        _ => w.t("import-first-password"),
    }
}

fn row(w: &Words, one: &Judged, is_invited: bool) -> Row {
    let is_good = one.reasons.is_empty();
    let number = one.line.number;
    Row {
        key: number.to_string(),
        name: one.line.name.clone(),
        cells: vec![
            ui::who(&one.line.name, &one.line.email, Some(&one.line.email)),
            html! {
                @if let (true, Some(why)) = (is_good, one.invited) {
                    (ui::state_said(ui::State::Ok, w.t("import-good-invited")))
                    small class="block" { (w.t(&format!("import-invited-{}", why.0))) }
                } @else if is_good {
                    (ui::state_said(ui::State::Ok, w.t("import-good")))
                    small class="block" { (password(w, one, is_invited)) }
                } @else {
                    (ui::state_said(ui::State::Error, w.t("import-bad")))
                    small class="block" { (import_reasons(w, &one.reasons)) }
                }
            },
            html! { (w.tx("import-number", &[("number", counted(u64::try_from(number).unwrap_or_default()))])) },
        ],
        ..Row::default()
    }
}
