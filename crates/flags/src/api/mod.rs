//! `/api/flags`, as JSON.

mod evaluate;
pub mod ofrep;
mod view;

use access::ManageFlags;
use axum::Json;
use axum::extract::{Path, State};
use axum::http::{Method, StatusCode, header};
use axum::response::{IntoResponse as _, Response};
use kernel::Needle;
use kernel::input::Shape;
use serde::Deserialize;
use web::openapi::Operation;
use web::{
    Failure, JsonBody, ListQuery, Listed, Mount, PAGING, Parameter, Parameters, Query, Right, Routes, Tables,
    Version, listed,
};

use crate::error::Error;
use crate::input;
use crate::model::{Flag, Key, Rule};
use crate::service::Flags;
use view::{FlagChangeView, FlagView, ReachView};

const ALL: &str = "/api/flags";
const ONE: &str = "/api/flags/{key}";

pub fn routes(flags: &Flags) -> Routes {
    let op = |summary| Operation::new("Flags", summary);
    Routes::new(Mount::Api)
        .get(ALL, list)
        .doc(op("All feature flags").list::<FlagView>())
        .large()
        .post(ALL, create)
        .doc(op("Create a flag").body(input::CREATE).answer::<FlagView>(201))
        .large()
        .post("/api/flags/preview", preview)
        .doc(op("How many tenants a rule would reach").body(input::PREVIEW).answer::<ReachView>(200))
        .post("/api/flags/evaluate", evaluate::evaluate)
        .doc(
            op("Which flags are on for a tenant that you can see")
                .body(input::EVALUATE)
                .answer::<evaluate::EvaluatedView>(200),
        )
        .get(ONE, show)
        .doc(op("A flag, with those that it names").answer::<FlagView>(200))
        .large()
        .on(&Method::PATCH, ONE, update)
        .doc(
            op("Change a flag. Send `If-Match` to detect changes in between")
                .body(input::CHANGE)
                .answer::<FlagView>(200),
        )
        .on(&Method::DELETE, ONE, remove)
        .doc(op("Remove a flag. It counts as off from then on"))
        .post("/api/flags/{key}/kill", kill)
        .doc(op("Stop a flag for everybody, whatever its rule says").answer::<FlagView>(200))
        .post("/api/flags/{key}/revive", revive)
        .doc(op("Let a stopped flag follow its rule again").answer::<FlagView>(200))
        .get("/api/flags/{key}/history", history)
        .doc(op("What was done to a flag, the latest first").list::<FlagChangeView>())
        .with_state(flags.clone())
}

/// The parameters of the query.
const SEARCH: &[Parameter] = &[Parameter::optional("q", Shape::Search, "Part of key or description.")];

/// The query of a list of flags.
#[derive(Debug, Default, Deserialize)]
pub struct FlagQuery {
    pub q: Option<String>,
    #[serde(flatten)]
    pub list: ListQuery,
}

impl Parameters for FlagQuery {
    const TABLES: Tables = &[SEARCH, PAGING];
}

impl FlagQuery {
    /// What is looked for.
    pub fn needle(&self) -> Option<Needle> {
        Needle::read(self.q.as_deref().unwrap_or_default())
    }
}

/// The path of one.
#[derive(Deserialize)]
pub struct At {
    key: String,
}

impl At {
    /// The key; a text that is none names nothing.
    pub fn key(&self) -> Result<Key, Error> {
        self.key.parse().map_err(|_| Error::NotFound)
    }
}

impl Flags {
    async fn answer(&self, status: StatusCode, flag: Flag) -> Result<Response, Failure> {
        let version = Version::tag(flag.version);
        let view = FlagView::of(&self.details_of(flag).await?);
        Ok((status, version, Json(view)).into_response())
    }
}

async fn list(
    Right(by): Right<ManageFlags>,
    State(flags): State<Flags>,
    Query(query): Query<FlagQuery>,
) -> Result<Json<Listed<FlagView>>, Failure> {
    let (limit, cursor) = query.list.read()?;
    let page = flags.page(&by, query.needle().as_ref(), cursor.as_ref(), limit).await?;
    Ok(Json(listed(page.map(|summary| FlagView::from(&summary)))))
}

async fn create(
    Right(by): Right<ManageFlags>,
    State(flags): State<Flags>,
    body: JsonBody,
) -> Result<Response, Failure> {
    let (key, sent) = input::new(body.input(input::CREATE)).map_err(Failure::invalid)?;
    let flag = flags.create(&by, key, &flags.change_of(sent).await?).await?;
    let place = [(header::LOCATION, format!("/api/flags/{}", flag.key))];
    Ok((place, flags.answer(StatusCode::CREATED, flag).await?).into_response())
}

async fn preview(
    Right(by): Right<ManageFlags>,
    State(flags): State<Flags>,
    body: JsonBody,
) -> Result<Json<ReachView>, Failure> {
    let (key, sent) = input::new(body.input(input::PREVIEW)).map_err(Failure::invalid)?;
    let rule = flags.change_of(sent).await?.checked(&Rule::default())?;
    Ok(Json(flags.reached(&by, &key, &rule).await?.into()))
}

async fn show(
    Right(by): Right<ManageFlags>,
    State(flags): State<Flags>,
    Path(at): Path<At>,
) -> Result<Response, Failure> {
    let details = flags.details(&by, &at.key()?).await?;
    let version = Version::tag(details.summary.flag.version);
    Ok((version, Json(FlagView::of(&details))).into_response())
}

async fn update(
    Right(by): Right<ManageFlags>,
    State(flags): State<Flags>,
    Path(at): Path<At>,
    version: Version,
    body: JsonBody,
) -> Result<Response, Failure> {
    let key = at.key()?;
    let sent = input::change(body.input(input::CHANGE)).map_err(Failure::invalid)?;
    let flag = flags.update(&by, &key, &flags.change_of(sent).await?, version.expected()).await?;
    flags.answer(StatusCode::OK, flag).await
}

async fn remove(
    Right(by): Right<ManageFlags>,
    State(flags): State<Flags>,
    Path(at): Path<At>,
) -> Result<StatusCode, Failure> {
    flags.remove(&by, &at.key()?).await?;
    Ok(StatusCode::NO_CONTENT)
}

async fn kill(
    Right(by): Right<ManageFlags>,
    State(flags): State<Flags>,
    Path(at): Path<At>,
) -> Result<Response, Failure> {
    let flag = flags.kill(&by, &at.key()?).await?;
    flags.answer(StatusCode::OK, flag).await
}

async fn revive(
    Right(by): Right<ManageFlags>,
    State(flags): State<Flags>,
    Path(at): Path<At>,
) -> Result<Response, Failure> {
    let flag = flags.revive(&by, &at.key()?).await?;
    flags.answer(StatusCode::OK, flag).await
}

async fn history(
    Right(by): Right<ManageFlags>,
    State(flags): State<Flags>,
    Path(at): Path<At>,
    Query(query): Query<ListQuery>,
) -> Result<Json<Listed<FlagChangeView>>, Failure> {
    let (limit, cursor) = query.read()?;
    let id = flags.details(&by, &at.key()?).await?.summary.flag.id;
    let page = flags.history(&by, id, cursor.as_ref(), limit).await?;
    Ok(Json(listed(page.map(FlagChangeView::from))))
}
