//! What the link of an invitation shows: to somebody new, to somebody with an account, to somebody who is signed in.

use access::{AcceptInvitation, Person, sessions};
use addresses::Mailbox;
use axum::Extension;
use axum::extract::{Path, State};
use axum::http::StatusCode;
use axum::response::{IntoResponse, Redirect, Response};
use i18n::Words;
use kernel::input::Field as Input;
use kernel::input::Shape::Name;
use kernel::{Coded as _, ErrorKind, FieldError, Message};
use maud::{Markup, html};
use memberships::Error as Refusal;
use people::own;
use secrecy::SecretString;
use serde::Deserialize;
use web::ui::{self, Field, FieldKind, FormHead, Tone, link_button, submit};
use web::{Caller, Facts, Failure, FormBody, Right, View};

use crate::error::Error;
use crate::link::{Dead, Newcomer, Opened};
use crate::service::Invitations;

pub const PATH: &str = "/invitation/{secret}";

/// Where who has just chosen their first password is told so, and signs in.
pub const READY: &str = "/signed-out?done=account";

const PASSWORD: Input = own::PASSWORD[0];
/// What somebody new types.
pub const NEWCOMER: &[Input] = &[Input::required("name", Name(120), "The full name."), PASSWORD];

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
        format!("/invitation/{}", self.secret)
    }
}

pub async fn show(
    State(invitations): State<Invitations>,
    Path(at): Path<At>,
    Extension(caller): Extension<Caller>,
    view: View,
) -> Result<Markup, Failure> {
    match invitations.open_link(&at.secret()).await {
        Ok(opened) => Ok(page(&view, &at, &opened, person(&caller), &Typed::default())),
        Err(error) => dead(&invitations, &at, person(&caller), &view, error).await,
    }
}

/// A link that lets nobody in; whoever came in by it themself is told so.
async fn dead(
    invitations: &Invitations,
    at: &At,
    person: Option<&Person>,
    view: &View,
    error: Error,
) -> Result<Markup, Failure> {
    let (Error::Link(Dead::Spent), Some(person)) = (&error, person) else { return Err(error.into()) };
    let Some(tenant) = invitations.joined(&at.secret(), person.id).await? else { return Err(error.into()) };
    let w = view.words();
    let content = html! {
        p class="soft" { (w.tx("link-joined-before-says", &[("email", (&person.email).into())])) }
        (link_button(w.t("link-go-on"), "/").primary().wide())
    };
    Ok(view
        .shell
        .hosted_by(&tenant.name)
        .bare(&w.tx("link-joined-before", &[("name", (&tenant.name).into())]), &content))
}

fn person(caller: &Caller) -> Option<&Person> {
    caller.known().map(|known| &known.actor.person)
}

/// What came back with the form.
#[derive(Debug, Default)]
pub struct Typed {
    name: Option<String>,
    errors: Vec<FieldError>,
    said: Option<String>,
}

impl Typed {
    /// What was refused: at its fields, or above all of them.
    pub fn refused(name: Option<String>, errors: Vec<FieldError>, said: impl FnOnce() -> String) -> Self {
        let errors = errors.into_iter().filter(|error| matches!(&*error.field, "name" | "password"));
        let errors: Vec<FieldError> = errors.collect();
        let said = errors.is_empty().then(said);
        Self { name, errors, said }
    }

    fn error(&self, field: &str) -> Option<Message> {
        self.errors.iter().find(|error| error.field == field).map(|error| error.message.clone())
    }

    /// What whoever is invited can do about it.
    fn of(w: &Words, name: Option<String>, error: &Error) -> Self {
        Self::refused(name, error.fields(), || {
            let key = match error {
                Error::Member(Refusal::NotDone(_)) => "link-not-yet",
                Error::Member(Refusal::NoSeat(_)) => "link-no-seat",
                Error::Member(Refusal::MailboxTaken(_) | Refusal::AddressTaken(_)) => "link-mailbox-taken",
                _ => return w.explain(error),
            };
            w.t(key)
        })
    }
}

/// A refusal that whoever is invited can act on stands above the form; any other is a page of its own.
fn belongs_on_page(error: &Error) -> bool {
    let is_link = matches!(error, Error::Link(_));
    !is_link && matches!(error.kind(), ErrorKind::Invalid | ErrorKind::Conflict | ErrorKind::Unavailable)
}

/// Makes the account. Somebody who is signed in already accepts as themself, at another address.
pub async fn accept(
    State(invitations): State<Invitations>,
    Path(at): Path<At>,
    Extension(caller): Extension<Caller>,
    Extension(facts): Extension<Facts>,
    view: View,
    body: FormBody,
) -> Result<Response, Failure> {
    let opened = match invitations.open_link(&at.secret()).await {
        Ok(opened) => opened,
        Err(error) => {
            return Ok(dead(&invitations, &at, person(&caller), &view, error).await?.into_response());
        }
    };
    if let Some(person) = person(&caller) {
        let page = page(&view, &at, &opened, Some(person), &Typed::default());
        return Ok((StatusCode::UNPROCESSABLE_ENTITY, page).into_response());
    }
    let is_named = opened.invitation.user.is_none();
    let mut input = body.input(if is_named { NEWCOMER } else { own::PASSWORD });
    let (name, password) = (input.name("name"), own::read(&mut input));
    let newcomer = password.map(|password| Newcomer { name, password });
    let done = match input.finish(newcomer) {
        Ok(newcomer) => invitations.accept(&at.secret(), &newcomer, &facts.origin).await,
        Err(errors) => Err(Refusal::Invalid(errors).into()),
    };
    match done {
        Ok(credentials) if credentials.all_set() => Ok(Redirect::to(READY).into_response()),
        Ok(_) => Ok(later(&view, &opened.tenant.name).into_response()),
        Err(error) if belongs_on_page(&error) => {
            let name = body.typed("name").map(str::to_owned);
            let typed = Typed::of(view.words(), name, &error);
            let page = page(&view, &at, &opened, None, &typed);
            Ok((StatusCode::UNPROCESSABLE_ENTITY, page).into_response())
        }
        Err(error) => Err(error.into()),
    }
}

/// Accepts as the person who is signed in.
pub async fn join(
    Right(by): Right<AcceptInvitation>,
    State(invitations): State<Invitations>,
    Path(at): Path<At>,
    Extension(caller): Extension<Caller>,
    view: View,
) -> Result<Response, Failure> {
    let opened = match invitations.open_link(&at.secret()).await {
        Ok(opened) => opened,
        Err(error) => {
            let person = Some(&by.actor().person);
            return Ok(dead(&invitations, &at, person, &view, error).await?.into_response());
        }
    };
    match invitations.join(&by, &at.secret()).await {
        Ok((tenant, member)) => {
            if let Some(session) = caller.session() {
                sessions::choose_tenant(&invitations.platform.db, session.id, &tenant.slug)
                    .await
                    .map_err(Error::from)?;
            }
            let w = view.words();
            let has_mail = member.mailbox.as_ref().and_then(Mailbox::address);
            let content = html! {
                p class="soft" { (w.tx("link-joined-says", &[("name", (&tenant.name).into())])) }
                @if let Some(address) = has_mail {
                    (ui::banner(Tone::Info, &w.t("link-mailbox"), &w.tx("link-mailbox-says", &[("address", (&address).into())]), None))
                }
                (link_button(w.t("link-go-on"), "/").primary().wide())
            };
            let title = w.tx("link-joined", &[("name", (&tenant.name).into())]);
            Ok(view.shell.hosted_by(&tenant.name).bare(&title, &content).into_response())
        }
        Err(error) if belongs_on_page(&error) => {
            let typed = Typed::of(view.words(), None, &error);
            let page = page(&view, &at, &opened, Some(&by.actor().person), &typed);
            Ok((StatusCode::UNPROCESSABLE_ENTITY, page).into_response())
        }
        Err(error) => Err(error.into()),
    }
}

/// The account is there, and something behind it is not.
fn later(view: &View, workspace: &str) -> Markup {
    let w = view.words();
    let content = html! {
        (ui::banner(Tone::Warn, &w.t("link-later"), &w.t("link-later-says"), None))
        (link_button(w.t("link-sign-in"), "/sign-in").primary().wide())
    };
    view.shell.hosted_by(workspace).bare(&w.t("link-ready"), &content)
}

fn page(view: &View, at: &At, opened: &Opened, person: Option<&Person>, typed: &Typed) -> Markup {
    let w = view.words();
    let workspace = &opened.tenant.name;
    let is_named = opened.invitation.user.is_none();
    let title = if is_named {
        w.tx("link-title", &[("name", workspace.into())])
    } else {
        w.tx("link-password-title", &[("name", workspace.into())])
    };
    let link = LinkPage {
        path: at.path(),
        host: workspace.clone(),
        title,
        says: said(w, opened),
        account: opened.account.clone(),
        name: is_named.then(|| opened.invitation.name.clone()),
        has_account: opened.has_account,
    };
    link_page(view, &link, person, typed)
}

fn said(w: &Words, opened: &Opened) -> String {
    let role = w.t(&format!("role-{}", opened.invitation.role.as_str()));
    let email = &opened.account;
    let key = match (&opened.invitation.user, &opened.inviter) {
        (Some(_), _) => return w.tx("link-password-says", &[("email", email.into())]),
        (None, Some(name)) => {
            return w.tx("link-says", &[("inviter", name.into()), ("role", (&role).into())]);
        }
        (None, None) => "link-says-alone",
    };
    w.tx(key, &[("role", (&role).into())])
}

/// What the link of an invitation shows, whatever it leads to.
#[derive(Debug, Clone)]
pub struct LinkPage {
    /// The link's path; `/join` below it accepts as whoever is signed in.
    pub path: String,
    /// Who invites: the page has their name and mark.
    pub host: String,
    pub title: String,
    pub says: String,
    /// The address with which they will sign in.
    pub account: String,
    /// The name that they are known by so far; none where there is an account whose password is yet to be chosen.
    pub name: Option<String>,
    /// Its address has an account, so that nobody gets a second one for it.
    pub has_account: bool,
}

/// The page: for whoever is signed in, for whoever has an account, for somebody new.
pub fn link_page(view: &View, link: &LinkPage, person: Option<&Person>, typed: &Typed) -> Markup {
    let w = view.words();
    let content = html! {
        p class="soft" { (link.says) }
        @if let Some(said) = &typed.said { (ui::banner(Tone::Bad, &w.t("link-not-done"), said, None)) }
        @match person {
            Some(person) => (as_oneself(view, link, person)),
            None if link.has_account => (sign_in_first(w, link)),
            None => (form(view, link, typed)),
        }
    };
    view.shell.hosted_by(&link.host).bare(&link.title, &content)
}

fn as_oneself(view: &View, link: &LinkPage, person: &Person) -> Markup {
    let (w, csrf) = (view.words(), &view.shell.csrf);
    let head = |action: String| FormHead { action, csrf: csrf.clone(), swap: None };
    let join = html! {
        (submit(w.tx("link-join-as", &[("name", (&person.name).into())])).primary().wide())
    };
    html! {
        p { (ui::who(&person.name, &person.id.to_string(), Some(&person.email))) }
        @if link.name.is_some() {
            (head(format!("{}/join", link.path)).form(&join))
        }
        (head("/sign-out".to_owned()).form(&html! {
            p class="small soft" { (w.t("link-not-you")) }
            (submit(w.t("link-sign-out")).wide())
        }))
    }
}

fn sign_in_first(w: &Words, link: &LinkPage) -> Markup {
    html! {
        p { (w.t("link-has-account")) }
        (link_button(w.t("link-sign-in"), web::sign_in_address(&link.path)).primary().wide())
    }
}

fn form(view: &View, link: &LinkPage, typed: &Typed) -> Markup {
    let w = view.words();
    let name = typed.name.clone().or_else(|| link.name.clone()).unwrap_or_default();
    let name = Field::new("name", w.t("link-name")).value(name).error(typed.error("name"));
    // Without a name it is not sent: it is shown to the person, and to what keeps their passwords.
    let email = Field::new("", w.t("member-email")).value(link.account.clone());
    let email = Field { readonly: true, autocomplete: Some("username"), ..email };
    let password = Field::new("password", w.t("link-password"))
        .kind(FieldKind::Password)
        .help(w.t("own-password-help"))
        .error(typed.error("password"));
    let is_named = link.name.is_some();
    let inside = html! {
        @if is_named {
            (ui::field(w, &Field { autocomplete: Some("name"), ..name }))
        }
        (ui::field(w, &email))
        (ui::field(w, &Field { autocomplete: Some("new-password"), ..password }))
        (submit(w.t(if is_named { "link-accept" } else { "own-password-set" })).primary().wide())
    };
    let head = FormHead { action: link.path.clone(), csrf: view.shell.csrf.clone(), swap: None };
    html! {
        (head.form(&inside))
        @if is_named {
            p class="small soft" {
                (w.t("link-known")) " " a href=(web::sign_in_address(&link.path)) { (w.t("link-sign-in")) }
            }
        }
    }
}
