//! The other commands: the sandbox alone with `serve` beside it, `migrate`, and refusals that say what to do.

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;
use std::time::Duration;

use outbound::{Call, Client, Options};
use serde_json::Value;

use crate::harness::{Dezky, client, command, get, json, origin};
use crate::world::free_sockets;

/// A database that nobody has used, and what must live as long as it is used.
async fn database() -> db::testing::TestDb {
    db::testing::empty().await
}

fn settings(said: &Value) -> Vec<(String, String)> {
    let settings = said["env"].as_object().unwrap();
    settings.iter().map(|(name, value)| (name.clone(), value.as_str().unwrap().to_owned())).collect()
}

async fn wait_until_ready(origin: &str) {
    let options = Options { deadline: Duration::from_secs(1), ..Options::default() };
    let client = Client::new("Dezky", origin.parse().unwrap(), options).unwrap();
    for _ in 0..300 {
        if let Ok(answer) = client.send(Call::get("/health/ready")).await
            && answer.status == 200
        {
            return;
        }
        tokio::time::sleep(Duration::from_millis(100)).await;
    }
    panic!("{origin} does not become ready");
}

#[tokio::test]
async fn serve_runs_on_the_settings_that_the_sandbox_gives() {
    let folder = tempfile::tempdir().unwrap();
    let test = database().await;
    let sandbox = Dezky::start(folder.path(), &["sandbox", "--json", "--port", "0"], &[]);
    let said = sandbox.announcement();
    let mut settings = settings(&said);
    settings.push(("DATABASE_URL".into(), test.url.clone()));
    let settings: Vec<(&str, &str)> = settings.iter().map(|(n, v)| (n.as_str(), v.as_str())).collect();
    let serve = Dezky::start(folder.path(), &["serve"], &settings);
    let api = origin(&said, "api");
    wait_until_ready(api).await;
    wait_until_ready(origin(&said, "portal")).await;
    // Nobody has an account yet: the first sign-in of a member of the configured group makes an admin.
    let people = said["people"].as_array().unwrap();
    let ida = people.iter().find(|person| person["surface"] == "operator").unwrap();
    let token = ida["token"].as_str().unwrap();
    let unknown = client(api).send(Call::get("/api/me").bearer(token.into())).await.unwrap();
    assert_eq!(json(&unknown)["type"], "urn:dezky:problem:no-account");
    let admit = Call::new(outbound::Method::Put, "/api/users/me").bearer(token.into());
    let made = client(api).send(admit).await.unwrap();
    assert_eq!((made.status, json(&made)["platformAdmin"].as_bool()), (201, Some(true)));
    // The gallery of components is for the sandbox alone.
    assert_eq!(get(origin(&said, "portal"), "/_components").await.status, 404);
    let (status, printed) = serve.stop();
    assert!(status.success());
    assert_eq!(printed, "");
}

#[tokio::test]
async fn three_instances_that_start_together_make_one_platform_workspace() {
    let test = database().await;
    if test.db.backend() == db::Backend::Sqlite {
        eprintln!("skipped: several instances need PostgreSQL, which TEST_DATABASE_URL names");
        return;
    }
    let folder = tempfile::tempdir().unwrap();
    let sandbox = Dezky::start(folder.path(), &["sandbox", "--json", "--port", "0"], &[]);
    let said = sandbox.announcement();
    let mut settings = settings(&said);
    settings.push(("DATABASE_URL".into(), test.url.clone()));
    let mut instances = Vec::new();
    let mut apis = vec![origin(&said, "api").to_owned()];
    for instance in 0..3 {
        let mut settings: Vec<(&str, &str)> =
            settings.iter().map(|(n, v)| (n.as_str(), v.as_str())).collect();
        let free = free_sockets();
        if instance > 0 {
            let listen = ["PORTAL_LISTEN", "OPERATOR_LISTEN", "API_LISTEN"];
            settings.retain(|(name, _)| !listen.contains(name));
            settings.extend(listen.into_iter().zip(free.iter().map(String::as_str)));
            apis.push(format!("http://{}", free[2]));
        }
        instances.push(Dezky::start(folder.path(), &["serve"], &settings));
    }
    for api in &apis {
        wait_until_ready(api).await;
    }
    let ida = said["people"][0]["token"].as_str().unwrap();
    let admit = Call::new(outbound::Method::Put, "/api/users/me").bearer(ida.into());
    client(&apis[0]).send(admit).await.unwrap();
    for api in &apis {
        let call = Call::get("/api/tenants").bearer(ida.into());
        let tenants = json(&client(api).send(call).await.unwrap());
        let slugs: Vec<&Value> = tenants["items"].as_array().unwrap().iter().map(|t| &t["slug"]).collect();
        assert_eq!(slugs, ["dezky"], "{api}");
    }
}

#[tokio::test]
async fn serve_refuses_a_database_that_is_behind_and_takes_it_after_migrate() {
    let folder = tempfile::tempdir().unwrap();
    let test = database().await;
    let settings = [
        ("DATABASE_URL", test.url.as_str()),
        ("PORTAL_URL", "http://127.0.0.1:1"),
        ("OPERATOR_URL", "http://127.0.0.1:1"),
        ("API_URL", "http://127.0.0.1:1"),
        ("PORTAL_LISTEN", "127.0.0.1:0"),
        ("OPERATOR_LISTEN", "127.0.0.1:0"),
        ("API_LISTEN", "127.0.0.1:0"),
        ("AUTHENTIK_ISSUER", "http://127.0.0.1:1"),
        ("AUTHENTIK_PORTAL_CLIENT_SECRET", "x"),
        ("AUTHENTIK_OPERATOR_CLIENT_SECRET", "x"),
        ("ENCRYPTION_KEYS", "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA="),
    ];
    let refused = command(folder.path(), &["serve"], &settings).output().unwrap();
    assert!(!refused.status.success());
    let said = String::from_utf8_lossy(&refused.stderr).into_owned();
    assert!(said.contains("dezky migrate"), "{said}");
    let migrated = command(folder.path(), &["migrate"], &settings[..1]).output().unwrap();
    assert!(migrated.status.success(), "{}", String::from_utf8_lossy(&migrated.stderr));
    assert_eq!(migrations::pending(&test.db).await.unwrap(), 0);
}

#[test]
fn without_a_command_a_deployment_is_told_to_use_serve() {
    let folder = tempfile::tempdir().unwrap();
    let settings = [("STALWART_API_URL", "https://mail.example.com")];
    let refused = command(folder.path(), &[], &settings).output().unwrap();
    assert_eq!(refused.status.code(), Some(64));
    assert!(String::from_utf8_lossy(&refused.stderr).contains("dezky serve"));
}

#[test]
fn a_configuration_that_is_wrong_is_refused_with_all_that_is_wrong() {
    let folder = tempfile::tempdir().unwrap();
    std::fs::write(folder.path().join(".env"), "PORTAL_URL=nonsense\n").unwrap();
    let refused = command(folder.path(), &["serve"], &[]).output().unwrap();
    let said = String::from_utf8_lossy(&refused.stderr).into_owned();
    for name in ["PORTAL_URL", "API_URL", "AUTHENTIK_ISSUER", "ENCRYPTION_KEYS"] {
        assert!(said.contains(name), "{said}");
    }
    assert!(refused.stdout.is_empty());
}

/// What a command does where there is no database.
enum Without {
    /// It makes one: that is what it is for.
    Makes,
    /// With these words it says that there is none.
    Says(&'static [&'static str]),
    /// With these words it ends before it looks.
    Ends(&'static [&'static str]),
}
use Without::{Ends, Makes, Says};

static WITHOUT_A_DATABASE: [(&str, Without); 17] = [
    ("apply", Says(&["acme", "--hash", "0"])),
    ("audit verify", Says(&[])),
    ("backup", Says(&["copy"])),
    ("bootstrap all", Ends(&["--plan"])),
    ("bootstrap authentik", Ends(&["--plan"])),
    ("bootstrap ocis", Says(&["--plan"])),
    ("bootstrap stalwart", Ends(&["--plan"])),
    ("dev", Makes),
    ("doctor", Says(&[])),
    ("keys list", Says(&[])),
    ("keys rotate", Says(&[])),
    ("migrate", Makes),
    ("plan", Says(&[])),
    ("reconcile", Says(&["--wait", "0"])),
    ("restore", Makes),
    ("resume", Says(&["--yes"])),
    // What it needs stands beside it: simulators alone.
    ("sandbox", Makes),
];

/// All commands, as the program lists them.
fn commands(folder: &Path, path: &[&str], found: &mut BTreeSet<String>) {
    let help = command(folder, &[path, &["--help"]].concat(), &[]).output().unwrap();
    let help = String::from_utf8_lossy(&help.stdout).into_owned();
    let Some((_, list)) = help.split_once("\nCommands:\n") else {
        found.insert(path.join(" "));
        return;
    };
    let lines = list.lines().take_while(|line| !line.is_empty());
    let names = lines.filter_map(|line| line.strip_prefix("  ")).filter(|line| !line.starts_with(' '));
    for name in names.filter_map(|line| line.split_whitespace().next()).filter(|name| *name != "help") {
        commands(folder, &[path, &[name]].concat(), found);
    }
}

#[test]
fn no_command_but_those_that_are_for_it_makes_a_database() {
    let folder = tempfile::tempdir().unwrap();
    let mut found = BTreeSet::new();
    commands(folder.path(), &[], &mut found);
    let known: BTreeMap<&str, &Without> =
        WITHOUT_A_DATABASE.iter().map(|(name, without)| (*name, without)).collect();
    let mut named: BTreeSet<String> = known.keys().map(|name| (*name).to_owned()).collect();
    named.insert("serve".to_owned());
    assert_eq!(found, named, "each command has its line here; `serve` may make one");

    let settings = [
        ("PORTAL_URL", "http://127.0.0.1:1"),
        ("OPERATOR_URL", "http://127.0.0.1:1"),
        ("API_URL", "http://127.0.0.1:1"),
        ("AUTHENTIK_ISSUER", "http://127.0.0.1:1"),
        ("AUTHENTIK_PORTAL_CLIENT_SECRET", "x"),
        ("AUTHENTIK_OPERATOR_CLIENT_SECRET", "x"),
        ("ENCRYPTION_KEYS", "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA="),
        ("OCIS_API_URL", "http://127.0.0.1:1"),
        ("OCIS_CREDENTIAL", "refresh_token"),
        ("OCIS_SERVICE_USER", "dezky"),
        ("DNS_RESOLVERS", "127.0.0.1:1"),
    ];
    for (name, without) in known {
        let (words, says) = match without {
            Makes => continue,
            Says(words) => (words, true),
            Ends(words) => (words, false),
        };
        let line: Vec<&str> = name.split(' ').chain(words.iter().copied()).collect();
        for (url, file) in [(None, "var/dezky.db"), (Some("sqlite:gone/other.db"), "gone/other.db")] {
            let url = url.map(|url| ("DATABASE_URL", url));
            let settings: Vec<(&str, &str)> = settings.iter().copied().chain(url).collect();
            let ended = command(folder.path(), &line, &settings).output().unwrap();
            let said = format!(
                "{}{}",
                String::from_utf8_lossy(&ended.stdout),
                String::from_utf8_lossy(&ended.stderr)
            );
            assert!(!ended.status.success(), "{name}: {said}");
            if says {
                let none = format!("there is no database at {file}. Set DATABASE_URL");
                assert!(said.contains(&none) && said.contains("dezky migrate"), "{name}: {said}");
            }
            let left: Vec<_> =
                std::fs::read_dir(folder.path()).unwrap().map(|it| it.unwrap().path()).collect();
            assert_eq!(left, Vec::<std::path::PathBuf>::new(), "{name}");
        }
    }
}

#[test]
fn where_settings_are_looked_for_is_said_if_there_are_none() {
    let folder = tempfile::tempdir().unwrap();
    let lead = "dezky: no settings were found: neither DEZKY_CONFIG nor ./.env. With systemd they are in /etc/dezky/dezky.env\n";
    let said = |words: &[&str], environment: &[(&str, &str)]| {
        let ended = command(folder.path(), words, environment).output().unwrap();
        assert!(!ended.status.success());
        String::from_utf8_lossy(&ended.stderr).into_owned()
    };
    for words in [&["serve"][..], &["doctor"], &["bootstrap", "authentik", "--plan"]] {
        let said = said(words, &[]);
        assert!(said.contains(lead) && said.contains("AUTHENTIK_ISSUER is not set"), "{said}");
    }
    let deployed = said(&["serve"], &[("PORTAL_URL", "https://portal.example.com")]);
    assert!(deployed.contains("API_URL is not set") && !deployed.contains(lead), "{deployed}");
    std::fs::write(folder.path().join(".env"), "").unwrap();
    assert!(!said(&["serve"], &[]).contains(lead), "there is a file");
}

#[test]
fn a_misspelt_setting_is_pointed_out_with_the_one_that_was_meant() {
    let folder = tempfile::tempdir().unwrap();
    std::fs::write(folder.path().join(".env"), "AUTHENTIK_API_TOKN=x\nSOMEBODYS=1\n").unwrap();
    std::fs::write(folder.path().join("own.env"), "STALWART_KEY=x\nSOMEBODYS=1\n").unwrap();
    let environment = [("STALWART_API_KYE", "x"), ("AUTHENTIK_SECRET_KEY", "x")];
    let slip = "STALWART_API_KYE in the environment isn't a setting of Dezky and is ignored. Did you mean STALWART_API_KEY?";
    let both = [
        slip,
        "AUTHENTIK_API_TOKN in .env isn't a setting of Dezky and is ignored. Did you mean AUTHENTIK_API_TOKEN?",
    ];
    let plan = ["bootstrap", "stalwart", "--plan", "--settings", "own.env"];
    for words in [&["serve"][..], &["doctor"], &["audit", "verify"], &plan] {
        let ended = command(folder.path(), words, &environment).output().unwrap();
        let said = String::from_utf8_lossy(&ended.stderr).into_owned();
        let printed = String::from_utf8_lossy(&ended.stdout).into_owned();
        let is_doctor = words == ["doctor"];
        for line in both {
            if is_doctor {
                assert!(printed.contains(&format!("note  Settings: {line}\n")), "{printed}");
            } else {
                assert!(said.contains(line) && !printed.contains(line), "{words:?}: {said}");
            }
        }
        assert!(!said.contains("SOMEBODYS") && !said.contains("AUTHENTIK_SECRET_KEY"), "{said}");
        let own =
            "STALWART_KEY in own.env isn't a setting of Dezky and is ignored. Did you mean STALWART_API_KEY?";
        assert_eq!(said.contains(own), words == plan, "{words:?}: {said}");
    }
}

#[test]
fn a_backup_is_restored_only_into_a_database_that_was_named() {
    let folder = tempfile::tempdir().unwrap();
    let key = ("ENCRYPTION_KEYS", "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=");
    let refused = command(folder.path(), &["restore", "copy"], &[key]).output().unwrap();
    let said = String::from_utf8_lossy(&refused.stderr).into_owned();
    assert!(!refused.status.success() && said.contains("DATABASE_URL isn't set"), "{said}");
    assert_eq!(std::fs::read_dir(folder.path()).unwrap().count(), 0);
    let named = ("DATABASE_URL", "postgres://dezky:secret@127.0.0.1:1/dezky");
    let begun = command(folder.path(), &["restore", "copy"], &[key, named]).output().unwrap();
    let said = String::from_utf8_lossy(&begun.stdout).into_owned();
    assert_eq!(said.lines().next(), Some("Restoring copy into 127.0.0.1:1/dezky"));
}
