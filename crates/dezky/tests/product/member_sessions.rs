//! Sessions of people: seen and ended by themselves and by admins of their workspace, and nobody else's, whatever the
//! identity provider's filters do.

use std::time::Duration;

use outbound::Method;
use serde_json::{Value, json as value};

use crate::harness::{Product, json};
use crate::session::Person;
use crate::tenant_api::{ANNA, BO, IDA, MAJA, OTTO, TenantApi, items, text, until};
use url::Url;

impl TenantApi<'_> {
    async fn sessions(&self, id: &str) -> Vec<Value> {
        let said = self.get(&format!("/users/{id}/sessions")).await;
        assert_eq!(said["signInReason"], Value::Null, "{said:#}");
        items(&said).to_vec()
    }

    async fn end(&self, id: &str, session: &str) -> u16 {
        self.call(Method::Delete, &format!("/users/{id}/sessions/{session}"), Value::Null).await.0
    }
}

/// Those of the browsers that are signed in at just these places.
fn ids(all: &[Value], places: &[&str]) -> Vec<String> {
    let of = all.iter().filter(|one| one["places"] == value!(places));
    of.map(|one| text(&one["id"])).collect()
}

/// How many sessions the identity provider has of somebody.
async fn at_provider(product: &Product, email: &str) -> usize {
    let users = product.objects("authentik", "users").await;
    let user = &users.iter().find(|user| user["email"] == email).expect("they have an account")["id"];
    let all = product.objects("authentik", "sessions").await;
    all.iter().filter(|session| session["user"] == *user).count()
}

/// The two places of a browser that signed in to the portal.
const BOTH: &[&str] = &["portal", "sign_in"];

/// Sends a form of one's own page of sessions.
async fn send(person: &mut Person<'_>, path: &str) -> u16 {
    person.send("/account/sessions", path, &[("sure", "yes")]).await.0
}

#[tokio::test]
async fn an_admin_sees_and_ends_sessions_of_their_own_members_alone() {
    let product = Product::start("small").await;
    let api = TenantApi::of(&product, ANNA, "acme");
    let (maja, bo) = (api.id(MAJA).await, api.id(BO).await);
    let mut first = Person::sign_in(&product, MAJA).await;
    let mut second = Person::sign_in(&product, MAJA).await;
    let mut other = Person::sign_in(&product, BO).await;
    // Lists at the identity provider answer with everybody's rows.
    product.spoil("authentik", "ignoredFilters/all", &value!({"times": 1_000_000})).await;
    let of_maja = api.sessions(&maja).await;
    let of_bo = api.sessions(&bo).await;
    assert_eq!((of_maja.len(), ids(&of_maja, BOTH).len()), (2, 2), "one row for each browser: {of_maja:#?}");
    assert_eq!((of_bo.len(), ids(&of_bo, &["portal"]).len()), (1, 1), "{of_bo:#?}");
    assert!(of_maja.iter().all(|one| one["address"] == "127.0.0.1"), "{of_maja:#?}");
    // What is shown opens nothing.
    let said = value!(of_maja).to_string();
    let cookies = [&first, &second].into_iter().flat_map(|person| person.visitor.jars.values().flatten());
    for (name, secret) in cookies.filter(|(_, secret)| secret.len() > 10) {
        assert!(!said.contains(secret.as_str()), "{name}");
    }
    for one in product.objects("authentik", "sessions").await {
        assert!(!said.contains(&text(&one["id"])), "{said}");
    }
    // Sessions of others are none of hers, and who is no member here is nobody.
    // Bo works elsewhere too, so at the provider his sessions are nobody's here.
    let (own, sso) = (&ids(&of_bo, &["portal"])[0], "sso_0123456789abcdef");
    let [otto, intruder] = ["fjord", "acme"].map(|slug| TenantApi::of(&product, OTTO, slug));
    let of_her = &ids(&of_maja, BOTH)[0];
    for (who, api, session) in [
        ("Anna", api, own.as_str()),
        ("Anna", api, sso),
        ("Anna", api, "nonsense"),
        ("Otto at fjord", otto, of_her),
        ("Otto at acme", intruder, of_her),
    ] {
        assert_eq!(api.end(&maja, session).await, 404, "{who}: {session}");
    }
    let hers = format!("/users/{maja}/sessions");
    assert_eq!(otto.call(Method::Get, &hers, Value::Null).await.0, 404);
    let anna = api.id(ANNA).await;
    assert_eq!(api.end(&anna, "any").await, 409, "one's own end on one's own page");
    assert!(first.is_in().await && second.is_in().await);

    // The one that was used last is the second browser's.
    let end = async |session: &str| api.end(&maja, session).await;
    let both = ids(&of_maja, BOTH);
    assert_eq!(end(&both[0]).await, 204);
    assert_eq!(end(&both[0]).await, 404, "it is gone");
    let left = (first.is_in().await, second.is_in().await);
    assert!(left.0 != left.1, "one of the two: {left:?}");
    let after = api.sessions(&maja).await;
    assert_eq!(ids(&after, BOTH), [both[1].clone()], "{after:#?}");
    assert_eq!(at_provider(&product, MAJA).await, 1, "it ended at the provider too");
    let ended = if left.0 { &mut second } else { &mut first };
    ended.led_to("/sign-in").await;
    assert!(!ended.is_in().await, "it needs the password again");
    assert!(other.is_in().await, "nobody else's");
    assert_eq!(api.sessions(&bo).await.len(), 1);
    let log = api.get("/audit?action=member.end_session").await;
    let after = &items(&log)[0]["after"];
    assert_eq!((&after["places"], &after["sessions"]), (&value!(BOTH), &value!(2)), "{log:#}");
}

#[tokio::test]
async fn a_person_sees_their_own_sessions_and_ends_them() {
    let product = Product::start("small").await;
    let api = TenantApi::of(&product, ANNA, "acme");
    let mut here = Person::sign_in(&product, MAJA).await;
    let mut there = Person::sign_in(&product, MAJA).await;
    let (_, page) = here.page("/account/sessions").await;
    assert_eq!(page.matches("This browser<").count(), 1, "{page}");
    let id = api.id(MAJA).await;
    let all = ids(&api.sessions(&id).await, BOTH);
    // The one that can be ended here is the other browser's.
    let other = all.iter().find(|id| page.contains(&format!("/account/sessions/{id}/end"))).unwrap();
    assert_eq!(send(&mut here, &format!("/account/sessions/{other}/end")).await, 303);
    assert!(here.is_in().await && !there.is_in().await);
    // Somebody else's is nobody's.
    let mut bo = Person::sign_in(&product, BO).await;
    let own = all.iter().find(|id| *id != other).unwrap();
    assert_eq!(send(&mut bo, &format!("/account/sessions/{own}/end")).await, 404);
    assert!(here.is_in().await);
    assert_eq!(send(&mut here, "/account/sessions/end-all").await, 303);
    assert!(!here.is_in().await && bo.is_in().await);
    assert!(api.sessions(&id).await.is_empty());
}

#[tokio::test]
async fn sessions_that_the_sign_in_service_does_not_tell_are_said_to_be_unknown() {
    let product = Product::start("small").await;
    let api = TenantApi::of(&product, ANNA, "acme");
    let id = api.id(MAJA).await;
    Person::sign_in(&product, MAJA).await;
    let fault = value!({"route": "GET /api/v3/core/authenticated_sessions", "kind": "refuse"});
    product.faults("authentik", value!([fault])).await;
    let said = api.get(&format!("/users/{id}/sessions")).await;
    assert_eq!(said["signInReason"], "unreachable", "{said:#}");
    assert_eq!(ids(items(&said), &["portal"]).len(), 1, "{said:#}");
    // A browser whose sign-in couldn't be found in the list is listed twice, and each of the two ends by itself.
    Person::sign_in(&product, MAJA).await;
    product.faults("authentik", value!([])).await;
    let all = api.sessions(&id).await;
    let (portal, provider) = (ids(&all, &["portal"]), ids(&all, &["sign_in"]));
    assert_eq!((portal.len(), provider.len(), all.len()), (1, 1, 3), "the first is one row: {all:#?}");
    assert_eq!(api.end(&id, &provider[0]).await, 204);
    assert_eq!(ids(&api.sessions(&id).await, &["portal"]), portal);
    assert_eq!(api.end(&id, &portal[0]).await, 204);
    assert_eq!(ids(&api.sessions(&id).await, BOTH).len(), 1, "the first browser is as it was");
}

#[tokio::test]
async fn one_browser_on_both_surfaces_is_one_session_and_ends_as_one() {
    let product = Product::start("small").await;
    let mut here = Person::sign_in_to(&product, "operator", IDA).await;
    let sign_in = Url::parse(&format!("{}/sign-in", product.origin("portal"))).unwrap();
    here.visitor.visit(&sign_in).await;
    let mut elsewhere = Person::sign_in_to(&product, "operator", IDA).await;
    let (_, page) = elsewhere.page("/account/sessions").await;
    let rows = page.matches("<tr").count() - page.matches("<thead").count();
    assert_eq!(rows, 2, "one row for each browser: {page}");
    assert!(page.contains("Portal · Operator console · Single sign-on"), "{page}");
    let other = page.split("/account/sessions/ses_").nth(1).unwrap().split('/').next().unwrap();
    assert_eq!(send(&mut elsewhere, &format!("/account/sessions/ses_{other}/end")).await, 303);
    assert!(!here.is_in().await && elsewhere.is_in().await);
    let mut at_portal = Person { visitor: here.visitor, origin: product.origin("portal") };
    assert!(!at_portal.is_in().await, "the other surface's part ended with it");
    let log =
        product.call(Method::Get, "/api/audit?action=session.end", product.token(IDA, "operator"), None);
    let log = json(&log.await);
    let after = &items(&log)[0]["after"];
    assert_eq!(after["places"], value!(["portal", "operator", "sign_in"]), "{log:#}");
    assert_eq!(after["sessions"], 3, "{log:#}");

    // Signing out ends what is left of this browser, on each surface.
    elsewhere.visitor.visit(&sign_in).await;
    let (status, _) = elsewhere.send("/", "/sign-out", &[]).await;
    assert_eq!(status, 303);
    let mut at_portal = Person { visitor: elsewhere.visitor, origin: product.origin("portal") };
    assert!(!at_portal.is_in().await);
}

/// [E4]: what a browser got by a sign-in that was to end goes with that sign-in, however long the end takes.
#[tokio::test]
async fn a_session_that_began_while_a_sign_out_was_under_way_ends_with_it() {
    let product = Product::start("small").await;
    let api = TenantApi::of(&product, ANNA, "acme");
    let maja = api.id(MAJA).await;
    let mut browser = Person::sign_in(&product, MAJA).await;
    let refuse = value!({"route": "DELETE /api/v3/core/authenticated_sessions", "kind": "refuse"});
    product.faults("authentik", value!([refuse])).await;
    api.ok(Method::Post, &format!("/users/{maja}/force-logout"), Value::Null).await;
    assert!(!browser.is_in().await, "at once where Dezky can do it alone");
    // The identity provider still knows the browser, and lets it in without a word.
    browser.led_to("/sign-in").await;
    assert!(browser.is_in().await);
    product.faults("authentik", value!([])).await;
    until("it ends with the sign-in that it came of", async || !browser.is_in().await).await;
    let mut anew = Person::sign_in(&product, MAJA).await;
    assert!(anew.is_in().await, "who signs in afterwards is in");
}

/// The same of the sign-out of one workspace: the sign-in is good elsewhere, and gives nothing there.
#[tokio::test]
async fn a_sign_in_that_was_under_way_at_a_sign_out_of_a_workspace_gives_nothing_there() {
    let product = Product::start("small").await;
    let api = TenantApi::of(&product, ANNA, "acme");
    let bo = api.id(BO).await;
    let mut browser = Person::sign_in(&product, BO).await;
    let mut at = Url::parse(product.origin("portal")).unwrap().join("/sign-in").unwrap();
    while !at.path().ends_with("/sign-in/callback") {
        let answer = browser.visitor.send(Method::Get, &at, &[]).await;
        at = at.join(answer.header("location").expect("it leads back")).unwrap();
    }
    api.ok(Method::Post, &format!("/users/{bo}/force-logout"), Value::Null).await;
    let answer = browser.visitor.send(Method::Get, &at, &[]).await;
    assert_eq!(answer.status, 303, "{}", String::from_utf8_lossy(&answer.body));
    assert_eq!(browser.page("/admin/acme").await.0, 403);
    assert_eq!(browser.page("/").await.0, 200);
}

/// [E4]: a browser that was sent back by the identity provider before the sign-out, and comes after it.
#[tokio::test]
async fn a_sign_in_that_was_under_way_at_a_sign_out_comes_to_nothing() {
    let product = Product::start("small").await;
    let api = TenantApi::of(&product, ANNA, "acme");
    let maja = api.id(MAJA).await;
    let mut browser = Person::sign_in(&product, MAJA).await;
    let mut at = Url::parse(product.origin("portal")).unwrap().join("/sign-in").unwrap();
    while !at.path().ends_with("/sign-in/callback") {
        let answer = browser.visitor.send(Method::Get, &at, &[]).await;
        at = at.join(answer.header("location").expect("it leads back")).unwrap();
    }
    // Dezky's own end of it, which the code that is on its way outlives.
    let refuse = value!({"route": "DELETE /api/v3/core/authenticated_sessions", "kind": "refuse"});
    product.faults("authentik", value!([refuse])).await;
    api.ok(Method::Post, &format!("/users/{maja}/force-logout"), Value::Null).await;
    // Tokens tell whole seconds: this one is of a second after the sign-out.
    tokio::time::sleep(Duration::from_millis(1100)).await;
    let answer = browser.visitor.send(Method::Get, &at, &[]).await;
    let said = String::from_utf8_lossy(&answer.body).into_owned();
    assert!(answer.status == 422 || answer.status == 400, "{} {said}", answer.status);
    assert!(said.contains("signed out everywhere"), "{said}");
    assert!(!browser.is_in().await);
    let ida = product.token(IDA, "operator");
    let log = json(&product.call(Method::Get, "/api/audit?action=session.sign_in", ida, None).await);
    assert_eq!(log["items"][0]["outcome"], "denied", "{log:#}");
}
