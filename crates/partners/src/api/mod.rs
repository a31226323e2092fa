//! `/api/partners`, as JSON.

pub mod own;
mod view;

use access::{ManagePartner, ManagePartners, PartnerStatus};
use axum::Json;
use axum::extract::{Path, State};
use axum::http::{Method, StatusCode, header};
use axum::response::{IntoResponse, Response};
use kernel::input::Shape;
use kernel::{FieldError, Slug};
use serde::Deserialize;
use tenants::TenantFilter;
use web::openapi::Operation;
use web::{
    Failure, JsonBody, ListQuery, Listed, Mount, PAGING, Parameter, Parameters, Query, Right, Routes, Tables,
    Version, listed,
};

use crate::error::Error;
use crate::input;
use crate::reads::{PartnerFilter, Summary};
use crate::service::Partners;
use view::{CustomerView, PartnerView};

const ALL: &str = "/api/partners";
const ONE: &str = "/api/partners/{partner}";
const CUSTOMERS: &str = "/api/partners/{partner}/tenants";
const CUSTOMER: &str = "/api/partners/{partner}/tenants/{tenant}";

pub fn routes(partners: &Partners) -> Routes {
    let op = |summary| Operation::new("Partners", summary);
    let routes = Routes::new(Mount::Api)
        .get(ALL, list)
        .doc(op("The partners").list::<PartnerView>())
        .post(ALL, create)
        .doc(op("Create a partner").body(input::CREATE).answer::<PartnerView>(201))
        .get(ONE, show)
        .doc(op("A partner").answer::<PartnerView>(200))
        .on(&Method::PATCH, ONE, update)
        .doc(
            op("Change a partner. Send `If-Match` to detect changes in between")
                .body(input::CHANGE)
                .answer::<PartnerView>(200),
        )
        .on(&Method::DELETE, ONE, terminate)
        .doc(op("End a partner. Its customers stay until you detach them").answer::<PartnerView>(200))
        .post("/api/partners/{partner}/suspend", suspend)
        .doc(op("Suspend a partner: its staff lose access at once").answer::<PartnerView>(200))
        .post("/api/partners/{partner}/resume", resume)
        .doc(op("Resume a suspended partner").answer::<PartnerView>(200))
        .get(CUSTOMERS, customers)
        .doc(op("The customers of a partner").list::<CustomerView>())
        .post(CUSTOMERS, attach)
        .doc(op("Attach a tenant to a partner").body(input::ATTACH).answer::<CustomerView>(200))
        .on(&Method::DELETE, CUSTOMER, detach)
        .doc(op("Detach a tenant from its partner"));
    routes.with_state(partners.clone())
}

/// The parameters of the query.
const FILTERS: &[Parameter] = &[
    Parameter::optional("q", Shape::Search, "Part of name, slug or domain."),
    Parameter::optional("status", Shape::Text(20), "`active`, `suspended` or `terminated`."),
];

/// The query of the list of partners.
#[derive(Debug, Default, Deserialize)]
pub(crate) struct PartnerQuery {
    pub q: Option<String>,
    pub status: Option<String>,
    #[serde(flatten)]
    pub list: ListQuery,
}

impl Parameters for PartnerQuery {
    const TABLES: Tables = &[FILTERS, PAGING];
}

fn unknown(field: &str) -> Failure {
    Failure::invalid(vec![FieldError::of(field, "unknown_value", "input-unknown-value")])
}

/// What a part of a query says, without an empty one as forms send it.
fn given(text: Option<&String>) -> Option<&str> {
    text.map(|text| text.trim()).filter(|text| !text.is_empty())
}

impl PartnerQuery {
    /// The filter; a state that nobody knows is a mistake.
    pub(crate) fn filter(&self) -> Result<PartnerFilter, Failure> {
        let status = match given(self.status.as_ref()) {
            Some(word) => Some(PartnerStatus::parse(word).ok_or_else(|| unknown("status"))?),
            None => None,
        };
        Ok(PartnerFilter { q: given(self.q.as_ref()).map(str::to_owned), status })
    }
}

/// The parameters of a list of customers.
const OF_CUSTOMERS: &[Parameter] =
    &[Parameter::optional("q", Shape::Search, "Part of name, slug or domain.")];

/// The query of a list of customers.
#[derive(Debug, Default, Deserialize)]
pub(crate) struct CustomerQuery {
    pub q: Option<String>,
    #[serde(flatten)]
    pub list: ListQuery,
}

impl Parameters for CustomerQuery {
    const TABLES: Tables = &[OF_CUSTOMERS, PAGING];
}

impl CustomerQuery {
    /// The filter.
    pub(crate) fn filter(&self) -> TenantFilter {
        TenantFilter { q: given(self.q.as_ref()).map(str::to_owned), ..TenantFilter::default() }
    }
}

fn answer(status: StatusCode, summary: &Summary) -> Response {
    (status, Version::tag(summary.partner.version), Json(PartnerView::from(summary))).into_response()
}

async fn list(
    Right(by): Right<ManagePartners>,
    State(partners): State<Partners>,
    Query(query): Query<PartnerQuery>,
) -> Result<Json<Listed<PartnerView>>, Failure> {
    let (limit, cursor) = query.list.read()?;
    let page = partners.page(&by, &query.filter()?, cursor.as_ref(), limit).await?;
    Ok(Json(listed(page.map(|summary| PartnerView::from(&summary)))))
}

async fn create(
    Right(by): Right<ManagePartners>,
    State(partners): State<Partners>,
    body: JsonBody,
) -> Result<Response, Failure> {
    let new = input::new_partner(body.input(input::CREATE)).map_err(Failure::invalid)?;
    let made = partners.create(&by, new).await?;
    let place = [(header::LOCATION, format!("/api/partners/{}", made.slug))];
    let summary = partners.fresh(&by, made).await?;
    Ok((place, answer(StatusCode::CREATED, &summary)).into_response())
}

async fn show(
    Right(by): Right<ManagePartner>,
    State(partners): State<Partners>,
) -> Result<Response, Failure> {
    Ok(answer(StatusCode::OK, &partners.details(&by).await?))
}

async fn update(
    Right(by): Right<ManagePartner>,
    State(partners): State<Partners>,
    version: Version,
    body: JsonBody,
) -> Result<Response, Failure> {
    let change = input::partner_change(body.input(input::CHANGE)).map_err(Failure::invalid)?;
    partners.update(&by, change, version.expected()).await?;
    Ok(answer(StatusCode::OK, &partners.details(&by).await?))
}

async fn terminate(
    Right(by): Right<ManagePartner>,
    State(partners): State<Partners>,
) -> Result<Response, Failure> {
    partners.terminate(&by).await?;
    Ok(answer(StatusCode::OK, &partners.details(&by).await?))
}

async fn suspend(
    Right(by): Right<ManagePartner>,
    State(partners): State<Partners>,
) -> Result<Response, Failure> {
    partners.suspend(&by).await?;
    Ok(answer(StatusCode::OK, &partners.details(&by).await?))
}

async fn resume(
    Right(by): Right<ManagePartner>,
    State(partners): State<Partners>,
) -> Result<Response, Failure> {
    partners.resume(&by).await?;
    Ok(answer(StatusCode::OK, &partners.details(&by).await?))
}

async fn customers(
    Right(by): Right<ManagePartner>,
    State(partners): State<Partners>,
    Query(query): Query<CustomerQuery>,
) -> Result<Json<Listed<CustomerView>>, Failure> {
    let (limit, cursor) = query.list.read()?;
    let page = partners.customers(&by, &query.filter(), cursor.as_ref(), limit).await?;
    Ok(Json(listed(page.map(|details| CustomerView::from(&details.tenant)))))
}

async fn attach(
    Right(by): Right<ManagePartner>,
    State(partners): State<Partners>,
    body: JsonBody,
) -> Result<Json<CustomerView>, Failure> {
    let mut input = body.input(input::ATTACH);
    let slug = input.parse::<Slug>("slug");
    let slug = input.finish(slug).map_err(Failure::invalid)?;
    Ok(Json(CustomerView::from(&partners.attach(&by, &slug).await?)))
}

/// The path of a customer.
#[derive(Deserialize)]
pub(crate) struct Customer {
    tenant: String,
}

impl Customer {
    /// The slug; a text that is none names nothing.
    pub(crate) fn slug(&self) -> Result<Slug, Error> {
        self.tenant.parse().map_err(|_| Error::NoSuchCustomer)
    }
}

async fn detach(
    Right(by): Right<ManagePartner>,
    State(partners): State<Partners>,
    Path(at): Path<Customer>,
) -> Result<StatusCode, Failure> {
    partners.detach(&by, &at.slug()?).await?;
    Ok(StatusCode::NO_CONTENT)
}
