//! Suspending, resuming and ending a workspace, as its operator and its members see it.

use std::time::Duration;

use crate::console::{IDA, sign_in, state};
use crate::journey::journey;

const SOON: Duration = Duration::from_secs(10);

#[tokio::test]
async fn a_suspended_workspace_is_closed_for_its_people_until_it_is_resumed() {
    journey("suspend", "small", async |stage| {
        let (ida, anna) = (stage.browser().await, stage.browser().await);
        sign_in(stage, &anna, "portal", "anna@acme.test").await;
        anna.sees("of 42 seats").await;
        sign_in(stage, &ida, "operator", IDA).await;
        ida.open(&stage.url("operator", "/tenants/acme")).await;
        ida.press_in_menu("Suspend workspace").await;
        ida.sees("Suspend Acme Widgets ApS?").await;
        ida.press_in_dialog("Suspend workspace").await;
        ida.sees("Acme Widgets ApS was suspended.").await;
        state(&ida, "Suspended", SOON).await;
        anna.open(&stage.url("portal", "/")).await;
        anna.sees("This workspace is suspended.").await;
        anna.open(&stage.url("portal", "/admin/acme")).await;
        anna.sees("This workspace is suspended").await;
        ida.press("Resume workspace").await;
        ida.sees("Acme Widgets ApS was resumed.").await;
        anna.open(&stage.url("portal", "/admin/acme")).await;
        state(&anna, "Active", SOON).await;
        anna.open(&stage.url("portal", "/")).await;
        anna.sees_no("suspended").await;
    })
    .await;
}

#[tokio::test]
async fn a_workspace_ends_only_by_its_whole_name() {
    journey("end", "small", async |stage| {
        let ida = stage.browser().await;
        sign_in(stage, &ida, "operator", IDA).await;
        ida.open(&stage.url("operator", "/tenants/havn")).await;
        ida.press_in_menu("End workspace").await;
        let typed = "Type Havnens Revision to continue";
        ida.fill(typed, "havnens revision").await;
        let sure = ida.finds("//dialog[@open]//button[@type=\"submit\"]").await;
        assert!(!sure.is_enabled().await.unwrap(), "the action is offered for a wrong name");
        // A browser that offers it nonetheless is refused, and the question stays open.
        ida.run("document.querySelector('dialog[open] button[type=submit]').form.requestSubmit()").await;
        ida.sees("That isn’t the name of this workspace.").await;
        ida.fill(typed, "Havnens Revision").await;
        ida.press_in_dialog("End workspace").await;
        ida.sees("Havnens Revision has ended.").await;
        state(&ida, "Ended", SOON).await;
        let group = stage.inventory("authentik", "groups", "dezky-tenant-havn").await;
        assert_eq!(group.len(), 1, "everything is kept until the grace period is over");
    })
    .await;
}
