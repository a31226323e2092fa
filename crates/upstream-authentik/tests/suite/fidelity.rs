//! How much of each recorded file the simulator reproduces: all of the calls that Dezky makes or sends browsers
//! to, and `fidelity.txt` says so in numbers.

use serde_json::{Value, json};
use simulator::Fidelity;

use crate::objects;
use crate::people;
use crate::provider;
use crate::transcripts;

#[tokio::test]
async fn all_of_dezkys_calls_answer_as_recorded() {
    let mut fidelity = Fidelity::default();
    fidelity.add("00-auth-and-errors.json", &transcripts::errors().await);
    fidelity.add("10-groups.json", &transcripts::groups().await);
    fidelity.add("11-users-and-authenticators.json", &people::users().await);
    fidelity.add("12-authenticators.json", &people::devices().await);
    fidelity.add("13-double-listed.json", &transcripts::double_listed().await);
    fidelity.add("20-sso-apps.json", &objects::applications().await);
    fidelity.add("31-oidc.json", &provider::oidc().await);
    fidelity.add("33-full-sign-out.json", &provider::full_sign_out().await);
    fidelity.add("ocis 40-authentik-issuer.json, tokens", &provider::tokens_of_ocis().await);
    fidelity.add("40-sessions-and-forced-logout.json", &people::sessions().await);
    fidelity.add("50-service-accounts-tokens-permissions.json", &objects::accounts().await);
    fidelity.add("51-brands-and-recovery.json", &people::recovery().await);
    fidelity.add("53-settings-and-token-expiry.json", &objects::settings().await);
    fidelity.add("54-least-privilege-role.json", &objects::least_privilege().await);
    fidelity.add("55-recovery-link-use.json", &people::recovery_use().await);
    fidelity.add("70-flows-stages-policies.json", &objects::flows().await);
    fidelity.check(include_str!("../fidelity.txt"));
}

/// The name of a call that Dezky makes, or that a browser makes because Dezky sent it there.
pub fn dezkys(request: &Value) -> Option<String> {
    let method = request["method"].as_str()?;
    let path = request["path"].as_str()?;
    let place = path.split('?').next()?;
    let by_browser = !request["headers"]["Cookie"].is_null();
    let name = match (method, place.trim_matches('/').split('/').collect::<Vec<_>>().as_slice()) {
        ("GET", ["api", "v3", "core", "users", "me"]) if !by_browser => place.to_owned(),
        ("GET" | "POST", ["api", "v3", "core", "groups"]) => "/api/v3/core/groups/".to_owned(),
        ("GET" | "PATCH" | "DELETE", ["api", "v3", "core", "groups", _]) => {
            "/api/v3/core/groups/{id}/".to_owned()
        }
        (_, ["api", "v3", rest @ ..]) if !by_browser => {
            of_people(method, rest).or_else(|| of_objects(method, rest))?
        }
        ("GET", ["application", "o", "authorize"]) => format!("{place} (browser)"),
        ("GET", ["application", "o", _, "end-session"]) => {
            "/application/o/{slug}/end-session/ (browser)".to_owned()
        }
        ("GET", ["application", "o", _, "jwks"]) => "/application/o/{slug}/jwks/".to_owned(),
        ("POST", ["application", "o", "token"]) => format!("{place} {}", grant(request)?),
        ("POST", ["application", "o", "revoke"]) => place.to_owned(),
        _ => return None,
    };
    Some(format!("{method} {name}"))
}

/// The place of a call about people, its ids left out.
fn of_people(method: &str, place: &[&str]) -> Option<String> {
    let is_known = match method {
        "GET" => matches!(
            place,
            ["core", "users" | "authenticated_sessions"]
                | ["core", "users", _]
                | ["oauth2", "refresh_tokens" | "access_tokens"]
                | ["authenticators", "admin", "all"]
        ),
        "POST" => matches!(
            place,
            ["core", "users"]
                | ["core", "users", _, "set_password" | "recovery"]
                | ["core", "groups", _, "add_user" | "remove_user"]
        ),
        "PATCH" => matches!(place, ["core", "users", _]),
        "DELETE" => matches!(
            place,
            ["core", "users" | "authenticated_sessions", _]
                | ["oauth2", "refresh_tokens" | "access_tokens", _]
                | ["authenticators", "admin", _, _]
        ),
        _ => false,
    };
    if !is_known {
        return None;
    }
    // Ids stand third, and in the path of a device fourth.
    let shown = |(index, part): (usize, &&str)| match part {
        &"bulk_delete" | &"admin" => (*part).to_owned(),
        _ if index == 2 && place[1] != "admin" || index == 3 && place[1] == "admin" => "{id}".to_owned(),
        part => (*part).to_owned(),
    };
    let parts: Vec<String> = place.iter().enumerate().map(shown).collect();
    Some(format!("/api/v3/{}/", parts.join("/")))
}

/// The place of a call with which Dezky sets Authentik up and looks whether it is so.
fn of_objects(method: &str, place: &[&str]) -> Option<String> {
    const FAMILIES: [&str; 14] = [
        "providers/oauth2",
        "core/applications",
        "propertymappings/provider/scope",
        "crypto/certificatekeypairs",
        "flows/instances",
        "flows/bindings",
        "policies/bindings",
        "policies/expression",
        "stages/deny",
        "stages/user_login",
        "stages/authenticator/validate",
        "rbac/roles",
        "core/tokens",
        "core/brands",
    ];
    let path = place.join("/");
    let family = FAMILIES.into_iter().find(|family| path.starts_with(family));
    let rest: Vec<&str> = family.map(|family| path[family.len()..].trim_matches('/').split('/').collect())?;
    let shown = match (method, rest.as_slice()) {
        // The list of applications is of no use (section 7).
        ("GET", [""]) if family != Some("core/applications") => "",
        ("POST", [""]) => "",
        ("GET" | "PATCH", [id]) if !id.is_empty() => "{id}/",
        ("GET", [_, "view_key"]) => "{id}/view_key/",
        ("POST", [_, "add_user"]) => "{id}/add_user/",
        _ => return None,
    };
    Some(format!("/api/v3/{}/{shown}", family?))
}

/// The grant of a form, which some recordings have as one text.
fn grant(request: &Value) -> Option<String> {
    if let Some(grant) = request["form"]["grant_type"].as_str() {
        return Some(grant.to_owned());
    }
    let text = request["body"].as_str()?;
    let mut fields = url::form_urlencoded::parse(text.as_bytes());
    fields.find(|(name, _)| name == "grant_type").map(|(_, grant)| grant.into_owned())
}

#[test]
fn a_call_is_dezkys_by_method_and_path() {
    let call = |method: &str, path: &str| dezkys(&json!({"method": method, "path": path, "headers": {}}));
    assert!(call("GET", "/api/v3/core/groups/?name=x").is_some());
    assert!(call("DELETE", "/api/v3/core/groups/x/").is_some());
    assert!(call("PUT", "/api/v3/core/groups/x/").is_none());
    assert!(call("POST", "/api/v3/core/groups/x/add_user/").is_some());
    assert!(call("PUT", "/api/v3/core/users/1/").is_none());
    assert!(call("GET", "/application/o/x/.well-known/openid-configuration").is_none());
}
