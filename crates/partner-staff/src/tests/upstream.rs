//! The groups that staff are in upstream follow their roles and the state of their partner.

use std::time::Duration;

use access::PartnerRole::{Admin, Owner};
use serde_json::json;
use simulator::State;

use super::{A_WHILE, Rig, rig};

const OWN: &str = "dezky-partner-nordit";
const OTHER: &str = "dezky-partner-alpenwerk";
const ALL: &str = "dezky-partner-staff";

/// Waits until just these people are in these groups, by their numbers at the identity provider.
async fn are_in(rig: &Rig, wanted: &[(&str, &[i64])]) {
    let mut last = Vec::new();
    for _ in 0..200 {
        let all = rig.authentik.store.read(State::inventory)["groups"].take();
        let users = |name: &str| {
            let group = all.as_array().unwrap().iter().find(|group| group["name"] == name).cloned();
            group.unwrap_or_default()["users"].clone()
        };
        last = wanted.iter().map(|(name, _)| users(name)).collect();
        if last.iter().zip(wanted).all(|(users, (_, numbers))| *users == json!(numbers)) {
            return;
        }
        rig.reconciler.nudge();
        tokio::time::sleep(Duration::from_millis(25)).await;
    }
    panic!("{wanted:?} never came to be: {last:?}");
}

async fn both(rig: &Rig, numbers: &[i64]) {
    are_in(rig, &[(OWN, numbers), (ALL, numbers)]).await;
}

/// What differs among groups; the mail server has a domain of its own.
async fn of_groups(rig: &Rig) -> Vec<String> {
    let mut all = rig.drifts().await;
    all.retain(|drift| drift.contains(" authentik."));
    all
}

#[tokio::test]
async fn staff_are_in_both_groups_while_their_partner_is_open() {
    let rig = rig().await;
    let operator = rig.operator().await;
    let (frida, sven) =
        (rig.somebody("frida@nordit.test", 9001).await, rig.somebody("sven@nordit.test", 9002).await);
    rig.employ(&frida, Owner).await;
    rig.employ(&sven, Admin).await;
    both(&rig, &[9001, 9002]).await;
    rig.post(&operator, "/api/partners/nordit/suspend", json!({})).await;
    both(&rig, &[]).await;
    rig.post(&operator, "/api/partners/nordit/resume", json!({})).await;
    both(&rig, &[9001, 9002]).await;
    assert_eq!(rig.remove(&sven).await.status.as_u16(), 204);
    both(&rig, &[9001]).await;
    rig.scan().await;
    assert_eq!(of_groups(&rig).await, Vec::<String>::new());
}

#[tokio::test]
async fn who_is_removed_from_one_partner_stays_with_another_while_that_is_open() {
    let rig = rig().await;
    let operator = rig.operator().await;
    let other = rig.post(&operator, "/api/partners", json!({"slug": "alpenwerk", "name": "Alpenwerk"})).await;
    let alpenwerk = other.json()["id"].as_str().unwrap().parse().unwrap();
    let (frida, sven) =
        (rig.somebody("frida@nordit.test", 9001).await, rig.somebody("sven@nordit.test", 9002).await);
    rig.employ(&frida, Owner).await;
    rig.employ(&sven, Admin).await;
    rig.employ_at(alpenwerk, &sven, Admin).await;
    are_in(&rig, &[(OWN, &[9001, 9002]), (OTHER, &[9002]), (ALL, &[9001, 9002])]).await;
    assert_eq!(rig.retry(&sven, "acme").await, 200);
    assert_eq!(rig.remove(&sven).await.status.as_u16(), 204);
    are_in(&rig, &[(OWN, &[9001]), (OTHER, &[9002]), (ALL, &[9001, 9002])]).await;
    assert_eq!(rig.get(&sven, "/api/partner").await.json()["slug"], "alpenwerk");
    assert_eq!(rig.retry(&sven, "acme").await, 404);
    rig.post(&operator, "/api/partners/alpenwerk/suspend", json!({})).await;
    are_in(&rig, &[(OWN, &[9001]), (OTHER, &[]), (ALL, &[9001])]).await;
    assert_eq!(rig.get(&sven, "/api/partner").await.status.as_u16(), 404);
}

#[tokio::test]
async fn an_account_of_ones_own_is_only_looked_at() {
    let rig = rig().await;
    let (frida, sven) =
        (rig.somebody("frida@nordit.test", 9001).await, rig.somebody("sven@nordit.test", 9002).await);
    rig.employ(&frida, Owner).await;
    rig.employ(&sven, Admin).await;
    both(&rig, &[9001, 9002]).await;
    rig.remove(&sven).await;
    both(&rig, &[9001]).await;
    let users = rig.authentik.store.read(State::inventory)["users"].take();
    let his = users.as_array().unwrap().iter().find(|user| user["id"] == 9002).unwrap().clone();
    assert_eq!((&his["isActive"], &his["name"]), (&json!(true), &json!("sven@nordit.test")));
}

/// On PostgreSQL it would be a deadlock, if whoever goes were locked before others of the staff.
#[tokio::test]
async fn who_goes_takes_no_turn_with_those_who_stay() {
    let rig = rig().await;
    let (frida, sven) =
        (rig.somebody("frida@nordit.test", 9001).await, rig.somebody("sven@nordit.test", 9002).await);
    rig.employ(&frida, Owner).await;
    rig.employ(&sven, Admin).await;
    // What locks people one after another, as suspending another partner of theirs does.
    let walk = async {
        let tx = rig.test.db.begin().await?;
        access::people::lock(&tx, frida.person.id).await?;
        tokio::time::sleep(2 * A_WHILE).await;
        access::people::lock(&tx, sven.person.id).await?;
        tx.commit_silently("a test").await
    };
    let remove = async {
        tokio::time::sleep(A_WHILE).await;
        rig.remove(&sven).await.status.as_u16()
    };
    let (walked, removed) = tokio::join!(walk, remove);
    assert!(walked.is_ok(), "{walked:?}");
    assert_eq!(removed, 204);
}
