//! The simulator's warts, asked for directly.

use std::collections::BTreeSet;

use outbound::{Answer, Call, Method};
use serde_json::{Value, json};

use super::{Rig, TOKEN, client_of};

async fn send(rig: &Rig, call: Call) -> Answer {
    client_of("oCIS", &rig.sim.origin).send(call.bearer(TOKEN.into())).await.unwrap()
}

async fn get(rig: &Rig, path: &str) -> (u16, Value) {
    let answer = send(rig, Call::get(path)).await;
    (answer.status, answer.json().unwrap_or_default())
}

#[tokio::test]
async fn a_negative_quota_makes_a_drive_unreadable_until_a_valid_one() {
    let rig = Rig::start().await;
    let id = rig.create("Tenant A").await.id;
    let path = format!("/graph/v1.0/drives/{id}");
    let setting =
        |total: i64| Call::new(Method::Patch, path.as_str()).json(&json!({"quota": {"total": total}}));
    assert_eq!(send(&rig, setting(-5)).await.status, 500);
    assert_eq!(rig.ocis.drive(&id).await.unwrap(), None);
    assert_eq!(send(&rig, setting(5)).await.status, 200);
    assert!(rig.ocis.drive(&id).await.unwrap().is_some());
}

#[tokio::test]
async fn the_state_of_a_quota_follows_its_use() {
    let rig = Rig::start().await;
    let id = rig.create("Tenant A").await.id;
    let path = format!("/graph/v1.0/drives/{id}");
    for (used, state, remaining) in [
        (750, "normal", 250),
        (751, "nearing", 249),
        (901, "critical", 99),
        (991, "exceeded", 9),
        (2_000, "exceeded", 0),
    ] {
        rig.put("drives", &id, &json!({"quotaUsed": used}));
        let (_, drive) = get(&rig, &path).await;
        let quota = json!({"remaining": remaining, "state": state, "total": 1_000, "used": used});
        assert_eq!(drive["quota"], quota);
    }
    rig.put("drives", &id, &json!({"quotaTotal": 0}));
    let (_, drive) = get(&rig, &path).await;
    assert_eq!(drive["quota"]["remaining"], json!(i64::MAX));
}

#[tokio::test]
async fn without_an_order_rows_come_in_a_random_one() {
    let rig = Rig::start().await;
    for n in 0..8 {
        rig.put("drives", &format!("s${n}"), &json!({"name": format!("Space {n}")}));
    }
    let mut orders = BTreeSet::new();
    for _ in 0..5 {
        let (_, list) = get(&rig, "/graph/v1.0/drives").await;
        let rows = list["value"].as_array().unwrap();
        orders.insert(rows.iter().map(|row| row["id"].to_string()).collect::<Vec<_>>());
    }
    assert!(orders.len() > 1);
}

#[tokio::test]
async fn unknown_addresses_and_methods_answer_as_recorded() {
    let rig = Rig::start().await;
    let answer = send(&rig, Call::get("/graph/v1.0/nope")).await;
    assert_eq!((answer.status, &answer.body[..]), (404, &b"404 page not found\n"[..]));
    for path in ["/healthz", "/nope"] {
        let answer = send(&rig, Call::get(path)).await;
        assert_eq!(answer.status, 200);
        assert!(answer.header("content-type").unwrap().starts_with("text/html"));
    }
    let answer = send(&rig, Call::new(Method::Put, "/graph/v1.0/drives")).await;
    assert_eq!((answer.status, answer.body.len()), (405, 0));
    assert_eq!(answer.header("allow"), Some("GET, POST"));
    let call = Call::get("/graph/v1.0/me").header("x-requested-with", "XMLHttpRequest");
    let answer = client_of("oCIS", &rig.sim.origin).send(call).await.unwrap();
    assert_eq!((answer.status, answer.header("www-authenticate")), (401, None));
    assert_eq!(get(&rig, "/status.php").await.1["product"], "Infinite Scale");
}

#[tokio::test]
async fn users_are_found_by_id_and_by_name_and_only_lists_have_their_mail() {
    let rig = Rig::start().await;
    let fields = json!({
        "onPremisesSamAccountName": "carol@tenant-b.example.test", "mail": "carol@example.test",
    });
    rig.put("users", "u1", &fields);
    for path in ["u1", "carol%40tenant-b.example.test"] {
        let (status, user) = get(&rig, &format!("/graph/v1.0/users/{path}")).await;
        assert_eq!((status, &user["id"], &user["mail"]), (200, &json!("u1"), &Value::Null));
    }
    let (_, list) = get(&rig, "/graph/v1.0/users?$orderby=displayName").await;
    assert_eq!(list["value"][0]["mail"], "carol@example.test");
    assert_eq!(get(&rig, "/graph/v1.0/users/nobody").await.0, 404);
    rig.set_role("User");
    assert_eq!(get(&rig, "/graph/v1.0/users").await.0, 403);
}
