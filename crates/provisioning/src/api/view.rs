//! The steps of a workspace on the wire [P1].

use std::collections::BTreeMap;

use reconcile::{Outline, Status};
use serde::Serialize;
use utoipa::ToSchema;

use crate::steps::{StepState, step_state};

/// The state of each step: `pending`, `ok`, `skipped` or `error`.
#[derive(Serialize, ToSchema)]
pub struct StepsView {
    authentik: &'static str,
    stalwart: &'static str,
    ocis: &'static str,
}

/// One step in full.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct StepView {
    status: &'static str,
    /// Why it is skipped or still pending, such as `no_domain`, `switched_off` or `dkim_pending`.
    reason: Option<String>,
    /// The error of the last attempt.
    error: Option<String>,
    /// How many attempts failed in a row.
    attempts: u32,
    last_attempt_at: Option<String>,
    next_attempt_at: Option<String>,
}

const STEPS: [(&str, &str); 3] =
    [("authentik", "authentik.group"), ("stalwart", "stalwart.domain"), ("ocis", "ocis.drive")];

fn step_view(state: &StepState) -> StepView {
    let resource = state.resource;
    let waits = |resource: &&Outline| matches!(resource.status, Status::Error | Status::Pending);
    StepView {
        status: state.status.as_str(),
        reason: state.reason.map(str::to_owned),
        error: resource.and_then(|resource| resource.error.as_ref()).map(|error| error.said.clone()),
        attempts: resource.filter(|_| state.status == Status::Error).map_or(0, |resource| resource.attempts),
        last_attempt_at: resource.and_then(|resource| resource.attempted_at).map(|at| at.to_string()),
        next_attempt_at: resource.filter(waits).map(|resource| resource.next_at.to_string()),
    }
}

/// The state of each step.
pub fn steps_view(resources: &[Outline]) -> StepsView {
    let status = |kind| step_state(resources, kind).status.as_str();
    StepsView {
        authentik: status("authentik.group"),
        stalwart: status("stalwart.domain"),
        ocis: status("ocis.drive"),
    }
}

/// Each step in full.
pub fn steps_in_full(resources: &[Outline]) -> BTreeMap<&'static str, StepView> {
    let step = |(name, kind)| (name, step_view(&step_state(resources, kind)));
    STEPS.into_iter().map(step).collect()
}

/// The error of each failing step.
pub fn failing_steps(resources: &[Outline]) -> BTreeMap<&'static str, String> {
    let all = STEPS.map(|(name, kind)| (name, step_state(resources, kind)));
    let failing = all.into_iter().filter(|(_, state)| state.status == Status::Error);
    failing.map(|(name, state)| (name, step_view(&state).error.unwrap_or_default())).collect()
}
