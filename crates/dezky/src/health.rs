//! Whether the process lives and whether it can serve [Q4]. Open, and the same on every address.

use std::time::Duration;

use axum::Json;
use axum::extract::State;
use axum::http::{Method, StatusCode};
use axum::response::{IntoResponse, Response};
use backup::Standing;
use db::Db;
use serde::Serialize;
use utoipa::ToSchema;
use web::openapi::Operation;
use web::{ApiWords, Mount, Routes, Told, WhileHeld};

/// Whoever asks has a limit too; better to answer before it.
const PATIENCE: Duration = Duration::from_secs(3);

/// The state of the service.
#[derive(Serialize, ToSchema)]
struct Health {
    /// `dezky`.
    service: &'static str,
    version: &'static str,
    /// `ok`, `held` after a restore, or `unavailable`.
    status: &'static str,
    /// Why it is not `ok`.
    #[serde(skip_serializing_if = "Option::is_none")]
    reason: Option<String>,
}

impl Health {
    fn ok() -> Self {
        Self { service: "dezky", version: env!("CARGO_PKG_VERSION"), status: "ok", reason: None }
    }
}

/// The routes.
pub fn routes(db: Db) -> Routes {
    let live_doc = Operation::new("Health", "Whether the process is alive").answer::<Health>(200);
    let ready_doc = Operation::new("Health", "Whether it is ready to serve").answer::<Health>(200);
    Routes::new(Mount::Api)
        .while_held(WhileHeld::Everyone)
        .open(&Method::GET, "/health/live", "says that the process lives", live)
        .doc(live_doc)
        .while_held(WhileHeld::Everyone)
        .open(&Method::GET, "/health/ready", "says whether it can serve", ready)
        .doc(ready_doc)
        .with_state(db)
}

async fn live() -> Json<Health> {
    Json(Health::ok())
}

/// A restored database that is held is served: by operators it must be looked at.
async fn ready(State(db): State<Db>, ApiWords(words): ApiWords) -> Response {
    let reason = match tokio::time::timeout(PATIENCE, backup::standing(&db)).await {
        Ok(Ok(Standing::Free)) => return Json(Health::ok()).into_response(),
        Ok(Ok(Standing::Held(hold))) => {
            // Anybody may ask, so it isn't said when the backup was made.
            let Told { lead, .. } = web::told(&words, &hold);
            return Json(Health { status: "held", reason: Some(lead), ..Health::ok() }).into_response();
        }
        Ok(Ok(Standing::CutOff)) => "a restore into the database was begun and isn't complete",
        Ok(Err(error)) => {
            tracing::warn!(%error, "not ready");
            "the database can't be used"
        }
        Err(_) => "the database isn't answering",
    };
    let health = Health { status: "unavailable", reason: Some(reason.to_owned()), ..Health::ok() };
    (StatusCode::SERVICE_UNAVAILABLE, Json(health)).into_response()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn a_database_that_is_gone_makes_it_unready() {
        let test = migrations::test_database().await;
        let db = test.db.clone();
        let ready =
            async |db: Db| ready(State(db), ApiWords(crate::english::words().unwrap())).await.status();
        assert_eq!(ready(db.clone()).await, StatusCode::OK);
        db.clone().close().await;
        assert_eq!(ready(db).await, StatusCode::SERVICE_UNAVAILABLE);
    }
}
