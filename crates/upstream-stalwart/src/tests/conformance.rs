//! The conformance suite against the simulator: it passes, notices what is wrong, and leaves nothing behind.

use std::time::Duration;

use simulator::{Fault, FaultKind, Running, State as _};
use tokio::net::TcpListener;

use super::{KEY, client_of};
use crate::conformance::{domains, linked};
use crate::sim::{self, Setup, World};
use crate::{Stalwart, conformance};

/// A simulator on the machine's clock that makes keys soon.
async fn start() -> (Running<World>, Stalwart) {
    let listener = TcpListener::bind(("127.0.0.1", 0)).await.unwrap();
    let setup = Setup { dkim_delays: [Duration::from_millis(20); 2], ..Setup::new(KEY.into()) };
    let sim = sim::serve(listener, None, setup).await.unwrap();
    let stalwart = Stalwart::new(client_of(&sim.origin), KEY.into());
    (sim, stalwart)
}

#[derive(Default)]
struct Heard {
    steps: usize,
    failed: Vec<String>,
}

impl Heard {
    fn hear(&mut self) -> impl FnMut(&'static str, conformance::Told) {
        |step, told| {
            self.steps += 1;
            if let Err(error) = told {
                self.failed.push(format!("{step}: {error}"));
            }
        }
    }
}

#[tokio::test]
async fn the_simulator_passes_and_is_as_before() {
    let (sim, stalwart) = start().await;
    let before = sim.store.read(World::inventory);
    let mut heard = Heard::default();
    domains(&stalwart, &mut heard.hear()).await;
    linked(&stalwart, &mut heard.hear()).await;
    assert_eq!(heard.failed, Vec::<String>::new());
    assert_eq!(heard.steps, 36);
    assert_eq!(sim.store.read(World::inventory), before);
}

#[tokio::test]
async fn whatever_fails_is_told_and_nothing_is_left() {
    let (sim, stalwart) = start().await;
    let before = sim.store.read(World::inventory);
    for kind in [FaultKind::Refuse, FaultKind::ErrorAfter, FaultKind::Malformed, FaultKind::RateLimit] {
        // The clean-up comes after the third call at the earliest.
        for times in 1..=3 {
            let route = "POST /jmap".to_owned();
            sim.dial.set(vec![Fault { route, kind, times: Some(times), delay_ms: None }]);
            let mut heard = Heard::default();
            domains(&stalwart, &mut heard.hear()).await;
            assert!(!heard.failed.is_empty(), "{kind:?} {times}");
            sim.dial.set(Vec::new());
            let left = sim.store.read(World::inventory);
            assert_eq!(left, before, "{kind:?} {times}: {:?}", heard.failed);
        }
    }
}

#[tokio::test]
async fn whatever_fails_with_mailboxes_is_told_and_nothing_is_left() {
    let (sim, stalwart) = start().await;
    let before = sim.store.read(World::inventory);
    for kind in [FaultKind::Refuse, FaultKind::ErrorAfter, FaultKind::Malformed] {
        // After the domain and its keys: at the mailbox, the group, the list.
        for pass in [2, 9, 18, 30, 38, 45] {
            let route = "POST /jmap".to_owned();
            sim.dial.set_after(pass, Fault { route, kind, times: Some(1), delay_ms: None });
            let mut heard = Heard::default();
            linked(&stalwart, &mut heard.hear()).await;
            assert!(!heard.failed.is_empty(), "{kind:?} {pass}");
            sim.dial.set(Vec::new());
            let left = sim.store.read(World::inventory);
            assert_eq!(left, before, "{kind:?} {pass}: {:?}", heard.failed);
        }
    }
}
