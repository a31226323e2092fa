//! The domains of all workspaces, for operators.

use access::{TenantStatus, ViewAllDomains};
use axum::extract::State;
use i18n::Words;
use maud::{Markup, Render as _, html};
use web::ui::{
    Column, Empty, Filter as Bar, FilterSelect, Icon, More, PageHead, Row, Size, Table, empty, filter, table,
};
use web::{Failure, Query, Right, View};

use super::{both_names, mark, says};
use crate::api::DomainQuery;
use crate::model::Domain;
use crate::service::{Domains, Listing};
use crate::store::Shown;

pub async fn show(
    Right(by): Right<ViewAllDomains>,
    State(domains): State<Domains>,
    Query(query): Query<DomainQuery>,
    view: View,
) -> Result<Markup, Failure> {
    let (limit, cursor) = query.list.read()?;
    let listing = domains.listing(&by, &query.shown()?, cursor.as_ref(), limit).await?;
    let w = view.words();
    let head = PageHead {
        title: w.t("nav-domains"),
        summary: html! { (w.t("domains-all-say")) },
        ..PageHead::default()
    };
    Ok(view.page(&w.t("nav-domains"), &head, &table(w, &list(w, &query, &listing))))
}

fn list(w: &Words, query: &DomainQuery, listing: &Listing) -> Table {
    let more = listing.page.next.as_ref().map(|next| {
        let mut pairs = pairs(query);
        pairs.push(("cursor", next.to_string()));
        web::address("/domains", &pairs)
    });
    let row = |domain: &Domain| {
        let tenant = listing.tenants.get(&domain.tenant.to_string());
        // Whose workspace is gone is closed with it.
        let status = tenant.map_or(TenantStatus::Purged, |tenant| tenant.status);
        Row {
            key: domain.id.to_string(),
            name: domain.name.unicode(),
            href: tenant.map(|tenant| format!("/tenants/{}/domains/{}", tenant.slug, domain.name)),
            cells: vec![
                both_names(domain),
                mark(w, domain, status).render(),
                html! {
                    @match tenant {
                        Some(tenant) => { a href={ "/tenants/" (tenant.slug) } { (tenant.name) } }
                        None => { span class="muted" { "–" } }
                    }
                },
                html! { (says(w, domain, status)) },
            ],
            ..Row::default()
        }
    };
    Table {
        id: "domains".into(),
        caption: w.t("nav-domains"),
        columns: vec![
            Column::new(w.t("domain-name")),
            Column::new(w.t("domain-state")),
            Column::new(w.t("domain-workspace")).md(),
            Column::new(w.t("domain-next")).lo(),
        ],
        rows: listing.page.items.iter().map(|domain| row(domain).into()).collect(),
        size: Size::Tall,
        filter: Some(filter(w, &bar(w, query))),
        more: Some(More::of(
            w,
            listing.page.items.len(),
            listing.all,
            w.tx("domains-shown", &[("count", listing.page.items.len().into())]),
            more,
            query.list.is_later(),
        )),
        empty: Some(nothing(w, query)),
        ..Table::default()
    }
}

/// The parts of the query that say something, in one order.
fn pairs(query: &DomainQuery) -> Vec<(&'static str, String)> {
    let all = [("q", &query.q), ("state", &query.state)];
    let given = all.into_iter().filter_map(|(name, value)| Some((name, value.clone()?)));
    given.filter(|(_, value)| !value.is_empty()).collect()
}

fn bar(w: &Words, query: &DomainQuery) -> Bar {
    let option = |(word, _): (&str, Shown)| (word.to_owned(), w.t(&format!("domain-state-{word}")));
    Bar {
        action: "/domains".into(),
        region: "domains".into(),
        search: Some(w.t("domains-search")),
        query: query.q.clone().unwrap_or_default(),
        selects: vec![FilterSelect {
            groups: Vec::new(),
            name: "state".into(),
            label: w.t("domain-state"),
            options: Shown::ALL.map(option).to_vec(),
            value: query.state.clone().unwrap_or_default(),
        }],
        ..Bar::default()
    }
}

fn nothing(w: &Words, query: &DomainQuery) -> Markup {
    if pairs(query).is_empty() {
        let (title, says) = (w.t("domains-none"), w.t("domains-all-none-says"));
        return empty(&Empty { icon: Icon::Globe, title, says, actions: None });
    }
    let searched = query.q.clone().unwrap_or_default();
    empty(&Empty::no_match(w, &searched, "domains", "/domains"))
}
