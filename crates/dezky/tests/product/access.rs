//! Who is let in by the API's own address, and what the others are told.

use outbound::{Call, Method};
use serde_json::json as value;

use crate::harness::{Product, client, get, json};
use crate::tenant_api::{ANNA, IDA, TenantApi};

#[tokio::test]
async fn operator_endpoints_need_the_audience_and_the_right_and_say_which_is_missing() {
    let product = Product::start("none").await;
    let new = || Some(value!({"slug": "nowhere", "name": "Nowhere", "plan": "starter", "seats": 5}));
    let portal = product.token(IDA, "portal");
    let answer = product.call(Method::Post, "/api/tenants", portal, new()).await;
    assert_eq!(answer.status, 403);
    assert!(json(&answer)["detail"].to_string().contains("dezky-operator"), "{}", json(&answer));
    let powerless = product.token("jonas@dezky.test", "operator");
    let answer = product.call(Method::Post, "/api/tenants", powerless, new()).await;
    assert_eq!(answer.status, 403);
    assert!(json(&answer)["detail"].to_string().contains("platform admin"), "{}", json(&answer));
}

#[tokio::test]
async fn without_a_good_token_the_api_answers_a_problem() {
    let product = Product::start("none").await;
    let answer = get(product.origin("api"), "/api/me").await;
    assert_eq!(answer.status, 401);
    assert_eq!(answer.header("content-type"), Some("application/problem+json"));
    assert_eq!(answer.header("www-authenticate"), Some("Bearer"));
    let answer = product.call(Method::Get, "/api/me", "forged.token.here", None).await;
    assert_eq!(answer.status, 401);
    let lost = get(product.origin("api"), "/api/no-such-thing").await;
    assert_eq!(lost.status, 404);
    assert_eq!(json(&lost)["type"], "urn:dezky:problem:not-found");
    assert_eq!(lost.header("x-request-id"), json(&lost)["requestId"].as_str());
    let wrong = Call::new(Method::Delete, "/health/live");
    assert_eq!(client(product.origin("api")).send(wrong).await.unwrap().status, 405);
}

#[tokio::test]
async fn the_api_documents_itself_on_its_own_address_only() {
    let product = Product::start("none").await;
    let document = json(&get(product.origin("docs"), "/openapi.json").await);
    assert_eq!(document["openapi"], "3.1.0");
    assert!(document["paths"]["/api/me"]["get"].is_object());
    for path in ["/", "/docs"] {
        let page = get(product.origin("docs"), path).await;
        assert_eq!(page.status, 200);
        assert!(String::from_utf8_lossy(&page.body).contains("/api/users/me"));
    }
    assert_eq!(get(product.origin("portal"), "/openapi.json").await.status, 404);
}

#[tokio::test]
async fn a_stranger_with_a_good_token_makes_their_own_account() {
    let product = Product::start("none").await;
    let newcomer = product.token("nora@newcomer.test", "portal");
    let answer = product.call(Method::Put, "/api/users/me", newcomer, None).await;
    assert_eq!(answer.status, 200, "the sandbox made the account already");
    assert_eq!(json(&answer)["tenantRoles"], value!({}));
}

#[tokio::test]
async fn an_owner_changes_the_name_and_not_what_the_operator_decides() {
    let product = Product::start("small").await;
    let api = TenantApi::of(&product, ANNA, "acme");
    let change = |body| api.call(Method::Patch, "", body);
    let fields = ["plan", "seats", "primaryDomain", "partnerId"];
    let before = api.get("").await;
    for body in [
        value!({"plan": "enterprise"}),
        value!({"seats": 50}),
        value!({"primaryDomain": "elsewhere.test"}),
        value!({"partnerId": null}),
        value!({"name": "Acme", "plan": "enterprise"}),
    ] {
        let (status, problem) = change(body.clone()).await;
        assert_eq!(status, 403, "{body}: {problem}");
        assert_eq!(problem["type"], "urn:dezky:problem:missing-audience", "{body}");
    }
    let (status, after) = change(value!({"name": "Acme & Søn 🧰"})).await;
    assert_eq!(status, 200, "{after}");
    assert_eq!(after["name"], "Acme & Søn 🧰");
    for field in fields {
        assert_eq!(before[field], after[field], "{field}");
    }
}
