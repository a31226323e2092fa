//! Bad input gets a clear 4xx that names each field; nothing is half done.

use std::time::Duration;

use axum::http::Method;
use serde_json::{Value, json};

use super::rig::{fault, rig};

fn good() -> Value {
    json!({"slug": "acme", "name": "Acme", "plan": "business", "seats": 5})
}

#[tokio::test]
async fn bad_fields_are_all_named_at_once() {
    let rig = rig().await;
    let operator = rig.operator().await;
    let body = json!({"slug": "-A", "name": " ", "plan": "gold", "seats": 0, "primaryDomain": "under_score.test",
        "partnerId": "nope", "owner": {"email": "x"}, "colour": "red"});
    let refused = rig.post(&operator, "/api/tenants", body).await;
    assert_eq!(refused.status.as_u16(), 422);
    assert_eq!(refused.headers["content-type"], "application/problem+json");
    let expected = ["colour", "name", "owner.email", "partnerId", "plan", "primaryDomain", "seats", "slug"];
    assert_eq!(refused.fields(), expected);
}

#[tokio::test]
async fn what_is_no_json_or_too_large_is_said_so() {
    let rig = rig().await;
    let operator = rig.operator().await;
    let not_object = rig.post(&operator, "/api/tenants", json!([1])).await;
    assert_eq!(not_object.status.as_u16(), 422);
    let large = json!({"name": "x".repeat(2 << 20)});
    let too_large = rig.post(&operator, "/api/tenants", large).await;
    assert_eq!(
        (too_large.status.as_u16(), &too_large.json()["type"]),
        (413, &json!("urn:dezky:problem:body-too-large"))
    );
    let wrong_type = rig
        .call_with(&operator, Method::POST, "/api/tenants", good(), &[("content-type", "text/plain")])
        .await;
    assert_eq!(wrong_type.status.as_u16(), 415, "{}", wrong_type.text);
}

#[tokio::test]
async fn an_owner_whom_nobody_knows_is_invited() {
    let rig = rig().await;
    let operator = rig.operator().await;
    let mut body = good();
    body["owner"] = json!({"email": "nobody@acme.test"});
    assert_eq!(rig.post(&operator, "/api/tenants", body).await.status.as_u16(), 201);
    let unsent = access::invitations::unsent(rig.test.db.read(), 10).await.unwrap();
    let told: Vec<_> = unsent.iter().map(|one| (one.email.to_string(), one.role)).collect();
    assert_eq!(told, [("nobody@acme.test".to_owned(), access::TenantRole::Owner)]);
}

#[tokio::test]
async fn unknown_partners_are_refused_and_nothing_is_made() {
    let rig = rig().await;
    let operator = rig.operator().await;
    let mut body = good();
    body["partnerId"] = json!("par_019a9c8e2f7a7c31b0d4a1b2c3d4e5f6");
    assert_eq!(rig.post(&operator, "/api/tenants", body).await.fields(), ["partnerId"]);
    assert_eq!(rig.get(&operator, "/api/tenants").await.json()["items"], json!([]));
}

#[tokio::test]
async fn slugs_and_domains_belong_to_one_tenant() {
    let rig = rig().await;
    let operator = rig.operator().await;
    rig.make("acme", "Acme", Some("acme.test")).await;
    let same_slug = rig.post(&operator, "/api/tenants", good()).await;
    assert_eq!((same_slug.status.as_u16(), same_slug.fields()), (409, vec!["slug".to_owned()]));
    let mut body = good();
    body["slug"] = json!("other");
    body["primaryDomain"] = json!("ACME.test.");
    let same_domain = rig.post(&operator, "/api/tenants", body).await;
    assert_eq!((same_domain.status.as_u16(), same_domain.fields()), (409, vec!["primaryDomain".to_owned()]));
    rig.call(&operator, Method::DELETE, "/api/tenants/acme", Value::Null).await;
    let reserved = rig.post(&operator, "/api/tenants", good()).await;
    assert_eq!(reserved.status.as_u16(), 409, "IDs stay reserved");
}

#[tokio::test]
async fn a_word_that_no_slug_may_be_is_refused_like_one_that_somebody_has() {
    let rig = rig().await;
    let operator = rig.operator().await;
    rig.make("acme", "Acme", None).await;
    let mut said = Vec::new();
    for slug in ["acme", "new", "api", "admin"] {
        let mut body = good();
        body["slug"] = json!(slug);
        let answer = rig.post(&operator, "/api/tenants", body).await;
        let mut problem = answer.json();
        problem["requestId"] = json!("");
        said.push((answer.status.as_u16(), problem));
    }
    assert_eq!(said[0].0, 409);
    assert!(said.iter().all(|one| *one == said[0]), "{said:?}");
}

#[tokio::test]
async fn a_person_has_so_many_kept_answers_and_those_that_died_are_among_them() {
    use sea_orm::{ConnectionTrait as _, Statement};
    let rig = rig().await;
    let operator = rig.operator().await;
    let send = async |key: &str, slug: &str| {
        let mut body = good();
        body["slug"] = json!(slug);
        rig.call_with(&operator, Method::POST, "/api/tenants", body, &[("idempotency-key", key)]).await
    };
    assert_eq!(send("first", "first").await.status.as_u16(), 201);
    // What a process began that died, over and over.
    let died = (0..600).map(|n| format!("((SELECT MIN(caller) FROM idempotency_keys), 'died-{n}', 'h', 0)"));
    let rows = died.collect::<Vec<_>>().join(", ");
    let db = rig.test.db.write().await.unwrap();
    let insert =
        format!("INSERT INTO idempotency_keys (caller, key, request_hash, created_at) VALUES {rows}");
    db.execute_unprepared(&insert).await.unwrap();
    drop(db);
    // One key that comes many times at once is begun once.
    let all = futures_util::future::join_all((0..12).map(|_| send("same", "same"))).await;
    assert!(all.iter().all(|answer| matches!(answer.status.as_u16(), 201 | 409)), "no other end");
    let made = all.iter().filter(|answer| answer.status.as_u16() == 201);
    assert!(made.clone().count() >= 1);
    assert_eq!(made.filter(|answer| !answer.headers.contains_key("idempotency-replayed")).count(), 1);
    let db = rig.test.db.read();
    let count =
        Statement::from_string(db.get_database_backend(), "SELECT COUNT(*) AS n FROM idempotency_keys");
    let kept: i64 = db.query_one_raw(count).await.unwrap().unwrap().try_get("", "n").unwrap();
    assert!(kept <= 500, "{kept}");
    assert_eq!(send("first", "first").await.headers["idempotency-replayed"], "true", "the newest stay");
}

#[tokio::test]
async fn a_repeated_request_with_its_key_gets_the_first_answer() {
    let rig = rig().await;
    let operator = rig.operator().await;
    let key = [("idempotency-key", "k-1")];
    let first = rig.call_with(&operator, Method::POST, "/api/tenants", good(), &key).await;
    let again = rig.call_with(&operator, Method::POST, "/api/tenants", good(), &key).await;
    assert_eq!((again.status.as_u16(), again.json()), (201, first.json()));
    assert_eq!(again.headers["idempotency-replayed"], "true");
    for name in ["etag", "location"] {
        assert_eq!(again.headers[name], first.headers[name], "{name}");
    }
    let mut other = good();
    other["slug"] = json!("other");
    let reused = rig.call_with(&operator, Method::POST, "/api/tenants", other, &key).await;
    assert_eq!(reused.json()["type"], "urn:dezky:problem:idempotency-key-reused");
}

#[tokio::test]
async fn a_change_of_what_somebody_else_changed_is_refused() {
    let rig = rig().await;
    let operator = rig.operator().await;
    rig.make("acme", "Acme", None).await;
    let read = rig.get(&operator, "/api/tenants/acme").await;
    let tag = read.headers["etag"].to_str().unwrap().to_owned();
    let with = [("if-match", tag.as_str())];
    let first =
        rig.call_with(&operator, Method::PATCH, "/api/tenants/acme", json!({"seats": 7}), &with).await;
    assert_eq!(first.json()["seats"], 7);
    let second =
        rig.call_with(&operator, Method::PATCH, "/api/tenants/acme", json!({"seats": 8}), &with).await;
    assert_eq!(
        (second.status.as_u16(), &second.json()["type"]),
        (412, &json!("urn:dezky:problem:changed-meanwhile"))
    );
}

#[tokio::test]
async fn bad_queries_are_refused_and_cursors_lead_through_everything() {
    let rig = rig().await;
    let operator = rig.operator().await;
    for slug in ["alfa", "bravo", "charlie", "delta", "echo"] {
        rig.make(slug, &format!("{} ApS", slug.to_uppercase()), None).await;
    }
    let bad = rig.get(&operator, "/api/tenants?limit=0&cursor=!").await;
    assert_eq!((bad.status.as_u16(), bad.fields()), (422, vec!["limit".to_owned(), "cursor".to_owned()]));
    assert_eq!(rig.get(&operator, "/api/tenants?status=odd").await.fields(), ["status"]);
    let (mut slugs, mut path) = (Vec::new(), "/api/tenants?limit=2".to_owned());
    loop {
        let page = rig.get(&operator, &path).await.json();
        let items = page["items"].as_array().unwrap();
        slugs.extend(items.iter().map(|item| item["slug"].as_str().unwrap().to_owned()));
        let Some(next) = page["nextCursor"].as_str() else { break };
        path = format!("/api/tenants?limit=2&cursor={next}");
    }
    assert_eq!(slugs, ["alfa", "bravo", "charlie", "delta", "echo"]);
    let found = rig.get(&operator, "/api/tenants?q=BRAV").await.json();
    assert_eq!(found["items"].as_array().unwrap().len(), 1);
    let none = rig.get(&operator, "/api/tenants?q=%25").await.json();
    assert_eq!(none["items"], json!([]), "a percent sign is a percent sign");
}

#[tokio::test]
async fn a_parameter_that_is_sent_twice_counts_once() {
    let rig = rig().await;
    let operator = rig.operator().await;
    let answered = rig.get(&operator, "/api/tenants?limit=1&limit=2").await;
    assert_eq!(answered.status.as_u16(), 200, "{}", answered.text);
}

#[tokio::test]
async fn a_nul_in_an_address_or_a_cursor_is_refused_before_any_query() {
    let rig = rig().await;
    let operator = rig.operator().await;
    let cursor = format!("/api/tenants?cursor={}", kernel::Cursor(vec!["a\0".into(), "b".into()]));
    for path in ["/api/tenants?q=%00", "/api/tenants/a%00b", &cursor] {
        assert_eq!(rig.get(&operator, path).await.status.as_u16(), 422, "{path}");
    }
}

#[tokio::test]
async fn a_sender_who_goes_away_finds_the_answer_under_the_same_key() {
    let rig = rig().await;
    let operator = rig.operator().await;
    rig.ocis.dial.set(vec![fault("*", "delay", Some(2))]);
    let key = [("idempotency-key", "k-1")];
    let make = || rig.call_with(&operator, Method::POST, "/api/tenants", good(), &key);
    assert!(
        tokio::time::timeout(Duration::from_millis(200), make()).await.is_err(),
        "gone before the answer"
    );
    let mut again = make().await;
    for _ in 0..100 {
        if again.status.as_u16() != 409 {
            break;
        }
        assert_eq!(again.json()["type"], "urn:dezky:problem:still-running");
        tokio::time::sleep(Duration::from_millis(50)).await;
        again = make().await;
    }
    assert_eq!((again.status.as_u16(), &again.json()["slug"]), (201, &json!("acme")), "{}", again.text);
    assert_eq!(again.headers["idempotency-replayed"], "true");
}

#[tokio::test]
async fn of_several_who_repeat_a_request_that_died_one_does_it() {
    use sea_orm::ConnectionTrait as _;
    let rig = rig().await;
    let operator = rig.operator().await;
    rig.make("acme", "Acme", None).await;
    let key = [("idempotency-key", "k-1")];
    let send = || rig.call_with(&operator, Method::POST, "/api/tenants/acme/reconcile", json!({}), &key);
    send().await;
    // As it would stand if the process had died at once.
    let died = "UPDATE idempotency_keys SET status = NULL, body = NULL, created_at = 0";
    rig.test.db.read().execute_unprepared(died).await.unwrap();
    for answer in futures_util::future::join_all((0..4).map(|_| send())).await {
        assert!([200, 409].contains(&answer.status.as_u16()), "{}", answer.text);
    }
    let done = rig.actions("acme").await.into_iter().filter(|action| action == "tenant.reconcile").count();
    assert_eq!(done, 2, "once before the death and once after it");
}
