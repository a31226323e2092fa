//! `/api/tenants/{slug}/domains`, as JSON.

use access::{ManageDomains, ManageTenant, ViewAllDomains};
use axum::Json;
use axum::extract::{Path, State};
use axum::http::{Method, StatusCode, header};
use axum::response::{IntoResponse, Response};
use kernel::input::Shape;
use kernel::{DomainName, FieldError};
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};
use utoipa::ToSchema;
use web::openapi::Operation;
use web::{
    Failure, JsonBody, ListQuery, Listed, Mount, PAGING, Parameter, Parameters, Query, Right, Routes, Tables,
    listed,
};

use crate::error::Error;
use crate::input;
use crate::model::{Domain, Finding};
use crate::service::Domains;
use crate::store::{DomainFilter, Shown, parse_state};

pub fn routes(domains: &Domains) -> Routes {
    let op = |summary| Operation::new("Domains", summary);
    let all = op("The domains of all tenants").list::<DomainView>();
    Routes::new(Mount::Api)
        .get("/api/domains", all_of_them)
        .doc(all)
        .get("/api/tenants/{slug}/domains", list)
        .doc(op("The domains of a tenant").answer::<DomainsView>(200))
        .post("/api/tenants/{slug}/domains", add)
        .doc(op("Claim a domain").body(input::ADD).answer::<DomainView>(201))
        .get("/api/tenants/{slug}/domains/{name}", show)
        .doc(op("A domain and the state of its records").answer::<DomainView>(200))
        .on(&Method::DELETE, "/api/tenants/{slug}/domains/{name}", remove)
        .doc(op("Remove an unused domain"))
        .get("/api/tenants/{slug}/domains/{name}/zone", zone)
        .doc(op("The expected records, as a zone file (BIND)").file("text/dns"))
        .post("/api/tenants/{slug}/domains/{name}/recheck", recheck)
        .doc(op("Check its records now").answer::<DomainView>(200))
        .post("/api/tenants/{slug}/domains/{name}/dmarc", dmarc)
        .doc(op("Set its DMARC policy").body(input::DMARC).answer::<DomainView>(200))
        .post("/api/tenants/{slug}/domains/{name}/primary", primary)
        .doc(op("Make it the primary domain").answer::<DomainView>(200))
        .post("/api/tenants/{slug}/domains/{name}/vouch", vouch)
        .doc(op("Vouch for a domain as an operator").answer::<DomainView>(200))
        .with_state(domains.clone())
}

/// One expected record.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
struct DomainRecordView {
    /// Its purpose: `mx`, `spf`, `dkim`, ...
    purpose: String,
    /// Mail doesn't work properly without it.
    needed: bool,
    name: String,
    #[serde(rename = "type")]
    kind: String,
    value: String,
    /// `ok`, `missing`, `mismatch`, `conflict` or `error` (no answer).
    verdict: String,
    found: Vec<String>,
    /// The result, as a stable word.
    advice: String,
    /// The values of the result.
    #[schema(value_type = Object)]
    values: Value,
}

impl From<&Finding> for DomainRecordView {
    fn from(finding: &Finding) -> Self {
        let finding = finding.clone();
        Self {
            purpose: finding.purpose,
            needed: finding.needed,
            name: finding.name,
            kind: finding.kind,
            value: finding.value,
            verdict: finding.verdict,
            found: finding.found,
            advice: finding.code,
            values: json!(finding.values),
        }
    }
}

/// A mail domain.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct DomainView {
    id: String,
    name: String,
    /// The name in Unicode.
    unicode: String,
    /// The ID of the workspace.
    tenant_id: String,
    /// `pending`, `verified` or `attention`.
    state: String,
    state_since: String,
    /// `dns` or `vouched`; null while ownership isn't proven.
    proof: Option<String>,
    proven_at: Option<String>,
    /// Why nothing is set up in the mail server yet: `awaiting_ownership`.
    reason: Option<String>,
    /// `none`, `quarantine` or `reject`; null keeps the mail server's policy.
    dmarc_policy: Option<String>,
    records: Vec<DomainRecordView>,
    /// The servers asked last.
    asked: Vec<String>,
    dns_host: Option<String>,
    checked_at: Option<String>,
    /// When the claim expires if it isn't proven.
    lapses_at: Option<String>,
    /// When its removal began.
    removing_at: Option<String>,
    /// Why the mail server refused to remove it at the last attempt.
    refusal: Option<String>,
    created_at: String,
}

impl From<&Domain> for DomainView {
    fn from(domain: &Domain) -> Self {
        Self {
            id: domain.id.to_string(),
            name: domain.name.to_string(),
            unicode: domain.name.unicode(),
            tenant_id: domain.tenant.to_string(),
            state: domain.state.as_str().to_owned(),
            state_since: domain.state_since.to_string(),
            proof: domain.proven.map(|(proof, _)| proof.as_str().to_owned()),
            proven_at: domain.proven.map(|(_, at)| at.to_string()),
            reason: (!domain.is_proven()).then(|| "awaiting_ownership".to_owned()),
            dmarc_policy: domain.policy.map(|policy| policy.to_string()),
            records: domain.findings.iter().map(DomainRecordView::from).collect(),
            asked: domain.asked.clone(),
            dns_host: domain.host.clone(),
            checked_at: domain.checked_at.map(|at| at.to_string()),
            lapses_at: domain.lapses_at.map(|at| at.to_string()),
            removing_at: domain.removing_at.map(|at| at.to_string()),
            refusal: domain.refusal.as_ref().map(|error| error.said.clone()),
            created_at: domain.created_at.to_string(),
        }
    }
}

/// The domains of a tenant.
#[derive(Serialize, ToSchema)]
struct DomainsView {
    /// All domains, sorted by name.
    items: Vec<DomainView>,
}

/// The path of one domain.
#[derive(Deserialize)]
pub struct At {
    name: String,
}

impl At {
    /// The name; a text that is none names no domain.
    pub fn name(&self) -> Result<DomainName, Error> {
        self.name.parse().map_err(|_| Error::NotFound)
    }
}

/// The parameters of the query.
const FILTERS: &[Parameter] = &[
    Parameter::optional("q", Shape::Search, "Part of the name."),
    Parameter::optional("state", Shape::Text(20), "`pending`, `verified` or `attention`."),
];

/// The query of the list across tenants.
#[derive(Debug, Default, Deserialize)]
pub struct DomainQuery {
    pub q: Option<String>,
    pub state: Option<String>,
    #[serde(flatten)]
    pub list: ListQuery,
}

impl Parameters for DomainQuery {
    const TABLES: Tables = &[FILTERS, PAGING];
}

impl DomainQuery {
    /// The filter. Empty parts, as forms send them, are left out.
    pub fn filter(&self) -> Result<DomainFilter, Failure> {
        let given = |text: &Option<String>| text.clone().filter(|text| !text.is_empty());
        let word = given(&self.state);
        let state = word.as_deref().and_then(parse_state);
        if word.is_some() && state.is_none() {
            let bad = FieldError::of("state", "unknown_value", "input-unknown-value");
            return Err(Failure::invalid(vec![bad]));
        }
        Ok(DomainFilter { q: given(&self.q), state, shown: None })
    }

    /// The same for the page, whose filter means what its column shows.
    pub fn shown(&self) -> Result<DomainFilter, Failure> {
        let given = |text: &Option<String>| text.clone().filter(|text| !text.is_empty());
        let word = given(&self.state);
        let shown = word.as_deref().and_then(|word| Shown::ALL.into_iter().find(|(known, _)| *known == word));
        if word.is_some() && shown.is_none() {
            let bad = FieldError::of("state", "unknown_value", "input-unknown-value");
            return Err(Failure::invalid(vec![bad]));
        }
        Ok(DomainFilter { q: given(&self.q), state: None, shown: shown.map(|(_, shown)| shown) })
    }
}

async fn all_of_them(
    Right(by): Right<ViewAllDomains>,
    State(domains): State<Domains>,
    Query(query): Query<DomainQuery>,
) -> Result<Json<Listed<DomainView>>, Failure> {
    let (limit, cursor) = query.list.read()?;
    let page = domains.page(&by, &query.filter()?, cursor.as_ref(), limit).await?;
    Ok(Json(listed(page.map(|domain| DomainView::from(&domain)))))
}

async fn list(
    Right(by): Right<ManageDomains>,
    State(domains): State<Domains>,
) -> Result<Json<DomainsView>, Failure> {
    Ok(Json(DomainsView { items: domains.list(&by).await?.iter().map(DomainView::from).collect() }))
}

async fn add(
    Right(by): Right<ManageDomains>,
    State(domains): State<Domains>,
    body: JsonBody,
) -> Result<Response, Failure> {
    let mut input = body.input(input::ADD);
    let name = input::name(&mut input);
    let name = input.finish(name).map_err(Failure::invalid)?;
    let claim = domains.add(&by, name).await?;
    // What to publish is shown at once, and whether it is there already.
    let checked = domains.recheck(&by, &claim.name).await?;
    let place = format!("/api/tenants/{}/domains/{}", by.scope().slug, claim.name);
    Ok((StatusCode::CREATED, [(header::LOCATION, place)], Json(DomainView::from(&checked))).into_response())
}

async fn show(
    Right(by): Right<ManageDomains>,
    State(domains): State<Domains>,
    Path(at): Path<At>,
) -> Result<Json<DomainView>, Failure> {
    Ok(Json(DomainView::from(&domains.domain(&by, &at.name()?).await?)))
}

async fn remove(
    Right(by): Right<ManageDomains>,
    State(domains): State<Domains>,
    Path(at): Path<At>,
) -> Result<StatusCode, Failure> {
    domains.remove(&by, &at.name()?).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// The zone file, to be saved.
pub async fn zone(
    Right(by): Right<ManageDomains>,
    State(domains): State<Domains>,
    Path(at): Path<At>,
) -> Result<Response, Failure> {
    let domain = domains.domain(&by, &at.name()?).await?;
    let text = domains.zone_file(&domain)?;
    let headers = [
        (header::CONTENT_TYPE, "text/dns; charset=utf-8".to_owned()),
        (header::CONTENT_DISPOSITION, format!("attachment; filename=\"{}.zone\"", domain.name)),
    ];
    Ok((headers, text).into_response())
}

async fn recheck(
    Right(by): Right<ManageDomains>,
    State(domains): State<Domains>,
    Path(at): Path<At>,
) -> Result<Json<DomainView>, Failure> {
    Ok(Json(DomainView::from(&domains.recheck(&by, &at.name()?).await?)))
}

async fn dmarc(
    Right(by): Right<ManageDomains>,
    State(domains): State<Domains>,
    Path(at): Path<At>,
    body: JsonBody,
) -> Result<Json<DomainView>, Failure> {
    let mut input = body.input(input::DMARC);
    let policy = input::policy(&mut input);
    let policy = input.finish(policy).map_err(Failure::invalid)?;
    Ok(Json(DomainView::from(&domains.set_dmarc(&by, &at.name()?, policy).await?)))
}

async fn primary(
    Right(by): Right<ManageDomains>,
    State(domains): State<Domains>,
    Path(at): Path<At>,
) -> Result<Json<DomainView>, Failure> {
    Ok(Json(DomainView::from(&domains.make_primary(&by, &at.name()?).await?)))
}

async fn vouch(
    Right(by): Right<ManageTenant>,
    State(domains): State<Domains>,
    Path(at): Path<At>,
) -> Result<Json<DomainView>, Failure> {
    Ok(Json(DomainView::from(&domains.vouch(&by, &at.name()?).await?)))
}
