//! What a link leads to: whoever is signed in joins as themself, whoever has no account gets one [A2].

use access::{Customers, Origin, Surface};
use kernel::Coded as _;
use kernel::id::RequestId;
use memberships::Member;
use secrecy::ExposeSecret as _;
use serde_json::{Value, json};
use simulator::State;
use testkit::Who;

use super::{A_WHILE, Rig, rig};
use crate::link::Newcomer;

const PASSWORD: &str = "a long enough phrase";

fn origin(rig: &Rig) -> Origin {
    Origin { address: None, user_agent: None, request_id: RequestId::new(&rig.clock) }
}

fn newcomer(name: &str, password: &str) -> Newcomer {
    Newcomer { name: Some(name.to_owned()), password: password.into() }
}

#[tokio::test]
async fn whoever_is_signed_in_joins_as_themself_whatever_their_address() {
    let rig = rig().await;
    let made =
        rig.invite(json!({"email": "other@else.test", "role": "admin", "tenants": ["acme"]})).await.json();
    let sven = rig.somebody("sven@private.test", 9001).await;
    let at = format!("/staff-invitation/{}", rig.link(&made).await.expose_secret());
    let page = rig.page(&sven, &at).await;
    assert!(
        page.text.contains("Join the staff of NordIT A/S") && page.text.contains("Partner admin"),
        "{}",
        page.text
    );
    assert_eq!(rig.get(&sven, "/api/partner").await.status.as_u16(), 404, "opening spends nothing");
    let joined = rig.send_form(&sven, &format!("{at}/join"), &[]).await;
    assert_eq!(joined.status.as_u16(), 200, "{}", joined.text);
    assert!(joined.text.contains("You joined NordIT A/S"), "{}", joined.text);
    assert_eq!(rig.reach(&sven).await, Customers::Chosen(vec![rig.tenant("acme").await]));
    assert_eq!([rig.retry(&sven, "acme").await, rig.retry(&sven, "fjord").await], [200, 404]);
    assert_eq!(rig.page(&sven, &at).await.status.as_u16(), 409, "it works once");
    assert_eq!(rig.actions().await, ["staff.invite", "staff.join"]);
}

#[tokio::test]
async fn customers_that_left_meanwhile_are_not_given() {
    let rig = rig().await;
    let operator = rig.operator().await;
    let body = json!({"email": "a@else.test", "role": "admin", "tenants": ["acme", "fjord"]});
    let made = rig.invite(body).await.json();
    let sven = rig.somebody("sven@private.test", 9001).await;
    let path = "/api/partners/nordit/tenants/acme";
    rig.call(&operator, axum::http::Method::DELETE, path, Value::Null).await;
    let at = format!("/staff-invitation/{}/join", rig.link(&made).await.expose_secret());
    assert_eq!(rig.send_form(&sven, &at, &[]).await.status.as_u16(), 200);
    assert_eq!(rig.reach(&sven).await, Customers::Chosen(vec![rig.tenant("fjord").await]));
}

#[tokio::test]
async fn a_customer_that_left_and_came_back_is_given_by_no_link_from_before() {
    let rig = rig().await;
    let operator = rig.operator().await;
    let mut links = Vec::new();
    for (n, tenants) in [json!(["acme", "fjord"]), json!(["acme"]), Value::Null].into_iter().enumerate() {
        let body = json!({"email": format!("a{n}@else.test"), "role": "admin", "tenants": tenants});
        links.push(rig.link(&rig.invite(body).await.json()).await);
    }
    let path = "/api/partners/nordit/tenants";
    rig.call(&operator, axum::http::Method::DELETE, &format!("{path}/acme"), Value::Null).await;
    assert_eq!(rig.post(&operator, path, json!({"slug": "acme"})).await.status.as_u16(), 200);
    let fjord = Customers::Chosen(vec![rig.tenant("fjord").await]);
    let expected = [fjord, Customers::Chosen(Vec::new()), Customers::All];
    for ((number, link), expected) in (9001..).zip(links).zip(expected) {
        let who = rig.somebody(&format!("{number}@private.test"), number).await;
        let at = format!("/staff-invitation/{}/join", link.expose_secret());
        assert_eq!(rig.send_form(&who, &at, &[]).await.status.as_u16(), 200);
        assert_eq!(rig.reach(&who).await, expected);
    }
}

#[tokio::test]
async fn whoever_works_there_already_is_told_so_and_keeps_their_role() {
    let rig = rig().await;
    let sven = rig.somebody("sven@private.test", 9001).await;
    rig.employ(&sven, access::PartnerRole::Billing).await;
    let made = rig.invite(json!({"email": "a@else.test", "role": "owner"})).await.json();
    let at = format!("/staff-invitation/{}/join", rig.link(&made).await.expose_secret());
    let refused = rig.send_form(&sven, &at, &[]).await;
    assert_eq!(refused.status.as_u16(), 422);
    assert!(refused.text.contains("You already work for NordIT A/S"), "{}", refused.text);
    assert_eq!(rig.listed().await[0]["role"], "billing");
}

#[tokio::test]
async fn somebody_new_gets_an_account_with_the_password_that_they_chose() {
    let rig = rig().await;
    let made = rig.invite(json!({"email": "mette@else.test", "role": "support"})).await.json();
    let link = rig.link(&made).await;
    let weak =
        rig.staff.accept(&link, &newcomer("Mette Hvid", "aaaaaaaaaa"), &origin(&rig)).await.unwrap_err();
    assert_eq!(weak.code(), "weak-password");
    rig.staff.accept(&link, &newcomer("Mette Hvid", PASSWORD), &origin(&rig)).await.unwrap();
    let users = rig.authentik.store.read(State::inventory)["users"].take();
    let user =
        users.as_array().unwrap().iter().find(|user| user["username"] == "mette@else.test").unwrap().clone();
    assert_eq!((&user["name"], &user["isActive"]), (&json!("Mette Hvid"), &json!(true)));
    let listed = rig.listed().await;
    assert_eq!((&listed[0]["name"], &listed[0]["role"]), (&json!("Mette Hvid"), &json!("support")));
    assert_eq!(listed[0]["emailVerified"], false, "nobody has shown whose the address is");
    let again = rig.staff.accept(&link, &newcomer("Eve", PASSWORD), &origin(&rig)).await.unwrap_err();
    assert_eq!(again.code(), "link-spent");
    assert_eq!(rig.actions().await, ["staff.invite", "staff.add", "staff.join"]);
    assert!(audit::verify(rig.test.db.read()).await.unwrap().findings.is_empty());
}

/// Mette, whose account a link made.
async fn mette(rig: &Rig) -> Who {
    let made = rig.invite(json!({"email": "mette@else.test", "role": "support"})).await.json();
    rig.staff.accept(&rig.link(&made).await, &newcomer("Mette Hvid", PASSWORD), &origin(rig)).await.unwrap();
    let listed = rig.listed().await;
    let id = listed.iter().find(|one| one["email"] == "mette@else.test").unwrap()["id"].clone();
    let ids = [id.as_str().unwrap().parse().unwrap()];
    let person = access::people::by_ids(rig.test.db.read(), &ids).await.unwrap().remove(0);
    Who { surface: Surface::Portal, person }
}

/// Waits until her account is gone.
async fn is_gone(rig: &Rig, mette: &Who) {
    let is_there = || {
        let users = rig.authentik.store.read(State::inventory)["users"].take();
        users.as_array().unwrap().iter().any(|user| user["username"] == "mette@else.test")
    };
    for _ in 0..200 {
        if !is_there() {
            break;
        }
        rig.reconciler.nudge();
        tokio::time::sleep(std::time::Duration::from_millis(25)).await;
    }
    assert!(!is_there(), "her account is gone upstream");
    let account = access::account::by_id(rig.test.db.read(), mette.person.id).await.unwrap().unwrap();
    assert!(account.removed, "her row stays, so that nothing brings her back");
}

#[tokio::test]
async fn an_account_that_was_made_goes_when_its_person_is_removed() {
    let rig = rig().await;
    let mette = mette(&rig).await;
    assert_eq!(rig.remove(&mette).await.status.as_u16(), 204);
    is_gone(&rig, &mette).await;
}

#[tokio::test]
async fn an_account_that_was_made_goes_though_a_former_workspace_is_still_being_left() {
    let rig = rig().await;
    let (operator, mette, acme) = (rig.operator().await, mette(&rig).await, rig.tenant("acme").await);
    let invited = rig.post(&operator, "/api/tenants/acme/invitations", json!({"email": "m@else.test"})).await;
    let tx = rig.test.db.begin().await.unwrap();
    let id = invited.json()["id"].as_str().unwrap().parse().unwrap();
    let secret = access::invitations::give_link(&tx, &rig.clock, id).await.unwrap();
    tx.commit_silently("a test").await.unwrap();
    let join = format!("/invitation/{}/join", secret.expose_secret());
    assert_eq!(rig.send_form(&mette, &join, &[]).await.status.as_u16(), 200);
    // Removed from the workspace and from the staff before anything of that is done upstream.
    let tx = rig.test.db.begin().await.unwrap();
    let partner = partners::rows::lock(&tx, rig.partner).await.unwrap().unwrap();
    let member = memberships::rows::by_user(&*tx, acme, mette.person.id).await.unwrap().unwrap();
    reconcile::order(&tx, &rig.clock, &[memberships::owner(member.id)]).await.unwrap();
    let removed = Member { removed_at: Some(rig.clock.now()), version: member.version + 1, ..member.clone() };
    let is_last = memberships::let_go(&tx, &rig.clock, &removed).await.unwrap();
    assert!(!is_last, "she still works for the partner");
    access::roles::take_partner_role(&tx, rig.partner, mette.person.id).await.unwrap();
    assert!(partners::apply::let_go(&tx, &rig.clock, &partner, mette.person.id).await.unwrap());
    tx.commit_silently("a test").await.unwrap();
    is_gone(&rig, &mette).await;
    for _ in 0..200 {
        if memberships::rows::of_user(rig.test.db.read(), mette.person.id).await.unwrap().is_empty() {
            return;
        }
        rig.reconciler.nudge();
        tokio::time::sleep(std::time::Duration::from_millis(25)).await;
    }
    panic!("a membership is left of somebody who is gone");
}

#[tokio::test]
async fn nobody_gets_a_second_account_for_an_address_nor_one_on_a_domain_of_others() {
    let rig = rig().await;
    rig.somebody("sven@private.test", 9001).await;
    rig.make("skovbo", "Skovbo", Some("skovbo.test")).await;
    for (address, code) in [
        ("sven@private.test", "sign-in-first"),
        ("somebody@skovbo.test", "foreign-domain"),
        ("somebody@mail.skovbo.test", "foreign-domain"),
    ] {
        let made = rig.invite(json!({"email": address, "role": "support"})).await.json();
        let link = rig.link(&made).await;
        let refused =
            rig.staff.accept(&link, &newcomer("Somebody", PASSWORD), &origin(&rig)).await.unwrap_err();
        assert_eq!(refused.code(), code, "{address}");
        assert!(rig.staff.open_link(&link).await.is_ok(), "the link still works");
    }
    assert_eq!(rig.listed().await, Vec::<Value>::new());
    // Nobody here has it, and the identity provider does.
    let user = json!({"username": "known@else.test", "name": "Known", "email": "known@else.test"});
    rig.authentik.store.write(|world| world.put("users", "9100", &user)).unwrap();
    let made = rig.invite(json!({"email": "known@else.test", "role": "support"})).await.json();
    let link = rig.link(&made).await;
    let refused = rig.staff.accept(&link, &newcomer("Known", PASSWORD), &origin(&rig)).await.unwrap_err();
    assert_eq!(refused.code(), "sign-in-first");
}

#[tokio::test]
async fn whoever_is_invited_to_several_places_comes_in_by_any_link_and_to_the_others_with_that_account() {
    let rig = rig().await;
    let operator = rig.operator().await;
    let body = json!({"email": "mette@else.test", "role": "support"});
    let made = rig.invite(body.clone()).await.json();
    let at = "/api/tenants/acme/invitations";
    let elsewhere = rig.post(&operator, at, json!({"email": "mette@else.test"})).await;
    assert_eq!(elsewhere.status.as_u16(), 201, "{}", elsewhere.text);
    rig.post(&operator, "/api/partners", json!({"slug": "alpenwerk", "name": "Alpenwerk"})).await;
    let other = rig.post(&operator, "/api/partners/alpenwerk/invitations", body).await;
    assert_eq!(other.status.as_u16(), 201, "{}", other.text);
    let (first, second) = (rig.link(&made).await, rig.link(&other.json()).await);
    rig.staff.accept(&first, &newcomer("Mette Hvid", PASSWORD), &origin(&rig)).await.unwrap();
    let refused =
        rig.staff.accept(&second, &newcomer("Mette Hvid", PASSWORD), &origin(&rig)).await.unwrap_err();
    assert_eq!(refused.code(), "sign-in-first");
}

#[tokio::test]
async fn whom_a_partner_waits_for_gets_no_account_elsewhere_while_it_is_open() {
    let rig = rig().await;
    let operator = rig.operator().await;
    let email: kernel::EmailAddress = "mette@else.test".parse().unwrap();
    rig.invite(json!({"email": "mette@else.test", "role": "support"})).await;
    let is_waited_for =
        async || access::staff_invitations::is_waited_for(rig.test.db.read(), &email, rig.clock.now()).await;
    assert!(is_waited_for().await.unwrap());
    rig.post(&operator, "/api/partners/nordit/suspend", json!({})).await;
    assert!(!is_waited_for().await.unwrap(), "its links lead nowhere");
}

#[tokio::test]
async fn withdrawing_takes_what_a_link_gave_whose_password_was_never_set() {
    let rig = rig().await;
    let made = rig.invite(json!({"email": "mette@else.test", "role": "owner"})).await.json();
    // The account is made, and takes no password.
    rig.authentik.dial.set_after(1, testkit::fault("POST /api/v3/core/users/", "refuse", None));
    let link = rig.link(&made).await;
    let pending =
        rig.staff.accept(&link, &newcomer("Mette Hvid", PASSWORD), &origin(&rig)).await.unwrap_err();
    assert_eq!(pending.code(), "not-done");
    rig.authentik.dial.set(Vec::new());
    let id = rig.listed().await[0]["id"].as_str().unwrap().parse().unwrap();
    let path = format!("/api/partners/nordit/invitations/{}", made["id"].as_str().unwrap());
    let revoked = rig.call(&rig.operator().await, axum::http::Method::DELETE, &path, Value::Null).await;
    assert_eq!(revoked.json()["status"], "revoked");
    assert_eq!(rig.listed().await, Vec::<Value>::new());
    assert!(access::account::by_id(rig.test.db.read(), id).await.unwrap().unwrap().removed);
    assert_eq!(rig.actions().await, ["staff.invite", "staff.add", "staff.remove", "staff.revoke"]);
    assert!(audit::verify(rig.test.db.read()).await.unwrap().findings.is_empty());
}

#[tokio::test]
async fn whose_account_is_removed_meanwhile_gets_no_role() {
    let rig = rig().await;
    let made = rig.invite(json!({"email": "a@else.test", "role": "admin"})).await.json();
    let sven = rig.somebody("sven@private.test", 9001).await;
    let at = format!("/staff-invitation/{}/join", rig.link(&made).await.expose_secret());
    let remove = async {
        let tx = rig.test.db.begin().await?;
        access::people::lock(&tx, sven.person.id).await?;
        access::people::remove(&tx, sven.person.id, rig.clock.now()).await?;
        tokio::time::sleep(2 * A_WHILE).await;
        tx.commit_silently("a test").await
    };
    let join = async {
        tokio::time::sleep(A_WHILE).await;
        rig.send_form(&sven, &at, &[]).await.status.as_u16()
    };
    let (removed, joined) = tokio::join!(remove, join);
    assert!(removed.is_ok(), "{removed:?}");
    assert_eq!(joined, 404);
    assert_eq!(rig.listed().await, Vec::<Value>::new());
}
