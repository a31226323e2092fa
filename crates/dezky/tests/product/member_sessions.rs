//! Sessions of people: seen and ended by themselves and by admins of their workspace, and nobody else's, whatever the
//! identity provider's filters do.

use outbound::{Answer, Method};
use serde_json::{Value, json as value};
use url::Url;

use crate::harness::{Product, get, json, spoil};
use crate::session::Visitor;

const ANNA: &str = "anna@acme.test";
const BO: &str = "bo@acme.test";
const MAJA: &str = "maja@acme.test";
const OTTO: &str = "otto@fjord.test";

async fn call(product: &Product, who: &str, method: Method, path: &str) -> Answer {
    product.call(method, &format!("/api/tenants/{path}"), product.token(who, "portal"), None).await
}

async fn member(product: &Product, email: &str) -> String {
    let began = std::time::Instant::now();
    loop {
        let all = json(&call(product, ANNA, Method::Get, "acme/users").await);
        let found = all["items"].as_array().unwrap().iter().find(|one| one["email"] == email).cloned();
        if let Some(found) = found {
            return found["id"].as_str().unwrap().to_owned();
        }
        assert!(began.elapsed().as_secs() < 30, "{all:#}");
        tokio::time::sleep(std::time::Duration::from_millis(100)).await;
    }
}

async fn sessions(product: &Product, id: &str) -> Vec<Value> {
    let answer = call(product, ANNA, Method::Get, &format!("acme/users/{id}/sessions")).await;
    let said = json(&answer);
    assert_eq!((answer.status, &said["signInReason"]), (200, &Value::Null), "{said:#}");
    said["items"].as_array().unwrap().clone()
}

fn ids(all: &[Value], place: &str) -> Vec<String> {
    let of = all.iter().filter(|one| one["place"] == place);
    of.map(|one| one["id"].as_str().unwrap().to_owned()).collect()
}

async fn browser(product: &Product, email: &str, password: &str) -> Visitor {
    let mut visitor = Visitor::default();
    visitor.sign_in(product.origin("portal"), email, password).await;
    visitor
}

async fn is_in(product: &Product, visitor: &mut Visitor) -> bool {
    let me = Url::parse(product.origin("portal")).unwrap().join("/api/me").unwrap();
    visitor.send(Method::Get, &me, &[]).await.status == 200
}

/// Sends a form of one's own page of sessions.
async fn send(product: &Product, visitor: &mut Visitor, path: &str) -> Answer {
    let at = Url::parse(product.origin("portal")).unwrap();
    let shown = visitor.visit(&at.join("/account/sessions").unwrap()).await.1;
    let page = String::from_utf8_lossy(&shown.body).into_owned();
    let csrf = page.split_once("name=\"csrf\" value=\"").unwrap().1.split('"').next().unwrap().to_owned();
    visitor.send(Method::Post, &at.join(path).unwrap(), &[("csrf", &csrf), ("sure", "yes")]).await
}

#[tokio::test]
async fn an_admin_sees_and_ends_sessions_of_their_own_members_alone() {
    let product = Product::start("small").await;
    let (maja, bo) = (member(&product, MAJA).await, member(&product, BO).await);
    let mut first = browser(&product, MAJA, "correct-horse-maja").await;
    let mut second = browser(&product, MAJA, "correct-horse-maja").await;
    let mut other = browser(&product, BO, "correct-horse-bo").await;
    // Lists at the identity provider answer with everybody's rows.
    let authentik = product.origin("sandbox/authentik");
    spoil(authentik, "ignoredFilters/all", &value!({"times": 1_000_000})).await;
    let of_maja = sessions(&product, &maja).await;
    let of_bo = sessions(&product, &bo).await;
    assert_eq!((ids(&of_maja, "portal").len(), ids(&of_maja, "sign_in").len()), (2, 2), "{of_maja:#?}");
    assert_eq!((ids(&of_bo, "portal").len(), ids(&of_bo, "sign_in").len()), (1, 1), "{of_bo:#?}");
    assert!(of_maja.iter().all(|one| one["address"] == "127.0.0.1"), "{of_maja:#?}");
    // What is shown opens nothing.
    let said = value!(of_maja).to_string();
    let cookies = [&first, &second].into_iter().flat_map(|visitor| visitor.jars.values().flatten());
    for (name, secret) in cookies.filter(|(_, secret)| secret.len() > 10) {
        assert!(!said.contains(secret.as_str()), "{name}");
    }
    let inventory = json(&get(authentik, "/_sim/inventory").await);
    for one in inventory["sessions"].as_array().unwrap() {
        assert!(!said.contains(one["id"].as_str().unwrap()), "{said}");
    }
    // Sessions of others are none of hers, and who is no member here is nobody.
    let (own, sso) = (&ids(&of_bo, "portal")[0], &ids(&of_bo, "sign_in")[0]);
    for (who, path) in [
        (ANNA, format!("acme/users/{maja}/sessions/{own}")),
        (ANNA, format!("acme/users/{maja}/sessions/{sso}")),
        (ANNA, format!("acme/users/{maja}/sessions/nonsense")),
        (OTTO, format!("fjord/users/{maja}/sessions/{}", ids(&of_maja, "portal")[0])),
        (OTTO, format!("acme/users/{maja}/sessions/{}", ids(&of_maja, "portal")[0])),
    ] {
        assert_eq!(call(&product, who, Method::Delete, &path).await.status, 404, "{who}: {path}");
    }
    assert_eq!(call(&product, OTTO, Method::Get, &format!("fjord/users/{maja}/sessions")).await.status, 404);
    let anna = member(&product, ANNA).await;
    let own = call(&product, ANNA, Method::Delete, &format!("acme/users/{anna}/sessions/any")).await;
    assert_eq!(own.status, 409, "one's own end on one's own page");
    assert!(is_in(&product, &mut first).await && is_in(&product, &mut second).await);

    // The one that was used last is the second browser's.
    let end = async |id: &str| {
        call(&product, ANNA, Method::Delete, &format!("acme/users/{maja}/sessions/{id}")).await.status
    };
    let portal = ids(&of_maja, "portal");
    assert_eq!(end(&portal[0]).await, 204);
    assert_eq!(end(&portal[0]).await, 404, "it is gone");
    let left = (is_in(&product, &mut first).await, is_in(&product, &mut second).await);
    assert!(left.0 != left.1, "one of the two: {left:?}");
    assert_eq!(end(&ids(&of_maja, "sign_in")[0]).await, 204);
    let after = sessions(&product, &maja).await;
    assert_eq!((ids(&after, "portal").len(), ids(&after, "sign_in").len()), (1, 1), "{after:#?}");
    assert!(is_in(&product, &mut other).await, "nobody else's");
    assert_eq!(sessions(&product, &bo).await.len(), 2);
    let log = json(&call(&product, ANNA, Method::Get, "acme/audit?action=member.end_session").await);
    let places: Vec<&Value> =
        log["items"].as_array().unwrap().iter().map(|row| &row["after"]["place"]).collect();
    assert_eq!(places, [&value!("sign_in"), &value!("portal")], "{log:#}");
}

#[tokio::test]
async fn a_person_sees_their_own_sessions_and_ends_them() {
    let product = Product::start("small").await;
    let mut here = browser(&product, MAJA, "correct-horse-maja").await;
    let mut there = browser(&product, MAJA, "correct-horse-maja").await;
    let at = Url::parse(product.origin("portal")).unwrap().join("/account/sessions").unwrap();
    let shown = here.visit(&at).await.1;
    let page = String::from_utf8_lossy(&shown.body).into_owned();
    assert_eq!(page.matches("This one").count(), 1, "{page}");
    let id = member(&product, MAJA).await;
    let all = ids(&sessions(&product, &id).await, "portal");
    // The one that can be ended here is the other browser's.
    let other = all.iter().find(|id| page.contains(&format!("/account/sessions/{id}/end"))).unwrap();
    assert_eq!(send(&product, &mut here, &format!("/account/sessions/{other}/end")).await.status, 303);
    assert!(is_in(&product, &mut here).await && !is_in(&product, &mut there).await);
    // Somebody else's is nobody's.
    let mut bo = browser(&product, BO, "correct-horse-bo").await;
    let own = all.iter().find(|id| *id != other).unwrap();
    assert_eq!(send(&product, &mut bo, &format!("/account/sessions/{own}/end")).await.status, 404);
    assert!(is_in(&product, &mut here).await);
    assert_eq!(send(&product, &mut here, "/account/sessions/end-all").await.status, 303);
    assert!(!is_in(&product, &mut here).await && is_in(&product, &mut bo).await);
    assert!(sessions(&product, &id).await.is_empty());
}

#[tokio::test]
async fn sessions_that_the_sign_in_service_does_not_tell_are_said_to_be_unknown() {
    let product = Product::start("small").await;
    let id = member(&product, MAJA).await;
    browser(&product, MAJA, "correct-horse-maja").await;
    let fault = value!({"faults": [{"route": "GET /api/v3/core/authenticated_sessions", "kind": "refuse"}]});
    let put = outbound::Call::new(Method::Put, "/_sim/faults").json(&fault);
    crate::harness::client(product.origin("sandbox/authentik")).send(put).await.unwrap();
    let said = json(&call(&product, ANNA, Method::Get, &format!("acme/users/{id}/sessions")).await);
    assert_eq!(said["signInReason"], "unreachable", "{said:#}");
    assert_eq!(ids(said["items"].as_array().unwrap(), "portal").len(), 1, "{said:#}");
}

/// [E4]: what a browser got by a sign-in that was to end goes with that sign-in, however long the end takes.
#[tokio::test]
async fn a_session_that_began_while_a_sign_out_was_under_way_ends_with_it() {
    let product = Product::start("small").await;
    let maja = member(&product, MAJA).await;
    let mut visitor = browser(&product, MAJA, "correct-horse-maja").await;
    let faults = async |faults: Value| {
        let put = outbound::Call::new(Method::Put, "/_sim/faults").json(&value!({"faults": faults}));
        let authentik = crate::harness::client(product.origin("sandbox/authentik"));
        assert!(authentik.send(put).await.unwrap().is_success());
    };
    faults(value!([{"route": "DELETE /api/v3/core/authenticated_sessions", "kind": "refuse"}])).await;
    let path = format!("acme/users/{maja}/force-logout");
    call(&product, ANNA, Method::Post, &path).await;
    assert!(!is_in(&product, &mut visitor).await, "at once where Dezky can do it alone");
    // The identity provider still knows the browser, and lets it in without a word.
    visitor.visit(&Url::parse(product.origin("portal")).unwrap().join("/sign-in").unwrap()).await;
    assert!(is_in(&product, &mut visitor).await);
    faults(value!([])).await;
    let began = std::time::Instant::now();
    while is_in(&product, &mut visitor).await {
        assert!(began.elapsed().as_secs() < 30, "it outlives the sign-in that it came of");
        tokio::time::sleep(std::time::Duration::from_millis(100)).await;
    }
    let mut anew = browser(&product, MAJA, "correct-horse-maja").await;
    assert!(is_in(&product, &mut anew).await, "who signs in afterwards is in");
}

/// [E4]: a browser that was sent back by the identity provider before the sign-out, and comes after it.
#[tokio::test]
async fn a_sign_in_that_was_under_way_at_a_sign_out_comes_to_nothing() {
    let product = Product::start("small").await;
    let maja = member(&product, MAJA).await;
    let mut visitor = browser(&product, MAJA, "correct-horse-maja").await;
    let mut at = Url::parse(product.origin("portal")).unwrap().join("/sign-in").unwrap();
    while !at.path().ends_with("/sign-in/callback") {
        let answer = visitor.send(Method::Get, &at, &[]).await;
        at = at.join(answer.header("location").expect("it leads back")).unwrap();
    }
    // Dezky's own end of it, which the code that is on its way outlives.
    let refuse = value!([{"route": "DELETE /api/v3/core/authenticated_sessions", "kind": "refuse"}]);
    let put = outbound::Call::new(Method::Put, "/_sim/faults").json(&value!({"faults": refuse}));
    crate::harness::client(product.origin("sandbox/authentik")).send(put).await.unwrap();
    call(&product, ANNA, Method::Post, &format!("acme/users/{maja}/force-logout")).await;
    let answer = visitor.send(Method::Get, &at, &[]).await;
    let said = String::from_utf8_lossy(&answer.body).into_owned();
    assert!(answer.status == 422 || answer.status == 400, "{} {said}", answer.status);
    assert!(said.contains("signed out everywhere"), "{said}");
    assert!(!is_in(&product, &mut visitor).await);
    let log = product.call(
        Method::Get,
        "/api/audit?action=session.sign_in",
        product.token("ida@dezky.test", "operator"),
        None,
    );
    let log = json(&log.await);
    assert_eq!(log["items"][0]["outcome"], "denied", "{log:#}");
}
