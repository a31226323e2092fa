//! `/api/tenants/{slug}/imports`, as JSON.

use access::ManageMembers;
use axum::Json;
use axum::extract::{Path, State};
use axum::http::{StatusCode, header};
use axum::response::{IntoResponse, Response};
use kernel::cursor::Page;
use kernel::input::Shape::{Raw, Word};
use kernel::input::{Field, Shape};
use kernel::{FieldError, ImportId};
use serde::{Deserialize, Serialize};
use serde_json::Value;
use utoipa::ToSchema;
use web::openapi::Operation;
use web::{
    Door, Failure, JsonBody, ListQuery, PAGING, Parameter, Parameters, Query, Right, Routes, Tables, listed,
};

use super::lines::{self, Line};
use super::{Counts, Fate, Import, Passwords, Report};
use crate::error::Error;
use crate::service::Joining;

/// The most letters of a file.
const LONGEST: usize = 1 << 20;
const CSV: Field = Field::required(
    "csv",
    Raw(LONGEST),
    "The file's text: a line of column names (`name`, `email`, and if wanted `role` and `mailbox`), then one \
     line for each person.",
);
const CHECK: &[Field] = &[CSV];
const START: &[Field] = &[
    CSV,
    Field::optional(
        "passwords",
        Word(Passwords::WORDS),
        "`invite` unless told: each gets a mail with a link and chooses a password. With `later` an admin makes one \
         for each.",
    ),
];

const ALL: &str = "/api/tenants/{slug}/imports";

pub fn routes(joining: &Joining) -> Routes {
    let op = |summary| Operation::new("Imports", summary);
    Routes::new(Door::Api)
        .large()
        .post("/api/tenants/{slug}/imports/check", check)
        .doc(
            op("What an import would do with each line; nothing is changed")
                .body(CHECK)
                .answer::<ReportView>(200),
        )
        .large()
        .post(ALL, start)
        .doc(op("Make members of a file, in the background").body(START).answer::<ImportView>(201))
        .get(ALL, list)
        .doc(op("The last imports of a tenant, the newest first").list::<ImportView>())
        .get("/api/tenants/{slug}/imports/{id}", show)
        .doc(op("How far an import is").answer::<ImportView>(200))
        .get("/api/tenants/{slug}/imports/{id}/lines", show_lines)
        .doc(op("What became of each line").list::<LineView>())
        .post("/api/tenants/{slug}/imports/{id}/cancel", cancel)
        .doc(op("Stop an import; who was made stays").answer::<ImportView>(200))
        .with_state(joining.clone())
}

/// What would become of each line.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
struct ReportView {
    /// How many people would be made.
    good: usize,
    seats_taken: i64,
    seats: i64,
    lines: Vec<JudgedView>,
}

/// A line, and why nobody would be made of it.
#[derive(Serialize, ToSchema)]
struct JudgedView {
    line: i64,
    name: String,
    email: String,
    /// `duplicate-address`, `member-known`, `mailbox-taken`, `unknown-role`, `bad-address`, `no-seat`, ...; empty for a
    /// line that is good.
    reasons: Vec<&'static str>,
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
    left: u32,
    /// Of those made, who still waits for something upstream.
    under_way: u32,
    /// Of those, who has something that failed and is tried again.
    failing: u32,
    created_at: String,
    finished_at: Option<String>,
}

/// What became of a line.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
struct LineView {
    line: i64,
    name: String,
    email: String,
    /// `waiting`, `made` or `left`.
    state: &'static str,
    /// Why nobody was made.
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
        left: counts.left,
        under_way: counts.under_way,
        failing: counts.failing,
        created_at: import.created_at.to_string(),
        finished_at: import.finished_at.map(|at| at.to_string()),
    }
}

fn report(report: Report) -> ReportView {
    let judged = |one: super::Judged| JudgedView {
        line: one.line.number,
        name: one.line.name,
        email: one.line.email,
        reasons: one.reasons.iter().map(|reason| reason.0).collect(),
    };
    ReportView {
        good: report.good(),
        seats_taken: report.seats.taken,
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

fn file(text: Option<String>) -> Result<Vec<Line>, Failure> {
    lines::read(&text.unwrap_or_default())
        .map_err(|why| Failure::invalid(vec![FieldError::new("csv", "unreadable", why.to_string())]))
}

async fn check(
    Right(by): Right<ManageMembers>,
    State(joining): State<Joining>,
    body: JsonBody,
) -> Result<Json<ReportView>, Failure> {
    let input = body.input(CHECK);
    let text = input.text("csv");
    let text = input.finish(text).map_err(Failure::invalid)?;
    Ok(Json(report(joining.check_import(&by, file(Some(text))?).await?)))
}

async fn start(
    Right(by): Right<ManageMembers>,
    State(joining): State<Joining>,
    body: JsonBody,
) -> Result<Response, Failure> {
    let input = body.input(START);
    let read = input.text("csv").map(|text| (text, Passwords::parse(input.text("passwords").as_deref())));
    let (text, passwords) = input.finish(read).map_err(Failure::invalid)?;
    let import = joining.start_import(&by, file(Some(text))?, passwords).await?;
    let place = format!("/api/tenants/{}/imports/{}", by.scope().slug, import.id);
    let (import, counts) = joining.import(&by, import.id).await?;
    Ok((StatusCode::CREATED, [(header::LOCATION, place)], Json(view(&import, &counts))).into_response())
}

/// The last ones: who wants more has the log.
async fn list(
    Right(by): Right<ManageMembers>,
    State(joining): State<Joining>,
) -> Result<Json<Value>, Failure> {
    let mut items = Vec::new();
    for import in joining.imports(&by).await? {
        let (import, counts) = joining.import(&by, import.id).await?;
        items.push(view(&import, &counts));
    }
    Ok(Json(listed(&Page { items, next: None })))
}

async fn show(
    Right(by): Right<ManageMembers>,
    State(joining): State<Joining>,
    Path(at): Path<At>,
) -> Result<Json<ImportView>, Failure> {
    let (import, counts) = joining.import(&by, at.import()?).await?;
    Ok(Json(view(&import, &counts)))
}

/// The parameters of the query.
const FILTERS: &[Parameter] =
    &[Parameter::optional("left", Shape::Text(20), "`true` for those left out alone.")];

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
    State(joining): State<Joining>,
    Path(at): Path<At>,
    Query(query): Query<LinesQuery>,
) -> Result<Json<Value>, Failure> {
    let (limit, cursor) = query.list.read()?;
    let only_left = query.left.as_deref() == Some("true");
    let page = joining.import_lines(&by, at.import()?, only_left, cursor.as_ref(), limit).await?;
    let shown = |(line, fate): (Line, Fate)| LineView {
        line: line.number,
        name: line.name,
        email: line.email,
        state: fate.as_str(),
        reason: if let Fate::Left(reason) = &fate { Some(reason.0) } else { None },
        user_id: if let Fate::Made(user) = &fate { Some(user.to_string()) } else { None },
    };
    Ok(Json(listed(&page.map(shown))))
}

async fn cancel(
    Right(by): Right<ManageMembers>,
    State(joining): State<Joining>,
    Path(at): Path<At>,
) -> Result<Json<ImportView>, Failure> {
    let id = at.import()?;
    joining.cancel_import(&by, id).await?;
    let (import, counts) = joining.import(&by, id).await?;
    Ok(Json(view(&import, &counts)))
}
