//! `/api/tenants` and the audit logs, as JSON.

use access::{
    CreateTenant, EditTenant, ListTenants, ManageTenant, ReconcileTenant, TenantStatus, ViewPlatformAudit,
    ViewTenant, ViewTenantAudit, may_see,
};
use axum::Json;
use axum::extract::State;
use axum::http::{Method, StatusCode, header};
use axum::response::{IntoResponse, Response};
use kernel::input::Shape;
use kernel::{FieldError, Timestamp};
use serde::{Deserialize, Serialize};
use serde_json::Value;
use utoipa::ToSchema;
use web::openapi::Operation;
use web::{
    Failure, JsonBody, ListQuery, Mount, PAGING, Parameter, Parameters, Query, Right, Routes, Tables,
    Version, listed,
};

use crate::model::Plan;
use crate::read::{Details, TenantFilter};
use crate::service::Tenants;
use crate::view::{Depth, ReconciledView, TenantView, reconciled_view, tenant_view};
use crate::{input, stopped_api};

const TENANTS: &str = "Tenants";
/// The parameters of a log's query.
pub(crate) const AUDIT: &[Parameter] = &[
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

pub(crate) fn routes(tenants: &Tenants) -> Routes {
    let op = |summary| Operation::new(TENANTS, summary);
    let list = op("The tenants you can see").list::<TenantView>();
    let routes = Routes::new(Mount::Api)
        .get("/api/tenants", list_tenants)
        .doc(list)
        .post("/api/tenants", create)
        .doc(op("Create a tenant and provision it").body(input::CREATE).answer::<TenantView>(201))
        .get("/api/tenants/{slug}", show)
        .doc(op("A tenant").answer::<TenantView>(200))
        .on(&Method::PATCH, "/api/tenants/{slug}", update)
        .doc(
            op("Change a tenant. Send `If-Match` to detect changes in between")
                .body(input::CHANGE)
                .answer::<TenantView>(200),
        )
        .on(&Method::DELETE, "/api/tenants/{slug}", terminate)
        .doc(op("End a tenant. It is purged after the grace period").answer::<TenantView>(200))
        .post("/api/tenants/{slug}/suspend", suspend)
        .doc(op("Suspend a tenant. Mail keeps arriving").answer::<TenantView>(200))
        .post("/api/tenants/{slug}/resume", resume)
        .doc(op("Resume a suspended tenant as it was").answer::<TenantView>(200))
        .post("/api/tenants/{slug}/reconcile", reconcile)
        .doc(
            op("Retry unfinished steps now. Without the right to see the tenant, the answer is the short one")
                .answer::<TenantView>(200)
                .or::<ReconciledView>(),
        )
        .get("/api/tenants/{slug}/audit", tenant_audit)
        .doc(Operation::new("Audit", "A tenant's audit log").list::<RecordView>())
        .get("/api/audit", platform_audit)
        .doc(Operation::new("Audit", "The audit log of all tenants and the platform").list::<RecordView>());
    stopped_api::add(routes).with_state(tenants.clone())
}

/// The parameters of the query.
const OF_TENANT: &[Parameter] = &[
    Parameter::optional("q", Shape::Search, "Part of name, slug or domain."),
    Parameter::optional(
        "status",
        Shape::Text(20),
        "`pending`, `active`, `suspended`, `terminated` or `purged`.",
    ),
    Parameter::optional("plan", Shape::Text(40), "The plan."),
    Parameter::optional("partnerId", Shape::Text(60), "The partner."),
    Parameter::optional("health", Shape::Text(20), "`failing` for tenants with something failing now."),
];

/// The query of a list of tenants.
#[derive(Debug, Default, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct TenantQuery {
    pub q: Option<String>,
    pub status: Option<String>,
    pub plan: Option<String>,
    pub partner_id: Option<String>,
    pub health: Option<String>,
    #[serde(flatten)]
    pub list: ListQuery,
}

impl Parameters for TenantQuery {
    const TABLES: Tables = &[OF_TENANT, PAGING];
}

impl TenantQuery {
    /// The filter, every bad part of it named. Empty parts, as forms send them, are left out.
    pub(crate) fn filter(&self) -> Result<TenantFilter, Failure> {
        let mut errors = Vec::new();
        let mut bad =
            |field: &str| errors.push(FieldError::new(field, "unknown_value", "This value doesn't exist."));
        let given = |text: &Option<String>| text.clone().filter(|text| !text.trim().is_empty());
        let mut filter = TenantFilter {
            q: given(&self.q).map(|q| q.trim().chars().take(100).collect()),
            ..TenantFilter::default()
        };
        if let Some(word) = given(&self.status) {
            filter.status = TenantStatus::parse(&word);
            if filter.status.is_none() {
                bad("status");
            }
        }
        if let Some(word) = given(&self.plan) {
            filter.plan = Plan::parse(&word);
            if filter.plan.is_none() {
                bad("plan");
            }
        }
        if let Some(id) = given(&self.partner_id) {
            filter.partner = id.parse().ok();
            if filter.partner.is_none() {
                bad("partnerId");
            }
        }
        match given(&self.health).as_deref() {
            None => {}
            Some("failing") => filter.failing = true,
            Some(_) => bad("health"),
        }
        if errors.is_empty() { Ok(filter) } else { Err(Failure::invalid(errors)) }
    }
}

fn depth_of(actor: &access::Actor, details: &Details) -> Depth {
    if actor.is_operator() {
        return Depth::Operator;
    }
    if may_see::<ViewTenant>(actor, &details.tenant.reference()) { Depth::Admin } else { Depth::Member }
}

fn answer(status: StatusCode, actor: &access::Actor, details: &Details) -> Response {
    let view = tenant_view(details, depth_of(actor, details));
    let version = Version::tag(view.version);
    (status, version, Json(view)).into_response()
}

async fn list_tenants(
    Right(list): Right<ListTenants>,
    State(tenants): State<Tenants>,
    Query(query): Query<TenantQuery>,
) -> Result<Json<Value>, Failure> {
    let (limit, cursor) = query.list.read()?;
    let page = tenants.page(&list, &query.filter()?, cursor.as_ref(), limit).await?;
    let views = page.map(|details| tenant_view(&details, depth_of(list.actor(), &details)));
    Ok(Json(listed(&views)))
}

async fn create(
    Right(by): Right<CreateTenant>,
    State(tenants): State<Tenants>,
    body: JsonBody,
) -> Result<Response, Failure> {
    let new = input::new_tenant(body.input(input::CREATE)).map_err(Failure::invalid)?;
    let tenant = tenants.create(&by, new).await?;
    tenants.settle(tenant.id).await?;
    let details = tenants.fresh(tenant.id).await?;
    let location = [(header::LOCATION, format!("/api/tenants/{}", details.tenant.slug))];
    Ok((location, answer(StatusCode::CREATED, by.actor(), &details)).into_response())
}

async fn show(Right(by): Right<ViewTenant>, State(tenants): State<Tenants>) -> Result<Response, Failure> {
    Ok(answer(StatusCode::OK, by.actor(), &tenants.details(&by).await?))
}

async fn update(
    Right(by): Right<EditTenant>,
    State(tenants): State<Tenants>,
    version: Version,
    body: JsonBody,
) -> Result<Response, Failure> {
    let change = input::tenant_change(body.input(input::CHANGE)).map_err(Failure::invalid)?;
    tenants.update(&by, change, version.expected()).await?;
    tenants.settle(by.tenant()).await?;
    Ok(answer(StatusCode::OK, by.actor(), &tenants.details(&by).await?))
}

async fn terminate(
    Right(by): Right<ManageTenant>,
    State(tenants): State<Tenants>,
) -> Result<Response, Failure> {
    tenants.terminate(&by).await?;
    tenants.settle(by.tenant()).await?;
    Ok(answer(StatusCode::OK, by.actor(), &tenants.details(&by).await?))
}

async fn suspend(
    Right(by): Right<ManageTenant>,
    State(tenants): State<Tenants>,
) -> Result<Response, Failure> {
    tenants.suspend(&by).await?;
    tenants.settle(by.tenant()).await?;
    Ok(answer(StatusCode::OK, by.actor(), &tenants.details(&by).await?))
}

async fn resume(Right(by): Right<ManageTenant>, State(tenants): State<Tenants>) -> Result<Response, Failure> {
    tenants.resume(&by).await?;
    tenants.settle(by.tenant()).await?;
    Ok(answer(StatusCode::OK, by.actor(), &tenants.details(&by).await?))
}

async fn reconcile(
    Right(by): Right<ReconcileTenant>,
    State(tenants): State<Tenants>,
) -> Result<Response, Failure> {
    tenants.reconcile(&by).await?;
    tenants.settle(by.tenant()).await?;
    let details = tenants.details(&by).await?;
    // To try again isn't to see: a partner's staff hold the one right without the other.
    if may_see::<ViewTenant>(by.actor(), by.scope()) {
        return Ok(answer(StatusCode::OK, by.actor(), &details));
    }
    Ok(Json(reconciled_view(&details)).into_response())
}

/// The query of a log.
#[derive(Debug, Default, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct AuditQuery {
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

impl AuditQuery {
    /// The filter, every bad part of it named. An address means whom the log knows by it.
    pub(crate) async fn filter(&self, tenants: &Tenants) -> Result<audit::AuditFilter, Failure> {
        let mut errors = Vec::new();
        let given = |text: &Option<String>| text.clone().filter(|text| !text.trim().is_empty());
        let mut time = |field: &str, text: &Option<String>| {
            let text = given(text)?;
            let time = Timestamp::parse(text.trim());
            if time.is_none() {
                errors.push(FieldError::new(
                    field,
                    "invalid",
                    "Use an RFC 3339 time, such as 2026-01-31T12:00:00Z.",
                ));
            }
            time
        };
        let (since, before) = (time("since", &self.since), time("before", &self.before));
        let outcome = given(&self.outcome);
        if outcome.as_deref().is_some_and(|word| !["ok", "denied", "failed"].contains(&word)) {
            errors.push(FieldError::new("outcome", "unknown_value", "Use one of: ok, denied, failed."));
        }
        let filter = audit::AuditFilter {
            q: given(&self.q),
            action: given(&self.action),
            outcome,
            actors: tenants.known_as(given(&self.actor_email).as_deref()).await?,
            since,
            before,
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
    State(tenants): State<Tenants>,
    Query(query): Query<AuditQuery>,
) -> Result<Json<Value>, Failure> {
    let (limit, cursor) = query.list.read()?;
    let page = tenants.audit_page(&by, &query.filter(&tenants).await?, cursor.as_ref(), limit).await?;
    Ok(Json(listed(&page.map(record_view))))
}

async fn platform_audit(
    Right(by): Right<ViewPlatformAudit>,
    State(tenants): State<Tenants>,
    Query(query): Query<AuditQuery>,
) -> Result<Json<Value>, Failure> {
    let (limit, cursor) = query.list.read()?;
    let page =
        tenants.platform_audit_page(&by, &query.filter(&tenants).await?, cursor.as_ref(), limit).await?;
    Ok(Json(listed(&page.map(record_view))))
}
