//! The domains of a workspace.

use access::{ManageDomains, TenantRef};
use axum::extract::State;
use axum::http::StatusCode;
use axum::response::{IntoResponse, Redirect, Response};
use i18n::Words;
use kernel::{Coded as _, FieldError};
use mail_dns::DomainState;
use maud::{Markup, Render as _, html};
use web::ui::{
    self, Column, Empty, Field, Icon, PageHead, Row, Size, Table, button, dialog, empty, submit, table,
};
use web::{Done, Failure, FormBody, Live, Query, Right, View};

use super::{both_names, mark, one, says};
use crate::error::Error;
use crate::input;
use crate::model::Domain;
use crate::service::Domains;

const DIALOG: &str = "add-domain";

/// What was typed and refused.
struct Wrong {
    name: String,
    errors: Vec<FieldError>,
}

pub async fn show(
    Right(by): Right<ManageDomains>,
    State(domains): State<Domains>,
    Query(done): Query<Done>,
    mut view: View,
) -> Result<Markup, Failure> {
    view.say_done(&done, &[("remove", "domain-done-remove")]);
    let all = domains.list(&by).await?;
    Ok(page(&view, by.scope(), &all, None, domains.now()))
}

pub async fn add(
    Right(by): Right<ManageDomains>,
    State(domains): State<Domains>,
    view: View,
    body: FormBody,
) -> Result<Response, Failure> {
    let mut input = body.input(input::ADD);
    let name = input::name(&mut input);
    let added = match input.finish(name) {
        Ok(name) => domains.add(&by, name).await,
        Err(errors) => Err(Error::Invalid(errors)),
    };
    match added {
        Ok(claim) => Ok(Redirect::to(&one::place(&by, &claim.name)).into_response()),
        Err(error) if !error.fields().is_empty() => {
            let name = body.typed("name").unwrap_or_default().to_owned();
            let all = domains.list(&by).await?;
            let wrong = Wrong { name, errors: error.fields() };
            let page = page(&view, by.scope(), &all, Some(&wrong), domains.now());
            Ok((StatusCode::UNPROCESSABLE_ENTITY, page).into_response())
        }
        Err(error) => Err(error.into()),
    }
}

/// The live stream of the list.
pub async fn live(
    Right(by): Right<ManageDomains>,
    State(domains): State<Domains>,
    live: Live,
    view: View,
) -> Result<Response, Failure> {
    let (right, words) = (by.clone(), view.words().clone());
    let render = move || {
        let (domains, by, words) = (domains.clone(), by.clone(), words.clone());
        async move {
            let all = domains.list(&by).await?;
            Ok(vec![summary(&words, &all), rows(&words, by.scope(), &all, domains.now())])
        }
    };
    live.stream(right, render).await
}

fn page(
    view: &View,
    tenant: &TenantRef,
    all: &[Domain],
    wrong: Option<&Wrong>,
    now: kernel::Timestamp,
) -> Markup {
    let (w, slug) = (view.words(), &tenant.slug);
    let head = PageHead {
        title: w.t("nav-domains"),
        summary: summary(w, all),
        actions: html! { (button(w.t("domain-add")).primary().icon(Icon::Plus).opens(DIALOG)) },
        ..PageHead::default()
    };
    let content = html! {
        div data-live={ "/admin/" (slug) "/domains/live" } { (rows(w, tenant, all, now)) }
        (add_dialog(w, slug, &view.shell.csrf, wrong))
    };
    view.page(&w.t("nav-domains"), &head, &content)
}

fn summary(w: &Words, all: &[Domain]) -> Markup {
    let count = |state: DomainState| all.iter().filter(|domain| domain.state == state).count();
    let number = |n: usize| i64::try_from(n).unwrap_or(i64::MAX);
    let worst = all.iter().find(|domain| domain.state == DomainState::Attention);
    html! {
        span id="domains-says" {
            @if !all.is_empty() {
                (w.tx("domains-say", &[("verified", number(count(DomainState::Verified)).into()), ("all", number(all.len()).into())]))
            }
            @if let Some(worst) = worst {
                " " (w.tx("domains-worst", &[("name", worst.name.unicode().into())]))
            }
        }
    }
}

fn rows(w: &Words, tenant: &TenantRef, all: &[Domain], now: kernel::Timestamp) -> Markup {
    let nothing = Empty {
        icon: Icon::Globe,
        title: w.t("domains-none"),
        says: w.t("domains-none-says"),
        actions: Some(html! { (button(w.t("domain-add")).icon(Icon::Plus).opens(DIALOG)) }),
    };
    let row = |domain: &Domain| Row {
        key: domain.name.ascii().to_owned(),
        name: domain.name.unicode(),
        href: Some(format!("/admin/{}/domains/{}", tenant.slug, domain.name)),
        cells: vec![
            both_names(domain),
            mark(w, domain, tenant.status).render(),
            html! { (says(w, domain, tenant.status)) },
            domain.checked_at.map_or_else(|| html! { "–" }, |at| ui::ago(w, at, now)),
        ],
        ..Row::default()
    };
    let shown = Table {
        id: "domains".into(),
        caption: w.t("nav-domains"),
        columns: vec![
            Column::new(w.t("domain-name")),
            Column::new(w.t("domain-state")),
            Column::new(w.t("domain-next")).md(),
            Column::new(w.t("domain-checked")).lo(),
        ],
        rows: all.iter().map(|domain| row(domain).into()).collect(),
        size: Size::Tall,
        empty: Some(empty(&nothing)),
        ..Table::default()
    };
    table(w, &shown)
}

fn add_dialog(w: &Words, slug: &str, csrf: &str, wrong: Option<&Wrong>) -> Markup {
    let error = wrong.and_then(|wrong| wrong.errors.first()).map(|error| error.message.clone());
    let field = Field::new("name", w.t("domain-name"))
        .value(wrong.map(|wrong| wrong.name.clone()).unwrap_or_default())
        .help(w.t("domain-add-help"))
        .error(error);
    dialog(w, DIALOG, w.t("domain-add-title"))
        .form(format!("/admin/{slug}/domains"), csrf)
        .open(wrong.is_some())
        .body(ui::field(w, &field))
        .footer(html! { (button(w.t("domain-cancel")).closes(DIALOG)) (submit(w.t("domain-add")).primary()) })
        .render()
}
