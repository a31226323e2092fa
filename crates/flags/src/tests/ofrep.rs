//! The OpenFeature Remote Evaluation Protocol through the front door.

use axum::http::Method;
use serde_json::{Value, json};
use testkit::{Answer, Who};

use super::rig::{Rig, furnished};

const ALL: &str = "/ofrep/v1/evaluate/flags";

fn context(key: &Value) -> Value {
    json!({"context": {"targetingKey": key, "email": "maja@acme.test", "nested": {"plan": ["a", 1]}}})
}

impl Rig {
    async fn one(&self, who: &Who, key: &str, body: Value) -> Answer {
        self.post(who, &format!("{ALL}/{key}"), body).await
    }
}

#[tokio::test]
async fn a_flag_is_evaluated_with_its_reason() {
    let (rig, acme, _) = furnished().await;
    let maja = rig.member("maja@acme.test", &acme).await;
    let all = [
        (json!({"key": "all-of-them", "kind": "rollout", "shareBasisPoints": 10_000}), true, "SPLIT"),
        (json!({"key": "none-of-them", "kind": "rollout"}), false, "SPLIT"),
        (json!({"key": "off-now", "kind": "off"}), false, "DISABLED"),
        (json!({"key": "later", "kind": "on", "startsAt": "2099-01-01"}), false, "DISABLED"),
        (json!({"key": "over", "kind": "on", "endsAt": "2020-01-01"}), false, "DISABLED"),
        (json!({"key": "named", "kind": "rollout", "tenants": ["acme"]}), true, "TARGETING_MATCH"),
        (json!({"key": "not-named", "kind": "targeted", "tenants": ["fjord"]}), false, "TARGETING_MATCH"),
    ];
    for (body, ..) in &all {
        rig.flag(body.clone()).await;
    }
    let mut expected: Vec<(String, bool, &str)> = all
        .iter()
        .map(|(body, value, reason)| (body["key"].as_str().unwrap().to_owned(), *value, *reason))
        .collect();
    expected.push(("everybody".into(), true, "STATIC"));
    expected.push(("only.acme".into(), true, "TARGETING_MATCH"));
    expected.sort();
    // By its id, and by its slug.
    for key in [acme["id"].clone(), json!("acme")] {
        for (flag, value, reason) in &expected {
            let answer = rig.one(&maja, flag, context(&key)).await;
            let variant = if *value { "on" } else { "off" };
            let told = json!({"key": flag, "value": value, "reason": reason, "variant": variant});
            assert_eq!((answer.status.as_u16(), answer.json()), (200, told));
        }
        let bulk = rig.post(&maja, ALL, context(&key)).await;
        let told = |one: &Value| (one["key"].as_str().unwrap().to_owned(), one["value"].as_bool().unwrap());
        let told: Vec<_> = bulk.json()["flags"].as_array().unwrap().iter().map(told).collect();
        assert_eq!(told, expected.iter().map(|(key, value, _)| (key.clone(), *value)).collect::<Vec<_>>());
    }
    rig.post(&rig.ida, "/api/flags/everybody/kill", json!({})).await;
    let killed = rig.one(&maja, "everybody", context(&json!("acme"))).await.json();
    assert_eq!((&killed["value"], &killed["reason"]), (&json!(false), &json!("DISABLED")));
}

#[tokio::test]
async fn what_can_not_be_evaluated_says_why_in_the_words_of_the_protocol() {
    let (rig, acme, fjord) = furnished().await;
    let maja = rig.member("maja@acme.test", &acme).await;
    let bad = [
        (json!("no object"), "PARSE_ERROR"),
        (json!([]), "PARSE_ERROR"),
        (json!({}), "INVALID_CONTEXT"),
        (json!({"context": "acme"}), "INVALID_CONTEXT"),
        (json!({"context": {}}), "TARGETING_KEY_MISSING"),
        (context(&Value::Null), "TARGETING_KEY_MISSING"),
        (context(&json!("")), "TARGETING_KEY_MISSING"),
        (context(&json!(7)), "INVALID_CONTEXT"),
        (context(&json!("nowhere")), "INVALID_CONTEXT"),
        (context(&json!("ten_00000000000000000000000000000001")), "INVALID_CONTEXT"),
        (context(&json!("fjord")), "INVALID_CONTEXT"),
        (context(&fjord["id"]), "INVALID_CONTEXT"),
    ];
    for (body, code) in bad {
        let one = rig.one(&maja, "everybody", body.clone()).await;
        let (status, said) = (one.status.as_u16(), one.json());
        assert_eq!(
            (status, &said["key"], &said["errorCode"]),
            (400, &json!("everybody"), &json!(code)),
            "{body}"
        );
        let all = rig.post(&maja, ALL, body.clone()).await;
        let (status, said) = (all.status.as_u16(), all.json());
        assert_eq!((status, said.get("key"), &said["errorCode"]), (400, None, &json!(code)), "{body}");
    }
    let none = rig.one(&maja, "nobody-made-it", context(&json!("acme"))).await;
    let (status, said) = (none.status.as_u16(), none.json());
    assert_eq!(
        (status, &said["key"], &said["errorCode"]),
        (404, &json!("nobody-made-it"), &json!("FLAG_NOT_FOUND"))
    );
    // Another's tenant and none at all are told alike.
    let told = async |key: &Value| rig.one(&maja, "everybody", context(key)).await.text;
    assert_eq!(told(&json!("fjord")).await, told(&json!("nowhere")).await);
    assert_eq!(
        rig.one(&rig.ida, "everybody", context(&json!("fjord"))).await.json()["value"],
        true,
        "operators see all"
    );
}

#[tokio::test]
async fn an_answer_that_is_known_is_not_sent_again() {
    let (rig, acme, fjord) = furnished().await;
    let maja = rig.member("maja@acme.test", &acme).await;
    let ask = async |who: &Who, tenant: &Value, known: &str| {
        let headers = [("if-none-match", known)];
        rig.call_with(who, Method::POST, ALL, context(&tenant["id"]), &headers).await
    };
    let first = ask(&maja, &acme, "\"unknown\"").await;
    assert_eq!(first.status.as_u16(), 200);
    let tag = first.headers["etag"].to_str().unwrap().to_owned();
    for known in [tag.clone(), format!("\"x\", W/{tag}")] {
        let again = ask(&maja, &acme, &known).await;
        assert_eq!((again.status.as_u16(), again.text.as_str()), (304, ""), "{known}");
        assert_eq!(again.headers["etag"].to_str().unwrap(), tag);
    }
    assert_eq!(ask(&rig.ida, &fjord, &tag).await.status.as_u16(), 200, "another tenant has another");
    rig.patch("everybody", json!({"description": "The same for all"})).await;
    assert_eq!(ask(&maja, &acme, &tag).await.status.as_u16(), 304, "nothing is on that was off");
    rig.patch("everybody", json!({"kind": "off"})).await;
    let changed = ask(&maja, &acme, &tag).await;
    assert_eq!(changed.status.as_u16(), 200);
    assert_ne!(changed.headers["etag"].to_str().unwrap(), tag);
}
