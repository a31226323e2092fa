//! People come from a file that a spreadsheet wrote: seen first, then added, and what is seen goes along.

use std::time::Duration;

use crate::browser::Script;
use crate::console::sign_in;
use crate::journey::journey;

const ANNA: &str = "anna@acme.test";
const SOON: Duration = Duration::from_secs(40);

#[tokio::test]
async fn a_file_of_people_is_previewed_added_and_its_end_is_seen_whole() {
    journey("imports", "small", async |stage| {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("people.csv");
        let file = b"Kollege;Konto;Privat E-Mail\r\nS\xf8ren \xc6r\xf8;soren@acme-widgets.test;\r\n\
            \xc5se \xd8st;ase@acme-widgets.test;ase@home.test\r\nNobody;ditte-at-acme;\r\n";
        std::fs::write(&path, file).unwrap();

        let anna = stage.browser_with(Script::Allowed).await;
        sign_in(stage, &anna, "portal", ANNA).await;
        let at = anna.at().await;
        anna.open(at.join("/admin/acme/members/import").unwrap().as_str()).await;
        anna.sees("Download a template").await;
        let chosen = anna.finds("//input[@type='file']").await;
        chosen.send_keys(path.to_str().unwrap()).await.unwrap();
        anna.press("Preview import").await;
        anna.sees("We couldn't tell which column is which").await;
        anna.field("Kollege").await.select_by_label("Full name").await.unwrap();
        anna.field("Konto").await.select_by_label("Email").await.unwrap();
        anna.press("Preview import").await;
        anna.sees("Søren Ærø").await;
        anna.sees("Enter an email address such as").await;
        anna.sees("Link to ase@home.test").await;
        anna.sees("Download the skipped line").await;
        anna.press("Add 2 people").await;
        anna.sees_within("2 people were added and are ready", SOON).await;
        anna.sees("Added, link sent").await;
        anna.sees("Download one first password").await;
        anna.sees_no("To do").await;
        anna.sees_no("Stop import").await;
        anna.press("Download one first password").await;
        anna.sees("Added, first password given").await;
        // The card follows the row a moment later.
        anna.loses("//button[contains(., 'Download one first password')]").await;
    })
    .await;
}
