//! Two people edit one tenant.

use crate::console::{IDA, sign_in};
use crate::journey::journey;

#[tokio::test]
async fn whoever_saves_second_is_told_and_keeps_what_they_typed() {
    journey("editors", "small", async |stage| {
        let ida = stage.browser().await;
        sign_in(stage, &ida, "operator", IDA).await;
        let form = stage.url("operator", "/tenants/lindqvist/edit");
        ida.open(&form).await;
        ida.fill("Industry", "Landscaping").await;
        ida.fill("Seats", "12").await;
        let first = ida.client.window().await.unwrap();
        let second = ida.client.new_window(true).await.unwrap().handle;
        ida.client.switch_to_window(second).await.unwrap();
        ida.open(&form).await;
        ida.fill("Industry", "Interiors").await;
        ida.press("Save changes").await;
        ida.sees("The changes are saved.").await;
        ida.client.switch_to_window(first).await.unwrap();
        ida.press("Save changes").await;
        ida.sees("Somebody else changed this workspace since you opened the form.").await;
        assert_eq!(ida.value_of("Industry").await, "Landscaping");
        assert_eq!(ida.value_of("Seats").await, "12");
        let tenant = stage.call(outbound::Method::Get, "/api/tenants/lindqvist", None).await;
        assert_eq!((tenant["industry"].as_str(), tenant["seats"].as_i64()), (Some("Interiors"), Some(11)));
        // Reloaded as the sentence says, the form takes the change.
        ida.open(&form).await;
        ida.fill("Industry", "Landscaping").await;
        ida.press("Save changes").await;
        ida.sees("The changes are saved.").await;
    })
    .await;
}
