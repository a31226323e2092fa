//! The law of limits: whatever is sent too much of, at every route and in every parameter and field that the route table
//! and the OpenAPI document name, is answered within a second by a short 4xx, and the process lives.

use std::time::{Duration, Instant};

use axum::Router;
use axum::body::{Body, to_bytes};
use axum::routing::get as route;
use hyper::Request;
use hyper_util::client::legacy::{Client, connect::HttpConnector};
use hyper_util::rt::TokioExecutor;
use serde_json::{Map, Value, json as value};

use crate::harness::{Product, get, json};
use crate::matrix::{Proof, Route, routes, session};
use crate::tenant_api::{ANNA, BO, DOMAIN, IDA};

/// An answer may not take longer.
const LONGEST: Duration = Duration::from_secs(1);
/// The most bytes of a problem, and of a page that shows again what was sent.
const MOST_OF_PROBLEM: usize = 8 << 10;
const MOST_OF_PAGE: usize = 256 << 10;

struct Attacker {
    client: Client<HttpConnector, String>,
    wrong: Vec<String>,
    sent: usize,
}

impl Attacker {
    fn new() -> Self {
        let client = Client::builder(TokioExecutor::new()).build_http();
        Self { client, wrong: Vec::new(), sent: 0 }
    }

    /// Sends one request and judges what comes. Only where too much was sent for certain, a 4xx is asked for.
    async fn send(&mut self, what: &str, request: Request<String>, is_refused: bool) {
        self.sent += 1;
        let began = Instant::now();
        let answered = async {
            let response = self.client.request(request).await.map_err(|error| error.to_string())?;
            let status = response.status().as_u16();
            let kind = response.headers().get("content-type").and_then(|kind| kind.to_str().ok());
            let is_page = kind.is_some_and(|kind| kind.starts_with("text/html"));
            if kind.is_some_and(|kind| kind.starts_with("text/event-stream")) {
                return Ok((status, 0, is_page));
            }
            let body = to_bytes(Body::new(response.into_body()), usize::MAX).await;
            Ok::<_, String>((status, body.map_err(|error| error.to_string())?.len(), is_page))
        };
        let wrong = match answered.await {
            Err(error) => Some(format!("is not answered: {error}")),
            Ok((status, ..)) if status >= 500 => Some(format!("is answered {status}")),
            Ok((status, ..)) if is_refused && !(400..500).contains(&status) => {
                Some(format!("is answered {status}, though it is too much"))
            }
            Ok((_, length, is_page))
                if is_refused && length > if is_page { MOST_OF_PAGE } else { MOST_OF_PROBLEM } =>
            {
                Some(format!("is answered with {length} bytes"))
            }
            Ok(_) if began.elapsed() > LONGEST => Some(format!("takes {:?}", began.elapsed())),
            Ok(_) => None,
        };
        self.wrong.extend(wrong.map(|wrong| format!("{what} {wrong}")));
    }
}

fn words(bytes: usize) -> String {
    (0..bytes / 8).map(|n| format!("w{n:06}")).collect::<Vec<_>>().join("+")
}

/// A path with its parts filled in.
fn address(path: &str) -> String {
    let path = path.replace("{slug}", "acme").replace("{name}", DOMAIN).replace("{word}", "dark");
    let path = path.replace("{partner}", "nordit").replace("{tenant}", "acme");
    let id = "usr_00000000000000000000000000000000";
    ["id", "user", "session", "secret", "address"]
        .iter()
        .fold(path, |path, part| path.replace(&format!("{{{part}}}"), id))
}

fn request(
    method: &str,
    origin: &str,
    path: &str,
    proof: &Proof,
    kind: &str,
    body: String,
) -> Request<String> {
    let request = Request::builder().method(method).uri(format!("{origin}{path}"));
    let request = match proof {
        Proof::Nothing => request,
        Proof::Token(token) => request.header("authorization", format!("Bearer {token}")),
        Proof::Session(cookies, _) => request.header("cookie", cookies).header("origin", origin),
    };
    request.header("content-type", kind).body(body).unwrap()
}

/// Too much in the address of a route: as a whole, and in each parameter that some route reads.
async fn attack_address(
    attacker: &mut Attacker,
    origin: &str,
    at: &Route,
    proof: &Proof,
    parameters: &[String],
) {
    let path = address(at.path);
    let what = format!("{} GET {}", at.mount, at.path);
    let ask = |query: String| {
        request("GET", origin, &format!("{path}?{query}"), proof, "text/plain", String::new())
    };
    let pairs = (0..30_000).map(|n| format!("a{n}")).collect::<Vec<_>>().join("&");
    attacker.send(&format!("{what} with 60 kB of words"), ask(format!("q={}", words(60_000))), true).await;
    attacker.send(&format!("{what} with many parameters"), ask(pairs[..8_000].to_owned()), true).await;
    for name in parameters {
        let long = ask(format!("{name}={}", words(7_000)));
        attacker.send(&format!("{what} with words in {name}"), long, false).await;
    }
}

/// Too much in a body of the API: as a whole, and in each of its fields.
async fn attack_json(
    attacker: &mut Attacker,
    origin: &str,
    method: &str,
    path: &str,
    proof: &Proof,
    schema: &Value,
) {
    let what = format!("{method} {path}");
    let send = |body: String| request(method, origin, &address(path), proof, "application/json", body);
    let many = |n: usize| value!((0..n).map(|n| (format!("x{n}"), Value::Null)).collect::<Map<_, _>>());
    attacker.send(&format!("{what} with 30,000 fields"), send(many(30_000).to_string()), true).await;
    attacker.send(&format!("{what} with 4,000 fields"), send(many(4_000).to_string()), true).await;
    let deep = format!("{}{}", "{\"a\":".repeat(1000), "0".to_owned() + &"}".repeat(1000));
    attacker.send(&format!("{what} with depth 1,000"), send(deep), true).await;
    for name in schema["properties"].as_object().into_iter().flatten().map(|(name, _)| name) {
        let text = words(60_000).replace('+', " ");
        let list: Vec<String> = (0..10_000).map(|n| n.to_string()).collect();
        let is_raw = name == "csv";
        attacker
            .send(&format!("{what} with words in {name}"), send(value!({name: text}).to_string()), !is_raw)
            .await;
        attacker
            .send(&format!("{what} with a long list in {name}"), send(value!({name: list}).to_string()), true)
            .await;
    }
}

/// Too much in a form.
async fn attack_form(attacker: &mut Attacker, origin: &str, at: &Route, proof: &Proof, fields: &[String]) {
    let what = format!("{} POST {}", at.mount, at.path);
    let Proof::Session(_, csrf) = proof else { unreachable!() };
    let kind = "application/x-www-form-urlencoded";
    let send =
        |body: String| request("POST", origin, &address(at.path), proof, kind, format!("csrf={csrf}&{body}"));
    let many = (0..30_000).map(|n| format!("a{n}")).collect::<Vec<_>>().join("&");
    attacker.send(&format!("{what} with 30,000 fields"), send(many), true).await;
    let each = fields.iter().map(|name| format!("{name}={}", words(60_000 / fields.len())));
    let each = each.collect::<Vec<_>>().join("&");
    attacker.send(&format!("{what} with words in every field"), send(each), false).await;
}

#[tokio::test]
async fn too_much_of_anything_is_refused_at_once_and_in_few_words() {
    let mut product = Product::start("small").await;
    let document = json(&get(product.origin("docs"), "/openapi.json").await);
    let (mut parameters, mut fields) = (vec!["done".to_owned()], Vec::new());
    let mut bodies = Vec::new();
    for (path, methods) in document["paths"].as_object().unwrap() {
        for (method, operation) in methods.as_object().unwrap() {
            let all = operation["parameters"].as_array().into_iter().flatten();
            let in_query = all.filter(|one| one["in"] == "query").filter_map(|one| one["name"].as_str());
            parameters.extend(in_query.map(str::to_owned));
            let schema = &operation["requestBody"]["content"]["application/json"]["schema"];
            if let Some(properties) = schema["properties"].as_object() {
                fields.extend(properties.keys().cloned());
                bodies.push((method.to_uppercase(), path.clone(), schema.clone()));
            }
        }
    }
    for all in [&mut parameters, &mut fields] {
        all.sort();
        all.dedup();
    }
    let mut attacker = Attacker::new();
    let api = product.origin("api").to_owned();
    let operator = Proof::Token(product.token(IDA, "operator").to_owned());
    let owner = Proof::Token(product.token(ANNA, "portal").to_owned());
    for (method, path, schema) in &bodies {
        for proof in [&operator, &owner] {
            attack_json(&mut attacker, &api, method, path, proof, schema).await;
        }
    }
    for at in routes().iter().filter(|at| at.method == "GET" && at.mount.starts_with("Api")) {
        attack_address(&mut attacker, &api, at, &operator, &parameters).await;
    }
    for (mount, console, who) in [("Portal", "portal", BO), ("Operator", "operator", IDA)] {
        let origin = product.origin(console).to_owned();
        let proof = session(&product, console, who).await;
        for at in routes().iter().filter(|at| at.mount == mount && !at.path.starts_with("/sign-")) {
            match at.method {
                "GET" => attack_address(&mut attacker, &origin, at, &proof, &parameters).await,
                _ => attack_form(&mut attacker, &origin, at, &proof, &fields).await,
            }
        }
    }
    assert!(attacker.sent > 1000, "only {} requests were sent", attacker.sent);
    assert!(attacker.wrong.is_empty(), "{}", attacker.wrong.join("\n"));
    assert_eq!(get(&api, "/health/live").await.status, 200, "the process lives");
    assert!(!product.process.as_mut().unwrap().is_over(), "it is the same process");
}

#[tokio::test]
async fn a_planted_fault_of_each_kind_is_found() {
    let slow = async || {
        tokio::time::sleep(LONGEST + Duration::from_millis(100)).await;
        axum::http::StatusCode::BAD_REQUEST
    };
    let faulty = Router::new()
        .route("/slow", route(slow))
        .route("/broken", route(async || axum::http::StatusCode::INTERNAL_SERVER_ERROR))
        .route(
            "/long",
            route(async || (axum::http::StatusCode::BAD_REQUEST, "x".repeat(MOST_OF_PROBLEM + 1))),
        )
        .route("/takes-all", route(async || "done"))
        .route("/good", route(async || axum::http::StatusCode::BAD_REQUEST));
    let listener = tokio::net::TcpListener::bind(("127.0.0.1", 0)).await.unwrap();
    let origin = format!("http://{}", listener.local_addr().unwrap());
    let server = tokio_util::task::TaskTracker::new();
    server.spawn(async move { axum::serve(listener, faulty).await });
    let mut attacker = Attacker::new();
    for path in ["/slow", "/broken", "/long", "/takes-all", "/good"] {
        let ask = request("GET", &origin, path, &Proof::Nothing, "text/plain", String::new());
        attacker.send(path, ask, true).await;
    }
    let dead = request("GET", "http://127.0.0.1:1", "/dead", &Proof::Nothing, "text/plain", String::new());
    attacker.send("/dead", dead, true).await;
    let found: Vec<&str> = attacker.wrong.iter().filter_map(|wrong| wrong.split(' ').next()).collect();
    assert_eq!(found, ["/slow", "/broken", "/long", "/takes-all", "/dead"]);
}
