//! What the staff of a partner are answered: never more than they may look at.

use outbound::Method;
use serde_json::{Value, json as value};

use crate::harness::{Product, json};
use crate::invitations::links;
use crate::session::Person;
use crate::tenant_api::{ANNA, IDA, TenantApi, find, items, text, until};

const FRIDA: &str = "frida@nordit.test";
const METTE: &str = "mette@elsewhere.test";
const OWN: &str = "a long enough phrase";

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

#[tokio::test]
async fn somebody_new_follows_the_link_of_a_mail_and_works_for_their_partner_until_they_are_removed() {
    let product = Product::start("small").await;
    let at = "/api/partners/nordit";
    let operator = async |method, path: &str, body: Value| {
        let body = Some(body).filter(|body| !body.is_null());
        product.call(method, &format!("{at}{path}"), product.token(IDA, "operator"), body).await
    };
    let invited = value!({"email": METTE, "role": "admin", "tenants": ["acme"]});
    assert_eq!(operator(Method::Post, "/invitations", invited).await.status, 201);
    let link = links(&product, METTE, 1).await.remove(0);
    let mut mette = Person::unknown(&product);
    let (status, page) = mette.page(link.path()).await;
    assert!(status == 200 && page.contains("Join the staff of NordIT"), "{status} {page}");
    let typed = [("name", "Mette Hvid"), ("password", OWN)];
    let (status, page) = mette.send(link.path(), link.path(), &typed).await;
    assert_eq!(status, 303, "{page}");
    assert!(mette.signs_in(METTE, OWN).await.is_some());
    let own = mette.page("/api/partner/tenants").await;
    let slugs: Vec<String> =
        items(&serde_json::from_str(&own.1).unwrap()).iter().map(|one| text(&one["slug"])).collect();
    assert_eq!((own.0, slugs), (200, vec!["acme".to_owned()]));
    let staff = json(&operator(Method::Get, "/users", Value::Null).await);
    let listed = find(items(&staff), "email", METTE);
    assert_eq!((&listed["role"], &listed["reach"]), (&value!("admin"), &value!("chosen")), "{listed}");
    assert!(listed["lastSignInAt"].is_string(), "{listed}");
    let removed = operator(Method::Delete, &format!("/users/{}", text(&listed["id"])), Value::Null).await;
    assert_eq!(removed.status, 204);
    assert_ne!(mette.page("/api/partner/tenants").await.0, 200, "she is out at the next request");
    assert!(!mette.is_in().await);
    until("her account is gone", async || {
        let users = product.objects("authentik", "users").await;
        users.iter().all(|user| user["username"] != METTE)
    })
    .await;
    assert!(Person::unknown(&product).signs_in(METTE, OWN).await.is_none());
}
