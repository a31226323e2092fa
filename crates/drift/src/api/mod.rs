//! `/api/drift`, as JSON.

pub mod plan;
mod view;

use access::ManageDrift;
use axum::Json;
use axum::extract::{Path, State};
use axum::http::{Method, StatusCode};
use kernel::FieldError;
use kernel::cursor::Page;
use kernel::input::Shape;
use reconcile::drift::{self, Difference, DriftFilter};
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};
use utoipa::ToSchema;
use web::openapi::Operation;
use web::{
    Failure, JsonBody, ListQuery, Listed, Mount, PAGING, Parameter, Parameters, Query, Right, Routes, Tables,
    listed,
};

use crate::accept::{ACCEPT, reason_and_days};
use crate::service::Drift;
use view::{AcceptanceView, AcceptedView};

/// The upstreams that can be asked for.
pub const UPSTREAMS: [&str; 3] = ["authentik", "stalwart", "ocis"];

pub fn routes(drift: &Drift) -> Routes {
    let op = |summary| Operation::new("Drift", summary);
    let list = op("Differences across all tenants").list::<DriftView>();
    Routes::new(Mount::Api)
        .get("/api/drift", show)
        .doc(list)
        .post("/api/drift/scan", scan)
        .doc(op("Scan all upstreams now").answer::<ScansView>(200))
        .post("/api/drift/{id}/accept", accept)
        .doc(
            op("Accept a difference that belongs to no tenant, until a date")
                .body(ACCEPT)
                .answer::<AcceptanceView>(201),
        )
        .get("/api/drift/accepted", accepted)
        .doc(op("Accepted differences across all tenants").answer::<AcceptedView>(200))
        .on(&Method::DELETE, "/api/drift/accepted/{id}", withdraw)
        .doc(op("End such an acceptance early"))
        .with_state(drift.clone())
}

/// The parameters of the query.
pub(crate) const FILTERS: &[Parameter] = &[
    Parameter::optional("upstream", Shape::Text(20), "`authentik`, `stalwart` or `ocis`."),
    Parameter::optional("difference", Shape::Text(20), "`missing`, `changed`, `foreign` or `orphan`."),
];

/// The query of the list.
#[derive(Debug, Default, Deserialize)]
pub struct DriftQuery {
    pub upstream: Option<String>,
    pub difference: Option<String>,
    #[serde(flatten)]
    pub list: ListQuery,
}

impl Parameters for DriftQuery {
    const TABLES: Tables = &[FILTERS, PAGING];
}

impl DriftQuery {
    /// The filter, every bad part of it named. Empty parts, as forms send them, are left out.
    pub fn filter(&self) -> Result<DriftFilter, Failure> {
        let given = |text: &Option<String>| text.clone().filter(|text| !text.is_empty());
        let bad = |field: &str| FieldError::of(field, "unknown_value", "input-unknown-value");
        let mut errors = Vec::new();
        let upstream = given(&self.upstream);
        if upstream.as_deref().is_some_and(|word| !UPSTREAMS.contains(&word)) {
            errors.push(bad("upstream"));
        }
        let word = given(&self.difference);
        let difference = word.as_deref().and_then(Difference::parse);
        if word.is_some() && difference.is_none() {
            errors.push(bad("difference"));
        }
        if errors.is_empty() {
            Ok(DriftFilter { upstream, difference })
        } else {
            Err(Failure::invalid(errors))
        }
    }
}

/// A difference.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
struct DriftView {
    id: String,
    kind: String,
    key: String,
    /// `missing`, `changed`, `foreign` or `orphan`.
    difference: String,
    /// The workspace whose object it is; null for what belongs to none. Of what somebody has who works in several, one
    /// of them.
    tenant: Option<String>,
    #[schema(value_type = Vec<Object>)]
    fields: Value,
    upstream_id: Option<String>,
    found_at: String,
    seen_at: String,
}

/// The result of the last scan of a kind.
#[derive(Serialize, ToSchema)]
struct ScanView {
    kind: String,
    at: String,
    /// Why its list couldn't be read.
    error: Option<String>,
}

/// The results of the last scans.
#[derive(Serialize, ToSchema)]
struct ScansView {
    scans: Vec<ScanView>,
}

async fn show(
    Right(by): Right<ManageDrift>,
    State(drift): State<Drift>,
    Query(query): Query<DriftQuery>,
) -> Result<Json<Listed<DriftView>>, Failure> {
    let (limit, cursor) = query.list.read()?;
    let listing = drift.list(&by, &query.filter()?, cursor.as_ref(), limit).await?;
    let view = |one: &drift::Drift| DriftView {
        id: one.id.clone(),
        tenant: listing.tenants_of(&one.subject).first().map(|tenant| tenant.slug.clone()),
        kind: one.subject.kind.clone(),
        key: one.subject.name.clone(),
        difference: one.subject.difference.as_str().to_owned(),
        fields: json!(one.subject.fields),
        upstream_id: one.upstream_id.clone(),
        found_at: one.found_at.to_string(),
        seen_at: one.seen_at.to_string(),
    };
    let items = listing.page.items.iter().map(view).collect();
    let views = Page { items, next: listing.page.next.clone() };
    Ok(Json(listed(views)))
}

async fn scan(Right(by): Right<ManageDrift>, State(drift): State<Drift>) -> Result<Json<ScansView>, Failure> {
    drift.scan_now(&by).await?;
    let scans = drift::scans(drift.platform.db.read()).await?.into_iter();
    let view = |scan: drift::Scanned| ScanView {
        kind: scan.kind,
        at: scan.at.to_string(),
        error: scan.error.map(|error| error.said),
    };
    Ok(Json(ScansView { scans: scans.map(view).collect() }))
}

async fn accept(
    Right(by): Right<ManageDrift>,
    State(drift): State<Drift>,
    Path(id): Path<String>,
    body: JsonBody,
) -> Result<(StatusCode, Json<AcceptanceView>), Failure> {
    let mut input = body.input(ACCEPT);
    let read = reason_and_days(&mut input);
    let (reason, days) = input.finish(read).map_err(Failure::invalid)?;
    let accepted = drift.accept(&by, &id, reason, days).await?;
    Ok((StatusCode::CREATED, Json(AcceptanceView::from(accepted))))
}

async fn accepted(
    Right(by): Right<ManageDrift>,
    State(drift): State<Drift>,
) -> Result<Json<AcceptedView>, Failure> {
    let accepted = drift.accepted(&by).await?.into_iter().map(AcceptanceView::from).collect();
    Ok(Json(AcceptedView { accepted }))
}

async fn withdraw(
    Right(by): Right<ManageDrift>,
    State(drift): State<Drift>,
    Path(id): Path<String>,
) -> Result<StatusCode, Failure> {
    drift.withdraw(&by, &id).await?;
    Ok(StatusCode::NO_CONTENT)
}
