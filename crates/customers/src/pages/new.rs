//! The short wizard for a new tenant; it ends on the tenant's page with its live steps [B7].

use access::CreateTenant;
use axum::extract::State;
use axum::response::{IntoResponse, Redirect, Response};
use kernel::Coded as _;
use maud::{Markup, Render as _, html};
use tenants::{Error, Partner, Tenants};
use web::ui;
use web::ui::{Crumb, FormHead, Icon, PageHead, card, link_button};
use web::{Failure, FormBody, Right, View};

use super::form::{Filled, NAMES, fields};
use crate::input;
use crate::service::Customers;

pub async fn show(
    Right(_): Right<CreateTenant>,
    State(Customers { tenants, .. }): State<Customers>,
    mut view: View,
) -> Result<Markup, Failure> {
    let filled = Filled::default().with("plan", "business").with("seats", "10");
    let filled = filled.or_kept(&mut view, "/tenants");
    Ok(page(&view, &filled, &tenants.partner_choices(None).await?))
}

async fn refused(
    tenants: &Tenants,
    view: &View,
    body: &FormBody,
    error: &Error,
) -> Result<Response, Failure> {
    let filled = Filled::typed(body, NAMES, error.fields());
    let page = page(view, &filled, &tenants.partner_choices(None).await?);
    Ok((web::status_of(error.kind()), page).into_response())
}

pub async fn submit(
    Right(by): Right<CreateTenant>,
    State(Customers { tenants, .. }): State<Customers>,
    view: View,
    body: FormBody,
) -> Result<Response, Failure> {
    let new = input::new_tenant(body.input(input::CREATE)).map_err(Error::Invalid);
    let made = match new {
        Ok(new) => tenants.create(&by, new).await,
        Err(error) => Err(error),
    };
    match made {
        Ok(made) => Ok(Redirect::to(&format!("/tenants/{}?done=create", made.tenant().slug)).into_response()),
        Err(error @ (Error::Invalid(_) | Error::Taken(_))) => refused(&tenants, &view, &body, &error).await,
        Err(error) => Err(error.into()),
    }
}

fn page(view: &View, filled: &Filled, partners: &[Partner]) -> Markup {
    let w = view.words();
    let form = FormHead { action: "/tenants".into(), csrf: view.shell.csrf.clone(), swap: None };
    let inside = html! {
        (fields(w, filled, None, partners, true))
        div class="row" {
            (submit_button(w))
            (link_button(w.t("form-cancel"), "/tenants").quiet())
        }
    };
    let head = PageHead {
        title: w.t("new-title"),
        summary: html! { (w.t("new-says")) },
        crumbs: vec![
            Crumb { label: w.t("nav-tenants"), href: Some("/tenants".into()) },
            Crumb { label: w.t("new-title"), href: None },
        ],
        ..PageHead::default()
    };
    let content = html! {
        div class="cols" {
            (card("new-tenant", w.t("new-card")).body(form.form(&inside)))
            (what_happens(w))
        }
    };
    view.page(&w.t("new-title"), &head, &content)
}

fn submit_button(w: &i18n::Words) -> web::ui::Button {
    ui::submit(w.t("new-submit")).primary().icon(Icon::Plus)
}

fn what_happens(w: &i18n::Words) -> Markup {
    let steps =
        [(Icon::Group, "new-step-group"), (Icon::Mail, "new-step-domain"), (Icon::Folder, "new-step-drive")];
    let inside = html! {
        ul class="list" {
            @for (icon, key) in steps { li { (icon) div { p { (w.t(key)) } } } }
        }
    };
    card("what-happens", w.t("new-what-happens")).flush(inside).render()
}
