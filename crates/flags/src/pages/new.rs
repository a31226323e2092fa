//! A new flag.

use access::ManageFlags;
use axum::extract::State;
use axum::http::StatusCode;
use axum::response::{IntoResponse as _, Redirect, Response};
use maud::{Markup, html};
use web::draft::Draft;
use web::ui::{Crumb, PageHead, card};
use web::{Failure, FormBody, Right, View};

use super::form::{FORM, NAMES, Shown, form};
use crate::error::Error;
use crate::input;
use crate::service::Flags;

pub async fn show(Right(_): Right<ManageFlags>, mut view: View) -> Markup {
    let draft = view.refill("/flags").map(|body| Draft::kept(FORM, &body));
    page(&view, &Shown { details: None, draft: draft.as_ref(), reached: None })
}

pub async fn submit(
    Right(by): Right<ManageFlags>,
    State(flags): State<Flags>,
    view: View,
    body: FormBody,
) -> Result<Response, Failure> {
    let made = async {
        let (key, sent) = input::new(body.input(input::CREATE_FORM)).map_err(Error::Invalid)?;
        flags.create(&by, key, &flags.change_of(sent).await?).await
    };
    match made.await {
        Ok(flag) => Ok(Redirect::to(&format!("/flags/{}?done=created", flag.key)).into_response()),
        Err(error) => {
            let draft = Draft::of(FORM, &body, error, NAMES)?;
            let page = page(&view, &Shown { details: None, draft: Some(&draft), reached: None });
            Ok((StatusCode::UNPROCESSABLE_ENTITY, page).into_response())
        }
    }
}

pub fn page(view: &View, shown: &Shown<'_>) -> Markup {
    let w = view.words();
    let title = w.t("flag-create");
    let head = PageHead {
        title: title.clone(),
        summary: html! { (w.t("flag-create-says")) },
        crumbs: vec![
            Crumb { label: w.t("nav-flags"), href: Some("/flags".into()) },
            Crumb { label: title.clone(), href: None },
        ],
        ..PageHead::default()
    };
    view.page(&title, &head, &html! { (card("new-flag", w.t("flag-rule")).body(form(view, shown))) })
}
