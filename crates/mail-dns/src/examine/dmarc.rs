//! What receivers should do with mail that is not from the domain.

use super::Verdict;
use super::case::{Case, Judged};
use super::written;
use crate::advice::Code;
use crate::dmarc::{Dmarc, Policy};
use crate::known::Desk;

/// Judges the policy that should be there.
pub fn judge(case: &Case<'_>, desk: &mut Desk<'_>, wanted: &str) -> Judged {
    let texts = case.texts();
    let is_version = |text: &&String| text.trim_start().starts_with("v=DMARC1");
    let records: Vec<&String> = texts.iter().filter(is_version).collect();
    if records.len() > 1 {
        // Receivers then apply none of them (RFC 7489, 6.6.3).
        return case.judged(Verdict::Conflict, Code::DmarcSeveral.with(&[&records.len(), &wanted]));
    }
    let meant = records.first().copied().or_else(|| texts.iter().find(|text| is_meant(case, text)));
    match meant {
        None => inherited(case, desk, wanted),
        Some(text) => match text.parse::<Dmarc>() {
            Ok(dmarc) => compare(case, &dmarc, wanted),
            Err(error) => {
                let slip = written::slip(text).filter(|slip| slip.mended.parse::<Dmarc>().is_ok());
                let syntax = || Code::DmarcSyntax.with(&[&error.code(), &error.part(), &wanted]);
                let advice = slip.map_or_else(syntax, |slip| slip.advice(text, wanted));
                case.judged(Verdict::Mismatch, advice)
            }
        },
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
    if found.policy < ours.policy {
        return case.judged(Verdict::Mismatch, Code::DmarcWeaker.with(&[&found.policy, &ours.policy]));
    }
    if found.percent < ours.percent && ours.policy > Policy::None {
        return case.judged(Verdict::Mismatch, Code::DmarcPartial.with(&[&found.percent]));
    }
    if found.policy > ours.policy {
        // Somebody who chose a mild policy knows of senders that a strict one would silence.
        return case.judged(Verdict::Mismatch, Code::DmarcStronger.with(&[&found.policy, &ours.policy]));
    }
    let addresses =
        |dmarc: &Dmarc| dmarc.rua.iter().map(|uri| uri.address.to_ascii_lowercase()).collect::<Vec<_>>();
    let (theirs, expected) = (addresses(found), addresses(&ours));
    let advice = if found.below() < ours.below() {
        Code::DmarcSubdomainsWeaker.with(&[&found.below(), &ours.below()])
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

/// Without a record of its own a domain has that of the domain above it. Which of those counts is for a list of public
/// suffixes to say; without one, the nearest.
fn inherited(case: &Case<'_>, desk: &mut Desk<'_>, wanted: &str) -> Judged {
    let own = case.missing(desk);
    let Ok(ours) = wanted.parse::<Dmarc>() else {
        return own;
    };
    let missing = [Code::Missing, Code::DomainNotFound];
    if !missing.contains(&own.advice.code) {
        return own;
    }
    for zone in &case.scene.zones[1..] {
        let Ok(name) = zone.child("_dmarc") else {
            continue;
        };
        let Some(above) = desk.texts(&name).iter().find_map(|text| text.parse::<Dmarc>().ok()) else {
            continue;
        };
        let found = vec![above.to_string()];
        return if above.below() < ours.policy {
            let advice = Code::DmarcInheritedWeaker.with(&[&name, &above.below(), &ours.policy]);
            Judged { verdict: Verdict::Mismatch, found, advice }
        } else {
            let advice = Code::DmarcInherited.with(&[&name, &above.below()]);
            Judged { verdict: Verdict::Ok, found, advice }
        };
    }
    own
}
