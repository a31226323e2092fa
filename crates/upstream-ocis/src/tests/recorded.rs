//! The servers of the recordings as they were before the first step, and what happened between steps that the
//! recordings lack or the simulator leaves out.

use std::collections::BTreeMap;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use kernel::Clock;
use serde_json::{Value, json};
use simulator::{Running, State as _};

use super::{setup, start};
use crate::sim::{Setup, World};

const ADMIN: &str = "00000000-0000-4000-8000-0000000000ad";
/// The administrator and the service user of the recording with a real issuer.
const BOOTSTRAP: &str = "11111111-0000-4000-8000-00000000000a";
const PLATFORM: &str = "3752fe0e-163e-4976-846f-88edd52a1a0d";
const GROUP: &str = "ace3af38-0f79-45a5-8ef5-8095f1499c95";

/// Tokens of the recordings and the user names that their claim has.
const TOKENS: [(&str, &str); 23] = [
    ("access-token-of-admin", "admin"),
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
];
/// The service user's id at the issuer, and a person's.
const UUID: &str = "fe08d197-caf9-4290-8597-1ec73d0f8fe4";
const CLEO: &str = "c36aee2a-aa48-4d06-8642-24cc330cff42";

/// The simulator has no passwords on its API: calls with one are made with a token of the same person.
pub fn token_of_password(header: &str) -> Option<String> {
    let decoded = String::from_utf8(STANDARD.decode(header.strip_prefix("Basic ")?).ok()?).ok()?;
    Some(format!("password-of-{}", decoded.split_once(':')?.0))
}

/// A server with nobody but its administrator.
pub async fn server(clock: Clock, file: &str, recorded: &[Value]) -> Running<World> {
    let headers = recorded.iter().filter_map(|step| step["request"]["headers"]["authorization"].as_str());
    let by_password = headers.filter_map(token_of_password).map(|token| {
        let user = token.trim_start_matches("password-of-").to_owned();
        (token, user)
    });
    let known = TOKENS.map(|(token, user)| (token.to_owned(), user.to_owned()));
    let sim = start(Setup {
        static_tokens: known.into_iter().chain(by_password).collect(),
        admin_user: "admin".to_owned(),
        ..setup(clock, None)
    })
    .await;
    let id = if file.starts_with("40") { BOOTSTRAP } else { ADMIN };
    sim.store.write(|world| anew(world, id, "admin"));
    sim
}

/// As after a first start, with that account alone.
fn anew(world: &mut World, id: &str, name: &str) {
    let inventory = world.inventory();
    for kind in ["users", "drives"] {
        for row in inventory[kind].as_array().unwrap() {
            world.remove(kind, row["id"].as_str().unwrap());
        }
    }
    let mut fields = json!({
        "onPremisesSamAccountName": name, "displayName": "Admin", "role": "Admin", "mail": "admin@example.org",
        "password": "fake-admin-password",
    });
    if name == "admin" {
        fields["givenName"] = json!("Admin");
        fields["identity"] = json!(true);
    }
    world.put("users", id, &fields).unwrap();
}

/// The recording with a real issuer began anew several times, with other accounts.
pub fn do_before(world: &mut World, step: &str) {
    let starts = [
        "D: first start without basic auth, OCIS_ADMIN_USER_ID chosen",
        "D: other way: first start with basic auth",
        "E: claim sub: first start",
        "E: own claim, one start, no basic auth",
    ];
    if starts.iter().any(|start| step.starts_with(start)) {
        anew(world, BOOTSTRAP, "admin");
    }
    let role = |world: &mut World, role: &str| world.put("users", PLATFORM, &json!({"role": role})).unwrap();
    match step {
        step if step.starts_with("D: third way: OCIS_ADMIN_USER_ID empty") => {
            anew(world, PLATFORM, "svc-platform-api");
            role(world, "User");
        }
        step if step.starts_with("D: restart with OCIS_ADMIN_USER_ID = that id") => role(world, "Admin"),
        "E: oCIS takes it for the service user: Admin" => anew(world, PLATFORM, "svc-platform-api"),
        _ => {}
    }
}

/// Does behind the simulator's back what a recorded step did that it leaves out and that later steps show.
pub fn do_left_out(world: &mut World, step: &str, ids: &BTreeMap<String, String>) {
    let mut used = |bytes: i64| {
        let (_, space) = ids.iter().find(|(recorded, _)| recorded.contains("$be8814ee")).unwrap();
        world.put("drives", space, &json!({"used": bytes})).unwrap();
    };
    match step {
        "upload 500 bytes with WebDAV" => used(500),
        "upload 300 more: state is nearing (80 %)" => used(800),
        "upload 150 more" => used(950),
        "delete a file" => used(450),
        "overwrite b.txt (creates a version)" => used(160),
        "create a group" => world.put("groups", GROUP, &json!({"displayName": "tenant-a-group"})).unwrap(),
        _ => {}
    }
}
