//! Plan and apply.

use serde_json::{Value, json};
use simulator::State;

use super::rig::rig;

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
