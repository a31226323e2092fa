//! Resolvers over TLS and HTTPS, with a certificate that the client is told to trust. The key is for these tests alone.

use std::net::SocketAddr;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use hickory_proto::op::Message;
use hickory_proto::rr::rdata::A;
use hickory_proto::rr::{RData, Record};
use rustls::ServerConfig;
use rustls::pki_types::pem::PemObject as _;
use rustls::pki_types::{CertificateDer, PrivateKeyDer};
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::TcpStream;
use tokio_rustls::TlsAcceptor;
use tokio_rustls::server::TlsStream;
use tokio_util::task::TaskTracker;

use super::*;

const ROOT: &[u8] = include_bytes!("../../tests/tls/root.pem");
const CERTIFICATE: &[u8] = include_bytes!("../../tests/tls/certificate.pem");
const KEY: &[u8] = include_bytes!("../../tests/tls/key.pem");

/// A resolver that counts its connections and gives each of them to `serve`.
async fn server<F: Future<Output = ()> + Send + 'static>(
    serve: fn(TlsStream<TcpStream>) -> F,
) -> (SocketAddr, Arc<AtomicUsize>) {
    let provider = Arc::new(rustls::crypto::ring::default_provider());
    let certificate = CertificateDer::from_pem_slice(CERTIFICATE).unwrap();
    let builder =
        ServerConfig::builder_with_provider(provider).with_safe_default_protocol_versions().unwrap();
    let key = PrivateKeyDer::from_pem_slice(KEY).unwrap();
    let mut config = builder.with_no_client_auth().with_single_cert(vec![certificate], key).unwrap();
    config.alpn_protocols = vec![b"h2".to_vec(), b"dot".to_vec()];
    let acceptor = TlsAcceptor::from(Arc::new(config));
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let at = listener.local_addr().unwrap();
    let connections = Arc::new(AtomicUsize::new(0));
    let (tracker, counted) = (TaskTracker::new(), connections.clone());
    tracker.clone().spawn(async move {
        loop {
            let (stream, _) = listener.accept().await.unwrap();
            if let Ok(stream) = acceptor.accept(stream).await {
                counted.fetch_add(1, Ordering::SeqCst);
                tracker.spawn(serve(stream));
            }
        }
    });
    (at, connections)
}

fn answer(bytes: &[u8]) -> Vec<u8> {
    let mut answer = Message::from_vec(bytes).unwrap().into_response();
    let name = answer.queries[0].name.clone();
    answer.add_answer(Record::from_rdata(name, 60, RData::A(A::new(192, 0, 2, 1))));
    answer.to_vec().unwrap()
}

/// DNS over TLS; the connection ends after three answers.
async fn over_tls(mut stream: TlsStream<TcpStream>) {
    for _ in 0..3 {
        let Ok(length) = stream.read_u16().await else { return };
        let mut bytes = vec![0; length.into()];
        stream.read_exact(&mut bytes).await.unwrap();
        let bytes = answer(&bytes);
        stream.write_u16(u16::try_from(bytes.len()).unwrap()).await.unwrap();
        stream.write_all(&bytes).await.unwrap();
        stream.flush().await.unwrap();
    }
    let _ = stream.shutdown().await;
}

/// DNS over HTTPS at `/dns-query`.
async fn over_https(stream: TlsStream<TcpStream>) {
    let mut connection = h2::server::handshake(stream).await.unwrap();
    while let Some(Ok((request, mut respond))) = connection.accept().await {
        let (parts, mut body) = request.into_parts();
        let tracker = TaskTracker::new();
        tracker.spawn(async move {
            let mut bytes = Vec::new();
            while let Some(Ok(part)) = body.data().await {
                bytes.extend(part);
            }
            let response = axum::http::Response::builder().header("content-type", "application/dns-message");
            let is_known = parts.uri.path() == "/dns-query";
            let response = response.status(if is_known { 200 } else { 404 }).body(()).unwrap();
            let mut stream = respond.send_response(response, false).unwrap();
            stream.send_data(answer(&bytes).into(), true).unwrap();
        });
    }
}

fn client(resolver: &str, roots: Option<&[u8]>) -> Dns {
    let options = Options {
        resolvers: vec![resolver.parse().unwrap()],
        deadline: Duration::from_secs(2),
        extra_roots: roots.map(<[u8]>::to_vec),
        ..Options::default()
    };
    Dns::new(options).unwrap()
}

async fn ask(dns: &Dns, name: &str) -> String {
    told(&dns.ask(&of(&format!("{name} A")), Servers::Resolvers).await.0[0].1)
}

#[tokio::test]
async fn a_resolver_over_tls_keeps_its_connection_until_it_is_lost() {
    let (at, connections) = server(over_tls).await;
    let dns = client(&format!("tls://dns.test@{at}"), Some(ROOT));
    for number in 1..=7 {
        assert_eq!(ask(&dns, &format!("n{number}.test")).await, "192.0.2.1", "{number}");
    }
    assert_eq!(connections.load(Ordering::SeqCst), 3);
}

#[tokio::test]
async fn a_resolver_over_https_answers_many_on_one_connection() {
    let (at, connections) = server(over_https).await;
    let dns = client(&format!("https://dns.test/dns-query@{at}"), Some(ROOT));
    let names: Vec<String> = (0..50).map(|number| format!("n{number}.test")).collect();
    let answers = futures_util::future::join_all(names.iter().map(|name| ask(&dns, name))).await;
    assert_eq!(answers, vec!["192.0.2.1"; 50]);
    assert_eq!(connections.load(Ordering::SeqCst), 1);
    let elsewhere = client(&format!("https://dns.test/other@{at}"), Some(ROOT));
    assert_eq!(ask(&elsewhere, "acme.test").await, "unreachable");
}

#[tokio::test]
async fn a_certificate_of_another_or_of_nobody_known_is_refused() {
    let (at, _) = server(over_tls).await;
    let other = client(&format!("tls://other.test@{at}"), Some(ROOT));
    assert_eq!(ask(&other, "acme.test").await, "unreachable");
    let untrusted = client(&format!("tls://dns.test@{at}"), None);
    assert_eq!(ask(&untrusted, "acme.test").await, "unreachable");
}

#[test]
fn roots_that_are_no_certificates_are_told() {
    let options = Options {
        resolvers: vec!["tls://dns.test@192.0.2.1".parse().unwrap()],
        extra_roots: Some(b"-----BEGIN CERTIFICATE-----\n?".to_vec()),
        ..Options::default()
    };
    assert!(Dns::new(options).unwrap_err().to_string().contains("certificates to trust"));
}
