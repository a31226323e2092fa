//! What may be destroyed: what somebody ordered, and a little of what nobody did.

use std::time::Duration;

use kernel::Clock;
use reconcile::{Resource, STOPPED, Settings, destroy, fingerprint, is_ordered, let_go_on, order, stopped};
use serde_json::json;

use super::{Rig, all_ok, owned, rig, rig_at, rig_with, settings};

/// Makes five objects of one owner, where three may be destroyed within an hour, and one of another; then lets all of
/// them go.
async fn six_let_go(is_relation: bool, is_ordered: bool) -> Rig {
    let rig = rig_with(Settings { destroys_an_hour: 3, ..settings() }).await;
    rig.world.lock().is_relation = is_relation;
    for n in 0..5 {
        rig.want_as("ten_large", &format!("box-{n}")).await;
    }
    rig.want_as("ten_small", "small").await;
    rig.soon("made", async || rig.world.count() == 6).await;
    let tx = rig.test.db.begin().await.unwrap();
    if is_ordered {
        let counted = order(&tx, &Clock::System, &["ten_large".to_owned()]).await.unwrap();
        assert_eq!(counted, 5);
    }
    for owner in ["ten_large", "ten_small"] {
        destroy(&tx, &Clock::System, owner, "shelf.box", Clock::System.now()).await.unwrap();
    }
    tx.commit_silently("a test").await.unwrap();
    rig
}

#[tokio::test]
async fn ending_relations_destroys_nothing() {
    let rig = six_let_go(true, false).await;
    rig.soon("all are gone", async || rig.world.count() == 0).await;
}

#[tokio::test]
async fn what_somebody_ordered_goes_however_much_it_is() {
    let rig = six_let_go(false, true).await;
    rig.soon("all are gone", async || rig.world.count() == 0).await;
}

#[tokio::test]
async fn what_is_wanted_again_was_ordered_by_nobody() {
    let rig = rig_with(Settings { destroys_an_hour: 0, ..settings() }).await;
    rig.want("shelf.box", json!({"size": 1})).await;
    rig.until("made", all_ok).await;
    let tx = rig.test.db.begin().await.unwrap();
    order(&tx, &Clock::System, &owned()).await.unwrap();
    let later = Clock::System.now().after(Duration::from_hours(1));
    destroy(&tx, &Clock::System, "ten_1", "shelf.box", later).await.unwrap();
    tx.commit_silently("a test").await.unwrap();
    rig.want("shelf.box", json!({"size": 2})).await;
    rig.until("wanted again", all_ok).await;
    rig.destroy("shelf.box").await;
    rig.until("stopped", |owned| owned[0].reason.as_deref() == Some(STOPPED)).await;
}

#[tokio::test]
async fn what_nobody_ordered_stops_in_its_tenant_and_goes_on_by_a_persons_word() {
    let rig = six_let_go(false, false).await;
    rig.soon("all but two are gone", async || rig.world.count() == 2).await;
    tokio::time::sleep(Duration::from_millis(200)).await;
    assert_eq!(rig.world.count(), 2, "the rest waits for a person, and the other tenant's is gone");
    assert!(rig.world.all_closed(), "what is left lets nobody in");
    let waits = stopped(rig.test.db.read()).await.unwrap();
    assert_eq!(waits.len(), 2);
    let backwards: Vec<Resource> = waits.iter().rev().cloned().collect();
    assert_eq!(fingerprint(&waits), fingerprint(&backwards), "the order says nothing");
    assert_ne!(fingerprint(&waits[..1]), fingerprint(&waits[1..]), "each one is another");
    for resource in &waits {
        assert_eq!(resource.owner, "ten_large");
        assert_eq!(resource.reason.as_deref(), Some(STOPPED));
        assert!(resource.error.as_ref().is_some_and(|why| why.is("blocked-removals-stopped")));
    }
    let tx = rig.test.db.begin().await.unwrap();
    let_go_on(&tx, &Clock::System, &waits).await.unwrap();
    tx.commit_silently("a test").await.unwrap();
    rig.soon("all are gone", async || rig.world.count() == 0).await;
}

#[tokio::test]
async fn whoever_applies_a_plan_has_ordered_what_it_destroys() {
    let rig = rig_with(Settings { destroys_an_hour: 0, ..settings() }).await;
    rig.want("shelf.box", json!({"size": 1})).await;
    rig.until("made", all_ok).await;
    rig.destroy("shelf.box").await;
    rig.until("stopped", |owned| owned[0].reason.as_deref() == Some(STOPPED)).await;
    let plan = rig.engine.plan(&owned()).await.unwrap();
    rig.engine.apply(&owned(), &plan.hash, |_| true).await.unwrap();
    rig.until("gone", <[Resource]>::is_empty).await;
}

#[tokio::test]
async fn what_has_stopped_goes_on_by_a_persons_word_alone_however_many_hours_pass() {
    let hour = Duration::from_mins(61);
    let clock = Clock::manual(Clock::System.now().after(hour));
    let rig = rig_at(Settings { destroys_an_hour: 3, ..settings() }, clock.clone()).await;
    let waits = async || stopped(rig.test.db.read()).await.unwrap();
    let say = async |reason: Option<&str>| {
        waits().await.iter().all(|resource| resource.reason.as_deref() == reason)
    };
    let let_go = async |owner: &str| {
        let tx = rig.test.db.begin().await.unwrap();
        destroy(&tx, &Clock::System, owner, "shelf.box", Clock::System.now()).await.unwrap();
        tx.commit_silently("a test").await.unwrap();
    };
    for n in 0..5 {
        rig.want_as("ten_large", &format!("box-{n}")).await;
    }
    rig.soon("made", async || all_ok(&rig.status_of("ten_large").await) && rig.world.count() == 5).await;
    let_go("ten_large").await;
    rig.soon("two wait", async || {
        rig.status_of("ten_large").await.len() == 2 && waits().await.len() == 2 && say(Some(STOPPED)).await
    })
    .await;

    // Another failure says something else of them; they wait all the same.
    rig.world.lock().down = true;
    clock.advance(hour);
    rig.soon("they fail otherwise", async || say(None).await).await;
    assert_eq!(waits().await.len(), 2);
    rig.world.lock().down = false;
    clock.advance(hour);
    rig.soon("they are stopped again", async || say(Some(STOPPED)).await).await;
    assert_eq!(rig.world.count(), 2, "the hour is over, and nobody has looked");

    // Nor goes anything else of the tenant, while another's does.
    rig.want_as("ten_large", "late").await;
    rig.want_as("ten_small", "small").await;
    rig.soon("made", async || rig.world.count() == 4 && all_ok(&rig.status_of("ten_small").await)).await;
    let_go("ten_small").await;
    let_go("ten_large").await;
    rig.soon("three wait", async || waits().await.len() == 3).await;
    rig.soon("the other tenant's is gone", async || rig.world.count() == 3).await;

    let three = waits().await;
    let tx = rig.test.db.begin().await.unwrap();
    assert_eq!(let_go_on(&tx, &Clock::System, &three).await.unwrap(), 3);
    tx.commit_silently("a test").await.unwrap();
    rig.soon("all are gone", async || rig.world.count() == 0).await;
    assert_eq!(waits().await.len(), 0);
}

#[tokio::test]
async fn the_end_of_more_than_one_query_can_name_is_ordered_all_the_same() {
    let rig = rig().await;
    rig.want_as("ten_large", "box").await;
    let mut owners: Vec<String> = (0..70_000).map(|n| format!("mem_{n}")).collect();
    owners.push("ten_large".to_owned());
    let tx = rig.test.db.begin().await.unwrap();
    assert_eq!(order(&tx, &Clock::System, &owners).await.unwrap(), 1);
    tx.commit_silently("a test").await.unwrap();
    assert!(is_ordered(rig.test.db.read(), "ten_large").await.unwrap(), "the last one too");
}
