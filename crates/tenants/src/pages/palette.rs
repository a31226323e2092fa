//! What the command palette finds on the server [O2].

use access::{ListTenants, OwnAccount};
use axum::Json;
use axum::extract::State;
use kernel::input::Shape;
use kernel::name::search_key;
use serde::Deserialize;
use serde_json::{Value, json};
use web::ui::Icon;
use web::{Failure, Parameter, Parameters, Query, Right, Tables};

use crate::read::Filter;
use crate::service::Tenants;

/// The parameters of the query.
const PARAMETERS: &[Parameter] = &[Parameter::optional("q", Shape::Search, "What to look for.")];

#[derive(Deserialize)]
pub struct Search {
    q: Option<String>,
}

impl Parameters for Search {
    const TABLES: Tables = &[PARAMETERS];
}

const MOST: u64 = 8;

pub async fn of_operator(
    Right(list): Right<ListTenants>,
    State(tenants): State<Tenants>,
    Query(search): Query<Search>,
) -> Result<Json<Value>, Failure> {
    let Some(q) = search.q.map(|q| q.trim().to_owned()).filter(|q| !q.is_empty()) else {
        return Ok(Json(json!([])));
    };
    let filter = Filter { q: Some(q.chars().take(100).collect()), ..Filter::default() };
    let page = tenants.page(&list, &filter, None, MOST).await?;
    let found = page.items.iter().map(|details| {
        let tenant = &details.tenant;
        json!({
            "label": tenant.name, "hint": tenant.slug, "href": format!("/tenants/{}", tenant.slug),
            "icon": Icon::Tenant.name(),
        })
    });
    Ok(Json(found.collect()))
}

pub async fn of_member(Right(own): Right<OwnAccount>, Query(search): Query<Search>) -> Json<Value> {
    let q = search_key(&search.q.unwrap_or_default());
    let own = own.actor().standing.tenants.iter().filter(|standing| {
        !q.is_empty()
            && search_key(&standing.tenant.name).contains(&q)
            && standing.role != access::TenantRole::Member
    });
    let found = own.map(|standing| {
        let tenant = &standing.tenant;
        json!({
            "label": tenant.name, "hint": tenant.slug, "href": format!("/admin/{}", tenant.slug),
            "icon": Icon::Tenant.name(),
        })
    });
    Json(found.collect())
}
