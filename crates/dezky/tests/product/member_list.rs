//! The list of members with what only the upstreams know: who has a second factor, how full mailboxes are. What they do
//! not say is unknown and holds up nothing.

use std::time::{Duration, Instant};

use outbound::Method;
use serde_json::{Value, json as value};

use crate::harness::{Product, get, json};
use crate::session::Person;
use crate::tenant_api::{ANNA, MAJA, METTE, TenantApi, eventually, find, items, text};

/// A page that waits for nobody, on a busy machine.
const AT_ONCE: Duration = Duration::from_secs(3);

impl TenantApi<'_> {
    async fn people(&self, query: &str) -> Value {
        self.get(&format!("/users{query}")).await
    }

    /// The whole list, once it is as wished.
    async fn listed(&self, what: &str, wished: impl Fn(&Value) -> bool) -> Value {
        self.once("/users", what, wished).await
    }
}

fn emails(said: &Value) -> Vec<String> {
    items(said).iter().map(|row| text(&row["email"])).collect()
}

fn one<'a>(said: &'a Value, email: &str) -> &'a Value {
    find(items(said), "email", email)
}

/// Mette, whose account and mailbox are there, with a second factor and a mail; and all the others.
async fn with_mette(api: &TenantApi<'_>) -> Value {
    let (status, made) = api.add("Mette Hvid", METTE).await;
    assert_eq!(status, 201, "{made}");
    let is_done = |row: &Value| row["steps"].as_array().unwrap().iter().all(|step| step["status"] == "ok");
    let is_known = |said: &Value, email| one(said, email)["mfa"].is_boolean();
    let is_here = |said: &Value| is_known(said, METTE) && is_done(one(said, METTE));
    api.listed("mette is made", is_here).await;
    api.listed("maja is a member", |said| is_known(said, MAJA)).await
}

async fn give_second_factor(product: &Product, email: &str) {
    let user = find(&product.objects("authentik", "users").await, "username", email)["id"].clone();
    product.spoil("authentik", "devices/totp/77", &value!({"user": user, "confirmed": true})).await;
}

async fn page(product: &Product, query: &str) -> String {
    let mut anna = Person::sign_in(product, ANNA).await;
    let began = Instant::now();
    let (status, page) = anna.page(&format!("/admin/acme/members{query}")).await;
    assert!(began.elapsed() < AT_ONCE, "it took {:?}", began.elapsed());
    assert_eq!(status, 200);
    page
}

#[tokio::test]
async fn the_list_says_who_has_a_second_factor_and_how_full_mailboxes_are() {
    let product = Product::start("small").await;
    let api = TenantApi::of(&product, ANNA, "acme");
    let first = with_mette(&api).await;
    assert_eq!(one(&first, METTE)["mfa"], false, "{first:#}");
    assert_eq!(one(&first, MAJA)["signInPassword"], "set", "the demo's people sign in: {first:#}");
    assert_eq!(one(&first, METTE)["mailboxUse"], value!({"usedBytes": 0, "quotaBytes": null}), "{first:#}");
    give_second_factor(&product, METTE).await;
    let mailbox = one(&first, METTE)["mailboxAddress"].clone();
    product.delivered(&text(&mailbox)).await;
    let is_seen = |said: &Value| {
        let mette = one(said, METTE);
        mette["mfa"] == true && mette["mailboxUse"]["usedBytes"].as_i64() > Some(0)
    };
    let said = api.listed("both are seen", is_seen).await;
    assert_eq!(one(&said, MAJA)["mfa"], false, "nobody else has it: {said:#}");

    // Filters, the page and the file say the same.
    assert_eq!(emails(&api.people("?mfa=on").await), [METTE]);
    let without = api.people("?mfa=off&limit=2").await;
    assert!(items(&without).len() == 2 && without["nextCursor"].is_string(), "{without:#}");
    assert!(one(&without, METTE).is_null() && without["unknown"].is_u64(), "{without:#}");
    let shown = page(&product, "?mfa=on").await;
    assert!(shown.contains("Mette Hvid") && !shown.contains("Maja Medlem"), "{shown}");
    let file = product.call(Method::Get, "/api/tenants/acme/users.csv?mfa=on", api.token, None).await;
    let file = String::from_utf8_lossy(&file.body).into_owned();
    let line = file.lines().nth(1).unwrap();
    assert!(file.lines().count() == 2 && line.contains(&format!("\"{METTE}\",\"member\",")), "{file}");
    assert!(line.contains(",\"active\",\"on\","), "{file}");
    let status = api.get("/mfa-status").await;
    let (on, off) = (status["on"].as_u64().unwrap(), status["off"].as_u64().unwrap());
    assert_eq!(
        (on, status["unknown"].as_u64().unwrap() + off + on),
        (1, items(&said).len() as u64),
        "{status:#}"
    );
    assert_eq!(one(&status, METTE)["mfa"], "on", "{status:#}");
}

#[tokio::test]
async fn every_order_goes_through_all_members_once_from_either_end() {
    let product = Product::start("small").await;
    let api = TenantApi::of(&product, ANNA, "acme");
    with_mette(&api).await;
    Person::sign_in(&product, MAJA).await;
    let all = items(&api.people("").await).len();
    for by in ["name", "role", "status", "lastSignIn"] {
        let mut ends = Vec::new();
        for word in [by.to_owned(), format!("-{by}")] {
            let rows = api.all(&format!("/users?sort={word}&limit=2")).await;
            let found: Vec<_> = rows.iter().map(|row| (row["email"].clone(), row["role"].clone())).collect();
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
    let first = api.people("?sort=role&limit=1").await;
    let stale = format!("/users?sort=-role&cursor={}", first["nextCursor"].as_str().unwrap());
    for bad in [stale.as_str(), "/users?sort=mfa", "/users?mfa=perhaps"] {
        assert_eq!(api.call(Method::Get, bad, Value::Null).await.0, 422, "{bad}");
    }
}

#[tokio::test]
async fn many_members_cost_no_call_for_each() {
    let product = Product::start("small").await;
    let api = TenantApi::of(&product, ANNA, "acme");
    with_mette(&api).await;
    let calls = async || {
        let said = json(&get(product.origin("sandbox/authentik"), "/_sim/calls").await);
        let counts = said["calls"].as_object().unwrap().iter();
        let of_devices = counts.filter(|(route, _)| route.contains("authenticators"));
        of_devices.map(|(_, count)| count.as_u64().unwrap()).sum::<u64>()
    };
    // Whatever was read is forgotten by then.
    tokio::time::sleep(Duration::from_secs(6)).await;
    let before = calls().await;
    assert!(before > 0, "it asks for devices");
    for _ in 0..5 {
        api.people("").await;
    }
    let after = calls().await;
    assert!(after - before <= 10, "{before}..{after}: one list for each type of device, and kept");
}

#[tokio::test]
async fn what_an_upstream_does_not_say_is_unknown_and_holds_up_nothing() {
    let product = Product::start("small").await;
    let api = TenantApi::of(&product, ANNA, "acme");
    let count = items(&with_mette(&api).await).len();
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
        product.faults("authentik", value!([fault])).await;
        let mut mail = fault.clone();
        mail["route"] = value!("POST /jmap");
        product.faults("stalwart", value!([mail])).await;
        let is_silent = |said: &Value| {
            let mette = one(said, METTE);
            is_reason(&mette["mfaReason"]) && is_reason(&mette["mailboxUseReason"])
        };
        let said = api.listed(reason, is_silent).await;
        assert!(
            items(&said).iter().all(|row| row["mfa"].is_null() && row["mailboxUse"].is_null()),
            "{said:#}"
        );
        let began = Instant::now();
        let off = api.people("?mfa=off").await;
        assert!(began.elapsed() < AT_ONCE, "{reason}: it took {:?}", began.elapsed());
        assert_eq!((items(&off).len(), &off["unknown"]), (0, &value!(count)), "{reason}: {off:#}");
        assert_eq!(items(&api.people("?mfa=unknown").await).len(), count, "{reason}");
        let shown = page(&product, "").await;
        assert!(shown.contains("Second factors can’t be shown.") && shown.contains("Mette Hvid"), "{reason}");
        assert!(page(&product, "?mfa=off").await.contains("are left out"), "{reason}");
        let status = api.get("/mfa-status").await;
        assert!(status["unknown"] == count && is_reason(&status["reason"]), "{status:#}");
        let id = text(&one(&said, METTE)["id"]);
        let refused = api.call(Method::Post, &format!("/users/{id}/remind-mfa"), value!({})).await;
        assert_eq!(refused.0, 409, "nobody is reminded of what they may have");
        let csv =
            async |query: &str| api.call(Method::Get, &format!("/users.csv{query}"), Value::Null).await.0;
        assert_eq!((csv("?mfa=off").await, csv("").await), (409, 200), "a file leaves nobody out unsaid");
        product.faults("authentik", value!([])).await;
        product.faults("stalwart", value!([])).await;
        api.listed("it heals", |said| one(said, METTE)["mfa"] == false).await;
        api.listed("it heals", |said| one(said, METTE)["mailboxUse"].is_object()).await;
        // What was read is good for a moment.
        tokio::time::sleep(Duration::from_secs(6)).await;
    }
}

#[tokio::test]
async fn who_lacks_a_second_factor_is_reminded_once_a_day() {
    let product = Product::start("small").await;
    let api = TenantApi::of(&product, ANNA, "acme");
    let said = with_mette(&api).await;
    let id = |email: &str| text(&one(&said, email)["id"]);
    let remind = async |email: &str| {
        api.call(Method::Post, &format!("/users/{}/remind-mfa", id(email)), value!({})).await
    };
    give_second_factor(&product, METTE).await;
    api.listed("she has one", |said| one(said, METTE)["mfa"] == true).await;
    assert_eq!(remind(METTE).await, (200, value!({"sent": false})));
    assert_eq!(remind(MAJA).await, (200, value!({"sent": true})));
    let (status, again) = remind(MAJA).await;
    assert!(status == 409 && again["type"].as_str().unwrap().ends_with("reminded-lately"), "{again}");
    let mails = eventually("a mail reminds her", async || {
        let all = product.objects("mail", "mails").await;
        let is_meant = |mail: &&Value| text(&mail["text"]).contains("/account/second-factor");
        let mails: Vec<Value> = all.iter().filter(is_meant).cloned().collect();
        if mails.is_empty() { Err(value!(all)) } else { Ok(mails) }
    })
    .await;
    assert_eq!((mails.len(), &mails[0]["to"]), (1, &value!([MAJA])));
    let log = api.get("/audit?action=member.remind_mfa").await;
    assert_eq!(items(&log).len(), 1, "{log:#}");
}
