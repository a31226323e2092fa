//! `dezky bootstrap` on upstreams as they are installed: what it makes, that it does nothing twice, and that it ends what
//! was stopped anywhere. What somebody breaks then is in `breaks`.

use std::io::{BufRead as _, BufReader};
use std::os::unix::fs::PermissionsExt as _;
use std::process::Stdio;
use std::time::Duration;

use kernel::Clock;
use kernel::id::RequestId;
use outbound::Method;
use serde_json::{Value, json as value};

use crate::empty::{BOOTSTRAP, Empty};
use crate::harness::{command, get, inventory, json, set_faults, spoil};

/// Mail and files, where sign-in alone is set up.
pub const OFF: [(&str, &str); 2] =
    [("OCIS_PROVISIONING_ENABLED", "false"), ("STALWART_PROVISIONING_ENABLED", "false")];

#[tokio::test]
async fn an_empty_server_becomes_what_the_product_needs_and_a_second_run_does_nothing() {
    let empty = Empty::start();
    let before = empty.counts().await;
    // Looking changes nothing, and without somebody to ask nothing is done unasked.
    let (code, said) = empty.bootstrap(&["--plan"]);
    assert_eq!(code, Some(2), "{said}");
    assert!(said.contains("create  the application dezky-operator"), "{said}");
    let (code, said) = empty.bootstrap(&[]);
    assert!(code == Some(2) && said.contains("--yes"), "{said}");
    assert_eq!(empty.counts().await, before);
    assert!(!empty.settings().exists());

    std::fs::write(empty.settings(), "# mine\nRUST_LOG=error\nAUTHENTIK_API_TOKEN=old\n").unwrap();
    let said = empty.set_up();
    let written = std::fs::read_to_string(empty.settings()).unwrap();
    assert!(written.starts_with("# mine\nRUST_LOG=error\nAUTHENTIK_API_TOKEN="), "{written}");
    assert_eq!(std::fs::metadata(empty.settings()).unwrap().permissions().mode() & 0o777, 0o600);
    for name in ["AUTHENTIK_API_TOKEN", "AUTHENTIK_PORTAL_CLIENT_SECRET", "AUTHENTIK_OPERATOR_CLIENT_SECRET"]
    {
        let value = written.lines().find_map(|line| line.strip_prefix(&format!("{name}="))).unwrap();
        assert!(value.len() >= 30 && value != "old" && !said.contains(value), "{name}: {said}");
        assert!(said.contains(name), "what was written is named: {said}");
    }
    for proven in ["dezky-portal is known by its secret", "groups can be created", "given a link"] {
        assert!(
            said.lines().any(|line| line.starts_with("ok ") && line.contains(proven)),
            "{proven}: {said}"
        );
    }

    let after = inventory(empty.authentik()).await;
    let (code, said) = empty.bootstrap(&["--plan"]);
    assert_eq!(code, Some(0), "{said}");
    let said = empty.set_up();
    assert!(!said.contains("create ") && !said.contains("done "), "{said}");
    assert_eq!(inventory(empty.authentik()).await, after);
    assert_eq!(std::fs::read_to_string(empty.settings()).unwrap(), written);

    let (code, said) = empty.doctor(&OFF);
    assert_eq!(code, Some(0), "{said}");
    assert!(said.contains("objects that Dezky needs are set up"), "{said}");
    assert!(!said.contains("can't be checked"), "the service account may read all of it: {said}");
}

/// Whether people sign in by the operator's application although it isn't bound to anybody.
fn is_operator_open(inventory: &Value) -> bool {
    let mut applications = inventory["applications"].as_array().unwrap().iter();
    let Some(operator) = applications.find(|one| one["slug"] == "dezky-operator") else { return false };
    let mut bindings = inventory["bindings"].as_array().unwrap().iter();
    !operator["provider"].is_null() && !bindings.any(|binding| binding["target"] == operator["pk"])
}

#[tokio::test]
async fn killed_after_each_step_it_ends_whole_and_makes_nothing_twice() {
    let whole = Empty::start();
    whole.set_up();
    let empty = Empty::start();
    let mut runs = 0;
    loop {
        runs += 1;
        assert!(runs < 100, "it doesn't come to an end");
        let mut child = empty
            .command(&[&BOOTSTRAP[..], &["--yes"]].concat(), &[])
            .stdout(Stdio::piped())
            .spawn()
            .unwrap();
        let lines = BufReader::new(child.stdout.take().unwrap()).lines();
        let is_one_done = lines.map_while(Result::ok).any(|line| line.starts_with("done "));
        if !is_one_done {
            assert!(child.wait().unwrap().success());
            break;
        }
        // By now the next call may be on its way.
        child.kill().unwrap();
        child.wait().unwrap();
        assert!(!is_operator_open(&inventory(empty.authentik()).await), "after {runs} runs");
    }
    assert!(runs > 10, "it was killed {runs} times only");
    assert_eq!(empty.bootstrap(&["--plan"]).0, Some(0));
    assert_eq!(empty.counts().await, whole.counts().await);
}

#[tokio::test]
async fn an_answer_that_is_lost_is_looked_for_and_nothing_is_made_twice() {
    let whole = Empty::start();
    whole.set_up();
    for kind in ["error_after", "malformed"] {
        let empty = Empty::start();
        let once = |route: &str| value!({"route": route, "kind": kind, "times": 1});
        let routes = [
            "POST /api/v3/core/groups/",
            "POST /api/v3/propertymappings/provider/scope/",
            "POST /api/v3/providers/oauth2/",
            "POST /api/v3/core/applications/",
            "POST /api/v3/policies/bindings/",
            "POST /api/v3/flows/instances/",
            "POST /api/v3/flows/bindings/",
            "PATCH /api/v3/core/brands/",
            "POST /api/v3/rbac/roles/",
            "POST /api/v3/rbac/permissions/",
            "POST /api/v3/core/tokens/",
        ];
        set_faults(empty.authentik(), routes.map(once).into_iter().collect()).await;
        let are_left = async || {
            let faults = json(&get(empty.authentik(), "/_sim/faults").await)["faults"].clone();
            faults.as_array().unwrap().iter().any(|fault| fault["times"] != 0)
        };
        for _ in routes {
            if !are_left().await {
                break;
            }
            let (code, said) = empty.bootstrap(&["--yes"]);
            // What can't be told by looking, such as an answer about a role, is told as failed.
            assert!(code == Some(0) || said.contains("Run this command again"), "{kind}: {said}");
        }
        assert!(!are_left().await, "{kind}: each of them happens");
        empty.set_up();
        assert_eq!(empty.counts().await, whole.counts().await, "{kind}");
    }
}

#[tokio::test]
async fn lists_that_know_no_filters_mislead_nobody() {
    let whole = Empty::start();
    whole.set_up();
    let empty = Empty::start();
    spoil(empty.authentik(), "ignoredFilters/all", &value!({"times": 1_000_000})).await;
    // A role seems to have all rights that there are, which isn't believed.
    let (code, said) = empty.bootstrap(&["--yes"]);
    assert!(code == Some(1) && said.contains("the role dezky"), "{said}");
    spoil(empty.authentik(), "ignoredFilters/all", &value!({"times": 0})).await;
    empty.set_up();
    assert_eq!(empty.counts().await, whole.counts().await);
}

/// Just the rights that differ.
const RIGHTS: &str = "permissions must have authentik_core.delete_group, and not authentik_events.view_event";

#[tokio::test]
async fn rights_that_are_missing_or_too_much_are_named_and_mended() {
    let empty = Empty::start();
    empty.set_up();
    let role = empty.find("rbac/roles/", "name", &value!("dezky")).await["pk"].as_str().unwrap().to_owned();
    let place = format!("rbac/permissions/assigned_by_roles/{role}/");
    let gone = value!({"permissions": ["authentik_core.delete_group"]});
    empty.api(Method::Patch, &format!("{place}unassign/"), Some(gone)).await;
    let more = value!({"permissions": ["authentik_events.view_event"]});
    empty.api(Method::Post, &format!("{place}assign/"), Some(more)).await;
    let (code, said) = empty.doctor(&OFF);
    assert!(code == Some(1) && said.contains(RIGHTS), "{said}");
    assert!(said.contains("FAIL  Authentik: groups can be created"), "{said}");
    empty.set_up();
    assert_eq!(empty.doctor(&OFF).0, Some(0));

    let account = empty.find("core/users/", "username", &value!("dezky")).await;
    let member = value!({"pk": account["pk"]});
    let group = empty.api(Method::Post, "core/groups/", Some(value!({"name": "others"}))).await;
    let place = format!("core/groups/{}/add_user/", group["pk"].as_str().unwrap());
    empty.api(Method::Post, &place, Some(member.clone())).await;
    let other = empty.api(Method::Post, "rbac/roles/", Some(value!({"name": "more"}))).await;
    let other = other["pk"].as_str().unwrap();
    empty.api(Method::Post, &format!("rbac/roles/{other}/add_user/"), Some(member.clone())).await;
    let (code, said) = empty.doctor(&OFF);
    assert!(code == Some(1) && said.contains("groups must not have"), "{said}");
    assert!(said.contains(&format!("roles must not have {other}")), "{said}");
    empty.set_up();
    assert_eq!(empty.doctor(&OFF).0, Some(0));

    empty.api(Method::Post, &format!("rbac/roles/{role}/remove_user/"), Some(member)).await;
    // Without any right nothing can be compared, and that isn't said to be right.
    let (code, said) = empty.doctor(&OFF);
    assert!(code == Some(1) && said.contains("can't be checked"), "{said}");
    assert!(!said.contains("objects that Dezky needs are set up"), "{said}");
    empty.set_up();
    assert_eq!(empty.doctor(&OFF).0, Some(0));
}

#[tokio::test]
async fn the_doctor_removes_what_a_run_of_it_left_and_nothing_else() {
    let empty = Empty::start();
    empty.set_up();
    // Of a run on another machine that is at it, and of one that was stopped.
    let of = |clock: &Clock| format!("dezky-doctor-{}", RequestId::new(clock));
    let (running, long_ago) = (of(&Clock::System), Clock::System.now().before(Duration::from_mins(61)));
    let stopped = of(&Clock::manual(long_ago));
    let (running, stopped) = (running.as_str(), stopped.as_str());
    for (name, path) in [
        ("dezky-doctor-old", "dezky/doctor"),
        (stopped, "dezky/doctor"),
        (running, "dezky/doctor"),
        ("mine", "dezky/doctor"),
        ("dezky-doctor-x", "users"),
    ] {
        let user = value!({"username": name, "name": name, "type": "internal", "path": path});
        empty.api(Method::Post, "core/users/", Some(user)).await;
    }
    let marked = value!({"dezky": {"doctor": true}});
    for (name, attributes) in [
        ("dezky-doctor-old", marked.clone()),
        (stopped, marked.clone()),
        (running, marked.clone()),
        ("mine", marked),
        ("dezky-doctor-x", value!({})),
    ] {
        let group = value!({"name": name, "attributes": attributes});
        empty.api(Method::Post, "core/groups/", Some(group)).await;
    }
    let (code, said) = empty.doctor(&OFF);
    assert_eq!(code, Some(0), "{said}");
    let inventory = inventory(empty.authentik()).await;
    for (kind, field) in [("users", "username"), ("groups", "name")] {
        let names: Vec<&Value> = inventory[kind].as_array().unwrap().iter().map(|one| &one[field]).collect();
        for gone in ["dezky-doctor-old", stopped] {
            assert!(!names.iter().any(|name| **name == gone), "{kind}: {names:?}");
        }
        for kept in ["mine", "dezky-doctor-x", running] {
            assert!(names.iter().any(|name| **name == kept), "{kind}: {names:?}");
        }
    }
}

#[tokio::test]
async fn a_token_that_is_wrong_or_too_weak_changes_nothing_and_is_said() {
    let empty = Empty::start();
    let before = empty.counts().await;
    let wrong = [("AUTHENTIK_ADMIN_TOKEN", "wrong")];
    let (code, said) = empty.run_with(&[&BOOTSTRAP[..], &["--yes"]].concat(), &wrong);
    assert!(code == Some(1) && said.contains("Token invalid/expired"), "{said}");
    let (code, said) =
        empty.run_with(&[&BOOTSTRAP[..], &["--yes"]].concat(), &[("AUTHENTIK_ADMIN_TOKEN", "")]);
    assert!(code == Some(1) && said.contains("set AUTHENTIK_ADMIN_TOKEN"), "{said}");
    assert_eq!(empty.counts().await, before);

    empty.set_up();
    let settings = std::fs::read_to_string(empty.settings()).unwrap();
    let own = settings.lines().find_map(|line| line.strip_prefix("AUTHENTIK_API_TOKEN=")).unwrap();
    let (code, said) =
        empty.run_with(&[&BOOTSTRAP[..], &["--yes"]].concat(), &[("AUTHENTIK_ADMIN_TOKEN", own)]);
    assert!(code == Some(1) && said.contains("belongs to dezky, who is no administrator"), "{said}");
}

#[tokio::test]
async fn an_operator_is_a_person_who_exists_and_has_no_rights_in_authentik() {
    let empty = Empty::start();
    empty.set_up();
    let none = "Authentik has no account named ida@dezky.test";
    let program = "dezky is a service account; operators are people";
    for (name, part) in [("ida@dezky.test", none), ("akadmin", "is a superuser"), ("dezky", program)] {
        let (code, said) = empty.bootstrap(&["--yes", "--operator", name]);
        assert!(code == Some(1) && said.contains(part), "{said}");
    }
    let ida = value!({"username": "ida", "name": "Ida Holm", "email": "ida@dezky.test", "type": "internal"});
    empty.api(Method::Post, "core/users/", Some(ida)).await;
    let by_address = ["--operator", "Ida@dezky.test"];
    let joins = "dezky-platform-admins: Ida Holm (user name ida, e-mail ida@dezky.test, path users) joins it";
    let (code, said) = empty.bootstrap(&[&["--plan"][..], &by_address].concat());
    assert!(code == Some(2) && said.contains(joins), "{said}");
    let (code, said) = empty.bootstrap(&[&["--yes"][..], &by_address].concat());
    assert!(code == Some(0) && said.contains("done    ida is an operator"), "{said}");
    let next = format!("Next: sign in at {}", empty.env("OPERATOR_URL"));
    assert_eq!(said.lines().last(), Some(next.as_str()), "{said}");
    let (code, said) = empty.bootstrap(&[&["--plan"][..], &by_address].concat());
    assert!(code == Some(0) && !said.contains("joins"), "{said}");
    let (code, said) = empty.doctor(&OFF);
    assert!(code == Some(0) && !said.contains("the members of the group"), "{said}");
}

#[tokio::test]
async fn an_address_makes_nobody_an_operator_but_the_one_person_whom_it_is_of() {
    let empty = Empty::start();
    empty.set_up();
    let group = value!("dezky-platform-admins");
    let members = async || empty.find("core/groups/", "name", &group).await["users"].clone();
    let made = async |fields: Value| {
        let base = value!({"username": "vera@acme.test", "name": "Vera", "type": "internal"});
        let mut user = base.as_object().unwrap().clone();
        user.extend(fields.as_object().unwrap().clone());
        empty.api(Method::Post, "core/users/", Some(Value::Object(user))).await["pk"].clone()
    };
    let refused = |name: &str, part: &str| {
        for how in ["--plan", "--yes"] {
            let (code, said) = empty.bootstrap(&[how, "--operator", name]);
            assert!(code == Some(1) && said.contains(part), "{part}: {said}");
        }
    };
    let of_workspace = "Dezky made the account vera@acme.test for a member of a workspace";
    for (fields, part) in [
        (value!({"path": "dezky"}), of_workspace),
        (value!({"attributes": {"dezky": {"person": "Vera", "resource": "res_1"}}}), of_workspace),
        (value!({"type": "external"}), "is an account of the type external"),
        (value!({"type": "service_account"}), "is a service account; operators are people"),
        (value!({"is_active": false}), "is suspended"),
    ] {
        let user = made(fields).await;
        refused("vera@acme.test", part);
        empty.api(Method::Delete, &format!("core/users/{user}/"), None).await;
    }

    // Somebody's user name is the address that an operator has.
    made(value!({"username": "ida", "name": "Ida Holm", "email": "ida@dezky.test"})).await;
    made(value!({"username": "ida@dezky.test", "path": "dezky"})).await;
    refused("ida@dezky.test", "Authentik has 2 accounts named ida@dezky.test: ");
    refused("ida@dezky.test", "Ida Holm (user name ida, e-mail ida@dezky.test, path users)");
    assert_eq!(members().await, value!([]));
    // What she alone has leads to her.
    let (code, said) = empty.bootstrap(&["--yes", "--operator", "ida"]);
    assert!(code == Some(0) && said.contains("done    ida is an operator"), "{said}");
    assert_eq!(members().await.as_array().map(Vec::len), Some(1));
}

#[tokio::test]
async fn a_server_that_starts_is_waited_for_and_so_is_what_it_makes_by_itself() {
    let empty = Empty::start();
    let starting = value!([{"route": "GET /api/v3/core/users/me/", "kind": "refuse", "times": 1}]);
    set_faults(empty.authentik(), starting).await;
    let brand = empty.find("core/brands/", "default", &value!(true)).await;
    let path = format!("core/brands/{}/", brand["brand_uuid"].as_str().unwrap());
    empty.api(Method::Patch, &path, Some(value!({"default": false}))).await;
    let mut child =
        empty.command(&[&BOOTSTRAP[..], &["--yes"]].concat(), &[]).stdout(Stdio::piped()).spawn().unwrap();
    let mut lines = BufReader::new(child.stdout.take().unwrap()).lines().map_while(Result::ok);
    assert!(lines.any(|line| line.starts_with("wait ") && line.contains("closed the connection")));
    assert!(lines.any(|line| line.starts_with("wait ") && line.contains("default brand")));
    empty.api(Method::Patch, &path, Some(value!({"default": true}))).await;
    assert!(lines.any(|line| line.starts_with("done ")));
    let said: Vec<String> = lines.collect();
    assert!(child.wait().unwrap().success(), "{said:?}");
    tokio::time::timeout(Duration::from_secs(1), empty.counts()).await.unwrap();
}

#[test]
fn the_blueprint_and_the_rights_are_printed_without_any_configuration() {
    let folder = tempfile::tempdir().unwrap();
    for (flag, part) in [("--blueprint", "version: 1\n"), ("--rights", "| `authentik_core.view_user` |")] {
        let said = command(folder.path(), &["bootstrap", "authentik", flag], &[]).output().unwrap();
        assert!(said.status.success() && String::from_utf8_lossy(&said.stdout).contains(part), "{flag}");
    }
}

#[tokio::test]
async fn settings_are_written_where_serve_reads_them() {
    let empty = Empty::start();
    let own = empty.folder.path().join("own.env");
    std::fs::write(&own, "# own\n").unwrap();
    let named = [("DEZKY_CONFIG", own.to_str().unwrap())];
    let (code, said) = empty.run_with(&[&BOOTSTRAP[..], &["--yes"]].concat(), &named);
    assert!(code == Some(0) && !empty.settings().exists(), "{said}");
    assert!(std::fs::read_to_string(&own).unwrap().contains("\nAUTHENTIK_API_TOKEN="), "{said}");

    let said = empty.set_up();
    assert!(said.contains("wrote   .env: "), "{said}");
    for command in ["migrate", "doctor"] {
        let (code, said) = empty.run_with(&[command], &OFF);
        assert_eq!(code, Some(0), "{said}");
    }
}

#[tokio::test]
async fn what_the_last_part_lacks_is_told_before_the_first_begins() {
    let empty = Empty::start();
    let before = empty.counts().await;
    for how in ["--plan", "--yes"] {
        let (code, said) = empty.run_with(&["bootstrap", "all", how], &[("OCIS_SERVICE_USER", "")]);
        assert!(code == Some(1) && said.contains("OCIS_SERVICE_USER is not set"), "{said}");
    }
    assert_eq!(empty.counts().await, before);
    assert!(!empty.settings().exists());
}

#[tokio::test]
async fn everything_is_set_up_in_one_run() {
    let empty = Empty::start();
    let (code, said) = empty.run_with(&["bootstrap", "all", "--plan"], &[]);
    assert!(code == Some(2) && said.contains("oCIS: set up after Authentik and Stalwart"), "{said}");
    assert!(said.contains("create  the account dezky@example.test\n"), "{said}");
    let note = "note    there is no operator yet: dezky bootstrap authentik --operator NAME";
    let (code, said) = empty.run_with(&["bootstrap", "all", "--yes"], &[]);
    assert!(code == Some(0) && said.lines().last() == Some(note), "{said}");
    let (code, said) = empty.doctor(&[]);
    assert_eq!(code, Some(0), "{said}");
    assert!(said.contains("ok    oCIS: the service user has the role Admin"), "{said}");
    assert!(said.contains("ok    Stalwart: the key has all rights that Dezky needs"), "{said}");
    // What was written is known to the next run.
    let (code, said) = empty.run_with(&["bootstrap", "all", "--plan"], &[]);
    assert_eq!(code, Some(0), "{said}");
    assert!(said.contains("ok      Dezky's service user at oCIS is as it must be"), "{said}");

    let ida = value!({"username": "ida", "name": "Ida Holm", "type": "internal"});
    empty.api(Method::Post, "core/users/", Some(ida)).await;
    assert_eq!(empty.bootstrap(&["--yes", "--operator", "ida"]).0, Some(0));
    let (code, said) = empty.run_with(&["bootstrap", "all", "--yes"], &[]);
    assert!(code == Some(0) && !said.contains(note), "{said}");
}
