//! Plan and apply, what is decided about a difference, and what a scan finds.

use axum::http::Method;
use serde_json::{Value, json};
use simulator::State;
use testkit::{Answer, Rig, Who, fault};

use super::rig;

#[tokio::test]
async fn a_plan_right_after_provisioning_is_empty() {
    let rig = rig().await;
    let operator = rig.operator().await;
    rig.make("acme", "Acme A/S", Some("acme.test")).await;
    let plan = rig.post(&operator, "/api/tenants/acme/plan", json!({})).await.json();
    assert_eq!(plan["changes"], json!([]));
    assert!(plan["hash"].as_str().unwrap().len() >= 16);
}

#[tokio::test]
async fn each_field_changed_behind_our_back_is_reported_as_just_that_and_mended() {
    let rig = rig().await;
    let operator = rig.operator().await;
    let made = rig.make("acme", "Acme", Some("acme.test")).await;
    let handle = |name: &str| made["handles"][name].as_str().unwrap().to_owned();
    let (group, domain, drive) =
        (handle("authentikGroupId"), handle("stalwartDomainId"), handle("ocisSpaceId"));
    let put_group =
        |fields: Value| rig.authentik.store.write(|world| world.put("groups", &group, &fields)).unwrap();
    let put_domain =
        |fields: Value| rig.stalwart.store.write(|world| world.put("domains", &domain, &fields)).unwrap();
    let put_drive =
        |fields: Value| rig.ocis.store.write(|world| world.put("drives", &drive, &fields)).unwrap();
    let cases: [(&str, &dyn Fn()); 6] = [
        ("authentik name", &|| put_group(json!({"name": "renamed"}))),
        ("stalwart tenantId", &|| put_domain(json!({"description": "mine now"}))),
        ("ocis name", &|| put_drive(json!({"name": "Renamed"}))),
        ("ocis quotaBytes", &|| put_drive(json!({"quotaTotal": 1}))),
        ("ocis enabled", &|| put_drive(json!({"disabled": true}))),
        ("ocis tenantId", &|| put_drive(json!({"description": "mine now"}))),
    ];
    for (case, change) in cases {
        change();
        let plan = rig.post(&operator, "/api/tenants/acme/plan", json!({})).await.json();
        let changes = plan["changes"].as_array().unwrap();
        assert_eq!(changes.len(), 1, "{case}: {plan:#}");
        let fields = changes[0]["fields"].as_array().unwrap();
        let reported =
            format!("{} {}", changes[0]["upstream"].as_str().unwrap(), fields[0]["field"].as_str().unwrap());
        assert_eq!((reported.as_str(), fields.len()), (case, 1));
        let applied = rig.post(&operator, "/api/tenants/acme/apply", json!({"hash": plan["hash"]})).await;
        assert_eq!(applied.status.as_u16(), 200, "{}", applied.text);
        let after = rig.post(&operator, "/api/tenants/acme/plan", json!({})).await.json();
        assert_eq!(after["changes"], json!([]), "{case}");
    }
}

#[tokio::test]
async fn a_plan_that_the_world_has_left_behind_is_refused() {
    let rig = rig().await;
    let operator = rig.operator().await;
    let made = rig.make("acme", "Acme", None).await;
    let drive = made["handles"]["ocisSpaceId"].as_str().unwrap();
    let put = |fields: Value| rig.ocis.store.write(|world| world.put("drives", drive, &fields)).unwrap();
    put(json!({"quotaTotal": 1}));
    let plan = rig.post(&operator, "/api/tenants/acme/plan", json!({})).await.json();
    put(json!({"quotaTotal": 2}));
    let refused = rig.post(&operator, "/api/tenants/acme/apply", json!({"hash": plan["hash"]})).await;
    assert_eq!(
        (refused.status.as_u16(), &refused.json()["type"]),
        (409, &json!("urn:dezky:problem:plan-moved"))
    );
    let drives = rig.marked(made["id"].as_str().unwrap())[2].clone();
    assert_eq!(drives[0]["quota"]["total"], 2, "nothing was done");
}

#[tokio::test]
async fn what_was_destroyed_behind_our_back_is_made_again_once() {
    let rig = rig().await;
    let operator = rig.operator().await;
    let made = rig.make("acme", "Acme", Some("acme.test")).await;
    let id = made["id"].as_str().unwrap();
    let drive = made["handles"]["ocisSpaceId"].as_str().unwrap();
    assert!(rig.ocis.store.write(|world| world.remove("drives", drive)));
    let group = made["handles"]["authentikGroupId"].as_str().unwrap();
    assert!(rig.authentik.store.write(|world| world.remove("groups", group)));
    let plan = rig.post(&operator, "/api/tenants/acme/plan", json!({})).await.json();
    let actions: Vec<_> =
        plan["changes"].as_array().unwrap().iter().map(|change| &change["action"]).collect();
    assert_eq!(actions, ["create", "create"]);
    rig.post(&operator, "/api/tenants/acme/apply", json!({"hash": plan["hash"]})).await;
    rig.until("acme", "whole again", |tenant| {
        tenant["handles"]["ocisSpaceId"] != made["handles"]["ocisSpaceId"]
    })
    .await;
    assert_eq!(rig.marked(id).map(|objects| objects.len()), [1, 1, 1]);
}

/// The plan's only change, as a choice.
async fn choice(rig: &Rig, operator: &Who, more: Value) -> Value {
    let plan = rig.post(operator, "/api/tenants/acme/plan", json!({})).await.json();
    let change = &plan["changes"][0];
    let mut body = json!({"hash": plan["hash"], "kind": change["kind"], "key": change["key"]});
    for (name, value) in more.as_object().into_iter().flatten() {
        body[name] = value.clone();
    }
    body
}

async fn changes(rig: &Rig, operator: &Who) -> Value {
    rig.post(operator, "/api/tenants/acme/plan", json!({})).await.json()["changes"].clone()
}

async fn action(rig: &Rig, operator: &Who, name: &str, body: Value) -> Answer {
    rig.post(operator, &format!("/api/tenants/acme/drift/{name}"), body).await
}

fn put_drive(rig: &Rig, made: &Value, fields: &Value) {
    let id = made["handles"]["ocisSpaceId"].as_str().unwrap();
    rig.ocis.store.write(|world| world.put("drives", id, fields)).unwrap();
}

#[tokio::test]
async fn one_difference_is_reverted_and_the_other_stays() {
    let rig = rig().await;
    let operator = rig.operator().await;
    let made = rig.make("acme", "Acme", Some("acme.test")).await;
    put_drive(&rig, &made, &json!({"name": "Renamed"}));
    let domain = made["handles"]["stalwartDomainId"].as_str().unwrap();
    rig.stalwart.store.write(|world| world.put("domains", domain, &json!({"description": "mine"}))).unwrap();
    let before = changes(&rig, &operator).await;
    assert_eq!(before.as_array().unwrap().len(), 2);
    let first = before[0]["kind"].as_str().unwrap().to_owned();
    let reverted = action(&rig, &operator, "revert", choice(&rig, &operator, json!({})).await).await;
    assert_eq!(reverted.status.as_u16(), 200, "{}", reverted.text);
    let after = reverted.json()["changes"].clone();
    assert_eq!(after.as_array().unwrap().len(), 1);
    assert_ne!(after[0]["kind"], first);
    let stale = json!({"hash": "0", "kind": first, "key": "acme"});
    assert_eq!(action(&rig, &operator, "revert", stale).await.status.as_u16(), 409);
}

#[tokio::test]
async fn a_space_renamed_and_resized_by_hand_is_adopted() {
    let rig = rig().await;
    let operator = rig.operator().await;
    let made = rig.make("acme", "Acme", None).await;
    let bought = made["storageBytes"].as_i64().unwrap();
    let adopt = async |fields: Value| {
        put_drive(&rig, &made, &fields);
        let adopted = action(&rig, &operator, "adopt", choice(&rig, &operator, json!({})).await).await;
        assert_eq!(
            (adopted.status.as_u16(), &adopted.json()["changes"]),
            (200, &json!([])),
            "{}",
            adopted.text
        );
        rig.get(&operator, "/api/tenants/acme").await.json()
    };
    // A size within the storage is what the space may hold, and changes nothing of what was bought.
    let tenant = adopt(json!({"name": "Ærø & Søn", "quotaTotal": 123_456_789})).await;
    assert_eq!(
        (&tenant["name"], &tenant["storageBytes"], &tenant["storageSetByHand"]),
        (&json!("Ærø & Søn"), &json!(bought), &json!(false))
    );
    let tenant = adopt(json!({"quotaTotal": bought + 1})).await;
    assert_eq!(
        (&tenant["storageBytes"], &tenant["storageSetByHand"]),
        (&json!(bought + 1), &json!(true)),
        "one that is larger than everything is what there is"
    );
    let back = json!({"storageBytes": null});
    let tenant = rig.call(&operator, Method::PATCH, "/api/tenants/acme", back).await.json();
    assert_eq!(tenant["storageSetByHand"], false);
    assert_eq!(rig.marked(made["id"].as_str().unwrap())[2][0]["quota"]["total"], tenant["storageBytes"]);
}

#[tokio::test]
async fn what_cant_be_adopted_says_what_to_do_instead() {
    let rig = rig().await;
    let operator = rig.operator().await;
    let made = rig.make("acme", "Acme", None).await;
    put_drive(&rig, &made, &json!({"disabled": true}));
    let refused = action(&rig, &operator, "adopt", choice(&rig, &operator, json!({})).await).await;
    assert_eq!(refused.status.as_u16(), 409);
    assert_eq!(refused.json()["type"], "urn:dezky:problem:not-adoptable");
    assert!(refused.text.contains("Suspend or resume the workspace"), "{}", refused.text);
}

#[tokio::test]
async fn a_foreign_group_is_adopted_at_a_persons_wish_only() {
    let rig = rig().await;
    let operator = rig.operator().await;
    let theirs = json!({"name": "dezky-tenant-acme", "attributes": {"owner": "somebody"}});
    let id = "6a2f5a8e-1111-4222-8333-444455556666";
    rig.authentik.store.write(|world| world.put("groups", id, &theirs)).unwrap();
    rig.make("acme", "Acme", None).await;
    let found = changes(&rig, &operator).await;
    assert_eq!((&found[0]["action"], &found[0]["upstreamId"]), (&json!("foreign"), &json!(id)));
    let adopted = action(&rig, &operator, "adopt", choice(&rig, &operator, json!({})).await).await;
    assert_eq!(adopted.json()["changes"], json!([]), "{}", adopted.text);
    let tenant = rig.until_active("acme").await;
    assert_eq!(tenant["handles"]["authentikGroupId"], id);
    let inventory = rig.authentik.store.read(State::inventory);
    let group =
        inventory["groups"].as_array().unwrap().iter().find(|group| group["id"] == id).cloned().unwrap();
    assert_eq!(group["attributes"]["owner"], "somebody", "what Dezky does not own stays");
}

#[tokio::test]
async fn an_accepted_difference_stays_through_everything_until_its_end() {
    let rig = rig().await;
    let operator = rig.operator().await;
    let made = rig.make("acme", "Acme", None).await;
    put_drive(&rig, &made, &json!({"name": "Renamed"}));
    let short = choice(&rig, &operator, json!({"reason": "x", "days": 0})).await;
    assert_eq!(action(&rig, &operator, "accept", short).await.fields(), ["days", "reason"]);
    let body = choice(&rig, &operator, json!({"reason": "The customer asked for it.", "days": 7})).await;
    let accepted = action(&rig, &operator, "accept", body).await;
    assert_eq!(accepted.status.as_u16(), 201, "{}", accepted.text);
    let accepted = accepted.json();
    assert_eq!(accepted["fields"], json!([{"field": "name", "want": "Acme", "have": "Renamed"}]));
    assert_eq!(changes(&rig, &operator).await, json!([]));
    // Other work on the object leaves it.
    rig.call(&operator, Method::PATCH, "/api/tenants/acme", json!({"seats": 26})).await;
    let drive = rig.marked(made["id"].as_str().unwrap())[2][0].clone();
    assert_eq!(
        (&drive["name"], &drive["quota"]["total"]),
        (&json!("Renamed"), &json!(26 * (50_i64 << 30) / 2))
    );
    // Another difference of the same object is none that was accepted.
    put_drive(&rig, &made, &json!({"name": "Again"}));
    assert_eq!(changes(&rig, &operator).await[0]["fields"][0]["have"], "Again");
    put_drive(&rig, &made, &json!({"name": "Renamed"}));
    let id = accepted["id"].as_str().unwrap();
    let path = format!("/api/tenants/acme/drift/{id}");
    let other = rig.make("other", "Other", None).await;
    assert_eq!(other["status"], "active");
    let foreign = format!("/api/tenants/other/drift/{id}");
    assert_eq!(rig.call(&operator, Method::DELETE, &foreign, Value::Null).await.status.as_u16(), 404);
    assert_eq!(rig.call(&operator, Method::DELETE, &path, Value::Null).await.status.as_u16(), 204);
    assert_eq!(changes(&rig, &operator).await[0]["fields"][0]["have"], "Renamed");
}

#[tokio::test]
async fn what_is_missing_by_somebodys_leave_is_not_made_again() {
    let rig = rig().await;
    let operator = rig.operator().await;
    let made = rig.make("acme", "Acme", None).await;
    let drive = made["handles"]["ocisSpaceId"].as_str().unwrap();
    assert!(rig.ocis.store.write(|world| world.remove("drives", drive)));
    let body = choice(&rig, &operator, json!({"reason": "Files come later.", "days": 30})).await;
    assert_eq!(action(&rig, &operator, "accept", body).await.status.as_u16(), 201);
    let tenant = rig.call(&operator, Method::PATCH, "/api/tenants/acme", json!({"seats": 26})).await.json();
    assert_eq!(tenant["provisioningStatus"]["ocis"], "skipped", "{tenant:#}");
    assert_eq!(rig.marked(made["id"].as_str().unwrap())[2].len(), 0);
}

/// The domain that a Stalwart has from the beginning.
const OF_THE_SERVER: &str = "foreign stalwart.domain example.test";

#[tokio::test]
async fn a_scan_finds_what_is_missing_changed_foreign_and_orphaned_and_nothing_else() {
    let rig = rig().await;
    let (acme, other) =
        (rig.make("acme", "Acme", Some("acme.test")).await, rig.make("other", "Other", None).await);
    rig.scan().await;
    assert_eq!(rig.drifts().await, [OF_THE_SERVER]);
    let group = acme["handles"]["authentikGroupId"].as_str().unwrap();
    assert!(rig.authentik.store.write(|world| world.remove("groups", group)));
    put_drive(&rig, &other, &json!({"quotaTotal": 7}));
    rig.stalwart.store.write(|world| world.put("domains", "zz", &json!({"name": "elsewhere.test"}))).unwrap();
    let mark = format!("dezky tenant={} resource=res_gone", acme["id"].as_str().unwrap());
    let orphan = json!({"name": "Left over", "description": mark});
    rig.ocis.store.write(|world| world.put("drives", "store$orphan", &orphan)).unwrap();
    rig.scan().await;
    let mut found = rig.drifts().await;
    found.sort();
    assert_eq!(
        found,
        [
            "changed ocis.drive other quotaBytes",
            "foreign stalwart.domain elsewhere.test",
            OF_THE_SERVER,
            "missing authentik.group dezky-tenant-acme",
            "orphan ocis.drive Left over",
        ]
    );
    rig.scan().await;
    assert_eq!(rig.drifts().await.len(), 5, "found once each");
    put_drive(&rig, &other, &json!({"quotaTotal": other["storageBytes"].as_i64().unwrap() / 2}));
    rig.scan().await;
    assert_eq!(rig.drifts().await.len(), 4, "what is mended is forgotten");
}

#[tokio::test]
async fn a_list_that_is_stale_or_cut_raises_no_false_alarm() {
    let rig = rig().await;
    for slug in ["one", "two", "three"] {
        rig.make(slug, "Acme", Some(&format!("{slug}.test"))).await;
    }
    rig.scan().await;
    for kind in ["stale", "partial", "malformed", "error_after"] {
        for dial in [&rig.authentik.dial, &rig.stalwart.dial, &rig.ocis.dial] {
            dial.set(vec![fault("*", kind, Some(1))]);
        }
        rig.scan().await;
        assert_eq!(rig.drifts().await, [OF_THE_SERVER], "{kind}");
    }
}

#[tokio::test]
async fn the_history_says_what_was_wanted_and_when() {
    let rig = rig().await;
    let operator = rig.operator().await;
    rig.make("acme", "Acme", None).await;
    rig.call(&operator, Method::PATCH, "/api/tenants/acme", json!({"name": "Acme Nord"})).await;
    let history = rig.get(&operator, "/api/tenants/acme/history").await.json();
    let latest = &history["versions"][0];
    assert_eq!((&latest["kind"], &latest["version"]), (&json!("ocis.drive"), &json!(2)));
    assert_eq!(latest["spec"]["name"], "Acme Nord");
    assert_eq!(history["versions"].as_array().unwrap().len(), 3);
}

#[tokio::test]
async fn the_plan_page_shows_what_differs_and_applies_it() {
    let rig = rig().await;
    let operator = rig.operator().await;
    let made = rig.make("acme", "Acme", None).await;
    assert!(rig.page(&operator, "/tenants/acme/plan").await.text.contains("Nothing to change"));
    let drive = made["handles"]["ocisSpaceId"].as_str().unwrap();
    let renamed = json!({"name": "Renamed by hand"});
    rig.ocis.store.write(|world| world.put("drives", drive, &renamed)).unwrap();
    let page = rig.page(&operator, "/tenants/acme/plan").await.text;
    assert!(page.contains("Renamed by hand") && page.contains("Apply one change"));
    let hash = rig.post(&operator, "/api/tenants/acme/plan", json!({})).await.json()["hash"].clone();
    let sent = rig.send_form(&operator, "/tenants/acme/apply", &[("hash", hash.as_str().unwrap())]).await;
    assert_eq!(sent.headers["location"], "/tenants/acme?done=apply");
    assert!(rig.page(&operator, "/tenants/acme/plan").await.text.contains("Nothing to change"));
}
