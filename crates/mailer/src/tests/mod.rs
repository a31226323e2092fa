//! The mailer through real sockets, against the mail catcher.
#![cfg(feature = "sim")]

mod catcher;
mod outbox;
mod probe;
mod round_trip;
mod secure;

use std::net::SocketAddr;
use std::time::Duration;

use db::testing::TestDb;
use kernel::{Clock, Timestamp};
use sea_orm::EntityTrait as _;
use simulator::{Fault, FaultKind};
use tokio::net::TcpListener;

use crate::sim::{self, Catcher, Caught, Setup};
use crate::tables::{Entity, Model};
use crate::{Mail, Mailer, Settings, Transport, enqueue};

/// An outbox, a mail catcher and a clock that stands still.
struct Rig {
    test: TestDb,
    catcher: Catcher,
    clock: Clock,
}

async fn catcher(clock: &Clock) -> Catcher {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    sim::serve(listener, None, Setup { smtp_port: 0, clock: clock.clone() }).await.unwrap()
}

/// The settings for a mail server that listens there.
fn settings(at: SocketAddr) -> Settings {
    let transport = Transport::new(&format!("smtp://dezky:any%20password@{at}"), None).unwrap();
    let from = "Dezky <no-reply@dezky.test>".parse().unwrap();
    Settings::new(transport, from)
}

fn mail(key: &str) -> Mail {
    Mail {
        to: "anna@acme.test".parse().unwrap(),
        subject: format!("Ærø: {key}"),
        text: ".\nA dot stood alone.\n".to_owned(),
        html: None,
        key: key.to_owned(),
    }
}

impl Rig {
    async fn start() -> Self {
        let clock = Clock::manual(Timestamp::from_seconds(1_800_000_000));
        Self { test: migrations::test_database().await, catcher: catcher(&clock).await, clock }
    }

    fn mailer(&self) -> Mailer {
        Mailer::new(self.test.db.clone(), self.clock.clone(), Some(settings(self.catcher.smtp)))
    }

    async fn enqueue(&self, mail: &Mail) {
        let tx = self.test.db.begin().await.unwrap();
        enqueue(&tx, &self.clock, mail).await.unwrap();
        tx.commit_silently("a test").await.unwrap();
    }

    fn fail(&self, route: &str, kind: FaultKind, times: Option<u32>) {
        let fault = Fault { route: route.to_owned(), kind, times, delay_ms: None };
        self.catcher.http.dial.set(vec![fault]);
    }

    fn caught(&self) -> Vec<Caught> {
        self.catcher.http.store.read(|world| world.mails().cloned().collect())
    }

    /// The rows of the outbox, by key.
    async fn rows(&self) -> Vec<Model> {
        let mut rows = Entity::find().all(self.test.db.read()).await.unwrap();
        rows.sort_by(|one, other| one.key.cmp(&other.key));
        rows
    }

    /// Lets time pass and sends, over and over.
    async fn run(&self, mailer: &Mailer, times: usize, pause: Duration) {
        for _ in 0..times {
            self.clock.advance(pause);
            mailer.send_due().await.unwrap();
        }
    }
}
