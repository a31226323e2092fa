//! What the client says when the server misbehaves: whether a change may have happened, and no short lists.

use outbound::{Cause, Effect};
use simulator::FaultKind;
use std::time::Duration;

use super::{Rig, new};
use crate::{Created, Destroyed};

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
