//! What people do on the consoles: sign in and out, fill in the form of a tenant, look at its steps.

use std::time::Duration;

use fantoccini::elements::Element;

use crate::browser::Browser;
use crate::journey::Stage;

/// Ida, who runs the platform.
pub const IDA: &str = "ida@dezky.test";
/// Nora, who has signed in before and belongs to no workspace.
pub const NORA: &str = "nora@newcomer.test";

/// Signs in by typing in the form of the sign-in service.
pub async fn sign_in(stage: &Stage, browser: &Browser, console: &str, email: &str) {
    browser.open(&stage.url(console, "/")).await;
    type_password(stage, browser, email).await;
    browser.arrives_at(&stage.url(console, "/")).await;
}

/// Answers the form of the sign-in service.
pub async fn type_password(stage: &Stage, browser: &Browser, email: &str) {
    browser.arrives_at(stage.product.origin("sandbox/authentik")).await;
    browser.fill("Username or e-mail", email).await;
    browser.fill("Password", stage.password(email)).await;
    browser.press("Sign in").await;
}

/// Signs out by the menu of one's account.
pub async fn sign_out(browser: &Browser, name: &str) {
    browser.press(&format!("{name}: your account")).await;
    browser.press("Sign out").await;
    browser.sees("You’re signed out").await;
}

/// The row of a provisioning step, once it is marked so.
pub async fn step(browser: &Browser, title: &str, mark: &str, patience: Duration) -> Element {
    // What is done is folded.
    browser.run("for (const card of document.querySelectorAll('details.card')) card.open = true").await;
    let path =
        format!("//li[.//h3[starts-with(normalize-space(.), \"{title}\")]][.//*[@aria-label=\"{mark}\"]]");
    browser.finds_within(&path, patience).await
}

/// The state beside the page's title.
pub async fn state(browser: &Browser, said: &str, patience: Duration) {
    let path = format!("//h1/*[normalize-space(.)=\"{said}\"]");
    browser.finds_within(&path, patience).await;
}
