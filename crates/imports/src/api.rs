//! `/api/tenants/{slug}/imports`, as JSON.

use access::{Granted, ManageMembers};
use axum::Json;
use axum::extract::{Path, State};
use axum::http::{StatusCode, header};
use axum::response::{IntoResponse, Response};
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD as BASE64;
use kernel::cursor::Page;
use kernel::input::Shape::{Object, Raw, Text, Word};
use kernel::input::{Field, Input, Shape};
use kernel::{Explain as _, FieldError, ImportId, Message};
use people_file::heads::Column;
use people_file::{Line, MOST_BYTES, Unreadable};
use secrecy::ExposeSecret as _;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use web::openapi::Operation;
use web::{
    Failure, JsonBody, KeptInstead, ListQuery, Listed, Mount, PAGING, Parameter, Parameters, Query, Right,
    Routes, Tables, listed,
};

use crate::check::{Judged, Report};
use crate::error::Error;
use crate::file::{Given, Upload};
use crate::model::{Counts, Fate, Import, Passwords};
use crate::passwords::{Handed, Issued};
use crate::service::Imports;
use crate::store::Handout;

/// The most letters of a file, in base64 where those are more.
const LONGEST: usize = MOST_BYTES;
const CSV: Field = Field::optional(
    "csv",
    Raw(LONGEST),
    "The file's text: a line of column names (`name`, `email`, and optionally `role`, `mailbox` and `privateEmail`, or \
     those of another system's export), then one line for each person.",
);
const FILE: Field = Field::optional(
    "file",
    Raw(LONGEST),
    "The file's bytes in base64, in place of `csv`. Its encoding is read from its byte order mark, or detected.",
);
const ENCODING: Field = Field::optional(
    "encoding",
    Text(40),
    "The encoding of `file` where it can't be detected, such as `windows-1250`.",
);
const MOST_HEAD: usize = 200;
const NAMED: &[Field] = &[
    Field::optional("name", Text(MOST_HEAD), "The column with the full name."),
    Field::optional("firstName", Text(MOST_HEAD), "The column with the first name."),
    Field::optional("lastName", Text(MOST_HEAD), "The column with the last name."),
    Field::optional("email", Text(MOST_HEAD), "The column with the sign-in address."),
    Field::optional(
        "privateEmail",
        Text(MOST_HEAD),
        "The column with a private address, which a link may go to.",
    ),
    Field::optional("role", Text(MOST_HEAD), "The column with the role."),
    Field::optional("mailbox", Text(MOST_HEAD), "The column with the mailbox name."),
];
const COLUMNS: Field = Field::optional(
    "columns",
    Object(NAMED),
    "Which column is which, by its name in the file, where the names don't tell. Remembered for the workspace.",
);
const PASSWORDS: Field = Field::optional(
    "passwords",
    Word(Passwords::WORDS),
    "`invite` by default: each person gets an email with a link to choose a password, except where the only address is \
     the mailbox that the link opens. People who may already have an account are invited. With `later` no one gets an \
     email. `/passwords` creates first passwords for everyone without one; a member's page creates one.",
);
const FIELDS: &[Field] = &[CSV, FILE, ENCODING, COLUMNS, PASSWORDS];

const ALL: &str = "/api/tenants/{slug}/imports";

pub fn routes(imports: &Imports) -> Routes {
    let op = |summary| Operation::new("Imports", summary);
    Routes::new(Mount::Api)
        .large()
        .post("/api/tenants/{slug}/imports/check", check)
        .doc(
            op("Preview what an import would do with each line; nothing is changed")
                .body(FIELDS)
                .answer::<ReportView>(200),
        )
        .large()
        .post(ALL, start)
        .doc(op("Add members from a file, in the background").body(FIELDS).answer::<ImportView>(201))
        .get(ALL, list)
        .doc(op("The latest imports of a tenant, newest first").list::<ImportView>())
        .get("/api/tenants/{slug}/imports/{id}", show)
        .doc(op("An import and its progress").answer::<ImportView>(200))
        .get("/api/tenants/{slug}/imports/{id}/lines", show_lines)
        .doc(op("The outcome of each line").list::<LineView>())
        .post("/api/tenants/{slug}/imports/{id}/cancel", cancel)
        .doc(op("Stop an import; people who were added stay").answer::<ImportView>(200))
        .post("/api/tenants/{slug}/imports/{id}/passwords", passwords)
        .doc(
            op("Create first passwords for people without one, a hundred at a time; they are shown once")
                .answer::<PasswordsView>(200),
        )
        .with_state(imports.clone())
}

/// First passwords.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
struct PasswordsView {
    /// How many people have none yet.
    remaining: u32,
    people: Vec<IssuedView>,
    /// When and to whom they were handed out, latest first; they are never handed out twice.
    given: Vec<HandoutView>,
}

/// First passwords that were handed out.
#[derive(Serialize, ToSchema)]
struct HandoutView {
    at: String,
    /// The name of the person who got them; null where it isn't known.
    to: Option<String>,
    /// For how many people.
    people: u32,
}

/// A person and their first password.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
struct IssuedView {
    user_id: String,
    name: String,
    email: String,
    mailbox_address: Option<String>,
    /// Shown once and stored nowhere; null where it couldn't be set everywhere.
    one_time_password: Option<String>,
}

/// A column and its use.
#[derive(Serialize, ToSchema)]
struct ColumnView {
    /// Its name in the file.
    head: String,
    /// `name`, `firstName`, `lastName`, `email`, `privateEmail`, `role`, `mailbox` or `other`.
    meaning: &'static str,
}

/// The outcome each line would have.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
struct ReportView {
    /// How the bytes of `file` were read; null where text was sent.
    encoding: Option<&'static str>,
    columns: Vec<ColumnView>,
    /// How many people would be added or invited.
    good: usize,
    /// How many addresses outside the workspace weren't looked up, because of the limit for each person and hour.
    not_looked_up: usize,
    seats_taken: i64,
    seats: i64,
    lines: Vec<JudgedView>,
}

/// A line, and why it would be skipped.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
struct JudgedView {
    line: i64,
    name: String,
    email: String,
    /// `duplicate-address`, `member-known`, `mailbox-taken`, `unknown-role`, `bad-address`, `no-seat`, ...; empty for a
    /// line that is good.
    reasons: Vec<&'static str>,
    /// The address a link to choose a password may go to; null where only the account itself could read it.
    link_to: Option<String>,
    /// `has-account` or `foreign-domain` where the person is invited instead of added; null for all others.
    invited: Option<&'static str>,
}

/// An import.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
struct ImportView {
    id: String,
    /// `running`, `done` or `cancelled`.
    status: &'static str,
    /// `invite` or `later`.
    passwords: &'static str,
    lines: u32,
    waiting: u32,
    made: u32,
    /// How many were invited, since no account can be created for their address.
    invited: u32,
    left: u32,
    /// How many of those added were sent a link.
    links_sent: u32,
    /// What it waits for: `too-many-mails`, `asked-too-often` or `not-done`; null while it runs.
    waits_for: Option<&'static str>,
    /// When it continues, where that is known.
    waits_until: Option<String>,
    /// How many of those added still wait for a service.
    under_way: u32,
    /// How many of those have a failed step, which is retried.
    failing: u32,
    /// How many of those added have no password yet.
    without_password: u32,
    created_at: String,
    finished_at: Option<String>,
}

/// The outcome of a line.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
struct LineView {
    line: i64,
    name: String,
    email: String,
    /// `waiting`, `made`, `invited` or `left`.
    state: &'static str,
    /// Why the person was skipped or invited.
    reason: Option<&'static str>,
    user_id: Option<String>,
}

fn view(import: &Import, counts: &Counts) -> ImportView {
    ImportView {
        id: import.id.to_string(),
        status: import.status().as_str(),
        passwords: import.passwords.as_str(),
        lines: counts.all(),
        waiting: counts.waiting,
        made: counts.made,
        invited: counts.invited,
        left: counts.left,
        links_sent: counts.linked,
        waits_for: import.waits.map(|wait| wait.what),
        waits_until: import.waits.and_then(|wait| wait.until).map(|at| at.to_string()),
        under_way: counts.under_way,
        failing: counts.failing,
        without_password: counts.unkeyed,
        created_at: import.created_at.to_string(),
        finished_at: import.finished_at.map(|at| at.to_string()),
    }
}

fn report(given: &Given, report: Report) -> ReportView {
    let judged = |one: Judged| JudgedView {
        line: one.line.number,
        name: one.line.name,
        email: one.line.email,
        reasons: one.reasons.iter().map(|reason| reason.0).collect(),
        link_to: one.link_to.map(|address| address.to_string()),
        invited: one.invited.map(|reason| reason.0),
    };
    let column =
        |(head, column): (&str, Column)| ColumnView { head: head.to_owned(), meaning: column.as_str() };
    ReportView {
        encoding: given.encoding,
        columns: given.columns().into_iter().map(column).collect(),
        good: report.good(),
        not_looked_up: report.unasked,
        seats_taken: report.seats.taken(),
        seats: report.seats.all,
        lines: report.lines.into_iter().map(judged).collect(),
    }
}

/// The path of one import.
#[derive(Deserialize)]
pub struct At {
    id: String,
}

impl At {
    /// The import; a text that is no id names none.
    pub fn import(&self) -> Result<ImportId, Error> {
        self.id.parse().map_err(|_| Error::NoImport)
    }
}

fn unreadable(field: &'static str, why: &Unreadable) -> Failure {
    let field = if matches!(why, Unreadable::NoEncoding(_)) { "encoding" } else { field };
    Failure::invalid(vec![FieldError::new(field, "unreadable", why.message())])
}

/// What was sent.
struct Asked {
    file: Upload,
    /// The field that it came in.
    field: &'static str,
    columns: Vec<(String, Column)>,
    passwords: Passwords,
}

fn asked(mut input: Input) -> Result<Asked, Failure> {
    let columns = input.object("columns", NAMED, |inner| {
        let named = |field: &Field| Some((inner.text(field.name)?, Column::parse(field.name)?));
        NAMED.iter().filter_map(named).collect::<Vec<_>>()
    });
    let passwords = Passwords::parse(input.text("passwords").as_deref());
    let (text, file, encoding) = (input.text("csv"), input.text("file"), input.text("encoding"));
    let bytes = file.as_ref().map(|file| BASE64.decode(file));
    match (&text, &bytes) {
        (None, None) => input.fail("csv", "required", Message::new("import-csv-missing")),
        (Some(_), Some(_)) => input.fail("file", "invalid", Message::new("import-csv-and-file")),
        (_, Some(Err(_))) => input.fail("file", "invalid", Message::new("import-not-base64")),
        _ => {}
    }
    let (text, bytes) = input.finish(Some((text, bytes))).map_err(Failure::invalid)?;
    let (file, field) = match bytes {
        Some(Ok(bytes)) => (Upload::Bytes(bytes, encoding), "file"),
        _ => (Upload::Text(text.unwrap_or_default()), "csv"),
    };
    Ok(Asked { file, field, columns: columns.unwrap_or_default(), passwords })
}

/// The file that was sent, with what is known of its heads.
async fn given(
    imports: &Imports,
    by: &Granted<ManageMembers>,
    file: Upload,
    columns: Vec<(String, Column)>,
    field: &'static str,
) -> Result<Given, Failure> {
    let read = imports.read(file).await?.map_err(|why| unreadable(field, &why))?;
    Ok(imports.known(by, read.saying(columns)).await?)
}

async fn check(
    Right(by): Right<ManageMembers>,
    State(imports): State<Imports>,
    body: JsonBody,
) -> Result<Json<ReportView>, Failure> {
    let Asked { file, field, columns, passwords } = asked(body.input(FIELDS))?;
    let given = given(&imports, &by, file, columns, field).await?;
    let judged = imports.check(&by, &given, passwords).await?.map_err(|why| unreadable(field, &why))?;
    Ok(Json(report(&given, judged)))
}

async fn start(
    Right(by): Right<ManageMembers>,
    State(imports): State<Imports>,
    body: JsonBody,
) -> Result<Response, Failure> {
    let Asked { file, field, columns, passwords } = asked(body.input(FIELDS))?;
    let given = given(&imports, &by, file, columns, field).await?;
    let import = imports.start(&by, &given, passwords).await?.map_err(|why| unreadable(field, &why))?;
    let place = format!("/api/tenants/{}/imports/{}", by.scope().slug, import.id);
    let (import, counts) = imports.import(&by, import.id).await?;
    Ok((StatusCode::CREATED, [(header::LOCATION, place)], Json(view(&import, &counts))).into_response())
}

/// An answer with passwords, which is kept for repeats without them and by nobody on the way.
async fn passwords(
    Right(by): Right<ManageMembers>,
    State(imports): State<Imports>,
    Path(at): Path<At>,
) -> Result<Response, Failure> {
    let id = at.import()?;
    let Handed { people, remaining } = imports.first_passwords(&by, id).await?;
    // Nothing that fails from here on may cost the passwords that were made.
    let handouts = imports.handouts(&by, id).await.unwrap_or_else(|error| {
        tracing::warn!(import = %id, %error, "who was given first passwords before is not told");
        Vec::new()
    });
    let handout = |(one, to): &(Handout, Option<String>)| HandoutView {
        at: one.at.to_string(),
        to: to.clone(),
        people: one.people,
    };
    let view = |with: bool| PasswordsView {
        remaining,
        people: people.iter().map(|one| one_issued(one, with)).collect(),
        given: handouts.iter().map(handout).collect(),
    };
    let mut response = ([(header::CACHE_CONTROL, "no-store")], Json(view(true))).into_response();
    response.extensions_mut().insert(KeptInstead(serde_json::to_value(view(false)).unwrap_or_default()));
    Ok(response)
}

fn one_issued(one: &Issued, with_password: bool) -> IssuedView {
    let password = one.password.as_ref().filter(|_| with_password);
    IssuedView {
        user_id: one.user.to_string(),
        name: one.name.clone(),
        email: one.email.clone(),
        mailbox_address: one.mailbox.clone(),
        one_time_password: password.map(|password| password.expose_secret().to_owned()),
    }
}

/// The last ones: who wants more has the log.
async fn list(
    Right(by): Right<ManageMembers>,
    State(imports): State<Imports>,
) -> Result<Json<Listed<ImportView>>, Failure> {
    let mut items = Vec::new();
    for import in imports.latest(&by).await? {
        let (import, counts) = imports.import(&by, import.id).await?;
        items.push(view(&import, &counts));
    }
    Ok(Json(listed(Page { items, next: None })))
}

async fn show(
    Right(by): Right<ManageMembers>,
    State(imports): State<Imports>,
    Path(at): Path<At>,
) -> Result<Json<ImportView>, Failure> {
    let (import, counts) = imports.import(&by, at.import()?).await?;
    Ok(Json(view(&import, &counts)))
}

/// The parameters of the query.
const FILTERS: &[Parameter] =
    &[Parameter::optional("left", Shape::Text(20), "`true` for skipped lines only.")];

#[derive(Deserialize)]
struct LinesQuery {
    left: Option<String>,
    #[serde(flatten)]
    list: ListQuery,
}

impl Parameters for LinesQuery {
    const TABLES: Tables = &[FILTERS, PAGING];
}

async fn show_lines(
    Right(by): Right<ManageMembers>,
    State(imports): State<Imports>,
    Path(at): Path<At>,
    Query(query): Query<LinesQuery>,
) -> Result<Json<Listed<LineView>>, Failure> {
    let (limit, cursor) = query.list.read()?;
    let only_left = query.left.as_deref() == Some("true");
    let page = imports.lines(&by, at.import()?, only_left, cursor.as_ref(), limit).await?;
    let shown = |(line, fate): (Line, Fate)| LineView {
        line: line.number,
        name: line.name,
        email: line.email,
        state: fate.as_str(),
        reason: match &fate {
            Fate::Left(reason) | Fate::Invited(reason) => Some(reason.0),
            Fate::Waiting | Fate::Made(_) => None,
        },
        user_id: if let Fate::Made(made) = &fate { Some(made.user.to_string()) } else { None },
    };
    Ok(Json(listed(page.map(shown))))
}

async fn cancel(
    Right(by): Right<ManageMembers>,
    State(imports): State<Imports>,
    Path(at): Path<At>,
) -> Result<Json<ImportView>, Failure> {
    let id = at.import()?;
    imports.cancel(&by, id).await?;
    let (import, counts) = imports.import(&by, id).await?;
    Ok(Json(view(&import, &counts)))
}
