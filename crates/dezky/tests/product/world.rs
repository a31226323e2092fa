//! Simulators in a process of their own, and any number of `dezky serve` on one database, which die and start again.

use std::net::Ipv4Addr;
use std::process::{Command, Output};
use std::time::{Duration, Instant};

use db::testing::TestDb;
use outbound::{Answer, Call, CallError, Client, Method, Options};
use serde_json::{Value, json as value};
use tempfile::TempDir;

use crate::harness::{Dezky, client, command, get, json, origin, spoil};

/// Where an instance listens: portal, operator console and API.
pub type Sockets = [String; 3];

/// What outlives the instances.
pub struct World {
    pub said: Value,
    pub database: TestDb,
    folder: TempDir,
    _sandbox: Dezky,
}

impl World {
    /// Starts the simulators and makes a database.
    pub async fn start() -> Self {
        let folder = tempfile::tempdir().unwrap();
        let sandbox = Dezky::start(folder.path(), &["sandbox", "--json", "--port", "0"], &[]);
        let said = sandbox.announcement();
        Self { said, database: migrations::test_database().await, folder, _sandbox: sandbox }
    }

    /// The settings of an instance. Leases are short, so that what died is soon taken up; ended tenants are purged at
    /// once.
    pub fn settings(&self, sockets: &Sockets) -> Vec<(String, String)> {
        let given = self.said["env"].as_object().unwrap().iter();
        let mut settings: Vec<(String, String)> =
            given.map(|(name, value)| (name.clone(), value.as_str().unwrap().to_owned())).collect();
        let own = [
            ("PORTAL_LISTEN", sockets[0].as_str()),
            ("OPERATOR_LISTEN", &sockets[1]),
            ("API_LISTEN", &sockets[2]),
            ("DATABASE_URL", &self.database.url),
            ("LEASE_SECONDS", "3"),
            ("TERMINATION_GRACE_DAYS", "0"),
            ("RUST_LOG", "error"),
        ];
        settings.retain(|(name, _)| own.iter().all(|(own, _)| own != name));
        settings.extend(own.map(|(name, value)| (name.to_owned(), value.to_owned())));
        settings
    }

    /// Starts an instance, perhaps one that dies at a point.
    pub fn serve(&self, sockets: &Sockets, fail_point: Option<&str>) -> Dezky {
        let fail_point: Vec<(&str, &str)> =
            fail_point.map(|point| ("DEZKY_FAIL_POINT", point)).into_iter().collect();
        self.serve_with(sockets, &fail_point)
    }

    /// Starts an instance with these settings over the others.
    pub fn serve_with(&self, sockets: &Sockets, over: &[(&str, &str)]) -> Dezky {
        let settings = self.settings(sockets);
        let mut settings: Vec<(&str, &str)> =
            settings.iter().map(|(name, value)| (name.as_str(), value.as_str())).collect();
        settings.retain(|(name, _)| over.iter().all(|(own, _)| own != name));
        settings.extend(over);
        Dezky::start(self.folder.path(), &["serve"], &settings)
    }

    /// Runs a command to its end.
    pub fn run(&self, arguments: &[&str]) -> Output {
        self.run_with(arguments, &[])
    }

    /// Runs a command with these settings over the others.
    pub fn run_with(&self, arguments: &[&str], over: &[(&str, &str)]) -> Output {
        self.command(arguments, over).output().unwrap()
    }

    /// A command with these settings over the others.
    pub fn command(&self, arguments: &[&str], over: &[(&str, &str)]) -> Command {
        let settings = self.settings(&["127.0.0.1:0"; 3].map(str::to_owned));
        let settings: Vec<(&str, &str)> =
            settings.iter().map(|(name, value)| (name.as_str(), value.as_str())).collect();
        let kept = |(name, _): &&(&str, &str)| over.iter().all(|(own, _)| own != name);
        let settings: Vec<(&str, &str)> = settings.iter().filter(kept).chain(over).copied().collect();
        command(self.folder.path(), arguments, &settings)
    }

    /// Calls the API of an instance as the platform's admin.
    pub async fn call(
        &self,
        sockets: &Sockets,
        method: Method,
        path: &str,
        body: Option<Value>,
    ) -> Result<Answer, CallError> {
        let mut call = Call::new(method, path).bearer(self.token().into());
        if let Some(body) = body {
            call = call.json(&body);
        }
        api(sockets).send(call).await
    }

    /// The admin's token.
    pub fn token(&self) -> &str {
        let people = self.said["people"].as_array().unwrap();
        let ida = people.iter().find(|person| person["surface"] == "operator").unwrap();
        ida["token"].as_str().unwrap()
    }

    /// Makes the admin's account.
    pub async fn admit(&self, sockets: &Sockets) {
        let admitted = self.call(sockets, Method::Put, "/api/users/me", None).await.unwrap();
        assert_eq!(admitted.status, 201);
    }

    /// The marked objects: groups, domains and drives, each as text.
    pub async fn marked(&self) -> [Vec<String>; 3] {
        let of = async |simulator: &str, kind: &str| {
            let at = origin(&self.said, &format!("sandbox/{simulator}"));
            let inventory = json(&get(at, "/_sim/inventory").await);
            let objects = inventory[kind].as_array().unwrap().iter().map(Value::to_string);
            objects.filter(|object| object.contains("res_")).collect::<Vec<String>>()
        };
        [of("authentik", "groups").await, of("stalwart", "domains").await, of("ocis", "drives").await]
    }

    /// Changes an object behind Dezky's back.
    pub async fn spoil(&self, simulator: &str, path: &str, fields: &Value) {
        spoil(origin(&self.said, &format!("sandbox/{simulator}")), path, fields).await;
    }

    /// What would be done for a tenant.
    pub async fn plan(&self, sockets: &Sockets, slug: &str) -> Value {
        let path = format!("/api/tenants/{slug}/plan");
        json(&self.call(sockets, Method::Post, &path, Some(value!({}))).await.unwrap())
    }

    /// Looks that nobody has touched the audit log.
    pub fn verify_audit(&self) {
        let url = [("DATABASE_URL", self.database.url.as_str())];
        let said = command(self.folder.path(), &["audit", "verify"], &url).output().unwrap();
        assert!(said.status.success(), "{}", String::from_utf8_lossy(&said.stdout));
    }
}

fn api(sockets: &Sockets) -> Client {
    client(&format!("http://{}", sockets[2]))
}

/// Free sockets at an address that is this process's alone: what a dead instance leaves stays free until the next one
/// takes it, whatever else runs beside. Only Linux has more than one address on loopback.
pub fn free_sockets() -> Sockets {
    let [_, a, b, c] = std::process::id().to_be_bytes();
    let host = if cfg!(target_os = "linux") { [127, 64 | a, b, c] } else { [127, 0, 0, 1] };
    let listeners = [(); 3].map(|()| std::net::TcpListener::bind((Ipv4Addr::from(host), 0)).unwrap());
    listeners.map(|listener| listener.local_addr().unwrap().to_string())
}

/// Waits until an instance answers.
pub async fn wait_until_ready(sockets: &Sockets) {
    let options = Options { deadline: Duration::from_secs(1), ..Options::default() };
    let client = Client::new("Dezky", format!("http://{}", sockets[2]).parse().unwrap(), options).unwrap();
    let began = Instant::now();
    while began.elapsed() < Duration::from_mins(1) {
        let answer = client.send(Call::get("/health/ready")).await;
        if answer.is_ok_and(|answer| answer.status == 200) {
            return;
        }
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
    panic!("{sockets:?} does not become ready");
}

/// A tenant to be made, with a domain of its own.
pub fn tenant(slug: &str) -> Value {
    value!({"slug": slug, "name": format!("Workspace {slug}"), "plan": "business", "seats": 25,
        "primaryDomain": format!("{slug}.test")})
}
