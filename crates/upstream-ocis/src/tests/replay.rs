//! Replays recorded requests against the simulator and compares the answers: same status, same keys everywhere,
//! same lengths of lists, same names, codes and quotas. Ids are mapped as the recorded answers hand them out.

use std::collections::BTreeMap;
use std::time::Duration;

use kernel::Clock;
use outbound::{Call, Method};
use serde_json::{Value, json};
use simulator::{Running, State as _};

use super::{client_of, clock, setup, start};
use crate::sim::{Setup, World};

const ADMIN: &str = "00000000-0000-4000-8000-0000000000ad";
const ERIN: &str = "6cd9e726-7073-4c72-ae9b-3ba1401c6017";
const SERVICE: &str = "2c5482ca-6c52-46e9-971b-df40df40e717";
/// Words whose value must be the same, not only there.
const EXACT: [&str; 12] = [
    "code",
    "message",
    "name",
    "description",
    "driveAlias",
    "driveType",
    "state",
    "total",
    "used",
    "remaining",
    "roles",
    "onPremisesSamAccountName",
];

#[tokio::test]
async fn drives_live_as_recorded() {
    let report = replay("06-drives-project-lifecycle.json").await;
    assert_eq!(report.differ, Vec::<String>::new());
}

#[tokio::test]
async fn drives_are_listed_as_recorded() {
    let report = replay("07-drives-listing.json").await;
    assert_left_out(&report);
}

#[tokio::test]
async fn the_service_user_is_served_as_recorded() {
    let report = replay("13-service-user.json").await;
    assert_left_out(&report);
}

/// All that differs is what the simulator leaves out: changing users, the beta API, the built-in issuer.
fn assert_left_out(report: &Report) {
    let left_out = |step: &&String| {
        ["(/graph/v1.0/users", "(/graph/v1beta1/", "(/signin/", "(/konnect/"]
            .iter()
            .any(|address| step.contains(address))
    };
    let differ: Vec<&String> = report.differ.iter().filter(|step| !left_out(step)).collect();
    assert!(differ.is_empty(), "{differ:?}");
}

struct Report {
    differ: Vec<String>,
}

async fn recorded_server(clock: Clock) -> Running<World> {
    let tokens = [
        ("access-token-of-admin", "admin"),
        ("fake-access-token-7", "svc-dezky"),
        ("fake-access-token-8", "svc-dezky"),
        ("erin", "erin"),
    ];
    let tokens = tokens.map(|(token, user)| (token.to_owned(), user.to_owned()));
    let sim = start(Setup {
        static_tokens: tokens.into_iter().collect(),
        admin_user: "admin".to_owned(),
        ..setup(clock, None)
    })
    .await;
    sim.store.write(|world| {
        let own = world.inventory()["users"][0]["id"].as_str().unwrap().to_owned();
        world.remove("users", &own);
        for (id, name, display, role) in [
            (ADMIN, "admin", "Admin", "Admin"),
            (ERIN, "erin", "Erin Example", "User"),
            ("88d52f91-c645-44fe-a204-d737c4562ba9", "frank", "Frank Example", "User"),
            (SERVICE, "svc-dezky", "Dezky control plane", "Admin"),
        ] {
            let fields = json!({
                "onPremisesSamAccountName": name, "displayName": display, "role": role,
                "mail": format!("{name}@example.test"),
            });
            world.put("users", id, &fields).unwrap();
        }
    });
    sim
}

async fn replay(file: &str) -> Report {
    let path = format!("{}/tests/transcripts/{file}", env!("CARGO_MANIFEST_DIR"));
    let steps: Vec<Value> = serde_json::from_slice(&std::fs::read(path).unwrap()).unwrap();
    let clock = clock();
    let sim = recorded_server(clock.clone()).await;
    let client = client_of("oCIS", &sim.origin);
    let mut ids = BTreeMap::new();
    let mut differ = Vec::new();
    for step in &steps {
        clock.advance(Duration::from_millis(1));
        let (request, recorded) = (&step["request"], &step["response"]);
        let answer = client.send(call_of(request, &ids)).await.unwrap();
        let body: Value = serde_json::from_slice(&answer.body)
            .unwrap_or_else(|_| String::from_utf8_lossy(&answer.body).into_owned().into());
        learn(&recorded["body"], &body, &mut ids);
        let outcome = if recorded["status"] == answer.status {
            compare(&recorded["body"], &body, "")
        } else {
            Err(format!("status {}", answer.status))
        };
        if let Err(why) = outcome {
            let (name, path) = (step["name"].as_str().unwrap(), request["path"].as_str().unwrap());
            differ.push(format!("{name} ({path}): {why}"));
        }
        sim.store.write(|world| do_left_out(world, step["name"].as_str().unwrap(), &ids));
    }
    println!("{file}: {}/{} reproduced", steps.len() - differ.len(), steps.len());
    for step in &differ {
        println!("  not reproduced: {step}");
    }
    Report { differ }
}

/// Does behind the simulator's back what a recorded step did that it leaves out and that later steps show.
fn do_left_out(world: &mut World, step: &str, ids: &BTreeMap<String, String>) {
    match step {
        "deleting a user removes the personal drive" => {
            assert!(world.remove("users", ERIN));
        }
        "make the tenant user manager of the space" => {
            let members = json!({SERVICE: "manager", "5899ea1a-fb3f-496f-b8dd-c966be46ab60": "manager"});
            let (_, space) = ids.iter().find(|(recorded, _)| recorded.contains("$0b09ec5a")).unwrap();
            world.put("drives", space, &json!({"members": members})).unwrap();
        }
        "take the admin role away from the service user" => {
            world.put("users", SERVICE, &json!({"role": "User"})).unwrap();
        }
        _ => {}
    }
}

fn call_of(request: &Value, ids: &BTreeMap<String, String>) -> Call {
    let method = match request["method"].as_str().unwrap() {
        "POST" => Method::Post,
        "PATCH" => Method::Patch,
        "DELETE" => Method::Delete,
        _ => Method::Get,
    };
    let mut path = request["path"].as_str().unwrap().to_owned();
    for (theirs, ours) in ids {
        path = path.replace(theirs, ours);
        path = path.replace(&theirs.replace('$', "%24"), &ours.replace('$', "%24"));
    }
    let mut call = Call::new(method, path);
    for (header, value) in request["headers"].as_object().into_iter().flatten() {
        let value = value.as_str().unwrap();
        call = match (header.as_str(), value.strip_prefix("Bearer ")) {
            ("authorization", Some(token)) => call.bearer(token.into()),
            // The only basic credential in these files is Erin's.
            ("authorization", None) => call.bearer("erin".into()),
            ("purge", _) => call.header("purge", value),
            ("restore", _) => call.header("restore", value),
            _ => call,
        };
    }
    match &request["body"] {
        Value::Null => call,
        body => call.json(body),
    }
}

/// Notes which of the simulator's drive ids stands for which recorded one.
fn learn(recorded: &Value, actual: &Value, ids: &mut BTreeMap<String, String>) {
    if let (Some(theirs), Some(ours)) = (recorded["value"].as_array(), actual["value"].as_array()) {
        for (theirs, ours) in theirs.iter().zip(ours) {
            learn(theirs, ours, ids);
        }
    }
    let same = recorded["driveAlias"] == actual["driveAlias"] && recorded["driveType"].is_string();
    if let (true, Some(theirs), Some(ours)) = (same, recorded["id"].as_str(), actual["id"].as_str()) {
        ids.insert(theirs.to_owned(), ours.to_owned());
    }
}

fn compare(recorded: &Value, actual: &Value, at: &str) -> Result<(), String> {
    match (recorded, actual) {
        (Value::Object(theirs), Value::Object(ours)) => {
            let (wanted, have): (Vec<_>, Vec<_>) = (theirs.keys().collect(), ours.keys().collect());
            if wanted != have {
                return Err(format!("{at}: keys {have:?} instead of {wanted:?}"));
            }
            for (name, field) in theirs {
                let ours = &ours[name];
                if EXACT.contains(&name.as_str()) && !field.is_object() && field != ours {
                    return Err(format!("{at}/{name}: {ours} instead of {field}"));
                }
                compare(field, ours, &format!("{at}/{name}"))?;
            }
            Ok(())
        }
        (Value::Array(theirs), Value::Array(ours)) => {
            if theirs.len() != ours.len() {
                return Err(format!("{at}: {} entries instead of {}", ours.len(), theirs.len()));
            }
            for (index, (theirs, ours)) in theirs.iter().zip(ours).enumerate() {
                compare(theirs, ours, &format!("{at}/{index}"))?;
            }
            Ok(())
        }
        _ if std::mem::discriminant(recorded) == std::mem::discriminant(actual) => Ok(()),
        _ => Err(format!("{at}: {actual} instead of {recorded}")),
    }
}
