//! All partners: search, a filter in the address, paging.

use access::{ManagePartners, PartnerStatus};
use axum::extract::State;
use i18n::Words;
use kernel::cursor::Page;
use maud::{Markup, Render as _, html};
use web::ui::{
    self, Column, Empty, Filter as Bar, FilterSelect, Icon, More, PageHead, Row, Table, empty, filter,
    link_button, table,
};
use web::{Failure, Query, Right, View};

use super::{mark, place};
use crate::api::PartnerQuery;
use crate::reads::Summary;
use crate::service::Partners;

pub async fn show(
    Right(by): Right<ManagePartners>,
    State(partners): State<Partners>,
    Query(query): Query<PartnerQuery>,
    view: View,
) -> Result<Markup, Failure> {
    let (limit, cursor) = query.list.read()?;
    let page = partners.page(&by, &query.filter()?, cursor.as_ref(), limit).await?;
    Ok(render(&view, &query, &page))
}

fn render(view: &View, query: &PartnerQuery, page: &Page<Summary>) -> Markup {
    let w = view.words();
    let head = PageHead {
        title: w.t("nav-partners"),
        summary: html! { (w.t("partners-say")) },
        actions: html! { (link_button(w.t("partners-new"), "/partners/new").primary().icon(Icon::Plus)) },
        ..PageHead::default()
    };
    let more = page.next.as_ref().map(|next| {
        let mut pairs = pairs(query);
        pairs.push(("cursor", next.to_string()));
        web::address("/partners", &pairs)
    });
    let list = Table {
        id: "partners".into(),
        caption: w.t("nav-partners"),
        columns: vec![
            Column::new(w.t("partner-name")),
            Column::new(w.t("partner-state")),
            Column::figure(w.t("partner-customers")),
            Column::figure(w.t("partner-margin")).md(),
            Column::new(w.t("partner-since")).lo(),
        ],
        rows: page.items.iter().map(|summary| row(w, summary).into()).collect(),
        filter: Some(filter(w, &bar(w, query))),
        more: Some(More::after(
            w,
            page.items.len(),
            w.tx("partners-shown", &[("count", page.items.len().into())]),
            more,
            query.list.is_later(),
        )),
        empty: Some(nothing(w, query)),
        ..Table::default()
    };
    view.page(&w.t("nav-partners"), &head, &table(w, &list))
}

/// The parts of the query that say something, in one order.
fn pairs(query: &PartnerQuery) -> Vec<(&'static str, String)> {
    let all = [("q", &query.q), ("status", &query.status)];
    let given = all.into_iter().filter_map(|(name, value)| Some((name, value.clone()?)));
    given.filter(|(_, value)| !value.is_empty()).collect()
}

fn bar(w: &Words, query: &PartnerQuery) -> Bar {
    let states = [PartnerStatus::Active, PartnerStatus::Suspended, PartnerStatus::Terminated];
    let state = |status: PartnerStatus| (status.as_str().to_owned(), mark(w, status).text().to_owned());
    Bar {
        action: "/partners".into(),
        region: "partners".into(),
        search: Some(w.t("partners-search")),
        query: query.q.clone().unwrap_or_default(),
        selects: vec![FilterSelect {
            name: "status".into(),
            label: w.t("partner-state"),
            options: states.map(state).to_vec(),
            value: query.status.clone().unwrap_or_default(),
            ..FilterSelect::default()
        }],
        ..Bar::default()
    }
}

fn row(w: &Words, Summary { partner, customers }: &Summary) -> Row {
    let muted = !partner.is_live();
    let small = partner.domain.as_ref().map_or_else(|| partner.slug.to_string(), kernel::DomainName::unicode);
    Row {
        key: partner.slug.to_string(),
        name: partner.name.clone(),
        href: Some(place(partner.slug.as_str())),
        cells: vec![
            html! { span class=[muted.then_some("muted")] { (partner.name) } small class="muted block cut" { (small) } },
            mark(w, partner.status).render(),
            html! { span class="num" { (ui::number(w, *customers)) } },
            html! { span class="num" { (w.tx("partner-margin-figure", &[("margin", partner.margin.to_string().into())])) } },
            ui::date(w, partner.created_at),
        ],
        ..Row::default()
    }
}

fn nothing(w: &Words, query: &PartnerQuery) -> Markup {
    if pairs(query).is_empty() {
        return empty(&Empty {
            icon: Icon::Partner,
            title: w.t("partners-none"),
            says: w.t("partners-none-says"),
            actions: Some(html! { (link_button(w.t("partners-new"), "/partners/new").primary()) }),
        });
    }
    empty(&Empty::no_match(w, query.q.as_deref().unwrap_or_default(), "partners", "/partners"))
}
