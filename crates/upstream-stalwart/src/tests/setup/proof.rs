//! Trying a key leaves nothing behind, and touches nothing that it didn't make.

use serde_json::json;
use simulator::{Fault, FaultKind, State as _};

use super::{Bench, mailbox};
use crate::Created;
use crate::setup;
use crate::sim::World;

#[tokio::test]
async fn a_proof_that_is_killed_anywhere_leaves_nothing_behind_the_next() {
    let bench = Bench::ready().await;
    let before = bench.sim.store.read(World::inventory);
    let mut pass = 0;
    loop {
        let fault = Fault { route: "*".to_owned(), kind: FaultKind::Refuse, times: None, delay_ms: None };
        bench.sim.dial.set_after(pass, fault);
        let proven = setup::prove(&bench.key()).await;
        bench.sim.dial.set(Vec::new());
        if proven.is_ok() {
            break;
        }
        setup::prove(&bench.key()).await.unwrap();
        assert_eq!(bench.sim.store.read(World::inventory), before, "{pass}");
        pass += 1;
    }
    assert!(pass > 20, "{pass}");
}

#[tokio::test]
async fn a_proof_touches_no_domain_of_its_name_that_is_somebody_elses() {
    let bench = Bench::ready().await;
    bench.put("domains", "k", &json!({"name": "dezky-proof.test"}));
    let before = bench.sim.store.read(World::inventory);
    let unproven = setup::prove(&bench.key()).await.unwrap_err();
    assert_eq!(unproven.step, setup::Step::Leftovers);
    assert_eq!(bench.sim.store.read(World::inventory), before);
}

/// Removing a mailbox removes its mail, so no answer alone decides about that.
#[tokio::test]
async fn a_proof_removes_nobodys_mailbox_where_the_server_answers_with_all_of_them() {
    let bench = Bench::ready().await;
    let made = bench.admin.create_account(&mailbox("anna", "b")).await.unwrap();
    assert!(matches!(made, Created::New(_)));
    bench.put("lists", "k", &json!({"name": "list", "domainId": "b"}));
    let before = bench.sim.store.read(World::inventory);
    // Killed with the mailbox made.
    let mut left = before.clone();
    let mut pass = 0;
    while left["accounts"] == before["accounts"] {
        let fault = Fault { route: "*".to_owned(), kind: FaultKind::Refuse, times: None, delay_ms: None };
        bench.sim.dial.set_after(pass, fault);
        assert!(setup::prove(&bench.key()).await.is_err(), "no mailbox after {pass} calls");
        bench.sim.dial.set(Vec::new());
        left = bench.sim.store.read(World::inventory);
        pass += 1;
    }
    bench.put("filters", "b", &json!({"ignored": true}));
    let unproven = setup::prove(&bench.key()).await.unwrap_err();
    assert_eq!(unproven.step, setup::Step::Mailbox, "{}", unproven.why);
    assert_eq!(bench.sim.store.read(World::inventory), before);
}

#[tokio::test]
async fn a_proof_leaves_what_it_did_not_make_on_its_domain() {
    let bench = Bench::ready().await;
    let mark =
        json!({"name": "dezky-proof.test", "description": "Dezky: made to try its key, and removed at once"});
    bench.put("domains", "k", &mark);
    for (kind, fields) in [
        ("accounts", json!({"name": "mailbox", "domainId": "k", "description": "Somebody"})),
        ("accounts", json!({"name": "anna", "domainId": "k"})),
        ("lists", json!({"name": "staff", "domainId": "k"})),
    ] {
        bench.put(kind, "m", &fields);
        let before = bench.sim.store.read(World::inventory);
        let unproven = setup::prove(&bench.key()).await.unwrap_err();
        assert_eq!(unproven.step, setup::Step::Leftovers);
        assert_eq!(bench.sim.store.read(World::inventory), before);
        assert!(bench.sim.store.write(|world| world.remove(kind, "m")));
    }
}
