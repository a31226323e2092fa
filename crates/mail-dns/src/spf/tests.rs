//! What records are read, and what set-ups come to.

use proptest::prelude::*;

use super::macros::Scope;
use super::*;
use crate::known::{Known, Progress};
use kernel::dns::{Answer, Answers, Name, Question, Record, RecordType, Server};

fn name(text: &str) -> Name {
    text.parse().unwrap()
}

#[test]
fn records_are_read_and_written() {
    for text in [
        "v=spf1 -all",
        "v=spf1 mx a:mail.b.test/24//64 mx//48 a/24 ~all",
        "v=spf1 ip4:192.0.2.0/24 ip6:2001:db8::/32 ?ip4:192.0.2.1 -all",
        "v=spf1 include:%{d2r}.b.test exists:%{ir}.%{v}._spf.%{d2} exp=e.%{o}",
        "v=spf1 ptr ptr:b.test redirect=_spf.b.test",
        "v=spf1 exists:%{l1r+-}.%%%_%-.b.test a:%{d/}/24 unknown-modifier=%{r}",
    ] {
        assert_eq!(text.parse::<Spf>().unwrap().to_string(), text);
    }
    let spf: Spf = "V=SPF1  +MX   -All ".parse().unwrap();
    assert_eq!(spf.to_string(), "v=spf1 mx -all");
}

#[test]
fn what_is_wrong_with_a_record_is_named() {
    for (text, code, part) in [
        ("v=spf10", "version", "v=spf1"),
        ("spf1 -all", "version", "v=spf1"),
        ("v=spf1 foo", "unknown-mechanism", "foo"),
        ("v=spf1 -all;", "unknown-mechanism", "-all;"),
        ("v=spf1 --all", "unknown-mechanism", "--all"),
        ("v=spf1 all:b.test", "argument", "all:b.test"),
        ("v=spf1 include", "argument", "include"),
        ("v=spf1 ip4", "argument", "ip4"),
        ("v=spf1 include:", "domain", "include:"),
        ("v=spf1 include:localhost", "domain", "include:localhost"),
        ("v=spf1 include:b.test/24", "domain", "include:b.test/24"),
        ("v=spf1 a:b.123", "domain", "a:b.123"),
        ("v=spf1 a:%{q}.b.test", "domain", "a:%{q}.b.test"),
        ("v=spf1 a:%{d", "domain", "a:%{d"),
        ("v=spf1 a:%{d0}", "domain", "a:%{d0}"),
        ("v=spf1 a:%(d).b.test", "domain", "a:%(d).b.test"),
        ("v=spf1 ip4:192.0.2.0/33", "address", "ip4:192.0.2.0/33"),
        ("v=spf1 ip4:192.0.2.0/024", "address", "ip4:192.0.2.0/024"),
        ("v=spf1 ip4:192.0.2.0/", "address", "ip4:192.0.2.0/"),
        ("v=spf1 ip4:2001:db8::1", "address", "ip4:2001:db8::1"),
        ("v=spf1 ip6:192.0.2.1", "address", "ip6:192.0.2.1"),
        ("v=spf1 a/33", "address", "a/33"),
        ("v=spf1 redirect=b.test redirect=c.test", "twice", "redirect"),
        ("v=spf1 exp=b.test exp=c.test", "twice", "exp"),
        ("v=spf1 \u{2013}all", "character", "\u{2013}all"),
        ("v=spf1 mx\t-all", "character", "mx\t-all"),
    ] {
        let error = text.parse::<Spf>().unwrap_err();
        assert_eq!((error.code(), error.part()), (code, part), "{text}");
    }
}

/// The examples of RFC 7208, 7.4.
#[test]
fn macros_stand_for_what_the_rfc_says() {
    let domain = name("email.example.com");
    let resolve = |spec: &str, address: &str| {
        let client = Client::new(address.parse().unwrap(), "mx.example.org", "strong-bad@email.example.com");
        let scope = Scope { client: &client, domain: &domain, validated: "unknown" };
        spec.parse::<Spec>().unwrap().resolve(scope).unwrap().to_string()
    };
    for (spec, wanted) in [
        ("%{o}", "email.example.com"),
        ("%{d4}", "email.example.com"),
        ("%{d3}", "email.example.com"),
        ("%{d2}", "example.com"),
        ("%{d1}.x", "com.x"),
        ("%{dr}", "com.example.email"),
        ("%{d2r}", "example.email"),
        ("%{l}.x", "strong-bad.x"),
        ("%{l-}.x", "strong.bad.x"),
        ("%{lr}.x", "strong-bad.x"),
        ("%{lr-}.x", "bad.strong.x"),
        ("%{l1r-}.x", "strong.x"),
        ("%{S}.x", "strong-bad%40email.example.com.x"),
        ("%{p}.x", "unknown.x"),
        ("%{h}", "mx.example.org"),
        ("%{ir}.%{v}._spf.%{d2}", "3.2.0.192.in-addr._spf.example.com"),
    ] {
        assert_eq!(resolve(spec, "192.0.2.3"), wanted, "{spec}");
    }
    assert_eq!(
        resolve("%{ir}.%{v}._spf.%{d2}", "2001:db8::cb01"),
        "1.0.b.c.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.8.b.d.0.1.0.0.2.ip6._spf.example.com"
    );
}

fn run(zone: &str, domain: &str, senders: &[Sender]) -> Report {
    let zone = crate::zone::parse(zone, &Name::root()).unwrap().records;
    let mut known = Known::new();
    for _ in 0..60 {
        match check(&name(domain), senders, &known) {
            Progress::Done(report) => return report,
            Progress::Needs(questions) => known.extend(questions.into_iter().map(|question| {
                let answer = answer(&zone, &question);
                (question, Answers(vec![(Server::Resolver("1.1.1.1".to_owned()), answer)]))
            })),
        }
    }
    panic!("still asking");
}

fn answer(zone: &[Record], question: &Question) -> Answer {
    let fits = |record: &&Record| record.name == question.name && record.data.kind() == question.kind;
    let records: Vec<Record> = zone.iter().filter(fits).cloned().collect();
    if records.is_empty() {
        Answer::NoName { aliases: vec![] }
    } else {
        Answer::Records { aliases: vec![], records }
    }
}

#[test]
fn look_ups_are_counted_over_the_whole_tree() {
    let zone = "a.test. TXT \"v=spf1 mx a:h.test include:b.test ip4:192.0.2.1 exists:h.test ptr -all\"\n\
                b.test. TXT \"v=spf1 a:h.test redirect=c.test\"\nc.test. TXT \"v=spf1 ip4:192.0.2.9 -all\"\n\
                h.test. A 198.51.100.1\na.test. MX 10 h.test.\n";
    let report = run(zone, "a.test", &[Sender::Address("192.0.2.9".parse().unwrap())]);
    assert_eq!((report.lookups, report.void, report.problem), (7, 0, None));
    assert_eq!(report.senders[0].1, Outcome::Passes);
    // A name that is always there lets everybody in.
    assert_eq!(report.notes.into_iter().collect::<Vec<_>>(), [Note::AllowsEveryone, Note::Ptr]);
    assert_eq!(run(zone, "a.test", &[]).lookups, 7);
}

#[test]
fn an_address_passes_only_where_its_address_is_named() {
    let zone = "a.test. TXT \"v=spf1 a -all\"\na.test. A 198.51.100.1\n";
    let outcome =
        |address: &str| run(zone, "a.test", &[Sender::Address(address.parse().unwrap())]).senders[0].1;
    assert_eq!(outcome("198.51.100.1"), Outcome::Passes);
    let stranger = "192.0.2.1".parse().unwrap();
    assert_eq!(outcome("192.0.2.1"), Outcome::Refused(Some(stranger), Qualifier::Fail));
}

#[test]
fn a_record_with_endless_terms_asks_a_limited_number_of_questions() {
    let terms: Vec<String> = (0..500).map(|n| format!("a:h{n}.test")).collect();
    let strings: Vec<String> = terms.chunks(10).map(|terms| format!("\" {}\"", terms.join(" "))).collect();
    let zone = format!("a.test. TXT \"v=spf1\" {}\n", strings.join(" "));
    let report = run(&zone, "a.test", &[]);
    assert_eq!(report.problem, Some(Problem::TooManyLookups(21)));
}

#[test]
fn an_endless_tree_of_includes_comes_to_an_end() {
    let lines: Vec<String> =
        (0..100).map(|n| format!("s{n}.test. TXT \"v=spf1 include:s{}.test -all\"\n", n + 1)).collect();
    let report = run(&lines.concat(), "s0.test", &[]);
    assert!(matches!(report.problem, Some(Problem::TooManyLookups(count)) if count > 10), "{report:?}");
}

#[test]
fn nothing_is_concluded_before_all_is_known() {
    let Progress::Needs(questions) = check(&name("a.test"), &[], &Known::new()) else {
        panic!("nothing is known");
    };
    assert_eq!(questions, [Question { name: name("a.test"), kind: RecordType::Txt }]);
}

fn any_term() -> impl Strategy<Value = String> {
    let spec = "(%\\{[slodiphv][1-9]?r?[-.+,/_=]{0,2}\\}\\.|[a-z_]{1,6}\\.|%%|%_|%-){0,3}[a-z]{1,5}\\.test";
    let mechanism = (
        "[-+~?]?",
        prop_oneof![
            Just("all".to_owned()),
            Just("mx".to_owned()),
            Just("ptr".to_owned()),
            "(a|mx)(/[1-9])?(//[1-9][0-9])?",
            spec.prop_map(|spec| format!("include:{spec}")),
            spec.prop_map(|spec| format!("exists:{spec}")),
            spec.prop_map(|spec| format!("a:{spec}/24//64")),
            any::<[u8; 4]>().prop_map(|octets| format!("ip4:{}/20", std::net::Ipv4Addr::from(octets))),
            any::<[u8; 16]>().prop_map(|octets| format!("ip6:{}", std::net::Ipv6Addr::from(octets))),
        ],
    );
    prop_oneof![mechanism.prop_map(|(sign, rest)| sign + &rest), "x-[a-z]{1,4}=[!-$&-~]{0,8}"]
}

proptest! {
    #[test]
    fn any_text_is_read_or_refused(text in "v=spf1 [\\PC]{0,60}") {
        let _ = text.parse::<Spf>();
    }

    #[test]
    fn any_text_is_a_name_with_macros_or_not(text in "[%{}a-z0-9.\\-+,/_=]{0,30}") {
        if let Ok(spec) = text.parse::<Spec>() {
            prop_assert_eq!(spec.to_string().parse::<Spec>().unwrap(), spec);
        }
    }

    #[test]
    fn records_survive_being_written(terms in proptest::collection::vec(any_term(), 0..8)) {
        let spf: Spf = format!("v=spf1 {}", terms.join(" ")).parse().unwrap();
        prop_assert_eq!(spf.to_string().parse::<Spf>().unwrap(), spf);
    }
}
