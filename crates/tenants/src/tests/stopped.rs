//! What nobody ordered to go stops, says so, and goes on by an operator's word.

use axum::http::StatusCode;
use db::testing::TestDb;
use kernel::Clock;
use serde_json::{Value, json};

use super::rig::{Rig, Who, rig};

/// Something that looks like a mistake: the mail domain and the space are wanted no more.
async fn let_go(test: &TestDb, tenant: &str) {
    let tx = test.db.begin().await.unwrap();
    for kind in ["stalwart.domain", "ocis.drive"] {
        reconcile::destroy(&tx, &Clock::System, tenant, kind, Clock::System.now()).await.unwrap();
    }
    tx.commit().await.unwrap();
}

async fn waiting(rig: &Rig, who: &Who) -> Value {
    for _ in 0..200 {
        let waits = rig.get(who, "/api/tenants/acme/stopped-removals").await.json();
        if waits["count"] == 2 {
            return waits;
        }
        rig.reconciler.nudge();
        tokio::time::sleep(std::time::Duration::from_millis(25)).await;
    }
    panic!("the removals never stopped");
}

#[tokio::test]
async fn removals_that_nobody_ordered_stop_say_so_and_go_on_when_they_are_counted_and_confirmed() {
    let rig = rig().await;
    let operator = rig.operator().await;
    let made = rig.make("acme", "Acme", Some("acme.test")).await;
    rig.until_active("acme").await;
    let id = made["id"].as_str().unwrap();
    let_go(&rig.test, id).await;
    let waits = waiting(&rig, &operator).await;
    for item in waits["items"].as_array().unwrap() {
        assert_eq!(item["reason"], "removal_stopped");
        assert!(item["error"].as_str().unwrap().contains("nobody asked to remove"), "{item}");
    }
    assert_eq!(rig.marked(id).map(|of| of.len()), [1, 1, 1], "nothing is destroyed");

    let page = rig.page(&operator, "/tenants/acme").await.text;
    assert!(page.contains("Removals have stopped") && page.contains("Destroy 2 objects"), "{page}");
    let moved = rig.post(&operator, "/api/tenants/acme/stopped-removals/continue", json!({"count": 1})).await;
    assert_eq!(moved.status, StatusCode::CONFLICT);
    assert_eq!(moved.json()["type"], "urn:dezky:problem:removals-moved");
    let moved = rig.send_form(&operator, "/tenants/acme/stopped-removals", &[("count", "3")]).await;
    assert_eq!(moved.status, StatusCode::CONFLICT);
    assert_eq!(rig.marked(id).map(|of| of.len()), [1, 1, 1]);

    let gone = rig.send_form(&operator, "/tenants/acme/stopped-removals", &[("count", "2")]).await;
    assert_eq!(gone.status, StatusCode::SEE_OTHER, "{}", gone.text);
    for _ in 0..200 {
        if rig.marked(id).map(|of| of.len()) == [1, 0, 0] {
            break;
        }
        tokio::time::sleep(std::time::Duration::from_millis(25)).await;
    }
    assert_eq!(rig.marked(id).map(|of| of.len()), [1, 0, 0]);
    let log = rig.get(&operator, "/api/tenants/acme/audit?action=tenant.allow_removals").await.json();
    assert_eq!(log["items"][0]["after"]["objects"], 2, "{log}");
    let page = rig.page(&operator, "/tenants/acme").await.text;
    assert!(!page.contains("Removals have stopped"));
}
