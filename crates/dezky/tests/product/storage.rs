//! Storage: what the file service says is shown as it is, what it does not say is never a zero, and what is given out
//! stays within the plan.

use std::time::{Duration, Instant};

use outbound::{Call, Method};
use serde_json::{Value, json as value};

use crate::harness::{Product, client, get, json, spoil};
use crate::matrix::{Proof, session};

const ANNA: &str = "anna@acme.test";
const MAJA: &str = "maja@acme.test";
const GIB: i64 = 1 << 30;
const PATIENCE: Duration = Duration::from_secs(40);
const ALL: &str = "/api/tenants/acme/storage";

async fn call(product: &Product, method: Method, path: &str, body: Option<Value>) -> (u16, Value) {
    let answer = product.call(method, path, product.token(ANNA, "portal"), body).await;
    (answer.status, serde_json::from_slice(&answer.body).unwrap_or_default())
}

/// The storage, once it is as wished.
async fn until(product: &Product, what: &str, wished: impl Fn(&Value) -> bool) -> Value {
    let began = Instant::now();
    loop {
        let (_, said) = call(product, Method::Get, ALL, None).await;
        if wished(&said) {
            return said;
        }
        assert!(began.elapsed() < PATIENCE, "{what}: {said:#}");
        tokio::time::sleep(Duration::from_millis(200)).await;
    }
}

async fn objects(product: &Product, kind: &str) -> Vec<Value> {
    let inventory = json(&get(product.origin("sandbox/ocis"), "/_sim/inventory").await);
    inventory[kind].as_array().unwrap().clone()
}

async fn object(product: &Product, kind: &str, field: &str, name: &str) -> Value {
    let all = objects(product, kind).await;
    all.iter().find(|one| one[field] == name).unwrap_or_else(|| panic!("{name}: {all:#?}")).clone()
}

async fn change(product: &Product, kind: &str, id: &Value, fields: &Value) {
    let path = format!("{kind}/{}", id.as_str().unwrap().replace('$', "%24"));
    spoil(product.origin("sandbox/ocis"), &path, fields).await;
}

async fn faults(product: &Product, faults: &Value) {
    let call = Call::new(Method::Put, "/_sim/faults").json(&value!({"faults": faults}));
    assert!(client(product.origin("sandbox/ocis")).send(call).await.unwrap().is_success());
}

async fn page(product: &Product, path: &str) -> String {
    let Proof::Session(cookie, _) = session(product, "portal", ANNA).await else { panic!("it is a session") };
    let call = Call::get(path).header("cookie", cookie);
    let answer = client(product.origin("portal")).send(call).await.unwrap();
    String::from_utf8(answer.body.clone()).unwrap()
}

fn member<'a>(said: &'a Value, email: &str) -> &'a Value {
    let members = said["members"].as_array().unwrap();
    members.iter().find(|member| member["email"] == email).unwrap_or(&Value::Null)
}

#[tokio::test]
async fn storage_is_what_the_file_service_says_and_is_shared_out_within_the_plan() {
    let product = Product::start("small").await;
    let there = |said: &Value| said["drives"][0]["used"].is_i64() && member(said, MAJA).is_object();
    let first = until(&product, "the space is there", there).await;
    assert_eq!((&first["available"], &first["used"]), (&value!(true), &value!(0)), "{first:#}");
    let total = first["total"].as_i64().unwrap();
    assert_eq!(first["spaceBytes"], total, "the space has all of it until somebody says otherwise");
    assert_eq!(member(&first, MAJA)["drive"], Value::Null, "nobody signed in to files yet");
    let maja = format!("{ALL}/members/{}", member(&first, MAJA)["id"].as_str().unwrap());

    // More than there is.
    let share = Some(value!({"quotaBytes": 4 * GIB}));
    let (status, refused) = call(&product, Method::Patch, &maja, share.clone()).await;
    assert_eq!(status, 409, "{refused}");
    assert!(refused["type"].as_str().unwrap().ends_with("over-plan"), "{refused}");
    let (status, refused) =
        call(&product, Method::Patch, ALL, Some(value!({"spaceBytes": total + 1}))).await;
    assert_eq!((status, refused["type"].as_str().unwrap().ends_with("over-plan")), (409, true), "{refused}");
    let (status, wrong) = call(&product, Method::Patch, &maja, Some(value!({"quotaBytes": -1}))).await;
    assert_eq!(status, 422, "{wrong}");
    let (status, wrong) = call(&product, Method::Patch, &maja, Some(value!({}))).await;
    assert_eq!(status, 422, "{wrong}");

    // Room is made, and given.
    let (status, said) =
        call(&product, Method::Patch, ALL, Some(value!({"spaceBytes": total - 4 * GIB}))).await;
    assert_eq!((status, &said["free"]), (200, &value!(4 * GIB)), "{said:#}");
    let began = Instant::now();
    let (status, said) = call(&product, Method::Patch, &maja, share).await;
    assert_eq!((status, &said["free"], &said["given"]), (200, &value!(0), &value!(4 * GIB)), "{said:#}");
    assert!(began.elapsed() < Duration::from_secs(3), "nobody waits for a first sign-in: {:?}", began.elapsed());
    until(&product, "the space is smaller upstream", |said| said["drives"][0]["total"] == total - 4 * GIB).await;

    // The person's own drive appears, and has the limit before long.
    let account = object(&product, "users", "displayName", "Maja Medlem").await;
    change(&product, "users", &account["id"], &value!({"drive": true})).await;
    let limited = |said: &Value| member(said, MAJA)["drive"]["total"] == 4 * GIB;
    let (status, _) = call(&product, Method::Patch, &maja, Some(value!({"quotaBytes": 3 * GIB}))).await;
    assert_eq!(status, 200);
    let (status, _) = call(&product, Method::Patch, &maja, Some(value!({"quotaBytes": 4 * GIB}))).await;
    assert_eq!(status, 200);
    until(&product, "the drive has its limit", limited).await;
    let drives = objects(&product, "drives").await;
    let own = drives.iter().find(|drive| drive["driveType"] == "personal" && drive["name"] == "Maja Medlem").unwrap();
    change(&product, "drives", &own["id"], &value!({"quotaUsed": GIB})).await;
    let said = until(&product, "what is in it counts", |said| said["used"] == GIB).await;
    assert_eq!(member(&said, MAJA)["drive"]["used"], GIB);

    let shown = page(&product, "/admin/acme/storage").await;
    assert!(shown.contains("1 GB of 4 GB") && shown.contains("Maja Medlem"), "{shown}");
    assert!(page(&product, "/admin/acme").await.contains("See what uses it"));

    // Nearly full.
    let space = said["drives"][0]["id"].clone();
    change(&product, "drives", &space, &value!({"quotaUsed": total / 10 * 9})).await;
    health(&product, true).await;
    change(&product, "drives", &space, &value!({"quotaUsed": 5})).await;
    health(&product, false).await;
}

/// Waits until the tenant's health says, or no longer says, that its storage is nearly full.
async fn health(product: &Product, is_full: bool) {
    let began = Instant::now();
    loop {
        let (_, tenant) = call(product, Method::Get, "/api/tenants/acme", None).await;
        if tenant["health"].to_string().contains("storage_full") == is_full {
            return;
        }
        assert!(began.elapsed() < PATIENCE, "{}", tenant["health"]);
        tokio::time::sleep(Duration::from_millis(200)).await;
    }
}

#[tokio::test]
async fn what_the_file_service_does_not_say_is_hidden_and_not_zero() {
    let product = Product::start("small").await;
    until(&product, "the space is there", |said| said["drives"][0]["used"].is_i64()).await;

    // The service user loses its role, quietly.
    let users = objects(&product, "users").await;
    let service = users.iter().find(|user| user["role"] == "Admin").unwrap();
    change(&product, "users", &service["id"], &value!({"role": "User"})).await;
    let said = until(&product, "it sees a part only", |said| said["available"] == false).await;
    assert_eq!((&said["reason"], &said["used"]), (&value!("not_admin"), &Value::Null), "{said:#}");
    assert_eq!(said["drives"], value!([]));
    assert!(said["total"].as_i64().unwrap() > 0, "what was bought is known here");
    change(&product, "users", &service["id"], &value!({"role": "Admin"})).await;
    until(&product, "it is Admin again", |said| said["available"] == true).await;

    // It is down.
    faults(&product, &value!([{"route": "*", "kind": "refuse"}])).await;
    let said = until(&product, "it is down", |said| said["available"] == false).await;
    assert_eq!(said["reason"], "unreachable", "{said:#}");
    assert!(said["members"].as_array().unwrap().iter().all(|member| member["drive"].is_null()));
    let shown = page(&product, "/admin/acme/storage").await;
    assert!(shown.contains("can’t be reached") && !shown.contains("0 B of"), "{shown}");
    let shown = page(&product, "/admin/acme").await;
    assert!(!shown.contains("See what uses it"), "a bar without figures is no bar");
    faults(&product, &value!([])).await;

    // Whoever is no admin of it sees nothing.
    let answer = product.call(Method::Get, ALL, product.token(MAJA, "portal"), None).await;
    assert_eq!(answer.status, 403);
    let answer = product.call(Method::Get, ALL, product.token("otto@fjord.test", "portal"), None).await;
    assert_eq!(answer.status, 404);
}
