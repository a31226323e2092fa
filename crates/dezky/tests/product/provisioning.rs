//! The main job: a customer is made everywhere, also when one upstream is down for a while.

use std::time::Duration;

use outbound::Method;
use serde_json::{Value, json as value};

use crate::harness::{Product, json};
use crate::tenant_api::{IDA, TenantApi, text, within};

impl TenantApi<'_> {
    /// The tenant, once it is as `wanted` says, which is soon.
    async fn soon(&self, patience: Duration, what: &str, wanted: impl Fn(&Value) -> bool) -> Value {
        within(patience, what, async || {
            let tenant = self.get("").await;
            if wanted(&tenant) { Ok(tenant) } else { Err(tenant) }
        })
        .await
    }
}

/// How many objects of a simulator name `needle` anywhere.
async fn count(product: &Product, simulator: &str, kind: &str, needle: &str) -> usize {
    let objects = product.objects(simulator, kind).await;
    objects.iter().filter(|object| object.to_string().contains(needle)).count()
}

#[tokio::test]
async fn with_one_upstream_down_the_others_are_done_and_it_heals_by_itself() {
    let product = Product::start("none").await;
    product.faults("stalwart", value!([{"route": "*", "kind": "refuse"}])).await;
    let new = value!({"slug": "aeroe", "name": "Ærø Bogføring ApS", "plan": "business", "seats": 25,
        "primaryDomain": "aeroe-bogfoering.test"});
    let token = product.token(IDA, "operator");
    let made = product.call(Method::Post, "/api/tenants", token, Some(new)).await;
    assert_eq!(made.status, 201, "{}", json(&made));
    let api = TenantApi::of_operator(&product, "aeroe");
    let is_half = |tenant: &Value| {
        let status = &tenant["provisioningStatus"];
        status["authentik"] == "ok" && status["ocis"] == "ok" && status["stalwart"] == "error"
    };
    let half = api.soon(Duration::from_secs(10), "the others are done", is_half).await;
    assert_eq!(half["provisioningStatus"]["stalwart"], "error", "{half}");
    assert_eq!(half["status"], "pending");
    product.faults("stalwart", value!([])).await;
    let is_whole = |tenant: &Value| tenant["status"] == "active";
    let whole = api.soon(Duration::from_secs(20), "it heals", is_whole).await;
    assert_eq!(whole["provisioningStatus"], value!({"authentik": "ok", "stalwart": "ok", "ocis": "ok"}));
    assert_eq!(whole["name"], "Ærø Bogføring ApS");
    let id = text(&whole["id"]);
    assert_eq!(count(&product, "authentik", "groups", "dezky-tenant-aeroe").await, 1);
    assert_eq!(count(&product, "authentik", "groups", &id).await, 1);
    assert_eq!(count(&product, "stalwart", "domains", "aeroe-bogfoering.test").await, 1);
    assert_eq!(count(&product, "ocis", "drives", "aeroe").await, 1);
}
