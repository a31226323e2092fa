//! What nobody ordered to go stops, says so, and goes on by an operator's word.

use audit::AuditFilter;
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
    tx.commit_silently("a test").await.unwrap();
}

async fn waiting(rig: &Rig, who: &Who) -> Value {
    for _ in 0..200 {
        let waits = rig.get(who, "/api/tenants/acme/stopped-removals").await.json();
        // What stopped is said once its attempt is recorded.
        let are_said =
            waits["items"].as_array().is_some_and(|all| all.iter().all(|one| one["error"].is_string()));
        if waits["count"] == 2 && are_said {
            return waits;
        }
        rig.reconciler.nudge();
        tokio::time::sleep(std::time::Duration::from_millis(25)).await;
    }
    panic!("the removals never stopped");
}

#[tokio::test]
async fn removals_that_nobody_ordered_stop_say_so_and_go_on_when_they_are_seen_and_confirmed() {
    let rig = rig().await;
    let operator = rig.operator().await;
    let made = rig.make("acme", "Acme", Some("acme.test")).await;
    rig.until_active("acme").await;
    let id = made["id"].as_str().unwrap();
    let_go(&rig.test, id).await;
    let waits = waiting(&rig, &operator).await;
    for item in waits["items"].as_array().unwrap() {
        assert_eq!(item["reason"], "removal_stopped");
        assert!(item["error"].as_str().unwrap().contains("no one requested it"), "{item}");
    }
    assert_eq!(rig.marked(id).map(|of| of.len()), [1, 1, 1], "nothing is destroyed");

    let page = rig.page(&operator, "/tenants/acme").await.text;
    assert!(page.contains("Removals have stopped") && page.contains("Delete 2 objects"), "{page}");
    let hash = waits["hash"].as_str().unwrap();
    assert!(page.contains(hash), "the dialog confirms just what the page shows: {page}");
    let go_on = "/api/tenants/acme/stopped-removals/continue";
    let counted = rig.post(&operator, go_on, json!({"count": 2})).await;
    assert_eq!(counted.status, StatusCode::UNPROCESSABLE_ENTITY, "a number is no set: {}", counted.text);
    let other = "0".repeat(32);
    let moved = rig.post(&operator, go_on, json!({"hash": other})).await;
    assert_eq!(moved.status, StatusCode::CONFLICT);
    assert_eq!(moved.json()["type"], "urn:dezky:problem:removals-moved");
    let form = "/tenants/acme/stopped-removals";
    let moved = rig.send_form(&operator, form, &[("hash", &other), ("confirm", "Acme")]).await;
    assert_eq!(moved.status, StatusCode::CONFLICT);
    for typed in ["", "acme"] {
        let wrong = rig.send_form(&operator, form, &[("hash", hash), ("confirm", typed)]).await;
        assert_eq!(wrong.status, StatusCode::UNPROCESSABLE_ENTITY, "{typed}");
        assert!(wrong.text.contains("That isn’t the name of this workspace"), "{}", wrong.text);
    }
    assert_eq!(rig.marked(id).map(|of| of.len()), [1, 1, 1]);

    let gone = rig.send_form(&operator, form, &[("hash", hash), ("confirm", "Acme")]).await;
    assert_eq!(gone.status, StatusCode::SEE_OTHER, "{}", gone.text);
    for _ in 0..200 {
        if rig.marked(id).map(|of| of.len()) == [1, 0, 0] {
            break;
        }
        tokio::time::sleep(std::time::Duration::from_millis(25)).await;
    }
    assert_eq!(rig.marked(id).map(|of| of.len()), [1, 0, 0]);
    let allowed = AuditFilter { action: Some("tenant.allow_removals".into()), ..AuditFilter::default() };
    let log = audit::page(rig.test.db.read(), None, &allowed, None, 5).await.unwrap();
    assert_eq!(log.items[0].after.as_ref().unwrap()["objects"], 2);
    let page = rig.page(&operator, "/tenants/acme").await.text;
    assert!(!page.contains("Removals have stopped"));
}

#[tokio::test]
async fn as_many_others_are_not_what_was_confirmed() {
    let rig = rig().await;
    let operator = rig.operator().await;
    let made = rig.make("acme", "Acme", Some("acme.test")).await;
    rig.until_active("acme").await;
    let id = made["id"].as_str().unwrap();
    let stop = async |kind: &str| {
        let tx = rig.test.db.begin().await.unwrap();
        reconcile::destroy(&tx, &Clock::System, id, kind, Clock::System.now()).await.unwrap();
        tx.commit_silently("a test").await.unwrap();
    };
    let waiting_for = async |kind: &str| {
        for _ in 0..200 {
            let waits = rig.get(&operator, "/api/tenants/acme/stopped-removals").await.json();
            if waits["count"] == 1 && waits["items"][0]["kind"] == kind {
                return waits["hash"].as_str().unwrap().to_owned();
            }
            rig.reconciler.nudge();
            tokio::time::sleep(std::time::Duration::from_millis(25)).await;
        }
        panic!("{kind} never stopped");
    };
    let owned = reconcile::of_owner(rig.test.db.read(), id).await.unwrap();
    let drive = owned.into_iter().find(|one| one.kind == "ocis.drive").unwrap();
    stop("ocis.drive").await;
    let hash = waiting_for("ocis.drive").await;
    // The space is wanted again, and the mail domain stops in its place.
    let tx = rig.test.db.begin().await.unwrap();
    let spec = drive.spec.unwrap();
    let wanted = reconcile::Want { owner: id.to_owned(), kind: "ocis.drive", name: drive.name, spec };
    reconcile::want(&tx, &Clock::System, &wanted).await.unwrap();
    tx.commit_silently("a test").await.unwrap();
    stop("stalwart.domain").await;
    let moved_to = waiting_for("stalwart.domain").await;
    assert_ne!(hash, moved_to);
    let go_on = "/api/tenants/acme/stopped-removals/continue";
    let moved = rig.post(&operator, go_on, json!({"hash": hash})).await;
    assert_eq!(moved.status, StatusCode::CONFLICT, "one waits as before, but another");
    assert_eq!(rig.marked(id).map(|of| of.len()), [1, 1, 1]);
}
