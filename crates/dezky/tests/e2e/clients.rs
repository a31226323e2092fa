//! A device is set up for a domain's mail; and an operator vouches for a domain that nobody has proven.

use std::time::Duration;

use outbound::Method;
use serde_json::json;

use crate::console::{IDA, sign_in};
use crate::harness::spoil;
use crate::journey::journey;

const ANNA: &str = "anna@acme.test";
const CLAIM: &str = "nyt-navn.test";
const SOON: Duration = Duration::from_secs(20);

#[tokio::test]
async fn a_tenant_s_admin_reads_how_a_device_is_set_up_and_asks_the_hosts() {
    journey("clients", "small", async |stage| {
        let anna = stage.browser().await;
        sign_in(stage, &anna, "portal", ANNA).await;
        anna.open(&stage.url("portal", "/admin/acme/domains/acme-widgets.test")).await;
        anna.sees_within("Every record is right", SOON).await;
        anna.follow("Set up a device").await;
        anna.arrives_at(&stage.url("portal", "/admin/acme/domains/acme-widgets.test/clients")).await;
        anna.finds("//tr[contains(., \"IMAP\")][contains(., \"mail.example.test\")][contains(., \"993\")]")
            .await;

        anna.press("Check now").await;
        anna.sees("It names the right servers.").await;
        let other = json!({"host": "mail.old-host.test"});
        spoil(stage.product.origin("sandbox/stalwart"), "clientHosts/a", &other).await;
        anna.press("Check now").await;
        anna.sees("It names IMAP mail.old-host.test:993 instead of IMAP mail.example.test:993").await;

        anna.fill("Address", "anna@elsewhere.test").await;
        anna.press("Download profile").await;
        anna.sees("Enter an address on acme-widgets.test").await;
    })
    .await;
}

#[tokio::test]
async fn an_operator_vouches_for_a_domain_after_reading_what_that_means() {
    journey("vouch", "small", async |stage| {
        stage.call(Method::Post, "/api/tenants/acme/domains", Some(json!({"name": CLAIM}))).await;
        assert_eq!(stage.inventory("stalwart", "domains", CLAIM).await.len(), 0);
        let ida = stage.browser().await;
        sign_in(stage, &ida, "operator", IDA).await;
        ida.open(&stage.url("operator", "/tenants/acme")).await;
        ida.finds("//nav[contains(@class, \"tabs\")]//a[normalize-space(.)=\"Domains\"]")
            .await
            .click()
            .await
            .unwrap();
        ida.sees(CLAIM).await;
        ida.sees("Not proven").await;
        ida.press("Vouch").await;
        ida.sees("No other workspace can use it").await;
        ida.press_in_dialog("Vouch for domain").await;
        ida.sees(&format!("{CLAIM} now belongs to this workspace.")).await;
        ida.sees("Vouched for").await;
        assert_eq!(stage.inventory("stalwart", "domains", CLAIM).await.len(), 1);
    })
    .await;
}
