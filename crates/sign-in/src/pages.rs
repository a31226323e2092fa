//! Signing in and out, choosing a workspace and a theme.

use access::people::Admitted;
use access::sessions::{self, Session};
use access::{ChooseWorkspace, ForgetKeptForm, Person, Surface};
use audit::{Chain, Context, Entry, Outcome, Target};
use axum::Extension;
use axum::extract::{Path, State};
use axum::http::{HeaderMap, HeaderValue, Method, header};
use axum::response::{IntoResponse, Redirect, Response};
use db::Tx;
use kernel::input::Shape::Text;
use kernel::input::{Field, Shape};
use kernel::{Coded as _, Timestamp};
use maud::{Markup, Render as _, html};
use secrecy::ExposeSecret;
use serde::Deserialize;
use serde_json::json;
use std::time::Duration;
use web::ui::{Theme, link_button};
use web::{
    Caller, Done, Facts, Failure, FormBody, Parameter, Parameters, Query, Right, Routes, Tables, View, Web,
};

use crate::cookie;
use crate::error::Error;
use crate::examine::Trouble;
use crate::oidc::Attempt;
use crate::service::SignIn;

const ATTEMPT_SECONDS: u32 = 600;
const ATTEMPT_PLACE: &str = "sign-in attempt";
const HOST_SECONDS: u32 = 600;
const HOST_PLACE: &str = "workspace left";

pub(crate) fn routes(mount: web::Mount, service: SignIn) -> Routes {
    Routes::new(mount)
        .open(&Method::GET, "/sign-in", "begins a sign-in", start)
        .open(&Method::GET, "/sign-in/callback", "the identity provider sends people back here", callback)
        .open(&Method::GET, "/signed-out", "shown after a sign-out", signed_out)
        .open(&Method::POST, "/theme/{word}", "a choice of colours, kept in a cookie", choose_theme)
        .open(
            &Method::POST,
            "/sign-out",
            "ends the session that the cookie names, if it still lives",
            sign_out,
        )
        .post("/workspace", choose_workspace)
        .post(web::FORGET, forget_form)
        .with_state(service)
}

fn surface(web: &Web) -> Result<Surface, Failure> {
    web.surface().ok_or_else(Failure::not_found)
}

/// The parameters of the query.
const OF_START: &[Parameter] = &[
    Parameter::optional("next", Shape::Text(4000), "Where to go after signing in."),
    Parameter::optional("again", Shape::Text(20), "Asks for the password again."),
];

#[derive(Deserialize)]
struct Start {
    next: Option<String>,
    /// Asks for the password though somebody is signed in at the identity provider.
    again: Option<String>,
}

impl Parameters for Start {
    const TABLES: Tables = &[OF_START];
}

async fn start(
    State(service): State<SignIn>,
    Extension(web): Extension<Web>,
    Query(query): Query<Start>,
) -> Result<Response, Failure> {
    let surface = surface(&web)?;
    let origin = &web.settings().origin;
    let next = query.next.filter(|next| is_local(next) && next != "/");
    let next = next.unwrap_or_else(|| landing(surface).to_owned());
    let (url, attempt) = service.begin(surface, next, query.again.is_some())?;
    let text = serde_json::to_string(&attempt).map_err(|error| Error::Settings(error.to_string()))?;
    let sealed = service.0.keys.seal(ATTEMPT_PLACE, &text).map_err(Error::from)?;
    let name = cookie::attempt_name(surface, origin);
    let line = cookie::line(&name, &sealed, origin, Some(ATTEMPT_SECONDS));
    Ok(with_cookies([line], Redirect::to(url.as_str())))
}

/// Where a sign-in without a destination leads to: the portal sends each person to the right place from there [A6].
fn landing(surface: Surface) -> &'static str {
    match surface {
        Surface::Portal => "/start",
        Surface::Operator => "/",
    }
}

/// A path of this console: never another site, however it is spelled [A10].
fn is_local(next: &str) -> bool {
    let plain = next.starts_with('/') && !next.starts_with("//") && !next.contains('\\');
    plain && !next.contains(char::is_control) && !next.starts_with("/sign-in") && next.len() <= 2000
}

fn with_cookies<const N: usize>(lines: [String; N], response: impl IntoResponse) -> Response {
    let mut response = response.into_response();
    for line in lines {
        if let Ok(value) = HeaderValue::from_str(&line) {
            response.headers_mut().append(header::SET_COOKIE, value);
        }
    }
    response
}

/// The parameters of the query.
const OF_ANSWER: &[Parameter] = &[
    Parameter::optional("code", Shape::Text(2000), "The code to exchange."),
    Parameter::optional("state", Shape::Text(2000), "The attempt that is answered."),
    Parameter::optional("error", Shape::Text(200), "Why there is no code."),
    Parameter::optional("error_description", Shape::Text(2000), "The same as a sentence."),
];

#[derive(Deserialize)]
struct Answer {
    code: Option<String>,
    state: Option<String>,
    error: Option<String>,
    error_description: Option<String>,
}

impl Parameters for Answer {
    const TABLES: Tables = &[OF_ANSWER];
}

async fn callback(
    State(service): State<SignIn>,
    Extension(web): Extension<Web>,
    Extension(facts): Extension<Facts>,
    Query(answer): Query<Answer>,
    headers: HeaderMap,
) -> Result<Response, Failure> {
    let surface = surface(&web)?;
    let origin = web.settings().origin.clone();
    let attempt = open_attempt(&service, surface, &origin, &headers, answer.state.as_deref())?;
    if let Some(error) = answer.error {
        return Err(not_allowed(surface, &error, answer.error_description).into());
    }
    let code = answer.code.ok_or(Error::Expired)?;
    let (next, began_at) = (attempt.next.clone(), attempt.began_at);
    let entered = async {
        let tokens = service.exchange(surface, code, attempt).await?;
        service.enter(surface, &tokens, began_at, &facts, &headers, &origin).await
    };
    let secret = entered.await.map_err(|error| error.of_issued(surface.audience()))?;
    let name = cookie::session_name(surface, &origin);
    let cookies = [
        cookie::line(&name, secret.expose_secret(), &origin, None),
        cookie::line(&cookie::attempt_name(surface, &origin), "", &origin, Some(0)),
        // Whoever signs in next may work elsewhere.
        host_line(&service, surface, &origin, None)?,
    ];
    Ok(with_cookies(cookies, Redirect::to(&next)))
}

/// What the identity provider says in place of a code (RFC 6749 4.1.2.1, OpenID Connect Core 3.1.2.6).
fn not_allowed(surface: Surface, error: &str, description: Option<String>) -> Error {
    let why = description.unwrap_or_else(|| error.to_owned());
    match error {
        "invalid_request" | "unauthorized_client" | "unsupported_response_type" | "invalid_scope" => {
            let client = surface.audience();
            Error::Misconfigured(Trouble::Client { client, why: format!("{error}: {why}") }).of_issued(client)
        }
        _ => Error::Refused(why),
    }
}

fn open_attempt(
    service: &SignIn,
    surface: Surface,
    origin: &str,
    headers: &HeaderMap,
    state: Option<&str>,
) -> Result<Attempt, Error> {
    let sealed = web::cookie(headers, &cookie::attempt_name(surface, origin)).ok_or(Error::Expired)?;
    let text = service.0.keys.open(ATTEMPT_PLACE, sealed).map_err(|_| Error::Expired)?;
    let attempt: Attempt = serde_json::from_str(text.expose_secret()).map_err(|_| Error::Expired)?;
    let age = service.0.clock.now().since(attempt.began_at);
    if state != Some(attempt.state.as_str()) || age > Duration::from_secs(u64::from(ATTEMPT_SECONDS)) {
        return Err(Error::Expired);
    }
    Ok(attempt)
}

impl SignIn {
    /// Begins a session for whoever the tokens name, in one transaction with the account and the audit record.
    async fn enter(
        &self,
        surface: Surface,
        tokens: &sessions::Tokens,
        began_at: Timestamp,
        facts: &Facts,
        headers: &HeaderMap,
        origin: &str,
    ) -> Result<secrecy::SecretString, Error> {
        let (token_surface, claims) = self.verify(&tokens.access).await?;
        if token_surface != surface {
            return Err(Error::BadToken("it's for another console"));
        }
        let former = match web::cookie(headers, &cookie::session_name(surface, origin)) {
            Some(secret) => sessions::find(&self.0.db, surface, &secret.to_owned().into()).await?,
            None => None,
        };
        let identity = claims.identity();
        let tx = self.0.db.begin().await?;
        let admitted = self.admit(&tx, &identity).await?;
        let (person, after) = match admitted {
            Admitted::Created(person, given) => {
                let after =
                    json!({"accountMade": true, "rights": given.rights, "groupsLeftOut": given.is_known});
                (person, Some(after))
            }
            Admitted::Changed(person) => (person, Some(json!({"follows": "token"}))),
            Admitted::Known(person) => (person, None),
            Admitted::Removed(person) => {
                self.record_refusal(tx, surface, person, facts, &Error::Removed).await?;
                return Err(Error::Removed);
            }
        };
        // Not by the token, which is issued only now: what began before a sign-out comes to nothing.
        if self.was_signed_out_since(&tx, &person, began_at).await? {
            // What the token would have changed of them is undone with it.
            drop(tx);
            let tx = self.0.db.begin().await?;
            self.record_refusal(tx, surface, person, facts, &Error::SignedOut).await?;
            return Err(Error::SignedOut);
        }
        access::people::signed_in(&tx, &self.0.clock, person.id).await?;
        let claimed = sessions::Claimed {
            began_at,
            access_expires_at: claims.expires_at(),
            authenticated_at: claims.authenticated_at(),
            sid: claims.sid().map(str::to_owned),
        };
        // The former session goes last: it knows the workspace that was chosen last.
        let (id, secret) =
            sessions::begin(&tx, &self.0.clock, &self.0.keys, surface, person.id, tokens, claimed).await?;
        if let Some(former) = former {
            sessions::end(&tx, former.id, self.0.clock.now()).await?;
        }
        self.forget_forms_of_others(&tx, surface, headers, person.id).await?;
        let target = Target::thing("session", &id, &surface);
        let entry = Entry { after, ..Entry::done(access::Action::SessionSignIn, target) };
        audit::commit(tx, &self.context(&person, facts), Chain::Platform, entry).await?;
        self.note_browser(id, &identity.sub, began_at).await;
        Ok(secret)
    }

    /// True when all that a person began before some later moment has ended. Whoever ends it meanwhile waits.
    async fn was_signed_out_since(&self, tx: &Tx, person: &Person, at: Timestamp) -> Result<bool, Error> {
        access::people::lock(tx, person.id).await?;
        let account = access::account::by_id(&**tx, person.id).await?;
        Ok(account.and_then(|account| account.valid_from).is_some_and(|from| at < from))
    }

    /// What the audit log says of a person who signs in.
    pub(crate) fn context(&self, person: &Person, facts: &Facts) -> Context {
        Context {
            actor: person.as_actor(),
            address: facts.origin.address.clone(),
            user_agent: facts.origin.user_agent.clone(),
            request_id: Some(facts.origin.request_id),
            ..Context::system("sign-in", &self.0.clock)
        }
    }

    /// A known person who is not let in, such as a removed one who tries again, is a known actor: it is recorded [H1].
    async fn record_refusal(
        &self,
        tx: Tx,
        surface: Surface,
        person: Person,
        facts: &Facts,
        why: &Error,
    ) -> Result<(), Error> {
        let after = json!({"surface": surface.as_str(), "reason": why.code(), "count": 1});
        let entry =
            Entry::done(access::Action::SessionSignIn, person.target()).outcome(Outcome::Denied).after(after);
        let (context, route) = (self.context(&person, facts), format!("sign-in {surface}"));
        let recorded = access::denials::note(&tx, &context, &route, entry).await?;
        Ok(tx.commit_if(recorded, "a denial is counted").await?)
    }
}

async fn sign_out(
    State(service): State<SignIn>,
    Extension(caller): Extension<Caller>,
    Extension(web): Extension<Web>,
    headers: HeaderMap,
) -> Result<Response, Failure> {
    let surface = surface(&web)?;
    let origin = &web.settings().origin;
    service.forget_forms(surface, &headers).await?;
    let leave = match (caller.session(), caller.known()) {
        (Some(session), Some(known)) => service.leave(session, known.actor.context()).await?,
        _ => "/signed-out".to_owned(),
    };
    let name = cookie::session_name(surface, origin);
    let cookies = [
        cookie::line(&name, "", origin, Some(0)),
        cookie::no_kept(surface, origin),
        host_line(&service, surface, origin, workspace_of(&caller).as_deref())?,
    ];
    Ok(with_cookies(cookies, Redirect::to(&leave)))
}

/// The name of the workspace that somebody works in.
fn workspace_of(caller: &Caller) -> Option<String> {
    let (known, session) = (caller.known()?, caller.session()?);
    let rights = known.actor.rights.working_in(session.active_tenant.as_deref())?;
    Some(rights.tenant.name.clone())
}

/// The cookie that names the workspace which somebody leaves, for a while. It is sealed: nobody who makes one up is told
/// who is a customer.
fn host_line(
    service: &SignIn,
    surface: Surface,
    origin: &str,
    workspace: Option<&str>,
) -> Result<String, Error> {
    let name = cookie::host_name(surface, origin);
    Ok(match workspace.filter(|_| surface == Surface::Portal) {
        Some(workspace) => {
            cookie::line(&name, &service.0.keys.seal(HOST_PLACE, workspace)?, origin, Some(HOST_SECONDS))
        }
        None => cookie::line(&name, "", origin, Some(0)),
    })
}

/// The workspace that somebody has just left in this browser.
fn host(service: &SignIn, web: &Web, headers: &HeaderMap) -> Option<String> {
    let name = cookie::host_name(web.surface()?, &web.settings().origin);
    let sealed = web::cookie(headers, &name)?;
    service.0.keys.open(HOST_PLACE, sealed).ok().map(|name| name.expose_secret().to_owned())
}

impl SignIn {
    /// Ends a session here, and gives the address where it ends at the identity provider too [A9].
    async fn leave(&self, session: &Session, context: &Context) -> Result<String, Error> {
        let surface = session.surface;
        let tokens = session.tokens(&self.0.keys);
        let tx = self.0.db.begin().await?;
        // The other surfaces' sessions came of the same browser session, which ends at the identity provider below.
        let ended = sessions::end_of_browser(&tx, session, self.0.clock.now()).await?;
        let target = Target::thing("session", &session.id, &surface);
        let entry =
            Entry::done(access::Action::SessionSignOut, target).after(json!({"sessions": ended.len()}));
        audit::commit(tx, context, Chain::Platform, entry).await?;
        // One that somebody else has ended meanwhile is among them no more.
        let own = Some(session).filter(|own| ended.iter().all(|part| part.id != own.id));
        for part in ended.iter().chain(own) {
            self.revoke_of(part).await;
        }
        let Ok(tokens) = tokens else { return Ok("/signed-out".to_owned()) };
        match &tokens.id {
            Some(id_token) => Ok(self.end_session(surface, id_token)?.to_string()),
            None => Ok("/signed-out".to_owned()),
        }
    }

    /// Makes the refresh token of a session that has ended worthless, at the surface that it is of.
    async fn revoke_of(&self, session: &Session) {
        let Ok(Some(refresh)) = session.tokens(&self.0.keys).map(|tokens| tokens.refresh) else { return };
        if let Err(error) = self.revoke(session.surface, &refresh).await {
            tracing::warn!(%error, "a refresh token was not revoked at sign-out; it runs out by itself");
        }
    }
}

/// What ended all sign-ins of a person, in a word of ours.
async fn signed_out(
    State(service): State<SignIn>,
    Extension(web): Extension<Web>,
    Query(done): Query<Done>,
    headers: HeaderMap,
    view: View,
) -> Markup {
    let w = view.words();
    // Only a sign-out by hand says what was left; what else leads here may be about another account.
    let host = if done.word().is_none() { host(&service, &web, &headers) } else { None };
    let (title, text, on) = match done.word() {
        Some("password") => ("password-changed-title", "password-changed-text", "password-changed-sign-in"),
        Some("account") => ("account-ready-title", "account-ready-text", "password-changed-sign-in"),
        _ => ("signed-out-title", "signed-out-text", "signed-out-again"),
    };
    let on = link_button(w.t(on), "/sign-in").primary().wide().render();
    let content = html! { p class="soft" { (w.t(text)) } (on) };
    match host {
        Some(workspace) => view.shell.hosted_by(&workspace).bare(&w.t(title), &content),
        None => view.shell.bare(&w.t(title), &content),
    }
}

async fn choose_theme(
    Extension(web): Extension<Web>,
    Path(word): Path<String>,
    headers: HeaderMap,
) -> Response {
    let origin = &web.settings().origin;
    let word = Theme::of_word(&word).word();
    let line = cookie::line(Theme::COOKIE, word, origin, Some(365 * 24 * 3600));
    with_cookies([line], Redirect::to(came_from(&headers, origin).as_deref().unwrap_or("/")))
}

/// The page that a form was sent from, if it is one of this console and the browser says so. What an action led to was
/// said when it was done, so that is left out.
pub(crate) fn came_from(headers: &HeaderMap, origin: &str) -> Option<String> {
    let referer = headers.get(header::REFERER).and_then(|value| value.to_str().ok())?;
    let address = referer.strip_prefix(origin).filter(|address| is_local(address))?;
    let (path, query) = address.split_once('?').unwrap_or((address, ""));
    let rest: Vec<&str> =
        query.split('&').filter(|pair| !pair.is_empty() && !pair.starts_with("done=")).collect();
    Some(if rest.is_empty() { path.to_owned() } else { format!("{path}?{}", rest.join("&")) })
}

/// Answers a person who doesn't want a kept form any longer; `keep_forms` has let it go by then.
async fn forget_form(
    Right(_): Right<ForgetKeptForm>,
    Extension(web): Extension<Web>,
    headers: HeaderMap,
) -> Response {
    if web::is_swap(&headers) {
        return axum::http::StatusCode::NO_CONTENT.into_response();
    }
    let back = came_from(&headers, &web.settings().origin);
    Redirect::to(back.as_deref().unwrap_or("/")).into_response()
}

const CHOICE: &[Field] = &[Field::required("slug", Text(40), "The workspace.")];

async fn choose_workspace(
    Right(own): Right<ChooseWorkspace>,
    State(service): State<SignIn>,
    Extension(caller): Extension<Caller>,
    body: FormBody,
) -> Result<Redirect, Failure> {
    let input = body.input(CHOICE);
    let slug = input.text("slug");
    let slug = input.finish(slug).map_err(Failure::invalid)?;
    let rights = own.actor().rights.in_tenant(&slug).ok_or_else(Failure::not_found)?;
    let session = caller.session().ok_or_else(Failure::not_found)?;
    sessions::choose_tenant(&service.0.db, session.id, &rights.tenant.slug).await?;
    Ok(Redirect::to("/"))
}

#[cfg(test)]
mod tests {
    use super::is_local;

    #[test]
    fn only_paths_of_this_console_are_followed() {
        assert!(is_local("/tenants/acme?tab=plan"));
        for bad in
            ["", "tenants", "//evil.test", "/\\evil.test", "https://evil.test", "/a\r\nb", "/sign-in?next=/"]
        {
            assert!(!is_local(bad), "{bad}");
        }
    }
}
