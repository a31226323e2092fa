//! People of a workspace, from their first password to their last door closed: through the API, at the simulated mail
//! server and by signing in as they do.

use std::time::{Duration, Instant};

use outbound::{Call, Method};
use serde_json::{Value, json as value};
use url::Url;

use crate::harness::{Product, client, get, json};
use crate::session::Visitor;

const ANNA: &str = "anna@acme.test";
const BO: &str = "bo@acme.test";
const MAJA: &str = "maja@acme.test";
const OTTO: &str = "otto@fjord.test";
const IDA: &str = "ida@dezky.test";
const METTE: &str = "mette@acme.test";
const OWN: &str = "seven brown goats in the fog";
const PATIENCE: Duration = Duration::from_secs(30);

/// The people of a workspace, as one of them sees them.
struct Desk<'a> {
    product: &'a Product,
    slug: &'a str,
    token: &'a str,
}

impl<'a> Desk<'a> {
    fn of(product: &'a Product, email: &str, slug: &'a str) -> Self {
        Self { product, slug, token: product.token(email, "portal") }
    }

    async fn call(&self, method: Method, path: &str, body: Option<Value>) -> (u16, Value) {
        let path = format!("/api/tenants/{}/users{path}", self.slug);
        let answer = self.product.call(method, &path, self.token, body).await;
        (answer.status, serde_json::from_slice(&answer.body).unwrap_or_default())
    }

    async fn add(&self, name: &str, email: &str) -> (u16, Value) {
        self.call(Method::Post, "", Some(value!({"name": name, "email": email}))).await
    }

    async fn deed(&self, id: &str, deed: &str) -> (u16, Value) {
        self.call(Method::Post, &format!("/{id}/{deed}"), Some(value!({}))).await
    }

    /// The member of an address; waits until those of the demo are members.
    async fn member(&self, email: &str) -> Value {
        let began = Instant::now();
        loop {
            let (_, all) = self.call(Method::Get, "", None).await;
            let found =
                all["items"].as_array().unwrap().iter().find(|member| member["email"] == email).cloned();
            if let Some(member) = found {
                return member;
            }
            assert!(began.elapsed() < PATIENCE, "{email} is no member of {}: {all}", self.slug);
            tokio::time::sleep(Duration::from_millis(100)).await;
        }
    }

    async fn id(&self, email: &str) -> String {
        text(&self.member(email).await["id"])
    }

    /// Waits until all steps of a member are done.
    async fn settled(&self, id: &str) -> Value {
        let began = Instant::now();
        loop {
            let (_, member) = self.call(Method::Get, &format!("/{id}"), None).await;
            let states: Vec<&str> = member["steps"]
                .as_array()
                .unwrap()
                .iter()
                .filter_map(|step| step["status"].as_str())
                .collect();
            if states.iter().all(|state| matches!(*state, "ok" | "skipped")) {
                return member;
            }
            assert!(began.elapsed() < PATIENCE, "not done: {member}");
            tokio::time::sleep(Duration::from_millis(100)).await;
        }
    }
}

fn text(value: &Value) -> String {
    value.as_str().unwrap_or_else(|| panic!("no text: {value}")).to_owned()
}

/// What the mail server says to an address and a password.
async fn mail_door(product: &Product, address: &str, password: &str) -> u16 {
    let call = Call::get("/jmap/session").basic(address, password.into());
    client(product.origin("sandbox/stalwart")).send(call).await.unwrap().status
}

/// What becomes of a mail to an address.
async fn delivered(product: &Product, to: &str) -> Value {
    let mail = value!({"from": "someone@elsewhere.test", "to": [to]});
    let call = Call::new(Method::Post, "/_sim/deliver").json(&mail);
    let answer = client(product.origin("sandbox/stalwart")).send(call).await.unwrap();
    json(&answer)["copies"][0]["outcome"].clone()
}

/// Whether the sign-in page lets somebody in; gives where that leads to.
async fn sign_in(product: &Product, visitor: &mut Visitor, email: &str, password: &str) -> Option<Url> {
    let start = Url::parse(product.origin("portal")).unwrap().join("/sign-in").unwrap();
    let (form, _) = visitor.visit(&start).await;
    let sent = visitor.send(Method::Post, &form, &[("username", email), ("password", password)]).await;
    let next = form.join(sent.header("location")?).unwrap();
    Some(visitor.visit(&next).await.0)
}

async fn page(product: &Product, visitor: &mut Visitor, path: &str) -> (Url, String) {
    let (at, answer) =
        visitor.visit(&Url::parse(product.origin("portal")).unwrap().join(path).unwrap()).await;
    (at, String::from_utf8_lossy(&answer.body).into_owned())
}

/// Whether a browser is still signed in.
async fn is_in(product: &Product, visitor: &mut Visitor) -> bool {
    let me = Url::parse(product.origin("portal")).unwrap().join("/api/me").unwrap();
    visitor.send(Method::Get, &me, &[]).await.status == 200
}

/// Chooses a password on the page that asks for it.
async fn choose_password(product: &Product, visitor: &mut Visitor, password: &str) -> u16 {
    let (at, shown) = page(product, visitor, "/account/password").await;
    let csrf =
        shown.split_once("name=\"csrf\" value=\"").expect("the page has a form").1.split('"').next().unwrap();
    visitor.send(Method::Post, &at, &[("csrf", csrf), ("password", password)]).await.status
}

async fn inventory(product: &Product, simulator: &str, kind: &str) -> Vec<Value> {
    let answer = get(product.origin(&format!("sandbox/{simulator}")), "/_sim/inventory").await;
    json(&answer)[kind].as_array().unwrap().clone()
}

#[tokio::test]
async fn a_member_is_made_chooses_a_password_is_closed_out_let_in_and_removed() {
    let product = Product::start("small").await;
    let desk = Desk::of(&product, ANNA, "acme");
    let (status, made) = desk.add("Mette Hvid", METTE).await;
    assert_eq!(status, 201, "{made}");
    let (id, once) = (text(&made["id"]), text(&made["oneTimePassword"]));
    let mailbox = text(&made["mailboxAddress"]);
    assert_eq!(made["doors"]["signIn"]["state"], "set", "{made}");
    assert_eq!(made["doors"]["mailboxes"][&mailbox]["state"], "set", "{made}");
    let shown = desk.settled(&id).await;
    assert_eq!(shown["oneTimePassword"], Value::Null, "it is shown once");

    // The first password opens both doors, and leads to choosing another and nowhere else.
    assert_eq!(mail_door(&product, &mailbox, &once).await, 200);
    let mut mette = Visitor::default();
    let at = sign_in(&product, &mut mette, METTE, &once).await.expect("the first password is right");
    assert_eq!(at.path(), "/account/password");
    assert_eq!(page(&product, &mut mette, "/").await.0.path(), "/account/password");
    assert_eq!(choose_password(&product, &mut mette, &once).await, 422, "it must be another one");
    assert_eq!(choose_password(&product, &mut mette, "short").await, 422);
    assert_eq!(choose_password(&product, &mut mette, OWN).await, 303);
    assert!(!is_in(&product, &mut mette).await, "every sign-in ended with the old password");
    assert_eq!(mail_door(&product, &mailbox, &once).await, 401);
    assert_eq!(mail_door(&product, &mailbox, OWN).await, 200);
    assert_eq!(sign_in(&product, &mut Visitor::default(), METTE, &once).await, None);
    let mut mette = Visitor::default();
    let at = sign_in(&product, &mut mette, METTE, OWN).await.expect("her own is right");
    assert_ne!(at.path(), "/account/password");

    // Suspended: every door is shut, and mail still arrives.
    let (status, closed) = desk.deed(&id, "suspend").await;
    assert_eq!((status, &closed["status"]), (200, &value!("suspended")), "{closed}");
    desk.settled(&id).await;
    assert!(!is_in(&product, &mut mette).await);
    assert_eq!(sign_in(&product, &mut Visitor::default(), METTE, OWN).await, None);
    assert_eq!(mail_door(&product, &mailbox, OWN).await, 403, "the right password, and no way in");
    assert_eq!(delivered(&product, &mailbox).await, "stored");
    let files = inventory(&product, "ocis", "users").await;
    let account = files.iter().find(|user| user["displayName"] == "Mette Hvid").expect("her files");
    assert_eq!(account["accountEnabled"], false, "{account}");

    // Resumed: the old password works.
    assert_eq!(desk.deed(&id, "resume").await.1["status"], "active");
    desk.settled(&id).await;
    assert_eq!(mail_door(&product, &mailbox, OWN).await, 200);
    let mut mette = Visitor::default();
    assert!(sign_in(&product, &mut mette, METTE, OWN).await.is_some());

    // Signed out everywhere: she alone.
    let mut maja = Visitor::default();
    maja.sign_in(product.origin("portal"), MAJA, "correct-horse-maja").await;
    assert_eq!(desk.deed(&id, "force-logout").await, (200, value!({"state": "done", "reason": null})));
    assert!(!is_in(&product, &mut mette).await);
    assert!(is_in(&product, &mut maja).await);
    let sessions = inventory(&product, "authentik", "sessions").await;
    assert!(sessions.iter().all(|session| session["username"] != METTE), "{sessions:?}");
    assert!(!sessions.is_empty(), "others keep theirs");

    // A new password: the old one is dead.
    let (status, reset) = desk.deed(&id, "reset-password").await;
    assert_eq!(status, 200, "{reset}");
    let again = text(&reset["oneTimePassword"]);
    assert_eq!(mail_door(&product, &mailbox, OWN).await, 401);
    assert_eq!(mail_door(&product, &mailbox, &again).await, 200);
    let at = sign_in(&product, &mut Visitor::default(), METTE, &again).await.expect("the new one is right");
    assert_eq!(at.path(), "/account/password");

    // Removed: nothing of her is left, and nobody else is touched.
    assert_eq!(desk.call(Method::Delete, &format!("/{id}"), None).await.0, 204);
    let began = Instant::now();
    while desk.call(Method::Get, &format!("/{id}"), None).await.0 != 404 {
        assert!(began.elapsed() < PATIENCE, "{:?}", desk.call(Method::Get, &format!("/{id}"), None).await);
        tokio::time::sleep(Duration::from_millis(100)).await;
    }
    let is_left = async |simulator: &str, kind: &str| {
        let all = inventory(&product, simulator, kind).await;
        all.iter().any(|object| object.to_string().contains("Mette") || object.to_string().contains("mette@"))
    };
    let began = Instant::now();
    while is_left("authentik", "users").await
        || is_left("stalwart", "accounts").await
        || is_left("ocis", "users").await
    {
        assert!(began.elapsed() < PATIENCE, "something of her is left");
        tokio::time::sleep(Duration::from_millis(100)).await;
    }
    assert!(is_in(&product, &mut maja).await);
}

#[tokio::test]
async fn who_works_in_two_workspaces_keeps_the_one_when_the_other_ends() {
    let product = Product::start("small").await;
    let (acme, fjord) = (Desk::of(&product, ANNA, "acme"), Desk::of(&product, OTTO, "fjord"));
    let id = fjord.id(BO).await;
    assert_eq!(acme.id(BO).await, id, "one person, one id");
    acme.settled(&id).await;
    let at_work = Desk::of(&product, BO, "acme");
    let account = async || {
        let users = inventory(&product, "authentik", "users").await;
        users.into_iter().find(|user| user["username"] == BO).expect("his account")
    };

    // Closed in one place he goes on in the other; closed in both, every door is shut.
    assert_eq!(fjord.deed(&id, "suspend").await.0, 200);
    fjord.settled(&id).await;
    assert_eq!(account().await["isActive"], true);
    let mut bo = Visitor::default();
    assert!(sign_in(&product, &mut bo, BO, "correct-horse-bo").await.is_some());
    let (_, me) = page(&product, &mut bo, "/api/me").await;
    assert!(me.contains("\"acme\"") && !me.contains("\"fjord\""), "{me}");
    assert_eq!(acme.deed(&id, "suspend").await.0, 200);
    acme.settled(&id).await;
    assert_eq!(account().await["isActive"], false);
    assert_eq!(sign_in(&product, &mut Visitor::default(), BO, "correct-horse-bo").await, None);
    assert_eq!(at_work.call(Method::Get, "", None).await.0, 401, "tokens of before are refused");
    assert_eq!(acme.deed(&id, "resume").await.0, 200);
    acme.settled(&id).await;
    assert_eq!(account().await["isActive"], true);

    // His password is not one workspace's to set.
    let (status, refused) = acme.deed(&id, "reset-password").await;
    assert_eq!((status, text(&refused["type"]).contains("shared-account")), (409, true), "{refused}");

    // Removed from the one, he keeps the other.
    assert_eq!(fjord.call(Method::Delete, &format!("/{id}"), None).await.0, 204);
    acme.settled(&id).await;
    assert_eq!(account().await["isActive"], true);
    assert!(sign_in(&product, &mut Visitor::default(), BO, "correct-horse-bo").await.is_some());
}

#[tokio::test]
async fn what_nobody_may_do_is_refused_with_a_reason() {
    let product = Product::start("small").await;
    let (anna, bo) = (Desk::of(&product, ANNA, "acme"), Desk::of(&product, BO, "acme"));
    let (of_anna, of_bo, of_maja) = (anna.id(ANNA).await, anna.id(BO).await, anna.id(MAJA).await);
    let refused = async |answer: (u16, Value), status: u16, code: &str| {
        let kind = answer.1["type"].as_str().unwrap_or_default().to_owned();
        assert!(answer.0 == status && kind.ends_with(code), "{status} {code}: {answer:?}");
    };
    // Nobody does it to themself, and the last owner stays.
    for deed in ["suspend", "force-logout", "reset-password"] {
        refused(anna.deed(&of_anna, deed).await, 409, "not-oneself").await;
    }
    refused(anna.call(Method::Delete, &format!("/{of_anna}"), None).await, 409, "not-oneself").await;
    let demote = Some(value!({"role": "member"}));
    refused(anna.call(Method::Patch, &format!("/{of_anna}"), demote.clone()).await, 409, "not-oneself").await;
    let ida = Desk { token: product.token(IDA, "operator"), ..Desk::of(&product, ANNA, "acme") };
    refused(ida.call(Method::Patch, &format!("/{of_anna}"), demote.clone()).await, 409, "last-owner").await;
    refused(ida.call(Method::Delete, &format!("/{of_anna}"), None).await, 409, "last-owner").await;
    // An admin is no owner, and can't become one over an owner's password.
    for deed in ["suspend", "force-logout", "reset-password"] {
        refused(bo.deed(&of_anna, deed).await, 403, "owners-only").await;
    }
    let promote = Some(value!({"role": "owner"}));
    refused(bo.call(Method::Patch, &format!("/{of_maja}"), promote).await, 403, "owners-only").await;
    // Addresses that are known, or that nobody could have.
    refused(anna.add("Maja again", MAJA).await, 409, "member-known").await;
    refused(anna.add("Otto", OTTO).await, 409, "has-account").await;
    for bad in ["", "no address", "\"quoted\"@acme.test", "a@b", &format!("{}@acme.test", "a".repeat(65))] {
        refused(anna.add("Somebody", bad).await, 422, "invalid-input").await;
    }
    assert_eq!(anna.add("Lars", "lars@elsewhere.test").await.0, 201);
    refused(anna.add("Lars Two", "lars@another.test").await, 409, "mailbox-taken").await;
    // Another workspace's people are nobody here.
    let fjord = Desk::of(&product, OTTO, "fjord");
    refused(fjord.deed(&of_maja, "suspend").await, 404, "no-such-member").await;
    refused(Desk::of(&product, OTTO, "acme").deed(&of_bo, "suspend").await, 404, "not-found").await;
    // No more people than seats.
    let seats =
        json(&product.call(Method::Get, "/api/tenants/acme", product.token(IDA, "operator"), None).await);
    let taken = anna.call(Method::Get, "", None).await.1["items"].as_array().unwrap().len();
    let change = Some(value!({"seats": taken}));
    let path = "/api/tenants/acme";
    let changed = product.call(Method::Patch, path, product.token(IDA, "operator"), change).await;
    assert_eq!(changed.status, 200, "from {}", seats["seats"]);
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
    let id = Desk::of(&product, OTTO, "fjord").id(BO).await;
    Desk::of(&product, ANNA, "acme").settled(&id).await;
    let mut bo = Visitor::default();
    assert!(sign_in(&product, &mut bo, BO, "correct-horse-bo").await.is_some());
    let path = "/api/tenants/fjord/suspend";
    let ida = product.token(IDA, "operator");
    assert_eq!(product.call(Method::Post, path, ida, Some(value!({}))).await.status, 200);
    let began = Instant::now();
    while inventory(&product, "authentik", "sessions").await.iter().any(|it| it["username"] == BO) {
        assert!(began.elapsed() < PATIENCE, "what his sign-ins say of fjord outlives it");
        tokio::time::sleep(Duration::from_millis(100)).await;
    }
    assert!(sign_in(&product, &mut Visitor::default(), BO, "correct-horse-bo").await.is_some());
}

#[tokio::test]
async fn a_closed_workspace_closes_its_people_out_and_opens_as_it_was() {
    let product = Product::start("small").await;
    let desk = Desk::of(&product, ANNA, "acme");
    let (_, made) = desk.add("Mette Hvid", METTE).await;
    let (_, closed) = desk.add("Nils Skov", "nils@acme.test").await;
    let (mette, nils) = (text(&made["id"]), text(&closed["id"]));
    let (box_of_mette, box_of_nils) = (text(&made["mailboxAddress"]), text(&closed["mailboxAddress"]));
    let (word_of_mette, word_of_nils) = (text(&made["oneTimePassword"]), text(&closed["oneTimePassword"]));
    desk.deed(&nils, "suspend").await;
    let ida = Desk { token: product.token(IDA, "operator"), ..Desk::of(&product, ANNA, "acme") };
    let turn = async |deed: &str| {
        let path = format!("/api/tenants/acme/{deed}");
        assert_eq!(product.call(Method::Post, &path, ida.token, Some(value!({}))).await.status, 200);
        ida.settled(&mette).await;
        ida.settled(&nils).await;
    };
    turn("suspend").await;
    assert_eq!(mail_door(&product, &box_of_mette, &word_of_mette).await, 403);
    assert_eq!(sign_in(&product, &mut Visitor::default(), METTE, &word_of_mette).await, None);
    assert_eq!(delivered(&product, &box_of_mette).await, "stored");
    turn("resume").await;
    assert_eq!(mail_door(&product, &box_of_mette, &word_of_mette).await, 200);
    assert!(sign_in(&product, &mut Visitor::default(), METTE, &word_of_mette).await.is_some());
    assert_eq!(
        mail_door(&product, &box_of_nils, &word_of_nils).await,
        403,
        "who was suspended before still is"
    );
}

#[tokio::test]
async fn a_password_that_a_door_did_not_take_leaves_the_old_one_due_and_says_so() {
    let product = Product::start("small").await;
    let desk = Desk::of(&product, ANNA, "acme");
    let (_, made) = desk.add("Mette Hvid", METTE).await;
    let (id, once) = (text(&made["id"]), text(&made["oneTimePassword"]));
    let mailbox = text(&made["mailboxAddress"]);
    desk.settled(&id).await;
    let mut mette = Visitor::default();
    sign_in(&product, &mut mette, METTE, &once).await.expect("the first password is right");
    let faults = async |faults: Value| {
        let call = Call::new(Method::Put, "/_sim/faults").json(&value!({"faults": faults}));
        assert!(client(product.origin("sandbox/stalwart")).send(call).await.unwrap().is_success());
    };
    faults(value!([{"route": "POST /jmap", "kind": "refuse"}])).await;
    let (at, shown) = page(&product, &mut mette, "/account/password").await;
    let csrf = shown.split_once("name=\"csrf\" value=\"").unwrap().1.split('"').next().unwrap();
    let told = mette.send(Method::Post, &at, &[("csrf", csrf), ("password", OWN)]).await;
    let said = String::from_utf8_lossy(&told.body).into_owned();
    assert_eq!(told.status, 503, "{said}");
    assert!(said.contains("was not changed everywhere") && said.contains("Try again in a moment"), "{said}");
    assert!(!said.contains(OWN), "{said}");

    // The old one is due as before, and still opens the mailbox.
    assert_eq!(page(&product, &mut mette, "/").await.0.path(), "/account/password");
    assert!(desk.call(Method::Get, &format!("/{id}"), None).await.1["passwordDueSince"].is_string());
    faults(value!([])).await;
    assert_eq!(mail_door(&product, &mailbox, &once).await, 200);
    let ida = product.token(IDA, "operator");
    let log = json(&product.call(Method::Get, "/api/audit?action=user.set_password", ida, None).await);
    let outcomes: Vec<&str> =
        log["items"].as_array().unwrap().iter().filter_map(|row| row["outcome"].as_str()).collect();
    assert_eq!(outcomes, ["failed", "ok"], "{log:#}");

    // The same again, and both doors have it.
    assert_eq!(choose_password(&product, &mut mette, OWN).await, 303);
    assert_eq!(mail_door(&product, &mailbox, OWN).await, 200);
    let at = sign_in(&product, &mut Visitor::default(), METTE, OWN).await.expect("her own is right");
    assert_ne!(at.path(), "/account/password");
}
