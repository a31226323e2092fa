//! A domain's records are published with a key, in a zone that may hold records of others.

use outbound::Method;
use serde_json::{Value, json as value};

use crate::domains::{actions, put_zone};
use crate::harness::Product;
use crate::tenant_api::{ANNA, IDA, TenantApi, find, text};

const SECRET: &str = "c2VjcmV0LW9mLXRoZS16b25l";

fn key() -> Value {
    value!({"name": "dezky", "algorithm": "hmac-sha256", "secret": SECRET})
}

fn record(name: &str, kind: &str, data: &str) -> Value {
    value!({"name": name, "type": kind, "ttl": 1, "data": data})
}

/// A domain that Anna has claimed, whose zone has these records and takes changes.
async fn claimed<'a>(product: &'a Product, name: &str, records: Value) -> TenantApi<'a> {
    put_zone(product, name, &value!({"records": records, "negativeTtl": 1, "keys": [key()]})).await;
    let api = TenantApi::of(product, ANNA, "acme");
    assert_eq!(api.claim(name).await.0, 201);
    api
}

impl TenantApi<'_> {
    async fn plan(&self, name: &str) -> Value {
        let path = format!("/domains/{name}/publish/plan");
        let (status, plan) = self.call(Method::Post, &path, value!({})).await;
        assert_eq!(status, 200, "{plan}");
        plan
    }

    async fn order(&self, name: &str, plan: &Value, key: &Value) -> (u16, Value) {
        let body = value!({"hash": plan["hash"], "key": key});
        self.call(Method::Post, &format!("/domains/{name}/publish"), body).await
    }

    /// Publishes what there is to publish.
    async fn carry_out(&self, name: &str) -> Value {
        let plan = self.plan(name).await;
        let (status, domain) = self.order(name, &plan, &key()).await;
        assert_eq!(status, 200, "{domain}");
        domain
    }
}

/// The acts of a plan on records of a purpose, with their reasons.
fn acts(plan: &Value, purpose: &str) -> Vec<(String, String)> {
    let all = plan["changes"].as_array().unwrap().iter().filter(|change| change["purpose"] == purpose);
    let text = |value: &Value| value.as_str().unwrap_or_default().to_owned();
    all.map(|change| (text(&change["act"]), text(&change["reason"]))).collect()
}

async fn zone(product: &Product, name: &str) -> Vec<(String, String, String)> {
    let zones = product.objects("dns", "zones").await;
    let records = find(&zones, "id", name)["records"].as_array().unwrap().iter();
    records.map(|record| (text(&record["name"]), text(&record["type"]), text(&record["data"]))).collect()
}

async fn set_fault(product: &Product, kind: &str) {
    product.faults("dns", value!([{"route": "UPDATE /ns1", "kind": kind, "times": 1}])).await;
}

#[tokio::test]
async fn publishing_proves_a_domain_verifies_it_and_puts_right_what_was_published_before() {
    const NAME: &str = "udgiv.test";
    let product = Product::start("small").await;
    let api = claimed(&product, NAME, value!([])).await;
    let plan = api.plan(NAME).await;
    assert_eq!((&plan["zone"], &plan["server"]), (&value!(NAME), &value!("ns1.sandbox-dns.test")));
    assert_eq!(plan["changes"].as_array().unwrap().len(), 1, "a claim has its proof alone: {plan}");
    assert_eq!(api.carry_out(NAME).await["proof"], "dns");
    api.until_whole(NAME).await;
    let domain = api.carry_out(NAME).await;
    assert_eq!(domain["state"], "verified", "{domain}");
    let again = api.plan(NAME).await;
    let is_done = |change: &Value| matches!(change["act"].as_str(), Some("right" | "left"));
    assert!(again["changes"].as_array().unwrap().iter().all(is_done), "{again}");
    let (status, _) = api.order(NAME, &again, &key()).await;
    assert_eq!(status, 200, "nothing to do is done at once");

    assert_eq!(api.set_dmarc(NAME, "none").await, 200);
    assert_eq!(acts(&api.plan(NAME).await, "dmarc"), [("replace".to_owned(), String::new())]);
    assert_eq!(api.carry_out(NAME).await["state"], "verified");
    let dmarc = zone(&product, NAME).await.into_iter().filter(|(name, ..)| name.starts_with("_dmarc"));
    let dmarc: Vec<_> = dmarc.collect();
    assert!(dmarc.len() == 1 && dmarc[0].2.contains("p=none"), "{dmarc:?}");

    let known = actions(&product, "acme").await;
    assert_eq!(known.iter().filter(|action| *action == "domain.publish").count(), 3, "{known:?}");
    let path = "/api/tenants/acme/audit?limit=100";
    let log = product.call(Method::Get, path, product.token(IDA, "operator"), None).await;
    assert!(!String::from_utf8_lossy(&log.body).contains(SECRET));
}

#[tokio::test]
async fn a_key_that_is_wrong_is_named_by_its_field_and_nothing_changes() {
    const NAME: &str = "noegle.test";
    let product = Product::start("small").await;
    let api = claimed(&product, NAME, value!([])).await;
    let plan = api.plan(NAME).await;
    let cases = [
        (value!({"name": "other", "algorithm": "hmac-sha256", "secret": SECRET}), "key.name"),
        (value!({"name": "dezky", "algorithm": "hmac-sha256", "secret": "aHVzaA=="}), "key.secret"),
        (value!({"name": "dezky", "algorithm": "hmac-sha256", "secret": "hush! hush!"}), "key.secret"),
        (value!({"name": "dezky", "algorithm": "hmac-md5", "secret": SECRET}), "key.algorithm"),
    ];
    for (key, field) in cases {
        let (status, problem) = api.order(NAME, &plan, &key).await;
        assert_eq!((status, &problem["errors"][0]["field"]), (422, &value!(field)), "{problem}");
        assert!(!problem.to_string().contains(key["secret"].as_str().unwrap()), "{problem}");
    }
    let path = format!("/domains/{NAME}/publish/plan");
    let (status, problem) = api.call(Method::Post, &path, value!({"server": "127.0.0.1"})).await;
    assert_eq!((status, &problem["errors"][0]["field"]), (422, &value!("server")), "{problem}");
    assert_eq!(zone(&product, NAME).await, []);
    assert_eq!(api.plan(NAME).await["hash"], plan["hash"]);
}

#[tokio::test]
async fn records_of_others_are_left_alone_and_a_zone_that_moved_is_not_changed() {
    const NAME: &str = "fremmed.test";
    let product = Product::start("small").await;
    let theirs = value!([
        record(NAME, "MX", "10 mx.elsewhere.test."),
        record(NAME, "TXT", "\"v=spf1 include:elsewhere.test ~all\""),
    ]);
    let api = claimed(&product, NAME, theirs.clone()).await;
    let before = zone(&product, NAME).await;
    api.carry_out(NAME).await;
    api.until_whole(NAME).await;
    let plan = api.plan(NAME).await;
    assert_eq!(acts(&plan, "mx"), [("left".to_owned(), "other-mx".to_owned())], "{plan}");
    assert!(acts(&plan, "spf").contains(&("left".to_owned(), "other-spf".to_owned())), "{plan}");
    assert_eq!(acts(&plan, "dmarc"), [("add".to_owned(), String::new())]);

    // Somebody adds a DMARC record after the plan was shown.
    let proof = zone(&product, NAME).await.into_iter().find(|record| !before.contains(record)).unwrap();
    let mut records = theirs.as_array().unwrap().clone();
    records.push(record(&proof.0, &proof.1, &proof.2));
    records.push(record(&format!("_dmarc.{NAME}"), "TXT", "\"v=DMARC1; p=none; rua=mailto:x@y.test\""));
    put_zone(&product, NAME, &value!({"records": records})).await;
    let moved = zone(&product, NAME).await;
    let (status, problem) = api.order(NAME, &plan, &key()).await;
    assert_eq!(status, 409, "{problem}");
    assert!(problem["type"].as_str().unwrap().ends_with("zone-moved"), "{problem}");
    assert_eq!(zone(&product, NAME).await, moved);
    api.carry_out(NAME).await;
    let after = zone(&product, NAME).await;
    assert!(moved.iter().all(|record| after.contains(record)), "{after:?}");
    assert_eq!(after.iter().filter(|(_, kind, _)| kind == "MX").count(), 1, "{after:?}");
}

#[tokio::test]
async fn after_an_answer_that_does_not_come_the_server_is_asked_what_it_has() {
    const NAME: &str = "tavs.test";
    let product = Product::start("small").await;
    let api = claimed(&product, NAME, value!([])).await;
    let plan = api.plan(NAME).await;
    set_fault(&product, "timeout_before").await;
    let (status, problem) = api.order(NAME, &plan, &key()).await;
    assert_eq!(status, 503, "{problem}");
    assert!(problem["type"].as_str().unwrap().ends_with("zone-not-changed"), "{problem}");
    assert_eq!(zone(&product, NAME).await, []);
    set_fault(&product, "timeout_after").await;
    let (status, domain) = api.order(NAME, &plan, &key()).await;
    assert_eq!((status, &domain["proof"]), (200, &value!("dns")), "{domain}");
    assert_eq!(zone(&product, NAME).await.len(), 1);
}
