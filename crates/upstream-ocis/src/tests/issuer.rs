//! A stand-in for the issuer: a token endpoint for one service account, and userinfo.

use std::sync::{Arc, Mutex};

use axum::extract::{Form, State};
use axum::http::{HeaderMap, StatusCode};
use axum::response::{IntoResponse, Response};
use axum::routing::{get, post};
use axum::{Json, Router};
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use kernel::Clock;
use serde_json::{Value, json};
use tokio::net::TcpListener;
use tokio_util::sync::{CancellationToken, DropGuard};
use tokio_util::task::TaskTracker;

pub const ISSUER: &str = "https://id.example.test/application/o/dezky-files/";
pub const PASSWORD: &str = "app-password";
/// It serves again and again, as Authentik's do until shortly before their end.
pub const REFRESH_TOKEN: &str = "a-refresh-token";
/// How long a token lives, in seconds.
pub const LIFE: i64 = 600;

/// The running stand-in.
pub struct Issuer {
    pub origin: String,
    pub book: Arc<Mutex<Book>>,
    _stop: DropGuard,
}

/// What it does and what it did.
pub struct Book {
    pub clock: Clock,
    /// The `sub` that userinfo gives.
    pub subject: String,
    /// What else userinfo gives.
    pub claims: Value,
    pub tokens: Vec<String>,
    pub forms: Vec<Vec<(String, String)>>,
    pub asked: u32,
}

type Shared = Arc<Mutex<Book>>;

impl Issuer {
    pub async fn start(clock: Clock, subject: &str) -> Self {
        let book = Arc::new(Mutex::new(Book {
            clock,
            subject: subject.to_owned(),
            claims: json!({}),
            tokens: Vec::new(),
            forms: Vec::new(),
            asked: 0,
        }));
        let routes = Router::new()
            .route("/application/o/token/", post(token))
            .route("/application/o/userinfo/", get(userinfo))
            .with_state(book.clone());
        let listener = TcpListener::bind(("127.0.0.1", 0)).await.unwrap();
        let origin = format!("http://{}", listener.local_addr().unwrap());
        let stop = CancellationToken::new();
        let stopped = stop.clone().cancelled_owned();
        TaskTracker::new()
            .spawn(async move { axum::serve(listener, routes).with_graceful_shutdown(stopped).await });
        Self { origin, book, _stop: stop.drop_guard() }
    }

    pub fn given(&self) -> usize {
        self.book.lock().unwrap().tokens.len()
    }
}

async fn token(State(book): State<Shared>, Form(form): Form<Vec<(String, String)>>) -> Response {
    let mut book = book.lock().unwrap();
    let has = |name: &str, value: &str| form.contains(&(name.to_owned(), value.to_owned()));
    let good = has("password", PASSWORD) || has("refresh_token", REFRESH_TOKEN);
    book.forms.push(form);
    if !good {
        return (StatusCode::BAD_REQUEST, Json(json!({"error": "invalid_grant"}))).into_response();
    }
    let number = book.tokens.len();
    let exp = book.clock.now().seconds() + LIFE;
    let token = jwt(ISSUER, exp, number);
    book.tokens.push(token.clone());
    Json(json!({"access_token": token, "token_type": "Bearer", "expires_in": LIFE})).into_response()
}

async fn userinfo(State(book): State<Shared>, headers: HeaderMap) -> Response {
    let mut book = book.lock().unwrap();
    book.asked += 1;
    let bearer = headers["authorization"].to_str().unwrap();
    let known =
        bearer.strip_prefix("Bearer ").is_some_and(|token| book.tokens.iter().any(|given| given == token));
    if known {
        let mut claims = book.claims.clone();
        claims["sub"] = json!(book.subject);
        Json(claims).into_response()
    } else {
        StatusCode::UNAUTHORIZED.into_response()
    }
}

/// A token of the right form; nobody checks the signature of this one.
pub fn jwt(issuer: &str, exp: i64, number: usize) -> String {
    let part = |value: Value| URL_SAFE_NO_PAD.encode(value.to_string());
    let head = part(json!({"alg": "RS256"}));
    format!("{head}.{}.c2ln", part(json!({"iss": issuer, "exp": exp, "jti": number})))
}
