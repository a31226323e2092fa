//! The servers responsible for a name: found, and not believed when they are not.

use super::*;

#[tokio::test]
async fn two_servers_of_a_zone_may_disagree() {
    let rig = Rig::start().await;
    rig.zone("acme.test", &["acme.test MX 10 new.test."]);
    rig.put("zones", "acme.test", &json!({"ns2": {"records": texts(&["acme.test MX 10 old.test."])}}));
    let answers = rig.ask("acme.test MX", Servers::Both).await;
    let told: Vec<String> = answers.iter().map(told).collect();
    assert_eq!(told, ["10 new.test", "10 old.test", "10 new.test", "10 old.test"]);
}

#[tokio::test]
async fn a_server_that_is_not_responsible_is_lame() {
    let rig = Rig::start().await;
    rig.zone("acme.test", &["acme.test MX 10 mail.test."]);
    for wrong in ["lame", "refused"] {
        rig.put("zones", "acme.test", &json!({"ns2": {"answers": wrong}}));
        let [right, lame] = rig.authorities("acme.test MX").await;
        assert_eq!((told(&right).as_str(), lame), ("10 mail.test", failed(Failure::Lame)), "{wrong}");
        assert_eq!(rig.resolvers("acme.test MX").await.map(|answer| told(&answer)), ["10 mail.test"; 2]);
    }
}

#[tokio::test]
async fn a_zone_whose_servers_are_all_lame_is_not_missing() {
    let rig = Rig::start().await;
    rig.zone("acme.test", &["acme.test MX 10 mail.test."]);
    rig.put("zones", "acme.test", &json!({"ns1": {"answers": "lame"}, "ns2": {"answers": "refused"}}));
    assert_eq!(rig.authorities("acme.test MX").await, [failed(Failure::Lame), failed(Failure::Lame)]);
    let failures = [failed(Failure::ServerFailed), failed(Failure::ServerFailed)];
    assert_eq!(rig.resolvers("acme.test MX").await, failures);
}

#[tokio::test]
async fn a_delegated_name_is_asked_of_its_own_servers() {
    let rig = Rig::start().await;
    let keys = "_domainkey.acme.test";
    rig.zone("acme.test", &["acme.test A 192.0.2.1", &format!("{keys} NS {}.", sim::SERVER_NAMES[1])]);
    rig.zone(keys, &[&format!("{keys} NS {}.", sim::SERVER_NAMES[1]), &format!("s1.{keys} TXT key")]);
    rig.put("zones", keys, &json!({"ns1": {"answers": "absent"}}));
    rig.put("zones", "acme.test", &json!({"ns2": {"answers": "absent"}}));
    let answers = rig.dns.ask(&of(&format!("s1.{keys} TXT")), Servers::Authorities).await.0;
    let servers: Vec<_> = answers.iter().map(|(server, answer)| (server.clone(), told(answer))).collect();
    assert_eq!(servers, [(Server::Authority(name(sim::SERVER_NAMES[1])), "key".to_owned())]);
    assert_eq!(rig.resolvers(&format!("s1.{keys} TXT")).await.map(|answer| told(&answer)), ["key"; 2]);
}

#[tokio::test]
async fn no_zone_sends_queries_to_addresses_that_are_not_public() {
    let rig = Rig::start().await;
    let inner = ["127.0.0.1", "10.0.0.1", "169.254.169.254", "192.0.2.99"];
    for (index, address) in inner.iter().enumerate() {
        let zone = format!("inner{index}.test");
        let records = [format!("{zone} NS ns.{zone}."), format!("ns.{zone} A {address}")];
        rig.zone(&zone, &records.each_ref().map(String::as_str));
        let answers = rig.dns.ask(&of(&format!("{zone} MX")), Servers::Authorities).await.0;
        let server = Server::Authority(name(&format!("ns.{zone}")));
        assert_eq!(answers, [(server, failed(Failure::Unreachable))], "{address}");
    }
}

#[tokio::test]
async fn a_server_is_asked_at_another_of_its_addresses_when_the_first_is_dead() {
    let closed = tokio::net::UdpSocket::bind("127.0.0.1:0").await.unwrap().local_addr().unwrap();
    let rig = Rig::with(|options| {
        let live = options.reach.values().next().copied().unwrap();
        options.reach.insert("192.0.2.60".parse().unwrap(), closed);
        options.reach.insert("2001:db8::53".parse().unwrap(), live);
    })
    .await;
    rig.zone(
        "acme.test",
        &["acme.test NS ns.acme.test.", "ns.acme.test A 192.0.2.60", "ns.acme.test A 192.0.2.53"],
    );
    rig.zone("six.test", &["six.test NS ns.six.test.", "ns.six.test AAAA 2001:db8::53"]);
    for question in ["acme.test A", "six.test A"] {
        let [answer] = rig.ask(question, Servers::Authorities).await.try_into().unwrap();
        assert_eq!(told(&answer), "no data", "{question}");
    }
}

#[tokio::test]
async fn servers_are_looked_up_once_for_many_questions() {
    let rig = Rig::start().await;
    rig.zone("acme.test", &["acme.test MX 10 mail.test."]);
    let questions = ["acme.test MX", "acme.test TXT", "_dmarc.acme.test TXT", "s1._domainkey.acme.test TXT"];
    let questions = questions.map(of);
    let asked = questions.iter().map(|question| rig.dns.ask(question, Servers::Authorities));
    futures_util::future::join_all(asked).await;
    assert_eq!(rig.calls("NS /resolver1"), 1);
    assert_eq!(rig.calls("A /resolver1"), 2);
    assert_eq!(rig.calls("TXT /ns1"), 3);
    // What responsible servers say is never kept.
    rig.authorities("acme.test MX").await;
    assert_eq!((rig.calls("MX /ns1"), rig.calls("NS /resolver1")), (2, 1));
    rig.clock.advance(Duration::from_mins(6));
    rig.authorities("acme.test MX").await;
    assert_eq!((rig.calls("MX /ns1"), rig.calls("NS /resolver1")), (3, 2));
}

#[tokio::test]
async fn when_nobody_knows_the_servers_that_is_a_failure() {
    let rig = Rig::start().await;
    rig.zone("acme.test", &["acme.test MX 10 mail.test."]);
    for resolver in ["resolver1", "resolver2"] {
        rig.put("resolvers", resolver, &json!({"answers": "servfail"}));
    }
    let answers = rig.dns.ask(&of("acme.test MX"), Servers::Authorities).await.0;
    assert_eq!(answers, [(Server::Authority(name("acme.test")), failed(Failure::ServerFailed))]);
}
