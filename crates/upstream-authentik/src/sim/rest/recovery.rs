//! `/core/users/{pk}/recovery/` (section 10).

use axum::body::Bytes;
use axum::extract::{Path, State};
use axum::http::HeaderMap;
use serde_json::{Value, json};

use super::{Answer, Problem, Shared, error_page, ok, users};
use crate::sim::duration;
use crate::sim::objects::text;

pub async fn link(State(store): Shared, Path(pk): Path<String>, headers: HeaderMap, body: Bytes) -> Answer {
    let given: Value = serde_json::from_slice(&body).unwrap_or_default();
    let valid = given["token_duration"].as_str().map(duration::parse);
    // What the server makes of a malformed one is an unhandled error.
    if valid == Some(None) {
        return Ok(error_page());
    }
    store.write(|world| {
        let at = world.called_at(&headers);
        let pk = users::find(world, &pk)?.pk;
        let Some(flow) = world.recovery_flow(&at) else {
            return Err(refused("No recovery flow set."));
        };
        if text(flow, "authentication") == "require_token" {
            return Err(refused("Recovery flow not applicable to user"));
        }
        let slug = text(flow, "slug").to_owned();
        let valid = valid.flatten().unwrap_or_else(|| world.token_duration());
        let token = world.recovery_token(pk, valid);
        Ok(ok(json!({"link": format!("{at}/if/flow/{slug}/?flow_token={token}")})))
    })
}

/// A bare text, where other errors have a list (section 15).
fn refused(why: &str) -> Problem {
    Problem::bad(json!({"non_field_errors": why}))
}
