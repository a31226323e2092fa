//! `POST /api/flags/evaluate`: the whole map for one tenant, straight from memory into the answer [L2].

use std::sync::Arc;

use access::EvaluateFlags;
use axum::Json;
use axum::extract::State;
use kernel::{FieldError, Input, Timestamp};
use serde::ser::SerializeMap as _;
use serde::{Serialize, Serializer};
use utoipa::ToSchema;
use web::{Chosen, Failure, JsonBody, Right};

use crate::evaluate::{Subject, evaluate as decide};
use crate::input;
use crate::service::Flags;
use crate::snapshot::Snapshot;

/// Which flags are on.
#[derive(Serialize, ToSchema)]
pub struct EvaluatedView {
    /// By key.
    #[schema(value_type = Object)]
    flags: Decided,
}

/// All flags, decided while they are written.
struct Decided {
    snapshot: Arc<Snapshot>,
    /// None of whoever works in no workspace, for whom all are off.
    subject: Option<Subject>,
    now: Timestamp,
}

impl Serialize for Decided {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let all = self.snapshot.all();
        let mut map = serializer.serialize_map(Some(all.len()))?;
        for flag in all {
            let is_on = self.subject.as_ref().is_some_and(|subject| decide(flag, subject, self.now).enabled);
            map.serialize_entry(flag.key.as_str(), &is_on)?;
        }
        map.end()
    }
}

fn slug(input: Input) -> Result<Option<String>, Vec<FieldError>> {
    let slug = input.text("tenantSlug");
    input.finish(Some(slug))
}

pub async fn evaluate(
    Right(by): Right<EvaluateFlags>,
    State(flags): State<Flags>,
    Chosen(chosen): Chosen,
    body: JsonBody,
) -> Result<Json<EvaluatedView>, Failure> {
    let slug = slug(body.input(input::EVALUATE)).map_err(Failure::invalid)?;
    let subject = flags.subject(&by, slug.as_deref(), chosen.as_deref()).await?;
    let (snapshot, now) = (flags.snapshot().await?, flags.now());
    Ok(Json(EvaluatedView { flags: Decided { snapshot, subject, now } }))
}
