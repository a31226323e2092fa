//! Links to set a password with, from the client to the page that they open.

use std::time::Duration;

use outbound::{Answer, Call, Method};
use secrecy::ExposeSecret as _;
use serde_json::json;
use simulator::State as _;
use upstream_authentik::{Recovery, RecoveryLink};

use crate::browser::Browser;
use crate::lab::{Lab, TEN_MINUTES};
use crate::people::is_asked_to_sign_in;
use crate::users::create;

const DAY: Duration = Duration::from_hours(24);

async fn link(lab: &Lab, user: i64, valid: Duration) -> RecoveryLink {
    match lab.authentik.recovery_link(user, valid).await.unwrap() {
        Recovery::Link(link) => link,
        other => panic!("{other:?}"),
    }
}

fn path(lab: &Lab, link: &RecoveryLink) -> String {
    link.url.expose_secret().strip_prefix(&lab.sim.origin).unwrap().to_owned()
}

fn text(answer: &Answer) -> String {
    String::from_utf8(answer.body.to_vec()).unwrap()
}

/// Opens the page and sends two passwords, as a browser would.
async fn set_password(lab: &Lab, page: &str, passwords: [&str; 2]) -> (Answer, Option<String>) {
    let opened = Browser::new(lab).get(page).await;
    assert_eq!(opened.status, 200);
    assert!(text(&opened).contains("name=\"password_repeat\""));
    let cookie = opened.header("set-cookie").map(|cookie| cookie.split(';').next().unwrap().to_owned());
    send(lab, page, cookie.as_deref(), passwords).await
}

async fn send(lab: &Lab, page: &str, cookie: Option<&str>, passwords: [&str; 2]) -> (Answer, Option<String>) {
    let fields = [("password", passwords[0]), ("password_repeat", passwords[1])];
    let call = Call::new(Method::Post, page).form(&fields);
    let call = match cookie {
        Some(cookie) => call.header("cookie", cookie),
        None => call,
    };
    (lab.http.send(call).await.unwrap(), cookie.map(str::to_owned))
}

#[tokio::test]
async fn an_invited_person_sets_a_password_and_is_signed_in() {
    let lab = Lab::start().await;
    let bo = create(&lab.authentik, "bo@acme.test").await;
    let link = link(&lab, bo.id, DAY).await;
    assert_eq!(link.origin, lab.sim.origin);
    let page = path(&lab, &link);
    let (refused, cookie) = set_password(&lab, &page, ["one", "other"]).await;
    assert!(text(&refused).contains("don't match"));
    let (done, _) = send(&lab, &page, cookie.as_deref(), ["her own", "her own"]).await;
    assert_eq!((done.status, done.header("location")), (302, Some("/")));
    let cookie = done.header("set-cookie").unwrap().split(';').next().unwrap().to_owned();
    let mut browser = Browser::new(&lab);
    browser.cookie = Some(cookie);
    assert!(!is_asked_to_sign_in(&browser).await);
    Browser::new(&lab).sign_in("bo@acme.test", "her own").await;
}

#[tokio::test]
async fn a_link_is_spent_when_it_is_opened_and_asking_again_before_gives_the_same() {
    let lab = Lab::start().await;
    let bo = create(&lab.authentik, "bo@acme.test").await;
    let first = link(&lab, bo.id, TEN_MINUTES).await;
    let again = link(&lab, bo.id, DAY).await;
    assert_eq!(first.url.expose_secret(), again.url.expose_secret());
    lab.clock.advance(Duration::from_mins(20));
    let page = path(&lab, &first);
    // A mail scanner.
    assert_eq!(Browser::new(&lab).get(&page).await.status, 200);
    let (refused, cookie) = set_password(&lab, &page, ["her own", "her own"]).await;
    assert_eq!((refused.status, cookie), (200, None));
    assert!(text(&refused).contains("No user found"));
    assert_ne!(link(&lab, bo.id, DAY).await.url.expose_secret(), first.url.expose_secret());
}

#[tokio::test]
async fn a_link_that_ended_or_whose_person_is_suspended_opens_nothing() {
    let lab = Lab::start().await;
    let bo = create(&lab.authentik, "bo@acme.test").await;
    let page = path(&lab, &link(&lab, bo.id, TEN_MINUTES).await);
    lab.clock.advance(TEN_MINUTES);
    let (refused, _) = set_password(&lab, &page, ["her own", "her own"]).await;
    assert!(text(&refused).contains("No user found"));

    let page = path(&lab, &link(&lab, bo.id, TEN_MINUTES).await);
    let suspended = json!({"isActive": false});
    lab.sim.store.write(|world| world.put("users", &bo.id.to_string(), &suspended)).unwrap();
    let (refused, _) = set_password(&lab, &page, ["her own", "her own"]).await;
    assert!(text(&refused).contains("No user found"));
    assert_eq!(Browser::new(&lab).get("/if/flow/another-flow/").await.status, 404);
}

#[tokio::test]
async fn a_brand_without_a_flow_is_told_from_an_error() {
    let lab = Lab::start().await;
    let bo = create(&lab.authentik, "bo@acme.test").await;
    let brand = |fields| lab.sim.store.write(|world| world.put("brands", "default", &fields)).unwrap();
    brand(json!({"requiresToken": true}));
    let answer = lab.authentik.recovery_link(bo.id, DAY).await.unwrap();
    assert!(matches!(answer, Recovery::NotApplicable));
    brand(json!({"flowRecovery": null}));
    assert!(matches!(lab.authentik.recovery_link(bo.id, DAY).await.unwrap(), Recovery::NoFlow));
}

#[tokio::test]
async fn an_unopened_link_survives_a_restart_and_is_not_in_the_inventory() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("authentik.json");
    let lab = Lab::in_file(Some(&file)).await;
    let bo = create(&lab.authentik, "bo@acme.test").await;
    let page = path(&lab, &link(&lab, bo.id, DAY).await);
    let token = page.split_once('=').unwrap().1.to_owned();
    assert!(!lab.sim.store.read(simulator::State::inventory).to_string().contains(&token));
    lab.sim.stop();
    let lab = Lab::in_file(Some(&file)).await;
    let (done, _) = set_password(&lab, &page, ["her own", "her own"]).await;
    assert_eq!(done.status, 302);
}
