//! The main job in a browser that runs no scripts.

use std::time::{Duration, Instant};

use crate::browser::Script;
use crate::console::{IDA, sign_in, sign_out};
use crate::journey::journey;

#[tokio::test]
async fn a_customer_is_created_without_scripts() {
    journey("no-script", "none", async |stage| {
        let ida = stage.browser_with(Script::Forbidden).await;
        sign_in(stage, &ida, "operator", IDA).await;
        ida.follow("Tenants").await;
        ida.follow("New tenant").await;
        ida.fill("Name", "Fjordkøkkenet").await;
        assert_eq!(ida.value_of("Workspace ID").await, "", "a script ran");
        // What is missing is said, and what was typed stays.
        ida.press("Create tenant").await;
        ida.sees("One thing to fix").await;
        assert_eq!(ida.value_of("Name").await, "Fjordkøkkenet");
        ida.fill("Workspace ID", "fjordkoekkenet").await;
        ida.fill("Mail domain", "fjordkøkkenet.test").await;
        ida.press("Create tenant").await;
        ida.arrives_at(&stage.url("operator", "/tenants/fjordkoekkenet")).await;
        let began = Instant::now();
        while !ida.text().await.contains("3 of 3 done") {
            assert!(began.elapsed() < Duration::from_secs(10), "{}", ida.text().await);
            tokio::time::sleep(Duration::from_millis(300)).await;
            ida.client.refresh().await.unwrap();
        }
        // What is done is folded.
        let steps = ida
            .finds_within("//summary[.//*[normalize-space(.)=\"Provisioning\"]]", Duration::from_secs(3))
            .await;
        steps.click().await.unwrap();
        ida.sees("fjordkøkkenet.test is ready on the mail server").await;
        sign_out(&ida, "Ida Holm").await;
    })
    .await;
}
