//! Trying a key leaves nothing behind, and touches nothing that it didn't make.

use std::time::Duration;

use serde_json::{Value, json};
use simulator::{Fault, FaultKind, State as _};

use super::{Bench, mailbox};
use crate::Created;
use crate::setup;
use crate::sim::World;

/// As a proof names and marks its domain.
const NAME: &str = "dezky-proof-0123456789abcdef.test";
const MARK: &str = "Dezky: made to try its key, and removed at once";
const HOUR: Duration = Duration::from_hours(1);

impl Bench {
    fn whole(&self) -> Value {
        self.sim.store.read(World::inventory)
    }

    /// A proof that is killed at its call after so many.
    async fn killed(&self, pass: u32) -> Result<(), setup::Unproven> {
        let fault = Fault { route: "*".to_owned(), kind: FaultKind::Refuse, times: None, delay_ms: None };
        self.sim.dial.set_after(pass, fault);
        let proven = setup::prove(&self.key()).await;
        self.sim.dial.set(Vec::new());
        proven
    }
}

#[tokio::test]
async fn a_proof_that_is_killed_anywhere_leaves_nothing_behind_one_an_hour_later() {
    let bench = Bench::ready().await;
    let before = bench.whole();
    let mut pass = 0;
    while bench.killed(pass).await.is_err() {
        bench.clock.advance(HOUR);
        setup::prove(&bench.key()).await.unwrap();
        assert_eq!(bench.whole(), before, "{pass}");
        pass += 1;
    }
    assert!(pass > 20, "{pass}");
}

#[tokio::test]
async fn two_proofs_at_once_do_not_meet() {
    let bench = Bench::ready().await;
    let before = bench.whole();
    let (one, other) = (bench.key(), bench.key());
    let (one, other) = tokio::join!(setup::prove(&one), setup::prove(&other));
    one.unwrap();
    other.unwrap();
    assert_eq!(bench.whole(), before);
}

#[tokio::test]
async fn what_another_proof_made_goes_after_an_hour_and_not_before() {
    let bench = Bench::ready().await;
    let before = bench.whole();
    bench.put("domains", "k", &json!({"name": NAME, "description": MARK}));
    let running = bench.whole();
    for minutes in [0, 59] {
        bench.clock.advance(Duration::from_mins(minutes));
        setup::prove(&bench.key()).await.unwrap();
        assert_eq!(bench.whole(), running, "{minutes}");
    }
    bench.clock.advance(Duration::from_mins(1));
    setup::prove(&bench.key()).await.unwrap();
    assert_eq!(bench.whole(), before);
}

#[tokio::test]
async fn a_proof_touches_no_domain_that_no_proof_made() {
    let bench = Bench::ready().await;
    let mark = Some(MARK);
    for (id, name, description) in [
        ("k", NAME, None),
        ("l", "dezky-proof-0123456789abcdee.test", Some("Somebody's")),
        ("m", "dezky-proof.test", mark),
        ("n", "dezky-proof-0123.test", mark),
        ("o", "dezky-proof-0123456789abcdeg.test", mark),
        ("p", "our-dezky-proof-0123456789abcdef.test", mark),
        ("q", "dezky-proof-0123456789abcdef.example.test", mark),
    ] {
        bench.put("domains", id, &json!({"name": name, "description": description}));
    }
    bench.clock.advance(2 * HOUR);
    let before = bench.whole();
    setup::prove(&bench.key()).await.unwrap();
    assert_eq!(bench.whole(), before);
}

/// Removing a mailbox removes its mail, and a domain without its keys signs nothing, so no answer alone decides about them.
#[tokio::test]
async fn a_proof_removes_nothing_of_others_where_the_server_answers_with_everything() {
    let bench = Bench::ready().await;
    let made = bench.admin.create_account(&mailbox("anna", "b")).await.unwrap();
    assert!(matches!(made, Created::New(_)));
    bench.put("lists", "k", &json!({"name": "list", "domainId": "b"}));
    let before = bench.whole();
    // Killed with the mailbox made.
    let mut pass = 0;
    while bench.whole()["accounts"] == before["accounts"] {
        assert!(bench.killed(pass).await.is_err(), "no mailbox after {pass} calls");
        pass += 1;
    }
    bench.clock.advance(HOUR);
    bench.put("filters", "b", &json!({"ignored": true}));
    setup::prove(&bench.key()).await.unwrap();
    assert_eq!(bench.whole(), before);
}

#[tokio::test]
async fn a_proof_leaves_a_domain_whole_that_holds_what_no_proof_made() {
    let bench = Bench::ready().await;
    bench.put("domains", "k", &json!({"name": NAME, "description": MARK}));
    bench.put("lists", "k", &json!({"name": "list", "domainId": "k"}));
    bench.clock.advance(HOUR);
    for (kind, fields) in [
        ("accounts", json!({"name": "mailbox", "domainId": "k", "description": "Somebody"})),
        ("accounts", json!({"name": "anna", "domainId": "k"})),
        ("lists", json!({"name": "staff", "domainId": "k"})),
    ] {
        bench.put(kind, "m", &fields);
        let before = bench.whole();
        setup::prove(&bench.key()).await.unwrap();
        assert_eq!(bench.whole(), before);
        assert!(bench.sim.store.write(|world| world.remove(kind, "m")));
    }
}
