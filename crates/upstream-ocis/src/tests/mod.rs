//! The client against the simulator, and the simulator against the recorded server.
#![cfg(feature = "sim")]

mod client;
#[cfg(feature = "conformance")]
mod conformance;
mod external;
mod faults;
mod fidelity;
mod issuer;
mod members;
mod recorded;
mod refresh;
mod replay;
mod tokens;
mod users;
mod warts;

use std::collections::BTreeMap;
use std::time::Duration;

use kernel::{Clock, Timestamp};
use outbound::{Client, Options};
use serde_json::{Value, json};
use simulator::{Fault, FaultKind, Running, State as _};
use tokio::net::TcpListener;

use crate::sim::{self, Setup, Userinfo, World};
use crate::{Created, Credential, Drive, NewDrive, NewUser, Ocis, User};

const SERVICE: &str = "svc-dezky";
const TOKEN: &str = "token-of-svc-dezky";

/// A simulator whose clock stands still, and a client that has a token of the service user.
struct Rig {
    sim: Running<World>,
    ocis: Ocis,
}

impl Rig {
    async fn start() -> Self {
        let sim = start(setup(clock(), None)).await;
        let ocis = Ocis::new(client_of("oCIS", &sim.origin), Credential::Token(TOKEN.into()));
        Self { sim, ocis }
    }

    async fn create(&self, name: &str) -> Drive {
        self.ocis.create_drive(&new(name)).await.unwrap()
    }

    /// An account with the role User.
    async fn person(&self, name: &str) -> User {
        match self.ocis.create_user(&new_user(name)).await.unwrap() {
            Created::New(user) => user,
            Created::Exists => panic!("{name} exists"),
        }
    }

    fn put(&self, kind: &str, id: &str, fields: &Value) {
        self.sim.store.write(|world| world.put(kind, id, fields)).unwrap();
    }

    fn inventory(&self, kind: &str) -> Vec<Value> {
        let inventory = self.sim.store.read(World::inventory);
        inventory[kind].as_array().unwrap().clone()
    }

    /// The id of the service user.
    fn service(&self) -> String {
        let users = self.inventory("users");
        let user = users.iter().find(|user| user["onPremisesSamAccountName"] == SERVICE);
        user.unwrap()["id"].as_str().unwrap().to_owned()
    }

    fn set_role(&self, role: &str) {
        self.put("users", &self.service(), &json!({"role": role}));
    }

    fn fail_next(&self, route: &str, kind: FaultKind) {
        self.sim.dial.set(vec![Fault { route: route.to_owned(), kind, times: Some(1), delay_ms: Some(600) }]);
    }
}

fn new_user(name: &str) -> NewUser {
    NewUser {
        user_name: name.to_owned(),
        display_name: "Erin Example".to_owned(),
        mail: Some(format!("{name}@tenant-a.example.test")),
    }
}

fn clock() -> Clock {
    Clock::manual(Timestamp::parse("2026-11-20T21:44:00Z").unwrap())
}

fn setup(clock: Clock, userinfo: Option<Userinfo>) -> Setup {
    let tokens = [(TOKEN, SERVICE), ("token-of-erin", "erin")];
    Setup {
        issuer: issuer::ISSUER.to_owned(),
        userinfo,
        static_tokens: tokens
            .map(|(token, user)| (token.to_owned(), user.to_owned()))
            .into_iter()
            .collect::<BTreeMap<_, _>>(),
        admin_user: SERVICE.to_owned(),
        clock,
    }
}

async fn start(setup: Setup) -> Running<World> {
    let listener = TcpListener::bind(("127.0.0.1", 0)).await.unwrap();
    sim::serve(listener, None, setup).await.unwrap()
}

fn client_of(upstream: &'static str, origin: &str) -> Client {
    let options = Options { deadline: Duration::from_millis(300), ..Options::default() };
    Client::new(upstream, url::Url::parse(origin).unwrap(), options).unwrap()
}

fn new(name: &str) -> NewDrive {
    NewDrive {
        name: name.to_owned(),
        description: "Space of tenant A".to_owned(),
        alias: Some("project/tenant-a".to_owned()),
        quota_bytes: 1_000,
    }
}
