//! Changing a partner.

use access::ManagePartner;
use axum::extract::State;
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use maud::{Markup, html};
use web::draft::{Draft, version_of};
use web::ui::{FormHead, card, hidden, link_button, submit as submit_button};
use web::{Failure, FormBody, Right, View};

use super::form::{FORM, NAMES, fields};
use super::{back, below, place};
use crate::error::Error;
use crate::input;
use crate::model::Partner;
use crate::service::Partners;

fn action(slug: &str) -> String {
    format!("{}/edit", place(slug))
}

pub async fn show(
    Right(by): Right<ManagePartner>,
    State(partners): State<Partners>,
    mut view: View,
) -> Result<Markup, Failure> {
    let partner = partners.details(&by).await?.partner;
    let draft = view.refill(&action(partner.slug.as_str())).map(|body| Draft::kept(FORM, &body));
    Ok(page(&view, &partner, draft.as_ref()))
}

pub async fn submit(
    Right(by): Right<ManagePartner>,
    State(partners): State<Partners>,
    view: View,
    body: FormBody,
) -> Result<Response, Failure> {
    let read = body.without("version");
    let done = match input::partner_change(read.input(input::CHANGE)) {
        Ok(change) => partners.update(&by, change, Some(version_of(&body))).await,
        Err(errors) => Err(Error::Invalid(errors)),
    };
    match done {
        Ok(partner) => Ok(back(partner.slug.as_str(), "", "update").into_response()),
        Err(error) => {
            let draft = Draft::of(FORM, &body, error, NAMES)?;
            let partner = partners.details(&by).await?.partner;
            let page = page(&view, &partner, Some(&draft));
            Ok((StatusCode::UNPROCESSABLE_ENTITY, page).into_response())
        }
    }
}

fn page(view: &View, partner: &Partner, draft: Option<&Draft>) -> Markup {
    let (w, slug) = (view.words(), partner.slug.as_str());
    let version = draft.map_or(partner.version, |draft| draft.version(partner.version));
    let form = FormHead { action: action(slug), csrf: view.shell.csrf.clone(), swap: None };
    let inside = html! {
        (hidden("version", &version.to_string()))
        (fields(w, Some(partner), draft))
        div class="row" {
            (submit_button(w.t("partner-save")).primary())
            (link_button(w.t("partner-cancel"), place(slug)).quiet())
        }
    };
    let title = w.tx("partner-edit-title", &[("name", (&partner.name).into())]);
    let head = below(view, partner, &title, &w.t("partner-edit-says"));
    view.page(&title, &head, &html! { (card("edit-partner", w.t("partner-card")).body(form.form(&inside))) })
}
