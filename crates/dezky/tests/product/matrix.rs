//! Every route asked by everybody: the golden file says who is let in and what the others are told. The routes come
//! from the golden route table, so a new one is in the matrix by itself.

use std::collections::BTreeMap;
use std::fmt::Write as _;

use axum::body::{Body, to_bytes};
use hyper::{Method, Request};
use hyper_util::client::legacy::{Client, connect::HttpConnector};
use hyper_util::rt::TokioExecutor;
use outbound::Call;
use serde_json::{Value, json as value};

use crate::harness::{Product, client, json};
use crate::session::{Visitor, csrf};
use crate::tenant_api;

const ROUTES: &str = include_str!("../../src/wiring/snapshots/dezky__wiring__tests__routes.snap");

/// Who asks. All of it is about the tenant `acme`, a customer of the partner `nordit`.
const PEOPLE: &[(&str, &str)] = &[
    ("member", tenant_api::MAJA),
    ("tenant admin", tenant_api::BO),
    ("tenant owner", tenant_api::ANNA),
    ("owner of another tenant", tenant_api::OTTO),
    ("owner of its partner", "frida@nordit.test"),
    ("support of its partner", "sven@nordit.test"),
    ("owner of another partner", "petra@alpenwerk.test"),
    ("platform admin", tenant_api::IDA),
];
/// Those who have nothing to do with `acme`.
const FOREIGN: [&str; 3] = ["stranger", "owner of another tenant", "owner of another partner"];
const IDA: (&str, &str) = ("platform admin", tenant_api::IDA);
const JONAS: (&str, &str) = ("nobody in particular", "jonas@dezky.test");

#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Route {
    pub mount: &'static str,
    pub path: &'static str,
    pub method: &'static str,
    pub guard: &'static str,
}

pub fn routes() -> Vec<Route> {
    let body = ROUTES.splitn(3, "---\n").nth(2).expect("the golden file has a head");
    let mut routes: Vec<Route> = body.lines().filter(|line| !line.is_empty()).map(route).collect();
    // What ends the session, or makes the stranger's account, is asked last.
    routes.sort_by_key(|route| {
        route.path == "/sign-out" || (route.method, route.path) == ("PUT", "/api/users/me")
    });
    routes
}

fn route(line: &'static str) -> Route {
    let (what, guard) = line.split_once(": ").expect("a guard");
    let words: Vec<&str> = what.split(' ').collect();
    let [mount, path, method] = words.as_slice() else { panic!("{line}") };
    Route { mount, path, method, guard }
}

/// The path with its names filled in. What an operator may destroy is another tenant's.
fn address(route: &Route, role: &str) -> String {
    let slug = match (role, route.method, route.path.rsplit('/').next()) {
        ("platform admin", "DELETE", Some("{slug}")) => "havn",
        ("platform admin", "POST", Some("suspend" | "resume")) => "skovbo",
        _ => "acme",
    };
    let partner = match (role, route.method, route.path.rsplit('/').next()) {
        ("platform admin", "DELETE", Some("{partner}")) => SPARE[0],
        ("platform admin", "POST", Some("suspend" | "resume")) => SPARE[1],
        _ => "nordit",
    };
    // A customer of no partner, so that nobody detaches one.
    let path = route.path.replace("{partner}", partner).replace("{tenant}", "skovbo");
    path.replace("{slug}", slug).replace("{word}", "dark")
}

/// Partners that an operator may end and suspend.
const SPARE: [&str; 2] = ["ending", "spare"];

/// The rights to what is one's own.
pub const OWN: [&str; 6] =
    ["OwnAccount", "OwnPassword", "EndOwnSessions", "ChooseWorkspace", "ForgetKeptForm", "AcceptInvitation"];

/// How somebody asks.
pub enum Proof {
    Nothing,
    Token(String),
    /// The cookies of a console, and the token of its forms.
    Session(String, String),
}

pub struct Asker {
    pub client: Client<HttpConnector, String>,
    /// Who is told what, by route.
    pub told: BTreeMap<Route, BTreeMap<String, Vec<String>>>,
}

impl Asker {
    async fn ask(&mut self, mount: &str, origin: &str, role: &str, proof: &Proof) {
        let served = |route: &Route| route.mount == mount || (mount == "Api" && route.mount == "ApiOnly");
        for route in routes().into_iter().filter(served) {
            let outcome = self.outcome(&route, origin, role, proof).await;
            if FOREIGN.contains(&role) && route.path.contains("{slug}") {
                check_foreign(&route, role, &outcome);
            }
            self.told.entry(route).or_default().entry(outcome).or_default().push(role.to_owned());
        }
    }

    /// What somebody is told at a route.
    pub async fn outcome(&self, route: &Route, origin: &str, role: &str, proof: &Proof) -> String {
        let uri = format!("{origin}{}", address(route, role));
        let mut request = Request::builder().method(route.method).uri(uri);
        let mut body = String::new();
        match proof {
            Proof::Nothing => {}
            Proof::Token(token) => request = request.header("authorization", format!("Bearer {token}")),
            Proof::Session(cookies, csrf) => {
                request = request.header("cookie", cookies).header("origin", origin);
                body = format!("csrf={csrf}");
            }
        }
        let is_page = !matches!(route.mount, "Api" | "ApiOnly");
        let kind = if is_page { "application/x-www-form-urlencoded" } else { "application/json" };
        if !is_page && route.method != Method::GET.as_str() {
            body = "{}".to_owned();
        }
        let request = request.header("content-type", kind).body(body).unwrap();
        let response = self.client.request(request).await.unwrap();
        let status = response.status().as_u16();
        let leads_to = response.headers().get("location").and_then(|to| to.to_str().ok()).unwrap_or_default();
        if leads_to.starts_with("/sign-in?next=") {
            return "is led to the sign-in".to_owned();
        }
        if leads_to == "/account/password" && route.path != leads_to {
            return "is led to their own password".to_owned();
        }
        if !matches!(status, 401 | 403 | 404 | 409) {
            return format!("is let in ({status})");
        }
        let body = to_bytes(Body::new(response.into_body()), usize::MAX).await.unwrap();
        match code(&String::from_utf8_lossy(&body)) {
            code if status == 409 && code != "wrong-state" => format!("is let in ({status})"),
            code => format!("{status} {code}"),
        }
    }

    fn table(&self) -> String {
        let mut table = String::new();
        for (route, told) in &self.told {
            let _ = writeln!(table, "{} {} {} ({})", route.mount, route.method, route.path, route.guard);
            for (outcome, roles) in told {
                let _ = writeln!(table, "    {outcome}: {}", roles.join(", "));
            }
        }
        table
    }
}

/// Whoever has nothing to do with a tenant learns nothing of it: what is the operators' alone is refused before
/// anything is looked up, and the rest is not there [A5].
fn check_foreign(route: &Route, role: &str, outcome: &str) {
    let of_operators = route.guard == "ManageTenant" || route.mount == "Operator";
    let fits = if role == "stranger" {
        outcome == "403 no-account"
    } else if of_operators {
        outcome == "403 missing-audience" || outcome == "403 missing-platform-admin"
    } else {
        outcome == "404 not-found"
    };
    assert!(fits, "{route:?} for {role}: {outcome}");
}

/// The stable word of a refusal. Pages say it in a sentence.
fn code(body: &str) -> String {
    if let Ok(problem) = serde_json::from_str::<Value>(body) {
        let kind = problem["type"].as_str().unwrap_or_default();
        return kind.trim_start_matches("urn:dezky:problem:").to_owned();
    }
    let sentences = [
        ("only platform admins can do this", "missing-platform-admin"),
        ("this needs a token with the audience", "missing-audience"),
        ("can do this, and you’re", "missing-role"),
        ("You aren’t in any workspace", "no-workspace"),
        ("your account was removed", "account-removed"),
        ("you’re in no active workspace", "no-open-workspace"),
        ("signed you out", "signed-out-of-workspace"),
        ("is suspended", "tenant-suspended"),
        ("has ended", "tenant-ended"),
        ("so nothing in it can be changed", "wrong-state"),
        ("your password is a one-time password", "password-due"),
        ("or you don’t have access to it", "not-found"),
        ("There is no such difference", "no-such-difference"),
        ("There is no such flag", "no-such-flag"),
        ("has no such domain", "no-such-domain"),
        ("has no such invitation", "no-such-invitation"),
        ("has no such customer", "no-such-customer"),
        ("staff has no such person", "no-such-staff"),
        ("has no such session", "no-such-session"),
        ("has no such import", "no-such-import"),
        ("this link doesn’t work", "link-unknown"),
        ("has no such member", "no-such-member"),
        ("has no such alias", "no-such-alias"),
        ("has no such distribution list", "no-such-list"),
        ("has no such group", "no-such-group"),
        ("has no such shared mailbox", "no-such-shared-mailbox"),
        ("no such app password", "no-such-password"),
    ];
    let said = body.to_lowercase();
    let known = sentences.iter().find(|(sentence, _)| said.contains(&sentence.to_lowercase()));
    known.map_or_else(|| body.to_owned(), |(_, code)| (*code).to_owned())
}

/// A token of somebody who has never been here: the account that the portal's own client stands for.
pub async fn strangers_token(product: &Product) -> String {
    let file = product.folder.path().join("data/secrets.json");
    let secrets: Value = serde_json::from_slice(&std::fs::read(file).unwrap()).unwrap();
    let form = [
        ("grant_type", "client_credentials"),
        ("client_id", "dezky-portal"),
        ("client_secret", secrets["portal_client_secret"].as_str().unwrap()),
        ("scope", "openid email profile"),
    ];
    let call = Call::new(outbound::Method::Post, "/application/o/token/").form(&form);
    let answer = client(product.origin("sandbox/authentik")).send(call).await.unwrap();
    json(&answer)["access_token"].as_str().unwrap().to_owned()
}

/// A session of a person on a console.
pub async fn session(product: &Product, console: &str, email: &str) -> Proof {
    let (mut visitor, origin) = (Visitor::default(), product.origin(console));
    let (_, page) = visitor.sign_in(origin, email, product.password(email)).await;
    let csrf = csrf(&String::from_utf8_lossy(&page.body));
    let jar = &visitor.jars[origin];
    let cookies: Vec<String> = jar.iter().map(|(name, value)| format!("{name}={value}")).collect();
    Proof::Session(cookies.join("; "), csrf)
}

#[tokio::test]
async fn everybody_is_told_at_every_route_what_the_golden_file_says() {
    let product = Product::start("small").await;
    product.open_operator_console().await;
    for slug in SPARE {
        let new = value!({"slug": slug, "name": slug});
        let made = product.call(
            outbound::Method::Post,
            "/api/partners",
            product.token(IDA.1, "operator"),
            Some(new),
        );
        assert_eq!(made.await.status, 201);
    }
    let client = Client::builder(TokioExecutor::new()).build_http();
    let mut asker = Asker { client, told: BTreeMap::new() };
    let api = product.origin("api");
    asker.ask("Api", api, "anonymous", &Proof::Nothing).await;
    asker.ask("Api", api, "stranger", &Proof::Token(strangers_token(&product).await)).await;
    for (role, email) in PEOPLE.iter().filter(|(role, _)| *role != IDA.0) {
        asker.ask("Api", api, role, &Proof::Token(product.token(email, "portal").to_owned())).await;
    }
    let on_portal = Proof::Token(product.token(IDA.1, "portal").to_owned());
    asker.ask("Api", api, "platform admin on the portal", &on_portal).await;
    let powerless = Proof::Token(product.token(JONAS.1, "operator").to_owned());
    asker.ask("Api", api, "operator audience without the right", &powerless).await;
    asker.ask("Api", api, IDA.0, &Proof::Token(product.token(IDA.1, "operator").to_owned())).await;
    for (mount, console) in [("Portal", "portal"), ("Operator", "operator")] {
        let origin = product.origin(console);
        asker.ask(mount, origin, "anonymous", &Proof::Nothing).await;
        for (role, email) in [JONAS].iter().chain(PEOPLE) {
            let session = session(&product, console, email).await;
            asker.ask(mount, origin, role, &session).await;
        }
    }
    insta::assert_snapshot!("matrix", asker.table());
}
