//! Replays recorded requests against the simulator and compares the answers: same status, same keys everywhere,
//! same lengths of lists, same error types. Ids and secrets are mapped as the recorded answers hand them out. Where
//! mail was sent or somebody signed in by IMAP, the simulator's stand-ins are asked.

use std::collections::BTreeMap;
use std::time::Duration;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use outbound::{Call, Client, Method, Options};
use serde_json::{Map, Value, json};
use simulator::Step;
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::TcpStream;

use super::Rig;
use super::fidelity::dezkys;
use super::staging::{do_left_out, prepare};

/// Words whose value must be the same, not only there.
const EXACT: [&str; 8] = ["type", "description", "object", "@type", "status", "limit", "total", "position"];

/// Sends what a file recorded to a simulator of its own.
pub async fn replay(file: &str) -> Vec<Step> {
    let recorded = recorded(file);
    let rig = Rig::start().await;
    let client = patient(&rig.sim.origin);
    let mut names = Names::default();
    let mut steps = Vec::new();
    prepare(&rig, file).await;
    for (index, step) in recorded.iter().enumerate() {
        let name = step["name"].as_str().unwrap().to_owned();
        if !name.contains("at once") {
            rig.clock.advance(Duration::from_secs(2));
        }
        let (request, wanted) = (&step["request"], &step["response"]);
        let has_path = request["path"].as_str().is_some_and(|path| path.starts_with('/'));
        let is_call = has_path && wanted["status"].is_number() && wanted["body"]["note"].is_null();
        let difference = if is_call {
            let (status, body) = answer_to(&rig, &client, &name, request, &names).await;
            names.learn(&wanted["body"], &body);
            if wanted["status"] == status {
                compare_bodies(&wanted["body"], &body, &names).err()
            } else {
                Some(format!("status {status}"))
            }
        } else {
            stand_in(&client, request, wanted).await.err()
        };
        do_left_out(&rig, &name, &recorded[index + 1..]).await;
        let calls = dezkys(request).filter(|_| is_call).unwrap_or_default().into_iter().collect();
        steps.push(Step { name, calls, difference });
    }
    steps
}

fn recorded(file: &str) -> Vec<Value> {
    let path = format!("{}/tests/transcripts/{file}", env!("CARGO_MANIFEST_DIR"));
    serde_json::from_slice(&std::fs::read(path).unwrap()).unwrap()
}

/// Sends mail and signs in without SMTP and IMAP.
async fn stand_in(client: &Client, request: &Value, wanted: &Value) -> Result<(), String> {
    let body = &request["body"];
    match request["method"].as_str() {
        Some("SMTP") if wanted["body"]["error"].is_null() => {
            let mail = json!({"from": body["from"], "to": body["to"]});
            let call = Call::new(Method::Post, "/_sim/deliver").json(&mail);
            let answer: Value = client.send(call).await.unwrap().json().unwrap();
            for copy in answer["copies"].as_array().unwrap() {
                let reply = &wanted["body"][format!("RCPT {}", copy["to"].as_str().unwrap())];
                let was_refused = reply.as_str().unwrap().starts_with("550");
                if was_refused != (copy["outcome"] == "refused") || was_refused && *reply != copy["why"] {
                    return Err(format!("{copy} instead of {reply}"));
                }
            }
            Ok(())
        }
        Some("IMAP LOGIN") => {
            let (user, password) = (body["username"].as_str().unwrap(), body["password"].as_str().unwrap());
            let call = Call::get("/jmap/session").basic(user, password.into());
            let status = client.send(call).await.unwrap().status;
            let reply = match status {
                200 => "OK",
                401 => "NO",
                _ => "CLOSED",
            };
            if wanted["status"] == reply { Ok(()) } else { Err(format!("{status}, a {reply}")) }
        }
        _ => Err("no call of this API".to_owned()),
    }
}

/// Which of the simulator's ids and secrets stand for which recorded ones; each object type counts for itself.
#[derive(Default)]
struct Names {
    ids: BTreeMap<(String, String), String>,
    secrets: BTreeMap<String, String>,
}

impl Names {
    fn id(&self, object: &str, id: &str) -> String {
        self.ids.get(&(object.to_owned(), id.to_owned())).map_or(id, String::as_str).to_owned()
    }

    /// Those of creates and of key queries.
    fn learn(&mut self, recorded: &Value, actual: &Value) {
        let (Some(recorded), Some(actual)) =
            (recorded["methodResponses"].as_array(), actual["methodResponses"].as_array())
        else {
            return;
        };
        for (recorded, actual) in recorded.iter().zip(actual) {
            let object = object_of(&recorded[0]);
            for (name, made) in recorded[1]["created"].as_object().into_iter().flatten() {
                let ours = &actual[1]["created"][name];
                if let (Some(theirs), Some(ours)) = (made["id"].as_str(), ours["id"].as_str()) {
                    self.ids.insert((object.to_owned(), theirs.to_owned()), ours.to_owned());
                }
                if let (Some(theirs), Some(ours)) = (made["secret"].as_str(), ours["secret"].as_str()) {
                    self.secrets.insert(theirs.to_owned(), ours.to_owned());
                }
            }
            if recorded[0] == "x:DkimSignature/query"
                && let (Some(theirs), Some(ours)) =
                    (recorded[1]["ids"].as_array(), actual[1]["ids"].as_array())
            {
                for (theirs, ours) in theirs.iter().zip(ours) {
                    let theirs = theirs.as_str().unwrap().to_owned();
                    self.ids.insert((object.to_owned(), theirs), ours.as_str().unwrap().to_owned());
                }
            }
        }
    }

    fn secret<'a>(&'a self, recorded: &'a str) -> &'a str {
        self.secrets.get(recorded).map_or(recorded, String::as_str)
    }

    /// The header with the simulator's secret in the place of a recorded one.
    fn basic(&self, value: &str) -> String {
        let pair = value.strip_prefix("Basic ").and_then(|text| STANDARD.decode(text).ok());
        let pair = pair.map(|bytes| String::from_utf8(bytes).unwrap());
        let Some((user, secret)) = pair.as_deref().and_then(|pair| pair.split_once(':')) else {
            return value.to_owned();
        };
        format!("Basic {}", STANDARD.encode(format!("{user}:{}", self.secret(secret))))
    }
}

/// The type that a method is about.
fn object_of(method: &Value) -> &str {
    let name = method.as_str().unwrap_or_default();
    name.strip_prefix("x:").and_then(|name| name.split_once('/')).map_or("", |(object, _)| object)
}

fn patient(origin: &str) -> Client {
    Client::new("Stalwart", origin.parse().unwrap(), Options::default()).unwrap()
}

async fn answer_to(rig: &Rig, client: &Client, name: &str, request: &Value, names: &Names) -> (u16, Value) {
    if name == "no content type" {
        return without_content_type(&rig.sim.origin, request).await;
    }
    match client.send(call_of(request, names)).await {
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

fn call_of(request: &Value, names: &Names) -> Call {
    let method = match request["method"].as_str().unwrap() {
        "POST" => Method::Post,
        _ => Method::Get,
    };
    let mut call = Call::new(method, request["path"].as_str().unwrap());
    if let Some(value) = request["headers"]["Authorization"].as_str() {
        call = match value.strip_prefix("Bearer ") {
            Some(key) => call.bearer(names.secret(key).into()),
            None => call.header("authorization", names.basic(value)),
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
        (body, None) => call.json(&mapped_body(body, names)),
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
fn mapped_body(body: &Value, names: &Names) -> Value {
    let mut body = body.clone();
    for call in body["methodCalls"].as_array_mut().into_iter().flatten() {
        if let Some([method, arguments, ..]) = call.as_array_mut().map(Vec::as_mut_slice) {
            *arguments = mapped(arguments, object_of(method), names);
        }
    }
    body
}

fn mapped(value: &Value, object: &str, names: &Names) -> Value {
    match value {
        Value::Object(fields) => match fields.get("...").and_then(Value::as_str).and_then(many) {
            Some(many) => many,
            None => Value::Object(
                fields
                    .iter()
                    .map(|(name, field)| match (name.as_str(), field) {
                        ("ids" | "destroy", Value::Array(list)) => {
                            let id = |entry: &Value| {
                                entry.as_str().map_or(entry.clone(), |id| names.id(object, id).into())
                            };
                            (name.clone(), list.iter().map(id).collect())
                        }
                        ("domainId", Value::String(text)) => (name.clone(), names.id("Domain", text).into()),
                        ("anchor", Value::String(text)) => (name.clone(), names.id(object, text).into()),
                        ("update", Value::Object(patches)) => {
                            let patches: Map<_, _> = patches
                                .iter()
                                .map(|(of, patch)| (names.id(object, of), mapped(patch, object, names)))
                                .collect();
                            (name.clone(), patches.into())
                        }
                        _ => (name.clone(), mapped(field, object, names)),
                    })
                    .collect(),
            ),
        },
        Value::Array(entries) => entries.iter().map(|entry| mapped(entry, object, names)).collect(),
        other => other.clone(),
    }
}

/// Recipients and permissions that are only described.
fn many(note: &str) -> Option<Value> {
    if note == "the 22 permissions of the first key and every one of the role named User" {
        return Some(of_managers_and_users());
    }
    let (count, _) = note.strip_prefix('(')?.split_once(" recipients ")?;
    let count: usize = count.parse().ok()?;
    let address = |number: usize| match note {
        "(3000 recipients in the real request)" => format!("member-{number}@elsewhere.example.org"),
        _ => format!("{number:064}@elsewhere.example.org"),
    };
    Some(Value::Object((0..count).map(|number| (address(number), Value::Bool(true))).collect()))
}

fn of_managers_and_users() -> Value {
    let first = recorded("16-limited-keys.json").swap_remove(0);
    let key = &first["request"]["body"]["methodCalls"][0][1]["create"]["k"];
    let mut names = key["permissions"]["permissions"].as_object().unwrap().clone();
    let steps = recorded("07-groups-roles-tenants.json");
    let roles = steps.iter().find(|step| step["name"] == "roles: all").unwrap();
    let roles = roles["response"]["body"]["methodResponses"][0][1]["list"].as_array().unwrap();
    let user = roles.iter().find(|role| role["description"] == "User").unwrap();
    names.extend(user["enabledPermissions"].as_object().unwrap().clone());
    names.into()
}

/// Where in the request a value stands depends on how its JSON was written.
fn without_place(field: &Value) -> Value {
    let place = field.as_str().and_then(|text| text.find(" at line 1 column ").map(|at| text[..at].into()));
    place.unwrap_or_else(|| field.clone())
}

/// Compares answers, each method's with ids of its own type.
fn compare_bodies(recorded: &Value, actual: &Value, names: &Names) -> Result<(), String> {
    let (Some(theirs), Some(ours)) =
        (recorded["methodResponses"].as_array(), actual["methodResponses"].as_array())
    else {
        return compare(recorded, actual, "", &|id| id.clone());
    };
    if theirs.len() != ours.len() {
        return Err(format!("{} responses instead of {}", ours.len(), theirs.len()));
    }
    for (index, (theirs, ours)) in theirs.iter().zip(ours).enumerate() {
        let object = object_of(&theirs[0]);
        compare(theirs, ours, &format!("/{index}"), &|id| names.id(object, id))?;
    }
    let others = |body: &Value| {
        let mut others = body.clone();
        others["methodResponses"] = Value::Null;
        others
    };
    compare(&others(recorded), &others(actual), "", &|id| id.clone())
}

fn compare(
    recorded: &Value,
    actual: &Value,
    at: &str,
    mapped: &dyn Fn(&String) -> String,
) -> Result<(), String> {
    match (recorded, actual) {
        (Value::Object(theirs), Value::Object(ours)) => {
            // Only these maps have ids as names; `created` has the names that the request gave.
            let by_id = ["/updated", "/notUpdated", "/notDestroyed"].iter().any(|map| at.ends_with(map));
            let id = |name: &String| if by_id { mapped(name) } else { name.clone() };
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
                compare(field, ours, &format!("{at}/{name}"), mapped)?;
            }
            Ok(())
        }
        (Value::Array(theirs), Value::Array(ours)) => {
            if theirs.len() != ours.len() {
                return Err(format!("{at}: {} entries instead of {}", ours.len(), theirs.len()));
            }
            for (index, (theirs, ours)) in theirs.iter().zip(ours).enumerate() {
                compare(theirs, ours, &format!("{at}/{index}"), mapped)?;
            }
            Ok(())
        }
        _ if std::mem::discriminant(recorded) == std::mem::discriminant(actual) => Ok(()),
        _ => Err(format!("{at}: {actual} instead of {recorded}")),
    }
}
