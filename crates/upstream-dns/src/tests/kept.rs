//! What is kept, for how long, and by whom.

use super::*;

const MINUTE: Duration = Duration::from_mins(1);

#[tokio::test]
async fn an_answer_is_kept_for_its_time_to_live_and_ages() {
    let rig = Rig::start().await;
    rig.zone("acme.test", &["acme.test MX 10 mail.test."]);
    let ttl = |answer: &Answer| match answer {
        Answer::Records { records, .. } => records[0].ttl,
        _ => panic!("{answer:?}"),
    };
    assert_eq!(ttl(&rig.resolvers("acme.test MX").await[0]), 300);
    rig.clock.advance(4 * MINUTE);
    assert_eq!(ttl(&rig.resolvers("acme.test MX").await[0]), 60);
    assert_eq!(rig.calls("MX /resolver1"), 1);
    rig.clock.advance(MINUTE);
    assert_eq!(ttl(&rig.resolvers("acme.test MX").await[0]), 300);
    assert_eq!(rig.calls("MX /resolver1"), 2);
}

#[tokio::test]
async fn a_denial_is_kept_as_long_as_the_zone_allows() {
    let rig = Rig::start().await;
    rig.put("zones", "acme.test", &json!({"negativeTtl": 120}));
    for question in ["acme.test MX", "nobody.acme.test MX"] {
        let before = rig.calls("MX /resolver1");
        for _ in 0..3 {
            rig.resolvers(question).await;
        }
        assert_eq!(rig.calls("MX /resolver1"), before + 1, "{question}");
        rig.clock.advance(2 * MINUTE);
        rig.resolvers(question).await;
        assert_eq!(rig.calls("MX /resolver1"), before + 2, "{question}");
    }
}

#[tokio::test]
async fn a_failure_is_not_kept() {
    let rig = Rig::start().await;
    rig.zone("acme.test", &["acme.test MX 10 mail.test."]);
    rig.put("resolvers", "resolver1", &json!({"answers": "servfail"}));
    assert_eq!(rig.resolvers("acme.test MX").await[0], failed(Failure::ServerFailed));
    rig.put("resolvers", "resolver1", &json!({"answers": "normal"}));
    assert_eq!(told(&rig.resolvers("acme.test MX").await[0]), "10 mail.test");
}

#[tokio::test]
async fn asking_anew_goes_round_what_is_kept_here() {
    let rig = Rig::start().await;
    rig.zone("acme.test", &["acme.test MX 10 old.test."]);
    rig.resolvers("acme.test MX").await;
    rig.zone("acme.test", &["acme.test MX 10 new.test."]);
    for resolver in ["resolver1", "resolver2"] {
        rig.sim.http.store.write(|world| world.remove("resolvers", resolver));
    }
    assert_eq!(told(&rig.resolvers("acme.test MX").await[0]), "10 old.test");
    let fresh = rig.ask("acme.test MX", Asked::from(Servers::Resolvers).fresh()).await;
    assert_eq!(told(&fresh[0]), "10 new.test");
    assert_eq!(told(&rig.resolvers("acme.test MX").await[0]), "10 new.test");
}

#[tokio::test]
async fn resolvers_may_be_behind_the_responsible_servers() {
    let rig = Rig::start().await;
    rig.zone("acme.test", &["acme.test MX 10 old.test."]);
    let fresh = Asked::from(Servers::Both).fresh();
    rig.ask("acme.test MX", fresh).await;
    rig.zone("acme.test", &["acme.test MX 10 new.test."]);
    let told = |answers: Vec<Answer>| answers.iter().map(super::told).collect::<Vec<_>>();
    let behind = ["10 old.test", "10 old.test", "10 new.test", "10 new.test"];
    assert_eq!(told(rig.ask("acme.test MX", fresh).await), behind);
    rig.clock.advance(5 * MINUTE);
    assert_eq!(told(rig.ask("acme.test MX", fresh).await), ["10 new.test"; 4]);
}
