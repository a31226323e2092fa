//! What goes wrong with the DNS of mail domains, case by case: a set-up and what is to be said of it.
#![cfg(test)]

#[path = "misconfigurations/hosts.rs"]
mod hosts;
#[path = "misconfigurations/keys.rs"]
mod keys;
#[path = "misconfigurations/laws.rs"]
mod laws;
#[path = "misconfigurations/policies.rs"]
mod policies;
#[path = "misconfigurations/senders.rs"]
mod senders;
#[path = "misconfigurations/servers.rs"]
mod servers;
#[path = "misconfigurations/state.rs"]
mod state;
#[path = "misconfigurations/transcripts.rs"]
mod transcripts;
#[path = "misconfigurations/world.rs"]
mod world;

use std::collections::BTreeSet;

use mail_dns::{Code, Purpose, Verdict};
use world::World;

/// One test for each row: its name, whose finding, a set-up, and what is to be said.
#[macro_export]
macro_rules! cases {
    ($($name:ident: $purpose:ident, $world:expr => $verdict:ident, $code:ident;)+) => {
        /// The codes of this table.
        pub const CODES: &[mail_dns::Code] = &[$(mail_dns::Code::$code,)+];
        $(
            #[test]
            fn $name() {
                let world = $world;
                $crate::check(
                    &world,
                    mail_dns::Purpose::$purpose,
                    mail_dns::Verdict::$verdict,
                    mail_dns::Code::$code,
                );
            }
        )+
    };
}

fn check(world: &World, purpose: Purpose, verdict: Verdict, code: Code) {
    let finding = world.finding(purpose);
    assert_eq!((finding.verdict, finding.advice.code), (verdict, code), "{finding:#?}");
    for finding in world.examine() {
        let names: BTreeSet<&str> = finding.advice.values.keys().copied().collect();
        let needed: BTreeSet<&str> = finding.advice.code.values().iter().copied().collect();
        assert_eq!(names, needed, "{}", finding.advice.code);
    }
}

#[test]
fn a_domain_as_it_should_be_has_nothing_but_fine_findings() {
    for finding in World::new().examine() {
        assert_eq!((finding.verdict, finding.advice.code), (Verdict::Ok, Code::Fine), "{finding:#?}");
    }
}

#[test]
fn every_code_has_a_case() {
    let tables = [hosts::CODES, keys::CODES, policies::CODES, senders::CODES, servers::CODES];
    let covered: BTreeSet<Code> = tables.into_iter().flatten().copied().collect();
    let missed: Vec<&Code> = Code::ALL.iter().filter(|code| !covered.contains(code)).collect();
    assert!(missed.is_empty(), "{missed:?}");
}

#[test]
fn codes_are_stable_words_each_of_its_own() {
    let words: BTreeSet<&str> = Code::ALL.iter().map(|code| code.as_str()).collect();
    assert_eq!(words.len(), Code::ALL.len());
    let is_kebab = |word: &str| {
        word.split('-').all(|part| !part.is_empty() && part.bytes().all(|b| b.is_ascii_lowercase()))
    };
    assert!(words.iter().all(|word| is_kebab(word)));
}
