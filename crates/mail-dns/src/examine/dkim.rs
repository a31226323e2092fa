//! The keys with which mail is signed.

use super::Verdict;
use super::case::{Case, Judged};
use super::written;
use crate::advice::{Advice, Code};
use crate::dkim::{Key, Strength};
use crate::known::Lookup;

/// Judges the key that should be there.
pub fn judge(case: &Case<'_>, lookup: &mut Lookup<'_>, wanted: &str) -> Judged {
    let texts = case.texts();
    let keys: Vec<&String> = texts.iter().filter(|text| written::key(text).is_some()).collect();
    let text = match keys.as_slice() {
        [] => return case.missing(lookup),
        [text] => text.as_str(),
        several => {
            let advice = Code::DkimSeveral.with(&[&several.len(), &wanted]);
            return case.judged(Verdict::Conflict, advice);
        }
    };
    match text.parse::<Key>() {
        Ok(key) => compare(case, text, &key, wanted),
        Err(error) => {
            let slip = written::slip(text).filter(|slip| slip.mended.parse::<Key>().is_ok());
            let advice = match slip {
                Some(slip) => slip.advice(text, wanted),
                None => letters(text, wanted)
                    .unwrap_or_else(|| Code::DkimSyntax.with(&[&error.code(), &error.part(), &wanted])),
            };
            case.judged(Verdict::Mismatch, advice)
        }
    }
}

fn compare(case: &Case<'_>, text: &str, key: &Key, wanted: &str) -> Judged {
    let mismatch = |advice| case.judged(Verdict::Mismatch, advice);
    if key.is_revoked() {
        return mismatch(Code::DkimRevoked.with(&[&wanted]));
    }
    let same = match wanted.parse::<Key>() {
        Ok(ours) => ours.algorithm == key.algorithm && ours.public == key.public,
        Err(_) => written::key(text) == written::key(wanted),
    };
    if !same {
        let advice = letters(text, wanted);
        return mismatch(advice.unwrap_or_else(|| Code::DkimOtherKey.with(&[&text, &wanted])));
    }
    if !key.takes_sha256() {
        return mismatch(Code::DkimHash.with(&[&wanted]));
    }
    if !key.is_for_mail() {
        return mismatch(Code::DkimService.with(&[&wanted]));
    }
    match key.strength() {
        Some(Strength::TooShort(bits)) => case.judged(Verdict::Ok, Code::DkimWeak.with(&[&bits])),
        _ if key.is_testing() => case.judged(Verdict::Ok, Code::DkimTesting.with(&[])),
        _ => case.fine(),
    }
}

/// The right key with letters changed or lost on the way.
fn letters(text: &str, wanted: &str) -> Option<Advice> {
    let (found, ours) = (written::key(text)?, written::key(wanted)?);
    if found != ours && found.eq_ignore_ascii_case(&ours) {
        return Some(Code::LetterCase.with(&[&text, &wanted]));
    }
    let is_cut = !found.is_empty() && found.len() < ours.len() && ours.starts_with(&found);
    is_cut.then(|| Code::DkimTruncated.with(&[&found.len(), &ours.len(), &wanted]))
}
