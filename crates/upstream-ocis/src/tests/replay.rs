//! Replays recorded requests against the simulator and compares the answers: same status, same keys everywhere,
//! same lengths of lists, same names, codes and quotas. Ids are mapped as the recorded answers hand them out.

use std::collections::BTreeMap;
use std::time::Duration;

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use outbound::{Answer, Call, Method};
use serde_json::Value;
use sha2::{Digest as _, Sha256};
use simulator::Step;

use super::fidelity::dezkys;
use super::recorded::{self, do_before, do_left_out};
use super::{client_of, clock};

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

/// Sends what a file recorded to a simulator of its own.
pub async fn replay(file: &str) -> Vec<Step> {
    let path = format!("{}/tests/transcripts/{file}", env!("CARGO_MANIFEST_DIR"));
    let recorded: Vec<Value> = serde_json::from_slice(&std::fs::read(path).unwrap()).unwrap();
    let clock = clock();
    let sim = recorded::server(clock.clone(), file, &recorded).await;
    let client = client_of("oCIS", &sim.origin);
    let mut ids = BTreeMap::new();
    let mut steps = Vec::new();
    for step in recorded {
        clock.advance(Duration::from_millis(1));
        let name = step["name"].as_str().unwrap().to_owned();
        let (request, wanted) = (&step["request"], &step["response"]);
        let path = request["path"].as_str().unwrap();
        let is_ours = request.get("base").is_none() && !path.starts_with("/application/");
        sim.store.write(|world| do_before(world, &name));
        let difference = if is_ours {
            let answer = client.send(call_of(&step, &ids, &sim.origin)).await.unwrap();
            let mut body: Value = serde_json::from_slice(&answer.body)
                .unwrap_or_else(|_| String::from_utf8_lossy(&answer.body).into_owned().into());
            let mut wanted = wanted.clone();
            for body in [&mut body, &mut wanted["body"]] {
                in_one_order(body, !path.contains("$orderby"));
            }
            learn(&wanted["body"], &body, &mut ids);
            learn_headers(&wanted["headers"], &answer, &mut ids);
            let wanted = serde_json::from_str(&translated(&wanted.to_string(), &ids)).unwrap();
            compare_whole(&wanted, &answer, &body).err()
        } else {
            Some("not a call of this server's API".to_owned())
        };
        let difference =
            difference.map(|why| format!("({} {path}): {why}", request["method"].as_str().unwrap()));
        let calls = dezkys(request).filter(|_| is_ours).into_iter().collect();
        steps.push(Step { name: name.clone(), calls, difference });
        sim.store.write(|world| do_left_out(world, &name, &ids));
    }
    steps
}

/// Rows come in a random order unless the request asks for one (section 6); members always do. The last sign-in
/// of a user is noted some time later, if at all.
fn in_one_order(body: &mut Value, rows: bool) {
    match body {
        Value::Array(entries) => {
            if rows || entries.iter().any(|entry| entry.get("grantedToV2").is_some()) {
                entries.sort_by_key(|row| {
                    let granted = &row["grantedToV2"];
                    let name = [&granted["user"]["displayName"], &granted["group"]["displayName"]];
                    let login = row["onPremisesSamAccountName"].to_string();
                    (row["driveAlias"].to_string(), format!("{name:?}"), login)
                });
            }
            for entry in entries {
                in_one_order(entry, rows);
            }
        }
        Value::Object(fields) => {
            fields.remove("signInActivity");
            for field in fields.values_mut() {
                in_one_order(field, rows);
            }
        }
        _ => {}
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

/// The recorded text with ids, tokens and the like as the simulator has them.
fn translated(text: &str, ids: &BTreeMap<String, String>) -> String {
    let mut known: Vec<(&String, &String)> = ids.iter().collect();
    // The id of a drive holds that of its space.
    known.sort_by_key(|(theirs, _)| std::cmp::Reverse(theirs.len()));
    known.into_iter().fold(text.to_owned(), |text, (theirs, ours)| {
        text.replace(theirs, ours).replace(&theirs.replace('$', "%24"), &ours.replace('$', "%24"))
    })
}

/// The challenge to a recorded verifier, made as the client makes it.
fn with_challenge(text: &str) -> String {
    (1..=9).fold(text.to_owned(), |text, number| {
        let verifier = format!("fake-pkce-verifier-{number}");
        let challenge = URL_SAFE_NO_PAD.encode(Sha256::digest(verifier.as_bytes()));
        text.replace(&format!("fake-pkce-challenge-{number}"), &challenge)
    })
}

fn call_of(step: &Value, ids: &BTreeMap<String, String>, origin: &str) -> Call {
    let request = &step["request"];
    let method = match request["method"].as_str().unwrap() {
        "POST" => Method::Post,
        "PATCH" => Method::Patch,
        "DELETE" => Method::Delete,
        "PUT" => Method::Put,
        _ => Method::Get,
    };
    let path = with_challenge(&translated(request["path"].as_str().unwrap(), ids));
    let mut call = Call::new(method, path);
    for (header, value) in request["headers"].as_object().into_iter().flatten() {
        let value = translated(value.as_str().unwrap(), ids);
        // A password that was refused was wrong, or the account was disabled: then without a challenge.
        let challenged = !step["response"]["headers"]["www-authenticate"].is_null();
        call = match (header.as_str(), value.strip_prefix("Bearer ")) {
            ("authorization", Some(token)) => call.bearer(token.into()),
            ("authorization", None) => match recorded::token_of_password(&value).filter(|_| !challenged) {
                Some(token) => call.bearer(token.as_str().into()),
                None => call.header("authorization", value),
            },
            ("x-requested-with", _) => call.header("x-requested-with", value),
            ("purge", _) => call.header("purge", value),
            ("restore", _) => call.header("restore", value),
            ("cookie", _) => call.header("cookie", value),
            ("kopano-konnect-xsrf", _) => call.header("kopano-konnect-xsrf", value),
            ("origin", _) => call.header("origin", origin),
            _ => call,
        };
    }
    match &request["body"] {
        Value::Null => call,
        Value::String(form) if form.starts_with("grant_type=") => {
            call.raw("application/x-www-form-urlencoded", translated(form, ids).into_bytes())
        }
        Value::String(text) => call.raw("application/json", text.clone().into_bytes()),
        body => {
            let body: Value = serde_json::from_str(&translated(&body.to_string(), ids)).unwrap();
            call.json(&body)
        }
    }
}

/// Cookies and codes.
fn learn_headers(recorded: &Value, answer: &Answer, ids: &mut BTreeMap<String, String>) {
    let cookie = |text: &str| Some(text.strip_prefix("__Secure-KKT=")?.split(';').next()?.to_owned());
    let theirs = match &recorded["set-cookie"] {
        Value::Array(cookies) => cookies.iter().find_map(|text| cookie(text.as_str()?)),
        one => one.as_str().and_then(cookie),
    };
    if let (Some(theirs), Some(ours)) = (theirs, answer.header("set-cookie").and_then(cookie)) {
        ids.insert(theirs, ours);
    }
    let code = |text: &str| {
        let place = url::Url::parse(text).ok()?;
        place.query_pairs().find(|(name, _)| name == "code").map(|(_, code)| code.into_owned())
    };
    let theirs = recorded["location"].as_str().and_then(code);
    if let (Some(theirs), Some(ours)) = (theirs, answer.header("location").and_then(code)) {
        ids.insert(theirs, ours);
    }
}

/// Notes which of the simulator's ids and tokens stand for which recorded ones.
fn learn(recorded: &Value, actual: &Value, ids: &mut BTreeMap<String, String>) {
    let is_drive = recorded["driveType"].is_string() && recorded["driveAlias"] == actual["driveAlias"];
    let is_user = recorded["userType"].is_string()
        && recorded["onPremisesSamAccountName"] == actual["onPremisesSamAccountName"];
    let is_role = recorded["appRoleId"].is_string() || recorded["appRoles"].is_array();
    let mut names = vec!["access_token", "refresh_token"];
    if is_drive || is_user || is_role {
        names.push("id");
    }
    for name in names {
        if let (Some(theirs), Some(ours)) = (recorded[name].as_str(), actual[name].as_str()) {
            ids.insert(theirs.to_owned(), ours.to_owned());
            if let (Some((_, theirs)), Some((_, ours))) = (theirs.split_once('$'), ours.split_once('$')) {
                ids.insert(theirs.to_owned(), ours.to_owned());
            }
        }
    }
    for list in ["value", "appRoleAssignments"] {
        if let (Some(theirs), Some(ours)) = (recorded[list].as_array(), actual[list].as_array()) {
            for (theirs, ours) in theirs.iter().zip(ours) {
                learn(theirs, ours, ids);
            }
        }
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
