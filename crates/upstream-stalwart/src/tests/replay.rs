//! Replays recorded requests against the simulator and compares the answers: same status, same keys everywhere,
//! same lengths of lists, same error types. Ids are mapped as the recorded answers hand them out.

use std::collections::BTreeMap;
use std::time::Duration;

use outbound::{Call, Client, Method, Options};
use serde_json::{Map, Value, json};
use simulator::State as _;
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::TcpStream;

use super::Rig;
use crate::jmap::Set;

/// Words whose value must be the same, not only there.
const EXACT: [&str; 8] = ["type", "description", "object", "@type", "status", "limit", "total", "position"];

/// A recorded step, and what the simulator did otherwise.
pub struct Step {
    pub name: String,
    pub request: Value,
    /// False for mail, and for what somebody counted over many calls.
    pub is_call: bool,
    pub difference: Option<String>,
}

/// Sends what a file recorded to a simulator of its own.
pub async fn replay(file: &str) -> Vec<Step> {
    let path = format!("{}/tests/transcripts/{file}", env!("CARGO_MANIFEST_DIR"));
    let recorded: Vec<Value> = serde_json::from_slice(&std::fs::read(path).unwrap()).unwrap();
    let rig = Rig::start().await;
    let client = patient(&rig.sim.origin);
    let mut ids = BTreeMap::new();
    let mut steps = Vec::new();
    prepare(&rig, file).await;
    for step in recorded {
        let name = step["name"].as_str().unwrap().to_owned();
        if !name.contains("at once") {
            rig.clock.advance(Duration::from_secs(2));
        }
        let (request, wanted) = (&step["request"], &step["response"]);
        let has_path = request["path"].as_str().is_some_and(|path| path.starts_with('/'));
        let is_call = has_path && wanted["status"].is_number();
        let difference = if is_call {
            let (status, body) = answer_to(&rig, &client, &name, request, &ids).await;
            learn(&wanted["body"], &body, &mut ids);
            if wanted["status"] == status {
                compare(&wanted["body"], &body, "", &ids).err()
            } else {
                Some(format!("status {status}"))
            }
        } else {
            Some("no call of this API".to_owned())
        };
        do_left_out(&rig, &name).await;
        steps.push(Step { name, request: request.clone(), is_call, difference });
    }
    steps
}

fn patient(origin: &str) -> Client {
    Client::new("Stalwart", origin.parse().unwrap(), Options::default()).unwrap()
}

async fn answer_to(
    rig: &Rig,
    client: &Client,
    name: &str,
    request: &Value,
    ids: &BTreeMap<String, String>,
) -> (u16, Value) {
    if name == "no content type" {
        return without_content_type(&rig.sim.origin, request).await;
    }
    match client.send(call_of(request, ids)).await {
        Ok(answer) => {
            let body = serde_json::from_slice(&answer.body)
                .unwrap_or_else(|_| String::from_utf8_lossy(&answer.body).into_owned().into());
            (answer.status, body)
        }
        Err(_) => (0, Value::from("connection closed by the server without an answer")),
    }
}

/// Our own client always sends a content type.
async fn without_content_type(origin: &str, request: &Value) -> (u16, Value) {
    let (body, key) =
        (request["body"].as_str().unwrap(), request["headers"]["Authorization"].as_str().unwrap());
    let mut stream = TcpStream::connect(origin.trim_start_matches("http://")).await.unwrap();
    let head = format!(
        "POST /jmap HTTP/1.1\r\nHost: x\r\nConnection: close\r\nAuthorization: {key}\r\nContent-Length: {}\r\n\r\n",
        body.len()
    );
    stream.write_all((head + body).as_bytes()).await.unwrap();
    let mut text = String::new();
    stream.read_to_string(&mut text).await.unwrap();
    let (head, body) = text.split_once("\r\n\r\n").unwrap();
    (head[9..12].parse().unwrap(), serde_json::from_str(body).unwrap())
}

fn put(rig: &Rig, kind: &str, id: &str, fields: &Value) {
    rig.sim.store.write(|world| world.put(kind, id, fields)).unwrap();
}

/// Makes what the recorded server has at the beginning of a file, in its one long run.
async fn prepare(rig: &Rig, file: &str) {
    if file.starts_with("11") || file.starts_with("14") {
        for (id, name) in [("c", "acme-widgets.test"), ("d", "renamed-options.test")] {
            put(rig, "domains", id, &json!({"name": name}));
        }
        rig.clock.advance(Duration::from_secs(2));
        let other = json!({"subAddressing": {"@type": "Disabled"}});
        set_domain(rig, "c", &other).await;
        set_domain(rig, "d", &other).await;
        let aliases = json!({"alias-two.test": true, "alias-three.test": true});
        set_domain(rig, "d", &json!({"aliases": aliases, "description": "Renamed"})).await;
        set_domain(rig, "d", &json!({"dkimManagement": {"@type": "Manual"}})).await;
    }
    if file.starts_with("14") {
        rig.sim.store.write(|world| {
            let keys = world.inventory()["dkimSignatures"].clone();
            for key in keys.as_array().unwrap().iter().filter(|key| key["domainId"] == "d") {
                assert!(world.remove("dkimSignatures", key["id"].as_str().unwrap()));
            }
        });
    }
}

async fn set_domain(rig: &Rig, id: &str, patch: &Value) {
    let calls = [("x:Domain/set", json!({"update": {id: patch}}))];
    let set: Set = rig.stalwart.change(&calls).await.unwrap().of(0).unwrap();
    assert!(set.updated.contains_key(id));
}

/// Does behind the simulator's back what a recorded step did that it leaves out and that later steps show.
async fn do_left_out(rig: &Rig, step: &str) {
    match step {
        "API key limited to a permission list" => {
            let secret = "API_AAAAAgAAAAJmYWtlLWFwaS1rZXktMDAwMDAyIQ";
            let permissions = ["authenticate", "sysDomainGet", "sysDomainQuery"];
            put(rig, "apiKeys", "c", &json!({"secret": secret, "permissions": permissions}));
        }
        "destroy the limited key" => {
            assert!(rig.sim.store.write(|world| world.remove("apiKeys", "c")));
        }
        step if step.starts_with("manual signing: a key made by the caller") => {
            let key = json!({"@type": "Dkim1RsaSha256", "domainId": "d", "selector": "own-key-1"});
            put(rig, "dkimSignatures", "jppr7t2uajqa", &key);
        }
        "two keys with the same selector are not refused" => {
            let key = json!({"@type": "Dkim1RsaSha256", "domainId": "d", "selector": "own-key-1"});
            put(rig, "dkimSignatures", "jppr7t0iakqa", &key);
        }
        // The task makes what is missing, as switching to automatic signing does.
        "ask the server to make missing keys: a task" => {
            for kind in ["Manual", "Automatic"] {
                set_domain(rig, "d", &json!({"dkimManagement": {"@type": kind}})).await;
            }
        }
        _ => {}
    }
}

fn call_of(request: &Value, ids: &BTreeMap<String, String>) -> Call {
    let method = match request["method"].as_str().unwrap() {
        "POST" => Method::Post,
        _ => Method::Get,
    };
    let mut call = Call::new(method, request["path"].as_str().unwrap());
    if let Some(value) = request["headers"]["Authorization"].as_str() {
        call = match value.strip_prefix("Bearer ") {
            Some(key) => call.bearer(key.into()),
            None => call.header("authorization", value),
        };
    }
    let kind = match request["headers"]["Content-Type"].as_str() {
        Some("text/plain") => "text/plain",
        _ => "application/json",
    };
    match (&request["body"], request["body"]["note"].as_str()) {
        (Value::Null, _) => call,
        (Value::String(text), _) if text.ends_with("(10000101 bytes in all)") => {
            let start = text.split("... ").next().unwrap();
            call.raw(kind, start.bytes().chain(std::iter::repeat(b' ')).take(10_000_101).collect())
        }
        (Value::String(text), _) => call.raw(kind, text.clone().into_bytes()),
        (_, Some(note)) => call.json(&json!({"using": [], "methodCalls": noted(note)})),
        (body, None) => call.json(&mapped(body, ids)),
    }
}

/// The calls of a request that is only described.
fn noted(note: &str) -> Value {
    let ids = vec!["b"; 501];
    match note {
        "17 x:Domain/query calls" => {
            (0..17).map(|number| json!(["x:Domain/query", {}, number.to_string()])).collect()
        }
        "x:Domain/get with 501 ids" => json!([["x:Domain/get", {"ids": ids}, "0"]]),
        "x:Domain/set with 501 ids in destroy" => json!([["x:Domain/set", {"destroy": ids}, "0"]]),
        other => panic!("{other}"),
    }
}

/// The request with the simulator's ids in the places where ids stand.
fn mapped(value: &Value, ids: &BTreeMap<String, String>) -> Value {
    let id = |text: &str| ids.get(text).map_or(text, String::as_str).to_owned();
    match value {
        Value::Object(fields) => Value::Object(
            fields
                .iter()
                .map(|(name, field)| match (name.as_str(), field) {
                    ("ids" | "destroy", Value::Array(list)) => {
                        let list =
                            list.iter().map(|entry| entry.as_str().map_or(entry.clone(), |e| id(e).into()));
                        (name.clone(), list.collect())
                    }
                    ("domainId" | "anchor", Value::String(text)) => (name.clone(), id(text).into()),
                    ("update", Value::Object(patches)) => {
                        let patches: Map<_, _> =
                            patches.iter().map(|(of, patch)| (id(of), patch.clone())).collect();
                        (name.clone(), patches.into())
                    }
                    _ => (name.clone(), mapped(field, ids)),
                })
                .collect(),
        ),
        Value::Array(entries) => entries.iter().map(|entry| mapped(entry, ids)).collect(),
        other => other.clone(),
    }
}

/// Notes which of the simulator's ids stands for which recorded one: those of creates and of key queries.
fn learn(recorded: &Value, actual: &Value, ids: &mut BTreeMap<String, String>) {
    let (Some(recorded), Some(actual)) =
        (recorded["methodResponses"].as_array(), actual["methodResponses"].as_array())
    else {
        return;
    };
    for (recorded, actual) in recorded.iter().zip(actual) {
        for (name, made) in recorded[1]["created"].as_object().into_iter().flatten() {
            if let (Some(theirs), Some(ours)) =
                (made["id"].as_str(), actual[1]["created"][name]["id"].as_str())
            {
                ids.insert(theirs.to_owned(), ours.to_owned());
            }
        }
        if recorded[0] == "x:DkimSignature/query"
            && let (Some(theirs), Some(ours)) = (recorded[1]["ids"].as_array(), actual[1]["ids"].as_array())
        {
            for (theirs, ours) in theirs.iter().zip(ours) {
                ids.insert(theirs.as_str().unwrap().to_owned(), ours.as_str().unwrap().to_owned());
            }
        }
    }
}

/// Where in the request a value stands depends on how its JSON was written.
fn without_place(field: &Value) -> Value {
    let place = field.as_str().and_then(|text| text.find(" at line 1 column ").map(|at| text[..at].into()));
    place.unwrap_or_else(|| field.clone())
}

fn compare(recorded: &Value, actual: &Value, at: &str, ids: &BTreeMap<String, String>) -> Result<(), String> {
    match (recorded, actual) {
        (Value::Object(theirs), Value::Object(ours)) => {
            // Only these maps have ids as names; `created` has the names that the request gave.
            let by_id = ["/updated", "/notUpdated", "/notDestroyed"].iter().any(|map| at.ends_with(map));
            let id = |name: &String| match ids.get(name) {
                Some(ours) if by_id => ours.clone(),
                _ => name.clone(),
            };
            let mut wanted: Vec<String> = theirs.keys().map(id).collect();
            wanted.sort();
            let have: Vec<String> = ours.keys().cloned().collect();
            if wanted != have {
                return Err(format!("{at}: keys {have:?} instead of {wanted:?}"));
            }
            for (name, field) in theirs {
                let ours = &ours[&id(name)];
                let field = &without_place(field);
                if EXACT.contains(&name.as_str()) && field.is_string() | field.is_number() && field != ours {
                    return Err(format!("{at}/{name}: {ours} instead of {field}"));
                }
                compare(field, ours, &format!("{at}/{name}"), ids)?;
            }
            Ok(())
        }
        (Value::Array(theirs), Value::Array(ours)) => {
            // The simulator has fewer permissions than the server on purpose.
            if theirs.len() != ours.len() && at != "/permissions" {
                return Err(format!("{at}: {} entries instead of {}", ours.len(), theirs.len()));
            }
            for (index, (theirs, ours)) in theirs.iter().zip(ours).enumerate() {
                compare(theirs, ours, &format!("{at}/{index}"), ids)?;
            }
            Ok(())
        }
        _ if std::mem::discriminant(recorded) == std::mem::discriminant(actual) => Ok(()),
        _ => Err(format!("{at}: {actual} instead of {recorded}")),
    }
}
