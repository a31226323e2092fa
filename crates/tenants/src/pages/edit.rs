//! Changing a tenant as operator.

use access::EditTenant;
use axum::extract::State;
use axum::http::StatusCode;
use axum::response::{IntoResponse, Redirect, Response};
use kernel::Coded;
use maud::{Markup, html};
use web::ui::{Crumb, FormHead, PageHead, card, hidden, link_button, submit as submit_button};
use web::{Failure, FormBody, Right, View};

use super::form::{Filled, NAMES, fields};
use crate::error::Error;
use crate::input;
use crate::model::Tenant;
use crate::service::Tenants;
use crate::store::Partner;

pub async fn show(
    Right(by): Right<EditTenant>,
    State(tenants): State<Tenants>,
    mut view: View,
) -> Result<Markup, Failure> {
    let tenant = tenants.details(&by).await?.tenant;
    let kept = view.refill(&action(&tenant));
    // A change by somebody else since then must still be seen.
    let version = kept.as_ref().map_or(tenant.version, version_of);
    let filled =
        kept.map_or_else(|| Filled::of_tenant(&tenant), |body| Filled::typed(&body, NAMES, Vec::new()));
    Ok(page(&view, &tenant, version, &filled, None, &tenants.partner_choices().await?))
}

pub async fn submit(
    Right(by): Right<EditTenant>,
    State(tenants): State<Tenants>,
    view: View,
    body: FormBody,
) -> Result<Response, Failure> {
    let mut version = version_of(&body);
    let mut is_stale = false;
    let change = input::tenant_change(body.without("version").input(input::CHANGE));
    let refused = match change {
        Err(errors) => errors,
        Ok(change) => match tenants.update(&by, change, Some(version)).await {
            Ok(tenant) => {
                return Ok(Redirect::to(&format!("/tenants/{}?done=update", tenant.slug)).into_response());
            }
            Err(error @ (Error::Invalid(_) | Error::Taken(_))) => error.fields(),
            Err(Error::Stale) => {
                is_stale = true;
                Vec::new()
            }
            Err(error) => return Err(error.into()),
        },
    };
    let tenant = tenants.details(&by).await?.tenant;
    let filled = Filled::typed(&body, NAMES, refused);
    // What was saved meanwhile is shown, so that this may be sent over it.
    let saved = is_stale.then(|| Filled::of_tenant(&tenant));
    if is_stale {
        version = tenant.version;
    }
    let page = page(&view, &tenant, version, &filled, saved.as_ref(), &tenants.partner_choices().await?);
    Ok((StatusCode::UNPROCESSABLE_ENTITY, page).into_response())
}

fn action(tenant: &Tenant) -> String {
    format!("/tenants/{}/edit", tenant.slug)
}

fn version_of(body: &FormBody) -> i64 {
    body.typed("version").and_then(|text| text.parse().ok()).unwrap_or(-1)
}

fn page(
    view: &View,
    tenant: &Tenant,
    version: i64,
    filled: &Filled,
    saved: Option<&Filled>,
    partners: &[Partner],
) -> Markup {
    let w = view.words();
    let here = format!("/tenants/{}", tenant.slug);
    let form = FormHead { action: action(tenant), csrf: view.shell.csrf.clone(), swap: None };
    let inside = html! {
        (hidden("version", &version.to_string()))
        (fields(w, filled, saved, partners, false))
        div class="row" {
            (submit_button(w.t("edit-submit")).primary())
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
