//! From a failure to what the caller sees, and the frame of every page.

use access::{Surface, TenantStatus};
use axum::body::{Body, to_bytes};
use axum::extract::{FromRequestParts, Request};
use axum::http::request::Parts;
use axum::http::{Extensions, HeaderMap, HeaderValue, Method, StatusCode, header};
use axum::middleware::Next;
use axum::response::{IntoResponse, Redirect, Response};
use i18n::{Language, Words};
use kernel::{ErrorKind, FieldError};
use maud::{Markup, html};
use serde_json::json;

use crate::body::FormBody;
use crate::caller::{Caller, Known, Via};
use crate::context::{Facts, ObjectPage, TenantTab, Web};
use crate::failure::Failure;
use crate::guard::FORGED;
use crate::hold::{self, HELD};
use crate::kept::{Kept, filled_in};
use crate::navigation::{self, Counts};
use crate::refusal::Refusal;
use crate::ui::{self, Brand, PageHead, Person, Shell, Tab, Theme, Workspace, link_button};
use crate::ways::{self, Way};

/// The frame of the pages of one request.
#[derive(Debug, Clone)]
pub struct View {
    /// The frame; pages may add bands and flashes.
    pub shell: Shell,
    /// The slug of the workspace that the person works in.
    pub active: Option<String>,
    kept: Kept,
    web: Web,
}

impl View {
    /// The reader's words.
    pub fn words(&self) -> &Words {
        &self.shell.words
    }

    /// A whole page.
    pub fn page(&self, title: &str, head: &PageHead, content: &Markup) -> Markup {
        self.shell.page(title, head, content)
    }

    /// The sub-pages of a tenant in the operator console, with the one of that name as the one shown.
    pub fn tenant_tabs(&self, slug: &str, current: &str) -> Vec<Tab> {
        let tab = |tab: &TenantTab| Tab {
            label: self.words().t(tab.label),
            href: format!("/tenants/{slug}{}", tab.path),
            current: tab.name == current,
            badge: None,
        };
        self.web.tenant_tabs().iter().map(tab).collect()
    }

    /// Where an object of this kind is opened on this surface; none where it has no page here.
    pub fn page_of(&self, kind: &str, slug: &str, id: &str, name: &str) -> Option<String> {
        let here = |page: &&ObjectPage| page.kind == kind && page.surface == self.shell.surface;
        Some(self.web.objects().iter().find(here)?.at(slug, id, name))
    }

    /// What the log can tell, by noun.
    pub fn actions(&self) -> &[audit::Action] {
        self.web.actions()
    }

    /// What was typed in the form that is sent to `action`, when its session had ended before it came. The page that
    /// takes it says so by itself.
    pub fn refill(&mut self, action: &str) -> Option<FormBody> {
        let body = self.kept.take(action)?;
        self.shell.note = Some(filled_in(&self.shell.words, action, &self.shell.csrf));
        Some(body)
    }

    fn of(extensions: &Extensions, counts: &Counts) -> Result<Self, Failure> {
        let web = Web::of(extensions)?;
        let facts = extensions.get::<Facts>().ok_or_else(Failure::not_found)?;
        let settings = web.settings();
        let surface = web.surface().unwrap_or(Surface::Portal);
        let brand = Brand { product_name: settings.product_name.clone(), accent: None };
        let mut shell = Shell::new(surface, facts.words.clone(), facts.nonce.clone(), brand);
        shell.environment.clone_from(&settings.environment);
        shell.sandbox_link.clone_from(&settings.sandbox_page);
        shell.path = ways::to_come_back(extensions, facts);
        shell.theme = facts.theme.map_or(Theme::System, Theme::of_word);
        if surface == Surface::Operator {
            shell.bands.extend(hold::band(&shell.words, extensions));
        }
        let mut active = None;
        if let Some(known) = extensions.get::<Caller>().and_then(Caller::known) {
            active = active_tenant(known, &facts.path);
            inhabit(&mut shell, known, &web, active.as_deref(), counts);
        }
        let kept = extensions.get::<Kept>().cloned().unwrap_or_default();
        let path = facts.path.split('?').next().unwrap_or("/");
        shell.note = kept.note(&facts.words, path);
        Ok(Self { shell, active, kept, web })
    }
}

impl<S: Send + Sync> FromRequestParts<S> for View {
    type Rejection = Failure;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, Failure> {
        let counts = counts(&parts.extensions).await;
        Self::of(&parts.extensions, &counts)
    }
}

/// The workspace named by the address, else the one chosen last, else the first; only one of the person's own [A12].
fn active_tenant(known: &Known, path: &str) -> Option<String> {
    let own = |slug: &str| known.actor.rights.in_tenant(slug).map(|rights| rights.tenant.slug.clone());
    let named = path.strip_prefix("/admin/").and_then(|rest| rest.split(['/', '?']).next()).and_then(own);
    let chosen = match &known.via {
        Via::Session(session) => session.active_tenant.as_deref(),
        Via::Bearer(_) => None,
    };
    let working_in = || known.actor.rights.working_in(chosen).map(|rights| rights.tenant.slug.clone());
    named.or_else(working_in)
}

/// How much is wrong with the workspace, for the badges of the navigation. A page is shown without them too.
async fn counts(extensions: &Extensions) -> Counts {
    let mut counts = Counts::new();
    let (Ok(web), Some(facts)) = (Web::of(extensions), extensions.get::<Facts>()) else {
        return counts;
    };
    let Some(known) = extensions.get::<Caller>().and_then(Caller::known) else {
        return counts;
    };
    let active = active_tenant(known, &facts.path);
    let Some(rights) = active.as_deref().and_then(|slug| known.actor.rights.in_tenant(slug)) else {
        return counts;
    };
    let shown = web.nav().iter().filter(|nav| Some(nav.surface) == web.surface());
    let shown = shown.filter(|nav| (nav.shown_to)(&known.actor, active.as_deref()));
    for source in shown.filter_map(|nav| nav.counts) {
        match findings::count(web.db().read(), rights.tenant.id, source).await {
            Ok(0) => {}
            Ok(count) => {
                counts.insert(source, u32::try_from(count).unwrap_or(u32::MAX));
            }
            Err(error) => tracing::warn!(%error, source, "what is wrong is not counted"),
        }
    }
    counts
}

fn inhabit(shell: &mut Shell, known: &Known, web: &Web, active: Option<&str>, counts: &Counts) {
    let actor = &known.actor;
    let person = &actor.person;
    shell.person = Some(Person {
        id: person.id.to_string(),
        name: person.name.clone(),
        email: kernel::readable_address(&person.email),
    });
    if let Via::Session(session) = &known.via {
        shell.csrf.clone_from(&session.csrf);
    }
    if web.surface() == Some(Surface::Portal) {
        shell.workspace = active.and_then(|slug| workspace(actor, slug, &shell.words));
    }
    navigation::fill(shell, actor, web, active, counts);
}

fn workspace(actor: &access::Actor, slug: &str, words: &Words) -> Option<Workspace> {
    let rights = actor.rights.in_tenant(slug)?;
    let tenant = &rights.tenant;
    let others = actor.rights.tenants.iter().filter(|other| other.tenant.slug != slug);
    let detail = if tenant.status == TenantStatus::Suspended {
        words.t("ui-state-suspended")
    } else {
        words.t(&format!("plan-{}", tenant.plan))
    };
    Some(Workspace {
        name: tenant.name.clone(),
        slug: tenant.slug.clone(),
        mark: tenant.name.chars().take(1).flat_map(char::to_uppercase).collect(),
        detail: Some(detail),
        others: others.map(|other| (other.tenant.slug.clone(), other.tenant.name.clone())).collect(),
    })
}

/// Where a generated password is replaced. Until then every page leads there, save those that end or begin a sign-in.
const OWN_PASSWORD: &str = "/account/password";
const WITHOUT_OWN_PASSWORD: [&str; 5] =
    [OWN_PASSWORD, "/sign-in", "/sign-in/callback", "/sign-out", "/signed-out"];

fn leads_to_own_password(path: &str, extensions: &Extensions) -> bool {
    let path = path.split('?').next().unwrap_or(path);
    let is_free =
        WITHOUT_OWN_PASSWORD.contains(&path) || path.starts_with("/theme/") || path.starts_with("/assets/");
    let known = extensions.get::<Caller>().and_then(Caller::known);
    !is_free && known.is_some_and(|known| known.actor.password_due) && !is_api(path, extensions)
}

/// The layer that turns failures into pages or problems.
pub async fn present(request: Request, next: Next) -> Response {
    let asked = (request.method().clone(), is_swap(request.headers()));
    let is_live = request.headers().contains_key(LIVE);
    let path = request.uri().path_and_query().map_or("/", |path| path.as_str()).to_owned();
    let extensions = request.extensions().clone();
    if leads_to_own_password(&path, &extensions) {
        return lead_to(OWN_PASSWORD, asked.1 && asked.0 != Method::GET);
    }
    let response = next.run(request).await;
    let failure = match response.extensions().get::<Failure>() {
        Some(failure) => failure.clone(),
        None if response.status() == StatusCode::NOT_FOUND && is_bare(&response) => Failure::not_found(),
        None if response.status() == StatusCode::METHOD_NOT_ALLOWED => {
            let failure = Refusal::Method.into();
            return shown(&failure, &extensions, &path, Some(&response));
        }
        None if is_rejection(&response) => {
            let (parts, body) = response.into_parts();
            let said = to_bytes(body, 4096).await.unwrap_or_default();
            let failure = Refusal::Unread(String::from_utf8_lossy(&said).into_owned()).into();
            let like = Response::from_parts(parts, Body::empty());
            return shown(&failure, &extensions, &path, Some(&like));
        }
        None => return response,
    };
    let page = !is_api(&path, &extensions);
    if page && failure.kind == ErrorKind::Unauthenticated {
        return to_sign_in(&asked.0, &path, is_live || (asked.1 && asked.0 != Method::GET));
    }
    shown(&failure, &extensions, &path, None)
}

/// An answer that no handler made has no type.
fn is_bare(response: &Response) -> bool {
    !response.headers().contains_key(header::CONTENT_TYPE)
}

/// The web library's own refusals, of a query or a path that it can't read, are plain text.
fn is_rejection(response: &Response) -> bool {
    let kind = response.headers().get(header::CONTENT_TYPE);
    response.status().is_client_error() && kind.is_some_and(|kind| kind.as_bytes().starts_with(b"text/plain"))
}

fn is_api(path: &str, extensions: &Extensions) -> bool {
    let on_api_address = Web::of(extensions).is_ok_and(|web| web.surface().is_none());
    on_api_address || path.starts_with("/api/") || path == "/api" || path.starts_with("/palette")
}

/// The longest address that a sign-in leads back to; of a longer one the query is left out.
const MOST_OF_NEXT: usize = 2000;

/// The header of a script that reads the page again which it is on, with nobody having asked for it.
pub const LIVE: &str = "x-live";

/// The way to the sign-in. A script that reads in the background would be led to another site, which it may not read, and
/// nobody asked to go there: it is told.
fn to_sign_in(method: &Method, path: &str, told: bool) -> Response {
    let next = if *method == Method::GET { path } else { "/" };
    let next = if next.len() > MOST_OF_NEXT { next.split('?').next().unwrap_or("/") } else { next };
    lead_to(&sign_in_address(next), told)
}

/// The address of a sign-in that leads to `next`.
pub fn sign_in_address(next: &str) -> String {
    let query: String =
        url::form_urlencoded::Serializer::new(String::new()).append_pair("next", next).finish();
    format!("/sign-in?{query}")
}

/// True when a script sends the form of a page, to swap a part of it.
pub fn is_swap(headers: &HeaderMap) -> bool {
    headers.contains_key("x-swap")
}

/// Leads the browser on. A script could not follow to another site, so it is told the address and goes there itself.
pub fn lead_to(address: &str, swap: bool) -> Response {
    if swap {
        return (StatusCode::UNAUTHORIZED, [(header::LOCATION, address)]).into_response();
    }
    Redirect::to(address).into_response()
}

fn shown(failure: &Failure, extensions: &Extensions, path: &str, like: Option<&Response>) -> Response {
    let status = like.map_or(failure.status(), Response::status);
    let id = extensions.get::<Facts>().map(|facts| facts.origin.request_id.to_string()).unwrap_or_default();
    let mut response = match Web::of(extensions) {
        // Programs and their logs read it: one language.
        Ok(web) if is_api(path, extensions) => problem(failure, &web.words(Language::English), status, &id),
        _ => match View::of(extensions, &Counts::new()) {
            Ok(view) => (status, error_page(view, extensions, failure, &id)).into_response(),
            Err(_) => status.into_response(),
        },
    };
    let headers = response.headers_mut();
    if let Some(allow) = like.and_then(|like| like.headers().get(header::ALLOW)) {
        headers.insert(header::ALLOW, allow.clone());
    }
    if status == StatusCode::UNAUTHORIZED {
        headers.insert(header::WWW_AUTHENTICATE, HeaderValue::from_static("Bearer"));
    }
    if let (Some(at), Ok(web)) = (failure.again_at, Web::of(extensions)) {
        headers.insert(header::RETRY_AFTER, at.since(web.clock().now()).as_secs().max(1).into());
    } else if status == StatusCode::SERVICE_UNAVAILABLE {
        headers.insert(header::RETRY_AFTER, HeaderValue::from_static("2"));
    }
    response
}

fn problem(failure: &Failure, w: &Words, status: StatusCode, request_id: &str) -> Response {
    let mut body = json!({
        "type": format!("urn:dezky:problem:{}", failure.code),
        "title": status.canonical_reason().unwrap_or("Error"),
        "status": status.as_u16(),
        "detail": failure.detail(w),
        "advice": failure.advice(w),
        "requestId": request_id,
    });
    if !failure.fields.is_empty() {
        let wrong = |field: &FieldError| json!({"field": field.field, "code": field.code, "message": w.say(&field.message)});
        body["errors"] = failure.fields.iter().map(wrong).collect();
    }
    (status, [(header::CONTENT_TYPE, "application/problem+json")], body.to_string()).into_response()
}

/// What happened, in a few words.
fn title(w: &Words, failure: &Failure) -> String {
    match failure.kind {
        ErrorKind::NotFound => w.t("failure-not-found"),
        ErrorKind::Forbidden => match failure.code {
            "tenant-suspended" => w.t("failure-suspended"),
            "tenant-ended" => w.t("failure-ended"),
            FORGED => w.t("failure-refused"),
            _ => w.t("failure-forbidden"),
        },
        ErrorKind::Unavailable if failure.code == HELD => w.t("failure-held"),
        ErrorKind::Unavailable => w.t("failure-unavailable"),
        ErrorKind::Invalid
        | ErrorKind::Stale
        | ErrorKind::Conflict
        | ErrorKind::TooLarge
        | ErrorKind::AddressTooLong
        | ErrorKind::MediaType
        | ErrorKind::TooSlow
        | ErrorKind::TooMany => w.t("failure-refused"),
        ErrorKind::Bug | ErrorKind::Unauthenticated => w.t("failure-internal"),
    }
}

/// The ways out as buttons, the nearest first.
fn ways_out(view: &View, ways: &[Way]) -> Markup {
    let w = view.words();
    let items = || view.shell.nav.iter().flat_map(|group| &group.items).chain(&view.shell.own);
    let label = |way: &Way| match way {
        Way::Above(path) => match items().find(|item| item.href == *path) {
            Some(item) => w.tx("failure-to", &[("page", (&item.label).into())]),
            None => w.t("failure-back"),
        },
        Way::Home => w.t("failure-home"),
        Way::Account => w.t("failure-account"),
        Way::Portal(_) => w.t("failure-portal"),
    };
    html! { @for way in ways { (link_button(label(way), way.href())) } }
}

/// Who has no place on this console may have one by another account, so they are let out of this one.
fn sign_out(view: &View) -> Markup {
    html! {
        form method="post" action=(view.shell.sign_out) {
            (ui::hidden("csrf", &view.shell.csrf))
            (ui::submit(view.words().t("ui-sign-out")).icon(ui::Icon::Leave))
        }
    }
}

fn error_page(mut view: View, extensions: &Extensions, failure: &Failure, request_id: &str) -> Markup {
    let ways = match extensions.get::<Facts>() {
        // Every page is closed.
        _ if failure.code == HELD => Vec::new(),
        Some(facts) => ways::out(extensions, facts, failure),
        None => vec![Way::Home],
    };
    // What is down may be back the next time; what was refused stays so.
    if !matches!(failure.kind, ErrorKind::Unavailable | ErrorKind::Bug)
        && let Some(nearest) = ways.first()
    {
        nearest.href().clone_into(&mut view.shell.path);
    }
    let w = view.words();
    let title = title(w, failure);
    let says = match failure.advice(w) {
        Some(advice) => format!("{} {advice}", failure.detail(w)),
        None => failure.detail(w),
    };
    let is_nobody_here = ways.contains(&Way::Account) && !view.shell.csrf.is_empty();
    let ways = html! { (ways_out(&view, &ways)) @if is_nobody_here { (sign_out(&view)) } };
    let request = html! { p class="tiny muted" { (w.t("ui-request")) " " (ui::copy(w, request_id)) } };
    if view.shell.person.is_none() || failure.code == HELD {
        return view.shell.bare(&title, &html! { p class="soft" { (says) } (ways) (request) });
    }
    let head = PageHead { summary: html! { (says) }, ..PageHead::default() };
    view.page(&title, &head, &html! { div class="row wrap" { (ways) } (request) })
}
