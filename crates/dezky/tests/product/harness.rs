//! Starts the real binary and talks to it as the world outside does. A process is killed, never asked, when its test
//! ends.

use std::io::{BufRead as _, BufReader, Read as _};
use std::os::unix::process::ExitStatusExt as _;
use std::path::Path;
use std::process::{Child, Command, ExitStatus, Stdio};
use std::sync::mpsc::{self, Receiver};
use std::time::{Duration, Instant};

use outbound::{Answer, Call, Client, Method, Options};
use serde_json::{Value, json as value};
use tempfile::TempDir;

/// Enough for a machine that is busy with other tests.
const PATIENCE: Duration = Duration::from_mins(1);

/// A running `dezky`.
pub struct Dezky {
    child: Child,
    lines: Receiver<String>,
    rest: Receiver<String>,
}

impl Drop for Dezky {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// The binary with an environment of its own, in a folder without `.env`.
pub fn command(folder: &Path, arguments: &[&str], environment: &[(&str, &str)]) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_dezky"));
    command.current_dir(folder).env_clear().envs(environment.iter().copied()).args(arguments);
    command
}

impl Dezky {
    /// Starts it. What it logs goes where the test's own output goes.
    pub fn start(folder: &Path, arguments: &[&str], environment: &[(&str, &str)]) -> Self {
        Self::spawn(&mut command(folder, arguments, environment))
    }

    fn spawn(command: &mut Command) -> Self {
        let mut child = command.stdout(Stdio::piped()).spawn().unwrap();
        let mut out = BufReader::new(child.stdout.take().unwrap());
        let (first, lines) = mpsc::channel();
        let (whole, rest) = mpsc::channel();
        std::thread::spawn(move || {
            let (mut line, mut after) = (String::new(), String::new());
            if out.read_line(&mut line).is_ok_and(|bytes| bytes > 0) {
                let _ = first.send(line);
            }
            let _ = out.read_to_string(&mut after);
            let _ = whole.send(after);
        });
        Self { child, lines, rest }
    }

    /// The one object that `--json` prints.
    pub fn announcement(&self) -> Value {
        let line = self.lines.recv_timeout(PATIENCE).expect("it says where it is");
        serde_json::from_str(&line).expect("the line is one JSON value")
    }

    /// Kills it.
    pub fn kill(&mut self) {
        self.child.kill().unwrap();
        self.child.wait().unwrap();
    }

    /// True when the process has ended.
    pub fn is_over(&mut self) -> bool {
        self.child.try_wait().unwrap().is_some()
    }

    /// True when it is killed within a while.
    pub async fn dies_by_kill(&mut self) -> bool {
        let began = Instant::now();
        while began.elapsed() < PATIENCE {
            if let Some(status) = self.child.try_wait().unwrap() {
                return status.signal() == Some(9);
            }
            tokio::time::sleep(Duration::from_millis(10)).await;
        }
        false
    }

    /// Asks it to stop; gives its exit status and what else it had printed.
    pub fn stop(mut self) -> (ExitStatus, String) {
        let asked = Command::new("kill").arg(self.child.id().to_string()).status();
        assert!(asked.unwrap().success());
        let status = self.child.wait().unwrap();
        (status, self.rest.recv_timeout(PATIENCE).unwrap_or_default())
    }
}

/// The product in its sandbox, with what it said.
pub struct Product {
    pub said: Value,
    pub process: Option<Dezky>,
    pub folder: TempDir,
    database: Option<db::testing::TestDb>,
}

/// The folder of the sandbox, in that of a test.
const DATA: &str = "data";
/// What a copy of a sandbox has of its own.
const OWN: [&str; 3] = ["lock", "ports.json", "settings.json"];

/// Domains of the demo's workspaces that tests look at.
const DOMAINS: [&str; 2] = ["acme-widgets.test", "fjordrejser.test"];

impl Product {
    /// Starts `dezky dev` with what its first start makes, on the database server of the test run if there is one.
    pub async fn start(demo: &str) -> Self {
        Self::start_with(demo, &[]).await
    }

    /// The same, where all that it logs of this level and above goes to `stderr`.
    pub async fn start_loud(demo: &str, level: &str, stderr: Stdio) -> Self {
        let mut product = Self::prepared(demo).await;
        let process = Dezky::spawn(product.command(demo).env("RUST_LOG", level).stderr(stderr));
        product.said = process.announcement();
        product.process = Some(process);
        product
    }

    /// The same as [`Product::start`], with further settings.
    pub async fn start_with(demo: &str, settings: &[(&str, &str)]) -> Self {
        let mut product = Self::prepared(demo).await;
        product.restart_with(demo, settings);
        product
    }

    /// Starts `dezky dev` for the first time, in an empty folder.
    pub async fn start_first(demo: &str) -> Self {
        let database = match std::env::var_os("TEST_DATABASE_URL") {
            Some(_) => Some(db::testing::empty().await),
            None => None,
        };
        let mut product = Self::unstarted(database);
        product.restart(demo);
        product
    }

    fn unstarted(database: Option<db::testing::TestDb>) -> Self {
        Self { said: Value::Null, process: None, folder: tempfile::tempdir().unwrap(), database }
    }

    /// One that was started once and has done what it does by itself then: a copy, since each of the tests would wait
    /// for the same.
    async fn prepared(demo: &str) -> Self {
        let first = async |folder: &Path| {
            let mut first = Self::start_first(demo).await;
            first.settle().await;
            let (status, _) = first.process.take().unwrap().stop();
            assert!(status.success(), "{status}");
            copy(&first.folder.path().join(DATA), folder);
            if let Some(database) = first.database {
                std::fs::write(folder.join("address"), database.keep(folder).await).unwrap();
            }
        };
        let prepared = db::testing::once(&format!("demo-{demo}"), first).await;
        let database = match std::fs::read_to_string(prepared.join("address")) {
            Ok(address) => Some(db::testing::copy_of(&address).await),
            Err(_) => None,
        };
        let product = Self::unstarted(database);
        let data = product.folder.path().join(DATA);
        std::fs::create_dir(&data).unwrap();
        copy(&prepared, &data);
        product
    }

    /// The address of its database, when that is on a server.
    pub fn database_url(&self) -> Option<&str> {
        self.database.as_ref().map(|database| database.url.as_str())
    }

    fn command(&self, demo: &str) -> Command {
        let arguments = ["dev", "--json", "--data", DATA, "--port", "0", "--demo", demo];
        let environment: Vec<_> = self.database_url().map(|url| ("DATABASE_URL", url)).into_iter().collect();
        command(self.folder.path(), &arguments, &environment)
    }

    /// Kills the process if it runs, and starts it again in the same folder.
    pub fn restart(&mut self, demo: &str) {
        self.restart_with(demo, &[]);
    }

    /// The same, with further settings.
    pub fn restart_with(&mut self, demo: &str, settings: &[(&str, &str)]) {
        self.process = None;
        let process = Dezky::spawn(self.command(demo).envs(settings.iter().copied()));
        self.said = process.announcement();
        self.process = Some(process);
    }

    /// The origin of a part, as in `api` or `sandbox/authentik`.
    pub fn origin(&self, part: &str) -> &str {
        origin(&self.said, part)
    }

    /// The bearer token of a person on a surface.
    pub fn token(&self, email: &str, surface: &str) -> &str {
        let people = self.said["people"].as_array().unwrap();
        let person = people.iter().find(|person| person["email"] == email && person["surface"] == surface);
        person.and_then(|person| person["token"].as_str()).unwrap()
    }

    /// The password of a person of the demo.
    pub fn password(&self, email: &str) -> &str {
        let people = self.said["people"].as_array().unwrap();
        people.iter().find(|person| person["email"] == email).unwrap()["password"].as_str().unwrap()
    }

    /// Calls the API as a person.
    pub async fn call(&self, method: Method, path: &str, token: &str, body: Option<Value>) -> Answer {
        let mut call = Call::new(method, path).bearer(token.into());
        if let Some(body) = body {
            call = call.json(&body);
        }
        client(self.origin("api")).send(call).await.unwrap()
    }

    /// What the platform's admin reads.
    pub async fn show(&self, path: &str) -> Value {
        let token = self.token("ida@dezky.test", "operator");
        let answer = self.call(Method::Get, path, token, None).await;
        assert_eq!(answer.status, 200, "{path}: {}", json(&answer));
        json(&answer)
    }

    /// A workspace or a member with steps under way, or a workspace of the demo whose people are no members yet.
    pub async fn busy(&self) -> Option<Value> {
        let is_busy = |one: &&Value| one.to_string().contains("\"pending\"") || one["status"] == "removing";
        let tenants = self.show("/api/tenants?limit=200").await;
        let tenants = tenants["items"].as_array().unwrap();
        if let Some(one) = tenants.iter().find(is_busy) {
            return Some(one.clone());
        }
        for slug in ["acme", "fjord"].iter().filter(|slug| tenants.iter().any(|one| one["slug"] == **slug)) {
            let members = self.show(&format!("/api/tenants/{slug}/users?limit=200")).await;
            let members_of = members["items"].as_array().unwrap();
            if members_of.is_empty() {
                return Some(members);
            }
            if let Some(one) = members_of.iter().find(is_busy) {
                return Some(one.clone());
            }
        }
        None
    }

    /// Waits until the demo is there: its steps done, its domains published and checked.
    async fn settle(&self) {
        let began = Instant::now();
        loop {
            let domains = self.show("/api/domains?limit=200").await;
            let is_unchecked =
                |one: &&Value| one["state"] != "verified" && DOMAINS.iter().any(|name| one["name"] == *name);
            let unchecked = domains["items"].as_array().unwrap().iter().find(is_unchecked).cloned();
            let Some(last) = self.busy().await.or(unchecked) else { return };
            assert!(began.elapsed() < PATIENCE, "the demo isn't done: {last}");
            tokio::time::sleep(Duration::from_millis(50)).await;
        }
    }

    fn simulator(&self, name: &str) -> &str {
        self.origin(&format!("sandbox/{name}"))
    }

    /// The objects of a kind in a simulator.
    pub async fn objects(&self, simulator: &str, kind: &str) -> Vec<Value> {
        inventory(self.simulator(simulator)).await[kind].as_array().unwrap().clone()
    }

    /// Changes an object of a simulator behind Dezky's back.
    pub async fn spoil(&self, simulator: &str, path: &str, fields: &Value) {
        spoil(self.simulator(simulator), path, fields).await;
    }

    /// Opens the first of the three doors of the operator console [A15]: everybody may sign in, and what is behind it is
    /// tried.
    pub async fn open_operator_console(&self) {
        let applications = self.objects("authentik", "applications").await;
        let console =
            applications.iter().find(|application| application["slug"] == "dezky-operator").unwrap();
        for binding in self.objects("authentik", "bindings").await {
            if binding["target"] == console["pk"] {
                self.remove("authentik", &format!("bindings/{}", binding["id"].as_str().unwrap())).await;
            }
        }
    }

    /// Removes one.
    pub async fn remove(&self, simulator: &str, path: &str) {
        remove(self.simulator(simulator), path).await;
    }

    /// Has a simulator fail in these ways and no others.
    pub async fn faults(&self, simulator: &str, faults: Value) {
        set_faults(self.simulator(simulator), faults).await;
    }

    /// Whom a mail goes to in the end, and how that ends.
    pub async fn delivered(&self, to: &str) -> Vec<(String, String)> {
        let mail = value!({"from": "somebody@elsewhere.test", "to": to});
        let call = Call::new(Method::Post, "/_sim/deliver").json(&mail);
        let answer = client(self.simulator("stalwart")).send(call).await.unwrap();
        assert_eq!(answer.status, 200, "{to}");
        let text = |value: &Value| value.as_str().unwrap().to_owned();
        let copy = |copy: &Value| (text(&copy["address"]), text(&copy["outcome"]));
        let mut copies: Vec<_> = json(&answer)["copies"].as_array().unwrap().iter().map(copy).collect();
        copies.sort();
        copies
    }

    /// What the mail server says to an address and a password.
    pub async fn mail_sign_in(&self, address: &str, password: &str) -> u16 {
        let call = Call::get("/jmap/session").basic(address, password.into());
        client(self.simulator("stalwart")).send(call).await.unwrap().status
    }
}

/// Copies the files of a sandbox's folder.
fn copy(from: &Path, to: &Path) {
    for file in std::fs::read_dir(from).unwrap() {
        let file = file.unwrap();
        let name = file.file_name();
        if OWN.iter().all(|own| name != *own) {
            std::fs::copy(file.path(), to.join(name)).unwrap();
        }
    }
}

/// The origin of a part of what was said.
pub fn origin<'a>(said: &'a Value, part: &str) -> &'a str {
    said.pointer(&format!("/{part}")).and_then(Value::as_str).unwrap()
}

/// A client that follows no redirects and keeps no cookies.
pub fn client(origin: &str) -> Client {
    Client::new("Dezky", origin.parse().unwrap(), Options::default()).unwrap()
}

/// `GET` without any credential.
pub async fn get(origin: &str, path: &str) -> Answer {
    client(origin).send(Call::get(path)).await.unwrap()
}

/// Changes an object of a simulator behind Dezky's back.
pub async fn spoil(origin: &str, path: &str, fields: &Value) {
    let call = Call::new(Method::Put, format!("/_sim/objects/{path}")).json(fields);
    assert_eq!(client(origin).send(call).await.unwrap().status, 204, "{path}");
}

/// Removes one.
pub async fn remove(origin: &str, path: &str) {
    let call = Call::new(Method::Delete, format!("/_sim/objects/{path}"));
    assert_eq!(client(origin).send(call).await.unwrap().status, 204, "{path}");
}

/// Has a simulator fail in these ways and no others.
pub async fn set_faults(origin: &str, faults: Value) {
    let call = Call::new(Method::Put, "/_sim/faults").json(&value!({"faults": faults}));
    assert_eq!(client(origin).send(call).await.unwrap().status, 204, "{faults}");
}

/// All that a simulator holds.
pub async fn inventory(origin: &str) -> Value {
    json(&get(origin, "/_sim/inventory").await)
}

/// The body as JSON.
pub fn json(answer: &Answer) -> Value {
    serde_json::from_slice(&answer.body).unwrap()
}
