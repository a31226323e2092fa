//! Plans and what is decided about differences, as JSON.

use access::{Granted, ManageTenant};
use axum::Json;
use axum::extract::{Path, State};
use axum::http::{Method, StatusCode};
use axum::response::{IntoResponse, Response};
use reconcile::{Change, Plan, PlanAction, Version};
use serde::Serialize;
use serde_json::Value;
use utoipa::ToSchema;
use web::openapi::Operation;
use web::{Failure, JsonBody, Mount, Right, Routes};

use super::view::{AcceptanceView, AcceptedView, FieldChangeView};
use crate::decide::{Chosen, not_adoptable};
use crate::input;
use crate::service::Drift;

pub fn routes(drift: &Drift) -> Routes {
    let op = |summary| Operation::new("Drift", summary);
    Routes::new(Mount::Api)
        .post("/api/tenants/{slug}/plan", plan)
        .doc(op("Compare the configuration with the upstreams").body(input::NOTHING).answer::<PlanView>(200))
        .post("/api/tenants/{slug}/apply", apply)
        .doc(op("Apply exactly what a plan lists").body(input::APPLY).answer::<PlanView>(200))
        .get("/api/tenants/{slug}/drift", accepted)
        .doc(op("Accepted differences").answer::<AcceptedView>(200))
        .post("/api/tenants/{slug}/drift/revert", revert)
        .doc(op("Revert one difference").body(input::CHOSEN).answer::<PlanView>(200))
        .post("/api/tenants/{slug}/drift/adopt", adopt)
        .doc(op("Adopt one difference").body(input::CHOSEN).answer::<PlanView>(200))
        .post("/api/tenants/{slug}/drift/accept", accept)
        .doc(op("Accept a difference until a date").body(input::ACCEPT).answer::<AcceptanceView>(201))
        .on(&Method::DELETE, "/api/tenants/{slug}/drift/{id}", withdraw)
        .doc(op("End an acceptance early"))
        .get("/api/tenants/{slug}/history", history)
        .doc(op("The configuration history of each object, newest first").answer::<HistoryView>(200))
        .with_state(drift.clone())
}

/// One difference.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
struct ChangeView {
    upstream: String,
    kind: String,
    key: String,
    /// `create`, `update`, `delete`, `foreign` or `unreadable`. The last two are only shown.
    #[schema(value_type = String)]
    action: PlanAction,
    fields: Vec<FieldChangeView>,
    upstream_id: Option<String>,
    note: Option<String>,
    /// Whether it can be adopted.
    adoptable: bool,
    /// Whether it can be accepted.
    acceptable: bool,
}

fn change_view(change: Change) -> ChangeView {
    ChangeView {
        adoptable: not_adoptable(&change).is_none(),
        acceptable: change.acceptable().is_some(),
        upstream: change.upstream,
        kind: change.kind,
        key: change.key,
        action: change.action,
        fields: change.fields.into_iter().map(FieldChangeView::from).collect(),
        upstream_id: change.upstream_id,
        note: change.note.map(|note| note.said),
    }
}

/// All differences of a tenant.
#[derive(Serialize, ToSchema)]
struct PlanView {
    /// Send it to `/apply` to make exactly these changes.
    hash: String,
    changes: Vec<ChangeView>,
    /// Accepted differences. They aren't acted on.
    accepted: Vec<AcceptanceView>,
}

fn plan_view(plan: Plan) -> Json<PlanView> {
    Json(PlanView {
        hash: plan.hash,
        changes: plan.changes.into_iter().map(change_view).collect(),
        accepted: plan.accepted.into_iter().map(AcceptanceView::from).collect(),
    })
}

/// One version of an object's configuration.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
struct VersionView {
    kind: String,
    key: String,
    version: i64,
    /// Its configuration; null when it was removed.
    #[schema(value_type = Option<Object>)]
    spec: Option<Value>,
    changed_at: String,
}

/// The configuration history of a tenant.
#[derive(Serialize, ToSchema)]
struct HistoryView {
    versions: Vec<VersionView>,
}

fn version_view(version: Version) -> VersionView {
    VersionView {
        kind: version.kind,
        key: version.name,
        version: version.number,
        spec: version.spec,
        changed_at: version.changed_at.to_string(),
    }
}

async fn plan(
    Right(by): Right<ManageTenant>,
    State(drift): State<Drift>,
    body: JsonBody,
) -> Result<Json<PlanView>, Failure> {
    body.input(input::NOTHING).finish(Some(())).map_err(Failure::invalid)?;
    Ok(plan_view(drift.plan(&by).await?))
}

async fn apply(
    Right(by): Right<ManageTenant>,
    State(drift): State<Drift>,
    body: JsonBody,
) -> Result<Json<PlanView>, Failure> {
    let hash = input::hash(body.input(input::APPLY)).map_err(Failure::invalid)?;
    Ok(plan_view(drift.apply(&by, &hash).await?))
}

fn chosen(body: JsonBody) -> Result<Chosen, Failure> {
    input::chosen(body.input(input::CHOSEN)).map_err(Failure::invalid)
}

/// Waits until what was decided is done, and compares again.
async fn planned_again(drift: &Drift, by: &Granted<ManageTenant>) -> Result<Json<PlanView>, Failure> {
    drift.tenants.settle(by.tenant()).await?;
    Ok(plan_view(drift.plan(by).await?))
}

async fn revert(
    Right(by): Right<ManageTenant>,
    State(drift): State<Drift>,
    body: JsonBody,
) -> Result<Json<PlanView>, Failure> {
    drift.revert(&by, &chosen(body)?).await?;
    planned_again(&drift, &by).await
}

async fn adopt(
    Right(by): Right<ManageTenant>,
    State(drift): State<Drift>,
    body: JsonBody,
) -> Result<Json<PlanView>, Failure> {
    drift.adopt(&by, &chosen(body)?).await?;
    planned_again(&drift, &by).await
}

async fn accept(
    Right(by): Right<ManageTenant>,
    State(drift): State<Drift>,
    body: JsonBody,
) -> Result<Response, Failure> {
    let (chosen, reason, days) = input::acceptance(body.input(input::ACCEPT)).map_err(Failure::invalid)?;
    let accepted = drift.accept_change(&by, &chosen, reason, days).await?;
    Ok((StatusCode::CREATED, Json(AcceptanceView::from(accepted))).into_response())
}

async fn withdraw(
    Right(by): Right<ManageTenant>,
    State(drift): State<Drift>,
    Path((_, id)): Path<(String, String)>,
) -> Result<StatusCode, Failure> {
    drift.withdraw_acceptance(&by, &id).await?;
    Ok(StatusCode::NO_CONTENT)
}

async fn accepted(
    Right(by): Right<ManageTenant>,
    State(drift): State<Drift>,
) -> Result<Json<AcceptedView>, Failure> {
    let accepted = drift.acceptances(&by).await?.into_iter().map(AcceptanceView::from).collect();
    Ok(Json(AcceptedView { accepted }))
}

async fn history(
    Right(by): Right<ManageTenant>,
    State(drift): State<Drift>,
) -> Result<Json<HistoryView>, Failure> {
    let versions = drift.history(&by).await?.into_iter().map(version_view).collect();
    Ok(Json(HistoryView { versions }))
}
