//! A tenant's life: suspended, resumed, ended, purged; and one audit record for each action.

use access::{Surface, TenantRole, ViewTenant};
use audit::{AuditFilter, Chain};
use axum::http::Method;
use provisioning::{MailSettings, wants};
use serde_json::{Value, json};

use super::rig::{Rig, rig};

impl Rig {
    pub async fn actions(&self, slug: &str) -> Vec<String> {
        let operator = self.operator().await;
        let id = self.get(&operator, &format!("/api/tenants/{slug}")).await.json()["id"].clone();
        let chain = Chain::Tenant(id.as_str().unwrap().parse().unwrap());
        let all = AuditFilter::default();
        let log = audit::page(self.test.db.read(), Some(chain), &all, None, 50).await.unwrap();
        log.items.into_iter().rev().map(|record| record.action).collect()
    }
}

#[tokio::test]
async fn suspending_closes_files_and_resuming_restores_what_was() {
    let rig = rig().await;
    let operator = rig.operator().await;
    let made = rig.make("acme", "Acme", Some("acme.test")).await;
    let id = made["id"].as_str().unwrap();
    let before = rig.marked(id);
    let suspended = rig.post(&operator, "/api/tenants/acme/suspend", json!({})).await.json();
    assert_eq!(suspended["status"], "suspended");
    rig.until("acme", "closed", |tenant| tenant["provisioningStatus"]["ocis"] == "ok").await;
    let [groups, domains, drives] = rig.marked(id);
    assert_eq!(drives[0]["disabled"], true);
    assert_eq!(groups[0]["attributes"]["dezky"]["state"], "closed");
    assert_eq!(domains, before[1], "mail keeps arriving");
    let resumed = rig.post(&operator, "/api/tenants/acme/resume", json!({})).await.json();
    assert_eq!(resumed["status"], "active");
    rig.until("acme", "open", |tenant| tenant["provisioningStatus"]["ocis"] == "ok").await;
    assert_eq!(rig.marked(id), before, "exactly what was before");
}

#[tokio::test]
async fn people_of_a_suspended_tenant_are_refused_in_words() {
    let rig = rig().await;
    let operator = rig.operator().await;
    let made = rig.make("acme", "Acme", None).await;
    let anna = rig.person("anna@acme.test", &[], Surface::Portal).await;
    let tx = rig.test.db.begin().await.unwrap();
    let id = made["id"].as_str().unwrap().parse().unwrap();
    access::roles::set_tenant_role(&tx, &rig.clock, id, anna.person.id, TenantRole::Owner).await.unwrap();
    tx.commit_silently("a test").await.unwrap();
    rig.post(&operator, "/api/tenants/acme/suspend", json!({})).await;
    let refused = rig.get(&anna, "/api/tenants/acme").await;
    assert_eq!(
        (refused.status.as_u16(), &refused.json()["type"]),
        (403, &json!("urn:dezky:problem:tenant-suspended"))
    );
    rig.post(&operator, "/api/tenants/acme/resume", json!({})).await;
    assert_eq!(rig.get(&anna, "/api/tenants/acme").await.status.as_u16(), 200);
}

#[tokio::test]
async fn an_ended_tenant_is_kept_until_its_time_and_then_purged_upstream() {
    let rig = rig().await;
    let operator = rig.operator().await;
    let made = rig.make("acme", "Acme", Some("acme.test")).await;
    let id = made["id"].as_str().unwrap();
    let ended = rig.call(&operator, Method::DELETE, "/api/tenants/acme", Value::Null).await.json();
    assert_eq!(ended["status"], "terminated");
    assert!(ended["purgeAfter"].is_string());
    let again = rig.call(&operator, Method::DELETE, "/api/tenants/acme", Value::Null).await;
    assert_eq!(again.status.as_u16(), 200, "ending twice is ending once");
    assert_eq!(rig.marked(id).map(|objects| objects.len()), [1, 1, 1], "nothing is destroyed yet");
    rig.purge.run().await.unwrap();
    rig.until("acme", "purged", |tenant| tenant["status"] == "purged").await;
    assert_eq!(rig.marked(id).map(|objects| objects.len()), [0, 0, 0]);
    let last = ["tenant.terminate", "tenant.begin_purge", "tenant.purge"];
    assert!(rig.actions("acme").await.ends_with(&last.map(str::to_owned)), "nothing goes before its record");
    let resumed = rig.post(&operator, "/api/tenants/acme/resume", json!({})).await;
    assert_eq!(resumed.json()["type"], "urn:dezky:problem:wrong-state");
}

#[tokio::test]
async fn each_action_leaves_exactly_one_record_and_the_chain_holds() {
    let rig = rig().await;
    let operator = rig.operator().await;
    rig.make("acme", "Acme", None).await;
    rig.call(&operator, Method::PATCH, "/api/tenants/acme", json!({"seats": 30})).await;
    rig.call(&operator, Method::PATCH, "/api/tenants/acme", json!({"seats": 30})).await;
    rig.post(&operator, "/api/tenants/acme/suspend", json!({})).await;
    rig.post(&operator, "/api/tenants/acme/resume", json!({})).await;
    rig.post(&operator, "/api/tenants/acme/reconcile", json!({})).await;
    rig.call(&operator, Method::DELETE, "/api/tenants/acme", Value::Null).await;
    let expected = [
        "tenant.create",
        "tenant.activate",
        "tenant.update",
        // Said again: it puts right what somebody changed upstream.
        "tenant.update",
        "tenant.suspend",
        "tenant.resume",
        "tenant.reconcile",
        "tenant.terminate",
    ];
    assert_eq!(rig.actions("acme").await, expected);
    assert!(audit::verify(rig.test.db.read()).await.unwrap().findings.is_empty());
    let update = AuditFilter { action: Some("tenant.update".into()), ..AuditFilter::default() };
    let update = audit::page(rig.test.db.read(), None, &update, None, 5).await.unwrap().items.remove(1);
    assert_eq!((&update.before.unwrap()["seats"], &update.after.unwrap()["seats"]), (&json!(25), &json!(30)));
}

#[tokio::test]
async fn what_is_wanted_upstream_follows_from_the_rows_alone() {
    let rig = rig().await;
    let operator = rig.operator().await;
    rig.make("acme", "Acme", Some("acme.test")).await;
    rig.make("fjord", "Fjord & Fjeld", None).await;
    rig.call(&operator, Method::PATCH, "/api/tenants/acme", json!({"name": "Acme A/S", "plan": "starter"}))
        .await;
    rig.post(&operator, "/api/tenants/fjord/suspend", json!({})).await;
    for slug in ["acme", "fjord"] {
        let by = rig.proof::<ViewTenant>(&[("slug", slug)]).await;
        let tenant = rig.tenants.details(&by).await.unwrap().tenant;
        let mut recomputed: Vec<_> = wants(&tenant.workspace(), &MailSettings::default())
            .into_iter()
            .map(|want| (want.kind.to_owned(), want.spec))
            .collect();
        recomputed.sort_by(|a, b| a.0.cmp(&b.0));
        let stored = reconcile::of_owner(rig.test.db.read(), &tenant.id.to_string()).await.unwrap();
        let stored: Vec<_> =
            stored.into_iter().map(|resource| (resource.kind, resource.spec.unwrap())).collect();
        assert_eq!(stored, recomputed);
    }
}
