//! What is there, what is not, and what aliases lead to.

use super::*;

#[tokio::test]
async fn resolvers_and_responsible_servers_answer_each_for_itself() {
    let rig = Rig::start().await;
    rig.zone("acme.test", &["acme.test MX 10 mail.acme.test.", "acme.test MX 20 Backup.Acme.test."]);
    let answers = rig.dns.ask(&of("acme.test MX"), Servers::Both).await.0;
    let servers: Vec<Server> = answers.iter().map(|(server, _)| server.clone()).collect();
    let resolver = |index: usize| Server::Resolver(rig.sim.resolvers[index].to_string());
    let authority = |index: usize| Server::Authority(name(sim::SERVER_NAMES[index]));
    assert_eq!(servers, [resolver(0), resolver(1), authority(0), authority(1)]);
    for (server, answer) in &answers {
        assert_eq!(told(answer), "10 mail.acme.test, 20 backup.acme.test", "{server:?}");
    }
}

#[tokio::test]
async fn a_name_without_such_a_record_differs_from_no_name() {
    let rig = Rig::start().await;
    rig.zone("acme.test", &["acme.test MX 10 mail.acme.test.", "s1._domainkey.acme.test TXT k"]);
    let expected = [
        ("acme.test TXT", "no data"),
        ("nobody.acme.test TXT", "no name"),
        // There is something below it (RFC 8020).
        ("_domainkey.acme.test TXT", "no data"),
        ("s2._domainkey.acme.test TXT", "no name"),
        ("unknown.test MX", "no name"),
    ];
    for (question, expected) in expected {
        for answer in rig.ask(question, Servers::Both).await {
            assert_eq!(told(&answer), expected, "{question}");
        }
    }
}

#[tokio::test]
async fn every_type_of_record_arrives_as_it_was_written() {
    let rig = Rig::start().await;
    let records = [
        "acme.test A 192.0.2.1",
        "acme.test AAAA 2001:db8::1",
        "acme.test CAA 128 issue \"letsencrypt.org; validationmethods=dns-01\"",
        "www.acme.test CNAME acme.test.",
        "acme.test MX 0 .",
        "acme.test NS ns1.sandbox-dns.test.",
        "acme.test PTR host.acme.test.",
        "acme.test SOA ns1.sandbox-dns.test. admin.acme.test. 7 7200 3600 1209600 30",
        "_imaps._tcp.acme.test SRV 0 1 993 mail.acme.test.",
        "_25._tcp.acme.test TLSA 3 1 1 00ff",
        "acme.test TXT \"v=DKIM1; p=\" \"abc\"",
    ];
    rig.zone("acme.test", &records);
    let host = || name("host.acme.test");
    let expected = [
        ("acme.test A", Data::A([192, 0, 2, 1].into())),
        ("acme.test AAAA", Data::Aaaa("2001:db8::1".parse().unwrap())),
        (
            "acme.test CAA",
            Data::Caa {
                flags: 128,
                tag: "issue".to_owned(),
                value: "letsencrypt.org; validationmethods=dns-01".to_owned(),
            },
        ),
        ("www.acme.test CNAME", Data::Cname(name("acme.test"))),
        ("acme.test MX", Data::Mx { preference: 0, exchange: Name::root() }),
        ("acme.test NS", Data::Ns(name(sim::SERVER_NAMES[0]))),
        ("acme.test PTR", Data::Ptr(host())),
        ("acme.test SOA", Data::Soa { primary: name(sim::SERVER_NAMES[0]), serial: 7, minimum: 30 }),
        (
            "_imaps._tcp.acme.test SRV",
            Data::Srv { priority: 0, weight: 1, port: 993, target: name("mail.acme.test") },
        ),
        ("_25._tcp.acme.test TLSA", Data::Tlsa { usage: 3, selector: 1, matching: 1, data: vec![0, 255] }),
        ("acme.test TXT", Data::Txt(vec![b"v=DKIM1; p=".to_vec(), b"abc".to_vec()])),
    ];
    for (question, expected) in expected {
        for answer in rig.ask(question, Servers::Both).await {
            let Answer::Records { records, .. } = answer else { panic!("{question}: {answer:?}") };
            assert_eq!(records.len(), 1, "{question}");
            assert_eq!(records[0].data, expected, "{question}");
        }
    }
}

#[tokio::test]
async fn aliases_are_told_and_followed_over_zones() {
    let rig = Rig::start().await;
    rig.zone(
        "acme.test",
        &["s1._domainkey.acme.test CNAME dkim.acme.test.", "dkim.acme.test CNAME acme.hosting.test."],
    );
    rig.zone("hosting.test", &["acme.hosting.test CNAME key.hosting.test.", "key.hosting.test TXT v=DKIM1"]);
    for answer in rig.ask("s1._domainkey.acme.test TXT", Servers::Both).await {
        assert_eq!(told(&answer), "v=DKIM1");
        assert_eq!(aliases(&answer), ["s1._domainkey.acme.test", "dkim.acme.test", "acme.hosting.test"]);
    }
    for answer in rig.ask("dkim.acme.test MX", Servers::Both).await {
        assert_eq!((told(&answer).as_str(), aliases(&answer).len()), ("no data", 2));
    }
}

#[tokio::test]
async fn an_alias_for_what_is_not_there_is_told() {
    let rig = Rig::start().await;
    rig.zone("acme.test", &["www.acme.test CNAME gone.hosting.test."]);
    rig.zone("hosting.test", &["hosting.test A 192.0.2.1"]);
    for answer in rig.ask("www.acme.test A", Servers::Both).await {
        assert_eq!((told(&answer).as_str(), aliases(&answer)), ("no name", vec!["www.acme.test"]));
    }
}

#[tokio::test]
async fn aliases_in_a_circle_end() {
    let rig = Rig::start().await;
    rig.zone("acme.test", &["a.acme.test CNAME b.acme.test.", "b.acme.test CNAME a.acme.test."]);
    rig.zone("one.test", &["www.one.test CNAME www.two.test."]);
    rig.zone("two.test", &["www.two.test CNAME www.one.test."]);
    let steps: Vec<String> =
        (0..12).map(|step| format!("n{step}.long.test CNAME n{}.long.test.", step + 1)).collect();
    rig.zone("long.test", &steps.iter().map(String::as_str).collect::<Vec<_>>());
    for question in ["a.acme.test A", "www.one.test A", "n0.long.test A"] {
        let [one, other] = rig.authorities(question).await;
        assert_eq!((one, other), (failed(Failure::AliasLoop), failed(Failure::AliasLoop)), "{question}");
        // Resolvers may give up.
        let [one, other] = rig.resolvers(question).await.map(|answer| told(&answer));
        assert!(["alias-loop", "server-failed"].contains(&one.as_str()) && one == other, "{question}: {one}");
    }
}

#[tokio::test]
async fn a_wildcard_stands_for_names_that_are_not_there() {
    let rig = Rig::start().await;
    rig.zone(
        "acme.test",
        &["*.acme.test TXT any", "www.acme.test A 192.0.2.1", "deep.in.acme.test A 192.0.2.2"],
    );
    let expected = [
        ("some.acme.test TXT", "any"),
        ("more.of.some.acme.test TXT", "any"),
        ("some.acme.test MX", "no data"),
        ("www.acme.test TXT", "no data"),
        ("in.acme.test TXT", "no data"),
        ("other.in.acme.test TXT", "no name"),
    ];
    for (question, expected) in expected {
        for answer in rig.ask(question, Servers::Both).await {
            assert_eq!(told(&answer), expected, "{question}");
            if let Answer::Records { records, .. } = answer {
                assert_eq!(records[0].name, of(question).name);
            }
        }
    }
}

#[tokio::test]
async fn what_does_not_fit_into_a_datagram_comes_over_tcp() {
    let rig = Rig::start().await;
    let long = format!("acme.test TXT {}", vec![format!("\"{}\"", "x".repeat(250)); 8].join(" "));
    rig.zone("acme.test", &[&long]);
    rig.zone("other.test", &["other.test TXT short"]);
    rig.put("zones", "other.test", &json!({"ns1": {"answers": "truncated"}}));
    rig.put("resolvers", "resolver2", &json!({"answers": "truncated"}));
    for answer in rig.ask("acme.test TXT", Servers::Both).await {
        assert_eq!(told(&answer).len(), 8 * 251 - 1);
    }
    for answer in rig.ask("other.test TXT", Servers::Both).await {
        assert_eq!(told(&answer), "short");
    }
}
