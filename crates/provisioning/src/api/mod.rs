//! Removals that wait for a person, as JSON.

pub mod view;

use access::{ManageTenant, ViewTenant};
use axum::Json;
use axum::extract::State;
use serde::Serialize;
use utoipa::ToSchema;
use web::openapi::Operation;
use web::{Failure, JsonBody, Mount, Right, Routes};

use crate::input;
use crate::service::Provisioning;

pub fn routes(provisioning: &Provisioning) -> Routes {
    let op = |summary| Operation::new("Tenants", summary);
    Routes::new(Mount::Api)
        .get("/api/tenants/{slug}/stopped-removals", show)
        .doc(op("Removals that wait for an operator").answer::<StoppedView>(200))
        .post("/api/tenants/{slug}/stopped-removals/continue", go_on)
        .doc(op("Allow these removals").body(input::COUNTED).answer::<GoesOnView>(200))
        .with_state(provisioning.clone())
}

/// An object that waits for its removal.
#[derive(Serialize, ToSchema)]
struct StoppedOne {
    kind: String,
    key: String,
    /// Always `removal_stopped`.
    reason: Option<String>,
    error: Option<String>,
}

/// The pending removals.
#[derive(Serialize, ToSchema)]
struct StoppedView {
    count: usize,
    /// Identifies exactly these. Send it to allow them.
    hash: String,
    items: Vec<StoppedOne>,
}

/// How many removals continue.
#[derive(Serialize, ToSchema)]
struct GoesOnView {
    count: usize,
}

async fn show(
    Right(by): Right<ViewTenant>,
    State(provisioning): State<Provisioning>,
) -> Result<Json<StoppedView>, Failure> {
    let stopped = provisioning.stopped(&by).await?;
    let hash = reconcile::fingerprint(&stopped);
    let reason = || Some(reconcile::STOPPED.to_owned());
    let items: Vec<StoppedOne> = stopped
        .into_iter()
        .map(|one| {
            let error = one.error.map(|error| error.said);
            StoppedOne { kind: one.kind, key: one.name, reason: reason(), error }
        })
        .collect();
    Ok(Json(StoppedView { count: items.len(), hash, items }))
}

async fn go_on(
    Right(by): Right<ManageTenant>,
    State(provisioning): State<Provisioning>,
    body: JsonBody,
) -> Result<Json<GoesOnView>, Failure> {
    let hash = input::hash(body.input(input::COUNTED)).map_err(Failure::invalid)?;
    Ok(Json(GoesOnView { count: provisioning.let_removals_go_on(&by, &hash).await? }))
}
