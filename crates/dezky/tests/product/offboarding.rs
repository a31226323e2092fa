//! A person leaves: every door is shut and looked at, and a door that could not be shut is said to be open.

use outbound::Method;
use serde_json::{Value, json as value};

use crate::desk::{ANNA, BO, Desk, METTE, text};
use crate::harness::Product;
use crate::session::Person;

impl Desk<'_> {
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

fn verdict(report: &Value, door: &str) -> (String, String) {
    let doors = report["doors"].as_array().unwrap();
    let seen = doors.iter().find(|seen| seen["door"] == door).unwrap_or_else(|| panic!("{door}: {report}"));
    (text(&seen["how"]), text(&seen["verdict"]))
}

#[tokio::test]
async fn every_door_of_who_leaves_is_shut_and_looked_at() {
    let product = Product::start("small").await;
    let desk = Desk::of(&product, ANNA, "acme");
    let (id, mailbox, password) = desk.mette().await;
    desk.offboard(&id).await;
    let shut = desk.report(&id, |report| report["shut"] == true).await;
    let doors = [
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
    for door in doors {
        assert_eq!(verdict(&shut, door), ("read".to_owned(), "refused".to_owned()), "{door}: {shut}");
    }
    assert_eq!(verdict(&shut, "mail"), ("tried".to_owned(), "refused".to_owned()), "{shut}");
    assert_eq!(shut["goesOn"], false, "{shut}");
    // What the report says is so.
    assert_eq!(product.mail_door(&mailbox, &password).await, 403);
    let member = desk.get(&format!("/users/{id}")).await;
    assert_eq!(member["status"], "suspended");
}

#[tokio::test]
async fn a_door_that_could_not_be_shut_is_said_to_be_open_until_it_is() {
    let product = Product::start("small").await;
    let desk = Desk::of(&product, ANNA, "acme");
    let (id, ..) = desk.mette().await;
    // She can't be taken out of the workspace's group.
    product.faults("authentik", value!([{"route": "POST /api/v3/core/groups", "kind": "refuse"}])).await;
    desk.offboard(&id).await;
    let open = desk.report(&id, |report| report["checkedAt"].is_string()).await;
    assert_eq!(verdict(&open, "membership"), ("read".to_owned(), "open".to_owned()), "{open}");
    assert_eq!((&open["shut"], &open["goesOn"]), (&value!(false), &value!(true)), "{open}");
    assert_eq!(verdict(&open, "mail").1, "refused", "one open door hides no other: {open}");
    product.faults("authentik", value!([])).await;
    let shut = desk.report(&id, |report| report["shut"] == true).await;
    assert_eq!(verdict(&shut, "membership").1, "refused", "{shut}");
}

#[tokio::test]
async fn who_works_elsewhere_keeps_what_is_needed_there() {
    let product = Product::start("small").await;
    let desk = Desk::of(&product, ANNA, "acme");
    let bo = desk.id(BO).await;
    desk.offboard(&bo).await;
    let shut = desk.report(&bo, |report| report["shut"] == true).await;
    assert_eq!(verdict(&shut, "account").1, "elsewhere", "{shut}");
    assert_eq!(verdict(&shut, "membership").1, "refused", "{shut}");
}

/// Makes the identity provider fail, or heal.
async fn faults(product: &Product, faults: Value) {
    let call = Call::new(Method::Put, "/_sim/faults").json(&value!({"faults": faults}));
    assert!(client(product.origin("sandbox/authentik")).send(call).await.unwrap().status < 300);
}

#[tokio::test]
async fn who_is_let_in_again_while_doors_are_open_is_shut_out_when_they_leave_anew() {
    let product = Product::start("small").await;
    let (id, ..) = mette(&product).await;
    let offboard = format!("/{id}/offboard");
    faults(&product, value!([{"route": "POST /api/v3/core/groups", "kind": "refuse"}])).await;
    let first = call(&product, Method::Post, &offboard, Some(value!({}))).await;
    assert_eq!(first["goesOn"], true, "{first}");
    faults(&product, value!([])).await;
    call(&product, Method::Post, &format!("/{id}/resume"), None).await;
    let over = call(&product, Method::Get, &offboard, None).await;
    assert_eq!(over["goesOn"], false, "it ends with the resume: {over}");
    let second = call(&product, Method::Post, &offboard, Some(value!({}))).await;
    assert_ne!(second["beganAt"], first["beganAt"], "{second}");
    assert_eq!(call(&product, Method::Get, &format!("/{id}"), None).await["status"], "suspended");
    report(&product, &id, |report| report["shut"] == true).await;
}

#[tokio::test]
async fn mail_is_handed_over_also_while_doors_are_being_shut() {
    let product = Product::start("small").await;
    let (id, mailbox, _) = mette(&product).await;
    let lone =
        call(&product, Method::Post, "", Some(value!({"name": "Lone Rask", "email": "lone@acme.test"})));
    let heir = text(&lone.await["mailboxAddress"]);
    faults(&product, value!([{"route": "POST /api/v3/core/groups", "kind": "refuse"}])).await;
    let offboard = format!("/{id}/offboard");
    let first = call(&product, Method::Post, &offboard, Some(value!({}))).await;
    assert_eq!((&first["goesOn"], &first["handedOver"]), (&value!(true), &value!([])), "{first}");
    for _ in 0..2 {
        let again = call(&product, Method::Post, &offboard, Some(value!({"mailTo": heir}))).await;
        assert_eq!(again["beganAt"], first["beganAt"], "it is the same one: {again}");
        assert_eq!(again["handedOver"], value!([mailbox]), "{again}");
    }
    let path = "/api/tenants/acme/audit?action=member.offboard";
    let log =
        crate::harness::json(&product.call(Method::Get, path, product.token(ANNA, "portal"), None).await);
    let handed: Vec<bool> =
        log["items"].as_array().unwrap().iter().map(|row| row["after"]["mailTo"].is_string()).collect();
    assert_eq!(handed, [true, false], "what was done is recorded once: {log:#}");
    faults(&product, value!([])).await;
    report(&product, &id, |report| report["shut"] == true).await;
}

#[tokio::test]
async fn what_groups_give_is_a_door_too() {
    let product = Product::start("small").await;
    let (id, ..) = mette(&product).await;
    let token = product.token(ANNA, "portal");
    let new = value!({"name": "Finance", "members": [id]});
    let made = product.call(Method::Post, "/api/tenants/acme/groups", token, Some(new)).await;
    assert_eq!(made.status, 201);
    let began = Instant::now();
    let group = loop {
        let all = crate::harness::get(product.origin("sandbox/authentik"), "/_sim/inventory").await;
        let all = crate::harness::json(&all);
        let groups = all["groups"].as_array().unwrap().clone();
        let finance = groups.into_iter().find(|group| group["name"] == "dezky-group-acme.finance");
        match finance.filter(|group| group["users"].as_array().is_some_and(|users| !users.is_empty())) {
            Some(group) => break text(&group["id"]),
            None => assert!(began.elapsed() < PATIENCE, "{all}"),
        }
        tokio::time::sleep(Duration::from_millis(100)).await;
    };
    // She can't be taken out of that group alone.
    let route = format!("POST /api/v3/core/groups/{group}");
    faults(&product, value!([{"route": route, "kind": "refuse"}])).await;
    call(&product, Method::Post, &format!("/{id}/offboard"), Some(value!({}))).await;
    let open = report(&product, &id, |report| report["checkedAt"].is_string()).await;
    assert_eq!(verdict(&open, "membership").1, "refused", "{open}");
    assert_eq!(verdict(&open, "groups"), ("read".to_owned(), "open".to_owned()), "{open}");
    assert_eq!(open["shut"], false, "{open}");
    faults(&product, value!([])).await;
    let shut = report(&product, &id, |report| report["shut"] == true).await;
    assert_eq!(verdict(&shut, "groups").1, "refused", "{shut}");
}

#[tokio::test]
async fn a_door_that_nobody_can_ask_is_not_known_to_be_shut() {
    let mut product = Product::start("small").await;
    let (id, ..) = mette(&product).await;
    product.restart_with("small", &[("OCIS_PROVISIONING_ENABLED", "false")]);
    call(&product, Method::Post, &format!("/{id}/offboard"), Some(value!({}))).await;
    let report = report(&product, &id, |report| report["checkedAt"].is_string()).await;
    for door in ["files", "space"] {
        assert_eq!(verdict(&report, door).1, "unknown", "{door}: {report}");
    }
    assert_eq!((&report["shut"], &report["goesOn"]), (&value!(false), &value!(true)), "{report}");
}
