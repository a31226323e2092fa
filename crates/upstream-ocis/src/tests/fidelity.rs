//! How much of each recorded file the simulator reproduces: all of the calls that Dezky makes, and `fidelity.txt`
//! says so in numbers.

use std::collections::BTreeMap;
use std::fmt::Write as _;

use serde_json::{Value, json};

use super::replay::{Step, replay};

const FILES: [&str; 13] = [
    "00-status-and-health.json",
    "01-auth-errors.json",
    "02-oidc-builtin-idp-login-and-refresh.json",
    "03-users.json",
    "05-app-roles.json",
    "06-drives-project-lifecycle.json",
    "07-drives-listing.json",
    "08-space-membership.json",
    "09-quota-and-usage.json",
    "10-disabled-and-deleted-users.json",
    "13-service-user.json",
    "16-space-manager-and-light-user.json",
    "40-authentik-issuer.json",
];

#[tokio::test]
async fn all_of_dezkys_calls_answer_as_recorded() {
    let mut tally = Tally::default();
    for file in FILES {
        tally.add(file, &replay(file).await);
    }
    println!("{}\nnot reproduced\n{}", tally.table, tally.left_out);
    assert!(tally.wrong.is_empty(), "calls of Dezky's differ: {:#?}", tally.wrong);
    let golden = include_str!("../../tests/fidelity.txt");
    assert!(golden == tally.text(), "tests/fidelity.txt should be\n{}", tally.text());
}

#[derive(Default)]
struct Tally {
    table: String,
    left_out: String,
    calls: BTreeMap<String, usize>,
    wrong: Vec<String>,
}

impl Tally {
    fn add(&mut self, file: &str, steps: &[Step]) {
        let (mut own, mut own_same) = (0, 0);
        for step in steps {
            let call = dezkys(&step.request).filter(|_| step.is_ours);
            let is_own = call.is_some();
            own += usize::from(is_own);
            if let Some(call) = call {
                *self.calls.entry(call).or_default() += 1;
            }
            match &step.difference {
                None => own_same += usize::from(is_own),
                Some(why) if is_own => self.wrong.push(format!("{file}: {}: {why}", step.name)),
                Some(why) => {
                    let _ = writeln!(self.left_out, "{file}: {}: {why}", step.name);
                }
            }
        }
        let same = steps.iter().filter(|step| step.difference.is_none()).count();
        let (all, own) = (format!("{same}/{}", steps.len()), format!("{own_same}/{own}"));
        let _ = writeln!(self.table, "{file:<40} {all:>8} {own:>8}");
    }

    fn text(&self) -> String {
        let mut text = format!("{:<40} {:>8} {:>8}\n{}\n", "file", "all", "Dezky's", self.table);
        let _ = writeln!(text, "{:<49} {:>8}", "call of Dezky's", "recorded");
        for (call, count) in &self.calls {
            let _ = writeln!(text, "{call:<49} {count:>8}");
        }
        text
    }
}

/// The name of a call that Dezky makes.
fn dezkys(request: &Value) -> Option<String> {
    let method = request["method"].as_str()?;
    let path = request["path"].as_str()?;
    if let Some(name) = sign_in(request, method, path) {
        return Some(name);
    }
    if let Some(below) = path.strip_prefix("/graph/v1beta1/drives/") {
        return of_members(request, method, below);
    }
    let below = path.strip_prefix("/graph/v1.0")?;
    let (place, query) = below.split_once('?').unwrap_or((below, ""));
    let segments: Vec<&str> = place.split('/').filter(|segment| !segment.is_empty()).collect();
    match (method, &segments[..]) {
        ("GET", ["me"]) if query == "$expand=appRoleAssignments" => Some(format!("{method} {path}")),
        ("GET" | "POST", ["drives"]) => Some(format!("{method} /graph/v1.0/drives")),
        ("PATCH" | "DELETE", ["drives", _]) => {
            let header = ["restore", "purge"].into_iter().find(|name| !request["headers"][name].is_null());
            let header = header.map_or(String::new(), |name| format!(" with {name}"));
            Some(format!("{method} /graph/v1.0/drives/{{id}}{header}"))
        }
        ("POST", ["users"]) => Some("POST /graph/v1.0/users".to_owned()),
        ("GET", ["users"]) if !query.contains("$filter") && !query.contains("$search") => {
            Some("GET /graph/v1.0/users".to_owned())
        }
        ("GET" | "PATCH" | "DELETE", ["users", _]) if query.is_empty() => {
            Some(format!("{method} /graph/v1.0/users/{{id}}"))
        }
        ("GET", ["users", _, below @ ("drive" | "appRoleAssignments")]) => {
            Some(format!("GET /graph/v1.0/users/{{id}}/{below}"))
        }
        ("GET", ["drives", _]) => Some(format!("{method} /graph/v1.0/drives/{{id}}")),
        _ => None,
    }
}

/// What signing in once and refreshing ask of the built-in provider.
fn sign_in(request: &Value, method: &str, path: &str) -> Option<String> {
    let place = path.split('?').next()?;
    match (method, place) {
        ("POST", "/signin/v1/identifier/_/logon") if !request["body"]["hello"].is_null() => {}
        ("GET", "/signin/v1/identifier/_/authorize") if path.contains("prompt=none") => {}
        ("POST", "/konnect/v1/token") => {
            let form = request["body"].as_str()?.strip_prefix("grant_type=")?;
            let grant = form
                .split('&')
                .next()
                .filter(|grant| grant.contains("_code") || grant.starts_with("refresh"));
            return Some(format!("{method} {place} {}", grant?));
        }
        _ => return None,
    }
    Some(format!("{method} {place}"))
}

/// Invitations of one user with one role, and what else concerns members.
fn of_members(request: &Value, method: &str, below: &str) -> Option<String> {
    let place: Vec<&str> = below.split('?').next()?.split('/').collect();
    let recipients = request["body"]["recipients"].as_array();
    let is_one = recipients.is_some_and(|recipients| {
        recipients.len() == 1 && recipients[0]["@libre.graph.recipient.type"] == "user"
    }) && request["body"]["roles"].is_array();
    let name = match (method, &place[1..]) {
        ("POST", ["root", "invite"]) if is_one => "root/invite",
        ("GET", ["root", "permissions"]) => "root/permissions",
        ("PATCH" | "DELETE", ["root", "permissions", _]) => "root/permissions/{id}",
        _ => return None,
    };
    Some(format!("{method} /graph/v1beta1/drives/{{id}}/{name}"))
}

#[test]
fn a_call_is_dezkys_by_method_and_path() {
    let call = |method: &str, path: &str| dezkys(&json!({"method": method, "path": path, "headers": {}}));
    assert!(
        call("GET", "/graph/v1.0/drives?x=1").is_some() && call("DELETE", "/graph/v1.0/drives/a").is_some()
    );
    assert!(call("GET", "/graph/v1.0/users?$search=a").is_none());
    assert!(call("GET", "/graph/v1beta1/drives").is_none());
    assert!(call("GET", "/graph/v1.0/me").is_none());
}
