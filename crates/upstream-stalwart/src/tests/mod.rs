//! The client against the simulator, and the simulator against the recorded server.
#![cfg(feature = "sim")]

mod client;
#[cfg(feature = "conformance")]
mod conformance;
mod faults;
mod fidelity;
mod keys;
mod mailboxes;
mod operator;
mod replay;
mod setup;
mod staging;
mod warts;

use std::time::Duration;

use kernel::{Clock, Timestamp};
use outbound::{Client, Options};
use simulator::{Fault, FaultKind, Running};
use tokio::net::TcpListener;

use crate::sim::{self, Setup, World};
use crate::{Created, NewDomain, Stalwart};

const KEY: &str = "API_AAAAAgAAAAFmYWtlLWFwaS1rZXktMDAwMDAxIQ";

/// A simulator whose clock stands still, and a client of it.
struct Rig {
    sim: Running<World>,
    stalwart: Stalwart,
    clock: Clock,
}

impl Rig {
    async fn start() -> Self {
        let clock = Clock::manual(Timestamp::parse("2026-11-20T22:13:40Z").unwrap());
        let setup = Setup { clock: clock.clone(), ..Setup::new(KEY.into()) };
        let listener = TcpListener::bind(("127.0.0.1", 0)).await.unwrap();
        let sim = sim::serve(listener, None, setup).await.unwrap();
        let stalwart = Stalwart::new(client_of(&sim.origin), KEY.into());
        Self { sim, stalwart, clock }
    }

    async fn create(&self, name: &str) -> String {
        match self.stalwart.create_domain(&new(name)).await.unwrap() {
            Created::New(id) => id,
            exists @ Created::Exists { .. } => panic!("{exists:?}"),
        }
    }

    fn fail_next(&self, kind: FaultKind) {
        self.sim.dial.set(vec![Fault {
            route: "POST /jmap".to_owned(),
            kind,
            times: Some(1),
            delay_ms: Some(600),
        }]);
    }
}

fn client_of(origin: &str) -> Client {
    let options = Options { deadline: Duration::from_millis(300), ..Options::default() };
    Client::new("Stalwart", url::Url::parse(origin).unwrap(), options).unwrap()
}

fn new(name: &str) -> NewDomain {
    NewDomain { name: name.parse().unwrap(), description: Some("Acme".to_owned()) }
}
