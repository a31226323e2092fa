//! What a host says is read with care, and a link holds just what is to change.

use kernel::dns::{Answer, Record};
use mail_dns::Expected;
use mail_dns::expected::{Wishes, of_zone};
use mail_dns::publish::{Act, Reason};
use ring::signature::{RSA_PKCS1_2048_8192_SHA256, UnparsedPublicKey};

use super::*;

/// Made for this test by `openssl genpkey -algorithm RSA`.
const PEM: &str = include_str!("../../tests/domain-connect.pem");

fn name(text: &str) -> Name {
    text.parse().unwrap()
}

fn expected() -> Vec<Expected> {
    let zone = "@ MX 10 mail.host.test.\n@ MX 20 mail2.host.test.\n@ TXT \"v=spf1 mx a:b.test -all\"\n\
                r1._domainkey TXT \"v=DKIM1; k=rsa; p=AAAA\"\ne1._domainkey TXT \"v=DKIM1; k=ed25519; p=BB\"\n\
                _dmarc TXT \"v=DMARC1; p=reject\"\nautoconfig CNAME mail.host.test.";
    let domain = name("mail.acme.test");
    let records = mail_dns::zone::parse(zone, &domain).unwrap().records;
    of_zone(&domain, &records, &Wishes::default()).unwrap()
}

fn items(act: impl Fn(&Expected) -> Act) -> Vec<Item> {
    let item = |one: Expected| Item { act: act(&one), expected: one, found: vec![] };
    expected().into_iter().map(item).collect()
}

fn connect(signer: Option<Signer>) -> Connect {
    Connect { provider: "workspace.test".to_owned(), service: "mail".to_owned(), signer }
}

fn link(connect: &Connect, ux: &str, values: &Values) -> Option<String> {
    let (zone, domain) = (name("acme.test"), name("mail.acme.test"));
    let back = "https://portal.test/admin/acme/domains/mail.acme.test?done=connect";
    connect.link(ux, &Place { zone: &zone, domain: &domain, back }, values)
}

#[test]
fn a_link_holds_the_groups_and_the_values_of_what_is_to_change() {
    let values = Values::of(&items(|_| Act::Add));
    assert_eq!(values.groups, ["mx", "mx2", "spf", "dkim1", "dkim2", "dmarc"]);
    let link = link(&connect(None), "https://ui.host.test/dc/", &values).unwrap();
    let url = Url::parse(&link).unwrap();
    let path = "/dc/v2/domainTemplates/providers/workspace.test/services/mail/apply";
    assert_eq!((url.host_str(), url.path()), (Some("ui.host.test"), path));
    let pairs: Vec<(String, String)> = url.query_pairs().into_owned().collect();
    let value = |name: &str| pairs.iter().find(|(known, _)| known == name).map(|(_, value)| value.as_str());
    assert_eq!((value("domain"), value("host")), (Some("acme.test"), Some("mail")));
    assert_eq!(value("groupId"), Some("mx,mx2,spf,dkim1,dkim2,dmarc"));
    assert_eq!((value("mx"), value("mx2")), (Some("mail.host.test"), Some("mail2.host.test")));
    assert_eq!(value("spf"), Some("mx a:b.test"));
    assert_eq!(value("selector1").zip(value("dkim1")), Some(("r1", "v=DKIM1; k=rsa; p=AAAA")));
    assert_eq!(value("dmarc"), Some("v=DMARC1; p=reject"));
    assert!(value("redirect_uri").unwrap().starts_with("https://portal.test/admin/acme/"));
    assert_eq!(value("sig"), None);
}

#[test]
fn what_is_left_alone_or_right_is_in_no_link() {
    let values = Values::of(&items(|one| match one.purpose {
        Purpose::Mx => Act::Left(Reason::OtherMx),
        Purpose::Dmarc => Act::Add,
        _ => Act::Right,
    }));
    assert_eq!(values.groups, ["dmarc"]);
    assert_eq!(Values::of(&items(|_| Act::Right)), Values::default());
}

#[test]
fn a_signed_link_can_be_checked_with_the_public_key() {
    let signer = Signer::new("_dck1", PEM).unwrap();
    let public = signer.public();
    assert_eq!(format!("{signer:?}"), "the key _dck1");
    let values = Values::of(&items(|_| Act::Add));
    let link = link(&connect(Some(signer)), "https://ui.host.test", &values).unwrap();
    let query = link.split_once('?').unwrap().1;
    let (before, rest) = query.split_once("&sig=").unwrap();
    let (signature, label) = rest.split_once("&key=").unwrap();
    assert_eq!(label, "_dck1");
    let form = format!("s={signature}");
    let (_, signature) = url::form_urlencoded::parse(form.as_bytes()).next().unwrap();
    let signature = base64::Engine::decode(&base64::engine::general_purpose::STANDARD, &*signature).unwrap();
    let key = UnparsedPublicKey::new(&RSA_PKCS1_2048_8192_SHA256, public);
    key.verify(before.as_bytes(), &signature).unwrap();
    assert!(Signer::new("_dck1", "no key").is_err());
}

#[test]
fn an_address_that_is_not_over_tls_at_a_named_host_is_not_called_and_not_shown() {
    let values = Values::of(&items(|_| Act::Add));
    let bad = [
        "http://ui.host.test",
        "https://127.0.0.1",
        "https://[::1]/x",
        "https://user:pass@ui.host.test",
        "javascript:alert(1)",
        "ui.host.test",
        "",
    ];
    for ux in bad {
        assert_eq!(link(&connect(None), ux, &values), None, "{ux}");
        assert_eq!(https(ux), None, "{ux}");
    }
}

#[test]
fn what_a_host_says_about_itself_is_read() {
    let text = r#"{"providerId": "host.test", "providerName": "Host", "providerDisplayName": "The\u0000 Host",
        "urlSyncUX": "https://ui.host.test", "urlAsyncUX": "https://ui.host.test", "urlAPI": "https://api.host.test",
        "width": 750, "nameServers": ["ns1.host.test"]}"#;
    let settings: HostSettings = serde_json::from_str(text).unwrap();
    assert_eq!((settings.name().as_str(), settings.url_api.as_str()), ("The Host", "https://api.host.test"));
    let records = |data: &str| Answer::Records {
        aliases: vec![],
        records: vec![Record {
            name: name("_domainconnect.acme.test"),
            ttl: 1,
            data: Data::Txt(vec![data.into()]),
        }],
    };
    assert_eq!(discover::place(&records("api.host.test/dc")).as_deref(), Some("api.host.test/dc"));
    assert_eq!(discover::place(&Answer::NoName { aliases: vec![] }), None);
}

#[test]
fn the_template_has_every_group_and_variable_of_a_link() {
    let text = include_str!("../../../../docs/domain-connect-template.json");
    let template: serde_json::Value = serde_json::from_str(text).unwrap();
    let records = template["records"].as_array().unwrap();
    let values = Values::of(&items(|_| Act::Add));
    for group in values.groups.iter().chain(&["proof"]) {
        assert!(records.iter().any(|record| record["groupId"] == *group), "{group}");
    }
    for (variable, _) in &values.variables {
        assert!(text.contains(&format!("%{variable}%")), "{variable}");
    }
}
