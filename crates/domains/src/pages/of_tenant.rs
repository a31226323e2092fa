//! The domains of one workspace, for operators, who may vouch for one that nobody has proven. What a domain says is
//! shown as the workspace sees it.

use access::{Granted, ManageDomains, ManageTenant, Surface, TenantRef, TenantStatus};
use axum::extract::{Path, State};
use axum::http::StatusCode;
use axum::response::{IntoResponse, Redirect, Response};
use i18n::Words;
use kernel::input::Shape;
use maud::{Markup, Render as _, html};
use serde::Deserialize;
use tenants::{Details, Tenants, tenant_head};
use web::ui::{
    Column, Confirm, Crumb, Empty, FormHead, Icon, PageHead, Row, Size, Table, button, confirm, empty,
    submit, table,
};
use web::{Done, Failure, Parameter, Parameters, Query, Right, Tables, View};

use super::{both_names, mark, one, says};
use crate::api::At;
use crate::error::Error;
use crate::model::{Domain, Proof};
use crate::service::Domains;

/// Both services: the page is one of the workspace's, under the head of them all.
type Services = (Domains, Tenants);

/// The parameters of the query.
const PARAMETERS: &[Parameter] =
    &[Parameter::optional("vouched", Shape::Text(300), "The domain that was vouched for.")];

#[derive(Deserialize)]
pub struct After {
    /// The domain that was vouched for.
    vouched: Option<String>,
}

impl Parameters for After {
    const TABLES: Tables = &[PARAMETERS];
}

pub async fn show(
    Right(by): Right<ManageDomains>,
    State(services): State<Services>,
    Query(after): Query<After>,
    mut view: View,
) -> Result<Markup, Failure> {
    let (domains, tenants) = &services;
    let all = domains.list(&by).await?;
    // Only a domain that is there is named.
    let vouched = after.vouched.and_then(|name| all.iter().find(|domain| domain.name.ascii() == name));
    if let Some(domain) = vouched.filter(|domain| domain.is_proven()) {
        let text = view.words().tx("domain-done-vouch", &[("name", domain.name.unicode().into())]);
        view.toast(text);
    }
    let details = tenants.details(&by).await?;
    Ok(page(&view, by.scope(), &details, &all))
}

pub async fn vouch(
    Right(by): Right<ManageTenant>,
    State(services): State<Services>,
    Path(at): Path<At>,
    view: View,
) -> Result<Response, Failure> {
    let (domains, _) = &services;
    match domains.vouch(&by, &at.name()?).await {
        Ok(domain) => {
            let back = format!("/tenants/{}/domains?vouched={}", by.scope().slug, domain.name);
            Ok(Redirect::to(&back).into_response())
        }
        Err(error @ (Error::Taken | Error::WrongState(_))) => refused(&by, &services, view, &error).await,
        Err(error) => Err(error.into()),
    }
}

/// The page, with what stood against it.
async fn refused(
    by: &Granted<ManageTenant>,
    (domains, tenants): &Services,
    mut view: View,
    error: &Error,
) -> Result<Response, Failure> {
    let w = view.words();
    let text = w.tx("domain-not-vouched", &[("why", w.explain(error).into())]);
    view.warn(text);
    let seen = by.demand::<ManageDomains>(&domains.platform.db).await?;
    let all = domains.list(&seen).await?;
    let details = tenants.details(by).await?;
    Ok((StatusCode::CONFLICT, page(&view, by.scope(), &details, &all)).into_response())
}

/// One domain: its records and how they are. Its own settings are the workspace's to choose.
pub async fn show_one(
    Right(by): Right<ManageDomains>,
    State(domains): State<Domains>,
    Path(at): Path<At>,
    Query(done): Query<Done>,
    mut view: View,
) -> Result<Markup, Failure> {
    one::said(&mut view, &domains.settings.links, &done);
    let shown = domains.shown(&by, &at).await?;
    Ok(page_of_one(&view, &by, &shown))
}

fn page_of_one(view: &View, by: &Granted<ManageDomains>, shown: &one::Shown) -> Markup {
    let (w, tenant, domain) = (view.words(), by.scope(), &shown.domain);
    let (all, at) = (web::workspace(Surface::Operator, &tenant.slug), one::place(by, &domain.name));
    let name = domain.name.unicode();
    let head = PageHead {
        title: name.clone(),
        state: Some(one::pill(w, domain, tenant.status)),
        summary: one::summary(w, domain, tenant.status),
        facts: Some(one::facts(w, shown)),
        actions: html! { @if tenant.status.is_live() { (actions(w, domain, &at, &view.shell.csrf)) } },
        tabs: view.tenant_tabs(&tenant.slug, "domains"),
        crumbs: vec![
            Crumb { label: w.t("nav-tenants"), href: Some("/tenants".into()) },
            Crumb { label: tenant.name.clone(), href: Some(all.clone()) },
            Crumb { label: w.t("nav-domains"), href: Some(format!("{all}/domains")) },
        ],
        ..PageHead::default()
    };
    let content = html! {
        div class="stack" data-live={ (at) "/live" } {
            div class=[(!shown.history.is_empty()).then_some("cols object")] {
                div class="stack" { (one::facts_of_records(w, shown)) }
                @if !shown.history.is_empty() { div class="stack" { (one::card_of_history(w, shown)) } }
            }
        }
        @if may_vouch(tenant.status, domain) { (question(w, tenant, domain, &view.shell.csrf)) }
    };
    view.page(&name, &head, &content)
}

fn actions(w: &Words, domain: &Domain, at: &str, csrf: &str) -> Markup {
    let recheck = FormHead { action: format!("{at}/recheck"), csrf: csrf.to_owned(), swap: None };
    html! {
        @if !domain.is_proven() { (button(w.t("domain-vouch")).opens(dialog_of(domain))) }
        (recheck.form(&html! { (submit(w.t("domain-recheck")).primary().icon(Icon::Refresh)) }))
    }
}

/// Nobody vouches for a domain of a workspace that has ended.
fn may_vouch(workspace: TenantStatus, domain: &Domain) -> bool {
    workspace.is_live() && !domain.is_proven()
}

fn page(view: &View, tenant: &TenantRef, details: &Details, all: &[Domain]) -> Markup {
    let (w, csrf) = (view.words(), &view.shell.csrf);
    let content = html! {
        (rows(w, tenant, all))
        @for domain in all.iter().filter(|domain| may_vouch(tenant.status, domain)) { (question(w, tenant, domain, csrf)) }
    };
    view.page(&details.tenant.name, &tenant_head(view, details, "domains", Markup::default()), &content)
}

/// The id of the dialog that asks about a domain.
fn dialog_of(domain: &Domain) -> String {
    format!("vouch-{}", domain.id)
}

fn rows(w: &Words, tenant: &TenantRef, all: &[Domain]) -> Markup {
    let row = |domain: &Domain| Row {
        key: domain.name.ascii().to_owned(),
        name: domain.name.unicode(),
        href: Some(format!("{}/domains/{}", web::workspace(Surface::Operator, &tenant.slug), domain.name)),
        cells: vec![
            both_names(domain),
            mark(w, domain, tenant.status).render(),
            html! { (w.t(proof(domain))) },
            html! { (says(w, domain, tenant.status)) },
        ],
        actions: may_vouch(tenant.status, domain)
            .then(|| html! { (button(w.t("domain-vouch")).small().opens(dialog_of(domain))) }),
        ..Row::default()
    };
    let title = w.t("domains-none");
    let nothing = Empty { icon: Icon::Globe, title, says: w.t("domains-tenant-none-says"), actions: None };
    let shown = Table {
        id: "domains".into(),
        caption: w.t("nav-domains"),
        columns: vec![
            Column::new(w.t("domain-name")),
            Column::new(w.t("domain-state")),
            Column::new(w.t("domain-proof")).md(),
            Column::new(w.t("domain-next")).lo(),
        ],
        rows: all.iter().map(|domain| row(domain).into()).collect(),
        size: Size::Tall,
        empty: Some(empty(&nothing)),
        ..Table::default()
    };
    table(w, &shown)
}

/// The key of how it was shown whose it is.
fn proof(domain: &Domain) -> &'static str {
    match domain.proven {
        Some((Proof::Dns, _)) => "domain-proof-dns",
        Some((Proof::Vouched, _)) => "domain-proof-vouched",
        None => "domain-proof-none",
    }
}

fn question(w: &Words, tenant: &TenantRef, domain: &Domain, csrf: &str) -> Markup {
    let name = domain.name.unicode();
    let workspace = &tenant.name;
    confirm(
        w,
        &Confirm {
            id: dialog_of(domain),
            title: w.tx("domain-vouch-title", &[("name", (&name).into())]),
            says: w.tx("domain-vouch-says", &[("workspace", workspace.into())]),
            label: w.t("domain-vouch-submit"),
            keep: w.t("domain-vouch-keep"),
            action: format!("/tenants/{}/domains/{}/vouch", tenant.slug, domain.name),
            csrf: csrf.to_owned(),
            ..Confirm::default()
        },
    )
}
