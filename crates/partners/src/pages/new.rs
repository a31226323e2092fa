//! A new partner.

use access::ManagePartners;
use axum::extract::State;
use axum::http::StatusCode;
use axum::response::{IntoResponse, Redirect, Response};
use maud::{Markup, html};
use web::draft::Draft;
use web::ui::{Crumb, FormHead, Icon, PageHead, card, link_button, submit as submit_button};
use web::{Failure, FormBody, Right, View};

use super::form::{FORM, NAMES, fields};
use super::place;
use crate::error::Error;
use crate::input;
use crate::service::Partners;

pub async fn show(Right(_): Right<ManagePartners>, mut view: View) -> Markup {
    let draft = view.refill("/partners").map(|body| Draft::kept(FORM, &body));
    page(&view, draft.as_ref())
}

pub async fn submit(
    Right(by): Right<ManagePartners>,
    State(partners): State<Partners>,
    view: View,
    body: FormBody,
) -> Result<Response, Failure> {
    let made = match input::new_partner(body.input(input::CREATE)) {
        Ok(new) => partners.create(&by, new).await,
        Err(errors) => Err(Error::Invalid(errors)),
    };
    match made {
        Ok(made) => Ok(Redirect::to(&format!("{}?done=create", place(made.slug.as_str()))).into_response()),
        Err(error) => {
            let draft = Draft::of(FORM, &body, error, NAMES)?;
            Ok((StatusCode::UNPROCESSABLE_ENTITY, page(&view, Some(&draft))).into_response())
        }
    }
}

fn page(view: &View, draft: Option<&Draft>) -> Markup {
    let w = view.words();
    let form = FormHead { action: "/partners".into(), csrf: view.shell.csrf.clone(), swap: None };
    let inside = html! {
        (fields(w, None, draft))
        div class="row" {
            (submit_button(w.t("partner-create")).primary().icon(Icon::Plus))
            (link_button(w.t("partner-cancel"), "/partners").quiet())
        }
    };
    let title = w.t("partners-new");
    let head = PageHead {
        title: title.clone(),
        summary: html! { (w.t("partner-new-says")) },
        crumbs: vec![
            Crumb { label: w.t("nav-partners"), href: Some("/partners".into()) },
            Crumb { label: title.clone(), href: None },
        ],
        ..PageHead::default()
    };
    view.page(&title, &head, &html! { (card("new-partner", w.t("partner-card")).body(form.form(&inside))) })
}
