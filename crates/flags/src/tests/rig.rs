//! The slice with those of tenants in a small Dezky.

use std::ops::Deref;
use std::time::Duration;

use access::{Surface, TenantRole, roles};
use axum::http::Method;
use customers::Customers;
use platform::{Platform, Slice};
use provisioning::Provisioning;
use serde_json::{Value, json};
use tenants::{Settings, Tenants};
use testkit::{Answer, Who};

use crate::Flags;

pub struct Rig {
    kit: testkit::Rig,
    /// An operator.
    pub ida: Who,
}

impl Deref for Rig {
    type Target = testkit::Rig;

    fn deref(&self) -> &testkit::Rig {
        &self.kit
    }
}

fn slices(platform: &Platform) -> Vec<Slice> {
    let settings = Settings {
        platform_slug: "dezky".parse().unwrap(),
        platform_name: "Dezky".into(),
        grace: Duration::ZERO,
    };
    let tenants = Tenants::new(platform, None, settings);
    vec![
        provisioning::slice(&Provisioning::new(platform)),
        health::slice(),
        tenants::slice(&tenants),
        customers::slice(&Customers::new(platform, &tenants)),
        crate::slice(&Flags::new(platform)),
    ]
}

pub async fn rig() -> Rig {
    let kit = testkit::rig(slices).await;
    let ida = kit.operator().await;
    Rig { kit, ida }
}

impl Rig {
    /// A member of a workspace.
    pub async fn member(&self, email: &str, tenant: &Value) -> Who {
        let who = self.person(email, &[], Surface::Portal).await;
        let tx = self.test.db.begin().await.unwrap();
        let id = tenant["id"].as_str().unwrap().parse().unwrap();
        roles::set_tenant_role(&tx, &self.clock, id, who.person.id, TenantRole::Member).await.unwrap();
        tx.commit_silently("a test").await.unwrap();
        who
    }

    /// Makes a flag and gives its JSON.
    pub async fn flag(&self, body: Value) -> Value {
        let made = self.post(&self.ida, "/api/flags", body).await;
        assert_eq!(made.status.as_u16(), 201, "{}", made.text);
        made.json()
    }

    /// Changes a flag as an operator.
    pub async fn patch(&self, key: &str, body: Value) -> Answer {
        self.call(&self.ida, Method::PATCH, &format!("/api/flags/{key}"), body).await
    }

    /// Which flags are on for whoever asks.
    pub async fn evaluated(&self, who: &Who, body: Value) -> Value {
        let answer = self.post(who, "/api/flags/evaluate", body).await;
        assert_eq!(answer.status.as_u16(), 200, "{}", answer.text);
        answer.json()["flags"].clone()
    }
}

/// Two flags: one for everybody, one for `acme`.
pub async fn furnished() -> (Rig, Value, Value) {
    let rig = rig().await;
    let acme = rig.make("acme", "Acme", None).await;
    let fjord = rig.make("fjord", "Fjord", None).await;
    rig.flag(json!({"key": "everybody", "kind": "on"})).await;
    rig.flag(json!({"key": "only.acme", "kind": "targeted", "tenants": ["acme"]})).await;
    (rig, acme, fjord)
}
