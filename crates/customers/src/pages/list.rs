//! All tenants: search, filters in the address, paging.

use access::{ListTenants, TenantStatus};
use axum::extract::State;
use i18n::Words;
use kernel::cursor::Page;
use maud::{Markup, html};
use tenants::{Details, Partner, Plan};
use web::ui::{
    self, Column, Empty, Filter as Bar, FilterSelect, Icon, More, PageHead, Row, Table, empty, filter,
    link_button, state_said, table,
};
use web::{Failure, Query, Right, View};

use crate::api::TenantQuery;
use crate::service::Customers;

pub async fn show(
    Right(list): Right<ListTenants>,
    State(Customers { tenants, .. }): State<Customers>,
    Query(query): Query<TenantQuery>,
    view: View,
) -> Result<Markup, Failure> {
    let (limit, cursor) = query.list.read()?;
    let filter = query.filter()?;
    let page = tenants.outlines(&list, &filter, cursor.as_ref(), limit).await?;
    let all = if page.is_part(cursor.as_ref()) { Some(tenants.count(&list, &filter).await?) } else { None };
    let partners = tenants.partners().await?;
    Ok(render(&view, &query, &page, all, &partners))
}

fn render(
    view: &View,
    query: &TenantQuery,
    page: &Page<Details>,
    all: Option<u64>,
    partners: &[Partner],
) -> Markup {
    let w = view.words();
    let new = link_button(w.t("tenants-new"), "/tenants/new").primary().icon(Icon::Plus);
    let head = PageHead {
        title: w.t("nav-tenants"),
        summary: html! { (w.t("tenants-says")) },
        actions: html! { (new) },
        ..PageHead::default()
    };
    let columns = vec![
        Column::new(w.t("column-name")),
        Column::new(w.t("column-state")),
        Column::new(w.t("column-plan")).md(),
        Column::figure(w.t("column-seats")).md(),
        Column::new(w.t("column-partner")).lo(),
        Column::new(w.t("column-created")).lo(),
    ];
    let more = page.next.as_ref().map(|next| {
        let mut pairs = pairs(query);
        pairs.push(("cursor", next.to_string()));
        address(&pairs)
    });
    let list = Table {
        id: "tenants".into(),
        caption: w.t("nav-tenants"),
        columns,
        rows: page.items.iter().map(|details| row(w, details).into()).collect(),
        filter: Some(filter(w, &bar(w, query, partners))),
        more: Some(More::of(
            w,
            page.items.len(),
            all,
            w.tx("tenants-shown", &[("count", page.items.len().into())]),
            more,
            query.list.is_later(),
        )),
        empty: Some(nothing(w, query)),
        ..Table::default()
    };
    view.page(&w.t("nav-tenants"), &head, &table(w, &list))
}

/// The parts of the query that say something, in one order.
fn pairs(query: &TenantQuery) -> Vec<(&'static str, String)> {
    let all = [
        ("q", &query.q),
        ("status", &query.status),
        ("plan", &query.plan),
        ("partnerId", &query.partner_id),
        ("health", &query.health),
    ];
    let given = all.into_iter().filter_map(|(name, value)| Some((name, value.clone()?)));
    given.filter(|(_, value)| !value.is_empty()).collect()
}

fn address(pairs: &[(&str, String)]) -> String {
    web::address("/tenants", pairs)
}

fn bar(w: &Words, query: &TenantQuery, partners: &[Partner]) -> Bar {
    let value = |text: &Option<String>| text.clone().unwrap_or_default();
    let statuses = ["pending", "active", "suspended", "terminated"];
    let statuses = statuses.map(|status| (status.to_owned(), w.t(&format!("state-{status}"))));
    let plans = Plan::ALL.map(|plan| (plan.as_str().to_owned(), w.t(&format!("plan-{}", plan.as_str()))));
    let partners = partners.iter().map(|partner| (partner.id.to_string(), partner.name.clone()));
    let select = |name: &str, label: &str, options: Vec<(String, String)>, value: String| FilterSelect {
        groups: Vec::new(),
        name: name.to_owned(),
        label: w.t(label),
        options,
        value,
    };
    Bar {
        action: "/tenants".into(),
        region: "tenants".into(),
        search: Some(w.t("tenants-search")),
        query: value(&query.q),
        selects: vec![
            select("status", "column-state", statuses.to_vec(), value(&query.status)),
            select("plan", "column-plan", plans.to_vec(), value(&query.plan)),
            select("partnerId", "column-partner", partners.collect(), value(&query.partner_id)),
            select(
                "health",
                "column-health",
                vec![("failing".into(), w.t("health-failing"))],
                value(&query.health),
            ),
        ],
        ..Bar::default()
    }
}

fn row(w: &Words, details: &Details) -> Row {
    let tenant = &details.tenant;
    let (state, said) = health::state(w, &details.condition());
    let muted = matches!(tenant.status, TenantStatus::Terminated | TenantStatus::Purged);
    let domain = tenant.primary_domain.as_ref().map(kernel::DomainName::unicode);
    let small = domain.unwrap_or_else(|| tenant.slug.to_string());
    Row {
        key: tenant.slug.to_string(),
        name: tenant.name.clone(),
        href: Some(format!("/tenants/{}", tenant.slug)),
        cells: vec![
            html! { span class=[muted.then_some("muted")] { (tenant.name) } small class="muted block cut" { (small) } },
            html! { (state_said(state, said)) },
            html! { (w.t(&format!("plan-{}", tenant.plan.as_str()))) },
            html! { span class="num" { (ui::number(w, tenant.seats)) } },
            html! { @match &details.partner { Some(partner) => { (partner) } None => { span class="muted" { "–" } } } },
            html! { (ui::date(w, tenant.created_at)) },
        ],
        actions: None,
        current: false,
    }
}

fn nothing(w: &Words, query: &TenantQuery) -> Markup {
    if pairs(query).is_empty() {
        return empty(&Empty {
            icon: Icon::Tenant,
            title: w.t("tenants-none"),
            says: w.t("tenants-none-says"),
            actions: Some(html! { (link_button(w.t("tenants-new"), "/tenants/new").primary()) }),
        });
    }
    empty(&Empty::no_match(w, query.q.as_deref().unwrap_or_default(), "tenants", "/tenants"))
}
