//! What a start says, serves and keeps.

use std::collections::BTreeSet;

use crate::harness::{Product, get, json, origin};
use crate::tenant_api::IDA;

#[tokio::test]
async fn dev_says_one_object_and_serves_what_it_says() {
    let mut product = Product::start_first("none").await;
    let keys: BTreeSet<&str> = product.said.as_object().unwrap().keys().map(String::as_str).collect();
    let expected = ["api", "docs", "operator", "people", "portal", "sandbox"];
    assert_eq!(keys, BTreeSet::from(expected));
    for part in ["portal", "operator", "api"] {
        for path in ["/health/live", "/health/ready"] {
            let answer = get(product.origin(part), path).await;
            assert_eq!(answer.status, 200, "{part}{path}");
            assert_eq!(json(&answer)["service"], "dezky");
            assert_eq!(json(&answer)["version"], env!("CARGO_PKG_VERSION"));
        }
    }
    for simulator in ["authentik", "stalwart", "ocis"] {
        let inventory = get(product.origin(&format!("sandbox/{simulator}")), "/_sim/inventory").await;
        assert!(json(&inventory).is_object(), "{simulator}");
    }
    let (status, rest) = product.process.take().unwrap().stop();
    assert!(status.success(), "{status}");
    assert_eq!(rest, "", "more than the one object was printed");
}

#[tokio::test]
async fn everybody_has_a_token_on_each_of_their_surfaces() {
    let product = Product::start_first("none").await;
    let people = product.said["people"].as_array().unwrap();
    for person in people {
        let token = person["token"].as_str().unwrap();
        let answer = product.call(outbound::Method::Get, "/api/me", token, None).await;
        assert_eq!(answer.status, 200, "{person}");
        assert_eq!(json(&answer)["user"]["email"], person["email"]);
        let is_admin = person["roles"].as_array().unwrap().contains(&"platform_admin".into());
        assert_eq!(json(&answer)["user"]["platformAdmin"], is_admin);
    }
    let entries: BTreeSet<(&str, &str)> = people
        .iter()
        .map(|person| (person["email"].as_str().unwrap(), person["surface"].as_str().unwrap()))
        .collect();
    assert_eq!(entries.len(), people.len());
    assert!(entries.contains(&(IDA, "portal")) && entries.contains(&(IDA, "operator")));
}

#[tokio::test]
async fn after_a_kill_it_starts_again_on_the_same_ports_with_the_same_accounts() {
    let mut product = Product::start_first("none").await;
    let before = product.said.clone();
    let token = product.token(IDA, "operator").to_owned();
    let me = json(&product.call(outbound::Method::Get, "/api/me", &token, None).await);
    product.restart("none");
    for part in ["portal", "operator", "api", "sandbox/authentik", "sandbox/stalwart", "sandbox/ocis"] {
        assert_eq!(product.origin(part), origin(&before, part));
    }
    // The token of the process before is as good as before: keys and accounts were kept.
    let again = json(&product.call(outbound::Method::Get, "/api/me", &token, None).await);
    assert_eq!(me["user"], again["user"]);
}
