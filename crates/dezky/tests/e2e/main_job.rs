//! The main job: a customer is created and set up everywhere while the operator looks on.

use std::time::Duration;

use serde_json::json;

use crate::browser::Browser;
use crate::console::{IDA, NORA, sign_in, state, step};
use crate::invitations::link;
use crate::journey::{Stage, journey};

const NAME: &str = "Ærø Bogføring ApS";
const STEPS: [&str; 3] = ["Sign-in group", "Mail domain", "Shared space"];
const SOON: Duration = Duration::from_secs(10);

#[tokio::test]
async fn a_customer_is_created_and_its_owner_sees_it() {
    journey("main-job", "none", async |stage| {
        // Slow enough that the page is seen before its steps are done.
        stage
            .set_faults("stalwart", json!([{"route": "*", "kind": "delay", "delayMs": 4000, "times": 1}]))
            .await;
        let ida = stage.browser().await;
        sign_in(stage, &ida, "operator", IDA).await;
        ida.follow("Tenants").await;
        ida.follow("New tenant").await;
        fill_in_the_form(&ida).await;
        ida.press("Create tenant").await;
        ida.arrives_at(&stage.url("operator", "/tenants/aeroe-bogfoering")).await;
        // What a script leaves in the page is gone when the page is loaded again.
        ida.run("window.sameDocument = true").await;
        state(&ida, "Setting up", SOON).await;
        for title in STEPS {
            step(&ida, title, "Done", SOON).await;
        }
        // Its DNS records are nobody's yet.
        state(&ida, "Active, needs attention", SOON).await;
        assert_eq!(ida.run("return window.sameDocument === true").await, true, "the page was loaded again");
        ida.sees("aeroe-bogfoering.test is ready on the mail server").await;
        one_object_is_upstream_of_each_kind(stage).await;

        let nora = stage.browser().await;
        sign_in(stage, &nora, "portal", NORA).await;
        // Her address gives her nothing; the link that was sent to it does.
        nora.sees_no(NAME).await;
        let link = link(stage, &nora, NORA, NAME).await;
        nora.open(&link).await;
        nora.press("Join as Nora Newcomer").await;
        nora.sees(&format!("You joined {NAME}")).await;
        nora.open(&stage.url("portal", "/admin/aeroe-bogfoering")).await;
        state(&nora, "Active, needs attention", SOON).await;
        nora.sees("of 25 seats").await;
        nora.open(&stage.url("portal", "/")).await;
        nora.sees(&format!("You work in {NAME}.")).await;
        // Whose product does the work is not shown to customers.
        for name in ["Authentik", "Stalwart", "oCIS"] {
            nora.sees_no(name).await;
        }
    })
    .await;
}

async fn fill_in_the_form(ida: &Browser) {
    ida.fill("Name", NAME).await;
    assert_eq!(ida.value_of("Workspace ID").await, "aeroe-bogfoering-aps", "the slug that is proposed");
    ida.fill("Workspace ID", "aeroe-bogfoering").await;
    ida.fill("Seats", "25").await;
    ida.fill("Mail domain", "aeroe-bogfoering.test").await;
    ida.fill("First owner’s email", NORA).await;
}

async fn one_object_is_upstream_of_each_kind(stage: &Stage) {
    let tenant = stage.call(outbound::Method::Get, "/api/tenants/aeroe-bogfoering", None).await;
    let id = tenant["id"].as_str().unwrap();
    let groups = stage.inventory("authentik", "groups", "aeroe-bogfoering").await;
    assert_eq!(groups.len(), 1, "{groups:?}");
    assert_eq!(groups[0]["name"], "dezky-tenant-aeroe-bogfoering");
    let domains = stage.inventory("stalwart", "domains", "aeroe-bogfoering").await;
    assert_eq!(domains.len(), 1, "{domains:?}");
    assert_eq!(domains[0]["name"], "aeroe-bogfoering.test");
    let drives = stage.inventory("ocis", "drives", "aeroe-bogfoering").await;
    assert_eq!(drives.len(), 1, "{drives:?}");
    for object in [&groups[0], &domains[0], &drives[0]] {
        assert!(object.to_string().contains(id), "it does not say whose it is: {object}");
    }
}

#[tokio::test]
async fn what_waits_for_an_upstream_heals_without_a_click() {
    journey("heals", "none", async |stage| {
        stage.set_faults("ocis", json!([{"route": "*", "kind": "refuse"}])).await;
        let ida = stage.browser().await;
        sign_in(stage, &ida, "operator", IDA).await;
        ida.open(&stage.url("operator", "/tenants/new")).await;
        fill_in_the_form(&ida).await;
        ida.press("Create tenant").await;
        step(&ida, STEPS[0], "Done", SOON).await;
        step(&ida, STEPS[1], "Done", SOON).await;
        let failed = step(&ida, STEPS[2], "Failed", SOON).await;
        let said = failed.text().await.unwrap();
        assert!(said.contains("oCIS") && said.contains("We’ll keep retrying"), "{said}");
        state(&ida, "Setting up, with an error", SOON).await;
        stage.set_faults("ocis", json!([])).await;
        state(&ida, "Active, needs attention", Duration::from_secs(20)).await;
        step(&ida, STEPS[2], "Done", SOON).await;
    })
    .await;
}
