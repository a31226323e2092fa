//! Changing a tenant as operator.

use access::{EditTenant, Granted};
use axum::extract::State;
use axum::http::StatusCode;
use axum::response::{IntoResponse, Redirect, Response};
use i18n::Words;
use kernel::Coded;
use maud::{Markup, html};
use tenants::{Error, Overrun, Partner, Tenant, Tenants};
use web::ui::{self, Crumb, FormHead, PageHead, Tone, card, hidden, link_button, submit as submit_button};
use web::{Failure, FormBody, Right, View};

use super::form::{Filled, NAMES, fields};
use crate::input;
use crate::service::Customers;

/// The field of what was read before it is saved all the same.
const CONFIRMED: &str = "confirmed";

pub async fn show(
    Right(by): Right<EditTenant>,
    State(Customers { tenants, .. }): State<Customers>,
    mut view: View,
) -> Result<Markup, Failure> {
    let tenant = tenants.details(&by).await?.tenant;
    let kept = view.refill(&action(&tenant));
    // A change by somebody else since then must still be seen.
    let version = kept.as_ref().map_or(tenant.version, version_of);
    let filled =
        kept.map_or_else(|| Filled::of_tenant(&tenant), |body| Filled::typed(&body, NAMES, Vec::new()));
    let asked = Asked { version, ..Asked::default() };
    let partners = tenants.partner_choices(tenant.partner).await?;
    Ok(page(&view, &tenant, &filled, &asked, &partners))
}

/// What the form is shown with, besides what was typed.
#[derive(Default)]
struct Asked {
    version: i64,
    /// What somebody else saved meanwhile.
    saved: Option<Filled>,
    /// What this would leave too small: it is saved once that was read.
    overrun: Overrun,
}

/// Saves it, unless it leaves too little and nobody said to save it all the same.
async fn save(
    tenants: &Tenants,
    by: &Granted<EditTenant>,
    body: &FormBody,
    version: i64,
) -> Result<Result<Tenant, Overrun>, Error> {
    let read = body.without("version").without(CONFIRMED);
    let change = input::tenant_change(read.input(input::CHANGE)).map_err(Error::Invalid)?;
    let overrun = tenants.overrun(by, &change).await?;
    if overrun.word().is_some_and(|word| body.typed(CONFIRMED) != Some(word.as_str())) {
        return Ok(Err(overrun));
    }
    tenants.update(by, change, Some(version)).await.map(Ok)
}

pub async fn submit(
    Right(by): Right<EditTenant>,
    State(Customers { tenants, .. }): State<Customers>,
    view: View,
    body: FormBody,
) -> Result<Response, Failure> {
    let mut asked = Asked { version: version_of(&body), ..Asked::default() };
    let mut is_stale = false;
    let refused = match save(&tenants, &by, &body, asked.version).await {
        Ok(Ok(tenant)) => {
            return Ok(Redirect::to(&format!("/tenants/{}?done=update", tenant.slug)).into_response());
        }
        Ok(Err(overrun)) => {
            asked.overrun = overrun;
            Vec::new()
        }
        Err(error @ (Error::Invalid(_) | Error::Taken(_))) => error.fields(),
        Err(Error::Stale) => {
            is_stale = true;
            Vec::new()
        }
        Err(error) => return Err(error.into()),
    };
    let tenant = tenants.details(&by).await?.tenant;
    let filled = Filled::typed(&body, NAMES, refused);
    if is_stale {
        // What was saved meanwhile is shown, so that this may be sent over it.
        asked = Asked { version: tenant.version, saved: Some(Filled::of_tenant(&tenant)), ..asked };
    }
    let partners = tenants.partner_choices(tenant.partner).await?;
    let page = page(&view, &tenant, &filled, &asked, &partners);
    Ok((StatusCode::UNPROCESSABLE_ENTITY, page).into_response())
}

fn action(tenant: &Tenant) -> String {
    format!("/tenants/{}/edit", tenant.slug)
}

fn version_of(body: &FormBody) -> i64 {
    body.typed("version").and_then(|text| text.parse().ok()).unwrap_or(-1)
}

/// What would be too small, in sentences.
fn overruns(w: &Words, overrun: &Overrun) -> Markup {
    let seats = overrun.seats.map(|seats| {
        w.tx("edit-overrun-seats", &[("who", seats.who(w).into()), ("seats", seats.all.into())])
    });
    let storage = overrun.storage.map(|(given, all)| {
        let figures = [("given", ui::gigabytes(w, given).into()), ("all", ui::gigabytes(w, all).into())];
        w.tx("edit-overrun-storage", &figures)
    });
    let said: Vec<String> = seats.into_iter().chain(storage).collect();
    ui::banner(Tone::Warn, &w.t("edit-overrun"), &said.join(" "), None)
}

fn page(view: &View, tenant: &Tenant, filled: &Filled, asked: &Asked, partners: &[Partner]) -> Markup {
    let w = view.words();
    let word = asked.overrun.word();
    let here = format!("/tenants/{}", tenant.slug);
    let form = FormHead { action: action(tenant), csrf: view.shell.csrf.clone(), swap: None };
    let inside = html! {
        (hidden("version", &asked.version.to_string()))
        @if let Some(word) = &word {
            (hidden(CONFIRMED, word))
            (overruns(w, &asked.overrun))
        }
        (fields(w, filled, asked.saved.as_ref(), partners, false))
        div class="row" {
            (submit_button(w.t(if word.is_some() { "edit-anyway" } else { "edit-submit" })).primary())
            (link_button(w.t("form-cancel"), here.as_str()).quiet())
        }
    };
    let title = w.tx("edit-title", &[("name", (&tenant.name).into())]);
    let head = PageHead {
        title: title.clone(),
        summary: html! { (w.t("edit-says")) },
        crumbs: vec![
            Crumb { label: w.t("nav-tenants"), href: Some("/tenants".into()) },
            Crumb { label: tenant.name.clone(), href: Some(here) },
            Crumb { label: w.t("tenant-edit"), href: None },
        ],
        ..PageHead::default()
    };
    view.page(&title, &head, &html! { (card("edit-tenant", w.t("edit-card")).body(form.form(&inside))) })
}
