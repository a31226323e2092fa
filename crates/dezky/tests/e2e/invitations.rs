//! Somebody is invited, finds the mail, chooses a password, and is where they were asked to come.

use std::time::{Duration, Instant};

use crate::browser::Browser;
use crate::console::sign_in;
use crate::journey::{Stage, journey};

const METTE: &str = "mette@private.test";
const OWN: &str = "seven brown goats in the fog";
const SOON: Duration = Duration::from_secs(20);

/// The link of the mail to an address, as it stands in the catcher.
pub async fn link(stage: &Stage, browser: &Browser, address: &str, workspace: &str) -> String {
    let began = Instant::now();
    while stage.inventory("mail", "mails", address).await.is_empty() {
        assert!(began.elapsed() < SOON, "no mail came");
        tokio::time::sleep(Duration::from_millis(200)).await;
    }
    browser.open(&stage.url("sandbox/mail", "/")).await;
    browser.follow(&format!("Invitation to {workspace}")).await;
    let text = browser.text().await;
    let link = text.split_whitespace().find(|word| word.contains("/invitation/"));
    link.expect("the mail has a link").to_owned()
}

#[tokio::test]
async fn somebody_is_invited_accepts_and_works() {
    journey("invitation", "small", async |stage| {
        let (anna, mette) = (stage.browser().await, stage.browser().await);
        sign_in(stage, &anna, "portal", "anna@acme.test").await;
        anna.open(&stage.url("portal", "/admin/acme/members")).await;
        anna.press("Invite people").await;
        anna.fill("Email", METTE).await;
        anna.run("document.querySelector('#invite-member [name=role]').value = 'admin'").await;
        anna.press_in_dialog("Send invitation").await;
        anna.sees("Invitation created. The email is on its way.").await;
        anna.sees("Waiting").await;

        let link = link(stage, &mette, METTE, "Acme Widgets ApS").await;
        mette.sees("Invited by: Anna Ærø").await;
        mette.open(&link).await;
        mette.sees("Join Acme Widgets ApS").await;
        mette.sees("Anna Ærø invited you as Admin.").await;
        mette.fill("Your name", "Mette Hvid").await;
        mette.fill("Choose a password", OWN).await;
        mette.press("Accept invitation").await;
        mette.sees("Your account is ready").await;
        mette.follow("Sign in").await;
        mette.arrives_at(stage.product.origin("sandbox/authentik")).await;
        mette.fill("Username or e-mail", METTE).await;
        mette.fill("Password", OWN).await;
        mette.press("Sign in").await;
        mette.arrives_at(&stage.url("portal", "/")).await;
        mette.open(&stage.url("portal", "/")).await;
        mette.sees_within("Mette Hvid", SOON).await;
        mette.sees("You work in Acme Widgets ApS.").await;
        mette.finds("//nav[@aria-label='Apps']//a[@href='/admin/acme']//b[text()='Admin']").await;

        mette.open(&link).await;
        mette.sees("You're already in Acme Widgets").await;
        anna.open(&stage.url("portal", "/admin/acme/invitations")).await;
        anna.sees("Accepted").await;
    })
    .await;
}
