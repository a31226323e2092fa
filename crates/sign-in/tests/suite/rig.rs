//! Sign-in on both consoles and the API's own address, one clock for it and its issuer, and a visitor with cookies.

use std::collections::BTreeMap;
use std::sync::Arc;
use std::time::Duration;

use access::Surface;
use axum::Router;
use axum::body::{Body, to_bytes};
use axum::http::{HeaderMap, Request, StatusCode};
use axum::middleware::{from_fn, from_fn_with_state};
use db::Db;
use db::seal::Keys;
use db::testing::TestDb;
use kernel::Clock;
use outbound::{Call, Client, Method, Options};
use platform::Platform;
use sea_orm::{ConnectionTrait as _, Statement};
use serde_json::Value;
use sign_in::{OidcClient, Settings, SignIn};
use simulator::{Fault, FaultKind, State as _};
use tower::ServiceExt as _;
use upstream_authentik::sim::{AppSetup, Setup, Sim, UserSetup};
use url::Url;
use web::{Web, WebSettings};

pub const PORTAL: &str = "http://portal.test";
pub const OPERATOR: &str = "http://operator.test";
pub const ADMINS: &str = "dezky-platform-admins";
const PASSWORD: &str = "correct horse";
const SECRET: &str = "the-clients-secret";
/// How long access tokens live.
pub const VALID: Duration = Duration::from_mins(10);

pub struct Rig {
    pub test: TestDb,
    pub clock: Clock,
    pub sim: Sim,
    /// The issuer's public address. Dezky reaches it at another, so nothing may depend on the two being one.
    pub issuer: String,
    instances: [Instance; 2],
}

/// One process of several that share a database.
struct Instance {
    portal: Router,
    operator: Router,
    api: Router,
}

pub struct Answer {
    pub status: StatusCode,
    pub headers: HeaderMap,
    pub text: String,
}

impl Answer {
    pub fn json(&self) -> Value {
        serde_json::from_str(&self.text)
            .unwrap_or_else(|_| panic!("no JSON ({}): {}", self.status, self.text))
    }

    pub fn location(&self) -> &str {
        self.headers.get("location").and_then(|to| to.to_str().ok()).unwrap_or_default()
    }

    /// The stable word of a problem.
    pub fn code(&self) -> String {
        let kind = self.json()["type"].as_str().unwrap_or_default().to_owned();
        kind.trim_start_matches("urn:dezky:problem:").to_owned()
    }

    pub fn cookies(&self) -> Vec<&str> {
        self.headers.get_all("set-cookie").iter().filter_map(|line| line.to_str().ok()).collect()
    }
}

fn console(client: &str, origin: &str) -> AppSetup {
    let callback = format!("{origin}/sign-in/callback");
    let mut app = AppSetup::new(client, SECRET.into(), &callback, &format!("{origin}/signed-out"));
    app.access_token_validity = VALID;
    app
}

pub fn user(name: &str, groups: &[&str]) -> UserSetup {
    UserSetup {
        username: name.to_owned(),
        email: format!("{name}@example.test"),
        name: name.to_owned(),
        password: PASSWORD.into(),
        groups: groups.iter().map(|&group| group.to_owned()).collect(),
    }
}

/// An issuer with the apps of both consoles and that of the files, whose tokens no surface takes.
pub async fn issuer(clock: &Clock) -> Sim {
    let mut setup = Setup::new("token".into());
    setup.clock = clock.clone();
    setup.apps = vec![
        console("dezky-portal", PORTAL),
        console("dezky-operator", OPERATOR),
        console("dezky-files", "http://files.test"),
    ];
    setup.users = vec![user("ida", &[ADMINS]), user("maja", &[])];
    let listener = tokio::net::TcpListener::bind(("127.0.0.1", 0)).await.unwrap();
    setup.origin = Some(public(&format!("http://{}", listener.local_addr().unwrap())));
    upstream_authentik::sim::serve(listener, None, setup).await.unwrap()
}

/// The address of an issuer for everybody but Dezky.
fn public(origin: &str) -> String {
    origin.replace("127.0.0.1", "localhost")
}

pub async fn rig() -> Rig {
    let test = migrations::test_database().await;
    // The protocol library looks at the machine's clock too, so ours begins there and only runs ahead.
    let clock = Clock::manual(Clock::System.now());
    let sim = issuer(&clock).await;
    let keys = Keys::new(&[Keys::generate()]).unwrap();
    let options = db::Options { connections: 6, wait: Duration::from_secs(10), durable: false };
    let db = Db::connect(&test.url, &options).await.unwrap();
    let instances =
        [instance(&test.db, &clock, &sim.origin, keys.clone()), instance(&db, &clock, &sim.origin, keys)];
    let issuer = public(&sim.origin);
    Rig { test, clock, sim, issuer, instances }
}

/// How a console reaches the issuer, which is at `inner`.
pub fn settings(inner: &str) -> Settings {
    let oidc_client =
        |surface, origin: &str| OidcClient { surface, client_secret: SECRET.into(), origin: origin.into() };
    let issuer = public(inner);
    let called_as = Some(issuer.parse().unwrap());
    let options = Options { deadline: Duration::from_secs(2), called_as, ..Options::default() };
    Settings {
        issuer_origin: issuer,
        provider: Client::new("Authentik", inner.parse().unwrap(), options).unwrap(),
        oidc_clients: vec![oidc_client(Surface::Portal, PORTAL), oidc_client(Surface::Operator, OPERATOR)],
        admin_group: ADMINS.into(),
        directory: None,
    }
}

fn instance(db: &Db, clock: &Clock, inner: &str, keys: Keys) -> Instance {
    let settings = settings(inner);
    let issuer = settings.issuer_origin.clone();
    let service = SignIn::new(&Platform::new(platform::testing::handles(db, clock)), keys, settings);
    let slice = sign_in::slice(&service);
    let texts: Vec<_> = web::ui::TEXTS.iter().copied().chain(slice.texts.clone()).collect();
    let catalogues = Arc::new(i18n::Catalogues::new(&texts).unwrap());
    let serve = |surface: Option<Surface>, origin: &str, pages: Option<web::Mount>| {
        let settings = WebSettings {
            surface,
            origin: origin.into(),
            portal: None,
            issuer_origin: issuer.clone(),
            environment: None,
            sandbox_page: None,
            product_name: "Dezky".into(),
            trust_forwarded: false,
            limits: web::Limits::default(),
            requests: telemetry::Requests::default(),
        };
        let web = Web::new(db.clone(), clock.clone(), catalogues.clone(), settings, web::Places::default());
        let served = |mount| mount == web::Mount::Api || Some(mount) == pages;
        let all = slice.routes.iter().filter(|routes| served(routes.mount()));
        let router = all.fold(Router::new(), |all, routes| all.merge(routes.router()));
        let router = pages.map_or(router.clone(), |mount| router.merge(crate::kept::pages(mount).router()));
        let router = match surface {
            Some(surface) => {
                let state = (service.clone(), surface);
                router
                    .layer(from_fn_with_state(state.clone(), sign_in::keep_forms))
                    .layer(from_fn(web::present))
                    .layer(from_fn_with_state(state, sign_in::by_session))
            }
            None => router.layer(from_fn_with_state(service.clone(), sign_in::by_bearer)),
        };
        router
            .layer(from_fn(web::bound))
            .layer(from_fn(web::present))
            .layer(from_fn(web::guard))
            .layer(from_fn(move |request, next| web::identify(web.clone(), request, next)))
    };
    let portal = serve(Some(Surface::Portal), PORTAL, Some(web::Mount::Portal));
    let operator = serve(Some(Surface::Operator), OPERATOR, Some(web::Mount::Operator));
    let api = serve(None, "http://api.test", None);
    Instance { portal, operator, api }
}

async fn send(router: &Router, request: Request<Body>) -> Answer {
    let response = router.clone().oneshot(request).await.unwrap();
    let (status, headers) = (response.status(), response.headers().clone());
    let bytes = to_bytes(response.into_body(), usize::MAX).await.unwrap();
    Answer { status, headers, text: String::from_utf8(bytes.to_vec()).unwrap() }
}

impl Rig {
    /// Calls the API with a token.
    pub async fn call(&self, method: &str, path: &str, token: &str) -> Answer {
        let request = Request::builder().method(method).uri(path);
        let request = request.header("authorization", format!("Bearer {token}"));
        send(&self.instances[0].api, request.body(Body::empty()).unwrap()).await
    }

    /// A good token of a person for a client.
    pub fn token(&self, name: &str, client: &str) -> String {
        self.sim.mint(name, client, VALID).unwrap()
    }

    /// What the issuer has of a kind.
    pub fn issued(&self, kind: &str) -> Vec<Value> {
        self.sim.store.read(simulator::State::inventory)[kind].as_array().unwrap().clone()
    }

    /// The issuer forgets all refresh tokens.
    pub fn forget_refresh_tokens(&self) {
        for token in self.issued("refreshTokens") {
            assert!(self.sim.store.write(|world| world.remove("refreshTokens", &token["id"].to_string())));
        }
    }

    /// Another setting of a client at the issuer.
    pub fn set_client(&self, client: &str, fields: &Value) {
        self.sim.store.write(|world| world.put("applications", client, fields)).unwrap();
    }

    /// The issuer's fault on every route, or on none.
    pub fn set_fault(&self, kind: Option<FaultKind>) {
        let fault = |kind| Fault { route: "*".into(), kind, times: None, delay_ms: Some(300) };
        self.sim.dial.set(kind.map(fault).into_iter().collect());
    }

    pub async fn sql(&self, sql: &str) {
        let db = self.test.db.read();
        db.execute_raw(Statement::from_string(db.get_database_backend(), sql)).await.unwrap();
    }

    /// The one text that a query gives, called `t`.
    pub async fn text(&self, sql: &str) -> String {
        let db = self.test.db.read();
        let row = db.query_one_raw(Statement::from_string(db.get_database_backend(), sql)).await.unwrap();
        row.unwrap().try_get("", "t").unwrap()
    }

    pub async fn count(&self, from: &str) -> i64 {
        let db = self.test.db.read();
        let sql = format!("SELECT COUNT(*) AS n FROM {from}");
        let row = db.query_one_raw(Statement::from_string(db.get_database_backend(), sql)).await.unwrap();
        row.unwrap().try_get("", "n").unwrap()
    }
}

/// Somebody with a browser: cookies by origin.
pub struct Visitor<'a> {
    rig: &'a Rig,
    pub jars: BTreeMap<String, BTreeMap<String, String>>,
    /// Which instance answers.
    pub instance: usize,
}

impl<'a> Visitor<'a> {
    pub fn new(rig: &'a Rig) -> Self {
        Self { rig, jars: BTreeMap::new(), instance: 0 }
    }

    fn cookies(&self, origin: &str) -> String {
        let jar = self.jars.get(origin).into_iter().flatten();
        jar.map(|(name, value)| format!("{name}={value}")).collect::<Vec<_>>().join("; ")
    }

    fn keep(&mut self, origin: &str, lines: &[&str]) {
        for line in lines {
            let (name, value) = line.split(';').next().unwrap().split_once('=').unwrap();
            let jar = self.jars.entry(origin.to_owned()).or_default();
            if line.contains("Max-Age=0") {
                jar.remove(name)
            } else {
                jar.insert(name.into(), value.into())
            };
        }
    }

    /// `GET` of a console's page.
    pub async fn get(&mut self, url: &str) -> Answer {
        self.request("GET", url, "").await
    }

    /// A form sent to a console.
    pub async fn request(&mut self, method: &str, url: &str, form: &str) -> Answer {
        self.request_with(method, url, form, &[]).await
    }

    /// A form sent to a console, with what the browser says of it.
    pub async fn request_with(
        &mut self,
        method: &str,
        url: &str,
        form: &str,
        says: &[(&str, &str)],
    ) -> Answer {
        let url = Url::parse(url).unwrap();
        let origin = url.origin().ascii_serialization();
        let instance = &self.rig.instances[self.instance];
        let router = if origin == PORTAL { &instance.portal } else { &instance.operator };
        let path = &url[url::Position::BeforePath..url::Position::AfterQuery];
        let request = Request::builder()
            .method(method)
            .uri(path)
            .header("cookie", self.cookies(&origin))
            .header("accept", "text/html")
            .header("content-type", "application/x-www-form-urlencoded");
        let request = says.iter().fold(request, |request, (name, value)| request.header(*name, *value));
        let answer = send(router, request.body(Body::from(form.to_owned())).unwrap()).await;
        self.keep(&origin, &answer.cookies());
        answer
    }

    /// What the issuer answers; where it leads to.
    async fn ask_issuer(&mut self, method: Method, url: &Url, form: &[(&str, &str)]) -> Url {
        let origin = self.rig.issuer.clone();
        let client = Client::new("browser", origin.parse().unwrap(), Options::default()).unwrap();
        let path = &url[url::Position::BeforePath..url::Position::AfterQuery];
        let mut call = Call::new(method, path).header("cookie", self.cookies(&origin));
        if method == Method::Post {
            call = call.form(form);
        }
        let answer = client.send(call).await.unwrap();
        let lines: Vec<&str> = answer
            .headers
            .iter()
            .filter(|(name, _)| name == "set-cookie")
            .map(|(_, line)| line.as_str())
            .collect();
        self.keep(&origin, &lines);
        answer.header("location").map_or_else(|| url.clone(), |next| url.join(next).unwrap())
    }

    /// Begins a sign-in at `path`, answers the issuer's form, and gives the address to which it sends the browser.
    pub async fn until_callback(&mut self, console: &str, path: &str, name: &str) -> String {
        let begun = self.get(&format!("{console}{path}")).await;
        let mut at = Url::parse(begun.location()).unwrap();
        let issuer = self.rig.issuer.clone();
        let form = [("username", name), ("password", PASSWORD)];
        while at.as_str().starts_with(&issuer) {
            let next = self.ask_issuer(Method::Get, &at, &[]).await;
            at = if next == at { self.ask_issuer(Method::Post, &at, &form).await } else { next };
        }
        at.to_string()
    }

    /// Signs in; the console's answer to the issuer's redirect.
    pub async fn sign_in(&mut self, console: &str, name: &str) -> Answer {
        let callback = self.until_callback(console, "/sign-in", name).await;
        self.get(&callback).await
    }

    /// The status of one's own account on a console: 200 with a session, 401 without.
    pub async fn me(&mut self, console: &str) -> u16 {
        self.get(&format!("{console}/api/me")).await.status.as_u16()
    }

    /// The token that forms carry.
    pub async fn csrf(&self) -> String {
        let db = self.rig.test.db.read();
        let sql = Statement::from_string(db.get_database_backend(), "SELECT csrf FROM sessions");
        db.query_one_raw(sql).await.unwrap().unwrap().try_get("", "csrf").unwrap()
    }
}
