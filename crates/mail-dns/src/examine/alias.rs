//! Names that should be aliases for a host of the platform.

use kernel::dns::{Answer, Data, Name, Record, RecordType};

use super::Verdict;
use super::case::{Case, Judged};
use crate::advice::Code;
use crate::known::Lookup;
use crate::show::show;

/// Judges the alias that should be there.
pub fn judge(case: &Case<'_>, lookup: &mut Lookup<'_>, wanted: &Name) -> Judged {
    let records = case.records.iter().chain(case.aliases);
    let targets: Vec<&Name> = records.filter_map(target).collect();
    let Some(first) = targets.first() else {
        return without(case, lookup, wanted);
    };
    if targets.contains(&wanted) || leads_to(&case.expected.name, wanted, lookup) {
        return case.fine();
    }
    let is_doubled = case.scene.doubled(wanted).any(|doubled| doubled == **first);
    let code = if is_doubled { Code::TargetDoubled } else { Code::TargetOther };
    case.judged(Verdict::Mismatch, code.with(&[first, wanted]))
}

fn target(record: &Record) -> Option<&Name> {
    match &record.data {
        Data::Cname(target) => Some(target),
        _ => None,
    }
}

/// An alias for an alias for the host does the same.
fn leads_to(name: &Name, wanted: &Name, lookup: &mut Lookup<'_>) -> bool {
    let Some(Answer::Records { aliases, .. } | Answer::NoData { aliases } | Answer::NoName { aliases }) =
        lookup.ask(name, RecordType::A)
    else {
        return false;
    };
    aliases.iter().filter_map(target).any(|target| target == wanted)
}

/// There is no alias; maybe there is an address.
fn without(case: &Case<'_>, lookup: &mut Lookup<'_>, wanted: &Name) -> Judged {
    let name = &case.expected.name;
    let (mut found, mut is_ours) = (Vec::new(), true);
    if !case.is_nameless {
        for kind in [RecordType::A, RecordType::Aaaa] {
            let (there, ours) = (shown(lookup.ask(name, kind)), shown(lookup.ask(wanted, kind)));
            is_ours &= there.iter().all(|address| ours.contains(address));
            found.extend(there);
        }
    }
    if found.is_empty() {
        return case.missing(lookup);
    }
    let (verdict, advice) = if is_ours {
        (Verdict::Ok, Code::AddressInstead.with(&[name, wanted]))
    } else {
        (Verdict::Conflict, Code::AddressInTheWay.with(&[name, &found.join(", "), wanted]))
    };
    Judged { verdict, found, advice }
}

fn shown(answer: Option<&Answer>) -> Vec<String> {
    match answer {
        Some(Answer::Records { records, .. }) => records.iter().map(|record| show(&record.data)).collect(),
        _ => Vec::new(),
    }
}
