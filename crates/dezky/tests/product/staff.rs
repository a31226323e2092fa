//! What the staff of a partner are answered: never more than they may look at.

use outbound::Method;
use serde_json::{Value, json as value};

use crate::harness::{Product, json};
use crate::invitations::links;
use crate::session::Person;
use crate::tenant_api::{ANNA, TenantApi, find, items};

const FRIDA: &str = "frida@nordit.test";

fn fields(said: &Value) -> Vec<&str> {
    said.as_object().unwrap().keys().map(String::as_str).collect()
}

#[tokio::test]
async fn partner_staff_who_try_again_are_answered_with_the_steps_alone() {
    let product = Product::start("small").await;
    let (frida, anna) = (TenantApi::of(&product, FRIDA, "acme"), TenantApi::of(&product, ANNA, "acme"));
    assert_eq!(frida.call(Method::Get, "", Value::Null).await.0, 404, "she may not see it");
    let short = frida.ok(Method::Post, "/reconcile", value!({})).await;
    let mut expected = ["id", "slug", "name", "status", "provisioningStatus", "steps"];
    expected.sort_unstable();
    let mut found = fields(&short);
    found.sort_unstable();
    assert_eq!(found, expected, "{short}");
    let whole = anna.ok(Method::Post, "/reconcile", value!({})).await;
    assert_eq!(fields(&whole), fields(&anna.get("").await), "an admin is answered as before");
    assert!(whole["securityPolicy"].is_object(), "{whole}");

    // As a plain member she sees in the list what members see, whoever she works for.
    anna.ok(Method::Post, "/invitations", value!({"email": FRIDA})).await;
    let link = links(&product, FRIDA, 1).await.remove(0);
    let mut person = Person::sign_in(&product, FRIDA).await;
    let at = link.path();
    let joined = person.send(at, &format!("{at}/join"), &[]).await;
    assert_eq!(joined.0, 200, "{}", joined.1);
    let listed = product.call(Method::Get, "/api/tenants", product.token(FRIDA, "portal"), None).await;
    let listed = json(&listed);
    let acme = find(items(&listed), "slug", "acme");
    assert!(acme["name"].is_string() && acme["billingInfo"].is_null(), "{acme}");
    assert!(acme["securityPolicy"].is_null() && acme["health"].is_null(), "{acme}");
}
