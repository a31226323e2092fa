//! The simulator's warts that no transcript step below shows, and what the client makes of error answers.

use outbound::{Call, Cause, Effect, Method};
use serde_json::{Value, json};
use simulator::State as _;

use super::{KEY, Rig, client_of, new};
use crate::jmap::{self, Credential, Purpose, Set};
use crate::{DomainChange, Stalwart};

async fn post(rig: &Rig, calls: Value) -> (u16, Value) {
    let call = Call::new(Method::Post, "/jmap")
        .bearer(KEY.into())
        .json(&json!({"using": ["urn:stalwart:jmap"], "methodCalls": calls}));
    let answer = client_of(&rig.sim.origin).send(call).await.unwrap();
    (answer.status, answer.json().unwrap())
}

#[tokio::test]
async fn all_ids_at_once_are_cut_at_500_without_a_word() {
    let rig = Rig::start().await;
    rig.sim.store.write(|world| {
        for n in 0..600_u32 {
            let digit = |n: u32| char::from(b'b' + u8::try_from(n % 10).unwrap());
            let id = format!("c{}{}{}", digit(n / 100), digit(n / 10), digit(n));
            world.put("domains", &id, &json!({"name": format!("d{n}.test")})).unwrap();
        }
    });
    let (_, body) = post(&rig, json!([["x:Domain/get", {"ids": null, "properties": []}, "0"]])).await;
    let answer = &body["methodResponses"][0][1];
    assert_eq!(answer["list"].as_array().unwrap().len(), 500);
    assert_eq!(answer["notFound"], json!([]));
}

#[tokio::test]
async fn the_limits_are_those_of_the_server() {
    let rig = Rig::start().await;
    let calls: Vec<Value> = (0..17).map(|n| json!(["x:Domain/query", {}, n.to_string()])).collect();
    let (status, body) = post(&rig, calls.into()).await;
    assert_eq!((status, &body["limit"]), (400, &json!("maxCallsInRequest")));
    let ids = vec!["b"; 501];
    for (method, argument) in [("x:Domain/get", "ids"), ("x:Domain/set", "destroy")] {
        let (status, body) = post(&rig, json!([[method, {argument: ids}, "0"]])).await;
        let error = &body["methodResponses"][0];
        assert_eq!((status, &error[1]["type"]), (200, &json!("requestTooLarge")));
    }
}

#[tokio::test]
async fn a_set_of_names_is_no_array_and_an_update_that_is_no_object_cuts_the_connection() {
    let rig = Rig::start().await;
    let (_, body) = post(
        &rig,
        json!([["x:Domain/set", {"create": {"a": {"name": "acme.test", "aliases": ["b.test"]}}}, "0"]]),
    )
    .await;
    let error = &body["methodResponses"][0][1]["notCreated"]["a"];
    assert_eq!((&error["type"], &error["properties"]), (&json!("invalidPatch"), &json!(["aliases"])));

    let call = Call::new(Method::Post, "/jmap")
        .bearer(KEY.into())
        .json(&json!({"using": [], "methodCalls": [["x:Domain/set", {"update": {"b": 5}}, "0"]]}));
    let error = client_of(&rig.sim.origin).send(call).await.unwrap_err();
    assert_eq!((error.cause, error.effect), (Cause::Closed, Effect::Unknown));
}

#[tokio::test]
async fn creation_ids_work_in_destroy_and_are_dropped_in_update() {
    let rig = Rig::start().await;
    let (_, body) = post(
        &rig,
        json!([
            ["x:Domain/set", {"create": {"n": {"name": "acme.test"}}}, "0"],
            ["x:Domain/set", {"update": {"#n": {"description": "x"}}}, "1"],
            ["x:Domain/set", {"destroy": ["#n"]}, "2"],
        ]),
    )
    .await;
    let responses = &body["methodResponses"];
    let id = &responses[0][1]["created"]["n"]["id"];
    assert_eq!(responses[1][1], json!({"accountId": "c"}));
    assert_eq!(responses[2][1]["destroyed"], json!([id]));
}

#[tokio::test]
async fn a_refused_request_is_not_repeated_in_the_error() {
    let rig = Rig::start().await;
    let calls = [("x:Domain/set", json!({"create": ["a secret"]}))];
    let client = client_of(&rig.sim.origin);
    let key = Credential::Key(KEY.into());
    let Err(error) = jmap::send(&client, &key, Purpose::Change, &calls).await else {
        panic!("it was taken");
    };
    assert!(matches!(error.cause, Cause::Refused(400, Some(_))));
    assert!(!error.to_string().contains("secret"));
}

#[tokio::test]
async fn an_unknown_method_is_a_refusal() {
    let rig = Rig::start().await;
    let calls = [("x:Alias/set", json!({}))];
    let client = client_of(&rig.sim.origin);
    let key = Credential::Key(KEY.into());
    let responses = jmap::send(&client, &key, Purpose::Change, &calls).await.unwrap();
    let error = responses.of::<Set>(0).err().unwrap();
    assert_eq!(error.effect, Effect::None);
    assert_eq!(error.cause, Cause::Refused(400, Some("unknownMethod: x:Alias/set".to_owned())));
    let error = responses.of::<Set>(1).err().unwrap();
    assert_eq!(error.effect, Effect::Unknown);
}

/// Transcript 14: of 24 parallel patches some are answered so, and whether they are stored only a read tells.
#[tokio::test]
async fn a_write_conflict_leaves_the_effect_unknown_and_is_worth_another_try() {
    let rig = Rig::start().await;
    let id = rig.create("acme.test").await;
    for (stored, description) in [(false, "Acme"), (true, "Nordlys")] {
        rig.sim
            .store
            .write(|world| world.put("conflicts", "b", &json!({"times": 1, "stored": stored})))
            .unwrap();
        let change = DomainChange { description: Some(Some("Nordlys".to_owned())) };
        let error = rig.stalwart.update_domain(&id, &change).await.unwrap_err();
        assert_eq!((&error.cause, error.effect), (&Cause::Broken(503), Effect::Unknown));
        assert!(error.is_transient());
        let domain = rig.stalwart.domain(&id).await.unwrap().unwrap();
        assert_eq!(domain.description.as_deref(), Some(description));
    }
    rig.create("nordlys.test").await;
}

#[tokio::test]
async fn a_key_with_few_permissions_is_known_by_them_and_refused_by_the_method() {
    let rig = Rig::start().await;
    let permissions = ["authenticate", "sysDomainGet", "sysDomainQuery"];
    let key = json!({"secret": "API_limited", "permissions": permissions});
    rig.sim.store.write(|world| world.put("apiKeys", "b", &key)).unwrap();
    let limited = Stalwart::new(client_of(&rig.sim.origin), "API_limited".into());
    assert_eq!(limited.probe().await.unwrap().permissions.len(), 3);
    assert_eq!(limited.list_domains().await.unwrap().len(), 1);
    let error = limited.create_domain(&new("acme.test")).await.unwrap_err();
    assert_eq!(error.effect, Effect::None);
    assert!(
        matches!(error.cause, Cause::Refused(403, Some(why)) if why.contains("not authorized to create"))
    );
    let error = limited.dkim_keys("b").await.unwrap_err();
    assert!(matches!(error.cause, Cause::Refused(403, Some(_))));
    rig.sim.store.write(|world| world.remove("apiKeys", "b"));
    assert!(matches!(limited.probe().await.unwrap_err().cause, Cause::Unauthorized(_)));
}
