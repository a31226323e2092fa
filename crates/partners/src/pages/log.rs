//! What was done with a partner and its staff. That a customer is attached or detached stands in the customer's own log.

use access::{Granted, ManagePartner, ViewPlatformAudit};
use activity::PageQuery;
use axum::extract::State;
use kernel::PartnerId;
use maud::Markup;
use web::{Failure, Query, Right, View};

use super::{head, place};
use crate::service::Partners;

pub async fn show(
    Right(by): Right<ManagePartner>,
    State(partners): State<Partners>,
    Query(query): Query<PageQuery>,
    view: View,
) -> Result<Markup, Failure> {
    let partner = partners.details(&by).await?.partner;
    let log = Granted::<ViewPlatformAudit>::prove(&partners.platform.db, by.actor(), &Vec::new()).await?;
    let path = format!("{}/audit", place(partner.slug.as_str()));
    let content = partners.activity.log_about(&log, &view, (path, &word_of(partner.id)), &query).await?;
    Ok(view.page(&partner.name, &head(&view, &partner, "audit", Markup::default()), &content))
}

/// The letters of its id: what is done to its staff is named by both ids, and the log knows the words of a name.
fn word_of(partner: PartnerId) -> String {
    let id = partner.to_string();
    id.split_once('_').map_or(id.clone(), |(_, letters)| letters.to_owned())
}
