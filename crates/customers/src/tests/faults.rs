//! Bad days: upstreams that are down, slow or half done.

use serde_json::json;
use simulator::Dial;

use super::rig::{Rig, fault, rig};

#[tokio::test]
async fn one_upstream_that_is_down_leaves_the_other_steps_alone_and_heals_by_itself() {
    let rig = rig().await;
    let cases: [(&str, &Dial); 3] =
        [("authentik", &rig.authentik.dial), ("stalwart", &rig.stalwart.dial), ("ocis", &rig.ocis.dial)];
    for (upstream, dial) in cases {
        dial.set(vec![fault("*", "refuse", None)]);
        let slug = format!("down-{upstream}");
        let made = rig.make(&slug, "Acme", Some(&format!("{upstream}.test"))).await;
        assert_eq!(made["status"], "pending", "{upstream}");
        for step in ["authentik", "stalwart", "ocis"] {
            let expected = if step == upstream { "error" } else { "ok" };
            assert_eq!(made["provisioningStatus"][step], expected, "{upstream} down: {made:#}");
        }
        let sentence = made["provisioningErrors"][upstream].as_str().unwrap();
        assert!(
            sentence.contains("closed the connection") || sentence.contains("can't be reached"),
            "{sentence}"
        );
        assert!(made["health"]["score"].as_u64().unwrap() < 100);
        dial.set(Vec::new());
        let healed = rig.until_active(&slug).await;
        assert_eq!(healed["provisioningErrors"], json!({}));
    }
}

#[tokio::test]
async fn every_fault_at_every_create_ends_with_exactly_one_object() {
    const KINDS: [&str; 6] =
        ["refuse", "timeout_before", "timeout_after", "error_after", "rate_limit", "malformed"];
    let rig = rig().await;
    for (index, kind) in KINDS.iter().enumerate() {
        let creates = [
            (&rig.authentik.dial, "POST /api/v3/core/groups/"),
            (&rig.stalwart.dial, "POST /jmap"),
            (&rig.ocis.dial, "POST /graph/v1.0/drives"),
        ];
        for (dial, route) in creates {
            dial.set(vec![fault(route, kind, Some(2))]);
        }
        check_one_of_each(&rig, &format!("t{index}-{}", kind.replace('_', "-")), kind).await;
    }
}

async fn check_one_of_each(rig: &Rig, slug: &str, kind: &str) {
    let made = rig.make(slug, "Acme", Some(&format!("{slug}.test"))).await;
    rig.until_active(slug).await;
    let id = made["id"].as_str().unwrap();
    let [groups, domains, drives] = rig.marked(id);
    assert_eq!([groups.len(), domains.len(), drives.len()], [1, 1, 1], "{kind}");
    let plan = rig.reconciler.plan(&[id.to_owned()]).await.unwrap();
    assert!(plan.changes.is_empty(), "{kind}");
}

#[tokio::test]
async fn a_foreign_group_of_the_same_name_is_left_alone_and_said_so() {
    let rig = rig().await;
    let theirs = json!({"name": "dezky-tenant-acme", "attributes": {"owner": "somebody"}});
    rig.authentik
        .store
        .write(|world| {
            simulator::State::put(world, "groups", "6a2f5a8e-1111-4222-8333-444455556666", &theirs)
        })
        .unwrap();
    let made = rig.make("acme", "Acme", None).await;
    assert_eq!(made["provisioningStatus"]["authentik"], "error");
    assert!(made["provisioningErrors"]["authentik"].as_str().unwrap().contains("wasn’t created by Dezky"));
    let inventory = rig.authentik.store.read(simulator::State::inventory);
    let groups = inventory["groups"].as_array().unwrap();
    let theirs: Vec<_> = groups.iter().filter(|group| group["name"] == "dezky-tenant-acme").collect();
    assert_eq!(theirs.len(), 1);
    assert_eq!(theirs[0]["attributes"], json!({"owner": "somebody"}));
}

#[tokio::test]
async fn a_service_user_that_lost_its_role_makes_no_second_space() {
    let rig = rig().await;
    let made = rig.make("acme", "Acme", None).await;
    let user =
        rig.ocis.store.read(simulator::State::inventory)["users"][0]["id"].as_str().unwrap().to_owned();
    let role = |role: &str| {
        let fields = json!({"role": role});
        rig.ocis.store.write(|world| simulator::State::put(world, "users", &user, &fields)).unwrap();
    };
    role("User");
    let drive = made["handles"]["ocisSpaceId"].as_str().unwrap();
    let hidden = json!({"members": {}});
    rig.ocis.store.write(|world| simulator::State::put(world, "drives", drive, &hidden)).unwrap();
    let operator = rig.operator().await;
    let change = json!({"seats": 26});
    rig.call(&operator, axum::http::Method::PATCH, "/api/tenants/acme", change).await;
    rig.until("acme", "in error", |tenant| tenant["provisioningStatus"]["ocis"] == "error").await;
    role("Admin");
    rig.until("acme", "healed", |tenant| tenant["provisioningStatus"]["ocis"] == "ok").await;
    assert_eq!(rig.marked(made["id"].as_str().unwrap())[2].len(), 1);
}

/// As after a restore: the group of a workspace that was made since the backup.
#[tokio::test]
async fn what_this_database_does_not_have_is_told_from_what_dezky_did_not_make() {
    let rig = rig().await;
    let attributes = json!({"dezky": {"resource": "res_of_another", "slug": "acme", "state": "active"}});
    let left = json!({"name": "dezky-tenant-acme", "attributes": attributes});
    let id = "6a2f5a8e-1111-4222-8333-444455556666";
    rig.authentik.store.write(|world| simulator::State::put(world, "groups", id, &left)).unwrap();
    let strays = rig.reconciler.strays().await.unwrap();
    assert!(strays.unread.is_empty(), "{strays:?}");
    let found: Vec<_> = strays.found.iter().map(|one| (one.kind.as_str(), one.name.as_str())).collect();
    assert_eq!(found, [("authentik.group", "dezky-tenant-acme")]);
    let made = rig.make("acme", "Acme", None).await;
    let sentence = made["provisioningErrors"]["authentik"].as_str().unwrap();
    assert!(sentence.contains("that this database doesn’t have"), "{sentence}");
    let plan = rig.reconciler.plan(&[made["id"].as_str().unwrap().to_owned()]).await.unwrap();
    let note =
        plan.changes.iter().find(|change| change.kind == "authentik.group").unwrap().note.as_ref().unwrap();
    assert!(note.said.contains("that this database doesn’t have"), "{}", note.said);
}
