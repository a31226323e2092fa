//! Services, certificates, and whatever has no rules of its own.

use kernel::dns::{Data, Name};

use super::Verdict;
use super::case::{Case, Judged};
use super::written;
use crate::advice::Code;
use crate::known::Lookup;

/// Judges a text that must be there word for word.
pub fn judge_text(case: &Case<'_>, lookup: &mut Lookup<'_>, wanted: &str) -> Judged {
    let texts = case.texts();
    if texts.iter().any(|text| text.trim() == wanted) {
        return case.fine();
    }
    // Other texts at the same name are other people's; only the same kind of text is in question.
    let kind = wanted.split_once(';').map_or(wanted, |(start, _)| start);
    let Some(text) = texts.iter().find(|text| text.trim_start_matches('"').starts_with(kind)) else {
        return case.missing(lookup);
    };
    let slip = written::slip(text).filter(|slip| slip.mended.trim() == wanted);
    let advice = match slip {
        Some(slip) => slip.advice(text, wanted),
        None if text.eq_ignore_ascii_case(wanted) => Code::LetterCase.with(&[text, &wanted]),
        None => Code::ValueOther.with(&[text, &wanted]),
    };
    case.judged(Verdict::Mismatch, advice)
}

/// Judges a record that must be there as it is.
pub fn judge(case: &Case<'_>, lookup: &mut Lookup<'_>) -> Judged {
    if case.records.iter().any(|record| record.data == case.expected.data) {
        return case.fine();
    }
    if case.records.is_empty() {
        return case.missing(lookup);
    }
    let (found, wanted) = (case.found().join(", "), case.wanted());
    let code = match case.expected.data {
        Data::Tlsa { .. } => Code::TlsaOther,
        _ => Code::ValueOther,
    };
    case.judged(Verdict::Mismatch, code.with(&[&found, &wanted]))
}

/// Judges who may issue certificates. Without a record of the tag everybody may (RFC 8659, 4.2).
pub fn judge_issuer(case: &Case<'_>, lookup: &mut Lookup<'_>, tag: &str, value: &str) -> Judged {
    let values = case.records.iter().filter_map(|record| match &record.data {
        Data::Caa { tag: other, value, .. } if other == tag => Some(value.trim()),
        _ => None,
    });
    let values: Vec<&str> = values.collect();
    if values.is_empty() {
        return case.missing(lookup);
    }
    // What follows the issuer limits it further, so an issuer without limits will do as well.
    let issuer = value.split(';').next().unwrap_or_default().trim();
    if values.contains(&value) || !issuer.is_empty() && values.contains(&issuer) {
        return case.fine();
    }
    let (found, wanted) = (case.found().join(", "), case.wanted());
    case.judged(Verdict::Conflict, Code::CaaForbids.with(&[&found, &wanted]))
}

/// Judges where a service is.
pub fn judge_service(case: &Case<'_>, lookup: &mut Lookup<'_>) -> Judged {
    let places: Vec<(u16, &Name)> = case.records.iter().filter_map(|record| place(&record.data)).collect();
    let Some((port, target)) = place(&case.expected.data).filter(|_| !places.is_empty()) else {
        return case.missing(lookup);
    };
    let (found, wanted) = (case.found().join(", "), case.wanted());
    let judged = |verdict, code: Code| case.judged(verdict, code.with(&[&found, &wanted]));
    if case.records.iter().any(|record| record.data == case.expected.data) && places.len() == 1 {
        return case.fine();
    }
    let is_ours = |place: &(u16, &Name)| *place == (port, target);
    if places.iter().all(is_ours) {
        return judged(Verdict::Ok, Code::SrvOtherOrder);
    }
    if places.iter().any(is_ours) {
        return judged(Verdict::Conflict, Code::SrvForeign);
    }
    if places.iter().any(|(_, target)| target.is_root()) {
        return case.judged(Verdict::Mismatch, Code::SrvNotOffered.with(&[&wanted]));
    }
    let doubled = case.scene.doubled(target).find(|doubled| places.iter().any(|(_, at)| *at == doubled));
    match doubled {
        Some(doubled) => case.judged(Verdict::Mismatch, Code::TargetDoubled.with(&[&doubled, target])),
        None => judged(Verdict::Mismatch, Code::TargetOther),
    }
}

fn place(data: &Data) -> Option<(u16, &Name)> {
    match data {
        Data::Srv { port, target, .. } => Some((*port, target)),
        _ => None,
    }
}
