//! How resolvers are, by what is wrong with the simulated ones.

use super::*;
use crate::Trouble;

impl Rig {
    async fn states(&self) -> Vec<Result<(), Trouble>> {
        self.dns.health().await.into_iter().map(|health| health.state).collect()
    }
}

#[tokio::test]
async fn resolvers_that_answer_alike_are_well_and_their_time_is_told() {
    let rig = Rig::start().await;
    let health = rig.dns.health().await;
    let names: Vec<&str> = health.iter().map(|one| one.resolver.as_str()).collect();
    assert_eq!(names.len(), 2);
    assert!(health.iter().all(|one| one.state.is_ok() && one.latency > Duration::ZERO), "{health:?}");
}

#[tokio::test]
async fn a_resolver_in_trouble_is_told_apart_from_the_other() {
    let rig = Rig::impatient().await;
    for (answers, failure) in
        [("servfail", Failure::ServerFailed), ("refused", Failure::Refused), ("silent", Failure::TimedOut)]
    {
        rig.put("resolvers", "resolver2", &json!({"answers": answers}));
        assert_eq!(rig.states().await, [Ok(()), Err(Trouble::Failed(failure))], "{answers}");
    }
}

#[tokio::test]
async fn resolvers_that_disagree_are_named() {
    let rig = Rig::start().await;
    let other = json!([{"name": ".", "type": "NS", "data": "ns.elsewhere.test."}]);
    rig.put("zones", ".", &json!({"ns2": {"records": other}}));
    let health = rig.dns.health().await;
    assert_eq!(health[0].state, Ok(()));
    assert_eq!(health[1].state, Err(Trouble::Differs(health[0].resolver.clone())));
}

#[tokio::test]
async fn a_resolver_that_is_not_there_can_t_be_reached() {
    let rig = Rig::with(|options| {
        options.resolvers.push("tcp://127.0.0.1:9".parse().unwrap());
    });
    let states = rig.await.states().await;
    assert_eq!(states[2], Err(Trouble::Failed(Failure::Unreachable)));
}
