//! What every request carries: the surface it came in by, its id, language and nonce, and the way to the database.

use std::net::{IpAddr, SocketAddr};
use std::sync::Arc;
use std::time::Duration;

use access::{Origin, Surface};
use axum::extract::{ConnectInfo, FromRequestParts, MatchedPath, Request};
use axum::http::request::Parts;
use axum::http::{Extensions, HeaderMap, Method, header};
use axum::middleware::Next;
use axum::response::Response;
use db::Db;
use i18n::{Catalogues, Language, Words};
use kernel::Clock;
use kernel::id::{RequestId, random_token};
use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, utf8_percent_encode};
use telemetry::{Asked, Requests};
use tokio_util::task::TaskTracker;
use tracing::Instrument as _;

use crate::failure::Failure;
use crate::hold;
use crate::palette::{Finder, Shortcut};
use crate::refusal::Refusal;
use crate::routes::Mount;
use crate::streams::Streams;

/// A place in the navigation, or in the menu of the person where its address lies under `/account/`. It is shown to
/// whoever the slice says.
#[derive(Debug, Clone, Copy)]
pub struct Nav {
    /// The surface.
    pub surface: Surface,
    /// The key of its words.
    pub label: &'static str,
    /// Its address; `{slug}` stands for the workspace that the person is in.
    pub href: &'static str,
    /// Its icon.
    pub icon: crate::ui::Icon,
    /// The slice whose findings about the workspace its badge counts.
    pub counts: Option<&'static str>,
    /// The lower, the earlier it comes; the group follows from it.
    pub place: u8,
    /// Who sees it.
    pub shown_to: fn(&access::Actor, Option<&str>) -> bool,
}

/// Where the launcher in the bar of the portal leads: another part of what a person works with.
#[derive(Debug, Clone)]
pub struct App {
    /// The key of its words.
    pub label: &'static str,
    /// Its address, which may be another site's; `{slug}` stands for the workspace that the person is in.
    pub href: String,
    /// Its icon.
    pub icon: crate::ui::Icon,
    /// The lower, the earlier it comes.
    pub place: u8,
    /// Who sees it.
    pub shown_to: fn(&access::Actor, Option<&str>) -> bool,
}

/// A sub-page of a tenant in the operator console, under the head that all of them share.
#[derive(Debug, Clone, Copy)]
pub struct TenantTab {
    /// By this its page says that it is the one shown.
    pub name: &'static str,
    /// The key of its words.
    pub label: &'static str,
    /// Its address after that of the tenant.
    pub path: &'static str,
    /// The lower, the earlier it comes.
    pub place: u8,
}

/// Where the object of an audit record is opened.
#[derive(Debug, Clone, Copy)]
pub struct ObjectPage {
    /// The kind of the record's target.
    pub kind: &'static str,
    /// The surface.
    pub surface: Surface,
    /// Its address; `{slug}` stands for the tenant, `{id}` for the target's id, `{name}` for its name.
    pub href: &'static str,
}

/// What stands for itself in a part of a path (RFC 3986, 3.3), as far as names have it.
const SEGMENT: &AsciiSet =
    &NON_ALPHANUMERIC.remove(b'-').remove(b'.').remove(b'_').remove(b'~').remove(b'@').remove(b'+');

impl ObjectPage {
    /// The address for one object.
    pub fn at(&self, slug: &str, id: &str, name: &str) -> String {
        // A name is whatever somebody called it.
        let name = utf8_percent_encode(name, SEGMENT).to_string();
        self.href.replace("{slug}", slug).replace("{id}", id).replace("{name}", &name)
    }
}

/// The places of all slices.
#[derive(Debug, Clone, Default)]
pub struct Places {
    /// Where objects are opened.
    pub objects: Vec<ObjectPage>,
    /// What finds them, in the order in which they are shown.
    pub finders: Vec<Finder>,
    /// Ways to what people do often.
    pub shortcuts: Vec<Shortcut>,
    /// In the navigation.
    pub nav: Vec<Nav>,
    /// In the launcher.
    pub apps: Vec<App>,
    /// Under the head of a tenant.
    pub tenant_tabs: Vec<TenantTab>,
    /// What the log can tell, by noun.
    pub actions: Vec<audit::Action>,
    /// The paths of all that is read, by where it is served.
    pub pages: Vec<(Mount, &'static str)>,
}

/// Settings of one surface's web side.
#[derive(Debug, Clone)]
pub struct WebSettings {
    /// The surface; none on the API's own address.
    pub surface: Option<Surface>,
    /// The origin that people use, without a path.
    pub origin: String,
    /// Where the portal is, so that who has no place on another surface is led there; none where there is no portal.
    pub portal: Option<String>,
    /// The issuer's origin: forms may lead there (sign-out).
    pub issuer_origin: String,
    /// The name of the deployment, shown in the top bar; none in production.
    pub environment: Option<String>,
    /// Where the simulators are listed, in the sandbox.
    pub sandbox_page: Option<String>,
    /// The product's name.
    pub product_name: String,
    /// Whether proxies in front may be believed about the caller's address.
    pub trust_forwarded: bool,
    /// How much of the server one caller may hold.
    pub limits: Limits,
    /// Where requests are counted.
    pub requests: Requests,
}

/// How much of the server one caller may hold, and for how long [A17].
#[derive(Debug, Clone)]
pub struct Limits {
    /// How long the body of a request may take to come.
    pub body: Duration,
    /// The most live streams of one session.
    pub streams_of_session: usize,
    /// The most live streams of one network address.
    pub streams_of_address: usize,
    /// How long a live stream lasts; pages open it again.
    pub stream: Duration,
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            body: Duration::from_secs(30),
            streams_of_session: 12,
            streams_of_address: 300,
            stream: Duration::from_mins(30),
        }
    }
}

#[derive(Debug)]
struct Inner {
    db: Db,
    clock: Clock,
    catalogues: Arc<Catalogues>,
    settings: WebSettings,
    places: Places,
    streams: Streams,
    /// Requests that go on when their sender goes away.
    lasting: TaskTracker,
}

/// The web side of one surface. Clones share it.
#[derive(Debug, Clone)]
pub struct Web(Arc<Inner>);

impl Web {
    /// The web side of a surface.
    pub fn new(
        db: Db,
        clock: Clock,
        catalogues: Arc<Catalogues>,
        settings: WebSettings,
        places: Places,
    ) -> Self {
        Self(Arc::new(Inner {
            db,
            clock,
            catalogues,
            settings,
            places,
            streams: Streams::default(),
            lasting: TaskTracker::new(),
        }))
    }

    pub(crate) fn of(extensions: &Extensions) -> Result<Self, Failure> {
        let missing = || Refusal::Internal("the request was not prepared").into();
        extensions.get::<Self>().cloned().ok_or_else(missing)
    }

    /// The surface; none on the API's own address.
    pub fn surface(&self) -> Option<Surface> {
        self.0.settings.surface
    }

    /// The database.
    pub fn db(&self) -> &Db {
        &self.0.db
    }

    /// The clock.
    pub fn clock(&self) -> &Clock {
        &self.0.clock
    }

    /// The settings.
    pub fn settings(&self) -> &WebSettings {
        &self.0.settings
    }

    pub(crate) fn streams(&self) -> &Streams {
        &self.0.streams
    }

    pub(crate) fn lasting(&self) -> &TaskTracker {
        &self.0.lasting
    }

    pub(crate) fn nav(&self) -> &[Nav] {
        &self.0.places.nav
    }

    pub(crate) fn apps(&self) -> &[App] {
        &self.0.places.apps
    }

    pub(crate) fn actions(&self) -> &[audit::Action] {
        &self.0.places.actions
    }

    pub(crate) fn objects(&self) -> &[ObjectPage] {
        &self.0.places.objects
    }

    pub(crate) fn finders(&self) -> &[Finder] {
        &self.0.places.finders
    }

    pub(crate) fn shortcuts(&self) -> &[Shortcut] {
        &self.0.places.shortcuts
    }

    /// The paths of the surface's pages, whose names are not filled in.
    pub(crate) fn pages(&self) -> Vec<&'static str> {
        let mount = match self.surface() {
            Some(Surface::Portal) => Mount::Portal,
            Some(Surface::Operator) => Mount::Operator,
            None => return Vec::new(),
        };
        let pages = self.0.places.pages.iter().filter(|(served, _)| *served == mount);
        pages.map(|(_, path)| *path).collect()
    }

    pub(crate) fn tenant_tabs(&self) -> &[TenantTab] {
        &self.0.places.tenant_tabs
    }

    /// Words in a language.
    pub fn words(&self, language: Language) -> Words {
        Words::new(self.0.catalogues.clone(), language)
    }
}

/// The words of the API: programs and their logs read them, so they are of one language.
#[derive(Debug)]
pub struct ApiWords(pub Words);

impl<S: Sync> FromRequestParts<S> for ApiWords {
    type Rejection = Failure;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, Failure> {
        Ok(Self(Web::of(&parts.extensions)?.words(Language::English)))
    }
}

/// What is known of a request before anybody looks at who sent it.
#[derive(Debug, Clone)]
pub struct Facts {
    /// Where it comes from.
    pub origin: Origin,
    /// The language of the answer.
    pub words: Words,
    /// The nonce of the page's policy.
    pub nonce: String,
    /// The method.
    pub method: Method,
    /// The path with its query.
    pub path: String,
    /// `light` or `dark`, when chosen.
    pub theme: Option<&'static str>,
}

/// The outermost layer: gives the request its id, language and nonce, counts and logs it.
pub async fn identify(web: Web, mut request: Request, next: Next) -> Response {
    let facts = facts(&web, &request);
    let id = facts.origin.request_id;
    let path = without_secrets(request.uri().path());
    let (method, tenant) = (request.method(), tracing::field::Empty);
    let span = tracing::info_span!("request", request_id = %id, %method, path, tenant);
    let route = request.extensions().get::<MatchedPath>().map(MatchedPath::as_str);
    let asked = Asked::new(web.surface().map_or("api", Surface::as_str), route, method.as_str());
    let requests = web.settings().requests.clone();
    request.extensions_mut().insert(facts);
    request.extensions_mut().insert(web);
    let answered = async move {
        let started = tokio::time::Instant::now();
        if let Some(looked) = hold::look(request.extensions(), request.uri().path()).await {
            request.extensions_mut().insert(looked);
        }
        let mut response = next.run(request).await;
        if let Ok(value) = id.to_string().parse() {
            response.headers_mut().insert("x-request-id", value);
        }
        let (status, took) = (response.status().as_u16(), started.elapsed());
        requests.answered(asked, status, took);
        tracing::info!(status, micros = took.as_micros(), "answered");
        response
    };
    telemetry::caused_by(&id, answered).instrument(span).await
}

/// A path for logs. A part as long as a secret may be one, as in links that are sent by mail.
fn without_secrets(path: &str) -> String {
    const LONGEST_NAME: usize = 40;
    let shown = |part: &str| if part.len() > LONGEST_NAME { "...".to_owned() } else { part.to_owned() };
    path.split('/').map(shown).collect::<Vec<_>>().join("/")
}

fn facts(web: &Web, request: &Request) -> Facts {
    let headers = request.headers();
    let text = |name: header::HeaderName| headers.get(name).and_then(|value| value.to_str().ok());
    let language = web.0.catalogues.preferred(text(header::ACCEPT_LANGUAGE).unwrap_or_default());
    let path = request.uri().path_and_query().map_or("/", |path| path.as_str());
    Facts {
        origin: Origin {
            address: address(web, request),
            user_agent: text(header::USER_AGENT).map(|agent| agent.chars().take(300).collect()),
            request_id: RequestId::new(web.clock()),
        },
        words: web.words(language),
        nonce: random_token(),
        method: request.method().clone(),
        path: path.to_owned(),
        theme: match cookie(headers, "dezky_theme") {
            Some("dark") => Some("dark"),
            Some("light") => Some("light"),
            _ => None,
        },
    }
}

fn address(web: &Web, request: &Request) -> Option<String> {
    let forwarded = web.settings().trust_forwarded.then(|| forwarded_for(request.headers())).flatten();
    let peer = || request.extensions().get::<ConnectInfo<SocketAddr>>().map(|info| info.0.ip());
    forwarded.or_else(peer).map(|address| address.to_string())
}

/// What the proxy in front added: the last entry of the last line. Some proxies add a line of their own to one that the
/// caller sent. What isn't an address counts as nothing.
fn forwarded_for(headers: &HeaderMap) -> Option<IpAddr> {
    let last = headers.get_all("x-forwarded-for").iter().next_back()?.to_str().ok()?;
    let last = last.rsplit(',').next()?.trim();
    last.parse().or_else(|_| last.parse::<SocketAddr>().map(|with_port| with_port.ip())).ok()
}

/// The value of a cookie.
pub fn cookie<'a>(headers: &'a HeaderMap, name: &str) -> Option<&'a str> {
    let pairs = headers.get_all(header::COOKIE).iter().filter_map(|value| value.to_str().ok());
    let mut pairs = pairs.flat_map(|line| line.split(';')).filter_map(|pair| pair.trim().split_once('='));
    pairs.find(|(known, _)| *known == name).map(|(_, value)| value)
}

#[cfg(test)]
mod tests {
    use access::Surface;

    use axum::http::{HeaderMap, HeaderValue};

    use super::{ObjectPage, forwarded_for, without_secrets};

    #[test]
    fn a_callers_own_line_is_not_taken_for_what_the_proxy_added() {
        let said = |lines: &[&'static str]| {
            let mut headers = HeaderMap::new();
            for line in lines {
                headers.append("x-forwarded-for", HeaderValue::from_static(line));
            }
            forwarded_for(&headers).map(|address| address.to_string())
        };
        assert_eq!(said(&["6.6.6.6", "203.0.113.9"]).as_deref(), Some("203.0.113.9"));
        assert_eq!(said(&["6.6.6.6, 203.0.113.9"]).as_deref(), Some("203.0.113.9"));
        assert_eq!(said(&["[2001:db8::1]:443"]).as_deref(), Some("2001:db8::1"));
        assert_eq!(said(&["203.0.113.9:443"]).as_deref(), Some("203.0.113.9"));
        for nothing in [&["somebody"][..], &["6.6.6.6,"], &[]] {
            assert_eq!(said(nothing), None, "{nothing:?}");
        }
    }

    #[test]
    fn a_name_leads_to_its_page_whatever_it_holds() {
        let page = ObjectPage { kind: "alias", surface: Surface::Portal, href: "/admin/{slug}/{name}" };
        let href = page.at("acme", "als_1", "a/b?c#d%é@x.test");
        assert_eq!(href, "/admin/acme/a%2Fb%3Fc%23d%25%C3%A9@x.test");
        assert_eq!(page.at("acme", "als_1", "o.b-c_d+e@x.test"), "/admin/acme/o.b-c_d+e@x.test");
    }

    #[test]
    fn the_secret_of_a_link_is_not_logged() {
        let secret = kernel::id::random_token();
        assert_eq!(without_secrets(&format!("/invitation/{secret}/join")), "/invitation/.../join");
        let id = "/admin/acme/members/usr_019a9c8e2f7a7c31b0d4a1b2c3d4e5f6";
        assert_eq!(without_secrets(id), id);
    }
}
