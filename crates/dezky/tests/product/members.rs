//! People of a workspace, from their first password to their last way in closed: through the API, at the simulated mail
//! server and by signing in as they do.

use outbound::{Call, Method};
use serde_json::{Value, json as value};
use url::Url;

use crate::harness::{Product, client, json};
use crate::session::{Person, Visitor};
use crate::tenant_api::{ANNA, BO, IDA, MAJA, METTE, OTTO, TenantApi, at, eventually, items, text, until};

const OWN: &str = "seven brown goats in the fog";
/// Where a password is chosen.
const PAGE: &str = "/account/password";

impl TenantApi<'_> {
    async fn action(&self, id: &str, action: &str) -> (u16, Value) {
        self.call(Method::Post, &format!("/users/{id}/{action}"), value!({})).await
    }
}

/// Whether the sign-in page lets somebody in; gives where that leads to.
async fn sign_in(product: &Product, email: &str, password: &str) -> Option<Url> {
    Person::unknown(product).signs_in(email, password).await
}

/// What becomes of a mail to an address.
async fn delivered(product: &Product, to: &str) -> String {
    product.delivered(to).await.remove(0).1
}

/// Chooses a password on the page that asks for it.
async fn choose_password(person: &mut Person<'_>, password: &str) -> u16 {
    person.send(PAGE, PAGE, &[("password", password)]).await.0
}

#[tokio::test]
async fn a_member_is_made_chooses_a_password_is_closed_out_let_in_and_removed() {
    let product = Product::start("small").await;
    let api = TenantApi::of(&product, ANNA, "acme");
    let (status, made) = api.add("Mette Hvid", METTE).await;
    assert_eq!(status, 201, "{made}");
    let (id, once) = (text(&made["id"]), text(&made["oneTimePassword"]));
    let mailbox = text(&made["mailboxAddress"]);
    assert_eq!(made["doors"]["signIn"]["state"], "set", "{made}");
    assert_eq!(made["doors"]["mailboxes"][&mailbox]["state"], "set", "{made}");
    let shown = api.settled(&id).await;
    assert_eq!(shown["oneTimePassword"], Value::Null, "it is shown once");

    // The first password opens both ways in, and leads to choosing another and nowhere else.
    assert_eq!(product.mail_sign_in(&mailbox, &once).await, 200);
    let mut mette = Person::unknown(&product);
    let at = mette.signs_in(METTE, &once).await.expect("the first password is right");
    assert_eq!(at.path(), PAGE);
    assert_eq!(mette.led_to("/").await.path(), PAGE);
    assert_eq!(choose_password(&mut mette, &once).await, 422, "it must be another one");
    assert_eq!(choose_password(&mut mette, "short").await, 422);
    assert_eq!(choose_password(&mut mette, OWN).await, 303);
    assert!(!mette.is_in().await, "every sign-in ended with the old password");
    assert_eq!(product.mail_sign_in(&mailbox, &once).await, 401);
    assert_eq!(product.mail_sign_in(&mailbox, OWN).await, 200);
    assert_eq!(sign_in(&product, METTE, &once).await, None);
    let mut mette = Person::unknown(&product);
    let at = mette.signs_in(METTE, OWN).await.expect("her own is right");
    assert_ne!(at.path(), PAGE);

    // Suspended: every way in is shut, and mail still arrives.
    let (status, closed) = api.action(&id, "suspend").await;
    assert_eq!((status, &closed["status"]), (200, &value!("suspended")), "{closed}");
    api.settled(&id).await;
    assert!(!mette.is_in().await);
    assert_eq!(sign_in(&product, METTE, OWN).await, None);
    assert_eq!(product.mail_sign_in(&mailbox, OWN).await, 403, "the right password, and no way in");
    assert_eq!(delivered(&product, &mailbox).await, "stored");
    let files = product.objects("ocis", "users").await;
    let account = files.iter().find(|user| user["displayName"] == "Mette Hvid").expect("her files");
    assert_eq!(account["accountEnabled"], false, "{account}");

    // Resumed: the old password works.
    assert_eq!(api.action(&id, "resume").await.1["status"], "active");
    api.settled(&id).await;
    assert_eq!(product.mail_sign_in(&mailbox, OWN).await, 200);
    let mut mette = Person::unknown(&product);
    assert!(mette.signs_in(METTE, OWN).await.is_some());

    // Signed out everywhere: she alone.
    let mut maja = Person::sign_in(&product, MAJA).await;
    let ended = value!({"state": "done", "reason": null, "appPasswords": "ended", "extent": "everything"});
    assert_eq!(api.action(&id, "force-logout").await, (200, ended));
    assert!(!mette.is_in().await);
    assert!(maja.is_in().await);
    let sessions = product.objects("authentik", "sessions").await;
    assert!(sessions.iter().all(|session| session["username"] != METTE), "{sessions:?}");
    assert!(!sessions.is_empty(), "others keep theirs");

    // A new password: the old one is dead.
    let (status, reset) = api.action(&id, "reset-password").await;
    assert_eq!(status, 200, "{reset}");
    let again = text(&reset["oneTimePassword"]);
    assert_eq!(product.mail_sign_in(&mailbox, OWN).await, 401);
    assert_eq!(product.mail_sign_in(&mailbox, &again).await, 200);
    let at = sign_in(&product, METTE, &again).await.expect("the new one is right");
    assert_eq!(at.path(), PAGE);

    // Removed: nothing of her is left, and nobody else is touched.
    assert_eq!(api.call(Method::Delete, &format!("/users/{id}"), Value::Null).await.0, 204);
    eventually("she is no member", async || {
        let now = api.call(Method::Get, &format!("/users/{id}"), Value::Null).await;
        if now.0 == 404 { Ok(()) } else { Err(now.1) }
    })
    .await;
    for (simulator, kind) in [("authentik", "users"), ("stalwart", "accounts"), ("ocis", "users")] {
        let is_hers = |object: &String| object.contains("Mette") || object.contains("mette@");
        eventually("nothing of her is left", async || {
            let all = product.objects(simulator, kind).await;
            all.iter().map(Value::to_string).find(is_hers).map_or(Ok(()), Err)
        })
        .await;
    }
    assert!(maja.is_in().await);
}

#[tokio::test]
async fn who_works_in_two_workspaces_keeps_the_one_when_the_other_ends() {
    let product = Product::start("small").await;
    let (acme, fjord) = (TenantApi::of(&product, ANNA, "acme"), TenantApi::of(&product, OTTO, "fjord"));
    let id = fjord.id(BO).await;
    assert_eq!(acme.id(BO).await, id, "one person, one id");
    acme.settled(&id).await;
    let at_work = TenantApi::of(&product, BO, "acme");
    let account = async || {
        let users = product.objects("authentik", "users").await;
        users.into_iter().find(|user| user["username"] == BO).expect("his account")
    };

    // Closed in one place he goes on in the other; closed in both, every way in is shut.
    assert_eq!(fjord.action(&id, "suspend").await.0, 200);
    fjord.settled(&id).await;
    assert_eq!(account().await["isActive"], true);
    let mut bo = Person::unknown(&product);
    assert!(bo.signs_in(BO, "correct-horse-bo").await.is_some());
    let (_, me) = bo.page("/api/me").await;
    assert!(me.contains("\"acme\"") && !me.contains("\"fjord\""), "{me}");
    assert_eq!(acme.action(&id, "suspend").await.0, 200);
    acme.settled(&id).await;
    assert_eq!(account().await["isActive"], false);
    assert_eq!(sign_in(&product, BO, "correct-horse-bo").await, None);
    assert_eq!(at_work.call(Method::Get, "/users", Value::Null).await.0, 401, "tokens of before are refused");
    assert_eq!(acme.action(&id, "resume").await.0, 200);
    acme.settled(&id).await;
    assert_eq!(account().await["isActive"], true);

    // His password is not one workspace's to set.
    let (status, refused) = acme.action(&id, "reset-password").await;
    assert_eq!((status, text(&refused["type"]).contains("shared-account")), (409, true), "{refused}");

    // Removed from the one, he keeps the other.
    assert_eq!(fjord.call(Method::Delete, &format!("/users/{id}"), Value::Null).await.0, 204);
    acme.settled(&id).await;
    assert_eq!(account().await["isActive"], true);
    assert!(sign_in(&product, BO, "correct-horse-bo").await.is_some());
}

#[tokio::test]
async fn what_nobody_may_do_is_refused_with_a_reason() {
    let product = Product::start("small").await;
    let (anna, bo) = (TenantApi::of(&product, ANNA, "acme"), TenantApi::of(&product, BO, "acme"));
    let (of_anna, of_bo, of_maja) = (anna.id(ANNA).await, anna.id(BO).await, anna.id(MAJA).await);
    let refused = async |answer: (u16, Value), status: u16, code: &str| {
        let kind = answer.1["type"].as_str().unwrap_or_default().to_owned();
        assert!(answer.0 == status && kind.ends_with(code), "{status} {code}: {answer:?}");
    };
    // Nobody does it to themself, and the last owner stays.
    for action in ["suspend", "force-logout", "reset-password"] {
        refused(anna.action(&of_anna, action).await, 409, "not-oneself").await;
    }
    refused(anna.call(Method::Delete, &format!("/users/{of_anna}"), Value::Null).await, 409, "not-oneself")
        .await;
    let demote = value!({"role": "member"});
    refused(anna.call(Method::Patch, &format!("/users/{of_anna}"), demote.clone()).await, 409, "not-oneself")
        .await;
    let ida = TenantApi::of_operator(&product, "acme");
    refused(ida.call(Method::Patch, &format!("/users/{of_anna}"), demote.clone()).await, 409, "last-owner")
        .await;
    refused(ida.call(Method::Delete, &format!("/users/{of_anna}"), Value::Null).await, 409, "last-owner")
        .await;
    // An admin is no owner, and can't become one over an owner's password.
    for action in ["suspend", "force-logout", "reset-password"] {
        refused(bo.action(&of_anna, action).await, 403, "owners-only").await;
    }
    let promote = value!({"role": "owner"});
    refused(bo.call(Method::Patch, &format!("/users/{of_maja}"), promote).await, 403, "owners-only").await;
    // Addresses that are known, or that nobody could have.
    refused(anna.add("Maja again", MAJA).await, 409, "member-known").await;
    refused(anna.add("Otto", OTTO).await, 409, "has-account").await;
    for bad in ["", "no address", "\"quoted\"@acme.test", "a@b", &format!("{}@acme.test", "a".repeat(65))] {
        refused(anna.add("Somebody", bad).await, 422, "invalid-input").await;
    }
    assert_eq!(anna.add("Lars", "lars@elsewhere.test").await.0, 201);
    refused(anna.add("Lars Two", "lars@another.test").await, 409, "mailbox-taken").await;
    // Another workspace's people are nobody here.
    let fjord = TenantApi::of(&product, OTTO, "fjord");
    refused(fjord.action(&of_maja, "suspend").await, 404, "no-such-member").await;
    refused(TenantApi::of(&product, OTTO, "acme").action(&of_bo, "suspend").await, 404, "not-found").await;
    // No more people than seats.
    let seats = ida.get("").await["seats"].clone();
    let taken = items(&anna.get("/users").await).len();
    let changed = ida.call(Method::Patch, "", value!({"seats": taken})).await;
    assert_eq!(changed.0, 200, "from {seats}");
    refused(anna.add("One Too Many", "many@elsewhere.test").await, 409, "no-seat").await;
}

#[tokio::test]
async fn an_answer_with_a_password_is_repeated_without_it() {
    let product = Product::start("small").await;
    let body = value!({"name": "Mette Hvid", "email": METTE});
    let call = || {
        Call::new(Method::Post, "/api/tenants/acme/users")
            .bearer(product.token(ANNA, "portal").into())
            .header("idempotency-key", "once")
            .json(&body)
    };
    let api = client(product.origin("api"));
    let first = json(&api.send(call()).await.unwrap());
    let again = json(&api.send(call()).await.unwrap());
    assert!(first["oneTimePassword"].is_string());
    assert_eq!(again["oneTimePassword"], Value::Null);
    assert_eq!(again["id"], first["id"]);
}

#[tokio::test]
async fn a_closed_workspace_ends_the_sign_ins_of_who_works_elsewhere_too() {
    let product = Product::start("small").await;
    let id = TenantApi::of(&product, OTTO, "fjord").id(BO).await;
    TenantApi::of(&product, ANNA, "acme").settled(&id).await;
    let mut bo = Person::unknown(&product);
    assert!(bo.signs_in(BO, "correct-horse-bo").await.is_some());
    let ida = TenantApi::of_operator(&product, "fjord");
    assert_eq!(ida.call(Method::Post, "/suspend", value!({})).await.0, 200);
    until("what his sign-ins say of fjord ends with it", async || {
        product.objects("authentik", "sessions").await.iter().all(|session| session["username"] != BO)
    })
    .await;
    // Tokens are ended after the session: one of meanwhile goes with them, and its sign-in is refused.
    until("he is let in elsewhere", async || {
        let origin = product.origin("portal");
        let tried = Visitor::default().try_sign_in(origin, BO, "correct-horse-bo").await;
        tried.is_some_and(|(_, page)| page.status == 200)
    })
    .await;
}

#[tokio::test]
async fn a_closed_workspace_closes_its_people_out_and_opens_as_it_was() {
    let product = Product::start("small").await;
    let api = TenantApi::of(&product, ANNA, "acme");
    let (_, made) = api.add("Mette Hvid", METTE).await;
    let (_, closed) = api.add("Nils Skov", "nils@acme.test").await;
    let (mette, nils) = (text(&made["id"]), text(&closed["id"]));
    let (box_of_mette, box_of_nils) = (text(&made["mailboxAddress"]), text(&closed["mailboxAddress"]));
    let (word_of_mette, word_of_nils) = (text(&made["oneTimePassword"]), text(&closed["oneTimePassword"]));
    api.action(&nils, "suspend").await;
    let ida = TenantApi::of_operator(&product, "acme");
    let turn = async |action: &str| {
        assert_eq!(ida.call(Method::Post, &format!("/{action}"), value!({})).await.0, 200);
        ida.settled(&mette).await;
        ida.settled(&nils).await;
    };
    turn("suspend").await;
    assert_eq!(product.mail_sign_in(&box_of_mette, &word_of_mette).await, 403);
    assert_eq!(sign_in(&product, METTE, &word_of_mette).await, None);
    assert_eq!(delivered(&product, &box_of_mette).await, "stored");
    turn("resume").await;
    assert_eq!(product.mail_sign_in(&box_of_mette, &word_of_mette).await, 200);
    assert!(sign_in(&product, METTE, &word_of_mette).await.is_some());
    assert_eq!(
        product.mail_sign_in(&box_of_nils, &word_of_nils).await,
        403,
        "who was suspended before still is"
    );
}

#[tokio::test]
async fn a_password_that_a_credential_did_not_take_leaves_the_old_one_due_and_says_so() {
    let product = Product::start("small").await;
    let api = TenantApi::of(&product, ANNA, "acme");
    let (_, made) = api.add("Mette Hvid", METTE).await;
    let (id, once) = (text(&made["id"]), text(&made["oneTimePassword"]));
    let mailbox = text(&made["mailboxAddress"]);
    api.settled(&id).await;
    let mut mette = Person::unknown(&product);
    mette.signs_in(METTE, &once).await.expect("the first password is right");
    product.faults("stalwart", value!([{"route": "POST /jmap", "kind": "refuse"}])).await;
    let (status, said) = mette.send(PAGE, PAGE, &[("password", OWN)]).await;
    assert_eq!(status, 503, "{said}");
    assert!(said.contains("wasn’t changed everywhere") && said.contains("Try again in a moment"), "{said}");
    assert!(!said.contains(OWN), "{said}");

    // The old one is due as before, and still opens the mailbox.
    assert_eq!(mette.led_to("/").await.path(), PAGE);
    assert!(
        api.call(Method::Get, &format!("/users/{id}"), Value::Null).await.1["passwordDueSince"].is_string()
    );
    product.faults("stalwart", value!([])).await;
    assert_eq!(product.mail_sign_in(&mailbox, &once).await, 200);
    let ida = product.token(IDA, "operator");
    let log = json(&product.call(Method::Get, "/api/audit?action=user.set_password", ida, None).await);
    let outcomes: Vec<&str> = items(&log).iter().filter_map(|row| row["outcome"].as_str()).collect();
    assert_eq!(outcomes, ["failed", "ok"], "{log:#}");
    // It is her one workspace, so its admins see it, and find it by the filter.
    assert_eq!(items(&api.get("/audit?action=user.set_password").await).len(), 2);
    let (_, page) = Person::sign_in(&product, ANNA).await.page("/admin/acme/audit").await;
    assert!(page.contains("value=\"user.set_password\""), "{page}");

    // The same again, and both ways in have it.
    assert_eq!(choose_password(&mut mette, OWN).await, 303);
    assert_eq!(product.mail_sign_in(&mailbox, OWN).await, 200);
    let at = sign_in(&product, METTE, OWN).await.expect("her own is right");
    assert_ne!(at.path(), PAGE);
}

#[tokio::test]
async fn what_was_typed_and_refused_on_a_members_page_stands_there_again() {
    let product = Product::start("small").await;
    let api = TenantApi::of(&product, ANNA, "acme");
    let id = api.id(MAJA).await;
    api.ok(Method::Post, "/mail/lists", value!({"address": at("sales"), "recipients": []})).await;
    let page = format!("/admin/acme/members/{id}");
    let mut anna = Person::sign_in(&product, ANNA).await;
    let version = api.get(&format!("/users/{id}")).await["version"].to_string();
    let form = [("version", &*version), ("name", "Maja Ny"), ("role", "member"), ("mailbox", "sales")];
    let (status, said) = anna.send(&page, &page, &form).await;
    assert_eq!(status, 422, "{said}");
    assert!(said.contains("value=\"Maja Ny\"") && said.contains("value=\"sales\""), "{said}");
    let late = anna.send_late(&page, &page, &form).await;
    assert!(late.contains("value=\"Maja Ny\"") && late.contains("name=\"role\""), "{late}");
    // One's own role is for somebody else to change; one's name is one's own.
    let own = format!("/admin/acme/members/{}", api.id(ANNA).await);
    let shown = anna.page(&own).await.1;
    assert!(shown.contains("name=\"name\"") && !shown.contains("name=\"role\""), "{shown}");
    assert_eq!(anna.send(&own, &own, &[("name", "Anna Admin")]).await.0, 303);
    assert_eq!(api.get(&format!("/users/{id}")).await["name"], "Maja Medlem");

    // What somebody else changed since is not undone by saving what was typed before. Both versions are shown, and who
    // saw them can save theirs.
    api.ok(Method::Patch, &format!("/users/{id}"), value!({"role": "admin"})).await;
    let older = [("version", &*version), ("name", "Maja Ny"), ("role", "member"), ("mailbox", "")];
    let (status, said) = anna.send(&page, &page, &older).await;
    let now = api.get(&format!("/users/{id}")).await["version"].to_string();
    let newest = format!("name=\"version\" value=\"{now}\"");
    assert!(status == 422 && said.contains("Maja Ny") && said.contains(&newest), "{status} {said}");
    assert_ne!(now, version);
    assert_eq!(anna.send(&page, &page, &older).await.0, 422, "sending it twice is no answer");
    assert_eq!(api.get(&format!("/users/{id}")).await["role"], "admin");

    api.ok(Method::Patch, &format!("/users/{id}"), value!({"mailbox": "maja"})).await;
    let mail_to = [("mailTo", "nobody@acme-widgets.test")];
    let (status, said) = anna.send(&page, &format!("{page}/offboard"), &mail_to).await;
    assert_eq!(status, 422, "{said}");
    assert!(
        said.contains("value=\"nobody@acme-widgets.test\"")
            && said.contains("isn’t the mailbox of an active member"),
        "{said}"
    );
    assert_eq!(api.get(&format!("/users/{id}")).await["status"], "active");
}

#[tokio::test]
async fn a_password_that_a_credential_did_not_take_is_known_and_a_new_one_is_offered() {
    let product = Product::start("small").await;
    let api = TenantApi::of(&product, ANNA, "acme");
    api.settled(&api.id(MAJA).await).await;
    let mut anna = Person::sign_in(&product, ANNA).await;
    product.faults("authentik", value!([{"route": "*", "kind": "refuse"}])).await;
    let (_, made) = api.add("Mette Hvid", METTE).await;
    assert_eq!(made["doors"]["signIn"]["state"], "not_yet", "{made}");
    let (id, once) = (text(&made["id"]), text(&made["oneTimePassword"]));
    product.faults("authentik", value!([])).await;
    let member = api.settled(&id).await;
    let keys = |member: &Value| (member["signInPassword"].clone(), member["mailboxPassword"].clone());
    assert_eq!(keys(&member), (value!("none"), value!("set")), "{member}");
    let mut mette = Person::unknown(&product);
    assert_eq!(mette.signs_in(METTE, &once).await, None);
    let at = format!("/admin/acme/members/{id}");
    let (_, page) = anna.page(&at).await;
    assert!(!page.contains("Ready to sign in"), "{page}");
    for said in ["No password yet, so they can’t sign in", "None yet.", "id=\"reset-password\""] {
        assert!(page.contains(said), "{said}: {page}");
    }
    let (_, found) = anna.page("/admin/acme/members?q=Mette").await;
    assert!(found.contains("No password"), "{found}");

    // A new one opens sign-in; the mailbox keeps the one of before, since the mail server does not answer.
    product.faults("stalwart", value!([{"route": "POST /jmap", "kind": "refuse"}])).await;
    let again = api.ok(Method::Post, &format!("/users/{id}/reset-password"), value!({})).await;
    product.faults("stalwart", value!([])).await;
    let member = api.get(&format!("/users/{id}")).await;
    assert_eq!(keys(&member), (value!("set"), value!("earlier")), "{again} {member}");
    let (_, page) = anna.page(&at).await;
    assert!(
        page.contains("It still accepts an earlier password") && page.contains("Ready to sign in"),
        "{page}"
    );
    assert!(mette.signs_in(METTE, &text(&again["oneTimePassword"])).await.is_some());
    let (_, own) = mette.page("/account/password").await;
    assert!(own.contains("Your mailbox still accepts an earlier password"), "{own}");

    let last = api.ok(Method::Post, &format!("/users/{id}/reset-password"), value!({})).await;
    let member = api.get(&format!("/users/{id}")).await;
    assert_eq!(keys(&member), (value!("set"), value!("set")), "{last} {member}");
    assert_eq!(
        product.mail_sign_in(&text(&member["mailboxAddress"]), &text(&last["oneTimePassword"])).await,
        200
    );
}
