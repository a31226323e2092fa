//! Differences that may stay, as JSON.

use reconcile::FieldChange;
use reconcile::drift::Acceptance;
use serde::Serialize;
use serde_json::Value;
use utoipa::ToSchema;

/// One field that differs.
#[derive(Debug, Serialize, ToSchema)]
pub struct FieldChangeView {
    field: String,
    #[schema(value_type = Object)]
    want: Value,
    #[schema(value_type = Object)]
    have: Value,
}

impl From<FieldChange> for FieldChangeView {
    fn from(change: FieldChange) -> Self {
        Self { field: change.field, want: change.want, have: change.have }
    }
}

/// An accepted difference.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct AcceptanceView {
    id: String,
    kind: String,
    key: String,
    /// `missing`, `changed`, `foreign` or `orphan`.
    difference: String,
    fields: Vec<FieldChangeView>,
    reason: String,
    /// The ID of the person who accepted it.
    accepted_by: String,
    accepted_at: String,
    expires_at: String,
}

impl From<Acceptance> for AcceptanceView {
    fn from(acceptance: Acceptance) -> Self {
        let subject = acceptance.subject;
        Self {
            id: acceptance.id,
            kind: subject.kind,
            key: subject.name,
            difference: subject.difference.as_str().to_owned(),
            fields: subject.fields.into_iter().map(FieldChangeView::from).collect(),
            reason: acceptance.reason,
            accepted_by: acceptance.accepted_by,
            accepted_at: acceptance.accepted_at.to_string(),
            expires_at: acceptance.expires_at.to_string(),
        }
    }
}

/// The current acceptances, those that end first at the top.
#[derive(Debug, Serialize, ToSchema)]
pub struct AcceptedView {
    /// All of them.
    pub accepted: Vec<AcceptanceView>,
}
