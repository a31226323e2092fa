//! What differs upstream: it is read, looked at, and decided about.

use std::time::Duration;

use fantoccini::elements::Element;
use outbound::Method;
use serde_json::{Value, json};

use crate::browser::Browser;
use crate::console::{IDA, sign_in};
use crate::harness::spoil;
use crate::journey::{Stage, journey};

const WHY: &str = "Kunden har selv bedt om det, før sommerferien.";

impl Stage {
    /// Changes a customer's space behind Dezky's back.
    async fn spoil_space(&self, slug: &str, fields: Value) {
        let path = format!("/api/tenants/{slug}");
        let mut tenant = self.call(Method::Get, &path, None).await;
        while tenant["status"] != "active" {
            tokio::time::sleep(Duration::from_millis(100)).await;
            tenant = self.call(Method::Get, &path, None).await;
        }
        let id = tenant["handles"]["ocisSpaceId"].as_str().unwrap();
        spoil(self.product.origin("sandbox/ocis"), &format!("drives/{id}"), &fields).await;
    }

    /// The space of a customer as oCIS has it.
    async fn space(&self, slug: &str) -> Value {
        let id = self.call(Method::Get, &format!("/api/tenants/{slug}"), None).await["id"].clone();
        self.inventory("ocis", "drives", id.as_str().unwrap()).await.remove(0)
    }
}

/// The row or entry of a list that says this.
async fn entry(browser: &Browser, list: &str, words: &str) -> Element {
    browser.finds(&format!("//*[@id=\"{list}\"]//*[self::tr or self::li][contains(., \"{words}\")]")).await
}

async fn read_now(stage: &Stage, ida: &Browser) {
    ida.open(&stage.url("operator", "/drift")).await;
    ida.press("Scan now").await;
    ida.sees("Scan of all services started.").await;
}

async fn choose(browser: &Browser, label: &str, value: &str) {
    browser.field(label).await.select_by_value(value).await.unwrap();
}

#[tokio::test]
async fn a_renamed_space_is_accepted_for_a_while_and_then_reverted() {
    journey("drift-accept", "small", async |stage| {
        stage
            .spoil_space("nordlys", json!({"name": "Renamed by hand", "quotaTotal": 5_000_000_000_i64}))
            .await;
        let ida = stage.browser().await;
        sign_in(stage, &ida, "operator", IDA).await;
        read_now(stage, &ida).await;
        let row = entry(&ida, "drift", "Nordlys A/S").await.text().await.unwrap();
        assert!(row.contains("Changed") && row.contains("Name, Storage limit"), "{row}");
        ida.follow("Review").await;
        ida.arrives_at(&stage.url("operator", "/tenants/nordlys/plan")).await;
        ida.sees("Renamed by hand").await;

        ida.press("Ignore…").await;
        choose(&ida, "Ignore for", "90").await;
        ida.press_in_dialog("Ignore difference").await;
        ida.finds("//dialog[@open]//*[contains(., \"This field is required\")]").await;
        assert_eq!(ida.value_of("Ignore for").await, "90", "what was chosen is kept");
        ida.fill("Reason", WHY).await;
        choose(&ida, "Ignore for", "30").await;
        ida.press_in_dialog("Ignore difference").await;
        ida.sees("The difference is ignored.").await;
        ida.sees(WHY).await;
        ida.open(&stage.url("operator", "/drift")).await;
        let accepted = entry(&ida, "accepted", "nordlys").await.text().await.unwrap();
        assert!(accepted.contains(WHY) && accepted.contains("Ida Holm"), "{accepted}");

        ida.open(&stage.url("operator", "/tenants/nordlys/plan")).await;
        ida.press("Stop ignoring").await;
        ida.sees("The difference is no longer ignored.").await;
        assert_eq!(stage.space("nordlys").await["name"], "Renamed by hand");
        ida.press("Revert").await;
        ida.sees("The difference was reverted.").await;
        assert_eq!(stage.space("nordlys").await["name"], "Nordlys A-S");
        ida.open(&stage.url("operator", "/drift")).await;
        ida.sees_no("nordlys").await;
    })
    .await;
}

#[tokio::test]
async fn a_space_that_the_customer_renamed_is_adopted_and_the_workspace_follows() {
    journey("drift-adopt", "small", async |stage| {
        stage.spoil_space("skovbo", json!({"name": "Skovbo Tandlæger & Søn"})).await;
        let ida = stage.browser().await;
        sign_in(stage, &ida, "operator", IDA).await;
        read_now(stage, &ida).await;
        ida.open(&stage.url("operator", "/")).await;
        ida.sees("One difference to review").await;
        ida.follow("Review drift").await;
        ida.follow("Review").await;
        ida.press("Adopt").await;
        ida.sees("The difference was adopted.").await;
        ida.sees("Skovbo Tandlæger & Søn").await;
        assert_eq!(stage.space("skovbo").await["name"], "Skovbo Tandlæger & Søn");
    })
    .await;
}

#[tokio::test]
async fn a_foreign_domain_is_shown_and_may_stay_but_nothing_else_is_done_to_it() {
    journey("drift-foreign", "small", async |stage| {
        let domain = json!({"name": "fremmed.test"});
        spoil(stage.product.origin("sandbox/stalwart"), "domains/zz", &domain).await;
        let ida = stage.browser().await;
        sign_in(stage, &ida, "operator", IDA).await;
        read_now(stage, &ida).await;
        let row = entry(&ida, "drift", "fremmed.test").await;
        assert!(row.text().await.unwrap().contains("Unmanaged"));
        let actions = row.find_all(fantoccini::Locator::Css("button, a")).await.unwrap();
        assert_eq!(actions.len(), 1, "accepting is all that is offered");
        actions[0].click().await.unwrap();
        ida.sees("Ignore the difference in fremmed.test?").await;
        ida.press_in_dialog("Ignore difference").await;
        ida.finds("//dialog[@open]//*[contains(., \"This field is required\")]").await;
        ida.fill("Reason", WHY).await;
        ida.press_in_dialog("Ignore difference").await;
        ida.sees("The difference is ignored.").await;
        entry(&ida, "accepted", "fremmed.test").await;
        ida.loses("//*[@id=\"drift\"]//tr[contains(., \"fremmed.test\")]").await;
        read_now(stage, &ida).await;
        ida.loses("//*[@id=\"drift\"]//tr[contains(., \"fremmed.test\")]").await;
        entry(&ida, "accepted", "fremmed.test")
            .await
            .find(fantoccini::Locator::Css("button"))
            .await
            .unwrap()
            .click()
            .await
            .unwrap();
        ida.sees("The difference is no longer ignored.").await;
        read_now(stage, &ida).await;
        entry(&ida, "drift", "fremmed.test").await;
        assert_eq!(stage.inventory("stalwart", "domains", "fremmed.test").await.len(), 1);
    })
    .await;
}
