//! What the client says when the server misbehaves: whether a change may have happened, and no short lists.

use std::time::Duration;

use outbound::{Cause, Effect};
use serde_json::json;
use simulator::FaultKind;

use super::{Rig, new};
use crate::{Created, Destroyed, MailingList};

#[tokio::test]
async fn a_create_without_an_answer_has_an_unknown_effect_and_the_next_one_finds_the_domain() {
    let rig = Rig::start().await;
    rig.fail_next(FaultKind::TimeoutAfter);
    let error = rig.stalwart.create_domain(&new("acme.test")).await.unwrap_err();
    assert_eq!((error.cause, error.effect), (Cause::Timeout, Effect::Unknown));
    let again = rig.stalwart.create_domain(&new("acme.test")).await.unwrap();
    assert!(matches!(again, Created::Exists { .. }));
}

#[tokio::test]
async fn broken_answers_to_a_change_leave_its_effect_unknown() {
    for (kind, cause) in [
        (FaultKind::ErrorAfter, Some(Cause::Broken(500))),
        (FaultKind::Malformed, None),
        (FaultKind::Refuse, Some(Cause::Closed)),
    ] {
        let rig = Rig::start().await;
        rig.fail_next(kind);
        let error = rig.stalwart.create_domain(&new("acme.test")).await.unwrap_err();
        assert_eq!(error.effect, Effect::Unknown, "{kind:?}");
        assert!(error.is_transient());
        match cause {
            Some(cause) => assert_eq!(error.cause, cause),
            None => assert!(matches!(error.cause, Cause::Malformed(_))),
        }
    }
}

#[tokio::test]
async fn a_read_never_has_an_effect() {
    let rig = Rig::start().await;
    for kind in [FaultKind::TimeoutAfter, FaultKind::ErrorAfter, FaultKind::Malformed, FaultKind::Refuse] {
        rig.fail_next(kind);
        let error = rig.stalwart.list_domains().await.unwrap_err();
        assert_eq!(error.effect, Effect::None, "{kind:?}");
    }
}

#[tokio::test]
async fn a_limit_says_how_long_to_wait() {
    let rig = Rig::start().await;
    rig.fail_next(FaultKind::RateLimit);
    let error = rig.stalwart.create_domain(&new("acme.test")).await.unwrap_err();
    assert_eq!((&error.cause, error.effect), (&Cause::RateLimited, Effect::None));
    assert_eq!(error.retry_after, Some(Duration::from_secs(1)));
}

#[tokio::test]
async fn rows_that_an_answer_lacks_are_no_absence() {
    let rig = Rig::start().await;
    let id = rig.create("acme.test").await;
    rig.clock.advance(Duration::from_secs(2));
    let stalwart = &rig.stalwart;
    let name = "acme.test".parse().unwrap();
    rig.fail_next(FaultKind::Partial);
    assert!(matches!(stalwart.list_domains().await.unwrap_err().cause, Cause::Malformed(_)));
    rig.fail_next(FaultKind::Partial);
    assert!(matches!(stalwart.find_domain(&name).await.unwrap_err().cause, Cause::Malformed(_)));
    rig.fail_next(FaultKind::Partial);
    assert!(matches!(stalwart.domain(&id).await.unwrap_err().cause, Cause::Malformed(_)));
    rig.fail_next(FaultKind::Partial);
    assert!(matches!(stalwart.dkim_keys(&id).await.unwrap_err().cause, Cause::Malformed(_)));
}

#[tokio::test]
async fn doubled_and_shuffled_lists_come_out_right() {
    let rig = Rig::start().await;
    rig.create("acme.test").await;
    let whole = rig.stalwart.list_domains().await.unwrap();
    for kind in [FaultKind::Duplicate, FaultKind::Reorder] {
        rig.fail_next(kind);
        assert_eq!(rig.stalwart.list_domains().await.unwrap(), whole, "{kind:?}");
    }
}

#[tokio::test]
async fn a_destroy_that_timed_out_is_done_the_second_time() {
    let rig = Rig::start().await;
    let id = rig.create("acme.test").await;
    rig.fail_next(FaultKind::TimeoutAfter);
    let error = rig.stalwart.destroy_domain(&id).await.unwrap_err();
    assert_eq!(error.effect, Effect::Unknown);
    assert_eq!(rig.stalwart.destroy_domain(&id).await.unwrap(), Destroyed::Done);
}

#[tokio::test]
async fn a_stale_read_still_takes_the_key() {
    let rig = Rig::start().await;
    rig.fail_next(FaultKind::Stale);
    assert_eq!(rig.stalwart.list_domains().await.unwrap().len(), 1);
    rig.create("acme.test").await;
    rig.fail_next(FaultKind::Stale);
    let name = "acme.test".parse().unwrap();
    assert_eq!(rig.stalwart.find_domain(&name).await.unwrap(), None);
    assert!(rig.stalwart.find_domain(&name).await.unwrap().is_some());
}

#[tokio::test]
async fn a_server_that_ignores_filters_costs_no_other_domain_anything() {
    let rig = Rig::start().await;
    let stalwart = &rig.stalwart;
    let (acme, other) = (rig.create("acme.test").await, rig.create("other.test").await);
    rig.clock.advance(Duration::from_secs(2));
    rig.put("accounts", "k", &json!({"name": "anna", "domainId": acme}));
    rig.put("accounts", "l", &json!({"name": "bo", "domainId": other}));
    let keys = [stalwart.dkim_keys(&acme).await.unwrap(), stalwart.dkim_keys(&other).await.unwrap()];
    assert!(keys.iter().all(|keys| keys.len() == 2));

    rig.put("filters", "b", &json!({"ignored": true}));
    assert_eq!(stalwart.dkim_keys(&acme).await.unwrap(), keys[0]);
    assert_eq!(stalwart.domain_with_keys(&other).await.unwrap().unwrap().1, keys[1]);
    let name = "other.test".parse().unwrap();
    assert_eq!(stalwart.find_domain(&name).await.unwrap().unwrap().id, other);
    assert_eq!(stalwart.find_account("bo", &other).await.unwrap().unwrap().id, "l");
    assert_eq!(stalwart.find_account("bo", &acme).await.unwrap(), None);
    let listed = stalwart.list_accounts(&acme).await.unwrap();
    assert_eq!(listed.iter().map(|account| account.id.as_str()).collect::<Vec<_>>(), ["k"]);
    let usage = stalwart.usage(&other).await.unwrap();
    assert_eq!(usage.iter().map(|usage| usage.id.as_str()).collect::<Vec<_>>(), ["l"]);

    assert_eq!(stalwart.destroy_account("k").await.unwrap(), Destroyed::Done);
    assert_eq!(stalwart.destroy_domain(&acme).await.unwrap(), Destroyed::Done);
    assert_eq!(stalwart.dkim_keys(&other).await.unwrap(), keys[1]);
    let first = stalwart.default_domain().await.unwrap().unwrap();
    assert_eq!(stalwart.dkim_keys(&first.id).await.unwrap().len(), 2);
}

#[tokio::test]
async fn a_server_that_answers_with_its_first_page_forever_is_not_read_forever() {
    let rig = Rig::start().await;
    let domain = rig.create("acme.test").await;
    let digit = |n: u32| char::from(b'b' + u8::try_from(n).unwrap());
    for n in 0..500_u32 {
        let id = format!("c{}{}{}", digit(n / 100), digit(n / 10 % 10), digit(n % 10));
        rig.put("lists", &id, &json!({"name": format!("list{n}"), "domainId": domain}));
    }
    let whole: Vec<MailingList> = rig.stalwart.list_lists(None).await.unwrap();
    assert_eq!(whole.len(), 500);
    rig.put("filters", "b", &json!({"positions": true}));
    let error = rig.stalwart.list_lists(None).await.unwrap_err();
    assert!(matches!(error.cause, Cause::Malformed(why) if why.contains("repeat")));
}
