//! How much of each recorded file the simulator reproduces: all of the calls that Dezky makes, and `fidelity.txt`
//! says so in numbers.

use std::collections::BTreeSet;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use serde_json::{Map, Value, json};
use simulator::Fidelity;

use super::replay::replay;

const FILES: [&str; 13] = [
    "02-auth-and-session.json",
    "03-domains.json",
    "04-accounts.json",
    "05-aliases.json",
    "06-mailing-lists.json",
    "07-groups-roles-tenants.json",
    "08-app-passwords-and-keys.json",
    "09-mail-flow-and-usage.json",
    "10-freeze-and-restore.json",
    "11-request-errors.json",
    "14-dkim-destroy-concurrency.json",
    "15-oauth-token.json",
    "16-limited-keys.json",
];
/// The methods that the client calls, and which parts of a set it uses.
const METHODS: [(&str, &[&str]); 20] = [
    ("x:Domain/query", &[]),
    ("x:Domain/get", &[]),
    ("x:Domain/set", &["create", "update", "destroy"]),
    ("x:DkimSignature/query", &[]),
    ("x:DkimSignature/get", &[]),
    ("x:DkimSignature/set", &["destroy"]),
    ("x:Account/query", &[]),
    ("x:Account/get", &[]),
    ("x:Account/set", &["create", "update", "destroy"]),
    ("x:MailingList/query", &[]),
    ("x:MailingList/get", &[]),
    ("x:MailingList/set", &["create", "update", "destroy"]),
    ("x:AppPassword/get", &[]),
    ("x:AppPassword/set", &["create", "destroy"]),
    ("x:ApiKey/query", &[]),
    ("x:ApiKey/get", &[]),
    ("x:ApiKey/set", &["create", "destroy"]),
    ("x:Role/get", &[]),
    ("x:Authentication/get", &[]),
    ("x:SystemSettings/get", &[]),
];
/// Properties that Dezky neither writes nor asks for.
const LEFT_ALONE: [&str; 2] = ["roleIds", "memberTenantId"];

#[tokio::test]
async fn all_of_dezkys_calls_answer_as_recorded() {
    let mut fidelity = Fidelity::default();
    for file in FILES {
        fidelity.add(file, &replay(file).await);
    }
    fidelity.check(include_str!("../../tests/fidelity.txt"));
}

/// The calls in a request when Dezky makes all of them, by their names; nothing otherwise.
pub fn dezkys(request: &Value) -> Option<BTreeSet<String>> {
    let with_key =
        request["headers"]["Authorization"].as_str().is_some_and(|it| it.starts_with("Bearer API_"));
    match (request["method"].as_str()?, request["path"].as_str()?) {
        ("GET", "/jmap/session") if is_member(request) => {
            Some(BTreeSet::from(["GET /jmap/session, as a member".to_owned()]))
        }
        ("GET", "/jmap/session") if with_key => {
            Some(BTreeSet::from(["GET /jmap/session, with a key".to_owned()]))
        }
        ("GET", path @ "/api/account") => Some(BTreeSet::from([format!("GET {path}")])),
        ("POST", "/jmap") if !is_member(request) => {
            let Some(calls) = request["body"]["methodCalls"].as_array().filter(|calls| !calls.is_empty())
            else {
                return Some(BTreeSet::from(["POST /jmap, beyond a limit or malformed".to_owned()]));
            };
            let names: Option<Vec<Vec<String>>> = calls.iter().map(method).collect();
            Some(names?.into_iter().flatten().collect())
        }
        _ => None,
    }
}

/// Whether a person signs in by a password: not one of the server's own accounts.
fn is_member(request: &Value) -> bool {
    let pair = request["headers"]["Authorization"].as_str().and_then(|value| value.strip_prefix("Basic "));
    let pair = pair.and_then(|text| STANDARD.decode(text).ok());
    pair.and_then(|pair| String::from_utf8(pair).ok()).is_some_and(|pair| !pair.contains("@example.test:"))
}

fn method(call: &Value) -> Option<Vec<String>> {
    let (name, parts) = METHODS.into_iter().find(|(name, _)| call[0] == *name)?;
    if names(&call[1], &LEFT_ALONE) {
        return None;
    }
    let arguments = call[1].as_object();
    let given: Vec<&str> = ["create", "update", "destroy"]
        .into_iter()
        .filter(|part| arguments.is_some_and(|given| has(given, part)))
        .collect();
    if given.iter().any(|part| !parts.contains(part)) {
        return None;
    }
    if given.is_empty() {
        return Some(vec![format!("POST /jmap {name}")]);
    }
    Some(given.into_iter().map(|part| format!("POST /jmap {name} {part}")).collect())
}

/// Whether any of these properties is in a value.
fn names(value: &Value, properties: &[&str]) -> bool {
    match value {
        Value::Object(fields) => {
            fields.iter().any(|(name, field)| properties.contains(&name.as_str()) || names(field, properties))
        }
        _ => false,
    }
}

fn has(arguments: &Map<String, Value>, part: &str) -> bool {
    arguments.contains_key(part) || arguments.contains_key(&format!("#{part}"))
}

#[test]
fn a_request_is_dezkys_when_each_of_its_calls_is() {
    let post = |calls: Value| json!({"method": "POST", "path": "/jmap", "body": {"methodCalls": calls}});
    let query = json!(["x:Domain/query", {}, "0"]);
    let keys = json!(["x:DkimSignature/set", {"create": {}}, "1"]);
    assert_eq!(dezkys(&post(json!([query]))).unwrap().len(), 1);
    assert!(dezkys(&post(json!([query, keys]))).is_none());
    let roles =
        json!(["x:Account/set", {"update": {"d": {"roles": {"@type": "Custom", "roleIds": {}}}}}, "1"]);
    assert!(dezkys(&post(json!([query, roles]))).is_none());
    assert!(dezkys(&json!({"method": "GET", "path": "/jmap/session"})).is_none());
}
