//! The records that say that mail must be encrypted, and where reports on that go.

use super::Verdict;
use super::case::{Case, Judged};
use super::written;
use crate::advice::Code;
use crate::known::Desk;
use crate::mta_sts::MtaSts;
use crate::tls_rpt::TlsRpt;

/// Judges the record of MTA-STS. Its id changes with the settings of the mail server, so any will do.
pub fn judge_sts(case: &Case<'_>, desk: &mut Desk<'_>, wanted: &str) -> Judged {
    let text = match only(case, desk, Code::StsSeveral, wanted) {
        Ok(text) => text,
        Err(judged) => return judged,
    };
    match text.parse::<MtaSts>() {
        Ok(_) => case.fine(),
        Err(error) => {
            let slip = written::slip(&text).filter(|slip| slip.mended.parse::<MtaSts>().is_ok());
            let syntax = || Code::StsSyntax.with(&[&error.code(), &error.part(), &wanted]);
            let advice = slip.map_or_else(syntax, |slip| slip.advice(&text, wanted));
            case.judged(Verdict::Mismatch, advice)
        }
    }
}

/// Judges the record of TLS-RPT.
pub fn judge_tls_rpt(case: &Case<'_>, desk: &mut Desk<'_>, wanted: &str) -> Judged {
    let text = match only(case, desk, Code::TlsRptSeveral, wanted) {
        Ok(text) => text,
        Err(judged) => return judged,
    };
    let found = match text.parse::<TlsRpt>() {
        Ok(found) => found,
        Err(error) => {
            let slip = written::slip(&text).filter(|slip| slip.mended.parse::<TlsRpt>().is_ok());
            let syntax = || Code::TlsRptSyntax.with(&[&error.code(), &error.part(), &wanted]);
            let advice = slip.map_or_else(syntax, |slip| slip.advice(&text, wanted));
            return case.judged(Verdict::Mismatch, advice);
        }
    };
    let ours = wanted.parse::<TlsRpt>().map(|ours| ours.rua).unwrap_or_default();
    let has = |uri: &String| found.rua.iter().any(|other| other.eq_ignore_ascii_case(uri));
    if ours.iter().all(has) {
        return case.fine();
    }
    let advice = Code::TlsRptElsewhere.with(&[&found.rua.join(", "), &ours.join(", ")]);
    case.judged(Verdict::Mismatch, advice)
}

/// The one text that is meant, or what is said of none and of several.
fn only(case: &Case<'_>, desk: &mut Desk<'_>, several: Code, wanted: &str) -> Result<String, Judged> {
    let mut meant = case.texts();
    meant.retain(|text| written::is_for(case.expected, text));
    match meant.as_slice() {
        [] => Err(case.missing(desk)),
        [text] => Ok(text.clone()),
        texts => Err(case.judged(Verdict::Conflict, several.with(&[&texts.len(), &wanted]))),
    }
}
