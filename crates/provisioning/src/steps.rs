//! How far the steps of a workspace are.

use reconcile::{Outline, Status};

/// The state of one of a tenant's three steps. Without a domain there is nothing to do for mail yet [B3].
pub struct StepState<'a> {
    /// How far it is.
    pub status: Status,
    /// Why it is skipped or still pending.
    pub reason: Option<&'a str>,
    /// What is wanted upstream, where anything is.
    pub resource: Option<&'a Outline>,
}

/// The step of a kind. Of several domains the one that is worst off speaks for all.
pub fn step_state<'a>(resources: &'a [Outline], kind: &str) -> StepState<'a> {
    let of_kind = resources.iter().filter(|resource| resource.kind == kind);
    let rank = |resource: &&Outline| match resource.status {
        Status::Error => 3,
        Status::Pending => 2,
        Status::Ok => 1,
        Status::Skipped => 0,
    };
    let Some(resource) = of_kind.max_by_key(rank) else {
        let reason = if kind == "stalwart.domain" { "no_domain" } else { "not_wanted" };
        return StepState { status: Status::Skipped, reason: Some(reason), resource: None };
    };
    StepState { status: resource.status, reason: resource.reason.as_deref(), resource: Some(resource) }
}
