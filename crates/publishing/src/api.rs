//! Publishing a domain's records, as JSON.

use access::ManageDomains;
use axum::Json;
use axum::extract::{Path, State};
use domains::{At, DomainView};
use mail_dns::publish::{Act, Item};
use serde::Serialize;
use utoipa::ToSchema;
use web::openapi::Operation;
use web::{Failure, JsonBody, Mount, Right, Routes};

use crate::connect::Offer;
use crate::input;
use crate::model::Plan;
use crate::service::Publishing;

pub fn routes(publishing: &Publishing) -> Routes {
    let op = |summary| Operation::new("Domains", summary);
    Routes::new(Mount::Api)
        .post("/api/tenants/{slug}/domains/{name}/publish/plan", plan)
        .doc(
            op("What publishing its records would change in the zone")
                .body(input::PUBLISH_PLAN)
                .answer::<PublishPlanView>(200),
        )
        .post("/api/tenants/{slug}/domains/{name}/publish", publish)
        .doc(op("Publish exactly what a plan lists").body(input::PUBLISH).answer::<DomainView>(200))
        .with_state(publishing.clone())
}

/// What publishing does with one record.
#[derive(Serialize, ToSchema)]
struct PublishedView {
    /// Its purpose: `mx`, `spf`, `dkim`, ...
    purpose: String,
    name: String,
    #[serde(rename = "type")]
    kind: String,
    value: String,
    /// `add`, `replace`, `right` (nothing to do) or `left` (left unchanged).
    act: &'static str,
    /// Why it is left unchanged, as a stable word.
    reason: Option<&'static str>,
    /// The record it replaces, which Dezky published before.
    replaces: Vec<String>,
    /// The records found in its place or beside it.
    found: Vec<String>,
}

impl From<&Item> for PublishedView {
    fn from(item: &Item) -> Self {
        let texts = |all: &[kernel::dns::Data]| all.iter().map(mail_dns::show).collect();
        let expected = &item.expected;
        Self {
            purpose: expected.purpose.as_str().to_owned(),
            name: expected.name.to_string(),
            kind: expected.data.kind().as_str().to_owned(),
            value: mail_dns::show(&expected.data),
            act: item.act.as_str(),
            reason: match &item.act {
                Act::Left(reason) => Some(reason.as_str()),
                _ => None,
            },
            replaces: match &item.act {
                Act::Replace(gone) => texts(gone),
                _ => Vec::new(),
            },
            found: texts(&item.found),
        }
    }
}

/// A DNS host that publishes the records once its customer agrees.
#[derive(Serialize, ToSchema)]
struct OfferView {
    host: String,
    /// The address to open in a browser.
    link: String,
}

/// The changes that publishing would make.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
struct PublishPlanView {
    /// Send it to `/publish` to make exactly these changes.
    hash: String,
    zone: String,
    /// Where the zone is updated.
    server: String,
    changes: Vec<PublishedView>,
    domain_connect: Option<OfferView>,
}

fn plan_view(plan: &Plan, offer: Option<Offer>) -> Json<PublishPlanView> {
    Json(PublishPlanView {
        hash: plan.hash.clone(),
        zone: plan.primary.zone.to_string(),
        server: plan.primary.server.clone(),
        changes: plan.items.iter().map(PublishedView::from).collect(),
        domain_connect: offer.map(|Offer { host, link }| OfferView { host, link }),
    })
}

async fn plan(
    Right(by): Right<ManageDomains>,
    State(publishing): State<Publishing>,
    Path(at): Path<At>,
    body: JsonBody,
) -> Result<Json<PublishPlanView>, Failure> {
    let input = body.input(input::PUBLISH_PLAN);
    let server = input.text("server");
    input.finish(Some(())).map_err(Failure::invalid)?;
    let name = at.name()?;
    let plan = publishing.plan(&by, &name, server.as_deref()).await?;
    let offer = publishing.connect_offer(&by, &name, &plan).await?;
    Ok(plan_view(&plan, offer))
}

async fn publish(
    Right(by): Right<ManageDomains>,
    State(publishing): State<Publishing>,
    Path(at): Path<At>,
    body: JsonBody,
) -> Result<Json<DomainView>, Failure> {
    let order = input::order(body.input(input::PUBLISH)).map_err(Failure::invalid)?;
    Ok(Json(DomainView::from(&publishing.publish(&by, &at.name()?, &order).await?)))
}
