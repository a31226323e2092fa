//! What is added, put right and left alone, in zones of every kind.

use std::collections::BTreeMap;

use kernel::dns::{Answer, Answers, Question, Server};
use proptest::prelude::*;
use proptest::sample::{select, subsequence};

use super::*;
use crate::expected::{Wishes, of_zone};
use crate::known::Known;
use crate::zone;

const OURS: &str = "
@ 60 MX 10 mail.host.test.
@ 60 MX 20 mail2.host.test.
@ 60 TXT \"v=spf1 mx -all\"
k._domainkey 60 TXT \"v=DKIM1; k=rsa; p=AAAA\"
_dmarc 60 TXT \"v=DMARC1; p=reject\"
_mta-sts 60 TXT \"v=STSv1; id=1\"
mta-sts 60 CNAME mail.host.test.
_smtp._tls 60 TXT \"v=TLSRPTv1; rua=mailto:a@b.test\"
autoconfig 60 CNAME mail.host.test.
_jmap._tcp 60 SRV 0 1 443 mail.host.test.
_25._tcp 60 TLSA 3 1 1 ab
@ 60 CAA 0 issue \"ca.test\"
@ 60 TXT \"hello\"";

const THEIRS: &str = "
@ 300 MX 10 mx.elsewhere.test.
@ 300 MX 10 old.host.test.
@ 300 TXT \"v=spf1 include:elsewhere.test ~all\"
@ 300 TXT \"google-site-verification=x\"
k._domainkey 300 TXT \"v=DKIM1; p=BBBB\"
_dmarc 300 TXT \"v=DMARC1; p=none\"
_dmarc 300 TXT \"something else\"
_mta-sts 300 TXT \"v=STSv1; id=2\"
mta-sts 300 A 192.0.2.1
_smtp._tls 300 CNAME reports.elsewhere.test.
autoconfig 300 CNAME elsewhere.test.
_jmap._tcp 300 SRV 0 1 443 elsewhere.test.
_25._tcp 300 TLSA 3 1 1 cd
@ 300 CAA 0 issue \"other.test\"
@ 300 CAA 0 iodef \"mailto:a@b.test\"
* 300 TXT \"v=DKIM1; p=CCCC\"
*._domainkey 300 CNAME elsewhere.test.
www 300 A 192.0.2.1
@ 300 TXT \"hello\"";

fn name(text: &str) -> Name {
    text.parse().unwrap()
}

fn records(text: &str) -> Vec<Record> {
    zone::parse(text.trim(), &name("acme.test")).unwrap().records
}

fn expected(text: &str) -> Vec<Expected> {
    of_zone(&name("acme.test"), &records(text), &Wishes::default()).unwrap()
}

/// What the zone's server says: an alias for whatever is asked, and a wildcard for what is not there.
fn answer(zone: &[Record], question: &Question) -> Answer {
    let exists = |name: &Name| zone.iter().any(|record| record.name.is_within(name));
    let mut at = question.name.clone();
    while !exists(&at) {
        let Some(above) = at.parent() else { break };
        match above.child("*").unwrap() {
            wildcard if exists(&wildcard) => at = wildcard,
            _ => at = above,
        }
        if !exists(&at) {
            continue;
        }
        if at.as_str().starts_with('*') {
            break;
        }
        return Answer::NoName { aliases: vec![] };
    }
    let here = zone.iter().filter(|record| record.name == at);
    let here = here.map(|record| Record { name: question.name.clone(), ..record.clone() });
    let (aliases, others): (Vec<Record>, Vec<Record>) =
        here.partition(|record| record.data.kind() == RecordType::Cname);
    if !aliases.is_empty() && question.kind != RecordType::Cname {
        return Answer::NoData { aliases };
    }
    let all = aliases.into_iter().chain(others);
    let records: Vec<Record> = all.filter(|record| record.data.kind() == question.kind).collect();
    if records.is_empty() {
        Answer::NoData { aliases: vec![] }
    } else {
        Answer::Records { aliases: vec![], records }
    }
}

fn there(zone: &[Record], expected: &[Expected]) -> There {
    let server = Server::Authority(name("ns.test"));
    let asked = needs(&name("acme.test"), expected).into_iter();
    let known: Known = asked
        .map(|question| (question.clone(), Answers(vec![(server.clone(), answer(zone, &question))])))
        .collect();
    There::of(&known)
}

fn wanted(expected: &[Expected]) -> Vec<Wanted> {
    expected.iter().map(|one| Wanted { expected: one.clone(), is_right: false }).collect()
}

fn published(records: &[Record]) -> Published {
    Published::new(records.iter().map(|record| (record.name.clone(), record.data.clone())))
}

/// Does the changes as a server would, prerequisites first.
fn apply(zone: &mut Vec<Record>, changes: &[Change]) -> Result<(), String> {
    for change in changes {
        let is_it = |record: &&Record| record.name == change.name && record.data.kind() == change.kind;
        let mut here: Vec<Data> = zone.iter().filter(is_it).map(|record| record.data.clone()).collect();
        let mut before = change.before.clone();
        here.sort();
        before.sort();
        if here != before {
            return Err(format!("{} {} is {here:?}, not {before:?}", change.name, change.kind));
        }
    }
    for change in changes {
        zone.retain(|record| record.name != change.name || !change.remove.contains(&record.data));
        zone.extend(change.add.iter().cloned());
    }
    let aliases = zone.iter().filter(|record| record.data.kind() == RecordType::Cname);
    let alone = |alias: &Record| zone.iter().filter(|record| record.name == alias.name).count() == 1;
    if aliases.into_iter().all(alone) { Ok(()) } else { Err("something stands beside an alias".to_owned()) }
}

/// What becomes of each kind of record in a zone, as `purpose act`.
fn acts(zone: &str, ours: &str, before: &str) -> Vec<String> {
    let (zone, expected) = (records(zone), expected(ours));
    let items = diff(&wanted(&expected), &there(&zone, &expected), &published(&records(before)));
    let told = |item: &Item| match &item.act {
        Act::Left(reason) => format!("{} {}", item.expected.purpose.as_str(), reason.as_str()),
        act => format!("{} {}", item.expected.purpose.as_str(), act.as_str()),
    };
    items.iter().map(told).collect()
}

#[test]
fn an_empty_zone_gets_everything_but_what_would_shut_others_out() {
    let acts = acts("", OURS, "");
    let left: Vec<&String> = acts.iter().filter(|act| !act.ends_with(" add")).collect();
    assert_eq!(left, ["caa forbids"]);
}

#[test]
fn records_of_others_are_left_alone_each_for_its_reason() {
    let told = acts(THEIRS, OURS, "");
    let expected = [
        "mx other-mx",
        "mx other-mx",
        "spf other-spf",
        "dkim other-key",
        "dmarc other-dmarc",
        "mta-sts other-record",
        "mta-sts in-use",
        "tls-rpt alias",
        "client-config alias",
        "service other-record",
        "tlsa add",
        "caa add",
        "other right",
    ];
    assert_eq!(told, expected);
}

#[test]
fn what_was_published_from_here_is_put_right() {
    let before =
        "@ 60 MX 10 old.host.test.\n_dmarc 60 TXT \"v=DMARC1; p=none\"\nautoconfig 60 CNAME old.test.";
    let ours = "@ 60 MX 10 new.test.\n_dmarc 60 TXT \"v=DMARC1; p=reject\"\nautoconfig 60 CNAME new.test.";
    assert_eq!(acts(before, ours, before), ["mx replace", "dmarc replace", "client-config replace"]);
    assert_eq!(acts(before, ours, ""), ["mx other-mx", "dmarc other-dmarc", "client-config alias"]);
}

#[test]
fn a_text_cut_in_another_way_is_the_same() {
    let zone = "k._domainkey 60 TXT \"v=DKIM1; k=rsa;\" \" p=AAAA\"";
    let ours = "k._domainkey 60 TXT \"v=DKIM1; k=rsa; p=AAAA\"";
    assert_eq!(acts(zone, ours, ""), ["dkim right"]);
}

#[test]
fn what_does_the_same_is_right_even_if_it_is_of_others() {
    let (zone, expected) =
        (records("@ 60 TXT \"v=spf1 a mx -all\""), expected("@ 60 TXT \"v=spf1 mx -all\""));
    let wanted = vec![Wanted { expected: expected[0].clone(), is_right: true }];
    let items = diff(&wanted, &there(&zone, &expected), &Published::default());
    assert_eq!(items[0].act, Act::Right);
    assert_eq!(changes(&items, &there(&zone, &expected), 60), []);
}

#[test]
fn what_nobody_answered_is_left_alone() {
    let expected = expected(OURS);
    let items = diff(&wanted(&expected), &There::default(), &Published::default());
    assert!(items.iter().all(|item| item.act == Act::Left(Reason::Unread)));
}

#[test]
fn what_a_wildcard_puts_at_a_name_is_not_in_the_way() {
    let zone = "* 60 CNAME elsewhere.test.\n*._domainkey 60 TXT \"v=DKIM1; p=BBBB\"";
    let ours = "_dmarc 60 TXT \"v=DMARC1; p=reject\"\nautoconfig 60 CNAME new.test.\nk._domainkey 60 TXT \"v=DKIM1; p=AA\"";
    assert_eq!(acts(zone, ours, ""), ["dkim add", "dmarc add", "client-config add"]);
}

#[test]
fn what_comes_to_a_set_takes_over_its_time_to_live() {
    let (mut zone, expected) = (records("@ 300 TXT \"google=x\""), expected("@ 60 TXT \"v=spf1 mx -all\""));
    let there = there(&zone, &expected);
    let changes = changes(&diff(&wanted(&expected), &there, &Published::default()), &there, 3600);
    assert_eq!(changes[0].add[0].ttl, 300);
    apply(&mut zone, &changes).unwrap();
    assert_eq!(zone.len(), 2);
}

/// A zone in which nothing stands beside an alias.
fn sane(records: Vec<Record>) -> Vec<Record> {
    let mut zone: BTreeMap<Name, Vec<Record>> = BTreeMap::new();
    for record in records {
        let here = zone.entry(record.name.clone()).or_default();
        let is_alias = |record: &Record| record.data.kind() == RecordType::Cname;
        if here.is_empty() || !is_alias(&record) && !here.iter().any(is_alias) {
            here.push(record);
        }
    }
    let mut all: Vec<Record> = zone.into_values().flatten().collect();
    all.dedup_by(|a, b| (&a.name, &a.data) == (&b.name, &b.data));
    all
}

fn some(of: &str) -> impl Strategy<Value = Vec<Record>> {
    let all = records(of);
    let most = all.len();
    subsequence(all, 0..=most).prop_shuffle()
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(512))]

    #[test]
    fn records_of_others_are_never_touched_and_one_publishing_is_enough(
        ours in some(OURS),
        theirs in some(THEIRS),
        there_of_ours in some(OURS),
        known in any::<u64>(),
        right in any::<u64>(),
        known_only in select(vec![true, false]),
    ) {
        let zone = sane(theirs.into_iter().chain(there_of_ours).collect());
        let is_set = |bits: u64, at: usize| bits >> (at % 64) & 1 == 1;
        let before: Vec<Record> = zone.iter().enumerate()
            .filter(|(at, _)| known_only && is_set(known, *at)).map(|(_, record)| record.clone()).collect();
        let published = published(&before);
        let expected = of_zone(&name("acme.test"), &ours, &Wishes::default()).unwrap();
        let wanted: Vec<Wanted> = expected.iter().enumerate()
            .map(|(at, one)| Wanted { expected: one.clone(), is_right: is_set(right, at) }).collect();

        let seen = there(&zone, &expected);
        let items = diff(&wanted, &seen, &published);
        let changes = changes(&items, &seen, 60);
        let mut after = zone.clone();
        prop_assert_eq!(apply(&mut after, &changes), Ok(()));

        for record in zone.iter().filter(|record| !published.has(&record.name, &record.data)) {
            prop_assert!(after.contains(record), "{:?} is gone or another", record);
        }
        for record in after.iter().filter(|record| !zone.contains(record)) {
            let is_wanted = expected.iter().any(|one| (&one.name, &one.data) == (&record.name, &record.data));
            prop_assert!(is_wanted, "{:?} came unasked", record);
        }
        let now = Published::new(before.iter().map(|r| (r.name.clone(), r.data.clone())).chain(
            changes.iter().flat_map(|change| &change.add).map(|r| (r.name.clone(), r.data.clone()))));
        let again = diff(&wanted, &there(&after, &expected), &now);
        let left: Vec<&Item> = again.iter().filter(|item| item.act.is_change()).collect();
        prop_assert!(left.is_empty(), "still to do: {:?}", left);
    }
}
