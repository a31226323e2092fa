//! What is wanted of a shared mailbox follows its rows.

use access::{TenantRef, TenantStatus};
use addresses::AddressKind;
use addresses::SHARED;
use kernel::{Clock, EmailAddress, SharedId, TenantId};
use sea_orm::ConnectionTrait as _;
use serde_json::json;

use crate::events::subscriber;
use crate::model::Shared;
use crate::store;

fn address(local: &str) -> EmailAddress {
    format!("{local}@acme.test").parse().unwrap()
}

#[tokio::test]
async fn a_further_address_that_another_slice_gives_is_wanted_upstream() {
    let test = migrations::test_database().await;
    let clock = Clock::System;
    let tenant = TenantRef {
        id: TenantId::new(&clock),
        slug: "acme".to_owned(),
        name: "Acme".to_owned(),
        plan: "starter".to_owned(),
        status: TenantStatus::Active,
        partner: None,
    };
    let insert = format!(
        "INSERT INTO tenants (id, slug, name, name_key, plan, seats, status, billing_info, security_policy, \
         is_platform, version, created_at, updated_at) VALUES ('{}', 'acme', 'Acme', 'acme', 'starter', 1, \
         'active', '{{}}', '{{}}', FALSE, 1, 1, 1)",
        tenant.id,
    );
    let tx = test.db.begin().await.unwrap();
    tx.execute_unprepared(&insert).await.unwrap();
    let shared = Shared {
        id: SharedId::new(&clock),
        tenant: tenant.id,
        address: address("post"),
        name: "Post".to_owned(),
        readers: Vec::new(),
        version: 1,
        created_at: clock.now(),
    };
    store::insert(&tx, &shared).await.unwrap();
    let (id, further) = (shared.id.to_string(), address("brief"));
    addresses::claim(&tx, &clock, tenant.id, &further, AddressKind::Alias, &id).await.unwrap();
    let subscriber = subscriber(clock.clone());
    subscriber.aliases_changed(&tx, &tenant, &id).await.unwrap();
    let wanted = reconcile::named(&*tx, SHARED, "post@acme.test").await.unwrap().unwrap();
    let spec = wanted.spec.unwrap();
    assert_eq!((wanted.owner, &spec["aliases"]), (id, &json!([{"name": "brief", "domain": "acme.test"}])));
    // What is of another slice is left to that.
    subscriber.aliases_changed(&tx, &tenant, "grp_0190a1b2c3d47e5f8091a2b3c4d5e6f7").await.unwrap();
}
