//! A tenant is made and provisioned everywhere.

use axum::http::Method;
use serde_json::json;

use super::rig::{rig, rig_with};

#[tokio::test]
async fn a_new_tenant_is_provisioned_in_all_three_upstreams_with_its_marks() {
    let rig = rig().await;
    let made = rig.make("aeroe", "Ærø Bogføring ApS", Some("aeroe-bogfoering.test")).await;
    assert_eq!(made["provisioningStatus"], json!({"authentik": "ok", "stalwart": "ok", "ocis": "ok"}));
    assert_eq!(made["status"], "active");
    assert_eq!(made["name"], "Ærø Bogføring ApS");
    let id = made["id"].as_str().unwrap();
    let [groups, domains, drives] = rig.marked(id);
    assert_eq!([groups.len(), domains.len(), drives.len()], [1, 1, 1]);
    assert_eq!(groups[0]["name"], "dezky-tenant-aeroe");
    assert_eq!(groups[0]["attributes"]["dezky"]["slug"], "aeroe");
    assert_eq!(domains[0]["name"], "aeroe-bogfoering.test");
    assert_eq!(drives[0]["name"], "Ærø Bogføring ApS");
    assert_eq!(drives[0]["quota"]["total"], 25_i64 * 50 * (1 << 30) / 2, "half, so that groups find room");
    assert_eq!(made["handles"]["authentikGroupId"], groups[0]["id"]);
    assert_eq!(made["handles"]["stalwartDomainId"], domains[0]["id"]);
    assert_eq!(made["handles"]["ocisSpaceId"], drives[0]["id"]);
}

#[tokio::test]
async fn the_handle_of_the_domain_is_that_of_the_present_one() {
    let rig = rig().await;
    rig.make("acme", "Acme", Some("a-former.test")).await;
    let change = json!({"primaryDomain": "b-present.test"});
    let operator = rig.operator().await;
    let changed = rig.call(&operator, Method::PATCH, "/api/tenants/acme", change).await;
    assert_eq!(changed.status, 200, "{}", changed.text);
    let changed = rig.until_active("acme").await;
    let [_, domains, _] = rig.marked(changed["id"].as_str().unwrap());
    let present = domains.iter().find(|domain| domain["name"] == "b-present.test").unwrap();
    assert_eq!(changed["handles"]["stalwartDomainId"], present["id"]);
}

#[tokio::test]
async fn names_that_an_upstream_forbids_get_a_substitute_there_and_stay_intact_here() {
    let rig = rig().await;
    for (slug, name, space) in [
        ("nordlys", "Nordlys A/S", "Nordlys A-S"),
        ("kaffe", "Kaffehuset ☕", "Kaffehuset ☕"),
        ("lab", "日本テスト研究所", "日本テスト研究所"),
    ] {
        let made = rig.make(slug, name, None).await;
        assert_eq!(made["name"], name);
        let [_, _, drives] = rig.marked(made["id"].as_str().unwrap());
        assert_eq!(drives[0]["name"], space);
    }
}

#[tokio::test]
async fn an_international_domain_is_kept_in_ascii_and_made_so() {
    let rig = rig().await;
    let made = rig.make("koere", "Kørelærerne I/S", Some("kørelærerne.test")).await;
    assert_eq!(made["primaryDomain"], "xn--krelrerne-j3a8q.test");
    assert_eq!(made["provisioningStatus"]["stalwart"], "ok");
}

#[tokio::test]
async fn without_a_domain_mail_is_skipped_with_its_reason_and_starts_once_there_is_one() {
    let rig = rig().await;
    let made = rig.make("acme", "Acme", None).await;
    assert_eq!(
        (&made["status"], &made["provisioningStatus"]["stalwart"]),
        (&json!("active"), &json!("skipped"))
    );
    assert_eq!(made["provisioningSteps"]["stalwart"]["reason"], "no_domain");
    let operator = rig.operator().await;
    let change = json!({"primaryDomain": "acme.test"});
    let changed = rig.call(&operator, axum::http::Method::PATCH, "/api/tenants/acme", change).await.json();
    assert_eq!(changed["provisioningStatus"]["stalwart"], "ok");
    assert_eq!(changed["domains"], json!(["acme.test"]));
    assert_eq!(changed["status"], "active", "active never falls back");
}

#[tokio::test]
async fn an_upstream_that_is_off_is_skipped_and_the_tenant_becomes_active() {
    let rig = rig_with(|upstreams| platform::Upstreams { ocis: Err("switched_off"), ..upstreams }).await;
    let made = rig.make("acme", "Acme", None).await;
    assert_eq!(made["status"], "active");
    assert_eq!(made["provisioningStatus"]["ocis"], "skipped");
    assert_eq!(made["provisioningSteps"]["ocis"]["reason"], "switched_off");
}

#[tokio::test]
async fn the_platforms_own_workspace_is_made_once_however_many_start_at_a_time() {
    let rig = rig().await;
    let starts = (0..3).map(|_| rig.tenants.ensure_platform_workspace());
    for started in futures_util::future::join_all(starts).await {
        started.unwrap();
    }
    rig.tenants.ensure_platform_workspace().await.unwrap();
    let all = rig.get(&rig.operator().await, "/api/tenants").await.json();
    assert_eq!(all["items"].as_array().unwrap().len(), 1);
    rig.until_active("dezky").await;
    let operator = rig.operator().await;
    let refused = rig.post(&operator, "/api/tenants/dezky/suspend", json!({})).await;
    assert_eq!(
        (refused.status.as_u16(), &refused.json()["type"]),
        (409, &json!("urn:dezky:problem:platform-workspace"))
    );
}

#[tokio::test]
async fn many_at_once_with_changes_in_between_all_become_active_and_nobody_is_turned_away() {
    let rig = rig().await;
    let operator = rig.operator().await;
    let slugs: Vec<String> = (0..8).map(|number| format!("t{number}")).collect();
    let work = slugs.iter().map(|slug| async {
        let slug = slug.as_str();
        rig.make(slug, "Acme", Some(&format!("{slug}.test"))).await;
        let path = format!("/api/tenants/{slug}");
        for seats in 1..6 {
            let change = json!({"seats": seats});
            let changed = rig.call(&operator, axum::http::Method::PATCH, &path, change).await;
            assert_eq!(changed.status.as_u16(), 200, "{}", changed.text);
        }
        rig.until_active(slug).await;
    });
    futures_util::future::join_all(work).await;
    assert!(audit::verify(rig.test.db.read()).await.unwrap().findings.is_empty());
}
