//! Who may do what with a tenant, over the API.

use access::{Surface, TenantRole, roles};
use audit::AuditFilter;
use axum::http::Method;
use serde_json::{Value, json};

use super::rig::{Rig, Who, rig};

impl Rig {
    async fn give(&self, who: &Who, slug: &str, role: TenantRole) {
        let operator = self.operator().await;
        let id = self.get(&operator, &format!("/api/tenants/{slug}")).await.json()["id"].clone();
        let tx = self.test.db.begin().await.unwrap();
        let id = id.as_str().unwrap().parse().unwrap();
        roles::set_tenant_role(&tx, &self.clock, id, who.person.id, role).await.unwrap();
        tx.commit_silently("a test").await.unwrap();
    }

    async fn take(&self, who: &Who, slug: &str) {
        let operator = self.operator().await;
        let id = self.get(&operator, &format!("/api/tenants/{slug}")).await.json()["id"].clone();
        let tx = self.test.db.begin().await.unwrap();
        let id = id.as_str().unwrap().parse().unwrap();
        assert!(roles::take_tenant_role(&tx, id, who.person.id).await.unwrap());
        tx.commit_silently("a test").await.unwrap();
    }
}

#[tokio::test]
async fn operator_endpoints_name_the_half_that_is_missing() {
    let rig = rig().await;
    let operator = rig.operator().await;
    rig.make("acme", "Acme", None).await;
    let same_person_at_the_portal = Who { surface: Surface::Portal, ..operator };
    let trainee = rig.person("jonas@dezky.test", &[], Surface::Operator).await;
    let calls = [
        (Method::POST, "/api/tenants", json!({"slug": "x1", "name": "X", "plan": "starter", "seats": 1})),
        (Method::POST, "/api/tenants/acme/suspend", json!({})),
        (Method::POST, "/api/tenants/nowhere/resume", json!({})),
        (Method::DELETE, "/api/tenants/acme", Value::Null),
    ];
    for (method, path, body) in calls {
        let answer = rig.call(&same_person_at_the_portal, method.clone(), path, body.clone()).await;
        assert_eq!(answer.status.as_u16(), 403, "{method} {path}");
        assert_eq!(answer.json()["type"], "urn:dezky:problem:missing-audience");
        assert!(answer.json()["detail"].as_str().unwrap().contains("dezky-operator"));
        let answer = rig.call(&trainee, method.clone(), path, body).await;
        assert_eq!(answer.status.as_u16(), 403, "{method} {path}");
        assert_eq!(answer.json()["type"], "urn:dezky:problem:missing-platform-admin");
        assert!(answer.json()["detail"].as_str().unwrap().contains("platform admin"));
    }
}

#[tokio::test]
async fn a_tenants_people_reach_their_own_and_nothing_else() {
    let rig = rig().await;
    rig.make("acme", "Acme", None).await;
    rig.make("fjord", "Fjord", None).await;
    let anna = rig.person("anna@acme.test", &[], Surface::Portal).await;
    let maja = rig.person("maja@acme.test", &[], Surface::Portal).await;
    rig.give(&anna, "acme", TenantRole::Owner).await;
    rig.give(&maja, "acme", TenantRole::Member).await;

    let own = rig.get(&anna, "/api/tenants/acme").await;
    assert_eq!(own.status.as_u16(), 200);
    assert!(own.json().get("handles").is_none(), "ids upstream are for operators");
    assert_eq!(rig.get(&anna, "/api/tenants/fjord").await.status.as_u16(), 404);
    assert_eq!(rig.get(&maja, "/api/tenants/acme").await.json()["type"], "urn:dezky:problem:missing-role");
    let listed = rig.get(&maja, "/api/tenants").await.json();
    assert_eq!(listed["items"].as_array().unwrap().len(), 1);
    assert!(listed["items"][0].get("billingInfo").is_none(), "members see no billing information");

    let rename = rig.call(&anna, Method::PATCH, "/api/tenants/acme", json!({"name": "Acme A/S"})).await;
    assert_eq!(rename.json()["name"], "Acme A/S");
    let more_seats = rig.call(&anna, Method::PATCH, "/api/tenants/acme", json!({"seats": 99})).await;
    assert_eq!(more_seats.json()["type"], "urn:dezky:problem:missing-audience");
}

#[tokio::test]
async fn a_right_that_is_taken_is_gone_at_the_next_request() {
    let rig = rig().await;
    rig.make("acme", "Acme", None).await;
    let anna =
        rig.person("anna@acme.test", &["dezky-tenant-acme", "dezky-tenant-acme"], Surface::Portal).await;
    rig.give(&anna, "acme", TenantRole::Admin).await;
    assert_eq!(rig.get(&anna, "/api/tenants/acme").await.status.as_u16(), 200);
    rig.take(&anna, "acme").await;
    assert_eq!(rig.get(&anna, "/api/tenants/acme").await.status.as_u16(), 404);
    // Signing in again with the old group claim brings nothing back.
    let again = rig.person("anna@acme.test", &["dezky-tenant-acme", "admins"], Surface::Portal).await;
    assert_eq!(rig.get(&again, "/api/tenants/acme").await.status.as_u16(), 404);
    assert_eq!(rig.get(&again, "/api/tenants").await.json()["items"], json!([]));
}

#[tokio::test]
async fn a_tenants_own_group_makes_a_new_person_its_member_once() {
    let rig = rig().await;
    rig.make("acme", "Acme", None).await;
    let new = rig.person("new@acme.test", &["dezky-tenant-acme", "dezky-tenant-acme"], Surface::Portal).await;
    let listed = rig.get(&new, "/api/tenants").await.json();
    assert_eq!(listed["items"].as_array().unwrap().len(), 1);
}

#[tokio::test]
async fn a_denied_attempt_is_in_the_log_with_who_and_what() {
    let rig = rig().await;
    rig.make("acme", "Acme", None).await;
    let eve = rig.person("eve@evil.test", &[], Surface::Portal).await;
    rig.get(&eve, "/api/tenants/acme").await;
    let filter = AuditFilter { outcome: Some("denied".into()), ..AuditFilter::default() };
    let denied = audit::page(rig.test.db.read(), None, &filter, None, 10).await.unwrap().items;
    assert_eq!(denied.len(), 1);
    assert_eq!(denied[0].actor_email.as_deref(), Some("eve@evil.test"));
    assert_eq!((denied[0].action.as_str(), denied[0].target_id.as_str()), ("access.denied", "acme"));
}

#[tokio::test]
async fn nobody_without_a_token_gets_anything() {
    let rig = rig().await;
    let answer = rig.call_with(&rig.operator().await, Method::GET, "/api/tenants", Value::Null, &[]).await;
    assert_eq!(answer.status.as_u16(), 200);
    let stranger = rig.anonymous("/api/tenants").await;
    assert_eq!(stranger.status.as_u16(), 401);
    assert_eq!(stranger.headers["www-authenticate"], "Bearer");
    assert_eq!(stranger.json()["type"], "urn:dezky:problem:sign-in-needed");
}
