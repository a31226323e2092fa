//! TLS from the first byte and by STARTTLS, with a certificate for `localhost` that the mailer is told to trust. The key
//! is for these tests alone.

use std::sync::Arc;

use rustls::ServerConfig;
use rustls::pki_types::pem::PemObject as _;
use rustls::pki_types::{CertificateDer, PrivateKeyDer};
use tokio::io::{AsyncBufReadExt as _, AsyncWriteExt as _, BufReader, copy_bidirectional};
use tokio::net::TcpStream;
use tokio_rustls::TlsAcceptor;
use tokio_util::task::TaskTracker;

use super::*;

const ROOT: &[u8] = include_bytes!("../../tests/tls/root.pem");
const CERTIFICATE: &[u8] = include_bytes!("../../tests/tls/certificate.pem");
const KEY: &[u8] = include_bytes!("../../tests/tls/key.pem");

#[derive(Clone, Copy, PartialEq)]
enum Begins {
    Encrypted,
    Plain,
}

/// A mail server with TLS before the catcher; gives its port.
async fn server(catcher: SocketAddr, begins: Begins) -> u16 {
    let provider = Arc::new(rustls::crypto::ring::default_provider());
    let builder =
        ServerConfig::builder_with_provider(provider).with_safe_default_protocol_versions().unwrap();
    let certificate = CertificateDer::from_pem_slice(CERTIFICATE).unwrap();
    let key = PrivateKeyDer::from_pem_slice(KEY).unwrap();
    let config = builder.with_no_client_auth().with_single_cert(vec![certificate], key).unwrap();
    let acceptor = TlsAcceptor::from(Arc::new(config));
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let port = listener.local_addr().unwrap().port();
    TaskTracker::new().spawn(async move {
        loop {
            let (mut stream, _) = listener.accept().await.unwrap();
            let mut behind = BufReader::new(TcpStream::connect(catcher).await.unwrap());
            if begins == Begins::Plain {
                offer(&mut stream).await;
                behind.read_line(&mut String::new()).await.unwrap();
            }
            // A client that does not trust the certificate goes.
            if let Ok(mut stream) = acceptor.accept(stream).await {
                let _ = copy_bidirectional(&mut stream, &mut behind).await;
            }
        }
    });
    port
}

/// Greets, and offers STARTTLS until it is taken.
async fn offer(stream: &mut TcpStream) {
    let mut stream = BufReader::new(stream);
    stream.write_all(b"220 hello\r\n").await.unwrap();
    stream.read_line(&mut String::new()).await.unwrap();
    stream.write_all(b"250-hello\r\n250 STARTTLS\r\n").await.unwrap();
    stream.read_line(&mut String::new()).await.unwrap();
    stream.write_all(b"220 go on\r\n").await.unwrap();
}

/// Tries to send a mail there; gives what went wrong.
async fn send(rig: &Rig, url: &str, roots: Option<&[u8]>) -> Option<String> {
    let transport = Transport::new(url, roots).unwrap();
    let settings = Settings { transport, ..settings(rig.catcher.smtp) };
    rig.enqueue(&mail(&format!("{url} {}", roots.is_some()))).await;
    Mailer::new(rig.test.db.clone(), rig.clock.clone(), Some(settings)).send_due().await.unwrap();
    rig.rows().await.into_iter().find_map(|row| row.error)
}

#[tokio::test]
async fn mails_go_over_tls_to_a_server_that_is_trusted() {
    let rig = Rig::start().await;
    let (first, later) =
        (server(rig.catcher.smtp, Begins::Encrypted).await, server(rig.catcher.smtp, Begins::Plain).await);
    for url in
        [format!("smtps://a:b@localhost:{first}"), format!("smtp://a:b@localhost:{later}?tls=required")]
    {
        assert_eq!(send(&rig, &url, Some(ROOT)).await, None, "{url}");
    }
    assert_eq!((rig.caught().len(), rig.catcher.http.calls.list()["AUTH /"]), (2, 2));
}

#[tokio::test]
async fn nothing_is_said_to_a_server_that_is_not_trusted_or_can_not_encrypt() {
    let rig = Rig::start().await;
    let first = server(rig.catcher.smtp, Begins::Encrypted).await;
    let error = send(&rig, &format!("smtps://a:b@localhost:{first}"), None).await.unwrap();
    assert!(error.contains("certificate"), "{error}");
    rig.clock.advance(Duration::from_secs(1));
    let plain = rig.catcher.smtp.port();
    let error = send(&rig, &format!("smtp://a:b@127.0.0.1:{plain}?tls=required"), None).await;
    assert!(error.is_some());
    assert!(
        rig.rows().await.iter().any(|row| row.error.as_deref().is_some_and(|it| it.contains("STARTTLS")))
    );
    assert!(rig.caught().is_empty() && !rig.catcher.http.calls.list().contains_key("AUTH /"));
}
