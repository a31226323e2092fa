//! Health, version and the public configuration.

use axum::http::StatusCode;
use axum::routing::get;
use axum::{Json, Router};
use serde_json::{Value, json};
use simulator::Store;

use crate::sim::world::World;

/// Routes outside the API, which need no token.
pub fn health_routes() -> Router<Store<World>> {
    Router::new().route("/-/health/live/", get(healthy)).route("/-/health/ready/", get(healthy))
}

async fn healthy() -> StatusCode {
    StatusCode::OK
}

pub async fn version() -> Json<Value> {
    Json(json!({
        "version_current": "2026.8.0-rc1",
        "version_latest": "0.0.0",
        "version_latest_valid": false,
        "build_hash": "",
        "outdated": false,
        "outpost_outdated": false,
    }))
}

/// Needs no token.
pub async fn config() -> Json<Value> {
    Json(json!({
        "error_reporting": {
            "enabled": false,
            "sentry_dsn": "",
            "environment": "simulator",
            "send_pii": false,
            "traces_sample_rate": 0.1,
        },
        "capabilities": ["can_impersonate", "is_enterprise"],
        "cache_timeout": 300,
        "cache_timeout_flows": 300,
        "cache_timeout_policies": 300,
    }))
}
