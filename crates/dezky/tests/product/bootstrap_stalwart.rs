//! `dezky bootstrap stalwart` on a mail server as it is installed: an account and one key, whatever somebody breaks and
//! wherever a run is stopped. Then the main job, on upstreams that were set up from nothing.

use std::io::{BufRead as _, BufReader};
use std::process::Stdio;
use std::time::Duration;

use kernel::Clock;
use outbound::{Call, Method};
use serde_json::{Value, json as value};

use crate::empty::{Empty, listening};
use crate::harness::{client, inventory, json, origin, remove, set_faults, spoil};
use crate::tenant_api::{IDA, eventually, find, text};
use crate::world::{Sockets, free_sockets, tenant, wait_until_ready};

const ADDRESS: &str = "dezky@example.test";
/// The setting, and the beginning of its line.
const KEY: &str = "STALWART_API_KEY=";
/// What the doctor is to leave out.
const ALONE: [(&str, &str); 1] = [("OCIS_PROVISIONING_ENABLED", "false")];

/// The mail server of an empty sandbox.
impl Empty {
    fn stalwart(&self) -> &str {
        origin(&self.said, "sandbox/stalwart")
    }

    fn mail(&self, more: &[&str]) -> (Option<i32>, String) {
        self.run_with(&[&["bootstrap", "stalwart"], more].concat(), &[])
    }

    /// Sets it up, which must succeed.
    fn set_up_mail(&self) -> String {
        let (code, said) = self.mail(&["--yes"]);
        assert_eq!(code, Some(0), "{said}");
        said
    }

    /// The key in the file of settings.
    fn key(&self) -> String {
        let written = std::fs::read_to_string(self.settings()).unwrap();
        written.lines().find_map(|line| line.strip_prefix(KEY)).unwrap().to_owned()
    }

    async fn objects(&self, kind: &str) -> Vec<Value> {
        inventory(self.stalwart()).await[kind].as_array().unwrap().clone()
    }

    /// The one key that was made here.
    async fn only_key(&self) -> Value {
        let mut keys = self.objects("apiKeys").await;
        keys.retain(|key| key["description"] == "Dezky: made by its bootstrap");
        assert_eq!(keys.len(), 1, "{keys:#?}");
        keys.remove(0)
    }

    /// The id of Dezky's account.
    async fn account(&self) -> String {
        text(&find(&self.objects("accounts").await, "address", ADDRESS)["id"])
    }

    async fn break_key(&self, fields: &Value) {
        let path = format!("apiKeys/{}", text(&self.only_key().await["id"]));
        spoil(self.stalwart(), &path, fields).await;
    }

    /// What trials left that were stopped was left long ago.
    async fn age_trials(&self) {
        for domain in self.objects("domains").await {
            if text(&domain["name"]).starts_with("dezky-proof-") {
                let path = format!("domains/{}", text(&domain["id"]));
                spoil(self.stalwart(), &path, &value!({"createdAt": "2026-01-01T00:00:00Z"})).await;
            }
        }
    }

    /// Everything is there once, nothing of a try is left, and the key in the file opens it.
    async fn assert_whole(&self) {
        let (code, said) = self.mail(&["--plan"]);
        assert_eq!(code, Some(0), "{said}");
        self.only_key().await;
        assert_eq!(self.objects("accounts").await.len(), 2, "an administrator and Dezky");
        assert_eq!(self.objects("domains").await.len(), 1, "the server's own");
        let call = Call::get("/jmap/session").bearer(self.key().into());
        let session = json(&client(self.stalwart()).send(call).await.unwrap());
        assert_eq!(session["username"], ADDRESS);
    }
}

#[tokio::test]
async fn an_empty_mail_server_gets_an_account_and_a_key_and_a_second_run_changes_nothing() {
    let empty = Empty::start();
    let before = inventory(empty.stalwart()).await;
    // Looking changes nothing, and without somebody to ask nothing is done unasked.
    let (code, said) = empty.mail(&["--plan"]);
    assert_eq!(code, Some(2), "{said}");
    let lines = ["create  the account dezky@example.test\n", "create  its API key\n"];
    assert!(lines.iter().all(|line| said.contains(line)), "{said}");
    let (code, said) = empty.mail(&[]);
    assert!(code == Some(2) && said.contains("--yes"), "{said}");
    assert_eq!(inventory(empty.stalwart()).await, before);
    assert!(!empty.settings().exists());

    std::fs::write(empty.settings(), "# mine\nSTALWART_API_KEY=\n").unwrap();
    let said = empty.set_up_mail();
    assert!(said.contains("ok      Stalwart: mail domains, mailboxes"), "{said}");
    let written = std::fs::read_to_string(empty.settings()).unwrap();
    assert!(written.starts_with("# mine\nSTALWART_API_KEY=API_"), "{written}");
    assert!(written.contains(&format!("\nSTALWART_API_URL={}\n", empty.stalwart())), "{written}");
    assert!(!written.contains("ADMIN"), "the administrator is kept nowhere: {written}");
    let password = text(&empty.said["env"]["STALWART_ADMIN_PASSWORD"]);
    assert!(!said.contains(&empty.key()) && !said.contains(&password), "no secret is printed: {said}");

    let after = inventory(empty.stalwart()).await;
    let said = empty.set_up_mail();
    assert!(!said.contains("create ") && !said.contains("done "), "{said}");
    assert_eq!(inventory(empty.stalwart()).await, after);
    assert_eq!(std::fs::read_to_string(empty.settings()).unwrap(), written);
    empty.assert_whole().await;
}

/// What is broken, by the field of the key that is changed, and what the doctor says of it.
fn broken_keys() -> Vec<(Value, Vec<&'static str>)> {
    let soon = Clock::System.now().after(Duration::from_hours(10 * 24)).to_string();
    vec![
        (value!({"expiresAt": "2020-01-01T00:00:00Z"}), vec!["doesn’t accept the key", "or has expired"]),
        (value!({"expiresAt": soon}), vec!["valid only until", "can’t manage mail"]),
        (
            value!({"permissions": ["authenticate", "sysAccountGet"]}),
            vec!["the key has the rights that Dezky needs: ", " of 28 are missing: ", "sysMailingListQuery"],
        ),
    ]
}

#[tokio::test]
async fn each_thing_that_is_wrong_with_the_key_is_named_by_the_doctor_and_mended() {
    let empty = Empty::start();
    empty.set_up_all();
    let named = |said: &str, parts: &[&str]| {
        let is_told = parts.iter().all(|part| said.contains(part));
        assert!(is_told && said.contains("FAIL  Stalwart: "), "{parts:?}: {said}");
        assert!(said.contains("Run `dezky bootstrap stalwart`"), "{said}");
    };
    let mended = async |empty: &Empty| {
        let (code, said) = empty.doctor(&ALONE);
        assert_eq!(code, Some(0), "{said}");
        assert!(said.contains("ok    Stalwart: the key has all rights"), "{said}");
        empty.assert_whole().await;
    };
    mended(&empty).await;
    for (fields, parts) in broken_keys() {
        let before = empty.key();
        empty.break_key(&fields).await;
        let (code, said) = empty.doctor(&ALONE);
        assert_eq!(code, Some(1), "{said}");
        named(&said, &parts);
        assert_eq!(said.lines().filter(|line| line.starts_with("FAIL")).count(), 1, "{said}");
        empty.set_up_mail();
        assert_ne!(empty.key(), before, "{fields}");
        mended(&empty).await;
    }

    // Up to three rights that are missing are a line each.
    for (missing, lines) in [(&["sysDomainCreate"][..], 1), (&["sysDomainCreate", "sysDomainUpdate"][..], 2)]
    {
        let mut left = empty.only_key().await["permissions"].as_array().unwrap().clone();
        left.retain(|right| !missing.iter().any(|name| right == name));
        empty.break_key(&value!({"permissions": left})).await;
        let (_, said) = empty.doctor(&ALONE);
        named(&said, &["the right sysDomainCreate: it's missing", "With it, Dezky adds mail domains."]);
        assert_eq!(said.lines().filter(|line| line.starts_with("FAIL")).count(), lines, "{said}");
        empty.set_up_mail();
        mended(&empty).await;
    }

    let path = format!("apiKeys/{}", text(&empty.only_key().await["id"]));
    remove(empty.stalwart(), &path).await;
    named(&empty.doctor(&ALONE).1, &["doesn’t accept the key", "was removed"]);
    empty.set_up_mail();
    mended(&empty).await;
}

#[tokio::test]
async fn a_frozen_account_works_again_with_its_key_and_addresses_are_for_people_to_change() {
    let empty = Empty::start();
    empty.set_up_all();
    let before = empty.key();
    spoil(empty.stalwart(), &format!("accounts/{}", empty.account().await), &value!({"frozen": true})).await;
    let (code, said) = empty.doctor(&ALONE);
    assert!(code == Some(1) && said.contains("Its account is frozen"), "{said}");
    let said = empty.set_up_mail();
    assert!(said.contains("change  Dezky’s account lacks permissions"), "{said}");
    assert_eq!(empty.key(), before, "the key was never wrong");
    assert_eq!(empty.doctor(&ALONE).0, Some(0));
    empty.assert_whole().await;

    empty.break_key(&value!({"allowedIps": {"203.0.113.7": true}})).await;
    let (code, said) = empty.doctor(&ALONE);
    assert!(code == Some(1) && said.contains("restricted to other addresses"), "{said}");
    let (code, said) = empty.mail(&["--yes"]);
    assert_eq!(code, Some(1), "whoever restricted it is to say so: {said}");
    assert!(said.contains("stop    ") && said.contains("restricted to 203.0.113.7"), "{said}");
    assert!(said.contains("--allow-from"), "{said}");
    assert_eq!(empty.key(), before);
    let (code, said) = empty.mail(&["--yes", "--allow-from", "127.0.0.0/8"]);
    assert_eq!(code, Some(0), "{said}");
    assert_eq!(empty.only_key().await["allowedIps"], value!({"127.0.0.0/8": true}));
    let (code, said) = empty.doctor(&ALONE);
    assert!(code == Some(0) && said.contains("works only from 127.0.0.0/8"), "{said}");
    empty.assert_whole().await;
    let (code, said) = empty.mail(&["--yes", "--allow-from", "any"]);
    assert_eq!(code, Some(0), "{said}");
    assert_eq!(empty.only_key().await["allowedIps"], value!({}));
    empty.assert_whole().await;
    let (code, said) = empty.mail(&["--plan", "--allow-from", "everywhere"]);
    assert!(code == Some(2) && said.contains("203.0.113.7 or"), "{said}");
}

#[tokio::test]
async fn stopped_after_any_call_it_ends_whole_with_one_key() {
    let empty = Empty::start();
    let (mut calls, mut stopped) = (1, 0);
    loop {
        // So many are answered, one is done and its answer lost, and no other comes through.
        let faults = value!([
            {"route": "*", "kind": "delay", "times": calls, "delayMs": 0},
            {"route": "*", "kind": "error_after", "times": 1},
            {"route": "*", "kind": "refuse"},
        ]);
        set_faults(empty.stalwart(), faults).await;
        let (code, said) = empty.mail(&["--yes"]);
        set_faults(empty.stalwart(), value!([])).await;
        if code == Some(0) {
            break;
        }
        assert_eq!(code, Some(1), "{said}");
        stopped += 1;
        empty.age_trials().await;
        empty.set_up_mail();
        // A key whose secret was lost goes once the one that is used is known.
        empty.set_up_mail();
        empty.assert_whole().await;
        // From the beginning, for one that comes farther.
        remove(empty.stalwart(), &format!("accounts/{}", empty.account().await)).await;
        std::fs::remove_file(empty.settings()).unwrap();
        calls += if calls < 12 { 1 } else { 5 };
        assert!(calls < 400, "it doesn't come to an end");
    }
    assert!(stopped > 12, "it was stopped {stopped} times only");
    empty.assert_whole().await;
}

#[tokio::test]
async fn run_in_another_folder_it_leaves_the_key_of_the_running_product() {
    let empty = Empty::start();
    empty.set_up_mail();
    let running = empty.key();
    std::fs::remove_file(empty.settings()).unwrap();
    let said = empty.set_up_mail();
    assert!(said.contains("note    Dezky has older keys") && said.contains("--replace-key"), "{said}");
    assert!(said.contains("note    STALWART_API_KEY has changed"), "{said}");
    let works = async |key: &str| {
        let call = Call::get("/jmap/session").bearer(key.to_owned().into());
        client(empty.stalwart()).send(call).await.unwrap().status == 200
    };
    assert!(works(&running).await && works(&empty.key()).await);

    // The environment wins over the file.
    let (code, said) = empty.run_with(&["bootstrap", "stalwart", "--yes"], &[("STALWART_API_KEY", &running)]);
    assert_eq!(code, Some(0), "{said}");
    assert!(!said.contains("is set to another value"), "{said}");
    let (code, said) =
        empty.run_with(&["bootstrap", "stalwart", "--yes"], &[("STALWART_API_KEY", "API_old")]);
    assert_eq!(code, Some(0), "{said}");
    assert!(said.contains("note    STALWART_API_KEY is set to another value"), "{said}");

    std::fs::remove_file(empty.settings()).unwrap();
    let (code, said) = empty.mail(&["--yes", "--replace-key"]);
    assert!(code == Some(0) && said.contains("removed 2 older keys of Dezky"), "{said}");
    assert!(!works(&running).await);
    empty.assert_whole().await;
}

#[tokio::test]
async fn killed_once_the_settings_are_written_it_leaves_a_key_that_works() {
    let empty = Empty::start();
    empty.set_up_mail();
    let before = empty.key();
    empty.break_key(&value!({"permissions": ["authenticate"]})).await;
    let arguments = ["bootstrap", "stalwart", "--yes"];
    let mut child = empty.command(&arguments, &[]).stdout(Stdio::piped()).spawn().unwrap();
    let mut lines = BufReader::new(child.stdout.take().unwrap()).lines().map_while(Result::ok);
    assert!(lines.any(|line| line.starts_with("wrote ")));
    // By now the older key may be on its way out.
    child.kill().unwrap();
    child.wait().unwrap();
    let made = empty.key();
    assert_ne!(made, before);
    empty.set_up_mail();
    assert_eq!(empty.key(), made, "no other one is needed");
    empty.assert_whole().await;
}

#[tokio::test]
async fn an_administrator_who_can_t_be_used_is_told_why_and_nothing_changes() {
    let empty = Empty::start();
    let password = "correct horse battery";
    let anna = value!({"name": "anna", "domainId": "b", "password": password});
    spoil(empty.stalwart(), "accounts/k", &anna).await;
    let before = inventory(empty.stalwart()).await;
    let cases: [(&[(&str, &str)], &str); 4] = [
        (&[("STALWART_ADMIN_PASSWORD", "wrong")], "doesn't accept STALWART_ADMIN_USER"),
        (&[("STALWART_ADMIN_USER", "admin")], "Use the full address"),
        (&[("STALWART_ADMIN_PASSWORD", "")], "set STALWART_ADMIN_USER and STALWART_ADMIN_PASSWORD"),
        (
            &[("STALWART_ADMIN_USER", "anna@example.test"), ("STALWART_ADMIN_PASSWORD", password)],
            "isn’t an administrator of Stalwart",
        ),
    ];
    for (over, part) in cases {
        let (code, said) = empty.run_with(&["bootstrap", "stalwart", "--yes"], over);
        assert!(code == Some(1) && said.contains(part), "{part}: {said}");
        assert!(!said.contains(password), "{said}");
    }
    // An account of that name that is somebody else's.
    spoil(empty.stalwart(), "accounts/l", &value!({"name": "dezky", "domainId": "b"})).await;
    let (code, said) = empty.mail(&["--yes"]);
    assert!(
        code == Some(1) && said.contains("stop    The account dezky@example.test isn’t Dezky’s."),
        "{said}"
    );
    remove(empty.stalwart(), "accounts/l").await;
    assert_eq!(inventory(empty.stalwart()).await, before);
    assert!(!empty.settings().exists());
}

#[tokio::test]
async fn a_mail_server_that_starts_is_waited_for() {
    let empty = Empty::start();
    let starting = value!([{"route": "GET /api/account", "kind": "error_after", "times": 1}]);
    set_faults(empty.stalwart(), starting).await;
    let said = empty.set_up_mail();
    assert!(said.starts_with("wait    Stalwart had an internal error"), "{said}");
    empty.assert_whole().await;
}

#[test]
fn the_rights_are_printed_without_any_configuration() {
    let folder = tempfile::tempdir().unwrap();
    let arguments = ["bootstrap", "stalwart", "--rights"];
    let said = crate::harness::command(folder.path(), &arguments, &[]).output().unwrap();
    let page = String::from_utf8_lossy(&said.stdout);
    assert!(said.status.success() && page.contains("| `sysDomainCreate` | adds mail domains |"), "{page}");
}

/// Calls the API of what is served as the platform's admin.
async fn call(
    sockets: &Sockets,
    token: &str,
    method: Method,
    path: &str,
    body: Option<Value>,
) -> (u16, Value) {
    let mut call = Call::new(method, path).bearer(token.into());
    if let Some(body) = body {
        call = call.json(&body);
    }
    let answer = client(&format!("http://{}", sockets[2])).send(call).await.unwrap();
    (answer.status, serde_json::from_slice(&answer.body).unwrap_or_default())
}

#[tokio::test]
async fn upstreams_that_were_set_up_from_nothing_serve_a_workspace_with_mail_and_files() {
    let mut empty = Empty::start();
    empty.set_up_all();
    // An operator. The sandbox gives out their token when it starts.
    let group = empty.find("core/groups/", "name", &value!("dezky-platform-admins")).await["pk"].clone();
    let ida =
        value!({"username": IDA, "name": "Ida Holm", "email": IDA, "type": "internal", "groups": [group]});
    empty.api(Method::Post, "core/users/", Some(ida)).await;
    empty.restart();
    let people = empty.said["people"].as_array().unwrap();
    let token = text(&find(people, "surface", "operator")["token"]);

    let sockets = free_sockets();
    let _served = empty.serve(&listening(&sockets));
    wait_until_ready(&sockets).await;
    let api = async |method, path: &str, body| call(&sockets, &token, method, path, body).await;
    let (status, me) = api(Method::Put, "/api/users/me", None).await;
    assert_eq!(status, 201, "{me}");
    let (status, made) = api(Method::Post, "/api/tenants", Some(tenant("acme"))).await;
    assert_eq!(status, 201, "{made}");
    eventually("the workspace is there", async || {
        let (_, acme) = api(Method::Get, "/api/tenants/acme", None).await;
        if acme["status"] == "active" { Ok(()) } else { Err(acme) }
    })
    .await;
    let mette = value!({"name": "Mette Hvid", "email": "mette@private.test", "mailbox": "mette"});
    let (status, made) = api(Method::Post, "/api/tenants/acme/users", Some(mette)).await;
    assert_eq!(status, 201, "{made}");
    let path = format!("/api/tenants/acme/users/{}", text(&made["id"]));
    eventually("the member has all that they get", async || {
        let (_, mette) = api(Method::Get, &path, None).await;
        let is_done = |step: &Value| step["status"] == "ok" || step["status"] == "skipped";
        if mette["steps"].as_array().is_some_and(|steps| steps.iter().all(is_done)) {
            Ok(())
        } else {
            Err(mette)
        }
    })
    .await;

    let domains = empty.objects("domains").await;
    assert!(find(&domains, "name", "acme.test").is_object(), "{domains:#?}");
    let accounts = empty.objects("accounts").await;
    assert!(find(&accounts, "address", "mette@acme.test").is_object(), "{accounts:#?}");
    let drives = inventory(origin(&empty.said, "sandbox/ocis")).await["drives"].clone();
    let is_there = drives.as_array().unwrap().iter().any(|drive| drive["alias"] == "project/acme");
    assert!(is_there, "{drives:#}");
}
