//! `deploy/up` against a `docker` that only notes what it is asked: in which order things are started, that secrets are
//! made once and seen by nobody, and that a run that was killed anywhere is ended by the next.

use std::collections::BTreeMap;
use std::os::unix::fs::PermissionsExt;
use std::os::unix::process::{CommandExt as _, ExitStatusExt as _};
use std::path::{Path, PathBuf};
use std::process::{Command, Output};

use tempfile::TempDir;

const DEPLOY: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/../../deploy");

/// Notes its arguments, plays Stalwart's part, and kills the whole run at the call whose number is in `die-at`.
const DOCKER: &str = r#"#!/bin/sh
here=$(dirname "$0")
printf '%s\n' "$*" | tr '\n' ' ' >>"$here/calls"
printf ' admin=%s token=%s' "${STALWART_ADMIN_USER:-}" "${AUTHENTIK_ADMIN_TOKEN:+given}" >>"$here/calls"
admitted=${AUTHENTIK_BOOTSTRAP_PASSWORD:+${AUTHENTIK_BOOTSTRAP_TOKEN:+${STALWART_RECOVERY_PASSWORD:+yes}}}
printf ' files=%s admitted=%s\n' "${COMPOSE_FILE:-}" "${admitted:-no}" >>"$here/calls"
[ "$(wc -l <"$here/calls")" != "$(cat "$here/die-at" 2>/dev/null)" ] || early=1
case "$*" in
    *"test -s /etc/stalwart/config.json")
        [ -z "${early:-}" ] || kill -9 0
        [ -e "$here/configured" ]
        exit ;;
    *psql*) cat >>"$here/sql" ;;
    *x:Bootstrap/set*)
        cat >/dev/null
        [ ! -e "$here/configured" ] || { echo '{"notUpdated":{}}'; exit; }
        touch "$here/configured"
        [ -z "${early:-}" ] || kill -9 0
        echo '{"methodResponses":[["x:Bootstrap/set",{"updated":{"singleton":{"username":"admin@acme.test","secret":"Shown1Once2Only3"}}},"0"]]}' ;;
    *x:SystemSettings/set*) cat >/dev/null; echo '{"methodResponses":[["x:SystemSettings/set",{"updated":{"singleton":null}},"0"]]}' ;;
    *x:AllowedIp/query*) cat >/dev/null; echo '{"methodResponses":[["x:AllowedIp/query",{"ids":[]},"0"]]}' ;;
    *x:AllowedIp/set*) cat >/dev/null; echo '{"methodResponses":[["x:AllowedIp/set",{"created":{"n":{"id":"b"}}},"0"]]}' ;;
esac
[ -z "${early:-}" ] || kill -9 0
"#;

/// A copy of the folder, with a `docker` of its own.
struct Stack {
    folder: TempDir,
}

impl Stack {
    fn new() -> Self {
        let stack = Self { folder: tempfile::tempdir().unwrap() };
        std::fs::create_dir_all(stack.bin()).unwrap();
        std::fs::create_dir_all(stack.deploy()).unwrap();
        for name in ["up", ".env.example", "administrators.env.example"] {
            std::fs::copy(Path::new(DEPLOY).join(name), stack.deploy().join(name)).unwrap();
        }
        let docker = stack.bin().join("docker");
        std::fs::write(&docker, DOCKER).unwrap();
        std::fs::set_permissions(&docker, PermissionsExt::from_mode(0o755)).unwrap();
        stack
    }

    /// One whose operator has chosen what there is to choose.
    fn chosen() -> Self {
        let stack = Self::new();
        let example = std::fs::read_to_string(stack.deploy().join(".env.example")).unwrap();
        let chosen = example
            .replace("\nDOMAIN=\n", "\nDOMAIN=acme.test\n")
            .replace("\nADMIN_EMAIL=\n", "\nADMIN_EMAIL=ida@acme.test\n");
        std::fs::write(stack.env(), chosen).unwrap();
        stack
    }

    fn bin(&self) -> PathBuf {
        self.folder.path().join("bin")
    }

    fn deploy(&self) -> PathBuf {
        self.folder.path().join("deploy")
    }

    fn env(&self) -> PathBuf {
        self.deploy().join(".env")
    }

    fn administrators(&self) -> PathBuf {
        self.deploy().join("administrators.env")
    }

    /// Writes a setting of the stack.
    fn set(&self, name: &str, value: &str) {
        let text = std::fs::read_to_string(self.env()).unwrap();
        let others = text.lines().filter(|line| !line.starts_with(&format!("{name}=")));
        let lines: Vec<String> = others.map(str::to_owned).chain([format!("{name}={value}")]).collect();
        std::fs::write(self.env(), lines.join("\n") + "\n").unwrap();
    }

    fn up(&self) -> Output {
        let path = format!("{}:/usr/local/bin:/usr/bin:/bin", self.bin().display());
        let mut command = Command::new(self.deploy().join("up"));
        command.env_clear().env("PATH", path).current_dir("/").process_group(0).output().unwrap()
    }

    /// Runs it to its good end.
    fn ends_well(&self) -> String {
        let ended = self.up();
        let said = [ended.stdout, ended.stderr].map(|bytes| String::from_utf8_lossy(&bytes).into_owned());
        assert!(ended.status.success(), "{}", said.concat());
        said.concat()
    }

    fn calls(&self) -> Vec<String> {
        let calls = std::fs::read_to_string(self.bin().join("calls")).unwrap_or_default();
        calls.lines().map(str::to_owned).collect()
    }

    /// Those of the stack and of its administrators.
    fn settings(&self) -> BTreeMap<String, String> {
        let mut settings = self::settings(&self.env());
        settings.extend(self::settings(&self.administrators()));
        settings
    }

    /// All secrets that are there.
    fn secrets(&self) -> BTreeMap<String, String> {
        let mut settings = self.settings();
        settings.retain(|name, value| {
            !value.is_empty()
                && (["PASSWORD", "SECRET", "TOKEN", "KEYS"].iter().any(|part| name.contains(part))
                    || name == "OCIS_ADMIN_USER_ID")
        });
        settings
    }
}

fn settings(file: &Path) -> BTreeMap<String, String> {
    let text = std::fs::read_to_string(file).unwrap_or_default();
    let pairs = text.lines().filter(|line| !line.starts_with('#')).filter_map(|line| line.split_once('='));
    pairs.map(|(name, value)| (name.to_owned(), value.to_owned())).collect()
}

/// The place of the first call that has all these words.
fn place(calls: &[String], words: &[&str]) -> usize {
    let found = calls.iter().position(|call| words.iter().all(|word| call.contains(word)));
    found.unwrap_or_else(|| panic!("{words:?} isn't called in {calls:#?}"))
}

#[test]
fn the_first_run_asks_for_what_is_to_be_chosen_and_starts_nothing() {
    let stack = Stack::new();
    let ended = stack.up();
    assert_eq!(ended.status.code(), Some(64));
    assert!(String::from_utf8_lossy(&ended.stderr).contains("set DOMAIN and ADMIN_EMAIL in deploy/.env"));
    assert_eq!(std::fs::metadata(stack.env()).unwrap().permissions().mode() & 0o777, 0o600);
    assert_eq!(stack.calls().len(), 1, "only whether there is a compose plugin");
    assert!(stack.secrets().is_empty());
}

#[test]
fn everything_is_started_in_its_order_and_a_second_run_makes_nothing_anew() {
    let stack = Stack::chosen();
    let said = stack.ends_well();
    let calls = stack.calls();
    let order = [
        &["up --detach --wait", "postgres"][..],
        &["psql"],
        &["up --detach --wait", "authentik-server", "stalwart"],
        &["x:Bootstrap/set"],
        &["restart stalwart"],
        &["x:SystemSettings/set", "172.30.57.2"],
        &["https://id.acme.test/"],
        &["dezky bootstrap authentik --yes", "token=given"],
        &["up --detach --wait", " ocis"],
        &["https://files.acme.test/"],
        &["dezky bootstrap all --yes", "admin=admin@acme.test", "token=given"],
        &["up --detach --wait", "authentik-server authentik-worker stalwart", "admitted=no"],
        &["dezky migrate"],
        &["up --detach --wait", " dezky"],
        &["dezky doctor"],
    ];
    let places: Vec<usize> = order.iter().map(|words| place(&calls, words)).collect();
    assert!(places.is_sorted(), "{calls:#?}");
    assert!(said.contains("https://operator.acme.test") && said.contains("dezky-platform-admins"), "{said}");

    let secrets = stack.secrets();
    assert_eq!(secrets["STALWART_ADMIN_PASSWORD"], "Shown1Once2Only3");
    assert_eq!(secrets.len(), 11, "{:?}", secrets.keys());
    let whole = calls.concat() + &said;
    for (name, secret) in &secrets {
        assert!(secret.len() >= 16 && !whole.contains(secret.as_str()), "{name} is seen, or short");
    }
    assert!(kernel::id::is_uuid(&secrets["OCIS_ADMIN_USER_ID"]));
    let sql = std::fs::read_to_string(stack.bin().join("sql")).unwrap();
    assert!(sql.contains(&format!("ALTER ROLE dezky PASSWORD '{}'", secrets["DEZKY_DATABASE_PASSWORD"])));
    let files = [stack.env(), stack.administrators()];
    for file in &files {
        assert_eq!(
            std::fs::metadata(file).unwrap().permissions().mode() & 0o777,
            0o600,
            "{}",
            file.display()
        );
    }

    let texts = || files.each_ref().map(|file| std::fs::read_to_string(file).unwrap());
    let before = texts();
    stack.ends_well();
    assert_eq!(texts(), before);
    let again = &stack.calls()[calls.len()..];
    assert!(again.iter().all(|call| !call.contains("jmap") && call.contains("admitted=no")), "{again:#?}");
    place(again, &["dezky bootstrap all --yes", "admin=admin@acme.test", "token=given"]);
}

#[test]
fn servers_know_their_administrators_until_everything_is_set_up_and_no_longer() {
    let stack = Stack::chosen();
    stack.ends_well();
    let calls = stack.calls();
    let (starts, end) = (place(&calls, &["up --detach"]), place(&calls, &["bootstrap all"]));
    for (n, call) in calls.iter().enumerate().skip(starts) {
        let wanted = if n <= end {
            "files=compose.yaml:compose.first-start.yaml admitted=yes"
        } else {
            "files= admitted=no"
        };
        assert!(call.ends_with(wanted), "{call}");
    }
    for name in settings(&stack.administrators()).keys() {
        assert!(!settings(&stack.env()).contains_key(name), "{name}");
    }

    // In a safe they aren't made anew, and nothing is set up without them.
    std::fs::remove_file(stack.administrators()).unwrap();
    let said = stack.ends_well();
    let without = &stack.calls()[calls.len()..];
    assert!(without.iter().all(|call| !call.contains("bootstrap")), "{without:#?}");
    assert!(
        without.iter().all(|call| call.contains("token= ") && call.contains("admitted=no")),
        "{without:#?}"
    );
    place(without, &["dezky doctor"]);
    assert!(said.contains("nothing was set up anew") && !stack.administrators().exists(), "{said}");

    stack.set("STALWART_IS_SET_UP", "");
    let ended = stack.up();
    assert_eq!(ended.status.code(), Some(64));
    assert!(String::from_utf8_lossy(&ended.stderr).contains("put deploy/administrators.env back"));
}

#[test]
fn secrets_of_administrators_that_are_in_the_stacks_settings_are_moved() {
    let stack = Stack::chosen();
    stack.set("AUTHENTIK_BOOTSTRAP_TOKEN", "a-token-from-before");
    stack.set("STALWART_ADMIN_PASSWORD", "a-password-from-before");
    stack.set("STALWART_IS_SET_UP", "yes");
    stack.ends_well();
    let (own, administrators) = (settings(&stack.env()), settings(&stack.administrators()));
    assert_eq!(administrators["AUTHENTIK_BOOTSTRAP_TOKEN"], "a-token-from-before");
    assert_eq!(administrators["STALWART_ADMIN_PASSWORD"], "a-password-from-before");
    assert!(own["AUTHENTIK_BOOTSTRAP_TOKEN"].is_empty() && own["STALWART_ADMIN_PASSWORD"].is_empty());
}

#[test]
fn with_ipv6_stalwart_believes_and_allows_the_addresses_of_both_kinds() {
    let stack = Stack::chosen();
    stack.set("COMPOSE_FILE", "compose.yaml:compose.ipv6.yaml");
    let ended = stack.up();
    assert_eq!(ended.status.code(), Some(69));
    assert!(String::from_utf8_lossy(&ended.stderr).contains("Docker Engine 27"));
    assert!(stack.secrets().is_empty());

    let answers =
        DOCKER.replace("case \"$*\" in", "case \"$*\" in version*) echo 27.5.1 ;; esac\ncase \"$*\" in");
    std::fs::write(stack.bin().join("docker"), answers).unwrap();
    stack.ends_well();
    let calls = stack.calls();
    place(&calls, &["x:SystemSettings/set", "\"172.30.57.2\":true,\"fd57:6465:7a6b:1::2\":true"]);
    for network in ["172.30.57.0/24", "fd57:6465:7a6b:1::/64"] {
        place(&calls, &["x:AllowedIp/set", &format!("\"address\":\"{network}\"")]);
    }
}

#[test]
fn a_run_that_was_killed_anywhere_is_ended_by_the_next() {
    let whole = Stack::chosen();
    whole.ends_well();
    for call in 1..=whole.calls().len() {
        let stack = Stack::chosen();
        std::fs::write(stack.bin().join("die-at"), call.to_string()).unwrap();
        assert_eq!(stack.up().status.signal(), Some(9), "at call {call}");
        let before = stack.secrets();
        std::fs::remove_file(stack.bin().join("die-at")).unwrap();
        stack.ends_well();
        let after = stack.settings();
        for (name, secret) in before {
            assert_eq!(after[&name], secret, "at call {call}, {name} is another one");
        }
        assert_eq!(after["STALWART_IS_SET_UP"], "yes", "at call {call}");
        // Where Stalwart's one answer was lost, the administrator of repairs stands in.
        let user = if after["STALWART_ADMIN_PASSWORD"].is_empty() { "admin" } else { "admin@acme.test" };
        let calls = stack.calls();
        let last = calls.iter().rfind(|call| call.contains("bootstrap all")).unwrap();
        assert!(last.contains(&format!("admin={user} ")), "at call {call}: {last}");
    }
}

#[test]
fn what_docker_refuses_ends_the_run() {
    let stack = Stack::chosen();
    let docker = stack.bin().join("docker");
    let broken = DOCKER.replace("case \"$*\" in", "case \"$*\" in *doctor) exit 1 ;; esac\ncase \"$*\" in");
    std::fs::write(&docker, broken).unwrap();
    let ended = stack.up();
    assert_eq!(ended.status.code(), Some(1));
    assert!(String::from_utf8_lossy(&ended.stderr).contains("something is wrong"));
    assert!(!String::from_utf8_lossy(&ended.stdout).contains("== Ready"));
}

/// How a run ends whose Stalwart answers questions of one method otherwise: whether well, and its last words.
fn with_an_answer(method: &str, otherwise: &str) -> (Stack, bool, String) {
    let stack = Stack::chosen();
    let over =
        format!("case \"$*\" in *{method}*) cat >/dev/null; {otherwise}; exit ;; esac\ncase \"$*\" in");
    std::fs::write(stack.bin().join("docker"), DOCKER.replace("case \"$*\" in", &over)).unwrap();
    let ended = stack.up();
    (stack, ended.status.success(), String::from_utf8_lossy(&ended.stderr).into_owned())
}

#[test]
fn an_answer_of_stalwart_that_is_a_failure_or_unknown_ends_the_run_and_the_next_one_asks_again() {
    let refused = "echo '{\"methodResponses\":[[\"error\",{\"type\":\"forbidden\"},\"0\"]]}'";
    for (method, otherwise) in [
        ("x:Bootstrap/set", "false"),
        ("x:SystemSettings/set", "false"),
        ("x:AllowedIp/query", refused),
        ("x:AllowedIp/query", "false"),
        ("x:AllowedIp/query", "echo"),
        ("x:AllowedIp/set", "false"),
    ] {
        let (stack, is_well, said) = with_an_answer(method, otherwise);
        assert!(!is_well && said.contains("up: Stalwart"), "{method}, {otherwise}: {said}");
        assert!(stack.settings()["STALWART_IS_SET_UP"].is_empty(), "{method}, {otherwise}");
        assert!(stack.calls().iter().all(|call| !call.contains("bootstrap")), "{method}, {otherwise}");
        if otherwise == refused {
            let asked = stack.calls().len();
            std::fs::write(stack.bin().join("docker"), DOCKER).unwrap();
            stack.ends_well();
            place(&stack.calls()[asked..], &["x:AllowedIp/set", "172.30.57.0/24"]);
        }
    }
}

#[test]
fn a_network_that_stalwart_allows_already_is_not_allowed_again() {
    let known = "echo '{\"methodResponses\":[[\"x:AllowedIp/query\",{\"ids\":[\"b\"]},\"0\"]]}'";
    let (stack, is_well, said) = with_an_answer("x:AllowedIp/query", known);
    assert!(is_well, "{said}");
    assert!(stack.calls().iter().all(|call| !call.contains("x:AllowedIp/set")));
}

#[test]
fn a_secret_that_can_not_be_made_ends_the_run() {
    let stack = Stack::chosen();
    let program = stack.bin().join("base64");
    std::fs::write(&program, "#!/bin/sh\nexit 1\n").unwrap();
    std::fs::set_permissions(&program, PermissionsExt::from_mode(0o755)).unwrap();
    let ended = stack.up();
    assert_eq!(ended.status.code(), Some(1));
    assert!(String::from_utf8_lossy(&ended.stderr).contains("ENCRYPTION_KEYS can't be made"));
    assert!(!stack.secrets().contains_key("ENCRYPTION_KEYS"));
}
