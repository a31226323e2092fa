//! The main job: a customer is made everywhere, also when one upstream is down for a while.

use std::time::{Duration, Instant};

use outbound::{Call, Method};
use serde_json::{Value, json as value};

use crate::harness::{Product, client, get, json};

async fn set_faults(origin: &str, faults: Value) {
    let call = Call::new(Method::Put, "/_sim/faults").json(&value!({"faults": faults}));
    assert_eq!(client(origin).send(call).await.unwrap().status, 204);
}

/// The tenant, once it is as `wanted` says; its last state when that takes too long.
async fn wait_for(
    product: &Product,
    slug: &str,
    patience: Duration,
    wanted: impl Fn(&Value) -> bool,
) -> Value {
    let (began, token) = (Instant::now(), product.token("ida@dezky.test", "operator"));
    loop {
        let answer = product.call(Method::Get, &format!("/api/tenants/{slug}"), token, None).await;
        let tenant = json(&answer);
        if wanted(&tenant) || began.elapsed() > patience {
            return tenant;
        }
        tokio::time::sleep(Duration::from_millis(200)).await;
    }
}

/// How many objects of a simulator name `needle` anywhere.
async fn count(product: &Product, simulator: &str, kind: &str, needle: &str) -> usize {
    let inventory = json(&get(product.origin(&format!("sandbox/{simulator}")), "/_sim/inventory").await);
    let objects = inventory[kind].as_array().unwrap();
    objects.iter().filter(|object| object.to_string().contains(needle)).count()
}

#[tokio::test]
async fn with_one_upstream_down_the_others_are_done_and_it_heals_by_itself() {
    let product = Product::start("none").await;
    let stalwart = product.origin("sandbox/stalwart");
    set_faults(stalwart, value!([{"route": "*", "kind": "refuse"}])).await;
    let new = value!({"slug": "aeroe", "name": "Ærø Bogføring ApS", "plan": "business", "seats": 25,
        "primaryDomain": "aeroe-bogfoering.test"});
    let token = product.token("ida@dezky.test", "operator");
    let made = product.call(Method::Post, "/api/tenants", token, Some(new)).await;
    assert_eq!(made.status, 201, "{}", json(&made));
    let half = wait_for(&product, "aeroe", Duration::from_secs(10), |tenant| {
        let status = &tenant["provisioningStatus"];
        status["authentik"] == "ok" && status["ocis"] == "ok" && status["stalwart"] == "error"
    })
    .await;
    assert_eq!(half["provisioningStatus"]["stalwart"], "error", "{half}");
    assert_eq!(half["status"], "pending");
    set_faults(stalwart, value!([])).await;
    let whole =
        wait_for(&product, "aeroe", Duration::from_secs(20), |tenant| tenant["status"] == "active").await;
    assert_eq!(whole["provisioningStatus"], value!({"authentik": "ok", "stalwart": "ok", "ocis": "ok"}));
    assert_eq!(whole["name"], "Ærø Bogføring ApS");
    let id = whole["id"].as_str().unwrap();
    assert_eq!(count(&product, "authentik", "groups", "dezky-tenant-aeroe").await, 1);
    assert_eq!(count(&product, "authentik", "groups", id).await, 1);
    assert_eq!(count(&product, "stalwart", "domains", "aeroe-bogfoering.test").await, 1);
    assert_eq!(count(&product, "ocis", "drives", "aeroe").await, 1);
}
