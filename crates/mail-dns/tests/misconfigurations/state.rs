//! What findings make of a domain.
#![cfg(test)]

use kernel::dns::Failure;
use mail_dns::DomainState::{Attention, Pending, Verified};
use mail_dns::{DomainState, state};

use super::world::World;

fn after(world: &World) -> [DomainState; 3] {
    let findings = world.examine();
    [Pending, Verified, Attention].map(|before| state(&findings, before))
}

#[test]
fn a_domain_is_verified_when_all_that_it_needs_is_there() {
    assert_eq!(after(&World::new()), [Verified; 3]);
}

#[test]
fn what_is_only_recommended_does_not_count() {
    assert_eq!(after(&World::new().without("autoconfig").without("_smtp._tls")), [Verified; 3]);
}

#[test]
fn what_is_wrong_keeps_a_new_domain_waiting_and_calls_for_attention_to_an_old_one() {
    assert_eq!(after(&World::new().without("_dmarc")), [Pending, Attention, Attention]);
}

#[test]
fn what_is_right_at_its_source_counts_as_right() {
    assert_eq!(after(&World::new().at("1.1.1.1", |world| world.without("@"))), [Verified; 3]);
}

#[test]
fn what_nobody_answers_changes_nothing() {
    let world = World::new().broken("_dmarc.acme.test", Failure::TimedOut);
    assert_eq!(after(&world), [Pending, Verified, Attention]);
    // What is known to be wrong counts all the same.
    assert_eq!(after(&world.without("@")), [Pending, Attention, Attention]);
    assert_eq!(state(&[], Verified), Verified);
}
