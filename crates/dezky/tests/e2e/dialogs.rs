//! The keyboard, and when a dialog closes.

use std::time::Duration;

use fantoccini::key::Key;
use tokio::time::sleep;

use crate::browser::Browser;
use crate::console::{IDA, sign_in};
use crate::journey::journey;

const DIALOG: &str = "//dialog[@id=\"suspend\"]";

/// Whether the focus comes to what this selector finds.
async fn gets_focus(browser: &Browser, selector: &str) -> bool {
    let script = format!("return document.activeElement.matches('{selector}')");
    for _ in 0..40 {
        if browser.run(&script).await == true {
            return true;
        }
        sleep(Duration::from_millis(25)).await;
    }
    false
}

#[tokio::test]
async fn the_palette_finds_a_tenant_and_enter_opens_it() {
    journey("palette", "small", async |stage| {
        let ida = stage.browser().await;
        sign_in(stage, &ida, "operator", IDA).await;
        ida.sees("Dashboard").await;
        let body = ida.finds("//body").await;
        body.send_keys(&(Key::Control + "k")).await.unwrap();
        ida.finds("//input[@role=\"combobox\"]").await;
        ida.key("nordl").await;
        ida.finds("//*[@role=\"option\"][@aria-selected=\"true\"][contains(., \"Nordlys A/S\")]").await;
        ida.key(&char::from(Key::Enter).to_string()).await;
        ida.arrives_at(&stage.url("operator", "/tenants/nordlys")).await;
        ida.sees("Nordlys A/S").await;
    })
    .await;
}

const CHOSEN: &str = "//*[@role=\"option\"][@aria-selected=\"true\"]";

#[tokio::test]
async fn the_palette_leads_to_a_member_and_to_the_dialog_of_an_action_by_keys_alone() {
    journey("palette-portal", "small", async |stage| {
        let anna = stage.browser().await;
        sign_in(stage, &anna, "portal", "anna@acme.test").await;
        anna.open(&stage.url("portal", "/admin/acme")).await;
        let body = anna.finds("//body").await;
        body.send_keys(&(Key::Control + "k")).await.unwrap();
        let field = anna.finds("//input[@role=\"combobox\"]").await;
        anna.sees("Search members, groups, addresses").await;
        anna.key("MÁJA").await;
        let chosen = anna.finds(&format!("{CHOSEN}[contains(., \"Maja Medlem\")]")).await;
        let said = field.attr("aria-activedescendant").await.unwrap();
        assert_eq!(said, chosen.attr("id").await.unwrap(), "a reader is told which one it is");
        anna.sees("Results: 1").await;
        anna.key(&char::from(Key::Enter).to_string()).await;
        anna.arrives_at(&stage.url("portal", "/admin/acme/members/")).await;
        anna.sees("Maja Medlem").await;

        let body = anna.finds("//body").await;
        body.send_keys(&(Key::Control + "k")).await.unwrap();
        anna.finds("//input[@role=\"combobox\"]").await;
        anna.key("nobody at all").await;
        anna.sees("No results for “nobody at all”").await;
        anna.key(&char::from(Key::Escape).to_string()).await;
        body.send_keys(&(Key::Control + "k")).await.unwrap();
        anna.finds("//input[@role=\"combobox\"]").await;
        anna.key("member").await;
        anna.sees("Results: 2").await;
        anna.finds(&format!("{CHOSEN}[contains(., \"Members\")]")).await;
        anna.key(&char::from(Key::Down).to_string()).await;
        anna.finds(&format!("{CHOSEN}[contains(., \"Add member\")]")).await;
        anna.key(&char::from(Key::Enter).to_string()).await;
        anna.arrives_at(&stage.url("portal", "/admin/acme/members")).await;
        anna.finds("//dialog[@id=\"add-member\"][@open]").await;
    })
    .await;
}

#[tokio::test]
async fn a_dialog_closes_on_escape_and_on_the_backdrop_but_not_by_a_drag_out_of_it() {
    journey("dialogs", "small", async |stage| {
        let ida = stage.browser().await;
        sign_in(stage, &ida, "operator", IDA).await;
        ida.open(&stage.url("operator", "/tenants/skovbo")).await;
        ida.press_in_menu("Suspend workspace").await;
        let dialog = ida.finds(DIALOG).await;
        ida.key(&char::from(Key::Escape).to_string()).await;
        ida.loses(DIALOG).await;
        // The focus goes back to the menu's button: what opened the dialog is out of sight.
        assert!(gets_focus(&ida, "[popovertarget=more]").await);

        ida.press_in_menu("Suspend workspace").await;
        ida.finds(DIALOG).await;
        let (x, y, width, height) = dialog.rectangle().await.unwrap();
        let (inside, backdrop) = ((x + width / 2.0, y + height / 2.0), (20.0, 20.0));
        for (from, to) in [(inside, backdrop), (backdrop, inside), (inside, inside)] {
            ida.drag(from, to).await;
            assert!(ida.shown(DIALOG).await.is_some(), "{from:?} to {to:?}");
        }
        ida.drag(backdrop, backdrop).await;
        ida.loses(DIALOG).await;
        ida.sees("Skovbo Tandlæger").await;
    })
    .await;
}
