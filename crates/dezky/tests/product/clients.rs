//! What mail programs need to know of a domain, and what is said when its hosts tell them something else.

use std::sync::Arc;
use std::time::{Duration, Instant};

use outbound::{Answer, Call, Method};
use rustls::ServerConfig;
use rustls::pki_types::pem::PemObject as _;
use rustls::pki_types::{CertificateDer, PrivateKeyDer};
use serde_json::{Value, json as value};
use tokio::net::TcpListener;
use tokio_rustls::TlsAcceptor;

use crate::harness::{Product, client, json, spoil};
use crate::world::{World, free_sockets, tenant, wait_until_ready};

const ANNA: &str = "anna@acme.test";
const OTTO: &str = "otto@fjord.test";
const NAME: &str = "acme-widgets.test";
const PATIENCE: Duration = Duration::from_secs(30);
/// For `localhost`, from an issuer that nobody trusts.
const CERTIFICATE: &[u8] = include_bytes!("../../../outbound/tests/tls/certificate.pem");
const KEY: &[u8] = include_bytes!("../../../outbound/tests/tls/key.pem");

async fn get(product: &Product, email: &str, path: &str) -> Answer {
    let path = format!("/api/tenants/acme/domains/{path}");
    product.call(Method::Get, &path, product.token(email, "portal"), None).await
}

/// Document, verdict and advice of each.
fn verdicts(check: &Value) -> Vec<(String, String, String)> {
    let text = |look: &Value, name: &str| look[name].as_str().unwrap().to_owned();
    let looks = check["documents"].as_array().unwrap_or_else(|| panic!("{check}"));
    looks.iter().map(|look| (text(look, "document"), text(look, "verdict"), text(look, "advice"))).collect()
}

async fn check(product: &Product) -> Value {
    json(&get(product, ANNA, &format!("{NAME}/client-settings/check")).await)
}

/// Waits until the mail server has said where its services are.
async fn until_known(product: &Product) -> Value {
    let began = Instant::now();
    loop {
        let answer = get(product, ANNA, &format!("{NAME}/client-settings")).await;
        if answer.status == 200 {
            return json(&answer);
        }
        assert!(began.elapsed() < PATIENCE, "{}", json(&answer));
        tokio::time::sleep(Duration::from_millis(100)).await;
    }
}

#[tokio::test]
async fn mail_programs_hear_what_the_records_say_and_each_lie_is_told_apart() {
    let product = Product::start("small").await;
    let settings = until_known(&product).await;
    let imap = value!({"service": "imap", "host": "mail.example.test", "port": 993, "security": "tls"});
    let smtp = value!({"service": "smtp", "host": "mail.example.test", "port": 465, "security": "tls"});
    assert_eq!((&settings["services"][0], &settings["services"][1]), (&imap, &smtp), "{settings}");
    assert_eq!(settings["userName"], "address");
    let url = "https://autoconfig.acme-widgets.test/mail/config-v1.1.xml";
    assert_eq!(settings["documents"][0]["url"], url);

    let all = |verdict: &str, advice: [&str; 3]| -> Vec<(String, String, String)> {
        let documents = ["autoconfig", "autodiscover", "mta-sts"];
        let one = |(document, advice): (&str, &str)| (document.into(), verdict.to_owned(), advice.into());
        documents.into_iter().zip(advice).map(one).collect()
    };
    let right = check(&product).await;
    assert_eq!(verdicts(&right), all("right", ["fine", "fine", "policy-testing"]));
    assert!(
        right["askedAt"].is_string() && right["documents"][0]["found"][0] == "IMAP mail.example.test:993"
    );

    let stalwart = product.origin("sandbox/stalwart");
    spoil(stalwart, "clientHosts/a", &value!({"host": "mail.old-host.test"})).await;
    let other = check(&product).await;
    assert_eq!(verdicts(&other), all("other", ["server-other", "server-other", "policy-server"]));
    let told = value!({"found": "IMAP mail.old-host.test:993", "expected": "IMAP mail.example.test:993"});
    assert_eq!(other["documents"][0]["values"], told);
    let gone = client(stalwart).send(Call::new(Method::Delete, "/_sim/objects/clientHosts/a")).await.unwrap();
    assert_eq!(gone.status, 204);

    for (kind, verdict, advice) in [
        ("refuse", "silent", ["closed"; 3]),
        ("malformed", "other", ["unreadable"; 3]),
        ("rate_limit", "other", ["status"; 3]),
        ("error_after", "other", ["status"; 3]),
    ] {
        let routes = ["GET /mail", "POST /autodiscover", "GET /.well-known/mta-sts.txt"];
        let faults = routes.map(|route| value!({"route": route, "kind": kind}));
        let call = Call::new(Method::Put, "/_sim/faults").json(&value!({"faults": faults}));
        client(stalwart).send(call).await.unwrap();
        assert_eq!(verdicts(&check(&product).await), all(verdict, advice), "{kind}");
    }
}

#[tokio::test]
async fn a_profile_is_for_an_address_on_the_domain_and_holds_no_password() {
    let product = Product::start("small").await;
    until_known(&product).await;
    let path = |address: &str| format!("{NAME}/mobileconfig?address={address}");
    let profile = get(&product, ANNA, &path("Anna@acme-widgets.test")).await;
    assert_eq!(profile.status, 200);
    assert_eq!(profile.header("content-type"), Some("application/x-apple-aspen-config"));
    let named = "attachment; filename=\"acme-widgets.test.mobileconfig\"";
    assert_eq!(profile.header("content-disposition"), Some(named));
    let text = String::from_utf8_lossy(&profile.body).into_owned();
    assert!(
        text.contains("<string>anna@acme-widgets.test</string>")
            && !text.contains("Password</key>\n\t\t\t<string>")
    );
    let again = get(&product, ANNA, &path("anna@acme-widgets.test")).await;
    assert_eq!(again.body, profile.body, "a newer profile takes the place of an older");
    for (address, code) in
        [("anna@fjordrejser.test", "other_domain"), ("nobody", "invalid"), ("", "required")]
    {
        let refused = get(&product, ANNA, &path(address)).await;
        assert_eq!(refused.status, 422, "{address}");
        let said = json(&refused)["errors"][0].clone();
        assert_eq!(said["field"], "address", "{said}");
        assert!(said["code"] == code || code == "invalid", "{said}");
    }
    for path in [path("a@acme-widgets.test"), format!("{NAME}/client-settings")] {
        assert_eq!(get(&product, OTTO, &path).await.status, 404, "another's domain is not there");
    }
    let body = value!({"name": "claim.test"});
    let token = product.token(ANNA, "portal");
    product.call(Method::Post, "/api/tenants/acme/domains", token, Some(body)).await;
    let unproven = get(&product, ANNA, "claim.test/client-settings").await;
    assert_eq!(
        (unproven.status, &json(&unproven)["type"]),
        (409, &value!("urn:dezky:problem:domain-unproven"))
    );
}

/// A server with a certificate that nobody trusts.
async fn untrusted() -> u16 {
    let provider = Arc::new(rustls::crypto::ring::default_provider());
    let builder =
        ServerConfig::builder_with_provider(provider).with_safe_default_protocol_versions().unwrap();
    let certificate = CertificateDer::from_pem_slice(CERTIFICATE).unwrap();
    let key = PrivateKeyDer::from_pem_slice(KEY).unwrap();
    let config = builder.with_no_client_auth().with_single_cert(vec![certificate], key).unwrap();
    let acceptor = TlsAcceptor::from(Arc::new(config));
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let port = listener.local_addr().unwrap().port();
    let accept = async move {
        loop {
            let (stream, _) = listener.accept().await.unwrap();
            let _ = acceptor.accept(stream).await;
        }
    };
    tokio_util::task::TaskTracker::new().spawn(accept);
    port
}

/// What is found out of a domain by an instance with this setting.
async fn checked_with(at: &str) -> Value {
    let world = World::start().await;
    let sockets = free_sockets();
    let migrated = world.run(&["migrate"]);
    assert!(migrated.status.success());
    let _serve = world.serve_with(&sockets, &[("MAIL_CLIENT_CHECK_URL", at)]);
    wait_until_ready(&sockets).await;
    world.admit(&sockets).await;
    let made = world.call(&sockets, Method::Post, "/api/tenants", Some(tenant("acme"))).await.unwrap();
    assert!(made.status < 300);
    let path = "/api/tenants/acme/domains/acme.test/client-settings";
    let began = Instant::now();
    while world.call(&sockets, Method::Get, path, None).await.unwrap().status != 200 {
        assert!(began.elapsed() < PATIENCE, "the mail server's records are not known");
        tokio::time::sleep(Duration::from_millis(100)).await;
    }
    json(&world.call(&sockets, Method::Get, &format!("{path}/check"), None).await.unwrap())
}

#[tokio::test]
async fn a_certificate_that_programs_do_not_accept_is_told_from_silence() {
    let found = verdicts(&checked_with(&format!("https://localhost:{}", untrusted().await)).await);
    assert_eq!(found.len(), 3);
    for (document, verdict, advice) in found {
        assert_eq!((&*verdict, &*advice), ("certificate", "certificate-issuer"), "{document}");
    }
}

#[tokio::test]
async fn without_a_sandbox_only_the_public_internet_is_asked() {
    let found = verdicts(&checked_with("").await);
    assert_eq!(found.len(), 3);
    for (document, verdict, advice) in found {
        assert_eq!((&*verdict, &*advice), ("silent", "no-address"), "{document}");
    }
}
