//! A domain from the claim to its end, through the API and the simulated DNS.

use std::time::{Duration, Instant};

use outbound::Method;
use serde_json::{Value, json as value};

use crate::harness::Product;
use crate::session::Person;
use crate::tenant_api::{ANNA, DOMAIN, IDA, OTTO, TenantApi, at, eventually, find, items, text};

impl TenantApi<'_> {
    pub async fn claim(&self, name: &str) -> (u16, Value) {
        self.call(Method::Post, "/domains", value!({"name": name})).await
    }

    pub async fn domain(&self, name: &str) -> Value {
        self.call(Method::Get, &format!("/domains/{name}"), Value::Null).await.1
    }

    async fn recheck(&self, name: &str) -> Value {
        self.call(Method::Post, &format!("/domains/{name}/recheck"), value!({})).await.1
    }

    pub async fn set_dmarc(&self, name: &str, policy: &str) -> u16 {
        self.call(Method::Post, &format!("/domains/{name}/dmarc"), value!({"policy": policy})).await.0
    }

    async fn remove_domain(&self, name: &str) -> (u16, Value) {
        self.call(Method::Delete, &format!("/domains/{name}"), Value::Null).await
    }

    /// Waits until the domain is in a state without anybody asking for a check; says how long that took.
    async fn until_domain(&self, name: &str, state: &str) -> Duration {
        let began = Instant::now();
        // That of the demo is claimed a moment after the start.
        eventually(&format!("{name} becomes {state}"), async || {
            let domain = self.domain(name).await;
            if domain["state"] == state { Ok(()) } else { Err(domain) }
        })
        .await;
        began.elapsed()
    }

    /// Waits until all records are known; a domain that was just proven has its keys made.
    pub async fn until_whole(&self, name: &str) {
        let is_whole = |domain: &Value| domain["records"].as_array().unwrap().len() >= 10;
        self.once(&format!("/domains/{name}"), "the mail server's records are shown", is_whole).await;
    }

    /// Publishes all records that the product asks for, save those that `but` leaves out.
    async fn publish(&self, name: &str, but: impl Fn(&Value) -> bool) {
        let domain = self.domain(name).await;
        let records = domain["records"].as_array().unwrap().iter().filter(|record| !but(record));
        let records: Vec<Value> = records.map(published).collect();
        put_zone(self.product, name, &value!({"records": records})).await;
    }
}

/// A record as the simulated name server takes it, to be kept for two seconds.
fn published(record: &Value) -> Value {
    let text = text(&record["value"]);
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
    product.spoil("dns", &format!("zones/{name}"), fields).await;
}

async fn in_mail_server(product: &Product, name: &str) -> bool {
    !find(&product.objects("stalwart", "domains").await, "name", name).is_null()
}

/// Waits until somebody has got a mail about something, once.
async fn until_mailed(product: &Product, to: &str, subject: &str) {
    eventually(&format!("{to} gets a mail “{subject}”"), async || {
        let mails = product.objects("mail", "mails").await;
        let fits = |mail: &&Value| mail["subject"] == subject && mail["to"].to_string().contains(to);
        let count = mails.iter().filter(fits).count();
        assert!(count < 2, "{mails:?}");
        if count == 1 { Ok(()) } else { Err(value!(mails)) }
    })
    .await;
}

pub async fn actions(product: &Product, slug: &str) -> Vec<String> {
    let log = TenantApi::of_operator(product, slug).get("/audit?limit=50").await;
    items(&log).iter().map(|record| text(&record["action"])).collect()
}

#[tokio::test]
async fn a_domain_is_claimed_proven_published_broken_mended_and_removed() {
    const NAME: &str = "nyt-navn.test";
    let product = Product::start("small").await;
    let api = TenantApi::of(&product, ANNA, "acme");
    put_zone(&product, NAME, &value!({"records": [], "negativeTtl": 1})).await;

    let (status, claim) = api.claim(NAME).await;
    assert_eq!(
        (status, &claim["state"], &claim["reason"]),
        (201, &value!("pending"), &value!("awaiting_ownership"))
    );
    assert_eq!(claim["records"].as_array().unwrap().len(), 1, "only the proof is asked for: {claim}");
    assert_eq!(claim["records"][0]["purpose"], "ownership");
    assert!(!in_mail_server(&product, NAME).await, "nothing is made before it is proven");

    api.publish(NAME, |_| false).await;
    let proven = api.recheck(NAME).await;
    assert_eq!(proven["proof"], "dns", "{proven}");
    assert!(in_mail_server(&product, NAME).await);
    api.until_domain(NAME, "pending").await;
    api.until_whole(NAME).await;
    api.publish(NAME, |_| false).await;
    api.until_domain(NAME, "verified").await;

    api.publish(NAME, |record| record["purpose"] == "mx").await;
    api.until_domain(NAME, "attention").await;
    let broken = api.domain(NAME).await;
    let mx = find(broken["records"].as_array().unwrap(), "purpose", "mx");
    assert_eq!((&mx["verdict"], &mx["advice"]), (&value!("missing"), &value!("missing")));
    until_mailed(&product, ANNA, &format!("DNS needs attention: {NAME}")).await;
    let health = api.get("").await["health"].clone();
    assert!(health.to_string().contains("dns_problem"), "{health}");
    // To make it primary now is asked about, with what is missing.
    let mut anna = Person::sign_in(&product, ANNA).await;
    let of_it = format!("/admin/acme/domains/{NAME}");
    let (_, asked) = anna.page(&of_it).await;
    assert!(
        asked.contains("id=\"make-primary\"") && asked.contains("missing or wrong: Incoming mail"),
        "{asked}"
    );
    let mut ida = Person::sign_in_to(&product, "operator", IDA).await;
    for page in ["/", "/tenants/acme"] {
        let (_, shown) = ida.page(page).await;
        assert!(shown.contains(&format!("href=\"/tenants/acme/domains/{NAME}\"")), "{page}: {shown}");
    }
    api.publish(NAME, |_| false).await;
    let mended = api.until_domain(NAME, "verified").await;
    assert!(mended < Duration::from_secs(10), "a mended record is seen after {mended:?}");
    assert!(!anna.page(&of_it).await.1.contains("id=\"make-primary\""), "nothing is missing any more");

    assert_eq!(api.set_dmarc(NAME, "none").await, 200);
    api.until_domain(NAME, "attention").await;
    api.publish(NAME, |_| false).await;
    api.until_domain(NAME, "verified").await;

    assert_eq!(api.remove_domain(NAME).await.0, 204);
    assert!(!in_mail_server(&product, NAME).await);
    assert_eq!(api.call(Method::Get, &format!("/domains/{NAME}"), Value::Null).await.0, 404);
    let known = actions(&product, "acme").await;
    for action in ["add", "prove", "verified", "attention", "dmarc", "remove"] {
        assert!(known.contains(&format!("domain.{action}")), "{action} of {known:?}");
    }
}

#[tokio::test]
async fn a_domain_belongs_to_whoever_proves_it_and_claims_block_nobody() {
    const NAME: &str = "omstridt.test";
    let product = Product::start("small").await;
    let acme = TenantApi::of(&product, ANNA, "acme");
    let fjord = TenantApi::of(&product, OTTO, "fjord");
    put_zone(&product, NAME, &value!({"records": [], "negativeTtl": 1})).await;
    assert_eq!(acme.claim(NAME).await.0, 201);
    assert_eq!(fjord.claim(NAME).await.0, 201, "an unproven claim blocks nobody");
    fjord.publish(NAME, |_| false).await;
    assert_eq!(acme.recheck(NAME).await["proof"], Value::Null, "another's proof proves nothing");
    assert_eq!(fjord.recheck(NAME).await["proof"], "dns");
    acme.publish(NAME, |_| false).await;
    let refused = acme.recheck(NAME).await;
    assert_eq!(refused["proof"], Value::Null);
    assert_eq!(refused["records"][0]["advice"], "belongs-to-another", "{refused}");
    let (status, problem) = acme.claim("fjordrejser.test").await;
    assert_eq!((status, &problem["errors"][0]["field"]), (409, &value!("name")), "{problem}");
    assert_eq!(acme.claim(NAME).await.0, 409, "it is there already");
    assert_eq!(acme.remove_domain(DOMAIN).await.0, 204, "the only domain may go");
}

#[tokio::test]
async fn a_domain_that_is_used_stays_and_whatever_uses_it_is_named() {
    let product = Product::start("small").await;
    let api = TenantApi::of(&product, ANNA, "acme");
    api.until_domain(DOMAIN, "verified").await;
    let id = find(&product.objects("stalwart", "domains").await, "name", DOMAIN)["id"].clone();
    let account = value!({"name": "anna", "domainId": id});
    product.spoil("stalwart", "accounts/zz", &account).await;
    let (status, problem) = api.remove_domain(DOMAIN).await;
    assert_eq!(status, 409, "{problem}");
    assert!(problem["detail"].as_str().unwrap().contains(&at("anna")), "{problem}");
    let kept = api.domain(DOMAIN).await;
    assert_eq!(kept["removingAt"], Value::Null, "{kept}");
    assert!(kept["refusal"].as_str().unwrap().contains(&at("anna")), "{kept}");
    assert_eq!(api.get("").await["primaryDomain"], DOMAIN, "it is what it was");
    assert!(in_mail_server(&product, DOMAIN).await);
    product.remove("stalwart", "accounts/zz").await;
    assert_eq!(api.remove_domain(DOMAIN).await.0, 204);
    assert!(!in_mail_server(&product, DOMAIN).await);
}
