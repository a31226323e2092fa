//! The records that say that mail must be encrypted, and where reports on that go.

use super::Verdict;
use super::case::{Case, Judged};
use super::written;
use crate::advice::Code;
use crate::known::Lookup;
use crate::mta_sts::{self, MtaSts};
use crate::tls_rpt::{self, TlsRpt};

/// Judges the record of MTA-STS. Its id changes with the settings of the mail server, so any will do.
pub fn judge_sts(case: &Case<'_>, lookup: &mut Lookup<'_>, wanted: &str) -> Judged {
    let text = match only(case, lookup, mta_sts::is_record, Code::StsSeveral, wanted) {
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
pub fn judge_tls_rpt(case: &Case<'_>, lookup: &mut Lookup<'_>, wanted: &str) -> Judged {
    let text = match only(case, lookup, tls_rpt::is_record, Code::TlsRptSeveral, wanted) {
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

/// The one record, or the text that is meant to be one; else what is said of none and of several.
fn only(
    case: &Case<'_>,
    lookup: &mut Lookup<'_>,
    is_record: fn(&str) -> bool,
    several: Code,
    wanted: &str,
) -> Result<String, Judged> {
    let texts = case.texts();
    let records: Vec<&String> = texts.iter().filter(|text| is_record(text)).collect();
    match records.as_slice() {
        [] => {
            let meant = texts.iter().find(|text| written::is_for(case.expected, text));
            meant.cloned().ok_or_else(|| case.missing(lookup))
        }
        [record] => Ok((*record).clone()),
        all => Err(case.judged(Verdict::Conflict, several.with(&[&all.len(), &wanted]))),
    }
}
