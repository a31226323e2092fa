//! `/api/tenants`, as JSON.

mod view;

use access::{
    CreateTenant, EditTenant, ListTenants, ManageTenant, ReconcileTenant, TenantStatus, ViewTenant, may_see,
};
use axum::Json;
use axum::extract::State;
use axum::http::{Method, StatusCode, header};
use axum::response::{IntoResponse, Response};
use i18n::Words;
use kernel::FieldError;
use kernel::input::Shape;
use serde::Deserialize;
use tenants::{Details, Plan, TenantFilter, Tenants};
use web::openapi::Operation;
use web::{
    ApiWords, Failure, JsonBody, ListQuery, Listed, Mount, PAGING, Parameter, Parameters, Query, Right,
    Routes, Tables, Version, listed,
};

use crate::input;
use view::{Depth, ReconciledView, TenantView, reconciled_view, tenant_view};

pub(crate) fn routes(tenants: &Tenants) -> Routes {
    let op = |summary| Operation::new("Tenants", summary);
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
        );
    routes.with_state(tenants.clone())
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
            |field: &str| errors.push(FieldError::of(field, "unknown_value", "input-unknown-value"));
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

fn answer(w: &Words, status: StatusCode, actor: &access::Actor, details: &Details) -> Response {
    let view = tenant_view(w, details, depth_of(actor, details));
    let version = Version::tag(view.version);
    (status, version, Json(view)).into_response()
}

async fn list_tenants(
    Right(list): Right<ListTenants>,
    State(tenants): State<Tenants>,
    Query(query): Query<TenantQuery>,
    ApiWords(w): ApiWords,
) -> Result<Json<Listed<TenantView>>, Failure> {
    let (limit, cursor) = query.list.read()?;
    let page = tenants.page(&list, &query.filter()?, cursor.as_ref(), limit).await?;
    let views = page.map(|details| tenant_view(&w, &details, depth_of(list.actor(), &details)));
    Ok(Json(listed(views)))
}

async fn create(
    Right(by): Right<CreateTenant>,
    State(tenants): State<Tenants>,
    ApiWords(w): ApiWords,
    body: JsonBody,
) -> Result<Response, Failure> {
    let new = input::new_tenant(body.input(input::CREATE)).map_err(Failure::invalid)?;
    let made = tenants.create(&by, new).await?;
    tenants.settle(made.tenant().id).await?;
    let details = tenants.fresh(&made).await?;
    let location = [(header::LOCATION, format!("/api/tenants/{}", details.tenant.slug))];
    Ok((location, answer(&w, StatusCode::CREATED, by.actor(), &details)).into_response())
}

async fn show(
    Right(by): Right<ViewTenant>,
    State(tenants): State<Tenants>,
    ApiWords(w): ApiWords,
) -> Result<Response, Failure> {
    Ok(answer(&w, StatusCode::OK, by.actor(), &tenants.details(&by).await?))
}

async fn update(
    Right(by): Right<EditTenant>,
    State(tenants): State<Tenants>,
    version: Version,
    ApiWords(w): ApiWords,
    body: JsonBody,
) -> Result<Response, Failure> {
    let change = input::tenant_change(body.input(input::CHANGE)).map_err(Failure::invalid)?;
    tenants.update(&by, change, version.expected()).await?;
    tenants.settle(by.tenant()).await?;
    Ok(answer(&w, StatusCode::OK, by.actor(), &tenants.details(&by).await?))
}

async fn terminate(
    Right(by): Right<ManageTenant>,
    State(tenants): State<Tenants>,
    ApiWords(w): ApiWords,
) -> Result<Response, Failure> {
    tenants.terminate(&by).await?;
    tenants.settle(by.tenant()).await?;
    Ok(answer(&w, StatusCode::OK, by.actor(), &tenants.details(&by).await?))
}

async fn suspend(
    Right(by): Right<ManageTenant>,
    State(tenants): State<Tenants>,
    ApiWords(w): ApiWords,
) -> Result<Response, Failure> {
    tenants.suspend(&by).await?;
    tenants.settle(by.tenant()).await?;
    Ok(answer(&w, StatusCode::OK, by.actor(), &tenants.details(&by).await?))
}

async fn resume(
    Right(by): Right<ManageTenant>,
    State(tenants): State<Tenants>,
    ApiWords(w): ApiWords,
) -> Result<Response, Failure> {
    tenants.resume(&by).await?;
    tenants.settle(by.tenant()).await?;
    Ok(answer(&w, StatusCode::OK, by.actor(), &tenants.details(&by).await?))
}

async fn reconcile(
    Right(by): Right<ReconcileTenant>,
    State(tenants): State<Tenants>,
    ApiWords(w): ApiWords,
) -> Result<Response, Failure> {
    tenants.reconcile(&by).await?;
    tenants.settle(by.tenant()).await?;
    let details = tenants.details(&by).await?;
    // To try again isn't to see: a partner's staff hold the one right without the other.
    if may_see::<ViewTenant>(by.actor(), by.scope()) {
        return Ok(answer(&w, StatusCode::OK, by.actor(), &details));
    }
    Ok(Json(reconciled_view(&details)).into_response())
}
