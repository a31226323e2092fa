//! How long a session lasts: silent refresh, and what ends it.

use std::time::Duration;

use futures_util::future::join_all;
use simulator::FaultKind;

use crate::rig::{PORTAL, Rig, VALID, Visitor, rig};

async fn signed_in(rig: &Rig) -> Visitor<'_> {
    let mut maja = Visitor::new(rig);
    maja.sign_in(PORTAL, "maja").await;
    maja
}

/// So many requests at once with the same cookie, by turns at so many instances; the statuses that came.
async fn at_instances(rig: &Rig, maja: &Visitor<'_>, requests: usize, instances: usize) -> Vec<u16> {
    let same = |n| {
        let mut tab = Visitor::new(rig);
        tab.instance = n % instances;
        tab.jars.clone_from(&maja.jars);
        async move { tab.me(PORTAL).await }
    };
    let mut statuses = join_all((0..requests).map(same)).await;
    statuses.dedup();
    statuses
}

async fn at_once(rig: &Rig, maja: &Visitor<'_>, requests: usize) -> Vec<u16> {
    at_instances(rig, maja, requests, 1).await
}

async fn fifty_refresh_once(instances: usize) {
    let rig = rig().await;
    let maja = signed_in(&rig).await;
    let before = rig.issued("refreshTokens");
    // Slow enough that all of them find it expired.
    rig.set_fault(Some(FaultKind::Delay));
    rig.clock.advance(VALID);
    assert_eq!(at_instances(&rig, &maja, 50, instances).await, [200]);
    let after = rig.issued("refreshTokens");
    assert_eq!((before.len(), after.len()), (1, 1));
    // Each issue takes two numbers: the access token's and the refresh token's.
    let number = |tokens: &[serde_json::Value]| tokens[0]["id"].as_i64().unwrap();
    assert_eq!(number(&after) - number(&before), 2, "it was refreshed more than once");
    assert_eq!(rig.count("audit_log WHERE action = 'session.expire'").await, 0);
    rig.clock.advance(VALID);
    let again = at_instances(&rig, &maja, instances, instances).await;
    assert_eq!(again, [200], "the token that was stored last is the good one");
}

#[tokio::test]
async fn fifty_requests_at_once_refresh_once() {
    fifty_refresh_once(1).await;
}

#[tokio::test]
async fn fifty_requests_at_once_at_two_instances_refresh_once() {
    fifty_refresh_once(2).await;
}

#[tokio::test]
async fn a_refresh_token_that_is_worth_nothing_ends_the_session() {
    let rig = rig().await;
    let mut maja = signed_in(&rig).await;
    rig.forget_refresh_tokens();
    assert_eq!(maja.me(PORTAL).await, 200, "the access token is still good");
    rig.clock.advance(VALID);
    assert_eq!(at_once(&rig, &maja, 10).await, [401]);
    assert_eq!(rig.count("sessions").await, 0);
    assert_eq!(rig.count("audit_log WHERE action = 'session.expire'").await, 1);
}

#[tokio::test]
async fn an_issuer_that_is_away_ends_no_session_for_a_quarter_of_an_hour() {
    let rig = rig().await;
    let mut maja = signed_in(&rig).await;
    for kind in [FaultKind::Refuse, FaultKind::RateLimit, FaultKind::TimeoutBefore] {
        rig.set_fault(Some(kind));
        rig.clock.advance(VALID);
        assert_eq!(at_once(&rig, &maja, 10).await, [200], "{kind:?}");
        rig.set_fault(None);
        rig.clock.advance(Duration::from_mins(1));
        assert_eq!(maja.me(PORTAL).await, 200, "back after {kind:?}");
    }
    rig.set_fault(Some(FaultKind::Refuse));
    rig.clock.advance(VALID);
    assert_eq!(maja.me(PORTAL).await, 200);
    rig.clock.advance(Duration::from_mins(14));
    assert_eq!(maja.me(PORTAL).await, 200);
    rig.clock.advance(Duration::from_mins(2));
    assert_eq!(maja.me(PORTAL).await, 401);
    assert_eq!(rig.count("sessions").await, 0);
}

#[tokio::test]
async fn requests_do_not_wait_for_an_issuer_that_is_away() {
    let rig = rig().await;
    let maja = signed_in(&rig).await;
    rig.set_fault(Some(FaultKind::Refuse));
    rig.clock.advance(VALID);
    at_once(&rig, &maja, 1).await;
    let began = std::time::Instant::now();
    assert_eq!(at_once(&rig, &maja, 10).await, [200]);
    assert!(began.elapsed() < Duration::from_secs(2), "{:?}", began.elapsed());
}

#[tokio::test]
async fn a_session_survives_new_keys_of_the_issuer() {
    let rig = rig().await;
    let maja = signed_in(&rig).await;
    rig.sim.rotate_keys().await.unwrap();
    rig.sim.drop_old_keys();
    rig.clock.advance(VALID);
    assert_eq!(at_once(&rig, &maja, 10).await, [200]);
}

#[tokio::test]
async fn a_session_survives_new_keys_that_may_not_be_fetched_yet() {
    let rig = rig().await;
    let mut maja = signed_in(&rig).await;
    rig.sim.rotate_keys().await.unwrap();
    rig.clock.advance(VALID.saturating_sub(Duration::from_secs(30)));
    rig.call("GET", "/api/me", &rig.token("maja", "dezky-portal")).await;
    rig.sim.rotate_keys().await.unwrap();
    rig.clock.advance(Duration::from_secs(5));
    maja.me(PORTAL).await;
    rig.clock.advance(Duration::from_mins(1));
    assert_eq!(maja.me(PORTAL).await, 200);
}

#[tokio::test]
async fn a_session_ends_when_nobody_uses_it_and_after_a_day() {
    let rig = rig().await;
    let mut maja = signed_in(&rig).await;
    for _ in 0..3 {
        rig.clock.advance(Duration::from_hours(7));
        assert_eq!(maja.me(PORTAL).await, 200);
    }
    rig.clock.advance(Duration::from_hours(4));
    assert_eq!(maja.me(PORTAL).await, 401, "after a day");
    let mut maja = signed_in(&rig).await;
    rig.clock.advance(Duration::from_hours(9));
    assert_eq!(maja.me(PORTAL).await, 401, "unused for a working day");
    assert_eq!(rig.count("sessions").await, 0);
}
