//! SPF.
#![cfg(test)]

use kernel::dns::Failure;

use super::world::World;
use crate::cases;

fn spf(text: &str) -> World {
    World::new().put(&format!("@ TXT \"{text}\""))
}

/// So many includes, each with one more look-up in it.
fn includes(count: usize) -> World {
    let names: Vec<String> = (0..count).map(|n| format!("include:s{n}.b.test")).collect();
    let world = spf(&format!("v=spf1 mx {} -all", names.join(" ")));
    (0..count).fold(world, |world, n| {
        world.put(&format!("s{n}.b.test. TXT \"v=spf1 a:h.b.test -all\"")).put("h.b.test. A 198.51.100.1")
    })
}

/// Names that have addresses of IPv6 alone.
fn sixes(text: &str) -> World {
    let hosts = ["x", "y", "z"].map(|host| format!("{host}.b.test. AAAA 2001:db8:6::1"));
    spf(text).put(&hosts.join("\n"))
}

/// The names of the platform's addresses.
const NAMES: &str = "10.2.0.192.in-addr.arpa. PTR mail.example.test.
0.1.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.8.b.d.0.1.0.0.2.ip6.arpa. PTR mail.example.test.";

cases! {
    no_record: Spf, World::new().put("@ TXT \"hello\"") => Missing, Missing;
    a_record_among_other_texts: Spf, World::new().add("@ TXT \"google-site-verification=x\"") => Ok, Fine;
    two_records: Spf, World::new().add("@ TXT \"v=spf1 include:spf.example.test ~all\"") => Conflict, SpfSeveral;
    ours_by_an_include: Spf, spf("v=spf1 include:spf.example.test ~all") => Ok, Fine;
    ours_by_a_redirect: Spf, spf("v=spf1 redirect=spf.example.test") => Ok, Fine;
    ours_by_name: Spf, spf("v=spf1 a:mail.example.test -all") => Ok, Fine;
    ours_by_address: Spf, spf("v=spf1 ip4:192.0.2.10 ip6:2001:db8::10 -all") => Ok, Fine;
    ours_in_capital_letters: Spf, spf("V=SPF1 MX -ALL") => Ok, Fine;
    ours_in_two_strings: Spf, World::new().put("@ TXT \"v=spf1 m\" \"x -all\"") => Ok, Fine;
    one_kind_of_address_only: Spf, spf("v=spf1 ip4:192.0.2.10 -all") => Mismatch, SpfNotAllowed;
    others_only: Spf, spf("v=spf1 include:_spf.old.test -all").put("_spf.old.test. TXT \"v=spf1 ip4:203.0.113.1 -all\"")
        => Mismatch, SpfNotAllowed;
    nobody: Spf, spf("v=spf1 -all") => Mismatch, SpfNotAllowed;
    ours_after_the_end: Spf, spf("v=spf1 -all mx") => Mismatch, SpfNotAllowed;
    ours_with_a_minus: Spf, spf("v=spf1 -mx ~all") => Mismatch, SpfNotAllowed;
    an_exclusion_before_ours: Spf, spf("v=spf1 -ip4:192.0.2.0/24 mx -all") => Mismatch, SpfNotAllowed;
    an_include_does_not_refuse: Spf,
        spf("v=spf1 include:no.b.test mx -all").put("no.b.test. TXT \"v=spf1 -all\"") => Ok, Fine;
    everybody: Spf, spf("v=spf1 mx +all") => Mismatch, SpfAllowsEveryone;
    everybody_by_an_include: Spf,
        spf("v=spf1 mx include:b.test -all").put("b.test. TXT \"v=spf1 +all\"") => Mismatch, SpfAllowsEveryone;
    everybody_by_a_network: Spf, spf("v=spf1 mx ip4:0.0.0.0/0 -all") => Mismatch, SpfAllowsEveryone;
    everybody_of_the_other_family: Spf, spf("v=spf1 mx ip6:::/0 -all") => Mismatch, SpfAllowsEveryone;
    everybody_beside_a_host: Spf, spf("v=spf1 mx//0 -all") => Mismatch, SpfAllowsEveryone;
    everybody_beside_a_host_of_a_name: Spf, spf("v=spf1 mx a:other.example.test/0 -all") => Mismatch, SpfAllowsEveryone;
    everybody_by_several_networks: Spf,
        spf("v=spf1 mx ip4:0.0.0.0/1 ip4:128.0.0.0/2 ip4:192.0.0.0/3 -all") => Mismatch, SpfAllowsEveryone;
    everybody_by_networks_in_two_records: Spf,
        spf("v=spf1 mx ip4:0.0.0.0/1 include:b.test -all").put("b.test. TXT \"v=spf1 ip4:128.0.0.0/1 -all\"")
        => Mismatch, SpfAllowsEveryone;
    everybody_on_the_internet: Spf, spf("v=spf1 mx ip6:2000::/3 -all") => Mismatch, SpfAllowsEveryone;
    everybody_but_a_few: Spf, spf("v=spf1 -ip4:203.0.113.0/24 mx +all") => Mismatch, SpfAllowsEveryone;
    everybody_by_a_redirect: Spf,
        spf("v=spf1 mx redirect=b.test").put("b.test. TXT \"v=spf1 ip4:0.0.0.0/0 -all\"")
        => Mismatch, SpfAllowsEveryone;
    everybody_by_a_name_that_is_there: Spf,
        spf("v=spf1 mx exists:other.example.test -all") => Mismatch, SpfAllowsEveryone;
    everybody_by_a_wildcard: Spf,
        spf("v=spf1 mx exists:%{i}.ok.b.test -all").put("*.ok.b.test. A 127.0.0.2") => Mismatch, SpfAllowsEveryone;
    nobody_by_what_was_refused_before: Spf, spf("v=spf1 mx -ip4:0.0.0.0/0 -ip6:::/0 +all") => Ok, Fine;
    an_include_of_everybody_who_was_refused_before: Spf,
        spf("v=spf1 mx include:b.test -all").put("b.test. TXT \"v=spf1 -ip4:0.0.0.0/0 -ip6:::/0 +all\"") => Ok, Fine;
    more_than_anybody_has: Spf, spf("v=spf1 mx ip4:0.0.0.0/1 -all") => Ok, SpfAllowsMany;
    as_much_as_a_large_provider_has: Spf, spf("v=spf1 mx ip4:40.64.0.0/10 ip6:2a01:110::/31 -all") => Ok, Fine;
    everybody_after_the_end: Spf, spf("v=spf1 mx -all +all") => Ok, Fine;
    a_wildcard_is_no_record_at_the_doubled_name: Spf,
        spf("hello").put("* TXT \"v=spf1 -all\"") => Missing, Missing;
    no_end: Spf, spf("v=spf1 mx a") => Ok, SpfNoAll;
    a_neutral_end: Spf, spf("v=spf1 mx a ?all") => Ok, SpfNeutral;
    a_look_up_by_address: Spf, spf("v=spf1 mx ptr -all") => Ok, SpfPtr;
    ours_by_a_look_up_by_address: Spf, spf("v=spf1 ptr:example.test -all").put(NAMES) => Ok, SpfPtr;
    others_by_a_look_up_by_address: Spf, spf("v=spf1 ptr:b.test -all").put(NAMES) => Mismatch, SpfNotAllowed;
    a_name_by_address_that_does_not_lead_back: Spf,
        spf("v=spf1 ptr:b.test -all").put("10.2.0.192.in-addr.arpa. PTR mail.b.test.\nmail.b.test. A 198.51.100.1")
        => Mismatch, SpfNotAllowed;
    a_name_by_address_that_nobody_answers: Spf,
        spf("v=spf1 ptr:example.test -all").put(NAMES).broken("10.2.0.192.in-addr.arpa", Failure::TimedOut)
        => Error, SpfLookupFailed;
    a_name_by_address_that_does_not_matter: Spf,
        spf("v=spf1 mx ptr -all").broken("10.2.0.192.in-addr.arpa", Failure::TimedOut) => Ok, SpfPtr;
    ours_by_the_name_of_the_address: Spf,
        spf("v=spf1 exists:%{p}.ok.b.test -all").put(NAMES).put("mail.example.test.ok.b.test. A 127.0.0.2")
        => Ok, Fine;
    a_modifier_with_a_bad_macro: Spf, spf("v=spf1 mx foo=%abc -all") => Mismatch, SpfSyntax;
    a_modifier_with_an_open_macro: Spf, spf("v=spf1 mx foo=%{d -all") => Mismatch, SpfSyntax;
    a_modifier_that_nobody_knows: Spf, spf("v=spf1 mx foo=%{d}/x bar= -all") => Ok, Fine;
    a_modifier_without_name: Spf, spf("v=spf1 mx =x -all") => Mismatch, SpfSyntax;
    an_explanation_without_name: Spf, spf("v=spf1 mx -all exp=") => Mismatch, SpfSyntax;
    an_explanation_by_a_macro_for_texts: Spf, spf("v=spf1 mx -all exp=%{r}.b.test") => Mismatch, SpfSyntax;
    a_record_after_a_blank: Spf, spf(" v=spf1 mx -all") => Mismatch, LeadingBlank;
    a_record_beside_one_after_a_blank: Spf, World::new().add("@ TXT \" v=spf1 +all\"") => Ok, Fine;
    an_unknown_mechanism: Spf, spf("v=spf1 mx ipv4:192.0.2.1 -all") => Mismatch, SpfSyntax;
    a_bad_address: Spf, spf("v=spf1 mx ip4:192.0.2 -all") => Mismatch, SpfSyntax;
    an_include_without_name: Spf, spf("v=spf1 mx include: -all") => Mismatch, SpfSyntax;
    a_space_after_a_colon: Spf, spf("v=spf1 mx include: spf.example.test -all") => Mismatch, SpfSyntax;
    a_macro_that_there_is_not: Spf, spf("v=spf1 mx exists:%{z}.b.test -all") => Mismatch, SpfSyntax;
    no_space_after_the_version: Spf, spf("v=spf1mx -all") => Mismatch, SpfSyntax;
    spaces_in_the_version: Spf, spf("v = spf1 mx -all") => Mismatch, SpfSyntax;
    a_record_in_quotes: Spf, spf(r#"\"v=spf1 mx -all\""#) => Mismatch, QuotesInValue;
    a_record_at_the_doubled_name: Spf,
        World::new().put("@ TXT \"x\"").put("acme.test TXT \"v=spf1 mx -all\"") => Missing, AtDoubledName;
    ten_look_ups: Spf, includes(4) => Ok, Fine;
    eleven_look_ups: Spf, includes(5) => Mismatch, SpfTooManyLookups;
    look_ups_without_result: Spf, spf("v=spf1 a:x.b.test a:y.b.test a:z.b.test mx -all") => Mismatch, SpfTooManyVoid;
    two_look_ups_without_result: Spf, spf("v=spf1 a:x.b.test a:y.b.test mx -all") => Ok, Fine;
    look_ups_without_result_for_one_family: Spf, sixes("v=spf1 a:x.b.test a:y.b.test a:z.b.test mx -all")
        => Mismatch, SpfTooManyVoid;
    exchangers_without_result: Spf,
        spf("v=spf1 mx:b.test ip4:192.0.2.0/24 ip6:2001:db8::/32 -all")
            .put("b.test. MX 10 x.b.test.\nb.test. MX 20 y.b.test.\nb.test. MX 30 z.b.test.") => Mismatch, SpfTooManyVoid;
    two_exchangers_without_result: Spf,
        spf("v=spf1 mx:b.test ip4:192.0.2.0/24 ip6:2001:db8::/32 -all")
            .put("b.test. MX 10 x.b.test.\nb.test. MX 20 y.b.test.\nb.test. MX 30 other.example.test.")
            .put("other.example.test. AAAA 2001:db8:9::1") => Ok, Fine;
    hosts_of_one_family_after_ours: Spf,
        sixes("v=spf1 mx a:x.b.test a:y.b.test a:z.b.test -all") => Ok, Fine;
    names_that_are_no_more_after_ours: Spf,
        spf("v=spf1 mx a:x.b.test a:y.b.test a:z.b.test -all") => Mismatch, SpfTooManyVoid;
    a_name_with_many_exchangers: Spf,
        (0..11).fold(spf("v=spf1 mx mx:b.test -all"), |world, n| world.add(&format!("b.test. MX {n} m{n}.b.test.")))
        => Mismatch, SpfTooManyHosts;
    an_include_of_itself: Spf, spf("v=spf1 include:acme.test -all") => Mismatch, SpfLoop;
    includes_in_a_circle: Spf,
        spf("v=spf1 mx include:b.test -all").put("b.test. TXT \"v=spf1 include:c.test -all\"")
            .put("c.test. TXT \"v=spf1 redirect=b.test\"") => Mismatch, SpfLoop;
    an_include_of_nothing: Spf, spf("v=spf1 mx include:gone.test -all") => Mismatch, SpfIncludeMissing;
    an_include_of_something_else: Spf,
        spf("v=spf1 mx include:b.test -all").put("b.test. TXT \"hello\"") => Mismatch, SpfIncludeMissing;
    an_include_of_two_records: Spf,
        spf("v=spf1 mx include:b.test -all").put("b.test. TXT \"v=spf1 -all\"\nb.test. TXT \"v=spf1 ~all\"")
        => Mismatch, SpfIncludeSeveral;
    an_include_that_is_broken: Spf,
        spf("v=spf1 mx include:b.test -all").put("b.test. TXT \"v=spf1 foo:bar\"") => Mismatch, SpfIncludeBroken;
    an_include_that_nobody_answers: Spf,
        spf("v=spf1 mx include:b.test -all").broken("b.test", Failure::TimedOut) => Error, SpfLookupFailed;
    exchangers_that_nobody_answers: Spf,
        spf("v=spf1 mx:b.test -all").broken("b.test", Failure::ServerFailed) => Error, SpfLookupFailed;
    a_host_without_address: Spf,
        spf("v=spf1 ip4:192.0.2.1 -all").without("@").put("@ TXT \"v=spf1 ip4:192.0.2.1 -all\"")
            .expecting("@ MX 5 nowhere.example.test.") => Mismatch, SpfNotAllowed;
    nothing_but_a_host_without_address: Spf,
        spf("v=spf1 include:spf.example.test -all").expecting("@ MX 5 nowhere.example.test.")
        => Error, SpfSenderUnknown;
    a_host_by_a_macro: Spf,
        spf("v=spf1 exists:%{ir}.%{v}.ok.b.test -all").put("10.2.0.192.in-addr.ok.b.test. A 127.0.0.2")
            .put("0.1.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.8.b.d.0.1.0.0.2.ip6.ok.b.test. A 127.0.0.2")
        => Ok, Fine;
    a_record_of_a_host_in_the_domain: Spf,
        World::new().expecting("mail TXT \"v=spf1 a -all\"").put("mail TXT \"v=spf1 a ~all\"") => Ok, Fine;
}
