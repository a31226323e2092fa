//! Nobody holds the server: connections, bodies and live pages have deadlines and caps, and nothing that was kept is given
//! to whoever has no right any more.

use std::io::{ErrorKind, Read as _, Write as _};
use std::net::TcpStream;
use std::time::{Duration, Instant};

use outbound::{Call, Method};
use serde_json::json as value;

use crate::harness::{Product, client, json};
use crate::matrix::{Proof, session};
use crate::tenant_api::{ANNA, BO, TenantApi};

/// Longer than any deadline that the tests set, for a machine that is busy.
const PATIENCE: Duration = Duration::from_secs(20);

async fn product(settings: &[(&str, &str)]) -> Product {
    let mut product = Product::start("small").await;
    product.restart_with("small", settings);
    product
}

fn connect(product: &Product, part: &str) -> TcpStream {
    let address = product.origin(part).trim_start_matches("http://").to_owned();
    let stream = TcpStream::connect(address).unwrap();
    stream.set_read_timeout(Some(PATIENCE)).unwrap();
    stream
}

/// What is said until the connection ends.
fn rest(stream: &mut TcpStream) -> String {
    let mut said = Vec::new();
    stream.read_to_end(&mut said).expect("the connection is ended by the server");
    String::from_utf8_lossy(&said).into_owned()
}

/// The head of an answer; the connection may go on.
fn head(stream: &mut TcpStream) -> String {
    let mut said = Vec::new();
    let mut byte = [0];
    while !said.ends_with(b"\r\n\r\n") {
        if stream.read(&mut byte).unwrap() == 0 {
            break;
        }
        said.push(byte[0]);
    }
    String::from_utf8_lossy(&said).into_owned()
}

#[tokio::test]
async fn a_connection_without_a_whole_request_is_ended() {
    let product = product(&[("IDLE_SECONDS", "1"), ("BODY_SECONDS", "1")]).await;
    let began = Instant::now();
    let mut silent = connect(&product, "portal");
    let mut slow = connect(&product, "api");
    slow.write_all(b"GET /health/live HTTP/1.1\r\nHost: x\r\nX-Slow: ").unwrap();
    let mut kept = connect(&product, "operator");
    kept.write_all(b"GET /signed-out HTTP/1.1\r\nHost: x\r\n\r\n").unwrap();
    assert_eq!(rest(&mut silent), "");
    rest(&mut slow);
    assert!(rest(&mut kept).starts_with("HTTP/1.1 200"), "it was served before");
    assert!(began.elapsed() < PATIENCE, "{:?}", began.elapsed());
    // A body that never comes.
    let mut waits = connect(&product, "api");
    let token = product.token(ANNA, "portal");
    let sent = format!(
        "PATCH /api/tenants/acme HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer {token}\r\n\
         Content-Type: application/json\r\nContent-Length: 20\r\n\r\n{{\"name\""
    );
    waits.write_all(sent.as_bytes()).unwrap();
    assert!(head(&mut waits).starts_with("HTTP/1.1 408"));
}

#[tokio::test]
async fn one_address_has_so_many_connections_and_is_told() {
    let product = product(&[("MOST_CONNECTIONS_PER_ADDRESS", "5")]).await;
    let mut held: Vec<_> = (0..5).map(|_| connect(&product, "portal")).collect();
    let refused = rest(&mut connect(&product, "portal"));
    assert!(refused.starts_with("HTTP/1.1 429"), "{refused}");
    assert!(refused.ends_with("There are too many connections from this address"), "{refused}");
    held.pop();
    let began = Instant::now();
    loop {
        let mut next = connect(&product, "portal");
        let _ = next.write_all(b"GET /signed-out HTTP/1.1\r\nHost: x\r\n\r\n");
        if head(&mut next).starts_with("HTTP/1.1 200") {
            break;
        }
        assert!(began.elapsed() < PATIENCE, "a place that was given back can be had");
    }
}

/// Says that there is nothing yet to read, within a moment.
fn is_silent(stream: &mut TcpStream) -> bool {
    stream.set_read_timeout(Some(Duration::from_millis(400))).unwrap();
    let read = stream.peek(&mut [0]);
    stream.set_read_timeout(Some(PATIENCE)).unwrap();
    read.is_err_and(|error| matches!(error.kind(), ErrorKind::WouldBlock | ErrorKind::TimedOut))
}

#[tokio::test]
async fn connections_beyond_the_most_wait_for_a_place() {
    let product = product(&[("MOST_CONNECTIONS", "2"), ("MOST_CONNECTIONS_PER_ADDRESS", "90")]).await;
    let ask = b"GET /signed-out HTTP/1.1\r\nHost: x\r\n\r\n";
    let mut held: Vec<_> = (0..2).map(|_| connect(&product, "portal")).collect();
    for stream in &mut held {
        stream.write_all(ask).unwrap();
        assert!(head(stream).starts_with("HTTP/1.1 200"));
    }
    let mut waits = connect(&product, "portal");
    waits.write_all(ask).unwrap();
    assert!(is_silent(&mut waits), "there is no place for it");
    let mut elsewhere = connect(&product, "operator");
    elsewhere.write_all(ask).unwrap();
    assert!(head(&mut elsewhere).starts_with("HTTP/1.1 200"), "each address has its own");
    held.pop();
    assert!(head(&mut waits).starts_with("HTTP/1.1 200"), "a place was given back");
}

#[tokio::test]
async fn nobody_s_body_is_read_before_the_right_is_proven() {
    let product = Product::start("small").await;
    for (token, status) in [("none", "401"), (product.token(crate::tenant_api::MAJA, "portal"), "403")] {
        let mut stream = connect(&product, "api");
        let sent = format!(
            "POST /api/tenants/acme/imports/check HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer {token}\r\n\
             Content-Type: application/json\r\nContent-Length: 1000000\r\n\r\n"
        );
        stream.write_all(sent.as_bytes()).unwrap();
        let head = head(&mut stream);
        assert!(head.starts_with(&format!("HTTP/1.1 {status}")), "answered before a byte of it came: {head}");
    }
}

fn open_stream(product: &Product, path: &str, cookies: &str) -> (TcpStream, String) {
    let mut stream = connect(product, "portal");
    let sent = format!("GET {path} HTTP/1.1\r\nHost: x\r\nCookie: {cookies}\r\n\r\n");
    stream.write_all(sent.as_bytes()).unwrap();
    let head = head(&mut stream);
    (stream, head)
}

#[tokio::test]
async fn live_pages_are_counted_and_what_is_not_there_has_none() {
    let product = product(&[("MOST_STREAMS_PER_SESSION", "3"), ("STREAM_SECONDS", "6")]).await;
    let Proof::Session(cookies, _) = session(&product, "portal", BO).await else { unreachable!() };
    let nobody = "/admin/acme/members/usr_00000000000000000000000000000000/live";
    let (_, head) = open_stream(&product, nobody, &cookies);
    assert!(head.starts_with("HTTP/1.1 404"), "{head}");
    let mut open: Vec<_> = (0..3).map(|_| open_stream(&product, "/admin/acme/live", &cookies)).collect();
    assert!(open.iter().all(|(_, head)| head.starts_with("HTTP/1.1 200")), "{open:?}");
    let (_, head) = open_stream(&product, "/admin/acme/live", &cookies);
    assert!(head.starts_with("HTTP/1.1 429"), "{head}");
    for (stream, _) in &mut open {
        let mut said = String::new();
        let mut part = [0; 4096];
        while !said.contains("0\r\n\r\n") {
            let read = stream.read(&mut part).expect("a stream ends after its time");
            if read == 0 {
                break;
            }
            said.push_str(&String::from_utf8_lossy(&part[..read]));
        }
        assert!(said.contains("event: swap"), "each reader is sent the page: {said}");
    }
    let (_, head) = open_stream(&product, "/admin/acme/live", &cookies);
    assert!(head.starts_with("HTTP/1.1 200"), "places are given back: {head}");
}

#[tokio::test]
async fn live_pages_are_counted_by_address_whoever_s_they_are() {
    let product = product(&[("MOST_STREAMS_PER_ADDRESS", "3")]).await;
    let mut cookies = Vec::new();
    for email in [ANNA, BO] {
        let Proof::Session(own, _) = session(&product, "portal", email).await else { unreachable!() };
        cookies.push(own);
    }
    let mut open: Vec<_> =
        [0, 0, 1].map(|who: usize| open_stream(&product, "/admin/acme/live", &cookies[who])).into();
    assert!(open.iter().all(|(_, head)| head.starts_with("HTTP/1.1 200")), "{open:?}");
    let (_, refused) = open_stream(&product, "/admin/acme/live", &cookies[1]);
    assert!(refused.starts_with("HTTP/1.1 429"), "{refused}");
    open.clear();
    let began = Instant::now();
    while !open_stream(&product, "/admin/acme/live", &cookies[1]).1.starts_with("HTTP/1.1 200") {
        assert!(began.elapsed() < PATIENCE, "places are given back");
    }
}

#[tokio::test]
async fn an_answer_that_was_kept_is_given_only_to_who_has_the_right_still() {
    let product = Product::start("small").await;
    let post = async || {
        let call =
            Call::new(Method::Post, "/api/tenants/acme/reconcile").bearer(product.token(BO, "portal").into());
        let call = call.header("idempotency-key", "kept-1").json(&value!({}));
        client(product.origin("api")).send(call).await.unwrap()
    };
    assert_eq!(post().await.status, 200);
    assert_eq!(post().await.header("idempotency-replayed"), Some("true"));
    // A key that can't be kept is refused: whoever sends it relies on it.
    for keys in [&["nøgle"][..], &["kept-1", "kept-2"], &[""]] {
        let call =
            Call::new(Method::Post, "/api/tenants/acme/reconcile").bearer(product.token(BO, "portal").into());
        let call = keys.iter().fold(call, |call, key| call.header("idempotency-key", *key));
        let refused = client(product.origin("api")).send(call.json(&value!({}))).await.unwrap();
        assert_eq!(refused.status, 422, "{keys:?}");
        assert_eq!(json(&refused)["type"], "urn:dezky:problem:bad-idempotency-key", "{keys:?}");
    }
    let api = TenantApi::of(&product, ANNA, "acme");
    let bo = api.id(BO).await;
    api.ok(Method::Patch, &format!("/users/{bo}"), value!({"role": "member"})).await;
    let refused = post().await;
    assert_eq!(refused.status, 403, "{}", json(&refused));
    assert_eq!(json(&refused)["type"], "urn:dezky:problem:missing-role");
}
