//! What receivers should do with mail that is not from the domain.

use kernel::dns::{Name, RecordType};

use super::Verdict;
use super::case::{Case, Judged};
use super::written;
use crate::advice::{Advice, Code};
use crate::dmarc::{Dmarc, Error, Policy, Suffix, is_record};
use crate::known::{Look, Lookup, texts};

/// Judges the policy that should be there.
pub fn judge(case: &Case<'_>, lookup: &mut Lookup<'_>, wanted: &str) -> Judged {
    let texts = case.texts();
    let found = match read(case, &texts) {
        Found::Nothing => return inherited(case, lookup, wanted),
        found => found,
    };
    match found {
        // Receivers then apply none of them (RFC 7489, 6.6.3).
        Found::Several(count) => case.judged(Verdict::Conflict, Code::DmarcSeveral.with(&[&count, &wanted])),
        Found::One(dmarc) => compare(case, &dmarc, wanted),
        Found::Broken(text, error) => {
            let slip = written::slip(&text).filter(|slip| slip.mended.parse::<Dmarc>().is_ok());
            let syntax = || Code::DmarcSyntax.with(&[&error.code(), &error.part(), &wanted]);
            let advice = slip.map_or_else(syntax, |slip| slip.advice(&text, wanted));
            case.judged(Verdict::Mismatch, advice)
        }
        Found::Nothing => case.missing(lookup),
    }
}

/// What receivers find among the texts of a name.
enum Found {
    Nothing,
    One(Box<Dmarc>),
    Several(usize),
    /// A record that can't be read, or a text that is meant to be one.
    Broken(String, Error),
}

fn read(case: &Case<'_>, texts: &[String]) -> Found {
    let records: Vec<&String> = texts.iter().filter(|text| is_record(text)).collect();
    if records.len() > 1 {
        return Found::Several(records.len());
    }
    let meant = records.first().copied().or_else(|| texts.iter().find(|text| is_meant(case, text)));
    match meant.map(|text| (text, text.parse::<Dmarc>())) {
        None => Found::Nothing,
        Some((_, Ok(dmarc))) => Found::One(Box::new(dmarc)),
        Some((text, Err(error))) => Found::Broken(text.clone(), error),
    }
}

/// With the version in other letters, or not in front.
fn is_meant(case: &Case<'_>, text: &str) -> bool {
    written::is_for(case.expected, text) || text.to_ascii_lowercase().contains("v=dmarc1")
}

fn compare(case: &Case<'_>, found: &Dmarc, wanted: &str) -> Judged {
    let Ok(ours) = wanted.parse::<Dmarc>() else {
        return case.fine();
    };
    if let Some((verdict, advice)) = unlike(found, &ours, wanted) {
        return case.judged(verdict, advice);
    }
    let addresses =
        |dmarc: &Dmarc| dmarc.rua.iter().map(|uri| uri.address.to_ascii_lowercase()).collect::<Vec<_>>();
    let (theirs, expected) = (addresses(found), addresses(&ours));
    let advice = if !found.has_policy {
        Code::DmarcNoPolicy.with(&[&wanted])
    } else if found.below() < ours.below() {
        Code::DmarcSubdomainsWeaker.with(&[&found.below(), &ours.below()])
    } else if found.is_testing && !ours.is_testing {
        Code::DmarcTesting.with(&[&found.policy.tested()])
    } else if !found.ignored.is_empty() {
        Code::DmarcIgnored.with(&[&found.ignored.join("; ")])
    } else if !found.is_in_order {
        Code::DmarcPolicyLate.with(&[])
    } else if expected.iter().any(|uri| !theirs.contains(uri)) {
        // Mail works without; who reads the reports is for the admin to say.
        Code::DmarcReportsElsewhere.with(&[&theirs.join(", "), &expected.join(", ")])
    } else {
        Code::Fine.with(&[])
    };
    case.judged(Verdict::Ok, advice)
}

/// Where receivers would do something else than was chosen.
fn unlike(found: &Dmarc, ours: &Dmarc, wanted: &str) -> Option<(Verdict, Advice)> {
    let advice = if !found.has_policy && ours.policy > Policy::None {
        Code::DmarcNoPolicy.with(&[&wanted])
    } else if found.policy < ours.policy {
        Code::DmarcWeaker.with(&[&found.policy, &ours.policy])
    } else if found.percent < ours.percent && ours.policy > Policy::None {
        Code::DmarcPartial.with(&[&found.percent])
    } else if found.is_testing && !ours.is_testing && found.policy > Policy::None {
        Code::DmarcTesting.with(&[&found.policy.tested()])
    } else if found.policy > ours.policy {
        // Somebody who chose a mild policy knows of senders that a strict one would silence.
        Code::DmarcStronger.with(&[&found.policy, &ours.policy])
    } else {
        return None;
    };
    Some((Verdict::Mismatch, advice))
}

/// What is at the names above.
struct Above {
    name: Name,
    texts: Vec<String>,
    found: Found,
}

/// Without a record of its own a domain has that of its organization: of those above, the one that says so, else the one
/// with the fewest labels (RFC 9989, 4.10.2). Names of a single label are not looked at.
fn inherited(case: &Case<'_>, lookup: &mut Lookup<'_>, wanted: &str) -> Judged {
    let own = case.missing(lookup);
    let Ok(ours) = wanted.parse::<Dmarc>() else {
        return own;
    };
    if ![Code::Missing, Code::DomainNotFound].contains(&own.advice.code) {
        return own;
    }
    let mut above = Vec::new();
    for name in case.scene.zones[1..].iter().filter_map(|zone| zone.child("_dmarc").ok()) {
        let texts = match lookup.look(&name, RecordType::Txt) {
            // Not known is neither there nor missing.
            Look::Failed => {
                let advice = Code::DmarcInheritedUnknown.with(&[&name]);
                return Judged { verdict: Verdict::Error, found: Vec::new(), advice };
            }
            Look::Records(records) => texts(records),
            Look::Unasked | Look::Void => Vec::new(),
        };
        let found = read(case, &texts);
        above.push(Above { name, texts, found });
    }
    let at =
        organization(&above).or_else(|| above.iter().position(|one| !matches!(one.found, Found::Nothing)));
    at.and_then(|at| by_above(&above[at], &ours)).unwrap_or(own)
}

/// Which of the names above has the record that counts.
fn organization(above: &[Above]) -> Option<usize> {
    let suffix = |one: &Above| match &one.found {
        Found::One(dmarc) => dmarc.suffix,
        _ => None,
    };
    let is_valid = |one: &Above| matches!(one.found, Found::One(_));
    let end = above.iter().position(|one| matches!(suffix(one), Some(Suffix::Own | Suffix::Public)));
    match end {
        // Below a public suffix is the organization; the suffix's own record is for those who have none.
        Some(end) if suffix(&above[end]) == Some(Suffix::Public) => {
            let below = end.checked_sub(1).filter(|below| is_valid(&above[*below]));
            Some(below.unwrap_or(end))
        }
        Some(end) => Some(end),
        None => above.iter().rposition(is_valid),
    }
}

/// The rules for a record of another name are those for an own one.
fn by_above(above: &Above, ours: &Dmarc) -> Option<Judged> {
    let name = &above.name;
    let (verdict, advice) = match &above.found {
        Found::Nothing => return None,
        Found::Several(count) => (Verdict::Conflict, Code::DmarcInheritedSeveral.with(&[name, count])),
        Found::Broken(_, error) => {
            let advice = Code::DmarcInheritedSyntax.with(&[name, &error.code(), &error.part()]);
            (Verdict::Mismatch, advice)
        }
        Found::One(dmarc) => {
            let policy = dmarc.below();
            let is_strict = ours.policy > Policy::None;
            if policy < ours.policy {
                let advice = Code::DmarcInheritedWeaker.with(&[name, &policy, &ours.policy]);
                (Verdict::Mismatch, advice)
            } else if dmarc.percent < ours.percent && is_strict {
                (Verdict::Mismatch, Code::DmarcInheritedPartial.with(&[name, &dmarc.percent]))
            } else if dmarc.is_testing && policy > Policy::None {
                (Verdict::Mismatch, Code::DmarcInheritedTesting.with(&[name, &policy.tested()]))
            } else {
                (Verdict::Ok, Code::DmarcInherited.with(&[name, &policy]))
            }
        }
    };
    Some(Judged { verdict, found: above.texts.clone(), advice })
}
