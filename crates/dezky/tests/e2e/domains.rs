//! A customer brings a domain: claims it, proves it, publishes its records, and hears when one breaks.

use std::time::Duration;

use outbound::Method;
use serde_json::{Value, json};

use crate::console::sign_in;
use crate::harness::spoil;
use crate::journey::{Stage, journey};

const ANNA: &str = "anna@acme.test";
const NAME: &str = "nyt-brand.test";
/// What a domain's page leads to.
const ACTION_ZONE: &str = "//*[@id=\"ways\"]//a[contains(@href, \"/zone\")]";
const ACTION_DEVICES: &str = "//*[@id=\"ways\"]//a[contains(@href, \"/clients\")]";
const ACTION_PUBLISH: &str = "//*[@id=\"ways\"]//a[contains(@href, \"/publish\")]";
/// Checks come by the clock.
const SOON: Duration = Duration::from_secs(20);

impl Stage {
    /// Publishes what the product asks for, save the records of a purpose, as somebody does at a DNS host.
    async fn publish(&self, but: &str) {
        let domain = self.call(Method::Get, &format!("/api/tenants/acme/domains/{NAME}"), None).await;
        let records = domain["records"].as_array().unwrap().iter().filter(|record| record["purpose"] != but);
        let shown = |record: &Value| {
            let value = record["value"].as_str().unwrap();
            let pieces =
                value.as_bytes().chunks(255).map(|one| format!("\"{}\"", String::from_utf8_lossy(one)));
            let data = match record["type"].as_str() {
                Some("TXT") => pieces.collect::<Vec<_>>().join(" "),
                _ => format!("{value}."),
            };
            json!({"name": record["name"], "type": record["type"], "ttl": 1, "data": data})
        };
        let records: Vec<Value> = records.map(shown).collect();
        let zone = json!({"records": records, "negativeTtl": 1});
        spoil(self.product.origin("sandbox/dns"), &format!("zones/{NAME}"), &zone).await;
    }
}

#[tokio::test]
async fn a_domain_turns_verified_while_its_owner_looks_on() {
    journey("domains", "small", async |stage| {
        let zone = json!({"records": [], "negativeTtl": 1});
        spoil(stage.product.origin("sandbox/dns"), &format!("zones/{NAME}"), &zone).await;
        let anna = stage.browser().await;
        sign_in(stage, &anna, "portal", ANNA).await;
        anna.follow("Domains").await;
        anna.sees("acme-widgets.test").await;

        anna.press("Add domain").await;
        anna.fill("Domain", "no domain").await;
        anna.press_in_dialog("Add domain").await;
        anna.finds("//dialog[@open]//*[contains(., \"Enter a domain such as acme.com\")]").await;
        anna.fill("Domain", NAME).await;
        anna.press_in_dialog("Add domain").await;
        anna.arrives_at(&stage.url("portal", &format!("/admin/acme/domains/{NAME}"))).await;
        anna.sees("Not proven").await;
        anna.sees("Ownership").await;
        anna.sees_within("workspace-verification=", SOON).await;
        assert_eq!(stage.inventory("stalwart", "domains", NAME).await.len(), 0, "nothing before the proof");

        stage.publish("").await;
        anna.sees_within("Setting up", SOON).await;
        anna.sees_within("Incoming mail", SOON).await;
        stage.publish("").await;
        anna.sees_within("Every record is right", SOON).await;
        anna.sees("Verified").await;
        // The page was never loaded again since the claim, and is what a fresh one would be.
        anna.finds(ACTION_ZONE).await;
        anna.finds(ACTION_DEVICES).await;
        anna.finds("//*[@id=\"policy\"]").await;

        stage.publish("mx").await;
        anna.sees_within("Needs attention", SOON).await;
        anna.sees("Incoming mail is missing.").await;
        anna.finds(ACTION_PUBLISH).await;
        anna.finds("//nav//a[contains(., \"Domains\")]//*[text()=\"1\"]").await;
        anna.open(&stage.url("portal", "/admin/acme")).await;
        anna.finds("//nav//a[contains(., \"Domains\")]//*[text()=\"1\"]").await;
        anna.open(&stage.url("portal", "/admin/acme/domains")).await;
        anna.sees(&format!("{NAME} needs attention.")).await;
        anna.follow(NAME).await;
        stage.publish("").await;
        anna.sees_within("Every record is right", SOON).await;

        anna.press_in_menu("Remove domain").await;
        anna.press_in_dialog("Remove domain").await;
        anna.sees("The domain was removed.").await;
        anna.sees_no(NAME).await;
    })
    .await;
}
