//! A domain from the claim to its end, through the API and the simulated DNS.

use std::time::{Duration, Instant};

use outbound::Method;
use serde_json::{Value, json as value};

use crate::harness::{Product, client, get, json, spoil};

const ANNA: &str = "anna@acme.test";
const OTTO: &str = "otto@fjord.test";
const IDA: &str = "ida@dezky.test";
const PATIENCE: Duration = Duration::from_secs(30);

/// The domains of a workspace, as one of its people sees them.
pub struct Desk<'a> {
    pub product: &'a Product,
    pub slug: &'a str,
    pub token: &'a str,
}

impl Desk<'_> {
    pub async fn call(&self, method: Method, path: &str, body: Option<Value>) -> (u16, Value) {
        let path = format!("/api/tenants/{}/domains{path}", self.slug);
        let answer = self.product.call(method, &path, self.token, body).await;
        (answer.status, serde_json::from_slice(&answer.body).unwrap_or_default())
    }

    async fn health(&self) -> Value {
        let path = format!("/api/tenants/{}", self.slug);
        json(&self.product.call(Method::Get, &path, self.token, None).await)["health"].clone()
    }

    pub async fn add(&self, name: &str) -> (u16, Value) {
        self.call(Method::Post, "", Some(value!({"name": name}))).await
    }

    pub async fn show(&self, name: &str) -> Value {
        self.call(Method::Get, &format!("/{name}"), None).await.1
    }

    pub async fn recheck(&self, name: &str) -> Value {
        self.call(Method::Post, &format!("/{name}/recheck"), Some(value!({}))).await.1
    }

    /// Waits until the domain is in a state without anybody asking for a check; says how long that took.
    pub async fn until(&self, name: &str, state: &str) -> Duration {
        let began = Instant::now();
        loop {
            let domain = self.show(name).await;
            if domain["state"] == state {
                return began.elapsed();
            }
            assert!(began.elapsed() < PATIENCE, "it never becomes {state}: {domain}");
            tokio::time::sleep(Duration::from_millis(100)).await;
        }
    }

    /// Publishes all records that the product asks for, save those that `but` leaves out.
    async fn publish(&self, name: &str, but: impl Fn(&Value) -> bool) {
        let domain = self.show(name).await;
        let records = domain["records"].as_array().unwrap().iter().filter(|record| !but(record));
        let records: Vec<Value> = records.map(published).collect();
        put_zone(self.product, name, &value!({"records": records})).await;
    }
}

/// A record as the simulated name server takes it, to be kept for two seconds.
fn published(record: &Value) -> Value {
    let text = record["value"].as_str().unwrap();
    let data = match record["type"].as_str().unwrap() {
        "TXT" => {
            let pieces =
                text.as_bytes().chunks(255).map(|piece| format!("\"{}\"", String::from_utf8_lossy(piece)));
            pieces.collect::<Vec<_>>().join(" ")
        }
        _ => format!("{text}."),
    };
    value!({"name": record["name"], "type": record["type"], "ttl": 2, "data": data})
}

pub async fn put_zone(product: &Product, name: &str, fields: &Value) {
    spoil(product.origin("sandbox/dns"), &format!("zones/{name}"), fields).await;
}

async fn in_mail_server(product: &Product, name: &str) -> bool {
    let inventory = json(&get(product.origin("sandbox/stalwart"), "/_sim/inventory").await);
    inventory["domains"].as_array().unwrap().iter().any(|domain| domain["name"] == name)
}

/// Waits until somebody has got a mail about something, once.
async fn until_mailed(product: &Product, to: &str, subject: &str) {
    let began = Instant::now();
    loop {
        let inventory = json(&get(product.origin("sandbox/mail"), "/_sim/inventory").await);
        let mails = inventory["mails"].as_array().unwrap();
        let fits = |mail: &&Value| mail["subject"] == subject && mail["to"].to_string().contains(to);
        match mails.iter().filter(fits).count() {
            0 => assert!(began.elapsed() < PATIENCE, "{to} gets no mail “{subject}”: {mails:?}"),
            count => return assert_eq!(count, 1, "{mails:?}"),
        }
        tokio::time::sleep(Duration::from_millis(100)).await;
    }
}

pub async fn actions(product: &Product, slug: &str) -> Vec<String> {
    let path = format!("/api/tenants/{slug}/audit?limit=50");
    let answer = product.call(Method::Get, &path, product.token(IDA, "operator"), None).await;
    let items = json(&answer)["items"].as_array().unwrap().clone();
    items.iter().map(|record| record["action"].as_str().unwrap().to_owned()).collect()
}

#[tokio::test]
async fn a_domain_is_claimed_proven_published_broken_mended_and_removed() {
    const NAME: &str = "nyt-navn.test";
    let product = Product::start("small").await;
    let desk = Desk { product: &product, slug: "acme", token: product.token(ANNA, "portal") };
    put_zone(&product, NAME, &value!({"records": [], "negativeTtl": 1})).await;

    let (status, claim) = desk.add(NAME).await;
    assert_eq!(
        (status, &claim["state"], &claim["reason"]),
        (201, &value!("pending"), &value!("awaiting_ownership"))
    );
    assert_eq!(claim["records"].as_array().unwrap().len(), 1, "only the proof is asked for: {claim}");
    assert_eq!(claim["records"][0]["purpose"], "ownership");
    assert!(!in_mail_server(&product, NAME).await, "nothing is made before it is proven");

    desk.publish(NAME, |_| false).await;
    let proven = desk.recheck(NAME).await;
    assert_eq!(proven["proof"], "dns", "{proven}");
    assert!(in_mail_server(&product, NAME).await);
    desk.until(NAME, "pending").await;
    let whole = Instant::now();
    while desk.show(NAME).await["records"].as_array().unwrap().len() < 10 {
        assert!(whole.elapsed() < PATIENCE, "the mail server's records are not shown");
        tokio::time::sleep(Duration::from_millis(100)).await;
    }
    desk.publish(NAME, |_| false).await;
    desk.until(NAME, "verified").await;

    desk.publish(NAME, |record| record["purpose"] == "mx").await;
    desk.until(NAME, "attention").await;
    let broken = desk.show(NAME).await;
    let mx = broken["records"].as_array().unwrap().iter().find(|record| record["purpose"] == "mx").unwrap();
    assert_eq!((&mx["verdict"], &mx["advice"]), (&value!("missing"), &value!("missing")));
    until_mailed(&product, "anna@acme.test", &format!("{NAME} needs attention")).await;
    let health = desk.health().await;
    assert!(health.to_string().contains("dns_problem"), "{health}");
    desk.publish(NAME, |_| false).await;
    let mended = desk.until(NAME, "verified").await;
    assert!(mended < Duration::from_secs(10), "a mended record is seen after {mended:?}");

    let (status, _) =
        desk.call(Method::Post, &format!("/{NAME}/dmarc"), Some(value!({"policy": "none"}))).await;
    assert_eq!(status, 200);
    desk.until(NAME, "attention").await;
    desk.publish(NAME, |_| false).await;
    desk.until(NAME, "verified").await;

    let (status, _) = desk.call(Method::Delete, &format!("/{NAME}"), None).await;
    assert_eq!(status, 204);
    assert!(!in_mail_server(&product, NAME).await);
    let (status, _) = desk.call(Method::Get, &format!("/{NAME}"), None).await;
    assert_eq!(status, 404);
    let known = actions(&product, "acme").await;
    for action in ["add", "prove", "verified", "attention", "dmarc", "remove"] {
        assert!(known.contains(&format!("domain.{action}")), "{action} of {known:?}");
    }
}

#[tokio::test]
async fn a_domain_belongs_to_whoever_proves_it_and_claims_block_nobody() {
    const NAME: &str = "omstridt.test";
    let product = Product::start("small").await;
    let acme = Desk { product: &product, slug: "acme", token: product.token(ANNA, "portal") };
    let fjord = Desk { product: &product, slug: "fjord", token: product.token(OTTO, "portal") };
    put_zone(&product, NAME, &value!({"records": [], "negativeTtl": 1})).await;
    assert_eq!(acme.add(NAME).await.0, 201);
    assert_eq!(fjord.add(NAME).await.0, 201, "an unproven claim blocks nobody");
    fjord.publish(NAME, |_| false).await;
    assert_eq!(acme.recheck(NAME).await["proof"], Value::Null, "another's proof proves nothing");
    assert_eq!(fjord.recheck(NAME).await["proof"], "dns");
    acme.publish(NAME, |_| false).await;
    let refused = acme.recheck(NAME).await;
    assert_eq!(refused["proof"], Value::Null);
    assert_eq!(refused["records"][0]["advice"], "belongs-to-another", "{refused}");
    let (status, problem) = acme.add("fjordrejser.test").await;
    assert_eq!((status, &problem["errors"][0]["field"]), (409, &value!("name")), "{problem}");
    assert_eq!(acme.add(NAME).await.0, 409, "it is there already");
    let (status, _) = acme.call(Method::Delete, "/acme-widgets.test", None).await;
    assert_eq!(status, 204, "the only domain may go");
}

#[tokio::test]
async fn a_domain_that_is_used_stays_and_whatever_uses_it_is_named() {
    let product = Product::start("small").await;
    let desk = Desk { product: &product, slug: "acme", token: product.token(ANNA, "portal") };
    desk.until("acme-widgets.test", "verified").await;
    let inventory = json(&get(product.origin("sandbox/stalwart"), "/_sim/inventory").await);
    let domains = inventory["domains"].as_array().unwrap();
    let id = domains.iter().find(|domain| domain["name"] == "acme-widgets.test").unwrap()["id"].clone();
    let account = value!({"name": "anna", "domainId": id});
    spoil(product.origin("sandbox/stalwart"), "accounts/zz", &account).await;
    let (status, problem) = desk.call(Method::Delete, "/acme-widgets.test", None).await;
    assert_eq!(status, 409, "{problem}");
    assert!(problem["detail"].as_str().unwrap().contains("anna@acme-widgets.test"), "{problem}");
    let kept = desk.show("acme-widgets.test").await;
    assert_eq!(kept["removingAt"], Value::Null, "{kept}");
    assert!(kept["refusal"].as_str().unwrap().contains("anna@acme-widgets.test"), "{kept}");
    let path = "/api/tenants/acme";
    let tenant = json(&product.call(Method::Get, path, desk.token, None).await);
    assert_eq!(tenant["primaryDomain"], "acme-widgets.test", "it is what it was");
    assert!(in_mail_server(&product, "acme-widgets.test").await);
    let answer = client(product.origin("sandbox/stalwart"));
    let gone = answer.send(outbound::Call::new(Method::Delete, "/_sim/objects/accounts/zz")).await.unwrap();
    assert_eq!(gone.status, 204);
    assert_eq!(desk.call(Method::Delete, "/acme-widgets.test", None).await.0, 204);
    assert!(!in_mail_server(&product, "acme-widgets.test").await);
}
