//! The proof of ownership. Strict: what is almost right proves nothing.

use super::Verdict;
use super::case::{Case, Judged};
use super::written;
use crate::advice::Code;
use crate::known::Lookup;

/// Judges the proof that should be there.
pub fn judge(case: &Case<'_>, lookup: &mut Lookup<'_>, wanted: &str) -> Judged {
    let texts = case.texts();
    if texts.iter().any(|text| text.trim() == wanted) {
        return case.fine();
    }
    for text in &texts {
        if let Some(slip) = written::slip(text).filter(|slip| slip.mended.trim() == wanted) {
            return case.judged(Verdict::Mismatch, slip.advice(text, wanted));
        }
        if text.trim().eq_ignore_ascii_case(wanted) {
            return case.judged(Verdict::Mismatch, Code::LetterCase.with(&[text, &wanted]));
        }
    }
    // What begins like ours up to the equals sign is an older claim, or that of another.
    let prefix = wanted.split_once('=').map(|(prefix, _)| prefix);
    let is_claim = |text: &&String| prefix.is_some_and(|prefix| text.starts_with(prefix));
    match texts.iter().find(is_claim) {
        Some(text) => case.judged(Verdict::Mismatch, Code::OwnershipOtherToken.with(&[text, &wanted])),
        None => case.missing(lookup),
    }
}
