//! How much of each recorded file the simulator reproduces: all of the calls that Dezky makes or sends browsers
//! to, and `fidelity.txt` says so in numbers.

use std::collections::BTreeMap;
use std::fmt::Write as _;

use serde_json::{Value, json};

use crate::people;
use crate::provider;
use crate::transcripts;

/// A recorded step, and what the simulator did otherwise.
pub struct Step {
    pub name: String,
    pub request: Value,
    pub difference: Option<String>,
}

#[tokio::test]
async fn all_of_dezkys_calls_answer_as_recorded() {
    let mut tally = Tally::default();
    tally.add("00-auth-and-errors.json", &transcripts::errors().await);
    tally.add("10-groups.json", &transcripts::groups().await);
    tally.add("11-users-and-authenticators.json", &people::users().await);
    tally.add("12-authenticators.json", &people::devices().await);
    tally.add("13-double-listed.json", &transcripts::double_listed().await);
    tally.add("31-oidc.json", &provider::oidc().await);
    tally.add("33-full-sign-out.json", &provider::full_sign_out().await);
    tally.add("ocis 40-authentik-issuer.json, tokens", &provider::tokens_of_ocis().await);
    tally.add("40-sessions-and-forced-logout.json", &people::sessions().await);
    tally.add("51-brands-and-recovery.json", &people::recovery().await);
    tally.add("55-recovery-link-use.json", &people::recovery_use().await);
    println!("{}\nnot reproduced\n{}", tally.table, tally.left_out);
    assert!(tally.wrong.is_empty(), "calls of Dezky's differ: {:#?}", tally.wrong);
    let golden = include_str!("../fidelity.txt");
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
            let call = dezkys(&step.request);
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

/// The name of a call that Dezky makes, or that a browser makes because Dezky sent it there.
fn dezkys(request: &Value) -> Option<String> {
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
        (_, ["api", "v3", rest @ ..]) if !by_browser => of_people(method, rest)?,
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
