//! What the client makes of a server that works.

use std::time::Duration;

use outbound::Cause;
use serde_json::json;
use simulator::State as _;
use tokio::net::TcpListener;

use super::{KEY, Rig, client_of, new};
use crate::sim::{self, Setup};
use crate::{Created, Destroyed, DomainChange, LinkedObject, Stalwart};

#[tokio::test]
async fn the_probe_tells_a_good_key_from_a_bad_one() {
    let rig = Rig::start().await;
    let account = rig.stalwart.probe().await.unwrap();
    assert!(account.permissions.contains("sysDomainCreate"));
    assert_eq!(account.edition, "oss");

    let other = Stalwart::new(client_of(&rig.sim.origin), "API_wrong".into());
    let error = other.probe().await.unwrap_err();
    assert_eq!(error.cause, Cause::Unauthorized(None));
    let error = other.create_domain(&new("acme.test")).await.unwrap_err();
    assert_eq!(error.cause, Cause::Unauthorized(None));
}

#[tokio::test]
async fn a_created_domain_is_found_by_name_and_by_id() {
    let rig = Rig::start().await;
    let id = rig.create("bücher.test").await;
    let domain = rig.stalwart.find_domain(&"Bücher.test".parse().unwrap()).await.unwrap().unwrap();
    assert_eq!((domain.id.as_str(), domain.name.as_str()), (id.as_str(), "xn--bcher-kva.test"));
    assert_eq!(domain.description.as_deref(), Some("Acme"));
    assert_eq!(domain.created_at, rig.clock.now());
    assert_eq!(rig.stalwart.domain(&id).await.unwrap(), Some(domain));
    assert_eq!(rig.stalwart.domain("zzz").await.unwrap(), None);
    let absent = "absent.test".parse().unwrap();
    assert_eq!(rig.stalwart.find_domain(&absent).await.unwrap(), None);
}

#[tokio::test]
async fn a_taken_name_gives_its_owner() {
    let rig = Rig::start().await;
    let id = rig.create("acme.test").await;
    let again = rig.stalwart.create_domain(&new("ACME.test")).await.unwrap();
    let object = "Domain".to_owned();
    assert_eq!(again, Created::Exists { object, id });
}

#[tokio::test]
async fn a_name_that_the_server_refuses_gives_its_reason() {
    let rig = Rig::start().await;
    let error = rig.stalwart.create_domain(&new("acme.example")).await.unwrap_err();
    let why = "Invalid domain name (name)".to_owned();
    assert_eq!(error.cause, Cause::Refused(400, Some(why)));
}

#[tokio::test]
async fn a_description_changes_and_goes() {
    let rig = Rig::start().await;
    let id = rig.create("acme.test").await;
    for (text, stored) in [(Some("Nordlys A/S"), Some("Nordlys A/S")), (Some(""), None), (None, None)] {
        let change = DomainChange { description: Some(text.map(str::to_owned)) };
        rig.stalwart.update_domain(&id, &change).await.unwrap();
        let domain = rig.stalwart.domain(&id).await.unwrap().unwrap();
        assert_eq!(domain.description.as_deref(), stored);
    }
    let change = DomainChange { description: Some(None) };
    let error = rig.stalwart.update_domain("zzz", &change).await.unwrap_err();
    assert!(matches!(error.cause, Cause::Refused(404, _)));
    let error = rig.stalwart.update_domain("!bad!", &change).await.unwrap_err();
    assert!(matches!(error.cause, Cause::Malformed(_)));
}

#[tokio::test]
async fn signing_keys_appear_in_their_time_and_then_stand_in_the_zone() {
    let rig = Rig::start().await;
    let id = rig.create("acme.test").await;
    assert_eq!(rig.stalwart.dkim_keys(&id).await.unwrap(), []);
    assert!(!rig.stalwart.zone_file(&id).await.unwrap().contains("_domainkey"));

    rig.clock.advance(Duration::from_millis(59));
    assert_eq!(rig.stalwart.dkim_keys(&id).await.unwrap(), []);

    rig.clock.advance(Duration::from_millis(300));
    let keys = rig.stalwart.dkim_keys(&id).await.unwrap();
    let mut algorithms: Vec<&str> = keys.iter().map(|key| key.algorithm.as_str()).collect();
    algorithms.sort_unstable();
    assert_eq!(algorithms, ["Dkim1Ed25519Sha256", "Dkim1RsaSha256"]);

    let zone = rig.stalwart.zone_file(&id).await.unwrap();
    let lines: Vec<&str> = zone.lines().collect();
    assert_eq!(lines.len(), 21);
    assert!(lines[0].starts_with("v1-ed25519-20261120._domainkey.acme.test. IN TXT \"v=DKIM1; k=ed25519;"));
    assert_eq!(lines[1], "v1-rsa-20261120._domainkey.acme.test. IN TXT (");
    assert_eq!((lines[2].len(), lines[3].len(), lines[4]), (261, 171, ")"));
    assert_eq!(lines[5], "acme.test. IN TXT \"v=spf1 mx -all\"");
    assert_eq!(lines[6], "acme.test. IN MX 10 mail.example.test.");
    assert_eq!(zone, rig.stalwart.zone_file(&id).await.unwrap());

    let error = rig.stalwart.zone_file("zzz").await.unwrap_err();
    assert!(matches!(error.cause, Cause::Refused(404, _)));
}

#[tokio::test]
async fn a_domain_is_destroyed_together_with_its_keys_and_again_without_complaint() {
    let rig = Rig::start().await;
    let id = rig.create("acme.test").await;
    rig.clock.advance(Duration::from_secs(2));
    assert_eq!(rig.stalwart.destroy_domain(&id).await.unwrap(), Destroyed::Done);
    assert_eq!(rig.stalwart.domain(&id).await.unwrap(), None);
    assert_eq!(rig.stalwart.dkim_keys(&id).await.unwrap(), []);
    assert_eq!(rig.stalwart.destroy_domain(&id).await.unwrap(), Destroyed::Done);
}

#[tokio::test]
async fn a_domain_with_mailboxes_stays_and_so_do_its_keys() {
    let rig = Rig::start().await;
    let id = rig.create("acme.test").await;
    rig.clock.advance(Duration::from_secs(2));
    let account = json!({"name": "alice", "domainId": id});
    rig.sim.store.write(|world| world.put("accounts", "k", &account)).unwrap();
    let linked = Destroyed::Linked(vec![LinkedObject { object: "Account".to_owned(), id: "k".to_owned() }]);
    assert_eq!(rig.stalwart.destroy_domain(&id).await.unwrap(), linked);
    assert_eq!(rig.stalwart.dkim_keys(&id).await.unwrap().len(), 2);

    rig.sim.store.write(|world| world.remove("accounts", "k"));
    assert_eq!(rig.stalwart.destroy_domain(&id).await.unwrap(), Destroyed::Done);
}

#[tokio::test]
async fn a_list_of_more_than_a_page_is_whole() {
    let rig = Rig::start().await;
    rig.sim.store.write(|world| {
        for n in 0..1_005_u32 {
            let id = format!("c{}{}{}", letter(n / 100), letter(n / 10 % 10), letter(n % 10));
            world.put("domains", &id, &json!({"name": format!("d{n}.test")})).unwrap();
        }
    });
    let domains = rig.stalwart.list_domains().await.unwrap();
    // The default domain of the server is in it.
    assert_eq!(domains.len(), 1_006);
}

fn letter(n: u32) -> char {
    char::from(b'b' + u8::try_from(n).unwrap())
}

#[tokio::test]
async fn what_the_simulator_remembers_survives_a_restart_but_its_key_does_not() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("stalwart.json");
    let start = |key: &'static str| {
        let file = file.clone();
        async move {
            let listener = TcpListener::bind(("127.0.0.1", 0)).await.unwrap();
            sim::serve(listener, Some(&file), Setup::new(key.into())).await.unwrap()
        }
    };
    let first = start(KEY).await;
    let stalwart = Stalwart::new(client_of(&first.origin), KEY.into());
    stalwart.create_domain(&new("acme.test")).await.unwrap();
    first.stop();
    let kept = std::fs::read_to_string(&file).unwrap();
    assert!(kept.contains("acme.test") && !kept.contains("API_"));

    let second = start("API_other").await;
    let stalwart = Stalwart::new(client_of(&second.origin), "API_other".into());
    let name = "acme.test".parse().unwrap();
    assert!(stalwart.find_domain(&name).await.unwrap().is_some());
}

#[test]
fn the_key_is_not_shown() {
    let stalwart = Stalwart::new(client_of("http://127.0.0.1:1"), KEY.into());
    assert!(!format!("{stalwart:?}").contains("API_"));
    assert!(!format!("{:?}", Setup::new(KEY.into())).contains("API_"));
}
