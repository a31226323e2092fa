//! `/api/audit` and the log of each tenant, as JSON.

use access::{ViewPlatformAudit, ViewTenantAudit};
use axum::Json;
use axum::extract::State;
use kernel::input::Shape;
use kernel::{FieldError, Message, Timestamp};
use serde::{Deserialize, Serialize};
use serde_json::Value;
use utoipa::ToSchema;
use web::openapi::Operation;
use web::{
    Failure, ListQuery, Listed, Mount, PAGING, Parameter, Parameters, Query, Right, Routes, Tables, listed,
};

use crate::reads::of_tenant;
use crate::service::Activity;

/// The parameters of a log's query.
pub const AUDIT: &[Parameter] = &[
    Parameter::optional("q", Shape::Search, "Whole words of actor, action and target. All must match."),
    Parameter::optional("action", Shape::Text(80), "Exactly this action, such as `tenant.create`."),
    Parameter::optional("outcome", Shape::Text(20), "`ok`, `denied` or `failed`."),
    Parameter::optional(
        "actorEmail",
        Shape::Text(320),
        "Actions of the person the log knows by this address, whatever their address was then.",
    ),
    Parameter::optional("since", Shape::Text(40), "At or after this RFC 3339 time."),
    Parameter::optional("before", Shape::Text(40), "Before this RFC 3339 time."),
];

pub fn routes(activity: &Activity) -> Routes {
    let op = |summary| Operation::new("Audit", summary);
    Routes::new(Mount::Api)
        .get("/api/tenants/{slug}/audit", tenant_audit)
        .doc(op("A tenant's audit log").list::<RecordView>())
        .get("/api/audit", platform_audit)
        .doc(op("The audit log of all tenants and the platform").list::<RecordView>())
        .with_state(activity.clone())
}

/// The query of a log.
#[derive(Debug, Default, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct AuditQuery {
    pub q: Option<String>,
    pub action: Option<String>,
    pub outcome: Option<String>,
    pub actor_email: Option<String>,
    pub since: Option<String>,
    pub before: Option<String>,
    #[serde(flatten)]
    pub list: ListQuery,
}

impl Parameters for AuditQuery {
    const TABLES: Tables = &[AUDIT, PAGING];
}

/// The words of `outcome`.
const OUTCOMES: [&str; 3] = ["ok", "denied", "failed"];

impl AuditQuery {
    /// The filter, every bad part of it named. An address means whom the log knows by it.
    pub async fn filter(&self, activity: &Activity) -> Result<audit::AuditFilter, Failure> {
        let mut errors = Vec::new();
        let given = |text: &Option<String>| text.clone().filter(|text| !text.trim().is_empty());
        let mut time = |field: &str, text: &Option<String>| {
            let text = given(text)?;
            let time = Timestamp::parse(text.trim());
            if time.is_none() {
                errors.push(FieldError::of(field, "invalid", "input-time"));
            }
            time
        };
        let (since, before) = (time("since", &self.since), time("before", &self.before));
        let outcome = given(&self.outcome);
        if outcome.as_deref().is_some_and(|word| !OUTCOMES.contains(&word)) {
            let message = Message::new("input-one-of").with("words", OUTCOMES.join(", "));
            errors.push(FieldError::new("outcome", "unknown_value", message));
        }
        let filter = audit::AuditFilter {
            q: given(&self.q),
            action: given(&self.action),
            outcome,
            actors: activity.known_as(given(&self.actor_email).as_deref()).await?,
            since,
            before,
            told_once: &[],
        };
        if errors.is_empty() { Ok(filter) } else { Err(Failure::invalid(errors)) }
    }
}

/// One audit record.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
struct RecordView {
    id: String,
    /// The tenant's ID, or `platform`.
    chain: String,
    seq: i64,
    at: String,
    actor_kind: String,
    actor_id: Option<String>,
    /// The person's email address at the time.
    actor_email: Option<String>,
    /// False if that address was unverified; null if it isn't known.
    actor_email_verified: Option<bool>,
    actor_name: Option<String>,
    on_behalf_of: Option<String>,
    action: String,
    target_kind: String,
    target_id: String,
    target_name: String,
    outcome: String,
    #[schema(value_type = Option<Object>)]
    before: Option<Value>,
    #[schema(value_type = Option<Object>)]
    after: Option<Value>,
    address: Option<String>,
    user_agent: Option<String>,
    request_id: Option<String>,
    hash: String,
}

fn record_view(record: audit::Record) -> RecordView {
    RecordView {
        id: record.id,
        chain: record.chain,
        seq: record.seq,
        at: record.at.to_string(),
        actor_kind: record.actor_kind,
        actor_id: record.actor_id,
        actor_email: record.actor_email,
        actor_email_verified: record.actor_email_verified,
        actor_name: record.actor_name,
        on_behalf_of: record.on_behalf_of,
        action: record.action,
        target_kind: record.target_kind,
        target_id: record.target_id,
        target_name: record.target_name,
        outcome: record.outcome,
        before: record.before,
        after: record.after,
        address: record.address,
        user_agent: record.user_agent,
        request_id: record.request_id,
        hash: record.hash,
    }
}

async fn tenant_audit(
    Right(by): Right<ViewTenantAudit>,
    State(activity): State<Activity>,
    Query(query): Query<AuditQuery>,
) -> Result<Json<Listed<RecordView>>, Failure> {
    let (limit, cursor) = query.list.read()?;
    let filter = query.filter(&activity).await?;
    let page = of_tenant(&activity.platform.db, &by, &filter, cursor.as_ref(), limit).await?;
    Ok(Json(listed(page.map(record_view))))
}

async fn platform_audit(
    Right(by): Right<ViewPlatformAudit>,
    State(activity): State<Activity>,
    Query(query): Query<AuditQuery>,
) -> Result<Json<Listed<RecordView>>, Failure> {
    let (limit, cursor) = query.list.read()?;
    let filter = query.filter(&activity).await?;
    let page = activity.platform_page(&by, &filter, cursor.as_ref(), limit).await?;
    Ok(Json(listed(page.map(record_view))))
}
