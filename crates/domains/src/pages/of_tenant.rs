//! The domains of one workspace, for operators, who may vouch for one that nobody has proven.

use access::{Granted, ManageDomains, ManageTenant};
use axum::extract::{Path, State};
use axum::http::StatusCode;
use axum::response::{IntoResponse, Redirect, Response};
use i18n::Words;
use kernel::Coded as _;
use kernel::input::Shape;
use maud::{Markup, Render as _, html};
use serde::Deserialize;
use tenants::{Details, Tenants, tenant_head};
use web::ui::{Column, Confirm, Empty, Flash, Icon, Row, Size, Table, Tone, button, confirm, empty, table};
use web::{Failure, Parameter, Parameters, Query, Right, Tables, View};

use super::{both_names, mark, says};
use crate::api::At;
use crate::error::Error;
use crate::model::{Domain, Proof};
use crate::service::Domains;

/// Both services: the page is one of the workspace's, under the head of them all.
type Desk = (Domains, Tenants);

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
    State(desk): State<Desk>,
    Query(after): Query<After>,
    mut view: View,
) -> Result<Markup, Failure> {
    let (domains, tenants) = &desk;
    let all = domains.list(&by).await?;
    // Only a domain that is there is named.
    let vouched = after.vouched.and_then(|name| all.iter().find(|domain| domain.name.ascii() == name));
    if let Some(domain) = vouched.filter(|domain| domain.is_proven()) {
        let text = view.words().tx("domain-done-vouch", &[("name", domain.name.unicode().into())]);
        view.shell.flashes.push(Flash { tone: Tone::Ok, text, undo: None });
    }
    let details = tenants.details(&by).await?;
    Ok(page(&view, &details, &all))
}

pub async fn vouch(
    Right(by): Right<ManageTenant>,
    State(desk): State<Desk>,
    Path(at): Path<At>,
    view: View,
) -> Result<Response, Failure> {
    let (domains, _) = &desk;
    match domains.vouch(&by, &at.name()?).await {
        Ok(domain) => {
            let back = format!("/tenants/{}/domains?vouched={}", by.scope().slug, domain.name);
            Ok(Redirect::to(&back).into_response())
        }
        Err(error @ (Error::Taken | Error::WrongState(_))) => refused(&by, &desk, view, &error).await,
        Err(error) => Err(error.into()),
    }
}

/// The page, with what stood against it.
async fn refused(
    by: &Granted<ManageTenant>,
    (domains, tenants): &Desk,
    mut view: View,
    error: &Error,
) -> Result<Response, Failure> {
    let advice = error.advice().unwrap_or_default();
    let text = view
        .words()
        .tx("domain-not-vouched", &[("why", error.to_string().into()), ("advice", advice.into())]);
    view.shell.flashes.push(Flash { tone: Tone::Warn, text, undo: None });
    let seen = by.demand::<ManageDomains>(&domains.0.db).await?;
    let all = domains.list(&seen).await?;
    let details = tenants.details(by).await?;
    Ok((StatusCode::CONFLICT, page(&view, &details, &all)).into_response())
}

fn page(view: &View, details: &Details, all: &[Domain]) -> Markup {
    let (w, csrf) = (view.words(), &view.shell.csrf);
    let content = html! {
        (rows(w, all))
        @for domain in all.iter().filter(|domain| !domain.is_proven()) { (question(w, details, domain, csrf)) }
    };
    view.page(&details.tenant.name, &tenant_head(view, details, "domains", Markup::default()), &content)
}

/// The id of the dialog that asks about a domain.
fn dialog_of(domain: &Domain) -> String {
    format!("vouch-{}", domain.id)
}

fn rows(w: &Words, all: &[Domain]) -> Markup {
    let row = |domain: &Domain| Row {
        key: domain.name.ascii().to_owned(),
        name: domain.name.unicode(),
        cells: vec![
            both_names(domain),
            mark(w, domain).render(),
            html! { (w.t(proof(domain))) },
            html! { (says(w, domain)) },
        ],
        actions: (!domain.is_proven())
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

fn question(w: &Words, details: &Details, domain: &Domain, csrf: &str) -> Markup {
    let name = domain.name.unicode();
    let workspace = &details.tenant.name;
    confirm(
        w,
        &Confirm {
            id: dialog_of(domain),
            title: w.tx("domain-vouch-title", &[("name", (&name).into())]),
            says: w.tx("domain-vouch-says", &[("workspace", workspace.into())]),
            deed: w.t("domain-vouch-deed"),
            keep: w.t("domain-vouch-keep"),
            action: format!("/tenants/{}/domains/{}/vouch", details.tenant.slug, domain.name),
            csrf: csrf.to_owned(),
            ..Confirm::default()
        },
    )
}
