//! What happens by itself: nobody holds up anybody else, and nothing is done without a record.

use std::time::Duration;

use addresses::MAILBOX;
use kernel::{Coded as _, MemberId};
use memberships::rows;
use outbound::{Client, Options};
use reconcile::Want;
use sea_orm::ConnectionTrait as _;
use sea_orm::sea_query::Query;
use serde_json::json;
use upstream_stalwart::Stalwart;

use super::rig::{Rig, WEEK, join, rig, with_mail};

/// Wants a mailbox for a membership, whoever that is.
async fn mailbox_of(rig: &Rig, owner: MemberId, address: &str) {
    let tx = rig.test.db.begin().await.unwrap();
    let (owner, name) = (owner.to_string(), address.to_owned());
    let want = Want { owner, kind: MAILBOX, name, spec: json!({}) };
    reconcile::want(&tx, &rig.clock, &want).await.unwrap();
    tx.commit_silently("a test").await.unwrap();
}

async fn destroy_mailbox(rig: &Rig, owner: MemberId) {
    let tx = rig.test.db.begin().await.unwrap();
    reconcile::destroy(&tx, &rig.clock, &owner.to_string(), MAILBOX, rig.clock.now()).await.unwrap();
    tx.commit_silently("a test").await.unwrap();
}

#[tokio::test]
async fn a_row_that_fails_holds_up_nobody_else() {
    let rig = rig().await;
    let broken = rig.tenant("broken", true).await;
    let acme = rig.tenant("acme", true).await;
    let [anna, bo] = [rig.person("anna@broken.test").await, rig.person("bo@acme.test").await];
    rig.give_role(broken, anna).await;
    rig.give_role(acme, bo).await;
    rig.sql(&format!("UPDATE tenants SET plan = 'no such plan' WHERE id = '{broken}'")).await;
    let fjord = rig.tenant("fjord", false).await;
    let lone = rig.member(fjord, "lone@elsewhere.test").await;
    rig.sql(&format!("UPDATE members SET mailbox = 'lone' WHERE id = '{}'", lone.id)).await;
    rig.sql(&format!("UPDATE tenants SET primary_domain = 'fjord.test' WHERE id = '{fjord}'")).await;
    rig.follow().await.unwrap();
    assert_eq!(rig.of(broken, anna).await, None);
    assert_eq!(rig.mailbox(acme, bo).await.as_deref(), Some("bo@acme.test"));
    assert_eq!(rig.mailbox(fjord, lone.user).await.as_deref(), Some("lone@fjord.test"));
}

#[tokio::test]
async fn who_has_the_address_of_a_mailbox_that_is_being_removed_follows_once_it_is_gone() {
    let rig = rig().await;
    let acme = rig.tenant("acme", true).await;
    let former = MemberId::new(&rig.clock);
    mailbox_of(&rig, former, "anna@acme.test").await;
    destroy_mailbox(&rig, former).await;
    let [anna, bo] = [rig.person("anna@acme.test").await, rig.person("bo@acme.test").await];
    rig.give_role(acme, anna).await;
    rig.give_role(acme, bo).await;
    rig.follow().await.unwrap();
    assert_eq!(rig.of(acme, anna).await, None, "her mailbox can't be made yet");
    assert_eq!(rig.mailbox(acme, bo).await.as_deref(), Some("bo@acme.test"));
    rig.sql(&format!("DELETE FROM resource_history; DELETE FROM resources WHERE owner = '{former}'")).await;
    rig.follow().await.unwrap();
    assert_eq!(rig.mailbox(acme, anna).await.as_deref(), Some("anna@acme.test"));
    assert_eq!(rig.records(acme, "member.adopt").await.len(), 2);
}

#[tokio::test]
async fn a_mailbox_that_waits_for_a_domain_waits_for_what_had_its_address_and_others_do_not() {
    let rig = rig().await;
    let acme = rig.tenant("acme", true).await;
    let former = MemberId::new(&rig.clock);
    mailbox_of(&rig, former, "anna@acme.test").await;
    let mut people = Vec::new();
    for name in ["anna", "bo"] {
        let member = rig.member(acme, &format!("{name}@elsewhere.test")).await;
        rig.sql(&format!("UPDATE members SET mailbox = '{name}' WHERE id = '{}'", member.id)).await;
        people.push(member.user);
    }
    rig.follow().await.unwrap();
    assert_eq!(rig.mailbox(acme, people[0]).await, None);
    assert_eq!(rig.mailbox(acme, people[1]).await.as_deref(), Some("bo@acme.test"));
}

#[tokio::test]
async fn a_workspace_whose_mailboxes_wait_for_a_domain_is_not_locked_to_find_none() {
    let rig = rig().await;
    let fjord = rig.tenant("fjord", false).await;
    let lone = rig.member(fjord, "lone@elsewhere.test").await;
    rig.sql(&format!("UPDATE members SET mailbox = 'lone' WHERE id = '{}'", lone.id)).await;
    let busy = rig.test.db.begin().await.unwrap();
    tenants::primary::lock_holder(&busy, fjord).await.unwrap();
    let done = tokio::time::timeout(Duration::from_secs(2), rig.follow()).await;
    done.expect("nothing waits for whoever writes").unwrap();
}

/// A mail server that nobody answers for.
fn no_mail() -> Stalwart {
    let client = Client::new("Stalwart", "http://127.0.0.1:9".parse().unwrap(), Options::default()).unwrap();
    Stalwart::new(client, "API_key".into())
}

#[tokio::test]
async fn a_password_is_ended_after_its_record_and_whoever_fails_holds_up_nobody_else() {
    let rig = with_mail(Ok(no_mail())).await;
    let acme = rig.tenant("acme", true).await;
    // More than are taken at a time.
    for n in 0..51 {
        let member = rig.member(acme, &format!("m{n}@acme.test")).await;
        let address = format!("m{n}@acme.test");
        rig.sql(&format!("UPDATE resources SET upstream_id = 'a{n}' WHERE name = '{address}'")).await;
        rig.generate_password(member.user).await;
    }
    rig.clock.advance(Duration::from_secs(1));
    let lone = rig.member(acme, "lone@elsewhere.test").await;
    rig.generate_password(lone.user).await;
    rig.clock.advance(WEEK);
    for _ in 0..2 {
        rig.clock.advance(Duration::from_secs(1));
        rig.end_passwords().await.unwrap();
    }
    let has_ended = async |member| rig.of(acme, member).await.unwrap().password_ended;
    assert!(has_ended(lone.user).await, "those before her are put off");
    assert!(rig.people.is_signing_out(lone.user).await.unwrap());
    let recorded = rig.records(acme, "member.end_password").await;
    assert_eq!(recorded.len(), 52, "also those that failed, before they were tried");
    let all = rows::of_tenant(rig.test.db.read(), acme).await.unwrap();
    let first = all.into_iter().find(|member| member.email == "m0@acme.test").unwrap();
    assert!(!first.password_ended, "its mailbox may still open");
    // However often it is tried, it is one action; one's own password is never touched.
    rig.clock.advance(Duration::from_hours(2));
    let tx = rig.test.db.begin().await.unwrap();
    access::people::set_password_due(&tx, first.user, None).await.unwrap();
    tx.commit_silently("a test").await.unwrap();
    rig.end_passwords().await.unwrap();
    assert_eq!(rig.records(acme, "member.end_password").await.len(), 52);
    let left = Query::select().columns(["user_id", "attempts"]).from("password_ends").to_owned();
    let left = rig.test.db.read().query_all(&left).await.unwrap();
    assert_eq!(left.len(), 50);
    for end in left {
        let (user, attempts): (String, i64) =
            (end.try_get("", "user_id").unwrap(), end.try_get("", "attempts").unwrap());
        assert!(user != first.user.to_string() && attempts > 0);
    }
    assert!(audit::verify(rig.test.db.read()).await.unwrap().findings.is_empty());
}

#[tokio::test]
async fn a_purged_workspace_says_whom_it_let_go() {
    let rig = rig().await;
    let (acme, fjord) = (rig.tenant("acme", true).await, rig.tenant("fjord", true).await);
    let [anna, bo] = [rig.member(acme, "anna@acme.test").await, rig.member(acme, "bo@acme.test").await];
    rig.give_role(fjord, bo.user).await;
    rig.follow().await.unwrap();
    let tx = rig.test.db.begin().await.unwrap();
    let subscriber = memberships::slice(&rig.memberships).subscribers.remove(0);
    subscriber.tenant_purged(&tx, acme).await.unwrap();
    tx.commit_silently("a test").await.unwrap();
    let mut said: Vec<_> = rig
        .records(acme, "member.remove")
        .await
        .into_iter()
        .map(|record| (record.target_id, record.after.unwrap()["accountRemoved"].clone()))
        .collect();
    said.sort_by(|a, b| a.0.cmp(&b.0));
    let expected = [(anna.user.to_string(), json!(true)), (bo.user.to_string(), json!(false))];
    assert_eq!(said, expected);
    assert_eq!(rig.records(fjord, "member.remove").await.len(), 0);
}

#[tokio::test]
async fn who_is_being_removed_is_not_told_that_they_are_a_member() {
    let rig = rig().await;
    let (acme, fjord) = (rig.tenant("acme", true).await, rig.tenant("fjord", true).await);
    let bo = rig.member(acme, "bo@acme.test").await;
    rig.give_role(fjord, bo.user).await;
    rig.follow().await.unwrap();
    assert_eq!(join(&rig, acme, bo.user).await.unwrap_err().code(), "member-already");
    let by = rig.operator("acme").await;
    rig.members.remove(&by, bo.user).await.unwrap();
    let refused = join(&rig, acme, bo.user).await.unwrap_err();
    assert_eq!(refused.code(), "still-leaving");
}
