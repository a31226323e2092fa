//! The list of members with what only the upstreams know: who has a second factor, how full mailboxes are. What they do
//! not say is unknown and holds up nothing.

use std::time::{Duration, Instant};

use outbound::{Answer, Call, Method};
use serde_json::{Value, json as value};

use crate::harness::{Product, client, get, json, spoil};
use crate::matrix::{Proof, session};

const ANNA: &str = "anna@acme.test";
const MAJA: &str = "maja@acme.test";
const METTE: &str = "mette@acme.test";
const PATIENCE: Duration = Duration::from_secs(30);
/// A page that waits for nobody, on a busy machine.
const AT_ONCE: Duration = Duration::from_secs(3);

async fn ask(product: &Product, method: Method, path: &str, body: Option<Value>) -> Answer {
    product.call(method, &format!("/api/tenants/acme{path}"), product.token(ANNA, "portal"), body).await
}

async fn list(product: &Product, query: &str) -> Value {
    let answer = ask(product, Method::Get, &format!("/users{query}"), None).await;
    assert_eq!(answer.status, 200, "{query}: {}", String::from_utf8_lossy(&answer.body));
    json(&answer)
}

fn rows(said: &Value) -> &Vec<Value> {
    said["items"].as_array().unwrap()
}

fn emails(said: &Value) -> Vec<String> {
    rows(said).iter().map(|row| row["email"].as_str().unwrap().to_owned()).collect()
}

fn one<'a>(said: &'a Value, email: &str) -> &'a Value {
    rows(said).iter().find(|row| row["email"] == email).unwrap_or(&Value::Null)
}

/// The whole list, once it is as wished.
async fn until(product: &Product, what: &str, wished: impl Fn(&Value) -> bool) -> Value {
    let began = Instant::now();
    loop {
        let said = list(product, "").await;
        if wished(&said) {
            return said;
        }
        assert!(began.elapsed() < PATIENCE, "{what}: {said:#}");
        tokio::time::sleep(Duration::from_millis(200)).await;
    }
}

/// Mette, whose account and mailbox are there, with a second factor and a mail; and all the others.
async fn with_mette(product: &Product) -> Value {
    let body = value!({"name": "Mette Hvid", "email": METTE});
    let made = ask(product, Method::Post, "/users", Some(body)).await;
    assert_eq!(made.status, 201, "{}", String::from_utf8_lossy(&made.body));
    let is_done = |row: &Value| row["steps"].as_array().unwrap().iter().all(|step| step["status"] == "ok");
    let is_known = |said: &Value, email| one(said, email)["mfa"].is_boolean();
    let is_here = |said: &Value| is_known(said, METTE) && is_done(one(said, METTE));
    until(product, "mette is made", is_here).await;
    until(product, "maja is a member", |said| is_known(said, MAJA)).await
}

async fn give_second_factor(product: &Product, email: &str) {
    let authentik = product.origin("sandbox/authentik");
    let inventory = json(&get(authentik, "/_sim/inventory").await);
    let users = inventory["users"].as_array().unwrap();
    let user = users.iter().find(|user| user["username"] == email).unwrap();
    spoil(authentik, "devices/totp/77", &value!({"user": user["id"], "confirmed": true})).await;
}

async fn faults(product: &Product, simulator: &str, faults: &Value) {
    let call = Call::new(Method::Put, "/_sim/faults").json(&value!({"faults": faults}));
    assert!(client(product.origin(&format!("sandbox/{simulator}"))).send(call).await.unwrap().is_success());
}

async fn page(product: &Product, query: &str) -> String {
    let Proof::Session(cookie, _) = session(product, "portal", ANNA).await else { panic!("it is a session") };
    let call = Call::get(format!("/admin/acme/members{query}")).header("cookie", cookie);
    let began = Instant::now();
    let answer = client(product.origin("portal")).send(call).await.unwrap();
    assert!(began.elapsed() < AT_ONCE, "it took {:?}", began.elapsed());
    assert_eq!(answer.status, 200);
    String::from_utf8_lossy(&answer.body).into_owned()
}

#[tokio::test]
async fn the_list_says_who_has_a_second_factor_and_how_full_mailboxes_are() {
    let product = Product::start("small").await;
    let first = with_mette(&product).await;
    assert_eq!(one(&first, METTE)["mfa"], false, "{first:#}");
    assert_eq!(one(&first, METTE)["mailboxUse"], value!({"usedBytes": 0, "quotaBytes": null}), "{first:#}");
    give_second_factor(&product, METTE).await;
    let mailbox = one(&first, METTE)["mailboxAddress"].clone();
    let mail = value!({"from": "someone@elsewhere.test", "to": [mailbox]});
    let call = Call::new(Method::Post, "/_sim/deliver").json(&mail);
    assert_eq!(client(product.origin("sandbox/stalwart")).send(call).await.unwrap().status, 200);
    let is_seen = |said: &Value| {
        let mette = one(said, METTE);
        mette["mfa"] == true && mette["mailboxUse"]["usedBytes"].as_i64() > Some(0)
    };
    let said = until(&product, "both are seen", is_seen).await;
    assert_eq!(one(&said, MAJA)["mfa"], false, "nobody else has it: {said:#}");

    // Filters, the page and the file say the same.
    assert_eq!(emails(&list(&product, "?mfa=on").await), [METTE]);
    let without = list(&product, "?mfa=off&limit=2").await;
    assert!(rows(&without).len() == 2 && without["nextCursor"].is_string(), "{without:#}");
    assert!(one(&without, METTE).is_null() && without["unknown"].is_u64(), "{without:#}");
    let shown = page(&product, "?mfa=on").await;
    assert!(shown.contains("Mette Hvid") && !shown.contains("Maja Medlem"), "{shown}");
    let file = ask(&product, Method::Get, "/users.csv?mfa=on", None).await;
    let file = String::from_utf8_lossy(&file.body).into_owned();
    let line = file.lines().nth(1).unwrap();
    assert!(file.lines().count() == 2 && line.contains(&format!("{METTE},member,")), "{file}");
    assert!(line.contains(",active,on,"), "{file}");
    let status = json(&ask(&product, Method::Get, "/mfa-status", None).await);
    let (on, off) = (status["on"].as_u64().unwrap(), status["off"].as_u64().unwrap());
    assert_eq!(
        (on, status["unknown"].as_u64().unwrap() + off + on),
        (1, rows(&said).len() as u64),
        "{status:#}"
    );
    assert_eq!(one(&status, METTE)["mfa"], "on", "{status:#}");
}

#[tokio::test]
async fn every_order_goes_through_all_members_once_from_either_end() {
    let product = Product::start("small").await;
    with_mette(&product).await;
    session(&product, "portal", MAJA).await;
    let all = rows(&list(&product, "").await).len();
    for by in ["name", "role", "status", "lastSignIn"] {
        let mut ends = Vec::new();
        for word in [by.to_owned(), format!("-{by}")] {
            let (mut found, mut cursor) = (Vec::new(), String::new());
            loop {
                let said = list(&product, &format!("?sort={word}&limit=2{cursor}")).await;
                found.extend(rows(&said).iter().map(|row| (row["email"].clone(), row["role"].clone())));
                let Some(next) = said["nextCursor"].as_str() else { break };
                cursor = format!("&cursor={next}");
            }
            let mut once = found.clone();
            once.sort_by_key(|(email, _)| email.to_string());
            once.dedup();
            assert_eq!((found.len(), once.len()), (all, all), "{word}: {found:?}");
            ends.push(found);
        }
        if by == "name" {
            ends[1].reverse();
            assert_eq!(ends[0], ends[1]);
        }
        if by == "role" {
            assert_eq!((&ends[0][0].1, &ends[1][0].1), (&value!("owner"), &value!("member")), "{ends:?}");
        }
        if by == "lastSignIn" {
            assert_eq!((&ends[0][all - 1].0, &ends[1][0].0), (&value!(MAJA), &value!(MAJA)), "{ends:?}");
        }
    }
    let first = list(&product, "?sort=role&limit=1").await;
    let stale = format!("/users?sort=-role&cursor={}", first["nextCursor"].as_str().unwrap());
    for bad in [stale.as_str(), "/users?sort=mfa", "/users?mfa=perhaps"] {
        assert_eq!(ask(&product, Method::Get, bad, None).await.status, 422, "{bad}");
    }
}

#[tokio::test]
async fn many_members_cost_no_call_for_each() {
    let product = Product::start("small").await;
    with_mette(&product).await;
    let calls = async || {
        let said = json(&get(product.origin("sandbox/authentik"), "/_sim/calls").await);
        said.as_object().unwrap_or(&serde_json::Map::new()).clone()
    };
    // Whatever was read is forgotten by then.
    tokio::time::sleep(Duration::from_secs(6)).await;
    let authenticators = |counts: &serde_json::Map<String, Value>| {
        counts
            .iter()
            .filter(|(route, _)| route.contains("authenticators"))
            .map(|(_, n)| n.as_u64().unwrap())
            .sum()
    };
    let before: u64 = authenticators(&calls().await);
    for _ in 0..5 {
        list(&product, "").await;
    }
    let after: u64 = authenticators(&calls().await);
    assert!(after - before <= 10, "{before}..{after}: one list for each type of device, and kept");
}

#[tokio::test]
async fn what_an_upstream_does_not_say_is_unknown_and_holds_up_nothing() {
    let product = Product::start("small").await;
    let count = rows(&with_mette(&product).await).len();
    let kinds = [
        (value!({"route": "GET /api/v3/authenticators", "kind": "refuse"}), ["unreachable"; 2]),
        (value!({"route": "GET /api/v3/authenticators", "kind": "malformed"}), ["failed"; 2]),
        // Longer than any call may take.
        (
            value!({"route": "GET /api/v3/authenticators", "kind": "delay", "delayMs": 20_000}),
            ["slow", "unreachable"],
        ),
    ];
    for (fault, [reason, later]) in kinds {
        let is_reason = |said: &Value| *said == reason || *said == later;
        faults(&product, "authentik", &value!([fault])).await;
        let mut mail = fault.clone();
        mail["route"] = value!("POST /jmap");
        faults(&product, "stalwart", &value!([mail])).await;
        let is_silent = |said: &Value| {
            let mette = one(said, METTE);
            is_reason(&mette["mfaReason"]) && is_reason(&mette["mailboxUseReason"])
        };
        let said = until(&product, reason, is_silent).await;
        assert!(
            rows(&said).iter().all(|row| row["mfa"].is_null() && row["mailboxUse"].is_null()),
            "{said:#}"
        );
        let began = Instant::now();
        let off = list(&product, "?mfa=off").await;
        assert!(began.elapsed() < AT_ONCE, "{reason}: it took {:?}", began.elapsed());
        assert_eq!((rows(&off).len(), &off["unknown"]), (0, &value!(count)), "{reason}: {off:#}");
        assert_eq!(rows(&list(&product, "?mfa=unknown").await).len(), count, "{reason}");
        let shown = page(&product, "").await;
        assert!(shown.contains("Second factors can’t be shown.") && shown.contains("Mette Hvid"), "{reason}");
        assert!(page(&product, "?mfa=off").await.contains("are left out"), "{reason}");
        let status = json(&ask(&product, Method::Get, "/mfa-status", None).await);
        assert!(status["unknown"] == count && is_reason(&status["reason"]), "{status:#}");
        let id = one(&said, METTE)["id"].as_str().unwrap();
        let refused = ask(&product, Method::Post, &format!("/users/{id}/remind-mfa"), Some(value!({}))).await;
        assert_eq!(refused.status, 409, "nobody is reminded of what they may have");
        faults(&product, "authentik", &value!([])).await;
        faults(&product, "stalwart", &value!([])).await;
        until(&product, "it heals", |said| one(said, METTE)["mfa"] == false).await;
        until(&product, "it heals", |said| one(said, METTE)["mailboxUse"].is_object()).await;
        // What was read is good for a moment.
        tokio::time::sleep(Duration::from_secs(6)).await;
    }
}

#[tokio::test]
async fn who_lacks_a_second_factor_is_reminded_once_a_day() {
    let product = Product::start("small").await;
    let said = with_mette(&product).await;
    let id = |email: &str| one(&said, email)["id"].as_str().unwrap().to_owned();
    let remind = async |email: &str| {
        let path = format!("/users/{}/remind-mfa", id(email));
        let answer = ask(&product, Method::Post, &path, Some(value!({}))).await;
        (answer.status, json(&answer))
    };
    give_second_factor(&product, METTE).await;
    until(&product, "she has one", |said| one(said, METTE)["mfa"] == true).await;
    assert_eq!(remind(METTE).await, (200, value!({"sent": false})));
    assert_eq!(remind(MAJA).await, (200, value!({"sent": true})));
    let (status, again) = remind(MAJA).await;
    assert!(status == 409 && again["type"].as_str().unwrap().ends_with("reminded-lately"), "{again}");
    let began = Instant::now();
    let mails = loop {
        let all = json(&get(product.origin("sandbox/mail"), "/_sim/inventory").await);
        let is_meant = |mail: &&Value| mail["text"].as_str().unwrap().contains("/account/second-factor");
        let mails: Vec<Value> = all["mails"].as_array().unwrap().iter().filter(is_meant).cloned().collect();
        if !mails.is_empty() {
            break mails;
        }
        assert!(began.elapsed() < PATIENCE, "{all:#}");
        tokio::time::sleep(Duration::from_millis(100)).await;
    };
    assert_eq!((mails.len(), &mails[0]["to"]), (1, &value!([MAJA])));
    let log = json(&ask(&product, Method::Get, "/audit?action=member.remind_mfa", None).await);
    assert_eq!(rows(&log).len(), 1, "{log:#}");
}
