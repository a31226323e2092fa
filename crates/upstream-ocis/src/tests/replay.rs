//! Replays recorded requests against the simulator and compares the answers: same status, same keys everywhere,
//! same lengths of lists, same names, codes and quotas. Ids are mapped as the recorded answers hand them out.

use std::collections::BTreeMap;
use std::time::Duration;

use kernel::Clock;
use outbound::{Answer, Call, Method};
use serde_json::{Value, json};
use simulator::{Running, State as _};

use super::{client_of, clock, setup, start};
use crate::sim::{Setup, World};

const ADMIN: &str = "00000000-0000-4000-8000-0000000000ad";
const ERIN: &str = "6cd9e726-7073-4c72-ae9b-3ba1401c6017";
const SERVICE: &str = "2c5482ca-6c52-46e9-971b-df40df40e717";
/// Words whose value must be the same, not only there.
const EXACT: [&str; 13] = [
    "appRoleId",
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

/// A recorded step, and what the simulator did otherwise.
pub struct Step {
    pub name: String,
    pub request: Value,
    /// False for what went to another host.
    pub is_ours: bool,
    pub difference: Option<String>,
}

/// Tokens of the recordings and the user names that their claim has.
const TOKENS: [(&str, &str); 27] = [
    ("access-token-of-admin", "admin"),
    ("fake-access-token-7", "svc-dezky"),
    ("fake-access-token-8", "svc-dezky"),
    ("erin", "erin"),
    ("access-token-of-svc-platform-api", "svc-platform-api"),
    ("access-token-to-be-revoked", "svc-platform-api"),
    ("fake-access-token-A1", "svc-platform-api"),
    ("fake-access-token-A2", "svc-platform-api"),
    ("fake-access-token-A4", "svc-platform-api"),
    ("fake-access-token-A5", "svc-platform-api"),
    ("fake-access-token-A11", "svc-platform-api"),
    ("fake-access-token-of-anna@tenant-a.example.test-1", "anna@tenant-a.example.test"),
    ("fake-access-token-of-anna@tenant-a.example.test-2", "anna@tenant-a.example.test"),
    ("fake-access-token-C3", "svc-platform-api"),
    ("fake-access-token-C4", "ak-dezky-files-client_credentials"),
    ("fake-access-token-C7", "svc-platform-api"),
    ("fake-access-token-D1", "admin"),
    ("fake-access-token-D2", "svc-platform-api"),
    ("fake-access-token-E1", "SVC-Platform-API"),
    ("fake-access-token-F1", UUID),
    ("fake-access-token-of-cleo@tenant-a.example.test-1", CLEO),
    ("refreshed-access-token-of-cleo", CLEO),
    ("fake-access-token-F2", "8f7c2f2e-look-alike"),
    ("fake-access-token-G1", "admin"),
    ("fake-access-token-G2", UUID),
    ("fake-access-token-G3", ""),
    ("basic", "admin"),
];
const ERINS_PASSWORD: &str = "Basic ZXJpbjpGYWtlLXVzZXItcGFzcy0x";
/// The service user's id at the issuer, and a person's.
const UUID: &str = "fe08d197-caf9-4290-8597-1ec73d0f8fe4";
const CLEO: &str = "c36aee2a-aa48-4d06-8642-24cc330cff42";
/// The accounts of the recording with a real issuer.
const BOOTSTRAP: &str = "11111111-0000-4000-8000-00000000000a";
const PLATFORM: &str = "3752fe0e-163e-4976-846f-88edd52a1a0d";
const ANNA: &str = "26900664-22d1-4d96-933a-a82fca580d60";
const GENERATED: &str = "e26f31ee-aae4-4b2d-a373-5bfeeb0627d0";

async fn recorded_server(clock: Clock, file: &str) -> Running<World> {
    let tokens = TOKENS.map(|(token, user)| (token.to_owned(), user.to_owned()));
    let sim = start(Setup {
        static_tokens: tokens.into_iter().collect(),
        admin_user: "admin".to_owned(),
        ..setup(clock, None)
    })
    .await;
    sim.store.write(|world| {
        let own = world.inventory()["users"][0]["id"].as_str().unwrap().to_owned();
        world.remove("users", &own);
        let accounts = [
            (ADMIN, "admin", "Admin", "Admin"),
            (ERIN, "erin", "Erin Example", "User"),
            ("88d52f91-c645-44fe-a204-d737c4562ba9", "frank", "Frank Example", "User"),
            (SERVICE, "svc-dezky", "Dezky control plane", "Admin"),
        ];
        let with_issuer = [(BOOTSTRAP, "admin", "Admin", "Admin")];
        for (id, name, display, role) in if file.starts_with("40") { &with_issuer[..] } else { &accounts[..] }
        {
            account(world, id, name, display, role);
        }
    });
    sim
}

fn account(world: &mut World, id: &str, name: &str, display: &str, role: &str) {
    let fields = json!({
        "onPremisesSamAccountName": name, "displayName": display, "role": role,
        "mail": format!("{name}@example.test"),
    });
    world.put("users", id, &fields).unwrap();
}

/// Sends what a file recorded to a simulator of its own.
pub async fn replay(file: &str) -> Vec<Step> {
    let path = format!("{}/tests/transcripts/{file}", env!("CARGO_MANIFEST_DIR"));
    let recorded: Vec<Value> = serde_json::from_slice(&std::fs::read(path).unwrap()).unwrap();
    let clock = clock();
    let sim = recorded_server(clock.clone(), file).await;
    let client = client_of("oCIS", &sim.origin);
    let mut ids = BTreeMap::new();
    let mut steps = Vec::new();
    for step in recorded {
        clock.advance(Duration::from_millis(1));
        let name = step["name"].as_str().unwrap().to_owned();
        let (request, wanted) = (&step["request"], &step["response"]);
        let path = request["path"].as_str().unwrap();
        let is_ours = request.get("base").is_none() && !path.starts_with("/application/");
        if name.starts_with("A: all drives") {
            // In the recording the administrator was there before, with a password.
            client.send(Call::get("/graph/v1.0/me").bearer("basic".into())).await.unwrap();
        }
        sim.store.write(|world| do_before(world, &name));
        let difference = if is_ours {
            let answer = client.send(call_of(request, &ids)).await.unwrap();
            let mut body: Value = serde_json::from_slice(&answer.body)
                .unwrap_or_else(|_| String::from_utf8_lossy(&answer.body).into_owned().into());
            let mut wanted = wanted.clone();
            if !path.contains("$orderby") {
                in_one_order(&mut body);
                in_one_order(&mut wanted["body"]);
            }
            learn(&wanted["body"], &body, &mut ids);
            compare_whole(&wanted, &answer, &body).err()
        } else {
            Some("not a call of this server's API".to_owned())
        };
        let difference =
            difference.map(|why| format!("({} {path}): {why}", request["method"].as_str().unwrap()));
        steps.push(Step { name: name.clone(), request: request.clone(), is_ours, difference });
        sim.store.write(|world| do_left_out(world, &name, &ids));
    }
    steps
}

/// Rows come in a random order unless the request asks for one (README section 6).
fn in_one_order(body: &mut Value) {
    if let Some(rows) = body.get_mut("value").and_then(Value::as_array_mut) {
        rows.sort_by_key(|row| row["driveAlias"].to_string());
    }
}

fn compare_whole(wanted: &Value, answer: &Answer, body: &Value) -> Result<(), String> {
    if wanted["status"] != answer.status {
        return Err(format!("status {}", answer.status));
    }
    // Which schemes a challenge offers is a matter of settings; whether there is one tells why.
    let challenged = !wanted["headers"]["www-authenticate"].is_null();
    if challenged != answer.header("www-authenticate").is_some() {
        return Err(format!("challenged: {} instead of {challenged}", !challenged));
    }
    let kind = wanted["headers"]["content-type"].as_str();
    if kind.is_some() && kind != answer.header("content-type") {
        return Err(format!("content-type {:?} instead of {kind:?}", answer.header("content-type")));
    }
    compare(&wanted["body"], body, "")
}

/// The recording with a real issuer began anew several times, with other accounts.
fn do_before(world: &mut World, step: &str) {
    let starts_anew = [
        "D: first start without basic auth, OCIS_ADMIN_USER_ID chosen",
        "E: own claim, one start, no basic auth",
    ];
    if starts_anew.iter().any(|start| step.starts_with(start)) {
        account(world, BOOTSTRAP, "admin", "Admin", "Admin");
    }
    let role = |world: &mut World, role: &str| world.put("users", BOOTSTRAP, &json!({"role": role})).unwrap();
    match step {
        step if step.starts_with("D: third way: OCIS_ADMIN_USER_ID empty") => role(world, "User"),
        step if step.starts_with("D: restart with OCIS_ADMIN_USER_ID = that id") => role(world, "Admin"),
        _ => {}
    }
}

/// Does behind the simulator's back what a recorded step did that it leaves out and that later steps show.
fn do_left_out(world: &mut World, step: &str, ids: &BTreeMap<String, String>) {
    let mut rename = |name: &str| {
        world.put("users", BOOTSTRAP, &json!({"onPremisesSamAccountName": name})).unwrap();
    };
    match step {
        "deleting a user removes the personal drive" => assert!(world.remove("users", ERIN)),
        "make the tenant user manager of the space" => {
            let members = json!({SERVICE: "manager", "5899ea1a-fb3f-496f-b8dd-c966be46ab60": "manager"});
            let (_, space) = ids.iter().find(|(recorded, _)| recorded.contains("$0b09ec5a")).unwrap();
            world.put("drives", space, &json!({"members": members})).unwrap();
        }
        "take the admin role away from the service user" => {
            world.put("users", SERVICE, &json!({"role": "User"})).unwrap();
        }
        "A: bootstrap with basic auth: role Admin" => {
            account(world, PLATFORM, "svc-platform-api", "Dezky platform", "Admin");
        }
        "A: the bootstrap admin can be deleted" => assert!(world.remove("users", BOOTSTRAP)),
        "B: oCIS: create the account with the same user name" => {
            account(world, ANNA, "anna@tenant-a.example.test", "Anna A", "User");
        }
        "B: service user adds anna as editor" => {
            let (_, space) = ids.iter().find(|(recorded, _)| recorded.contains("$d700a15e")).unwrap();
            world.put("drives", space, &json!({"members": {PLATFORM: "manager", ANNA: "editor"}})).unwrap();
        }
        "B: oCIS: disable the account" | "B: off-boarding: disable in oCIS" => {
            world.put("users", ANNA, &json!({"accountEnabled": false})).unwrap();
        }
        "B: oCIS: enable" => world.put("users", ANNA, &json!({"accountEnabled": true})).unwrap(),
        "B: off-boarding: delete in oCIS" => assert!(world.remove("users", ANNA)),
        "C: make it Admin" => account(world, GENERATED, "ak-dezky-files-client_credentials", "ak", "Admin"),
        "C: delete the account again" => assert!(world.remove("users", GENERATED)),
        // The next sections of the recording have a server of their own each.
        "C: public: client credentials with nothing but the client id" => {
            assert!(world.remove("users", PLATFORM));
        }
        "D: it renames its own account" => rename("svc-platform-api"),
        step if step.starts_with("E: claim sub: first start") => rename(UUID),
        "E: claim sub: account of a person, user name = Authentik uuid" => {
            account(world, "c7", CLEO, "Cleo C", "User");
        }
        "E: own claim: the account takes the uuid as its user name" => rename(UUID),
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
            // The simulator has no passwords; Erin's calls are made with a token of hers.
            ("authorization", None) if value == ERINS_PASSWORD => call.bearer("erin".into()),
            ("authorization", None) => call.header("authorization", value.to_owned()),
            ("x-requested-with", _) => call.header("x-requested-with", value),
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
