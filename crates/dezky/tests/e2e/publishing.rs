//! A customer publishes a domain's records with a key: the page shows what would change before anything does.

use std::time::Duration;

use outbound::Method;
use serde_json::{Value, json};

use crate::console::sign_in;
use crate::harness::spoil;
use crate::journey::{Stage, journey};

const ANNA: &str = "anna@acme.test";
const NAME: &str = "udgives.test";
const SECRET: &str = "c2VjcmV0LW9mLXRoZS16b25l";
const SOON: Duration = Duration::from_secs(20);

impl Stage {
    async fn put_zone(&self, fields: Value) {
        spoil(self.product.origin("sandbox/dns"), &format!("zones/{NAME}"), &fields).await;
    }

    /// What the button says that publishes what would change now.
    async fn publish_button(&self) -> String {
        let path = format!("/api/tenants/acme/domains/{NAME}/publish/plan");
        let plan = self.call(Method::Post, &path, Some(json!({}))).await;
        let acts = plan["changes"].as_array().unwrap().iter().map(|change| change["act"].as_str().unwrap());
        format!("Publish {} records", acts.filter(|act| matches!(*act, "add" | "replace")).count())
    }

    /// The records of the zone as they are now, to be put back with others.
    async fn zone_records(&self) -> Vec<Value> {
        let zones = self.inventory("dns", "zones", NAME).await;
        zones[0]["records"].as_array().unwrap().clone()
    }
}

#[tokio::test]
async fn records_are_published_with_a_key_after_they_were_shown() {
    journey("publishing", "small", async |stage| {
        let key = json!({"name": "dezky", "algorithm": "hmac-sha256", "secret": SECRET});
        stage.put_zone(json!({"records": [], "negativeTtl": 1, "keys": [key]})).await;
        stage.call(Method::Post, "/api/tenants/acme/domains", Some(json!({"name": NAME}))).await;
        let anna = stage.browser().await;
        sign_in(stage, &anna, "portal", ANNA).await;
        let page = stage.url("portal", &format!("/admin/acme/domains/{NAME}"));
        anna.open(&page).await;
        anna.follow("Publish").await;
        anna.sees("One record would change").await;
        anna.sees("workspace-verification=").await;
        assert_eq!(anna.value_of("Server").await, "ns1.sandbox-dns.test");

        anna.fill("Key name", "dezky").await;
        anna.fill("Secret", "aHVzaA==").await;
        anna.press("Publish one record").await;
        anna.sees("has another secret for this key").await;
        assert_eq!(anna.value_of("Key name").await, "dezky");
        assert_eq!(anna.value_of("Secret").await, "", "a secret is never shown again");
        anna.fill("Secret", SECRET).await;
        anna.press("Publish one record").await;
        anna.sees("The records were published").await;
        anna.sees_within("Incoming mail", SOON).await;

        // Somebody else's mail server is in the zone.
        let own = stage.zone_records().await;
        let mut moved = own.clone();
        moved.push(json!({"name": NAME, "type": "MX", "ttl": 1, "data": "10 mx.elsewhere.test."}));
        stage.put_zone(json!({"records": moved})).await;
        anna.open(&format!("{page}/publish")).await;
        anna.sees("Left unchanged").await;
        anna.sees("Mail goes to other servers").await;
        let moved_count = stage.publish_button().await;
        stage.put_zone(json!({"records": own})).await;
        anna.fill("Key name", "dezky").await;
        anna.fill("Secret", SECRET).await;
        anna.press(&moved_count).await;
        anna.sees("Nothing was published").await;
        anna.sees_no("Mail goes to other servers").await;
        anna.fill("Secret", SECRET).await;
        anna.press(&stage.publish_button().await).await;
        anna.sees("The records were published").await;
        anna.sees_within("Verified", SOON).await;
        anna.open(&format!("{page}/publish")).await;
        anna.sees("There’s nothing to publish.").await;
    })
    .await;
}
