//! What the link of an invitation to the staff shows: to somebody new, to somebody with an account, to somebody who is signed
//! in.

use access::{AcceptInvitation, Person};
use axum::Extension;
use axum::extract::{Path, State};
use axum::http::StatusCode;
use axum::response::{IntoResponse, Redirect, Response};
use i18n::Words;
use invitations::pages::{LinkPage, NEWCOMER, READY, Typed, link_page};
use kernel::Coded as _;
use maud::{Markup, html};
use partners::pages::belongs_on_page;
use people::own;
use secrecy::SecretString;
use serde::Deserialize;
use web::ui::link_button;
use web::{Caller, Facts, Failure, FormBody, Right, View};

use super::role;
use crate::error::Error;
use crate::link::{Newcomer, Opened};
use crate::service::PartnerStaff;

pub const PATH: &str = "/staff-invitation/{secret}";

/// The path, which no log may hold.
#[derive(Deserialize)]
pub struct At {
    secret: String,
}

impl At {
    fn secret(&self) -> SecretString {
        self.secret.as_str().into()
    }

    fn path(&self) -> String {
        format!("/staff-invitation/{}", self.secret)
    }
}

fn person(caller: &Caller) -> Option<&Person> {
    caller.known().map(|known| &known.actor.person)
}

pub async fn show(
    State(partners): State<PartnerStaff>,
    Path(at): Path<At>,
    Extension(caller): Extension<Caller>,
    view: View,
) -> Result<Markup, Failure> {
    let opened = partners.open_link(&at.secret()).await?;
    Ok(page(&view, &at, &opened, person(&caller), &Typed::default()))
}

/// Makes the account. Somebody who is signed in already accepts as themself, at another address.
pub async fn accept(
    State(partners): State<PartnerStaff>,
    Path(at): Path<At>,
    Extension(caller): Extension<Caller>,
    Extension(facts): Extension<Facts>,
    view: View,
    body: FormBody,
) -> Result<Response, Failure> {
    let opened = partners.open_link(&at.secret()).await?;
    if let Some(person) = person(&caller) {
        let page = page(&view, &at, &opened, Some(person), &Typed::default());
        return Ok((StatusCode::UNPROCESSABLE_ENTITY, page).into_response());
    }
    let is_named = opened.invitation.user.is_none();
    let mut input = body.input(if is_named { NEWCOMER } else { own::PASSWORD });
    let (name, password) = (input.name("name"), own::read(&mut input));
    let newcomer = password.map(|password| Newcomer { name, password });
    let done = match input.finish(newcomer) {
        Ok(newcomer) => partners.accept(&at.secret(), &newcomer, &facts.origin).await,
        Err(errors) => Err(Error::Invalid(errors)),
    };
    match done {
        Ok(()) => Ok(Redirect::to(READY).into_response()),
        Err(error) if is_on_page(&error) => {
            let w = view.words();
            let name = body.typed("name").map(str::to_owned);
            let typed = Typed::refused(name, error.fields(), || w.explain(&error));
            let page = page(&view, &at, &opened, None, &typed);
            Ok((StatusCode::UNPROCESSABLE_ENTITY, page).into_response())
        }
        Err(error) => Err(error.into()),
    }
}

/// A link that lets nobody in has a page of its own.
fn is_on_page(error: &Error) -> bool {
    !matches!(error, Error::Link(_) | Error::Closed) && belongs_on_page(error)
}

/// Accepts as the person who is signed in.
pub async fn join(
    Right(by): Right<AcceptInvitation>,
    State(partners): State<PartnerStaff>,
    Path(at): Path<At>,
    view: View,
) -> Result<Response, Failure> {
    let opened = partners.open_link(&at.secret()).await?;
    let w = view.words();
    match partners.join(&by, &at.secret()).await {
        Ok(partner) => {
            let name = || [("partner", (&partner.name).into())];
            let content = html! {
                p class="soft" { (w.tx("staff-joined-says", &name())) }
                (link_button(w.t("staff-go-on"), "/").primary().wide())
            };
            Ok(view
                .shell
                .hosted_by(&opened.partner.name)
                .bare(&w.tx("staff-joined", &name()), &content)
                .into_response())
        }
        Err(error) if is_on_page(&error) => {
            let typed = Typed::refused(None, Vec::new(), || w.explain(&error));
            let page = page(&view, &at, &opened, Some(&by.actor().person), &typed);
            Ok((StatusCode::UNPROCESSABLE_ENTITY, page).into_response())
        }
        Err(error) => Err(error.into()),
    }
}

fn page(view: &View, at: &At, opened: &Opened, person: Option<&Person>, typed: &Typed) -> Markup {
    let w = view.words();
    let is_named = opened.invitation.user.is_none();
    let link = LinkPage {
        path: at.path(),
        host: opened.partner.name.clone(),
        title: w.tx("staff-link-title", &[("partner", (&opened.partner.name).into())]),
        says: said(w, opened),
        account: kernel::readable_address(&opened.invitation.email.to_string()),
        name: is_named.then(|| opened.invitation.name.clone()),
        has_account: opened.has_account,
    };
    link_page(view, &link, person, typed)
}

fn said(w: &Words, opened: &Opened) -> String {
    let role = role(w, opened.invitation.role);
    match &opened.inviter {
        Some(inviter) => w.tx("staff-link-says", &[("inviter", inviter.into()), ("role", (&role).into())]),
        None => w.tx("staff-link-says-alone", &[("role", (&role).into())]),
    }
}
