//! Replays recorded requests against the simulator and compares the answers: same status, same keys everywhere,
//! same lengths of lists, same error types. Ids are mapped as the recorded answers hand them out.

use std::collections::BTreeMap;
use std::time::Duration;

use outbound::{Call, Method};
use serde_json::{Map, Value, json};
use simulator::State as _;

use super::{Rig, client_of};
use crate::sim::World;

/// Words whose value must be the same, not only there.
const EXACT: [&str; 8] = ["type", "description", "object", "@type", "status", "limit", "total", "position"];

#[tokio::test]
async fn domains_answer_as_recorded() {
    let report = replay("03-domains.json").await;
    report.print();
    assert_eq!(report.differ, Vec::<String>::new());
}

#[tokio::test]
async fn sessions_and_request_errors_answer_as_recorded() {
    for (file, at_least) in [("02-auth-and-session.json", 18), ("11-request-errors.json", 21)] {
        let report = replay(file).await;
        report.print();
        assert!(report.same >= at_least, "{:?}", report.differ);
    }
}

struct Report {
    file: &'static str,
    same: usize,
    differ: Vec<String>,
}

impl Report {
    fn print(&self) {
        let all = self.same + self.differ.len();
        println!("{}: {}/{all} reproduced", self.file, self.same);
        for step in &self.differ {
            println!("  not reproduced: {step}");
        }
    }
}

async fn replay(file: &'static str) -> Report {
    let path = format!("{}/tests/transcripts/{file}", env!("CARGO_MANIFEST_DIR"));
    let steps: Vec<Value> = serde_json::from_slice(&std::fs::read(path).unwrap()).unwrap();
    let rig = Rig::start().await;
    if file.starts_with("11") {
        // What the recorded server has at that point of its one long run.
        for (id, name) in [("c", "acme-widgets.test"), ("d", "renamed-options.test")] {
            let seed = |world: &mut World| world.put("domains", id, &json!({"name": name}));
            rig.sim.store.write(seed).unwrap();
        }
    }
    let client = client_of(&rig.sim.origin);
    let mut ids = BTreeMap::new();
    let mut report = Report { file, same: 0, differ: Vec::new() };
    for step in &steps {
        let name = step["name"].as_str().unwrap();
        if !name.contains("at once") {
            rig.clock.advance(Duration::from_secs(2));
        }
        let (status, body) = match client.send(call_of(&step["request"], &ids)).await {
            Ok(answer) => {
                let body = serde_json::from_slice(&answer.body)
                    .unwrap_or_else(|_| String::from_utf8_lossy(&answer.body).into_owned().into());
                (answer.status, body)
            }
            Err(_) => (0, Value::from("connection closed by the server without an answer")),
        };
        let recorded = &step["response"];
        learn(&recorded["body"], &body, &mut ids);
        let outcome = if recorded["status"] == status {
            compare(&recorded["body"], &body, "", &ids)
        } else {
            Err(format!("status {status}"))
        };
        match outcome {
            Ok(()) => report.same += 1,
            Err(why) => report.differ.push(format!("{name}: {why}")),
        }
    }
    report
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
    match &request["body"] {
        Value::Null => call,
        body => call.json(&mapped(body, ids)),
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
