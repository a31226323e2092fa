//! A colleague comes, works, is closed out, let in again and leaves: as an admin does it, and as the colleague sees it.

use std::time::{Duration, Instant};

use crate::browser::Browser;
use crate::console::{sign_in, state};
use crate::journey::{Stage, journey};

const ANNA: &str = "anna@acme.test";
const MAJA: &str = "maja@acme.test";
const METTE: &str = "mette@acme.test";
const OWN: &str = "seven brown goats in the fog";
const SOON: Duration = Duration::from_secs(20);

/// Types in the form of the sign-in service.
async fn try_to_sign_in(stage: &Stage, browser: &Browser, email: &str, password: &str) {
    browser.open(&stage.url("portal", "/")).await;
    browser.arrives_at(stage.product.origin("sandbox/authentik")).await;
    browser.fill("Username or e-mail", email).await;
    browser.fill("Password", password).await;
    browser.press("Sign in").await;
}

/// The password that the open dialog shows, as it is read there. What is selected and what the button copies is the same.
async fn shown_password(browser: &Browser) -> String {
    let button = browser.finds_within("//dialog[@open]//button[@data-copy]", SOON).await;
    let copied = button.attr("data-copy").await.unwrap().expect("the button copies the password");
    let read = "document.querySelector('dialog[open] .secret .value')";
    let selected =
        format!("const at = {read}; getSelection().selectAllChildren(at); return getSelection().toString();");
    for script in [format!("return {read}.innerText;"), selected] {
        assert_eq!(browser.run(&script).await, copied.as_str(), "{script}");
    }
    copied
}

/// Opens an action's dialog and does it.
async fn action(browser: &Browser, name: &str) {
    if matches!(name, "Resume member" | "Reset password") {
        browser.press(name).await;
    } else {
        browser.press_in_menu(name).await;
    }
    browser.press_in_dialog(name).await;
}

#[tokio::test]
async fn a_colleague_comes_works_is_closed_out_let_in_again_and_leaves() {
    journey("members", "small", async |stage| {
        let (anna, mette, maja) = (stage.browser().await, stage.browser().await, stage.browser().await);
        sign_in(stage, &maja, "portal", MAJA).await;
        sign_in(stage, &anna, "portal", ANNA).await;
        anna.follow("Members").await;
        anna.sees_within("Maja Medlem", SOON).await;

        // What can't be is said at the field, and what was typed stays.
        anna.press("Add member").await;
        anna.fill("Full name", "Mette Hvid").await;
        anna.fill("Sign-in address", MAJA).await;
        anna.press_in_dialog("Add member").await;
        anna.sees("already belongs to a member of this workspace").await;
        assert_eq!(anna.value_of("Full name").await, "Mette Hvid");
        anna.fill("Sign-in address", METTE).await;
        anna.press_in_dialog("Add member").await;
        anna.sees("Mette Hvid was added").await;
        let once = shown_password(&anna).await;
        assert_eq!(once.len(), 19, "{once}");
        anna.press_in_dialog("Done").await;
        anna.sees("Tick the box once you’ve saved or shared this password").await;
        // It is shown once: a reload shows her page, without it.
        let at = anna.at().await;
        assert!(at.path().starts_with("/admin/acme/members/usr_"), "{at}");
        anna.open(at.as_str()).await;
        anna.sees("Generated, not replaced yet").await;
        anna.sees_no(&once).await;
        anna.fill("Full name", &"x".repeat(121)).await;
        anna.press("Save changes").await;
        anna.sees("at most 120 characters").await;
        let focused = anna.run("return document.activeElement.id").await;
        assert_eq!(focused, "member-f-name", "what was refused is in view, however far below it stands");

        // She is asked for a password of her own, and then at work.
        try_to_sign_in(stage, &mette, METTE, &once).await;
        mette.sees("Your password was generated").await;
        mette.fill("New password", "short").await;
        mette.press("Set password").await;
        mette.sees("at least 10 characters").await;
        let rules = mette.run("return document.styleSheets[0]?.cssRules.length ?? 0").await;
        assert!(rules.as_u64() > Some(10), "the page has its style: {rules}");
        mette.fill("New password", OWN).await;
        mette.press("Set password").await;
        try_to_sign_in(stage, &mette, METTE, OWN).await;
        mette.sees("Acme Widgets").await;
        for tile in ["Mail", "Files"] {
            mette.finds_within(&format!("//nav[@aria-label='Apps']//b[text()='{tile}']"), SOON).await;
        }

        // Suspended, every way in is shut; resumed, her own password works.
        anna.open(at.as_str()).await;
        action(&anna, "Suspend member").await;
        anna.sees("Member suspended. Mail keeps arriving.").await;
        state(&anna, "Suspended", SOON).await;
        mette.open(&stage.url("portal", "/")).await;
        mette.arrives_at(stage.product.origin("sandbox/authentik")).await;
        try_to_sign_in(stage, &mette, METTE, OWN).await;
        mette.arrives_at(stage.product.origin("sandbox/authentik")).await;
        action(&anna, "Resume member").await;
        state(&anna, "Active", SOON).await;
        try_to_sign_in(stage, &mette, METTE, OWN).await;
        mette.sees("Acme Widgets").await;

        // Signed out everywhere: she, and nobody else.
        action(&anna, "Sign out everywhere").await;
        anna.sees("Signed out everywhere").await;
        mette.open(&stage.url("portal", "/")).await;
        mette.arrives_at(stage.product.origin("sandbox/authentik")).await;
        maja.open(&stage.url("portal", "/")).await;
        maja.sees("Maja").await;

        action(&anna, "Reset password").await;
        let again = shown_password(&anna).await;
        assert_ne!(again, once);
        try_to_sign_in(stage, &mette, METTE, &again).await;
        mette.sees("Your password was generated").await;

        // Gone, after her name was typed.
        anna.open(at.as_str()).await;
        anna.press_in_menu("Remove member").await;
        anna.fill("Type Mette Hvid to continue", "Mette Hvid").await;
        anna.press_in_dialog("Remove member").await;
        anna.sees("Member removed").await;
        for (simulator, kind, needle) in [
            ("authentik", "users", METTE),
            ("stalwart", "accounts", "mette@"),
            ("ocis", "users", "Mette Hvid"),
        ] {
            let began = Instant::now();
            while !stage.inventory(simulator, kind, needle).await.is_empty() {
                assert!(began.elapsed() < SOON, "{needle} is left in {simulator}");
                tokio::time::sleep(Duration::from_millis(100)).await;
            }
        }
    })
    .await;
}
