//! What may be destroyed: what somebody ordered, and a little of what nobody did.

use std::time::Duration;

use kernel::Clock;
use reconcile::{Resource, STOPPED, Settings, destroy, let_go_on, order, stopped};
use serde_json::json;

use super::{Rig, all_ok, owned, rig_with, settings};

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
    tx.commit().await.unwrap();
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
    tx.commit().await.unwrap();
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
    let large = ["ten_large".to_owned()];
    let waits = stopped(rig.test.db.read(), &large).await.unwrap();
    assert_eq!(waits.len(), 2);
    for resource in &waits {
        assert_eq!(resource.reason.as_deref(), Some(STOPPED));
        assert!(resource.error.as_deref().is_some_and(|why| why.contains("Dezky has stopped")));
    }
    let tx = rig.test.db.begin().await.unwrap();
    let_go_on(&tx, &Clock::System, &waits).await.unwrap();
    tx.commit().await.unwrap();
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
