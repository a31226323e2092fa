//! A person leaves: every way in is shut and looked at, and a way in that could not be shut is said to be open.

use std::time::{Duration, Instant};

use outbound::Method;
use serde_json::{Value, json as value};

use crate::harness::Product;
use crate::session::Person;
use crate::tenant_api::{ANNA, BO, METTE, TenantApi, eventually, find, items, text};

impl TenantApi<'_> {
    /// A member who is signed in with a browser; gives their id, their mailbox and its password.
    async fn mette(&self) -> (String, String, String) {
        let (_, made) = self.add("Mette Hvid", METTE).await;
        let (id, mailbox, password) =
            (text(&made["id"]), text(&made["mailboxAddress"]), text(&made["oneTimePassword"]));
        self.settled(&id).await;
        let mut browser = Person::unknown(self.product);
        browser.signs_in(METTE, &password).await.expect("the password is right");
        (id, mailbox, password)
    }

    async fn offboard(&self, id: &str) {
        self.ok(Method::Post, &format!("/users/{id}/offboard"), value!({})).await;
    }

    /// The report, once it says so.
    async fn report(&self, id: &str, is_meant: impl Fn(&Value) -> bool) -> Value {
        self.until(&format!("/users/{id}/offboard"), is_meant).await
    }
}

fn verdict(report: &Value, access: &str) -> (String, String) {
    let checks = report["doors"].as_array().unwrap();
    let seen =
        checks.iter().find(|seen| seen["door"] == access).unwrap_or_else(|| panic!("{access}: {report}"));
    (text(&seen["how"]), text(&seen["verdict"]))
}

#[tokio::test]
async fn every_access_of_a_leaver_is_removed_and_checked() {
    let product = Product::start("small").await;
    let api = TenantApi::of(&product, ANNA, "acme");
    let (id, mailbox, password) = api.mette().await;
    api.offboard(&id).await;
    let shut = api.report(&id, |report| report["shut"] == true).await;
    let checks = [
        "account",
        "membership",
        "pages",
        "sessions",
        "tokens",
        "mailbox",
        "app_passwords",
        "files",
        "space",
    ];
    for access in checks {
        assert_eq!(verdict(&shut, access), ("read".to_owned(), "refused".to_owned()), "{access}: {shut}");
    }
    assert_eq!(verdict(&shut, "mail"), ("tried".to_owned(), "refused".to_owned()), "{shut}");
    assert_eq!(shut["goesOn"], false, "{shut}");
    // What the report says is so.
    assert_eq!(product.mail_sign_in(&mailbox, &password).await, 403);
    let member = api.get(&format!("/users/{id}")).await;
    assert_eq!(member["status"], "suspended");
}

#[tokio::test]
async fn a_mail_server_that_takes_a_minute_to_refuse_holds_up_no_check() {
    let product = Product::start("small").await;
    let api = TenantApi::of(&product, ANNA, "acme");
    let (id, ..) = api.mette().await;
    let slow = value!([{"route": "GET /jmap/session", "kind": "timeout_before", "delayMs": 60_000}]);
    product.faults("stalwart", slow).await;
    let began = Instant::now();
    api.offboard(&id).await;
    let report = api.report(&id, |report| report["checkedAt"].is_string()).await;
    assert!(began.elapsed() < Duration::from_secs(15), "{:?}: {report}", began.elapsed());
    assert_eq!(verdict(&report, "mail"), ("tried".to_owned(), "unknown".to_owned()), "{report}");
    for access in ["account", "membership", "sessions", "mailbox", "app_passwords"] {
        assert_eq!(verdict(&report, access).1, "refused", "{access}: {report}");
    }
    product.faults("stalwart", value!([])).await;
    let shut = api.report(&id, |report| report["shut"] == true).await;
    assert_eq!(verdict(&shut, "mail").1, "refused", "{shut}");
}

#[tokio::test]
async fn access_that_could_not_be_removed_is_open_until_it_is() {
    let product = Product::start("small").await;
    let api = TenantApi::of(&product, ANNA, "acme");
    let (id, ..) = api.mette().await;
    // She can't be taken out of the workspace's group.
    product.faults("authentik", value!([{"route": "POST /api/v3/core/groups", "kind": "refuse"}])).await;
    api.offboard(&id).await;
    let open = api.report(&id, |report| report["checkedAt"].is_string()).await;
    assert_eq!(verdict(&open, "membership"), ("read".to_owned(), "open".to_owned()), "{open}");
    assert_eq!((&open["shut"], &open["goesOn"]), (&value!(false), &value!(true)), "{open}");
    assert_eq!(verdict(&open, "mail").1, "refused", "one open access hides no other: {open}");
    product.faults("authentik", value!([])).await;
    let shut = api.report(&id, |report| report["shut"] == true).await;
    assert_eq!(verdict(&shut, "membership").1, "refused", "{shut}");
}

#[tokio::test]
async fn who_works_elsewhere_keeps_what_is_needed_there() {
    let product = Product::start("small").await;
    let api = TenantApi::of(&product, ANNA, "acme");
    let bo = api.id(BO).await;
    api.offboard(&bo).await;
    let shut = api.report(&bo, |report| report["shut"] == true).await;
    assert_eq!(verdict(&shut, "account").1, "elsewhere", "{shut}");
    assert_eq!(verdict(&shut, "membership").1, "refused", "{shut}");
}

#[tokio::test]
async fn a_resumed_member_whose_access_was_not_removed_loses_it_when_they_leave_again() {
    let product = Product::start("small").await;
    let api = TenantApi::of(&product, ANNA, "acme");
    let (id, ..) = api.mette().await;
    let offboard = format!("/users/{id}/offboard");
    product.faults("authentik", value!([{"route": "POST /api/v3/core/groups", "kind": "refuse"}])).await;
    let first = api.ok(Method::Post, &offboard, value!({})).await;
    assert_eq!(first["goesOn"], true, "{first}");
    let again = api.ok(Method::Post, &offboard, value!({})).await;
    assert_eq!(again["beganAt"], first["beganAt"], "asked for once more, it is the same: {again}");
    product.faults("authentik", value!([])).await;
    api.ok(Method::Post, &format!("/users/{id}/resume"), Value::Null).await;
    let over = api.get(&offboard).await;
    assert_eq!(over["goesOn"], false, "it ends with the resume: {over}");
    let second = api.ok(Method::Post, &offboard, value!({})).await;
    assert_ne!(second["beganAt"], first["beganAt"], "{second}");
    assert_eq!(api.get(&format!("/users/{id}")).await["status"], "suspended");
    api.report(&id, |report| report["shut"] == true).await;
}

#[tokio::test]
async fn mail_is_handed_over_while_access_is_being_removed() {
    let product = Product::start("small").await;
    let api = TenantApi::of(&product, ANNA, "acme");
    let (id, mailbox, _) = api.mette().await;
    let heir = text(&api.add("Lone Rask", "lone@acme.test").await.1["mailboxAddress"]);
    product.faults("authentik", value!([{"route": "POST /api/v3/core/groups", "kind": "refuse"}])).await;
    let offboard = format!("/users/{id}/offboard");
    let first = api.ok(Method::Post, &offboard, value!({})).await;
    assert_eq!((&first["goesOn"], &first["handedOver"]), (&value!(true), &value!([])), "{first}");
    for _ in 0..2 {
        let again = api.ok(Method::Post, &offboard, value!({"mailTo": heir})).await;
        assert_eq!(again["beganAt"], first["beganAt"], "it is the same one: {again}");
        assert_eq!(again["handedOver"], value!([mailbox]), "{again}");
    }
    let log = api.get("/audit?action=member.offboard").await;
    let handed: Vec<bool> = items(&log).iter().map(|row| row["after"]["mailTo"].is_string()).collect();
    assert_eq!(handed, [true, false], "what was done is recorded once: {log:#}");
    product.faults("authentik", value!([])).await;
    api.report(&id, |report| report["shut"] == true).await;
}

#[tokio::test]
async fn access_by_groups_is_checked_too() {
    let product = Product::start("small").await;
    let api = TenantApi::of(&product, ANNA, "acme");
    let (id, ..) = api.mette().await;
    api.ok(Method::Post, "/groups", value!({"name": "Finance", "members": [id]})).await;
    let group = eventually("she is in the group", async || {
        let groups = product.objects("authentik", "groups").await;
        let finance = find(&groups, "name", "dezky-group-acme.finance").clone();
        let is_in = finance["users"].as_array().is_some_and(|users| !users.is_empty());
        if is_in { Ok(text(&finance["id"])) } else { Err(finance) }
    })
    .await;
    // She can't be taken out of that group alone.
    let route = format!("POST /api/v3/core/groups/{group}");
    product.faults("authentik", value!([{"route": route, "kind": "refuse"}])).await;
    api.offboard(&id).await;
    let open = api.report(&id, |report| report["checkedAt"].is_string()).await;
    assert_eq!(verdict(&open, "membership").1, "refused", "{open}");
    assert_eq!(verdict(&open, "groups"), ("read".to_owned(), "open".to_owned()), "{open}");
    assert_eq!(open["shut"], false, "{open}");
    product.faults("authentik", value!([])).await;
    let shut = api.report(&id, |report| report["shut"] == true).await;
    assert_eq!(verdict(&shut, "groups").1, "refused", "{shut}");
}

#[tokio::test]
async fn access_that_cannot_be_checked_is_unknown() {
    let mut product = Product::start("small").await;
    let api = TenantApi::of(&product, ANNA, "acme");
    let (id, ..) = api.mette().await;
    product.restart_with("small", &[("OCIS_PROVISIONING_ENABLED", "false")]);
    let api = TenantApi::of(&product, ANNA, "acme");
    api.offboard(&id).await;
    let report = api.report(&id, |report| report["checkedAt"].is_string()).await;
    for access in ["files", "space"] {
        assert_eq!(verdict(&report, access).1, "unknown", "{access}: {report}");
    }
    assert_eq!((&report["shut"], &report["goesOn"]), (&value!(false), &value!(true)), "{report}");
}
