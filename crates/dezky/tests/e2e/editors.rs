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
        ida.sees("Changes saved.").await;
        ida.client.switch_to_window(first).await.unwrap();
        ida.press("Save changes").await;
        ida.sees("Someone else changed this while you were editing").await;
        // Both versions stand beside each other, and the focus is where they are.
        ida.finds("//tr[contains(., 'Landscaping') and contains(., 'Interiors')]").await;
        ida.finds("//tr[contains(., '12') and contains(., '11')]").await;
        assert_eq!(ida.run("return document.activeElement.className").await, "conflict");
        assert_eq!(ida.value_of("Industry").await, "Landscaping");
        assert_eq!(ida.value_of("Seats").await, "12");
        let tenant = stage.call(outbound::Method::Get, "/api/tenants/lindqvist", None).await;
        assert_eq!((tenant["industry"].as_str(), tenant["seats"].as_i64()), (Some("Interiors"), Some(11)));
        // One value is taken from the other version, and the form is sent again over what was seen.
        ida.press("Use 11").await;
        assert_eq!(ida.value_of("Seats").await, "11");
        ida.press("Save changes").await;
        ida.sees("Changes saved.").await;
        let tenant = stage.call(outbound::Method::Get, "/api/tenants/lindqvist", None).await;
        assert_eq!((tenant["industry"].as_str(), tenant["seats"].as_i64()), (Some("Landscaping"), Some(11)));
    })
    .await;
}
