//! What mail programs need to know of a domain, and what is said when its hosts tell them something else.

use std::sync::Arc;

use outbound::Method;
use rustls::ServerConfig;
use rustls::pki_types::pem::PemObject as _;
use rustls::pki_types::{CertificateDer, PrivateKeyDer};
use serde_json::{Value, json as value};
use tokio::net::TcpListener;
use tokio_rustls::TlsAcceptor;

use crate::harness::{Product, json};
use crate::tenant_api::{ANNA, DOMAIN, OTTO, TenantApi, at, eventually, text};
use crate::world::{World, free_sockets, tenant, wait_until_ready};

/// For `localhost`, from an issuer that nobody trusts.
const CERTIFICATE: &[u8] = include_bytes!("../../../outbound/tests/tls/certificate.pem");
const KEY: &[u8] = include_bytes!("../../../outbound/tests/tls/key.pem");

impl TenantApi<'_> {
    /// What is told of the domain of `acme`.
    async fn told(&self, what: &str) -> (u16, Value) {
        self.call(Method::Get, &format!("/domains/{DOMAIN}/{what}"), Value::Null).await
    }

    /// Waits until the mail server has said where its services are.
    async fn settings(&self) -> Value {
        eventually("the mail server's records are known", async || {
            let (status, said) = self.told("client-settings").await;
            if status == 200 { Ok(said) } else { Err(said) }
        })
        .await
    }

    async fn check(&self) -> Value {
        self.told("client-settings/check").await.1
    }
}

/// Document, verdict and advice of each.
fn verdicts(check: &Value) -> Vec<(String, String, String)> {
    let looks = check["documents"].as_array().unwrap_or_else(|| panic!("{check}"));
    looks
        .iter()
        .map(|look| (text(&look["document"]), text(&look["verdict"]), text(&look["advice"])))
        .collect()
}

#[tokio::test]
async fn mail_programs_hear_what_the_records_say_and_each_lie_is_told_apart() {
    let product = Product::start("small").await;
    let api = TenantApi::of(&product, ANNA, "acme");
    let settings = api.settings().await;
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
    let right = api.check().await;
    assert_eq!(verdicts(&right), all("right", ["fine", "fine", "policy-testing"]));
    assert!(
        right["askedAt"].is_string() && right["documents"][0]["found"][0] == "IMAP mail.example.test:993"
    );

    product.spoil("stalwart", "clientHosts/a", &value!({"host": "mail.old-host.test"})).await;
    let other = api.check().await;
    assert_eq!(verdicts(&other), all("other", ["server-other", "server-other", "policy-server"]));
    let told = value!({"found": "IMAP mail.old-host.test:993", "expected": "IMAP mail.example.test:993"});
    assert_eq!(other["documents"][0]["values"], told);
    product.remove("stalwart", "clientHosts/a").await;

    for (kind, verdict, advice) in [
        ("refuse", "silent", ["closed"; 3]),
        ("malformed", "other", ["unreadable", "unreadable", "policy-no-max-age"]),
        ("rate_limit", "other", ["status"; 3]),
        ("error_after", "other", ["status"; 3]),
    ] {
        let routes = ["GET /mail", "POST /autodiscover", "GET /.well-known/mta-sts.txt"];
        let faults = routes.map(|route| value!({"route": route, "kind": kind}));
        product.faults("stalwart", value!(faults)).await;
        assert_eq!(verdicts(&api.check().await), all(verdict, advice), "{kind}");
    }
}

#[tokio::test]
async fn a_profile_is_for_an_address_on_the_domain_and_holds_no_password() {
    let product = Product::start("small").await;
    let api = TenantApi::of(&product, ANNA, "acme");
    api.settings().await;
    let path = |address: &str| format!("mobileconfig?address={address}");
    let profile = async |address: &str| {
        let path = format!("/api/tenants/acme/domains/{DOMAIN}/{}", path(address));
        product.call(Method::Get, &path, api.token, None).await
    };
    let first = profile("Anna@acme-widgets.test").await;
    assert_eq!(first.status, 200);
    assert_eq!(first.header("content-type"), Some("application/x-apple-aspen-config"));
    let named = "attachment; filename=\"acme-widgets.test.mobileconfig\"";
    assert_eq!(first.header("content-disposition"), Some(named));
    let text = String::from_utf8_lossy(&first.body).into_owned();
    assert!(
        text.contains("<string>anna@acme-widgets.test</string>")
            && !text.contains("Password</key>\n\t\t\t<string>")
    );
    let again = profile(&at("anna")).await;
    assert_eq!(again.body, first.body, "a newer profile takes the place of an older");
    for (address, code) in
        [("anna@fjordrejser.test", "other_domain"), ("nobody", "invalid"), ("", "required")]
    {
        let (status, refused) = api.told(&path(address)).await;
        assert_eq!(status, 422, "{address}");
        let said = refused["errors"][0].clone();
        assert_eq!(said["field"], "address", "{said}");
        assert!(said["code"] == code || code == "invalid", "{said}");
    }
    let otto = TenantApi::of(&product, OTTO, "acme");
    for path in [path(&at("a")), "client-settings".to_owned()] {
        assert_eq!(otto.told(&path).await.0, 404, "another's domain is not there");
    }
    api.claim("claim.test").await;
    let (status, code, ..) =
        api.refused(Method::Get, "/domains/claim.test/client-settings", Value::Null).await;
    assert_eq!((status, &*code), (409, "domain-unproven"));
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
    eventually("the mail server's records are known", async || {
        let answer = world.call(&sockets, Method::Get, path, None).await.unwrap();
        if answer.status == 200 { Ok(()) } else { Err(json(&answer)) }
    })
    .await;
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
