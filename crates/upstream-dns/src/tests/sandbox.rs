//! The simulator's own ways: its HTTP side, and what it keeps over a restart.

use outbound::{Call, Client, Method};
use serde_json::json;

use super::*;

#[tokio::test]
async fn zones_are_put_and_shown_over_http() {
    let rig = Rig::start().await;
    let origin = url::Url::parse(&rig.sim.http.origin).unwrap();
    let http = Client::new("DNS", origin, outbound::Options::default()).unwrap();
    let put = |path: &str, body: Value| {
        let call = Call::new(Method::Put, format!("/_sim/objects/{path}")).json(&body);
        let http = http.clone();
        async move { http.send(call).await.unwrap().status }
    };
    let zone = json!({
        "name": "acme.test",
        "records": [
            {"name": "acme.test", "type": "MX", "ttl": 60, "data": "10 mail.acme.test."},
            {"name": "acme.test", "type": "TXT", "data": "\"v=spf1 \" \"-all\""}
        ],
        "ns2": {"answers": "silent", "delayMs": 10}
    });
    assert_eq!(put("zones/acme.test", zone).await, 204);
    assert_eq!(put("resolvers/resolver2", json!({"answers": "servfail"})).await, 204);
    let [told, failed] = rig.resolvers("acme.test TXT").await.map(|answer| told(&answer));
    assert_eq!((told.as_str(), failed.as_str()), ("v=spf1 |-all", "server-failed"));
    let shown: Value = http.send(Call::get("/_sim/inventory")).await.unwrap().json().unwrap();
    assert_eq!(shown["zones"][0]["id"], "acme.test");
    assert_eq!(shown["zones"][0]["records"][1]["data"], "\"v=spf1 \" \"-all\"");
    assert_eq!(shown["zones"][0]["ns2"], json!({"answers": "silent", "delayMs": 10}));
    assert_eq!(
        shown["resolvers"][0],
        json!({"id": "resolver1", "answers": "normal", "delayMs": null, "kept": 1})
    );
    // A field that is not named stays as it is.
    assert_eq!(put("zones/acme.test", json!({"ns2": null})).await, 204);
    assert_eq!(
        rig.authorities("acme.test MX").await.map(|answer| super::told(&answer)),
        ["10 mail.acme.test"; 2]
    );
    let gone = http.send(Call::new(Method::Delete, "/_sim/objects/zones/acme.test")).await.unwrap();
    assert_eq!(gone.status, 204);
    let answers = rig.ask("acme.test MX", Asked::from(Servers::Authorities).fresh()).await;
    assert_eq!(answers.iter().map(super::told).collect::<Vec<_>>(), ["no name"; 2]);
}

#[tokio::test]
async fn what_makes_no_sense_is_refused_with_a_sentence() {
    let rig = Rig::start().await;
    let refused = |kind: &str, id: &str, fields: Value| {
        rig.sim.http.store.write(|world| world.put(kind, id, &fields)).unwrap_err()
    };
    let record =
        |name: &str, kind: &str, data: &str| json!({"records": [{"name": name, "type": kind, "data": data}]});
    let long = format!("\"{}\"", "x".repeat(256));
    let expected = [
        (refused("zones", "a b", json!({})), "isn't a DNS name"),
        (refused("zones", "acme.test", json!({"name": "other.test"})), "can't be another"),
        (refused("zones", "acme.test", record("www", "A", "192.0.2.1")), "names are written in full"),
        (refused("zones", "acme.test", record("acme.test", "ANY", "x")), "no such type"),
        (refused("zones", "acme.test", record("acme.test", "A", "mail")), "the record acme.test A mail"),
        (refused("zones", "acme.test", record("acme.test", "TXT", &long)), "at most 255 bytes"),
        (refused("zones", "acme.test", json!({"ns3": {}})), "unknown field"),
        (refused("resolvers", "resolver3", json!({})), "resolver1 and resolver2"),
        (refused("resolvers", "resolver1", json!({"answers": "lame"})), "normal, silent"),
        (refused("records", "x", json!({})), "zones and resolvers"),
        (refused("zones", "acme.test", json!([])), "no object"),
    ];
    for (said, expected) in expected {
        assert!(said.contains(expected), "{said}");
    }
}

#[tokio::test]
async fn zones_outlive_the_process_and_keep_their_ports() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("dns.json");
    let listener = || async { TcpListener::bind(("127.0.0.1", 0)).await.unwrap() };
    let first = sim::serve(listener().await, Some(&file), Setup::default()).await.unwrap();
    let zone = json!({"records": texts(&["acme.test MX 10 mail.test."])});
    first.http.store.write(|world| world.put("zones", "acme.test", &zone)).unwrap();
    let ports = first.servers.map(|at| at.port());
    first.http.stop();
    let setup = || Setup { servers: ports, ..Setup::default() };
    let second = loop {
        match sim::serve(listener().await, Some(&file), setup()).await {
            Ok(second) => break second,
            // The first one is still letting go of its sockets.
            Err(_) => tokio::time::sleep(Duration::from_millis(10)).await,
        }
    };
    assert_eq!(second.servers.map(|at| at.port()), ports);
    let options = Options { resolvers: second.resolvers(), reach: second.reach(), ..Options::default() };
    let answers = Dns::new(options).unwrap().ask(&of("acme.test MX"), Servers::Both).await.0;
    assert_eq!(answers.iter().map(|(_, answer)| told(answer)).collect::<Vec<_>>(), ["10 mail.test"; 4]);
}
