//! A form outlives its session: one that is sent too late is kept, sealed, until its person has signed in again, and
//! then given back to its page. Nothing is ever done in anybody's name: the person looks it over and sends it.

mod store;
mod tables;

use access::Surface;
use access::sessions;
use axum::body::{Body, Bytes};
use axum::extract::{Request, State};
use axum::http::request::Parts;
use axum::http::{HeaderMap, HeaderValue, Method, header};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};
use db::Tx;
use kernel::{ErrorKind, UserId};
use web::{Caller, Failure, Kept, KeptForm};

use crate::cookie;
use crate::error::Error;
use crate::pages::came_from;
use crate::service::SignIn;
use store::{Form, Found, Holder};

pub use store::{FORM, purge};

/// The most that a kept form may have. No form of the consoles comes near it, save those with a file or a long list.
const MOST_BYTES: usize = web::FEW_BYTES;
/// The cookie outlives the form, so that a person who comes too late is told.
const COOKIE_SECONDS: u32 = 3600;

/// Keeps forms and gives them back. Stands inside of `present`, to see a refusal before it becomes a page, and outside
/// of `protect`.
pub async fn keep_forms(
    State((service, surface)): State<(SignIn, Surface)>,
    request: Request,
    next: Next,
) -> Response {
    let (parts, body) = request.into_parts();
    if is_form(&parts) {
        return service.take(surface, parts, body, next).await;
    }
    let given = match service.given(surface, &parts).await {
        Ok(given) => given,
        Err(error) => return Failure::from(error).into_response(),
    };
    match given {
        Some(given) => service.give(surface, given, parts, body, next).await,
        None => next.run(Request::from_parts(parts, body)).await,
    }
}

fn is_form(parts: &Parts) -> bool {
    let kind = parts.headers.get(header::CONTENT_TYPE).and_then(|kind| kind.to_str().ok());
    parts.method == Method::POST
        && !parts.uri.path().starts_with("/api/")
        && kind.is_some_and(|kind| kind.starts_with("application/x-www-form-urlencoded"))
}

/// Only a page can fill a form in or say that it can't.
fn is_page(parts: &Parts) -> bool {
    let accepted = parts.headers.get(header::ACCEPT).and_then(|kinds| kinds.to_str().ok());
    parts.method == Method::GET && accepted.is_some_and(|kinds| kinds.contains("text/html"))
}

/// What became of a form.
enum Outcome {
    /// Nobody is signed in.
    TooLate,
    /// Its page is older than the session that it came with.
    OldPage,
    /// It was read.
    Read,
    /// Something failed, so it may be sent again.
    Failed,
}

impl Outcome {
    fn of(response: &Response) -> Self {
        match response.extensions().get::<Failure>() {
            Some(failure) if failure.kind == ErrorKind::Unauthenticated => Self::TooLate,
            Some(failure) if failure.code == web::FORGED => Self::OldPage,
            _ if response.status().is_server_error() => Self::Failed,
            _ => Self::Read,
        }
    }
}

/// What a browser holds of a person who asks for a page.
struct Given {
    found: Vec<Found>,
    kept: Kept,
}

fn user(parts: &Parts) -> Option<UserId> {
    parts.extensions.get::<Caller>()?.session().map(|session| session.user)
}

fn add_cookie(response: &mut Response, line: &str) {
    if let Ok(value) = HeaderValue::from_str(line) {
        response.headers_mut().append(header::SET_COOKIE, value);
    }
}

impl SignIn {
    /// Runs a form, and keeps it if it came too late.
    async fn take(&self, surface: Surface, parts: Parts, body: Body, next: Next) -> Response {
        // No more is read than could be kept; what reads further is behind the proof of a right.
        let (bytes, body) = web::peek(body, MOST_BYTES).await;
        let unwanted = bytes.as_deref().and_then(named_form);
        let mut response = next.run(Request::from_parts(parts.clone(), body)).await;
        match Outcome::of(&response) {
            Outcome::TooLate | Outcome::OldPage => match self.keep(surface, &parts, bytes).await {
                Ok(Some(instead)) => instead,
                Ok(None) => response,
                Err(failure) => failure.into_response(),
            },
            Outcome::Read => {
                let action = parts.uri.path();
                // What its person may not do is not done either.
                let unwanted = unwanted.filter(|_| action == web::FORGET && is_done(&response));
                let sent = |found: &Found| {
                    found.form.action == action || unwanted.as_ref() == Some(&found.form.action)
                };
                self.let_go(surface, &parts, &mut response, sent).await;
                response
            }
            Outcome::Failed => response,
        }
    }

    /// Keeps a form for whoever its page was made for, and leads there or to the sign-in. A form that no page of ours
    /// sent, or whose page was made for somebody else than the person who is signed in, is not kept.
    async fn keep(
        &self,
        surface: Surface,
        parts: &Parts,
        bytes: Option<Bytes>,
    ) -> Result<Option<Response>, Failure> {
        let Some(client) = self.oidc_client(surface) else { return Ok(None) };
        if !web::from_own_page(&parts.headers, &client.origin) {
            return Ok(None);
        }
        let Some(bytes) = bytes else { return Err(too_much()) };
        let fields = web::form_pairs(&bytes);
        let Some((_, csrf)) = fields.iter().find(|(name, _)| name == "csrf") else { return Ok(None) };
        let owner = sessions::owner_of_form(&self.0.db, surface, csrf).await?;
        let present = user(parts);
        let Some(owner) = owner.filter(|owner| present.is_none_or(|present| present == *owner)) else {
            return Ok(None);
        };
        let from = came_from(&parts.headers, &client.origin);
        let page = from.as_deref().map(|from| from.split('?').next().unwrap_or(from).to_owned());
        let form = Form { action: parts.uri.path().to_owned(), page, fields: web::keepable(fields) };
        let known = self.secret_for(surface, &parts.headers, owner).map(str::to_owned);
        let secret = known.unwrap_or_else(kernel::id::random_token);
        let holder = Holder::new(surface, owner, &secret);
        store::keep(&self.0.db, &self.0.keys, self.0.clock.now(), &holder, &form).await?;
        let next = from.as_deref().unwrap_or("/");
        let to = if present.is_some() { next.to_owned() } else { web::sign_in_address(next) };
        let mut response = web::lead_to(&to, web::is_swap(&parts.headers));
        let name = cookie::kept_name(surface, &client.origin);
        let value = format!("{secret}.{}", store::mark(&secret, owner));
        add_cookie(&mut response, &cookie::line(&name, &value, &client.origin, Some(COOKIE_SECONDS)));
        Ok(Some(response))
    }

    /// The browser's secret, if it was given for this person.
    fn secret_for<'a>(&self, surface: Surface, headers: &'a HeaderMap, user: UserId) -> Option<&'a str> {
        let (secret, whose) = self.kept_cookie(surface, headers)?;
        (whose == store::mark(secret, user)).then_some(secret)
    }

    /// The browser's secret, and whom it was given for.
    fn kept_cookie<'a>(&self, surface: Surface, headers: &'a HeaderMap) -> Option<(&'a str, &'a str)> {
        web::cookie(headers, &cookie::kept_name(surface, &self.oidc_client(surface)?.origin))?.split_once('.')
    }

    async fn held(&self, surface: Surface, parts: &Parts) -> Result<Option<Vec<Found>>, Error> {
        let Some(user) = user(parts) else { return Ok(None) };
        let Some(secret) = self.secret_for(surface, &parts.headers, user) else { return Ok(None) };
        let holder = Holder::new(surface, user, secret);
        Ok(Some(store::of_holder(self.0.db.read(), &self.0.keys, self.0.clock.now(), &holder).await?))
    }

    async fn given(&self, surface: Surface, parts: &Parts) -> Result<Option<Given>, Error> {
        if !is_page(parts) {
            return Ok(None);
        }
        let Some(found) = self.held(surface, parts).await? else { return Ok(None) };
        let form = |found: &Found| {
            let form = found.form.clone();
            KeptForm::new(form.action, form.page, form.fields)
        };
        let kept = Kept { forms: found.iter().map(form).collect(), is_over: found.is_empty() };
        Ok(Some(Given { found, kept }))
    }

    /// Runs a page with what is kept. A form that its own page has no place for was an action without words: once that is
    /// said, it is forgotten.
    async fn give(
        &self,
        surface: Surface,
        given: Given,
        mut parts: Parts,
        body: Body,
        next: Next,
    ) -> Response {
        parts.extensions.insert(given.kept.clone());
        let mut response = next.run(Request::from_parts(parts.clone(), body)).await;
        let kind = response.headers().get(header::CONTENT_TYPE);
        if response.status().is_success()
            && kind.is_some_and(|kind| kind.as_bytes().starts_with(b"text/html"))
        {
            let path = parts.uri.path();
            // A script that reads a part of a page leaves none.
            let client = self.oidc_client(surface).filter(|_| !web::is_swap(&parts.headers));
            let from = client.and_then(|client| came_from(&parts.headers, &client.origin));
            let from = from.as_deref().and_then(|from| from.split('?').next());
            let pairs = given.found.iter().zip(&given.kept.forms);
            let over = pairs.filter(|(_, form)| {
                let is_said = form.is_of(path) && !form.was_taken();
                // Whoever leaves the page of a form by a link, as by its Cancel, doesn't want it any longer.
                let is_left = !form.is_of(path) && from.is_some_and(|from| form.is_of(from));
                is_said || is_left
            });
            let over: Vec<String> = over.map(|(found, _)| found.id.clone()).collect();
            self.let_go(surface, &parts, &mut response, |found| over.contains(&found.id)).await;
        }
        response
    }

    /// Forgets forms, and lets the cookie go with the last one. What was done is done: that this fails changes nothing.
    async fn let_go(
        &self,
        surface: Surface,
        parts: &Parts,
        response: &mut Response,
        done: impl Fn(&Found) -> bool,
    ) {
        let gone = async {
            let Some(held) = self.held(surface, parts).await? else { return Ok(false) };
            let (gone, left): (Vec<Found>, Vec<Found>) = held.into_iter().partition(done);
            if !gone.is_empty() {
                store::forget(&self.0.db, gone.into_iter().map(|found| found.id).collect()).await?;
            }
            Ok::<_, Error>(left.is_empty())
        };
        match (gone.await, self.oidc_client(surface)) {
            (Ok(true), Some(client)) => add_cookie(response, &cookie::no_kept(surface, &client.origin)),
            (Ok(_), _) => {}
            (Err(error), _) => tracing::warn!(%error, "a kept form was not forgotten; it runs out by itself"),
        }
    }

    /// Forgets the forms that a browser holds of others than the person who signs in there.
    pub(crate) async fn forget_forms_of_others(
        &self,
        tx: &Tx,
        surface: Surface,
        headers: &HeaderMap,
        user: UserId,
    ) -> Result<(), Error> {
        if let Some((secret, _)) = self.kept_cookie(surface, headers) {
            store::forget_others(tx, surface, secret, user).await?;
        }
        Ok(())
    }

    /// Forgets all forms that a browser holds.
    pub(crate) async fn forget_forms(&self, surface: Surface, headers: &HeaderMap) -> Result<(), Error> {
        if let Some((secret, _)) = self.kept_cookie(surface, headers) {
            store::forget_browser(&self.0.db, surface, secret).await?;
        }
        Ok(())
    }
}

fn is_done(response: &Response) -> bool {
    response.status().is_success() || response.status().is_redirection()
}

/// The kept form that its person doesn't want any longer.
fn named_form(bytes: &[u8]) -> Option<String> {
    web::form_pairs(bytes).into_iter().find(|(name, _)| name == "form").map(|(_, action)| action)
}

fn too_much() -> Failure {
    Error::FormTooLarge.into()
}
