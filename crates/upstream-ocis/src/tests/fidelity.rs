//! How much of each recorded file the simulator reproduces: all of the calls that Dezky makes, and `fidelity.txt`
//! says so in numbers.

use serde_json::{Value, json};
use simulator::Fidelity;

use super::replay::replay;

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
    let mut fidelity = Fidelity::default();
    for file in FILES {
        fidelity.add(file, &replay(file).await);
    }
    fidelity.check(include_str!("../../tests/fidelity.txt"));
}

/// The name of a call that Dezky makes.
pub fn dezkys(request: &Value) -> Option<String> {
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
