//! `/api/partner`: the partner that the caller works for, as JSON.

use access::{Customers, PartnerRole, ViewCustomers, ViewPartner};
use axum::Json;
use axum::extract::State;
use web::openapi::Operation;
use web::{Failure, Listed, Mount, Query, Right, Routes, listed};

use super::CustomerQuery;
use super::view::{CustomerView, OwnPartnerView};
use crate::model::reach;
use crate::service::Partners;

pub fn routes(partners: &Partners) -> Routes {
    let op = |summary| Operation::new("Your partner", summary);
    Routes::new(Mount::Api)
        .get("/api/partner", show)
        .doc(op("The partner you work for").answer::<OwnPartnerView>(200))
        .get("/api/partner/tenants", customers)
        .doc(op("The customers you reach").list::<CustomerView>())
        .with_state(partners.clone())
}

async fn show(
    Right(by): Right<ViewPartner>,
    State(partners): State<Partners>,
) -> Result<Json<OwnPartnerView>, Failure> {
    let partner = partners.details(&by).await?.partner;
    let own = by.actor().rights.partners.iter().find(|own| own.partner.id == partner.id);
    let role = own.map(|own| own.role).map_or("", PartnerRole::as_str);
    let reach = own.map_or(reach(&Customers::Chosen(Vec::new())), |own| reach(&own.customers));
    Ok(Json(OwnPartnerView::of(partner, role, reach)))
}

async fn customers(
    Right(by): Right<ViewCustomers>,
    State(partners): State<Partners>,
    Query(query): Query<CustomerQuery>,
) -> Result<Json<Listed<CustomerView>>, Failure> {
    let (limit, cursor) = query.list.read()?;
    let page = partners.customers(&by, &query.filter(), cursor.as_ref(), limit).await?;
    Ok(Json(listed(page.map(|details| CustomerView::from(&details.tenant)))))
}
