//! Why there is no answer. Each server fails alone.

use super::*;

#[tokio::test]
async fn a_resolver_fails_alone_and_says_how() {
    let rig = Rig::impatient().await;
    rig.zone("acme.test", &["acme.test MX 10 mail.test."]);
    let expected =
        [("servfail", Failure::ServerFailed), ("refused", Failure::Refused), ("silent", Failure::TimedOut)];
    for (answers, failure) in expected {
        rig.put("resolvers", "resolver1", &json!({"answers": answers}));
        let [one, other] =
            rig.ask("acme.test MX", Asked::from(Servers::Resolvers).fresh()).await.try_into().unwrap();
        assert_eq!((one, told(&other).as_str()), (failed(failure), "10 mail.test"), "{answers}");
    }
}

#[tokio::test]
async fn a_responsible_server_fails_alone_and_says_how() {
    let rig = Rig::impatient().await;
    rig.zone("acme.test", &["acme.test MX 10 mail.test."]);
    for (answers, failure) in [("servfail", Failure::ServerFailed), ("silent", Failure::TimedOut)] {
        rig.put("zones", "acme.test", &json!({"ns1": {"answers": answers}}));
        let [one, other] = rig.authorities("acme.test MX").await;
        assert_eq!((one, told(&other).as_str()), (failed(failure), "10 mail.test"), "{answers}");
    }
}

#[tokio::test]
async fn the_dial_fails_queries_by_type_and_name() {
    let rig = Rig::impatient().await;
    rig.zone("acme.test", &["acme.test MX 10 a.test.", "acme.test MX 20 b.test.", "acme.test TXT text"]);
    let expected = [
        (FaultKind::Refuse, "lame"),
        (FaultKind::Delay, "timed-out"),
        (FaultKind::TimeoutBefore, "timed-out"),
        (FaultKind::TimeoutAfter, "timed-out"),
        (FaultKind::ErrorAfter, "server-failed"),
        (FaultKind::RateLimit, "10 a.test, 20 b.test"),
        (FaultKind::Malformed, "malformed"),
        (FaultKind::Partial, "10 a.test"),
        (FaultKind::Duplicate, "10 a.test, 10 a.test, 20 b.test, 20 b.test"),
        (FaultKind::Reorder, "20 b.test, 10 a.test"),
        (FaultKind::Stale, "no name"),
    ];
    for (kind, expected) in expected {
        rig.fail("MX /ns1/acme.test", kind);
        let [struck, other] = rig.authorities("acme.test MX").await;
        assert_eq!(
            (told(&struck).as_str(), told(&other).as_str()),
            (expected, "10 a.test, 20 b.test"),
            "{kind:?}"
        );
        let [text, _] = rig.authorities("acme.test TXT").await;
        assert_eq!(told(&text), "text");
    }
}

#[tokio::test]
async fn one_lost_datagram_is_no_failure() {
    let rig = Rig::impatient().await;
    rig.zone("acme.test", &["acme.test MX 10 mail.test."]);
    let fault = Fault {
        route: "MX /resolver1".to_owned(),
        kind: FaultKind::TimeoutBefore,
        times: Some(1),
        delay_ms: None,
    };
    rig.sim.http.dial.set(vec![fault]);
    assert_eq!(rig.resolvers("acme.test MX").await.map(|answer| told(&answer)), ["10 mail.test"; 2]);
    assert!(rig.calls("MX /resolver1") > 1);
}

#[tokio::test]
async fn a_resolver_that_is_not_there_is_unreachable() {
    let free = tokio::net::UdpSocket::bind("127.0.0.1:0").await.unwrap().local_addr().unwrap();
    for resolver in [free.to_string(), format!("tcp://{free}"), format!("tls://dns.test@{free}")] {
        let resolver: crate::Resolver = resolver.parse().unwrap();
        let rig = Rig::with(|options| options.resolvers.insert(0, resolver.clone())).await;
        rig.zone("acme.test", &["acme.test MX 10 mail.test."]);
        let [gone, one, other] = rig.ask("acme.test MX", Servers::Resolvers).await.try_into().unwrap();
        assert_eq!(gone, failed(Failure::Unreachable), "{resolver}");
        assert_eq!([one, other].map(|answer| told(&answer)), ["10 mail.test"; 2]);
        // The next resolver helps to find the responsible servers.
        assert_eq!(rig.authorities("acme.test MX").await.map(|answer| told(&answer)), ["10 mail.test"; 2]);
    }
}

#[tokio::test]
async fn a_resolver_can_be_asked_over_tcp_alone() {
    let rig = Rig::with(|options| {
        let text = format!("tcp://{}", options.resolvers[0]);
        options.resolvers = vec![text.parse().unwrap()];
    })
    .await;
    rig.zone("acme.test", &["acme.test MX 10 mail.test."]);
    let [answer] = rig.ask("acme.test MX", Servers::Resolvers).await.try_into().unwrap();
    assert_eq!(told(&answer), "10 mail.test");
}

#[test]
fn a_client_without_resolvers_says_what_is_missing() {
    let options = Options { resolvers: Vec::new(), ..Options::default() };
    assert!(Dns::new(options).unwrap_err().to_string().contains("use at least one"));
}
