//! Invitations from outside: the mail, its link, and what becomes of whoever follows it.

use outbound::Method;
use serde_json::{Value, json as value};
use url::Url;

use crate::harness::{Product, json};
use crate::session::{Person, Visitor, csrf};
use crate::tenant_api::{ANNA, BO, IDA, MAJA, OTTO, TenantApi, eventually, items, text};

const METTE: &str = "mette@private.test";
const OWN: &str = "seven brown goats in the fog";

/// The links that were sent to an address, the oldest first; waits until there are so many.
pub async fn links(product: &Product, address: &str, count: usize) -> Vec<Url> {
    eventually(&format!("{address} is sent {count} links"), async || {
        let mails = product.objects("mail", "mails").await;
        let to = |mail: &&Value| mail["to"].as_array().unwrap().contains(&value!(address));
        let link = |mail: &Value| {
            let text = text(&mail["text"]);
            Url::parse(text.lines().find(|line| line.contains("invitation/"))?.trim()).ok()
        };
        let links: Vec<Url> = mails.iter().filter(to).filter_map(link).collect();
        if links.len() >= count { Ok(links) } else { Err(format!("{} links", links.len())) }
    })
    .await
}

impl TenantApi<'_> {
    async fn invite(&self, body: Value) -> (u16, Value) {
        self.call(Method::Post, "/invitations", body).await
    }

    /// The member of an address, if they are one now.
    async fn member_now(&self, email: &str) -> Option<Value> {
        let all = self.get("/users?limit=200").await;
        items(&all).iter().find(|member| member["email"] == email).cloned()
    }
}

/// What a browser is shown at an address.
async fn shown(visitor: &mut Visitor, url: &Url) -> (u16, String) {
    let answer = visitor.send(Method::Get, url, &[]).await;
    (answer.status, String::from_utf8_lossy(&answer.body).into_owned())
}

async fn accept(link: &Url, name: &str, password: &str) -> (u16, String) {
    let form = [("name", name), ("password", password), ("csrf", "")];
    let answer = Visitor::default().send(Method::Post, link, &form).await;
    (answer.status, String::from_utf8_lossy(&answer.body).into_owned())
}

#[tokio::test]
async fn whoever_is_invited_chooses_a_password_and_works_with_it() {
    let product = Product::start("small").await;
    let api = TenantApi::of(&product, ANNA, "acme");
    let (status, made) = api.invite(value!({"email": METTE, "role": "admin", "mailbox": "mette"})).await;
    assert_eq!((status, &made["state"]), (201, &value!("waiting")), "{made}");
    let link = links(&product, METTE, 1).await.remove(0);
    // Another workspace waits for her too: whichever link she follows first makes her account.
    let (status, _) = TenantApi::of(&product, OTTO, "fjord").invite(value!({"email": METTE})).await;
    assert_eq!(status, 201);
    let other = links(&product, METTE, 2).await.remove(1);

    // Programs that open links in mails spend nothing.
    for _ in 0..3 {
        let (status, page) = shown(&mut Visitor::default(), &link).await;
        assert!(status == 200 && page.contains("Anna") && page.contains("Acme Widgets"), "{status} {page}");
    }
    assert_eq!(api.member_now(METTE).await, None);
    assert_eq!(accept(&link, "", OWN).await.0, 422, "a name is needed");
    assert_eq!(accept(&link, "Mette Hvid", "short").await.0, 422);
    assert_eq!(accept(&link, "Mette Hvid", "mette hvid was here").await.0, 422, "it holds her name");
    assert_eq!(api.member_now(METTE).await, None, "what is refused makes nothing");

    let mut mette = Visitor::default();
    let form = [("name", "Mette Hvid"), ("password", OWN), ("csrf", "")];
    let answer = mette.send(Method::Post, &link, &form).await;
    assert_eq!(answer.status, 303);
    let next = link.join(answer.header("location").unwrap()).unwrap();
    let (_, page) = shown(&mut mette, &next).await;
    assert!(page.contains("Your account is ready") && page.contains("href=\"/sign-in\""), "{page}");
    let member = api.member_now(METTE).await.expect("she is a member");
    assert_eq!((&member["role"], &member["name"]), (&value!("admin"), &value!("Mette Hvid")));
    assert_eq!(member["passwordDueSince"], Value::Null, "it is her own");
    let mailbox = text(&member["mailboxAddress"]);
    assert!(mailbox.starts_with("mette@acme"), "{mailbox}");
    assert_eq!(product.mail_sign_in(&mailbox, OWN).await, 200, "one password for sign-in and mail");
    assert!(Person::unknown(&product).signs_in(METTE, OWN).await.is_some());

    // The link is spent, and says so.
    let (status, page) = shown(&mut Visitor::default(), &link).await;
    assert!(status == 409 && page.contains("already accepted"), "{status} {page}");
    assert_eq!(accept(&link, "Eve", "another long password").await.0, 409);
    let after = api.get(&format!("/invitations/{}", text(&made["id"]))).await;
    assert_eq!((&after["state"], &after["userId"]), (&value!("accepted"), &member["id"]), "{after}");
    let (status, page) = shown(&mut Visitor::default(), &other).await;
    assert!(status == 200 && page.contains("already has an account"), "{status} {page}");
    assert_eq!(accept(&other, "Mette Hvid", OWN).await.0, 422, "she comes with the account that she has");
}

#[tokio::test]
async fn a_link_dies_when_a_newer_is_sent_or_it_is_withdrawn_and_says_which() {
    let product = Product::start("small").await;
    let api = TenantApi::of(&product, ANNA, "acme");
    let (_, made) = api.invite(value!({"email": METTE})).await;
    let one = format!("/invitations/{}", text(&made["id"]));
    let (status, again) = api.invite(value!({"email": METTE})).await;
    assert!(status == 409 && text(&again["type"]).ends_with("already-invited"), "{again}");
    let old = links(&product, METTE, 1).await.remove(0);
    assert_eq!(api.call(Method::Post, &format!("{one}/resend"), value!({})).await.0, 200);
    let new = links(&product, METTE, 2).await.remove(1);
    assert_ne!(old, new);
    let (status, page) = shown(&mut Visitor::default(), &old).await;
    assert!(status == 404 && page.contains("link doesn’t work") && !page.contains("Acme"), "{page}");
    assert_eq!(shown(&mut Visitor::default(), &new).await.0, 200);
    assert_eq!(api.call(Method::Delete, &one, Value::Null).await.0, 204);
    let (status, page) = shown(&mut Visitor::default(), &new).await;
    assert!(status == 409 && page.contains("withdrawn") && !page.contains("Acme"), "{page}");
    assert_eq!(accept(&new, "Mette Hvid", OWN).await.0, 409);
    assert_eq!(api.member_now(METTE).await, None);
    let (status, over) = api.call(Method::Post, &format!("{one}/resend"), value!({})).await;
    assert!(status == 409 && text(&over["type"]).ends_with("invitation-over"), "{over}");
    // Another workspace's invitations are nobody's here.
    let fjord = TenantApi::of(&product, OTTO, "fjord");
    assert_eq!(fjord.call(Method::Get, &one, Value::Null).await.0, 404);
    assert_eq!(fjord.call(Method::Delete, &one, Value::Null).await.0, 404);
}

#[tokio::test]
async fn who_is_signed_in_joins_a_second_workspace_whatever_their_address() {
    let product = Product::start("small").await;
    let api = TenantApi::of(&product, ANNA, "acme");
    // Sent to an address that is nobody's: the invitation counts, not the address.
    let (status, _) = api.invite(value!({"email": "otto@private.test", "mailbox": "otto"})).await;
    assert_eq!(status, 201);
    let link = links(&product, "otto@private.test", 1).await.remove(0);
    let mut person = Person::sign_in(&product, OTTO).await;
    let otto = &mut person.visitor;
    let (status, page) = shown(otto, &link).await;
    assert!(status == 200 && page.contains(OTTO), "{page}");
    let join = Url::parse(&format!("{link}/join")).unwrap();
    assert_eq!(otto.send(Method::Post, &join, &[("csrf", "guessed")]).await.status, 403);
    let answer = otto.send(Method::Post, &join, &[("csrf", &csrf(&page))]).await;
    let said = String::from_utf8_lossy(&answer.body).into_owned();
    assert!(answer.status == 200 && said.contains("otto@acme"), "{} {said}", answer.status);
    let member = api.member_now(OTTO).await.expect("he is a member, with his own address");
    assert_eq!(member["role"], "member");
    let (status, page) = shown(otto, &link).await;
    assert!(status == 200 && page.contains("You're already in Acme Widgets"), "{status} {page}");
    assert!(page.contains("href=\"/\"") && !page.contains("sign in."), "{page}");
    let (status, page) = shown(&mut Visitor::default(), &link).await;
    assert!(status == 409 && !page.contains("Acme"), "it is spent: {status} {page}");
    let (_, me) = person.page("/api/me").await;
    assert!(me.contains("\"acme\"") && me.contains("\"fjord\""), "{me}");

    // Whoever has an account is led to it, signed in or not.
    let (status, _) = TenantApi::of(&product, OTTO, "fjord").invite(value!({"email": BO})).await;
    assert_eq!(status, 409, "he is a member there");
    let (status, made) = TenantApi::of(&product, OTTO, "fjord").invite(value!({"email": MAJA})).await;
    assert_eq!(status, 201, "{made}");
    let link = links(&product, MAJA, 1).await.remove(0);
    let (_, page) = shown(&mut Visitor::default(), &link).await;
    assert!(page.contains("already has an account") && !page.contains("name=\"password\""), "{page}");
    assert_eq!(accept(&link, "Maja", OWN).await.0, 422, "nobody gets a second account for an address");
}

#[tokio::test]
async fn an_invitation_holds_a_seat_until_it_is_withdrawn() {
    let product = Product::start("small").await;
    let api = TenantApi::of(&product, ANNA, "acme");
    let ida = TenantApi::of_operator(&product, "acme");
    // Those of the demo are members first.
    for email in [BO, MAJA] {
        api.member(email).await;
    }
    let taken = items(&api.get("/users?limit=200").await).len();
    assert_eq!(ida.call(Method::Patch, "", value!({"seats": taken + 1})).await.0, 200);
    let (_, made) = api.invite(value!({"email": METTE})).await;
    let new = || value!({"name": "Nils Skov", "email": "nils@elsewhere.test"});
    let (status, refused) = api.call(Method::Post, "/users", new()).await;
    assert!(status == 409 && text(&refused["type"]).ends_with("no-seat"), "{refused}");
    assert_eq!(api.invite(value!({"email": "nils@elsewhere.test"})).await.0, 409);
    // Fewer seats than people: who is invited must wait, and the link stays good.
    assert_eq!(ida.call(Method::Patch, "", value!({"seats": taken})).await.0, 200);
    let link = links(&product, METTE, 1).await.remove(0);
    let (status, page) = accept(&link, "Mette Hvid", OWN).await;
    assert!(status == 422 && page.contains("seats"), "{status} {page}");
    assert_eq!(ida.call(Method::Patch, "", value!({"seats": taken + 1})).await.0, 200);
    assert_eq!(
        api.call(Method::Delete, &format!("/invitations/{}", text(&made["id"])), Value::Null).await.0,
        204
    );
    assert_eq!(api.call(Method::Post, "/users", new()).await.0, 201);
    // An admin can't invite an owner.
    let bo = TenantApi::of(&product, BO, "acme");
    let (status, refused) = bo.invite(value!({"email": "boss@elsewhere.test", "role": "owner"})).await;
    assert!(status == 403 && text(&refused["type"]).ends_with("owners-only"), "{refused}");
}

#[tokio::test]
async fn the_first_owner_of_a_new_workspace_is_invited() {
    let product = Product::start("none").await;
    let token = product.token(IDA, "operator");
    let new = value!({
        "slug": "hvid", "name": "Hvid ApS", "plan": "starter", "seats": 3, "primaryDomain": "hvid.test",
        "owner": {"email": METTE},
    });
    let made = product.call(Method::Post, "/api/tenants", token, Some(new)).await;
    assert_eq!(made.status, 201, "{}", json(&made));
    let link = links(&product, METTE, 1).await.remove(0);
    let (status, page) = accept(&link, "Mette Hvid", OWN).await;
    assert!(matches!(status, 200 | 303), "{status} {page}");
    let mut mette = Person::unknown(&product);
    assert!(mette.signs_in(METTE, OWN).await.is_some());
    let me: Value = serde_json::from_str(&mette.page("/api/me").await.1).unwrap();
    assert_eq!(me["user"]["tenantRoles"], value!({"hvid": "owner"}), "{me}");
}

/// [E11]: what somebody sent who leaves lets nobody in, until somebody who may sends it again.
#[tokio::test]
async fn an_invitation_is_on_hold_when_whoever_sent_it_may_no_longer_do_that() {
    let product = Product::start("small").await;
    let (anna, bo) = (TenantApi::of(&product, ANNA, "acme"), TenantApi::of(&product, BO, "acme"));
    let leaving = anna.id(BO).await;
    let (_, made) = bo.invite(value!({"email": METTE, "role": "admin"})).await;
    let one = format!("/invitations/{}", text(&made["id"]));
    assert_eq!(made["onHold"], false, "{made}");
    let link = links(&product, METTE, 1).await.remove(0);
    assert_eq!(shown(&mut Visitor::default(), &link).await.0, 200);
    anna.ok(Method::Post, &format!("/users/{leaving}/offboard"), value!({})).await;
    let (status, page) = accept(&link, "Mette Hvid", OWN).await;
    assert!(status == 409 && page.contains("no longer manages"), "{status} {page}");
    let (status, page) = shown(&mut Visitor::default(), &link).await;
    assert!(status == 409 && !page.contains("Acme"), "{status} {page}");
    assert_eq!(anna.member_now(METTE).await, None);
    let all = anna.get("/invitations?state=waiting").await;
    let seen = &all["items"][0];
    assert_eq!((&seen["state"], &seen["onHold"]), (&value!("waiting"), &value!(true)), "{all}");
    let mut owner = Person::sign_in(&product, ANNA).await;
    let (_, list) = owner.page("/admin/acme/invitations").await;
    assert!(list.contains("On hold") && list.contains("can no longer invite people"), "{list}");

    let again = anna.ok(Method::Post, &format!("{one}/resend"), value!({})).await;
    assert_eq!(again["onHold"], false, "{again}");
    let link = links(&product, METTE, 2).await.remove(1);
    let (status, page) = accept(&link, "Mette Hvid", OWN).await;
    assert_eq!(status, 303, "{page}");
    anna.member(METTE).await;
}

#[tokio::test]
async fn a_link_is_promised_and_good_only_while_its_person_may_come_in() {
    let product = Product::start("small").await;
    let api = TenantApi::of(&product, ANNA, "acme");
    let (_, made) = api.invite(value!({"email": METTE})).await;
    let link = links(&product, METTE, 1).await.remove(0);
    // The account is made, and its password is yet to be chosen.
    product.faults("authentik", value!([{"route": "*", "kind": "refuse"}])).await;
    let (status, page) = accept(&link, "Mette Hvid", OWN).await;
    assert!(status == 422 && page.contains("the link still works"), "{status} {page}");
    product.faults("authentik", value!([])).await;
    let id = text(&api.member_now(METTE).await.expect("she has an account")["id"]);
    api.settled(&id).await;
    let mut anna = Person::sign_in(&product, ANNA).await;
    let at = format!("/admin/acme/members/{id}");
    let promise = "They choose one with their invitation link";
    assert!(anna.page(&at).await.1.contains(promise));

    api.ok(Method::Post, &format!("/users/{id}/suspend"), value!({})).await;
    let (status, page) = shown(&mut Visitor::default(), &link).await;
    assert!(status == 409 && page.contains("is suspended right now"), "{status} {page}");
    assert!(page.contains("Ask the person who invited you") && !page.contains("already accepted"), "{page}");
    assert!(!anna.page(&at).await.1.contains(promise));
    api.ok(Method::Post, &format!("/users/{id}/resume"), value!({})).await;
    assert_eq!(shown(&mut Visitor::default(), &link).await.0, 200);
    assert!(anna.page(&at).await.1.contains(promise));

    let one = format!("/invitations/{}", text(&made["id"]));
    assert_eq!(api.call(Method::Delete, &one, Value::Null).await.0, 204);
    let (_, page) = anna.page(&at).await;
    assert!(!page.contains(promise) && page.contains("No invitation is waiting"), "{page}");

    // A filter without a find says so, and that it can be cleared.
    let (_, list) = anna.page("/admin/acme/invitations?state=expired").await;
    assert!(list.contains("Nothing matches this filter") && !list.contains("“Expired”"), "{list}");
    let (_, list) = anna.page("/admin/acme/members?status=suspended").await;
    assert!(list.contains("Nothing matches this filter") && !list.contains("Check the spelling"), "{list}");
    assert!(list.contains("Clear filter"), "{list}");
    let (_, list) = anna.page("/admin/acme/members?status=suspended&q=zzz").await;
    assert!(list.contains("No results for “zzz”") && list.contains("Check the spelling"), "{list}");
}

/// Two who have one link: the password of one counts, and that one is told so.
#[tokio::test]
async fn a_link_that_two_follow_at_once_takes_the_password_of_one() {
    const OTHER: &str = "nine grey herons on the pier";
    let product = Product::start("small").await;
    let api = TenantApi::of(&product, ANNA, "acme");
    api.invite(value!({"email": METTE})).await;
    let link = links(&product, METTE, 1).await.remove(0);
    // Slow enough for both to be at it together.
    let slow = value!([{"route": "POST /jmap", "kind": "delay", "delayMs": 300}]);
    product.faults("stalwart", slow).await;
    let (one, other) = tokio::join!(accept(&link, "Mette Hvid", OWN), accept(&link, "Mette Hvid", OTHER));
    let won = |answer: &(u16, String)| matches!(answer.0, 200 | 303);
    assert!(won(&one) != won(&other), "{} {}: {} {}", one.0, one.1, other.0, other.1);
    let (right, wrong) = if won(&one) { (OWN, OTHER) } else { (OTHER, OWN) };
    let mailbox = text(&api.member(METTE).await["mailboxAddress"]);
    for (password, status) in [(right, 200), (wrong, 401)] {
        assert_eq!(product.mail_sign_in(&mailbox, password).await, status, "{password}");
    }
    assert!(Person::unknown(&product).signs_in(METTE, right).await.is_some());
    assert!(Person::unknown(&product).signs_in(METTE, wrong).await.is_none());
    let log = api.get("/audit?limit=50").await;
    let actions: Vec<&str> = items(&log).iter().filter_map(|row| row["action"].as_str()).collect();
    let place = |action: &str| actions.iter().position(|one| *one == action);
    let (chosen, accepted) = (place("user.set_password"), place("invitation.accept"));
    assert!(chosen.is_some() && accepted < chosen, "the newest first: {actions:?}");
}
