//! Simulators as they are installed, in a process of their own, and what is done with them: `dezky bootstrap`, `dezky
//! doctor`, and `dezky serve` with what was written.

use std::collections::BTreeMap;
use std::path::PathBuf;
use std::process::Command;

use outbound::{Call, Method};
use serde_json::Value;
use tempfile::TempDir;

use crate::harness::{Dezky, client, command, inventory, json, origin};
use crate::world::Sockets;

pub const BOOTSTRAP: [&str; 2] = ["bootstrap", "authentik"];
/// What nothing but `dezky bootstrap` is given.
const ADMINISTRATORS: [&str; 3] = ["AUTHENTIK_ADMIN_TOKEN", "STALWART_ADMIN_USER", "STALWART_ADMIN_PASSWORD"];

/// Simulators with administrators alone.
pub struct Empty {
    pub said: Value,
    pub folder: TempDir,
    sandbox: Option<Dezky>,
}

impl Empty {
    pub fn start() -> Self {
        let mut empty = Self { said: Value::Null, folder: tempfile::tempdir().unwrap(), sandbox: None };
        empty.restart();
        empty
    }

    /// Stops the simulators if they run, and starts them with what they hold.
    pub fn restart(&mut self) {
        if let Some(sandbox) = self.sandbox.take() {
            assert!(sandbox.stop().0.success());
        }
        let arguments = ["sandbox", "--empty", "--json", "--port", "0"];
        let sandbox = Dezky::start(self.folder.path(), &arguments, &[]);
        self.said = sandbox.announcement();
        self.sandbox = Some(sandbox);
    }

    pub fn authentik(&self) -> &str {
        origin(&self.said, "sandbox/authentik")
    }

    pub fn env(&self, name: &str) -> &str {
        self.said["env"][name].as_str().unwrap()
    }

    /// The file that is read and written where none is named.
    pub fn settings(&self) -> PathBuf {
        self.folder.path().join(".env")
    }

    pub fn command(&self, arguments: &[&str], over: &[(&str, &str)]) -> Command {
        command(self.folder.path(), arguments, &self.env_with(over))
    }

    /// What the sandbox says, with other settings over it.
    fn env_with<'a>(&'a self, over: &[(&'a str, &'a str)]) -> Vec<(&'a str, &'a str)> {
        let given = self.said["env"].as_object().unwrap().iter();
        let given = given.map(|(name, value)| (name.as_str(), value.as_str().unwrap()));
        let kept = given.filter(|(name, _)| over.iter().all(|(own, _)| own != name));
        kept.chain(over.iter().copied()).collect()
    }

    /// Starts the product with the settings that were written, and without the administrators' that wrote them.
    pub fn serve(&self, over: &[(&str, &str)]) -> Dezky {
        let file = self.settings();
        let own = [("DEZKY_CONFIG", file.to_str().unwrap()), ("RUST_LOG", "error")];
        let over = [&own, over].concat();
        let mut settings = self.env_with(&over);
        settings.retain(|(name, _)| !ADMINISTRATORS.contains(name));
        Dezky::start(self.folder.path(), &["serve"], &settings)
    }

    /// Runs a command to its end: its exit code, and all that it says.
    pub fn run_with(&self, arguments: &[&str], over: &[(&str, &str)]) -> (Option<i32>, String) {
        let ended = self.command(arguments, over).output().unwrap();
        let said = [ended.stdout, ended.stderr].map(|bytes| String::from_utf8_lossy(&bytes).into_owned());
        (ended.status.code(), said.concat())
    }

    pub fn bootstrap(&self, more: &[&str]) -> (Option<i32>, String) {
        self.run_with(&[&BOOTSTRAP, more].concat(), &[])
    }

    /// Sets it up, which must succeed.
    pub fn set_up(&self) -> String {
        let (code, said) = self.bootstrap(&["--yes"]);
        assert_eq!(code, Some(0), "{said}");
        said
    }

    /// The same with mail and files.
    pub fn set_up_all(&self) {
        let (code, said) = self.run_with(&["bootstrap", "all", "--yes"], &[]);
        assert_eq!(code, Some(0), "{said}");
    }

    /// What the doctor says with the settings that were written.
    pub fn doctor(&self, over: &[(&str, &str)]) -> (Option<i32>, String) {
        let file = self.settings();
        let over = [&[("DEZKY_CONFIG", file.to_str().unwrap())], over].concat();
        assert_eq!(self.run_with(&["migrate"], &over).0, Some(0));
        self.run_with(&["doctor"], &over)
    }

    /// A call to Authentik as its administrator.
    pub async fn api(&self, method: Method, path: &str, body: Option<Value>) -> Value {
        let token = self.env("AUTHENTIK_ADMIN_TOKEN").into();
        let call = Call::new(method, format!("/api/v3/{path}")).bearer(token);
        let call = match body {
            Some(body) => call.json(&body),
            None => call,
        };
        let answer = client(self.authentik()).send(call).await.unwrap();
        assert!((200..300).contains(&answer.status), "{path}: {}", String::from_utf8_lossy(&answer.body));
        if answer.body.is_empty() { Value::Null } else { json(&answer) }
    }

    /// The first object of a list that has this value in a field.
    pub async fn find(&self, path: &str, field: &str, wanted: &Value) -> Value {
        let all = self.api(Method::Get, &format!("{path}?page_size=100"), None).await;
        let mut all = all["results"].as_array().unwrap().iter();
        // A field of an object in it is told by its path.
        let has_it = |row: &Value| row.pointer(field).unwrap_or(&row[field]) == wanted;
        all.find(|row| has_it(row)).unwrap_or_else(|| panic!("{path} has no {wanted}")).clone()
    }

    /// How many objects there are of each kind, but for what a check leaves that is killed: that goes an hour later.
    pub async fn counts(&self) -> BTreeMap<String, usize> {
        let inventory = inventory(self.authentik()).await;
        let kinds = inventory.as_object().unwrap().iter();
        let is_of_a_check = |one: &&Value| {
            let mut names = ["username", "name"].iter().filter_map(|field| one[*field].as_str());
            names.any(|name| name.starts_with("dezky-doctor-"))
        };
        let count = |all: &Vec<Value>| all.len() - all.iter().filter(is_of_a_check).count();
        kinds.map(|(kind, all)| (kind.clone(), all.as_array().map_or(0, count))).collect()
    }
}

/// Where an instance listens, as settings.
pub fn listening(sockets: &Sockets) -> [(&'static str, &str); 3] {
    [("PORTAL_LISTEN", &sockets[0]), ("OPERATOR_LISTEN", &sockets[1]), ("API_LISTEN", &sockets[2])]
}
