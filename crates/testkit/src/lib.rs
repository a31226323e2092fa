//! A small Dezky: one database, three simulators, the routes of some slices behind the real layers. Who calls is said by
//! a header instead of a token; everything after that is the real thing. For tests alone: no crate of the product may
//! depend on this one.

#![warn(missing_docs)]
#![expect(
    clippy::unwrap_used,
    clippy::missing_panics_doc,
    reason = "only tests call it, and they can't go on without what is missing"
)]

use std::collections::BTreeMap;
use std::sync::Arc;
use std::time::Duration;

use access::people::{Admitted, Identity, admit};
use access::{Actor, Person, Surface};
use axum::body::{Body, to_bytes};
use axum::extract::{Request, State};
use axum::http::{HeaderMap, HeaderName, HeaderValue, Method, StatusCode, header};
use axum::middleware::{Next, from_fn, from_fn_with_state};
use axum::response::Response;
use axum::{Extension, Router};
use db::Db;
use db::testing::TestDb;
use kernel::retry::Backoff;
use kernel::{Clock, Timestamp};
use outbound::{Client, Options};
use platform::{Assembly, Deployment, Handles, Pace, Platform, Slice, Upstreams};
use reconcile::{Reconciler, Settings};
use serde_json::{Value, json};
use simulator::{Fault, Running};
use tokio_util::sync::CancellationToken;
use tokio_util::task::TaskTracker;
use tower::ServiceExt as _;
use upstream_authentik::Authentik;
use upstream_ocis::{Credential, Ocis};
use upstream_stalwart::Stalwart;
use web::{Caller, Facts, Known, Token, Unknown, Via, Web, WebSettings};

/// A small Dezky that works, until it is dropped.
pub struct Rig {
    /// Its database.
    pub test: TestDb,
    /// The time.
    pub clock: Clock,
    /// What it does in the background.
    pub reconciler: Reconciler,
    /// The simulated identity provider.
    pub authentik: upstream_authentik::sim::Sim,
    /// The simulated mail server.
    pub stalwart: Running<upstream_stalwart::sim::World>,
    /// The simulated file service.
    pub ocis: Running<upstream_ocis::sim::World>,
    operator_pages: Router,
    portal_pages: Router,
    api: Router,
    stop: CancellationToken,
}

impl Drop for Rig {
    fn drop(&mut self) {
        self.stop.cancel();
    }
}

/// Who calls: a person on a surface.
#[derive(Clone)]
pub struct Who {
    /// Where they call.
    pub surface: Surface,
    /// Who they are.
    pub person: Person,
}

/// What was answered.
pub struct Answer {
    /// The status.
    pub status: StatusCode,
    /// The headers.
    pub headers: HeaderMap,
    /// The body.
    pub text: String,
}

impl Answer {
    /// The body, which must be JSON.
    pub fn json(&self) -> Value {
        serde_json::from_str(&self.text)
            .unwrap_or_else(|_| panic!("no JSON ({}): {}", self.status, self.text))
    }

    /// The fields that a problem names.
    pub fn fields(&self) -> Vec<String> {
        let errors = self.json()["errors"].as_array().cloned().unwrap_or_default();
        errors.iter().map(|error| error["field"].as_str().unwrap().to_owned()).collect()
    }
}

/// So that an upstream that hangs doesn't hold up a test.
const IMPATIENT: Duration = Duration::from_millis(400);

fn client(name: &'static str, origin: &str, deadline: Duration) -> Client {
    let options = Options { deadline, ..Options::default() };
    Client::new(name, origin.parse().unwrap(), options).unwrap()
}

async fn listener() -> tokio::net::TcpListener {
    tokio::net::TcpListener::bind(("127.0.0.1", 0)).await.unwrap()
}

/// A rig of the slices that a test is about, with those that they stand on.
pub async fn rig(slices: impl FnOnce(&Platform) -> Vec<Slice>) -> Rig {
    rig_with(|upstreams| upstreams, slices).await
}

/// A rig that gives its upstreams the time that lists of a thousand take on a busy machine.
pub async fn patient_rig(slices: impl FnOnce(&Platform) -> Vec<Slice>) -> Rig {
    rig_of(Duration::from_secs(30), |upstreams| upstreams, slices).await
}

/// A rig whose upstreams are changed before they are used: one switched off, say.
pub async fn rig_with(
    change: impl FnOnce(Upstreams) -> Upstreams,
    slices: impl FnOnce(&Platform) -> Vec<Slice>,
) -> Rig {
    rig_of(IMPATIENT, change, slices).await
}

async fn rig_of(
    deadline: Duration,
    change: impl FnOnce(Upstreams) -> Upstreams,
    slices: impl FnOnce(&Platform) -> Vec<Slice>,
) -> Rig {
    let test = migrations::test_database().await;
    let clock = Clock::System;
    let authentik = upstream_authentik::sim::serve(
        listener().await,
        None,
        upstream_authentik::sim::Setup::new("token".into()),
    )
    .await
    .unwrap();
    let mut mail = upstream_stalwart::sim::Setup::new("API_key".into());
    mail.dkim_delays = [Duration::from_millis(50), Duration::from_millis(100)];
    let stalwart = upstream_stalwart::sim::serve(listener().await, None, mail).await.unwrap();
    let files = upstream_ocis::sim::Setup {
        issuer: "https://id.example.test/".into(),
        userinfo: None,
        static_tokens: BTreeMap::from([("files".to_owned(), "svc".to_owned())]),
        admin_user: "svc".into(),
        clock: clock.clone(),
    };
    let ocis = upstream_ocis::sim::serve(listener().await, None, files).await.unwrap();
    let upstreams = change(Upstreams {
        authentik: Ok(Authentik::new(client("Authentik", &authentik.origin, deadline), "token".into())),
        stalwart: Ok(Stalwart::new(client("Stalwart", &stalwart.origin, deadline), "API_key".into())),
        ocis: Ok(Ocis::new(client("oCIS", &ocis.origin, deadline), Credential::Token("files".into()))),
    });
    let patience = Settings {
        backoff: Backoff { first: Duration::from_millis(30), most: Duration::from_millis(200) },
        look: Duration::from_millis(20),
        // What is destroyed here all the same, somebody ordered.
        destroys_an_hour: 0,
        ..Settings::default()
    };
    let reconciler = Reconciler::new(test.db.clone(), clock.clone(), patience);
    let stop = CancellationToken::new();
    let handles = platform::testing::handles(&test.db, &clock);
    let pace = Pace { settle: Duration::from_secs(3), ..handles.pace.clone() };
    let deployment = Deployment { portal: Some("http://portal.test".into()), ..handles.deployment.clone() };
    let platform =
        Platform::new(Handles { reconciler: reconciler.clone(), upstreams, pace, deployment, ..handles });
    let brought = slices(&platform);
    let Assembly { routes, places, texts, .. } = platform::assemble(&platform, brought).unwrap();
    let texts: Vec<_> = web::ui::TEXTS.iter().copied().chain(texts).collect();
    let catalogues = Arc::new(i18n::Catalogues::new(&texts).unwrap());
    reconciler.speak(i18n::Words::new(catalogues.clone(), i18n::Language::English));
    reconciler.start(&TaskTracker::new(), &stop).await.unwrap();
    let serve = |surface: Option<Surface>, mount: web::Mount| {
        let settings = WebSettings {
            surface,
            origin: "http://console.test".into(),
            portal: None,
            issuer_origin: "http://id.test".into(),
            environment: None,
            sandbox_page: None,
            product_name: "Dezky".into(),
            trust_forwarded: false,
            limits: web::Limits::default(),
            requests: telemetry::Requests::default(),
        };
        let web = Web::new(test.db.clone(), clock.clone(), catalogues.clone(), settings, places.clone());
        // The API's own address has what no console has besides.
        let is_own = |routes: &&web::Routes| surface.is_none() && routes.mount() == web::Mount::ApiOnly;
        let routes = routes.iter().filter(|routes| routes.mount() == mount || is_own(routes));
        routes
            .fold(Router::new(), |all, routes| all.merge(routes.router()))
            .layer(from_fn_with_state(test.db.clone(), by_header))
            .layer(from_fn(web::bound))
            .layer(from_fn(web::present))
            .layer(from_fn(move |request, next| web::identify(web.clone(), request, next)))
    };
    let operator_pages = serve(Some(Surface::Operator), web::Mount::Operator);
    let portal_pages = serve(Some(Surface::Portal), web::Mount::Portal);
    let api = serve(None, web::Mount::Api);
    Rig { test, clock, reconciler, authentik, stalwart, ocis, operator_pages, portal_pages, api, stop }
}

/// Stands in for sign-in: the header names the surface and the person.
async fn by_header(
    State(db): State<Db>,
    Extension(facts): Extension<Facts>,
    mut request: Request,
    next: Next,
) -> Response {
    let who = request.headers().get("x-who").and_then(|who| who.to_str().ok()).map(str::to_owned);
    let mut caller = Caller::Unknown(Unknown::Nothing);
    if let Some((surface, user)) = who.as_deref().and_then(|who| who.split_once(' ')) {
        let surface = Surface::parse(surface).unwrap();
        let user = user.parse().unwrap();
        let actor = Actor::load(&db, user, surface, &facts.origin, &Clock::System).await.unwrap().unwrap();
        let identity = Identity { sub: "s".into(), ..Identity::default() };
        let token = Token { expires_at: Timestamp::from_seconds(0), identity };
        caller = Caller::Known(Box::new(Known { actor, via: Via::Bearer(token) }));
    }
    request.extensions_mut().insert(caller);
    next.run(request).await
}

impl Rig {
    /// A person who has signed in, with the rights that their groups give.
    pub async fn person(&self, email: &str, groups: &[&str], surface: Surface) -> Who {
        let who = Identity {
            sub: format!("sub-{email}"),
            email: email.into(),
            name: email.split('@').next().unwrap().into(),
            groups: groups.iter().map(|group| (*group).to_owned()).collect(),
            ..Identity::default()
        };
        let tx = self.test.db.begin().await.unwrap();
        let person = match admit(&tx, &self.clock, &who, "admins").await.unwrap() {
            Admitted::Created(person, _) | Admitted::Changed(person) | Admitted::Known(person) => person,
            Admitted::Removed(_) => panic!("removed"),
        };
        tx.commit_silently("a test").await.unwrap();
        Who { surface, person }
    }

    /// An operator.
    pub async fn operator(&self) -> Who {
        self.person("ida@dezky.test", &["admins"], Surface::Operator).await
    }

    /// A call of the API.
    pub async fn call(&self, who: &Who, method: Method, path: &str, body: Value) -> Answer {
        self.call_with(who, method, path, body, &[]).await
    }

    /// A call of the API with more headers.
    pub async fn call_with(
        &self,
        who: &Who,
        method: Method,
        path: &str,
        body: Value,
        headers: &[(&str, &str)],
    ) -> Answer {
        let mut request = Request::builder()
            .method(method)
            .uri(path)
            .header("x-who", format!("{} {}", who.surface, who.person.id));
        let mut sent = HeaderMap::new();
        sent.insert(header::CONTENT_TYPE, HeaderValue::from_static("application/json"));
        for (name, value) in headers {
            sent.insert(HeaderName::from_bytes(name.as_bytes()).unwrap(), value.parse().unwrap());
        }
        for (name, value) in &sent {
            request = request.header(name, value);
        }
        let body = if body.is_null() { Body::empty() } else { Body::from(body.to_string()) };
        answer(&self.api, request.body(body).unwrap()).await
    }

    /// Reads from the API.
    pub async fn get(&self, who: &Who, path: &str) -> Answer {
        self.call(who, Method::GET, path, Value::Null).await
    }

    /// Sends to the API.
    pub async fn post(&self, who: &Who, path: &str, body: Value) -> Answer {
        self.call(who, Method::POST, path, body).await
    }

    /// A page of the console of the person's surface.
    pub async fn page(&self, who: &Who, path: &str) -> Answer {
        let request =
            Request::builder().uri(path).header("x-who", format!("{} {}", who.surface, who.person.id));
        answer(self.pages(who), request.body(Body::empty()).unwrap()).await
    }

    /// Sends a form, of the console of the person's surface.
    pub async fn send_form(&self, who: &Who, path: &str, fields: &[(&str, &str)]) -> Answer {
        let body: String = url::form_urlencoded::Serializer::new(String::new()).extend_pairs(fields).finish();
        let request = Request::builder()
            .method(Method::POST)
            .uri(path)
            .header("x-who", format!("{} {}", who.surface, who.person.id))
            .header(header::CONTENT_TYPE, "application/x-www-form-urlencoded");
        answer(self.pages(who), request.body(Body::from(body)).unwrap()).await
    }

    /// A call of the API without any token.
    pub async fn anonymous(&self, path: &str) -> Answer {
        answer(&self.api, Request::builder().uri(path).body(Body::empty()).unwrap()).await
    }

    fn pages(&self, who: &Who) -> &Router {
        match who.surface {
            Surface::Operator => &self.operator_pages,
            Surface::Portal => &self.portal_pages,
        }
    }

    /// Makes a tenant and gives its JSON.
    pub async fn make(&self, slug: &str, name: &str, domain: Option<&str>) -> Value {
        let operator = self.operator().await;
        let mut body = json!({"slug": slug, "name": name, "plan": "business", "seats": 25});
        if let Some(domain) = domain {
            body["primaryDomain"] = json!(domain);
        }
        let made = self.post(&operator, "/api/tenants", body).await;
        assert_eq!(made.status, StatusCode::CREATED, "{}", made.text);
        made.json()
    }

    /// Waits until the tenant's JSON is as wished.
    pub async fn until(&self, slug: &str, what: &str, wished: impl Fn(&Value) -> bool) -> Value {
        let operator = self.operator().await;
        let mut last = Value::Null;
        for _ in 0..200 {
            last = self.get(&operator, &format!("/api/tenants/{slug}")).await.json();
            if wished(&last) {
                return last;
            }
            self.reconciler.nudge();
            tokio::time::sleep(Duration::from_millis(25)).await;
        }
        panic!("{slug} never came to be {what}: {last:#}");
    }

    /// Waits until the tenant is active.
    pub async fn until_active(&self, slug: &str) -> Value {
        self.until(slug, "active", |tenant| tenant["status"] == "active").await
    }

    /// Scans everything for drift.
    pub async fn scan(&self) {
        self.reconciler.scan().await.unwrap();
    }

    /// The open drifts: difference, kind, name, fields.
    pub async fn drifts(&self) -> Vec<String> {
        let filter = reconcile::drift::DriftFilter::default();
        let page = reconcile::drift::page(self.test.db.read(), &filter, None, 100).await.unwrap();
        let said = |drift: reconcile::drift::Drift| {
            let subject = drift.subject;
            let fields = subject.fields.iter().filter(|_| subject.difference.as_str() == "changed");
            let fields: Vec<_> = fields.map(|field| field.field.as_str()).collect();
            let said = format!(
                "{} {} {} {}",
                subject.difference.as_str(),
                subject.kind,
                subject.name,
                fields.join(" ")
            );
            said.trim_end().to_owned()
        };
        page.items.into_iter().map(said).collect()
    }

    /// The groups, domains and drives that bear this tenant's mark.
    pub fn marked(&self, tenant_id: &str) -> [Vec<Value>; 3] {
        let of = |inventory: Value, kind: &str| -> Vec<Value> {
            let all = inventory[kind].as_array().cloned().unwrap_or_default();
            all.into_iter().filter(|object| object.to_string().contains(tenant_id)).collect()
        };
        [
            of(self.authentik.store.read(simulator::State::inventory), "groups"),
            of(self.stalwart.store.read(simulator::State::inventory), "domains"),
            of(self.ocis.store.read(simulator::State::inventory), "drives"),
        ]
    }
}

/// A fault for the dial of a simulator.
pub fn fault(route: &str, kind: &str, times: Option<u32>) -> Fault {
    serde_json::from_value(json!({"route": route, "kind": kind, "times": times, "delayMs": 600})).unwrap()
}

async fn answer(router: &Router, request: Request) -> Answer {
    let response = router.clone().oneshot(request).await.unwrap();
    let (parts, body) = response.into_parts();
    let bytes = to_bytes(body, 8 << 20).await.unwrap();
    Answer { status: parts.status, headers: parts.headers, text: String::from_utf8(bytes.to_vec()).unwrap() }
}
