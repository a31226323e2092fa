//! A form outlives its session: what was typed is there again after the person has signed in again.

use outbound::Method;

use crate::browser::{Browser, Script};
use crate::console::{IDA, sign_in, type_password};
use crate::journey::{Stage, journey};

const NAME: &str = "Ærø Smørrebrød & Øl ApS";
const FILLED_IN: &str = "We filled in the form again. Check it, then send it.";

async fn fill_in(ida: &Browser) {
    ida.fill("Name", NAME).await;
    ida.fill("Workspace ID", "aeroe").await;
    ida.fill("Industry", "Mad på øen").await;
    ida.fill("Seats", "25").await;
    ida.fill("Mail domain", "ærø.test").await;
}

async fn is_filled_in(ida: &Browser) {
    ida.sees(FILLED_IN).await;
    let expected = [
        ("Name", NAME),
        ("Workspace ID", "aeroe"),
        ("Industry", "Mad på øen"),
        ("Seats", "25"),
        ("Mail domain", "ærø.test"),
    ];
    for (label, value) in expected {
        assert_eq!(ida.value_of(label).await, value, "{label}");
    }
}

/// Ends the person's sessions at the sign-in service and here, behind the back of the page that is shown.
async fn lose_the_session(stage: &Stage, browser: &Browser) {
    browser.client.delete_cookie("dezky_operator").await.unwrap();
    let shown = browser.client.window().await.unwrap();
    let tab = browser.client.new_window(true).await.unwrap();
    browser.client.switch_to_window(tab.handle).await.unwrap();
    browser.open(stage.product.origin("sandbox/authentik")).await;
    browser.client.delete_all_cookies().await.unwrap();
    browser.client.close_window().await.unwrap();
    browser.client.switch_to_window(shown).await.unwrap();
}

async fn send_late(stage: &Stage, script: Script) {
    let ida = stage.browser_with(script).await;
    sign_in(stage, &ida, "operator", IDA).await;
    ida.open(&stage.url("operator", "/tenants/new")).await;
    fill_in(&ida).await;
    lose_the_session(stage, &ida).await;
    ida.press("Create tenant").await;
    type_password(stage, &ida, IDA).await;
    ida.arrives_at(&stage.url("operator", "/tenants/new")).await;
    is_filled_in(&ida).await;
    // Nothing was done in her name, and a second look is as good as the first.
    ida.client.refresh().await.unwrap();
    is_filled_in(&ida).await;
    let all = stage.call(Method::Get, "/api/tenants", None).await;
    assert!(!all.to_string().contains("aeroe"), "{all}");
    ida.press("Create tenant").await;
    ida.arrives_at(&stage.url("operator", "/tenants/aeroe")).await;
    ida.sees(NAME).await;
    ida.open(&stage.url("operator", "/tenants/new")).await;
    assert_eq!(ida.value_of("Name").await, "", "it was sent, so it is not kept any longer");
    ida.sees_no("before this was sent").await;
}

#[tokio::test]
async fn a_form_that_is_sent_too_late_is_filled_in_again() {
    journey("kept-form", "none", async |stage| send_late(stage, Script::Allowed).await).await;
}

#[tokio::test]
async fn a_form_that_is_sent_too_late_is_filled_in_again_without_scripts() {
    journey("kept-form-no-script", "none", async |stage| send_late(stage, Script::Forbidden).await).await;
}

#[tokio::test]
async fn a_dialog_that_is_closed_forgets_what_was_kept() {
    const ANNA: &str = "anna@acme.test";
    const DIALOG: &str = "//dialog[@id='add-member']";
    journey("kept-dialog", "small", async |stage| {
        let anna = stage.browser().await;
        sign_in(stage, &anna, "portal", ANNA).await;
        let members = stage.url("portal", "/admin/acme/members");
        anna.open(&members).await;
        anna.press("Add member").await;
        anna.fill("Full name", "Smilla").await;
        anna.client.delete_cookie("dezky_portal").await.unwrap();
        anna.press_in_dialog("Add member").await;
        anna.arrives_at(&members).await;
        anna.finds(DIALOG).await;
        assert_eq!(anna.value_of("Full name").await, "Smilla");
        // What was typed is asked about, though the page wrote it.
        anna.press_in_dialog("Cancel").await;
        anna.press("Leave").await;
        anna.loses(DIALOG).await;
        anna.sees_no("before this was sent").await;
        anna.open(&members).await;
        anna.sees("Members").await;
        assert!(anna.shown(DIALOG).await.is_none(), "it opens again");
        anna.sees_no("signed out").await;
    })
    .await;
}

#[tokio::test]
async fn a_page_that_was_left_open_is_sent_after_a_sign_out_in_another_tab() {
    journey("kept-form-tab", "small", async |stage| {
        let ida = stage.browser().await;
        sign_in(stage, &ida, "operator", IDA).await;
        ida.open(&stage.url("operator", "/tenants/acme/edit")).await;
        ida.fill("Industry", "Sømænd").await;
        let form = ida.client.window().await.unwrap();
        let tab = ida.client.new_window(true).await.unwrap();
        ida.client.switch_to_window(tab.handle).await.unwrap();
        ida.open(&stage.url("operator", "/")).await;
        crate::console::sign_out(&ida, "Ida Holm").await;
        ida.client.close_window().await.unwrap();
        ida.client.switch_to_window(form).await.unwrap();
        // Somebody else has changed it meanwhile, which is still seen.
        let body = serde_json::json!({"name": "Acme & Søn"});
        stage.call(Method::Patch, "/api/tenants/acme", Some(body)).await;
        ida.press("Save changes").await;
        type_password(stage, &ida, IDA).await;
        ida.arrives_at(&stage.url("operator", "/tenants/acme/edit")).await;
        ida.sees(FILLED_IN).await;
        assert_eq!(ida.value_of("Industry").await, "Sømænd");
        ida.press("Save changes").await;
        ida.sees("Someone else changed this while you were editing").await;
        ida.finds("//tr[contains(., 'Acme & Søn')]").await;
        assert_eq!(ida.value_of("Industry").await, "Sømænd");
    })
    .await;
}
