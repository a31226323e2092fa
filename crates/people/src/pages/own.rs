//! One's own password.

use std::time::Duration;

use access::OwnPassword;
use axum::Extension;
use axum::extract::State;
use axum::http::StatusCode;
use axum::response::{IntoResponse, Redirect, Response};
use kernel::{Coded as _, Message};
use maud::{Markup, html};
use memberships::{Error, PasswordState};
use web::ui::{self, Field, FieldKind, FormHead, PageHead, Tone, card, link_button, submit};
use web::{Caller, Failure, FormBody, Right, View};

use super::sessions::keep_app_passwords;
use crate::service::People;
use crate::{input, own};

pub(super) const PAGE: &str = "/account/password";
/// How long ago somebody may have typed their password to choose another: who finds an open browser must not.
const RECENT: Duration = Duration::from_mins(15);
/// Where they are told that it worked, and sign in.
const CHANGED: &str = "/signed-out?done=password";
const SIGN_IN_AGAIN: &str = "/sign-in?next=/account/password&again=1";

/// What is said of mailboxes that their password does not open.
const STATES: [(PasswordState, &str); 3] = [
    (PasswordState::Waiting, "waiting"),
    (PasswordState::NoPassword, "locked"),
    (PasswordState::Earlier, "earlier"),
];

fn is_recent(people: &People, caller: &Caller) -> bool {
    let at = caller.session().and_then(|session| session.authenticated_at);
    at.is_some_and(|at| people.now().since(at) < RECENT)
}

pub async fn show(
    Right(by): Right<OwnPassword>,
    State(people): State<People>,
    Extension(caller): Extension<Caller>,
    view: View,
) -> Result<Markup, Failure> {
    if !is_recent(&people, &caller) {
        return Ok(again(&view));
    }
    let mailboxes = people.own_mailboxes(&by).await?;
    Ok(page(&view, by.actor().password_due, &mailboxes, None))
}

pub async fn set(
    Right(by): Right<OwnPassword>,
    State(people): State<People>,
    Extension(caller): Extension<Caller>,
    view: View,
    body: FormBody,
) -> Result<Response, Failure> {
    if !is_recent(&people, &caller) {
        return Ok(Redirect::to(SIGN_IN_AGAIN).into_response());
    }
    let mut input = body.input(own::PASSWORD);
    let password = own::read(&mut input);
    let fate = input::app_passwords(&mut input);
    let done = match input.finish(password) {
        Ok(password) => people.set_own_password(&by, &password, fate).await.map(drop),
        Err(errors) => Err(Error::Invalid(errors)),
    };
    match done {
        // Every sign-in has ended, this one too: whoever knows the new password comes back in.
        Ok(()) => Ok(Redirect::to(CHANGED).into_response()),
        Err(error) if !error.fields().is_empty() => {
            let said = error.fields().into_iter().next().map(|field| field.message);
            let mailboxes = people.own_mailboxes(&by).await?;
            let page = page(&view, by.actor().password_due, &mailboxes, said);
            Ok((StatusCode::UNPROCESSABLE_ENTITY, page).into_response())
        }
        Err(error) => Err(error.into()),
    }
}

/// What somebody sees who has been signed in for long.
fn again(view: &View) -> Markup {
    let w = view.words();
    let head = PageHead {
        title: w.t("own-password"),
        summary: html! { (w.t("own-password-again")) },
        actions: html! { (link_button(w.t("own-password-sign-in"), SIGN_IN_AGAIN).primary()) },
        ..PageHead::default()
    };
    view.page(&w.t("own-password"), &head, &html! {})
}

fn page(view: &View, is_due: bool, mailboxes: &[(String, PasswordState)], wrong: Option<Message>) -> Markup {
    let w = view.words();
    let says = w.t(if is_due { "own-password-due" } else { "own-password-says" });
    let head = PageHead { title: w.t("own-password"), summary: html! { (says) }, ..PageHead::default() };
    let field = Field::new("password", w.t("own-password-new"))
        .kind(FieldKind::Password)
        .help(w.t("own-password-help"))
        .error(wrong);
    let inside = html! {
        (ui::field(w, &field))
        @if !mailboxes.is_empty() && !is_due { (ui::field(w, &keep_app_passwords(w))) }
        p class="small soft" { (w.t("own-password-after")) }
        div class="row" { (submit(w.t("own-password-set")).primary()) }
    };
    let form = FormHead { action: PAGE.to_owned(), csrf: view.shell.csrf.clone(), swap: None };
    let content = html! {
        @for (state, name) in STATES {
            @let which: Vec<&str> = mailboxes.iter().filter(|(_, is)| *is == state).map(|(which, _)| &**which).collect();
            @if !which.is_empty() {
                (ui::banner(Tone::Info, &w.t(&format!("own-password-{name}")), &w.tx(&format!("own-password-{name}-says"), &[("which", which.join(", ").into())]), None))
            }
        }
        (card("password", w.t("own-password-card")).body(form.form(&inside)))
    };
    view.page(&w.t("own-password"), &head, &content)
}
