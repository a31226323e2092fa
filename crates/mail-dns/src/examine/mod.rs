//! Judges the records of a domain: each server's answer by itself, then all of them together.

mod alias;
mod case;
mod dkim;
mod dmarc;
mod mx;
mod ownership;
mod plain;
mod reports;
mod spf;
mod spread;
mod written;

use kernel::dns::{Answer, Data, Failure, Name, Record, RecordType, Server};

use crate::advice::Advice;
use crate::expected::{self, Expected, Purpose};
use crate::known::{Known, Lookup, Progress};
use crate::spf::Sender;
use case::{Case, Judged};

/// What was found out about one expected record.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Finding {
    /// What should be there.
    pub expected: Expected,
    /// Whether it is.
    pub verdict: Verdict,
    /// What is there instead or beside it, as people read it.
    pub found: Vec<String>,
    /// What is the case and so what to do.
    pub advice: Advice,
}

/// Whether a record is as it should be. The later, the worse.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Verdict {
    /// It is, or what is there does the same.
    Ok,
    /// It is not there.
    Missing,
    /// Something else is there.
    Mismatch,
    /// Something beside it is in its way.
    Conflict,
    /// Nobody knows.
    Error,
}

impl Verdict {
    /// A short stable word for it.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Ok => "ok",
            Self::Missing => "missing",
            Self::Mismatch => "mismatch",
            Self::Conflict => "conflict",
            Self::Error => "error",
        }
    }
}

/// What all findings of a domain share.
struct Scene<'s> {
    domain: &'s Name,
    /// The domain and those above it, down to two labels: where a host may have its zone.
    zones: Vec<Name>,
    /// The platform's exchangers.
    exchangers: Vec<&'s Name>,
    senders: Vec<Sender>,
}

impl<'s> Scene<'s> {
    fn new(domain: &'s Name, expected: &'s [Expected]) -> Self {
        let exchanger = |one: &'s Expected| match &one.data {
            Data::Mx { exchange, .. } if one.name == *domain => Some(exchange),
            _ => None,
        };
        let above = std::iter::successors(Some(domain.clone()), Name::parent);
        let zones = above.take_while(|name| name == domain || name.labels().count() >= 2);
        Self {
            domain,
            zones: zones.collect(),
            exchangers: expected.iter().filter_map(exchanger).collect(),
            senders: expected::senders(expected),
        }
    }

    /// The names that a host makes of one whose final dot it did not get.
    fn doubled(&self, name: &Name) -> impl Iterator<Item = Name> {
        self.zones.iter().filter_map(move |zone| format!("{name}.{zone}").parse().ok())
    }
}

/// Judges what should be there by what was answered.
pub fn examine(domain: &Name, expected: &[Expected], known: &Known) -> Progress<Vec<Finding>> {
    let mut lookup = Lookup::new(known);
    let scene = Scene::new(domain, expected);
    let findings: Vec<Finding> = expected.iter().map(|one| finding(one, &scene, &mut lookup)).collect();
    lookup.close(findings)
}

fn finding(expected: &Expected, scene: &Scene<'_>, lookup: &mut Lookup<'_>) -> Finding {
    let answers = lookup.answers(&expected.name, expected.data.kind()).unwrap_or_default();
    let opinions: Vec<Opinion<'_>> = answers
        .iter()
        .map(|(server, answer)| Opinion {
            server,
            seconds: seconds(answer),
            judged: judge(expected, scene, lookup, server, answer),
        })
        .collect();
    let Judged { verdict, found, advice } = spread::settle(&opinions);
    Finding { expected: expected.clone(), verdict, found, advice }
}

/// What one server's answer comes to.
struct Opinion<'a> {
    server: &'a Server,
    /// For how long what it has may be kept; none where it has nothing.
    seconds: Option<u32>,
    judged: Result<Judged, Failure>,
}

fn seconds(answer: &Answer) -> Option<u32> {
    let (aliases, records): (&[Record], &[Record]) = match answer {
        Answer::Records { aliases, records } => (aliases, records),
        Answer::NoData { aliases } | Answer::NoName { aliases } => (aliases, &[]),
        Answer::Failed(_) => return None,
    };
    aliases.iter().chain(records).map(|record| record.ttl).max()
}

fn judge(
    expected: &Expected,
    scene: &Scene<'_>,
    lookup: &mut Lookup<'_>,
    server: &Server,
    answer: &Answer,
) -> Result<Judged, Failure> {
    let (aliases, records, is_nameless): (&[Record], &[Record], bool) = match answer {
        Answer::Failed(failure) => return Err(*failure),
        Answer::Records { aliases, records } => (aliases, records, false),
        Answer::NoData { aliases } => (aliases, &[], false),
        Answer::NoName { aliases } => (aliases, &[], true),
    };
    let mut case = Case { expected, scene, aliases, records, is_nameless };
    let end = aliases.last().filter(|_| records.is_empty() && matches!(server, Server::Authority(_)));
    if let Some(Data::Cname(target)) = end.map(|alias| &alias.data) {
        // A server answers for its own zones; where the alias leads out of them, others know the rest.
        match lookup.ask(target, expected.data.kind()) {
            // Not asked yet: what is concluded is thrown away.
            None => return Err(Failure::TimedOut),
            Some(Answer::Failed(failure)) => return Err(*failure),
            Some(Answer::Records { records, .. }) => case.records = records,
            Some(Answer::NoData { .. } | Answer::NoName { .. }) => {}
        }
    }
    Ok(by_purpose(&case, lookup))
}

fn by_purpose(case: &Case<'_>, lookup: &mut Lookup<'_>) -> Judged {
    let kind = case.expected.data.kind();
    if case.expected.name == *case.scene.domain
        && kind != RecordType::Cname
        && let Some(target) = case.alias()
    {
        return case.alias_at_apex(target);
    }
    match (&case.expected.data, case.expected.purpose) {
        (Data::Mx { preference, exchange }, _) => mx::judge(case, lookup, *preference, exchange),
        (Data::Cname(target), _) => alias::judge(case, lookup, target),
        (Data::Txt(strings), purpose) => {
            let wanted = String::from_utf8_lossy(&strings.concat()).into_owned();
            match purpose {
                Purpose::Ownership => ownership::judge(case, lookup, &wanted),
                Purpose::Spf => spf::judge(case, lookup, &wanted),
                Purpose::Dkim => dkim::judge(case, lookup, &wanted),
                Purpose::Dmarc => dmarc::judge(case, lookup, &wanted),
                Purpose::MtaSts => reports::judge_sts(case, lookup, &wanted),
                Purpose::TlsRpt => reports::judge_tls_rpt(case, lookup, &wanted),
                _ => plain::judge_text(case, lookup, &wanted),
            }
        }
        (Data::Srv { .. }, _) => plain::judge_service(case, lookup),
        (Data::Caa { tag, value, .. }, _) => plain::judge_issuer(case, lookup, tag, value),
        _ => plain::judge(case, lookup),
    }
}
