//! A plan that is smaller than what is in use: asked about before it is saved, and said for as long as it is so. And that
//! seats are counted in one way.

use outbound::Method;
use serde_json::{Value, json as value};

use crate::harness::Product;
use crate::session::Person;
use crate::tenant_api::{ANNA, BO, GIB, IDA, MAJA, TenantApi, text};

const SEATS: &str = "More seats are taken than the plan has";

/// The value of a hidden field of a page.
fn hidden(page: &str, name: &str) -> String {
    let after = page.split_once(&format!("name=\"{name}\" value=\"")).map(|(_, after)| after);
    after.unwrap_or_else(|| panic!("no {name}: {page}")).split('"').next().unwrap().to_owned()
}

impl TenantApi<'_> {
    /// What is wrong with its plan.
    async fn reasons(&self) -> Vec<String> {
        let tenant = self.get("").await;
        let all = tenant["health"]["reasons"].as_array().unwrap().iter();
        all.map(|reason| text(&reason["code"])).filter(|code| code.ends_with("_over_plan")).collect()
    }
}

#[tokio::test]
async fn seats_are_counted_alike_and_too_few_are_asked_about_and_said() {
    let product = Product::start("small").await;
    let (api, operator) = (TenantApi::of(&product, ANNA, "acme"), TenantApi::of_operator(&product, "acme"));
    for email in [ANNA, BO, MAJA] {
        api.settled(&api.id(email).await).await;
    }
    let guest = api.ok(Method::Post, "/invitations", value!({"email": "guest@elsewhere.test"})).await;
    let seats = api.get("").await["seats"].as_i64().unwrap();
    let said = format!("4 of {seats} seats are taken: 3 members, 1 invitation.");
    let mut anna = Person::sign_in(&product, ANNA).await;
    let mut ida = Person::sign_in_to(&product, "operator", IDA).await;
    for page in ["/admin/acme", "/admin/acme/members"] {
        assert!(anna.page(page).await.1.contains(&said), "{page}");
    }
    assert!(ida.page("/tenants/acme/members").await.1.contains(&said));

    // One Save alone cuts nothing below what is in use.
    let edit = "/tenants/acme/edit";
    let version = hidden(&ida.page(edit).await.1, "version");
    let (status, asked) = ida.send(edit, edit, &[("version", &version), ("seats", "2")]).await;
    assert_eq!(status, 422);
    assert!(asked.contains("3 members, 1 invitation, 2 seats") && asked.contains("Save anyway"), "{asked}");
    assert_eq!(api.get("").await["seats"], seats, "nothing was saved");
    let read = hidden(&asked, "confirmed");
    let other = [("version", version.as_str()), ("seats", "1"), ("confirmed", &read)];
    assert_eq!(ida.send(edit, edit, &other).await.0, 422, "what is confirmed is what was read");
    let same = [("version", version.as_str()), ("seats", "2"), ("confirmed", &read)];
    assert_eq!(ida.send(edit, edit, &same).await.0, 303);
    assert_eq!(api.reasons().await, ["seats_over_plan"]);
    for page in ["/", "/tenants/acme"] {
        assert!(ida.page(page).await.1.contains(SEATS), "{page}");
    }
    assert!(anna.page("/admin/acme").await.1.contains("4 of 2 seats are taken"));

    // It goes with what was too much.
    api.ok(Method::Delete, &format!("/invitations/{}", text(&guest["id"])), Value::Null).await;
    assert_eq!(api.reasons().await, ["seats_over_plan"]);
    api.ok(Method::Delete, &format!("/users/{}", api.id(MAJA).await), Value::Null).await;
    assert_eq!(api.reasons().await, [""; 0]);

    // Programs are not asked.
    let bo = format!("/storage/members/{}", api.id(BO).await);
    operator.ok(Method::Patch, "", value!({"seats": 50})).await;
    api.ok(Method::Patch, &bo, value!({"quotaBytes": 50 * GIB})).await;
    operator.ok(Method::Patch, "", value!({"storageBytes": 90 * GIB})).await;
    assert_eq!(api.reasons().await, ["storage_over_plan"]);
    api.ok(Method::Patch, &bo, value!({"quotaBytes": GIB})).await;
    assert_eq!(api.reasons().await, [""; 0]);
}
