//! What is said of certificates, and where a client that keeps to the public internet does not go. The keys are for
//! these tests alone.

use std::net::SocketAddr;
use std::sync::Arc;

use rustls::ServerConfig;
use rustls::pki_types::pem::PemObject as _;
use rustls::pki_types::{CertificateDer, PrivateKeyDer};
use telemetry::{Metrics, Snapshot};
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::TcpListener;
use tokio_rustls::TlsAcceptor;

use crate::{BadCertificate, Call, Cause, Client, Options};

const ROOT: &[u8] = include_bytes!("../tests/tls/root.pem");
/// For `localhost`.
const CERTIFICATE: &[u8] = include_bytes!("../tests/tls/certificate.pem");
/// The same, some years ago.
const EXPIRED: &[u8] = include_bytes!("../tests/tls/expired.pem");
const KEY: &[u8] = include_bytes!("../tests/tls/key.pem");

/// A server with this certificate that says nothing but 204.
async fn server(certificate: &[u8]) -> SocketAddr {
    let provider = Arc::new(rustls::crypto::ring::default_provider());
    let builder =
        ServerConfig::builder_with_provider(provider).with_safe_default_protocol_versions().unwrap();
    let certificate = CertificateDer::from_pem_slice(certificate).unwrap();
    let key = PrivateKeyDer::from_pem_slice(KEY).unwrap();
    let config = builder.with_no_client_auth().with_single_cert(vec![certificate], key).unwrap();
    let acceptor = TlsAcceptor::from(Arc::new(config));
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let at = listener.local_addr().unwrap();
    let serve = async move {
        loop {
            let (stream, _) = listener.accept().await.unwrap();
            if let Ok(mut stream) = acceptor.accept(stream).await {
                let _ = stream.read(&mut [0; 4096]).await;
                let _ = stream.write_all(b"HTTP/1.1 204 No Content\r\nconnection: close\r\n\r\n").await;
                let _ = stream.shutdown().await;
            }
        }
    };
    tokio_util::task::TaskTracker::new().spawn(serve);
    at
}

async fn call(url: &str, options: Options) -> Result<u16, Cause> {
    let client = Client::new("it", url.parse().unwrap(), options).unwrap();
    client.send(Call::get("/")).await.map(|answer| answer.status).map_err(|error| error.cause)
}

#[tokio::test]
async fn what_is_wrong_with_a_certificate_is_told_apart() {
    let trusting = || Options { extra_roots: Some(ROOT.to_vec()), ..Options::default() };
    let good = server(CERTIFICATE).await;
    assert_eq!(call(&format!("https://localhost:{}", good.port()), trusting()).await, Ok(204));
    let wrong = |why| Err(Cause::Certificate(why));
    let by_address = call(&format!("https://{good}"), trusting()).await;
    assert_eq!(by_address, wrong(BadCertificate::Name));
    let untrusted = call(&format!("https://localhost:{}", good.port()), Options::default()).await;
    assert_eq!(untrusted, wrong(BadCertificate::Issuer));
    let old = server(EXPIRED).await;
    let expired = call(&format!("https://localhost:{}", old.port()), trusting()).await;
    assert_eq!(expired, wrong(BadCertificate::Expired));
}

#[tokio::test]
async fn a_client_for_strangers_names_never_calls_an_inner_address() {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let port = listener.local_addr().unwrap().port();
    for host in ["localhost", "127.0.0.1", "[::1]", "0.0.0.0", "169.254.169.254", "nowhere.invalid"] {
        let only_public = Options { only_public: true, ..Options::default() };
        let refused = call(&format!("http://{host}:{port}"), only_public).await;
        assert_eq!(refused, Err(Cause::NoAddress), "{host}");
    }
    let nobody_came = tokio::time::timeout(std::time::Duration::from_millis(50), listener.accept()).await;
    assert!(nobody_came.is_err());
}

#[test]
fn a_server_of_ours_hears_what_a_call_is_made_for_and_that_of_a_stranger_does_not() {
    const PARENT: &str = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01";
    for (only_public, expected) in [(false, [Some("req_7"), Some(PARENT)]), (true, [None, None])] {
        let traceparent = || Some(PARENT.to_owned());
        let options = Options { only_public, traceparent, ..Options::default() };
        let client = Client::new("it", "http://host.example".parse().unwrap(), options).unwrap();
        let request = client.request(Call::get("/"), Some("req_7")).unwrap();
        let headers = request.headers();
        let heard =
            ["x-request-id", "traceparent"].map(|name| headers.get(name).and_then(|id| id.to_str().ok()));
        assert_eq!(heard, expected);
    }
}

#[tokio::test]
async fn a_server_hears_the_address_that_it_shall_be_called_by() {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let at = listener.local_addr().unwrap();
    let heard = tokio_util::task::TaskTracker::new().spawn(async move {
        let (mut stream, _) = listener.accept().await.unwrap();
        let mut bytes = [0; 4096];
        let long = stream.read(&mut bytes).await.unwrap();
        let _ = stream.write_all(b"HTTP/1.1 204 No Content\r\nconnection: close\r\n\r\n").await;
        String::from_utf8_lossy(&bytes[..long]).to_lowercase()
    });
    let called_as = Some("https://id.example.test:8443".parse().unwrap());
    let (url, options) = (format!("http://{at}"), Options { called_as, ..Options::default() });
    assert_eq!(telemetry::caused_by(&"req_7", call(&url, options)).await, Ok(204));
    let heard = heard.await.unwrap();
    assert_eq!(heard.matches("host:").count(), 1, "{heard}");
    assert!(heard.contains("host: id.example.test:8443\r\n"), "{heard}");
    assert!(heard.contains("x-forwarded-proto: https\r\n"), "{heard}");
    assert!(heard.contains("x-request-id: req_7\r\n"), "{heard}");
}

#[tokio::test]
async fn a_call_that_its_caller_gives_up_is_counted_as_not_answered_in_time() {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let url = format!("http://{}", listener.local_addr().unwrap());
    let metrics = Metrics::new("1.2.3");
    let options = Options { calls: metrics.calls().clone(), ..Options::default() };
    let given_up = tokio::time::timeout(std::time::Duration::from_millis(50), call(&url, options.clone()));
    assert!(given_up.await.is_err());
    let text = || metrics.text(&Snapshot::default()).unwrap();
    let timeouts = "dezky_upstream_calls_total{upstream=\"it\",effects=\"read\",outcome=\"timeout\"} 1\n";
    assert!(text().contains(timeouts), "{}", text());
    drop(listener);
    assert_eq!(call(&url, options).await, Err(Cause::Unreachable));
    assert!(text().contains(timeouts), "one that ended counts as what it came to: {}", text());
    assert!(text().contains("outcome=\"error\"} 1\n"), "{}", text());
}
