//! Where mail for the domain goes.

use std::collections::BTreeSet;
use std::net::IpAddr;

use kernel::dns::{Answer, Data, Name, RecordType};

use super::Verdict;
use super::case::{Case, Judged};
use crate::advice::Code;
use crate::known::{Look, Lookup};
use crate::show::show;

/// Judges the exchanger that should be there.
pub fn judge(case: &Case<'_>, lookup: &mut Lookup<'_>, preference: u16, exchange: &Name) -> Judged {
    let found: Vec<(u16, &Name)> = case.records.iter().filter_map(|record| exchanger(&record.data)).collect();
    if found.is_empty() {
        return case.missing(lookup);
    }
    let wanted = case.wanted();
    if found.iter().any(|(_, host)| host.is_root()) {
        return case.judged(Verdict::Conflict, Code::MxNull.with(&[&wanted]));
    }
    let foreign: Vec<&Name> =
        found.iter().map(|(_, host)| *host).filter(|host| !case.scene.exchangers.contains(host)).collect();
    let all = case.found().join(", ");
    let Some((at, _)) = found.iter().find(|(_, host)| *host == exchange) else {
        return absent(case, lookup, exchange, &foreign);
    };
    if !foreign.is_empty() {
        return case.judged(Verdict::Conflict, Code::MxForeign.with(&[&names(&foreign), &wanted]));
    }
    if *at != preference {
        return case.judged(Verdict::Ok, Code::MxOtherPreference.with(&[&all, &wanted]));
    }
    case.fine()
}

fn exchanger(data: &Data) -> Option<(u16, &Name)> {
    match data {
        Data::Mx { preference, exchange } => Some((*preference, exchange)),
        _ => None,
    }
}

fn names(hosts: &[&Name]) -> String {
    hosts.iter().map(|host| host.as_str()).collect::<Vec<_>>().join(", ")
}

/// There are exchangers, and this one is not among them.
fn absent(case: &Case<'_>, lookup: &mut Lookup<'_>, exchange: &Name, foreign: &[&Name]) -> Judged {
    let wanted = case.wanted();
    let Some(first) = foreign.first() else {
        let found = case.found().join(", ");
        return case.judged(Verdict::Missing, Code::MxIncomplete.with(&[&found, &wanted]));
    };
    if let Some(doubled) = case.scene.doubled(exchange).find(|name| foreign.contains(&name)) {
        return case.judged(Verdict::Mismatch, Code::TargetDoubled.with(&[&doubled, &exchange]));
    }
    if foreign.iter().any(|host| is_address(host, case)) {
        return case.judged(Verdict::Mismatch, Code::MxAddress.with(&[first, &wanted]));
    }
    if let Some(wildcard) = wildcard(case, lookup) {
        let advice = Code::MxWildcard.with(&[&wildcard, &names(foreign), &wanted]);
        return case.judged(Verdict::Mismatch, advice);
    }
    let others: Vec<Other> = foreign.iter().map(|host| other(host, exchange, lookup)).collect();
    match foreign {
        [host] if others == [Other::Alias] => {
            case.judged(Verdict::Mismatch, Code::MxAlias.with(&[host, &wanted]))
        }
        [host] if others == [Other::SameAddress] => {
            case.judged(Verdict::Ok, Code::MxOtherName.with(&[host, &wanted]))
        }
        _ => case.judged(Verdict::Mismatch, Code::MxElsewhere.with(&[&names(foreign), &wanted])),
    }
}

/// An address in place of a name, with the domain behind it where the host added that.
fn is_address(host: &Name, case: &Case<'_>) -> bool {
    let ends = case.scene.zones.iter().filter_map(|zone| host.as_str().strip_suffix(zone.as_str()));
    let starts = ends.filter_map(|start| start.strip_suffix('.'));
    starts.chain([host.as_str()]).any(|text| text.parse::<IpAddr>().is_ok())
}

/// The wildcard above the domain from which its exchangers come.
fn wildcard(case: &Case<'_>, lookup: &mut Lookup<'_>) -> Option<Name> {
    let above = case.scene.zones.get(1)?;
    let wildcard = above.child("*").ok()?;
    let Look::Records(records) = lookup.look(&wildcard, RecordType::Mx) else {
        return None;
    };
    let there: BTreeSet<String> = records.iter().map(|record| show(&record.data)).collect();
    (there == case.found().into_iter().collect()).then_some(wildcard)
}

/// What a host that is not ours by name is.
#[derive(Debug, PartialEq, Eq)]
enum Other {
    Foreign,
    Alias,
    SameAddress,
}

fn other(host: &Name, exchange: &Name, lookup: &mut Lookup<'_>) -> Other {
    let ours = addresses(exchange, lookup);
    let theirs = addresses(host, lookup);
    if let Some(Answer::Records { aliases, .. }) = lookup.ask(host, RecordType::A)
        && aliases.iter().any(|alias| alias.data == Data::Cname(exchange.clone()))
    {
        return Other::Alias;
    }
    if !theirs.is_empty() && theirs.is_subset(&ours) { Other::SameAddress } else { Other::Foreign }
}

fn addresses(name: &Name, lookup: &mut Lookup<'_>) -> BTreeSet<String> {
    let mut found = BTreeSet::new();
    for kind in [RecordType::A, RecordType::Aaaa] {
        if let Look::Records(records) = lookup.look(name, kind) {
            found.extend(records.iter().map(|record| show(&record.data)));
        }
    }
    found
}
