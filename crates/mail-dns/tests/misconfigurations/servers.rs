//! Servers that fail, disagree, or are late.
#![cfg(test)]

use kernel::dns::Failure;
use mail_dns::{Code, Purpose, Verdict};

use super::world::World;
use crate::cases;

cases! {
    a_resolver_that_fails: Mx, World::new().failing("1.1.1.1", Failure::TimedOut) => Ok, NotEverywhere;
    a_resolver_that_has_nothing_yet: Mx, World::new().at("8.8.8.8", |world| world.without("@")) => Ok, NotEverywhere;
    a_resolver_that_has_the_old_one: Mx,
        World::new().at("8.8.8.8", |world| world.put("@ 1800 MX 10 mx.old.test.")) => Ok, StaleCache;
    all_resolvers_have_the_old_one: Dmarc,
        World::new().at("8.8.8.8", |world| world.put("_dmarc 60 TXT \"v=DMARC1; p=none\""))
            .at("1.1.1.1", |world| world.put("_dmarc 90 TXT \"v=DMARC1; p=none\"")) => Ok, StaleCache;
    resolvers_that_have_what_was_taken_away: Mx,
        World::new().at("ns1.host.test", |world| world.without("@")).at("ns2.host.test", |world| world.without("@"))
        => Missing, Missing;
    responsible_servers_that_disagree: Mx,
        World::new().at("ns2.host.test", |world| world.put("@ MX 10 mx.old.test.")) => Mismatch, AuthoritySplit;
    a_server_that_does_not_know_the_zone: Mx, World::new().failing("ns2.host.test", Failure::Lame) => Ok, AuthorityLame;
    a_server_that_refuses: Mx, World::new().failing("ns2.host.test", Failure::Refused) => Ok, AuthorityLame;
    a_responsible_server_that_is_silent: Mx,
        World::new().failing("ns1.host.test", Failure::TimedOut) => Ok, AuthorityFails;
    responsible_servers_that_are_all_silent: Mx,
        World::new().failing("ns1.host.test", Failure::TimedOut).failing("ns2.host.test", Failure::TimedOut)
        => Ok, AuthorityFails;
    nobody_answers: Mx,
        World::new().failing("ns1.host.test", Failure::TimedOut).failing("ns2.host.test", Failure::TimedOut)
            .failing("1.1.1.1", Failure::ServerFailed).failing("8.8.8.8", Failure::ServerFailed)
        => Error, NoAnswer;
    one_name_that_nobody_answers: Dkim,
        World::new().broken("v1-rsa._domainkey.acme.test", Failure::ServerFailed) => Error, NoAnswer;
    aliases_in_a_circle: Dkim,
        World::new().without("v1-rsa._domainkey").put("v1-rsa._domainkey CNAME a").put("a CNAME v1-rsa._domainkey")
        => Error, NoAnswer;
    resolvers_alone_that_disagree: Mx,
        World::new().by_resolvers().at("8.8.8.8", |world| world.put("@ MX 10 mx.old.test.")) => Error, ResolversDisagree;
    resolvers_alone_that_agree: Mx, World::new().by_resolvers() => Ok, Fine;
    one_resolver_alone: Mx, World::new().by_resolvers().failing("1.1.1.1", Failure::TimedOut) => Ok, NotEverywhere;
    resolvers_alone_that_have_nothing: Mx, World::new().by_resolvers().without("@") => Missing, Missing;
    a_proof_that_one_resolver_sees: Ownership,
        World::new().by_resolvers().at("8.8.8.8", |world| world.without("_word-challenge"))
        => Error, ResolversDisagree;
    a_proof_that_resolvers_see_and_the_source_does_not: Ownership,
        World::new().at("ns1.host.test", |world| world.without("_word-challenge"))
            .at("ns2.host.test", |world| world.without("_word-challenge")) => Missing, Missing;
}

#[test]
fn the_time_to_wait_is_that_of_the_old_record() {
    let world = World::new().at("8.8.8.8", |world| world.put("@ 1800 MX 10 mx.old.test."));
    let finding = world.finding(Purpose::Mx);
    assert_eq!(finding.advice.values["seconds"], "1800");
    assert_eq!(finding.advice.values["server"], "8.8.8.8");
}

#[test]
fn who_is_right_and_who_is_wrong_is_named() {
    let finding = World::new().at("ns2.host.test", |world| world.without("@")).finding(Purpose::Mx);
    assert_eq!((finding.verdict, finding.advice.code), (Verdict::Missing, Code::AuthoritySplit));
    assert_eq!(finding.advice.values["right"], "ns1.host.test");
    assert_eq!(finding.advice.values["wrong"], "ns2.host.test");
}
