//! A group is made, gets its people, with scripts and without, and goes again.

use std::time::Duration;

use crate::browser::{Browser, Script};
use crate::console::{sign_in, state, step};
use crate::journey::journey;

const ANNA: &str = "anna@acme.test";
const BO: &str = "bo@acme.test";
const SOON: Duration = Duration::from_secs(20);

async fn tick(browser: &Browser, name: &str) {
    let path = format!("//tr[contains(., '{name}')]//input[@type='checkbox']");
    browser.finds_within(&path, SOON).await.click().await.unwrap();
}

#[tokio::test]
async fn a_group_is_made_gets_its_people_and_goes_again() {
    journey("groups", "small", async |stage| {
        let anna = stage.browser().await;
        sign_in(stage, &anna, "portal", ANNA).await;
        anna.follow("Groups").await;
        anna.sees("No groups yet").await;
        anna.press("Add group").await;
        anna.fill("Name", "Finance").await;
        anna.fill("Address", "finance@nowhere.test").await;
        anna.press_in_dialog("Add group").await;
        anna.sees("isn’t a domain of this workspace").await;
        assert_eq!(anna.value_of("Name").await, "Finance");
        anna.fill("Address", "finance@acme-widgets.test").await;
        anna.fill("Space", "999999").await;
        anna.press_in_dialog("Add group").await;
        anna.sees("are free for this space").await;
        let focused = anna.run("return document.activeElement.id").await;
        assert_eq!(focused, "add-group-f-space", "the focus is where something is wrong");
        anna.fill("Space", "").await;
        anna.press_in_dialog("Add group").await;
        anna.sees("Group added").await;
        anna.sees("No one is in this group yet").await;
        let at = anna.at().await;
        let at = at.as_str().split('?').next().unwrap().to_owned();

        anna.follow("Add people").await;
        // Whom one ticked stays so while one looks for the next.
        tick(&anna, "Maja Medlem").await;
        let search = anna.finds("//input[@id='others-filter-q']").await;
        search.send_keys("anna@").await.unwrap();
        anna.finds("//*[@id='others'][not(contains(., 'Maja Medlem'))]").await;
        anna.sees("1 selected").await;
        tick(&anna, "Anna").await;
        anna.sees("2 selected").await;
        anna.press("Add to group").await;
        anna.sees("2 people were added").await;
        state(&anna, "Works", SOON).await;
        step(&anna, "People for sign-in", "Done", SOON).await;
        anna.sees("dezky-group-acme.finance").await;

        // Somebody without scripts searches, adds and takes out.
        let bo = stage.browser_with(Script::Forbidden).await;
        sign_in(stage, &bo, "portal", BO).await;
        bo.open(&format!("{at}/add?q=bo@")).await;
        bo.sees_no("Maja Medlem").await;
        tick(&bo, "bo@acme").await;
        bo.press("Add to group").await;
        bo.sees("One person was added").await;
        tick(&bo, "Maja Medlem").await;
        bo.press("Remove from group").await;
        bo.sees("One person was removed").await;

        anna.open(&at).await;
        anna.sees_no("Maja Medlem").await;
        anna.press_in_menu("Remove group").await;
        anna.sees("2 people lose what the group opened").await;
        anna.press_in_dialog("Remove group").await;
        anna.sees("Group removed").await;
        anna.sees("No groups yet").await;
    })
    .await;
}
