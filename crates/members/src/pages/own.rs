//! One's own password.

use access::OwnAccount;
use axum::extract::State;
use axum::http::StatusCode;
use axum::response::{IntoResponse, Redirect, Response};
use kernel::Coded as _;
use maud::{Markup, html};
use web::ui::{self, Field, FormHead, Kind, PageHead, card, submit};
use web::{Failure, FormBody, Right, View};

use crate::error::Error;
use crate::own;
use crate::service::Members;

pub async fn show(Right(by): Right<OwnAccount>, view: View) -> Markup {
    page(&view, by.actor().password_due, None)
}

pub async fn set(
    Right(by): Right<OwnAccount>,
    State(members): State<Members>,
    view: View,
    body: FormBody,
) -> Result<Response, Failure> {
    let mut input = body.input(own::PASSWORD);
    let password = own::read(&mut input);
    let done = match input.finish(password) {
        Ok(password) => members.set_own_password(&by, &password).await.map(drop),
        Err(errors) => Err(Error::Invalid(errors)),
    };
    match done {
        // Every sign-in has ended, this one too: whoever knows the new password comes back in.
        Ok(()) => Ok(Redirect::to("/sign-in").into_response()),
        Err(error) if !error.fields().is_empty() => {
            let said = error.fields().into_iter().next().map(|field| field.message);
            let page = page(&view, by.actor().password_due, said);
            Ok((StatusCode::UNPROCESSABLE_ENTITY, page).into_response())
        }
        Err(error) => Err(error.into()),
    }
}

fn page(view: &View, is_due: bool, wrong: Option<String>) -> Markup {
    let w = view.words();
    let says = w.t(if is_due { "own-password-due" } else { "own-password-says" });
    let head = PageHead { title: w.t("own-password"), summary: html! { (says) }, ..PageHead::default() };
    let field = Field::new("password", w.t("own-password-new"))
        .kind(Kind::Password)
        .help(w.t("own-password-help"))
        .error(wrong);
    let inside = html! {
        (ui::field(w, &field))
        p class="small soft" { (w.t("own-password-after")) }
        div class="row" { (submit(w.t("own-password-set")).primary()) }
    };
    let form = FormHead { action: "/account/password".to_owned(), csrf: view.shell.csrf.clone(), swap: None };
    let content = html! { (card("password", w.t("own-password-card")).body(form.form(&inside))) };
    view.page(&w.t("own-password"), &head, &content)
}
