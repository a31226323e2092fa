//! Whether the domain lets the platform send. What counts is what receivers make of the record, not its words.

use super::Verdict;
use super::case::{Case, Judged};
use super::written;
use crate::advice::{Advice, Code};
use crate::known::Lookup;
use crate::spf::{MOST_LOOKUPS, MOST_VOID};
use crate::spf::{Note, Outcome, Problem, Report, Sender, Spf, check_records, is_spf};

/// Judges the record that should be there.
pub fn judge(case: &Case<'_>, lookup: &mut Lookup<'_>, wanted: &str) -> Judged {
    let texts = case.texts();
    if !texts.iter().any(|text| is_spf(text)) {
        return almost(case, lookup, &texts, wanted);
    }
    let name = &case.expected.name;
    let host = [Sender::Host(name.clone())];
    let senders = if name == case.scene.domain { case.scene.senders.as_slice() } else { &host };
    let report = check_records(name, case.records, senders, lookup);
    // Word for word as it should be, it waits for other records at most, and these are judged by themselves.
    let is_verbatim = wanted.parse::<Spf>().is_ok_and(|spf| report.record.as_ref() == Some(&spf));
    let waits = |problem: &Problem| matches!(problem, Problem::LookupFailed(_) | Problem::TooManyVoid(_));
    let problem = report.problem.as_ref().filter(|problem| !(is_verbatim && waits(problem)));
    if let Some(problem) = problem {
        let verdict = match problem {
            Problem::LookupFailed(_) => Verdict::Error,
            Problem::Several(_) => Verdict::Conflict,
            _ => Verdict::Mismatch,
        };
        return case.judged(verdict, advice(case, problem, wanted));
    }
    if report.notes.contains(&Note::AllowsEveryone) {
        return case.judged(Verdict::Mismatch, Code::SpfAllowsEveryone.with(&[]));
    }
    if is_verbatim {
        return case.fine();
    }
    by_senders(case, &report, wanted)
}

/// Text that is meant to be SPF and that receivers do not take for it.
fn almost(case: &Case<'_>, lookup: &mut Lookup<'_>, texts: &[String], wanted: &str) -> Judged {
    let Some(text) = texts.iter().find(|text| written::is_for(case.expected, text)) else {
        return case.missing(lookup);
    };
    let advice = match written::slip(text) {
        Some(slip) => slip.advice(text, wanted),
        None => Code::SpfSyntax.with(&[&"version", text, &wanted]),
    };
    case.judged(Verdict::Mismatch, advice)
}

fn advice(case: &Case<'_>, problem: &Problem, wanted: &str) -> Advice {
    match problem {
        Problem::NoRecord => Code::Missing.with(&[&case.expected.name, &wanted]),
        Problem::Several(count) => Code::SpfSeveral.with(&[count, &wanted]),
        Problem::Syntax(name, error) if *name == case.expected.name => {
            Code::SpfSyntax.with(&[&error.code(), &error.part(), &wanted])
        }
        Problem::Syntax(name, error) => Code::SpfIncludeBroken.with(&[name, &error.code(), &error.part()]),
        Problem::NoSuchInclude(name) => Code::SpfIncludeMissing.with(&[name]),
        Problem::SeveralAt(name) => Code::SpfIncludeSeveral.with(&[name]),
        Problem::Loop(name) => Code::SpfLoop.with(&[name]),
        Problem::LookupFailed(name) => Code::SpfLookupFailed.with(&[name]),
        Problem::TooManyLookups(count) => Code::SpfTooManyLookups.with(&[count, &MOST_LOOKUPS]),
        Problem::TooManyVoid(count) => Code::SpfTooManyVoid.with(&[count, &MOST_VOID]),
        Problem::TooManyHosts(name) => Code::SpfTooManyHosts.with(&[name]),
    }
}

fn by_senders(case: &Case<'_>, report: &Report, wanted: &str) -> Judged {
    for (sender, outcome) in &report.senders {
        let (verdict, advice) = match outcome {
            Outcome::Passes => continue,
            Outcome::Refused(address, _) => {
                let host = sender.to_string();
                let host = address.map_or(host.clone(), |address| format!("{host} ({address})"));
                (Verdict::Mismatch, Code::SpfNotAllowed.with(&[&host, &wanted]))
            }
            Outcome::NoAddress | Outcome::Unknown => (Verdict::Error, Code::SpfSenderUnknown.with(&[sender])),
        };
        return case.judged(verdict, advice);
    }
    let code = match report.notes.first() {
        Some(Note::NoAll) => Code::SpfNoAll,
        Some(Note::NeutralAll) => Code::SpfNeutral,
        Some(Note::Ptr) => Code::SpfPtr,
        Some(Note::AllowsMany) => Code::SpfAllowsMany,
        Some(Note::AllowsEveryone) | None => Code::Fine,
    };
    case.judged(Verdict::Ok, code.with(&[]))
}
