//! The slice through its own router, on a real database, against the simulators.

mod api;
mod own;
mod pages;
mod upstream;

use std::time::Duration;

use access::{PartnerRole, roles};
use activity::Activity;
use axum::http::Method;
use customers::Customers;
use memberships::Memberships;
use platform::{Platform, Slice};
use provisioning::Provisioning;
use serde_json::{Value, json};
use tenants::{Settings, Tenants};
use testkit::{Answer, Rig, Who};

use crate::Partners;

fn all_tenants(platform: &Platform) -> Tenants {
    let settings = Settings {
        platform_slug: "dezky".parse().unwrap(),
        platform_name: "Dezky".into(),
        grace: Duration::ZERO,
    };
    Tenants::new(platform, None, settings)
}

fn slices(platform: &Platform) -> Vec<Slice> {
    let tenants = all_tenants(platform);
    let memberships = Memberships::new(platform, memberships::Settings { beyond_seats: false });
    vec![
        provisioning::slice(&Provisioning::new(platform)),
        health::slice(),
        tenants::slice(&tenants),
        customers::slice(&Customers::new(platform, &tenants)),
        activity::slice(&Activity::new(platform, &tenants)),
        memberships::slice(&memberships),
        crate::slice(&Partners::new(platform, &tenants)),
    ]
}

async fn rig() -> Rig {
    testkit::rig(slices).await
}

/// Makes a partner and gives its JSON.
async fn partner(rig: &Rig, slug: &str, name: &str) -> Value {
    let made = rig.post(&rig.operator().await, "/api/partners", json!({"slug": slug, "name": name})).await;
    assert_eq!(made.status.as_u16(), 201, "{}", made.text);
    made.json()
}

/// Attaches a tenant.
async fn attach(rig: &Rig, partner: &str, slug: &str) -> Answer {
    let path = format!("/api/partners/{partner}/tenants");
    rig.post(&rig.operator().await, &path, json!({"slug": slug})).await
}

/// Gives somebody a role in a partner, as whoever follows a link gets it.
async fn employ(rig: &Rig, who: &Who, partner: &Value, role: PartnerRole) {
    let tx = rig.test.db.begin().await.unwrap();
    let id = partner["id"].as_str().unwrap().parse().unwrap();
    roles::set_partner_role(&tx, &rig.clock, id, who.person.id, role).await.unwrap();
    tx.commit_silently("a test").await.unwrap();
}

/// The actions on partners in the platform's log, the oldest first.
async fn actions(rig: &Rig) -> Vec<String> {
    let all = audit::page(rig.test.db.read(), None, &audit::AuditFilter::default(), None, 200).await.unwrap();
    let of_partners = all.items.into_iter().rev().map(|record| record.action);
    of_partners.filter(|action| action.starts_with("partner.")).collect()
}

async fn change(rig: &Rig, path: &str, body: Value) -> Answer {
    rig.call(&rig.operator().await, Method::PATCH, path, body).await
}

async fn delete(rig: &Rig, path: &str) -> Answer {
    rig.call(&rig.operator().await, Method::DELETE, path, Value::Null).await
}

/// What a list names.
fn slugs(list: &Value) -> Vec<&str> {
    list["items"].as_array().unwrap().iter().map(|one| one["slug"].as_str().unwrap()).collect()
}
