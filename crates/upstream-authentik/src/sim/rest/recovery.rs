//! `/core/users/{pk}/recovery/` (section 10).

use std::time::Duration;

use axum::body::Bytes;
use axum::extract::{Path, State};
use axum::http::HeaderMap;
use serde_json::{Value, json};

use super::{Answer, Problem, Shared, error_page, ok, users};
use crate::sim::page::called_at;

const DEFAULT: Duration = Duration::from_mins(30);

pub async fn link(State(store): Shared, Path(pk): Path<String>, headers: HeaderMap, body: Bytes) -> Answer {
    let given: Value = serde_json::from_slice(&body).unwrap_or_default();
    let valid = match given["token_duration"].as_str() {
        None => DEFAULT,
        // What the server makes of a malformed one is an unhandled error.
        Some(text) => match duration(text) {
            Some(valid) => valid,
            None => return Ok(error_page()),
        },
    };
    store.write(|world| {
        let pk = users::find(world, &pk)?.pk;
        let Some(slug) = world.brand.flow.clone() else {
            return Err(refused("No recovery flow set."));
        };
        if world.brand.requires_token {
            return Err(refused("Recovery flow not applicable to user"));
        }
        let token = world.recovery_token(pk, valid);
        Ok(ok(json!({"link": format!("{}/if/flow/{slug}/?flow_token={token}", called_at(&headers))})))
    })
}

/// A bare text, where other errors have a list (section 15).
fn refused(why: &str) -> Problem {
    Problem::bad(json!({"non_field_errors": why}))
}

/// A text such as `hours=1;minutes=2`.
fn duration(text: &str) -> Option<Duration> {
    let mut whole = Duration::ZERO;
    for part in text.split(';') {
        let (unit, count) = part.split_once('=')?;
        let seconds = match unit.trim() {
            "weeks" => 7 * 24 * 3600,
            "days" => 24 * 3600,
            "hours" => 3600,
            "minutes" => 60,
            "seconds" => 1,
            _ => return None,
        };
        whole += Duration::from_secs(count.trim().parse::<u64>().ok()?.checked_mul(seconds)?);
    }
    Some(whole)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn durations_are_read_as_the_server_writes_them() {
        assert_eq!(duration("hours=1;minutes=2"), Some(Duration::from_mins(62)));
        assert_eq!(duration("seconds=90"), Some(Duration::from_secs(90)));
        for wrong in ["", "1h", "hours", "hours=x", "years=1"] {
            assert_eq!(duration(wrong), None, "{wrong:?}");
        }
    }
}
