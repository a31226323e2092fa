//! Whether an SPF set-up lets the platform send, and whether receivers can use it at all (RFC 7208, 4.6).
//!
//! Each address of each sender goes through the record by itself, then all addresses of each family together. Unlike a
//! receiver this goes on after the first match, so that what others would meet is found.

use std::collections::BTreeSet;
use std::fmt;
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};

use kernel::dns::{Name, Record, RecordType};

use super::addresses::{Range, count_within, network};
use super::client::Client;
use super::record::{Error, Mechanism, Qualifier, Spf, Term};
use super::walk::{MOST_LOOKUPS, MOST_VOID, Pieces, Reach, Walk, found, only_record};
use crate::known::{Known, Look, Lookup, Progress};

/// Stands for everybody where a name depends on the address: reserved ones (RFC 1112, 4; RFC 6666) that nobody can mean
/// to let in.
const STRANGERS: [IpAddr; 2] =
    [IpAddr::V4(Ipv4Addr::new(240, 0, 0, 1)), IpAddr::V6(Ipv6Addr::new(0x100, 0, 0, 0, 0, 0, 0, 1))];

/// Who must be allowed to send.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub enum Sender {
    /// A host, with all its addresses.
    Host(Name),
    /// One address.
    Address(IpAddr),
}

impl fmt::Display for Sender {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Host(host) => write!(f, "{host}"),
            Self::Address(address) => write!(f, "{address}"),
        }
    }
}

/// What came out for a sender.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Outcome {
    /// All its addresses may send.
    Passes,
    /// One of its addresses may not; by what.
    Refused(Option<IpAddr>, Qualifier),
    /// The host has no address.
    NoAddress,
    /// Nobody could say whether the host has one.
    Unknown,
}

/// Why receivers can't use the record.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Problem {
    /// There is none.
    NoRecord,
    /// There are several; how many.
    Several(usize),
    /// The record of this name is broken.
    Syntax(Name, Error),
    /// An `include` or `redirect` leads to a name without a record.
    NoSuchInclude(Name),
    /// An `include` or `redirect` leads to a name with several records.
    SeveralAt(Name),
    /// Includes lead in a circle, here.
    Loop(Name),
    /// A look-up failed for the moment. Not to be taken for "there is none".
    LookupFailed(Name),
    /// More than ten look-ups; how many were found.
    TooManyLookups(usize),
    /// More than two look-ups found nothing; how many.
    TooManyVoid(usize),
    /// A name has more than ten mail exchangers.
    TooManyHosts(Name),
}

/// What is unwise and yet works.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Note {
    /// Everybody may send: `+all`, here or in what is included, or networks of nearly all addresses.
    AllowsEveryone,
    /// More addresses may send than anybody has: more than one in 256.
    AllowsMany,
    /// Neither `all` nor `redirect`: nothing is said of others.
    NoAll,
    /// `?all`: nothing is said of others, in words.
    NeutralAll,
    /// `ptr`, which RFC 7208 says not to use.
    Ptr,
}

/// What is to be said of a set-up.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Report {
    /// The record of the domain.
    pub record: Option<Spf>,
    /// Each sender with what came out.
    pub senders: Vec<(Sender, Outcome)>,
    /// Terms with look-ups, at most those of the sender with the most.
    pub lookups: usize,
    /// Look-ups that found nothing.
    pub void: usize,
    /// What is unwise.
    pub notes: BTreeSet<Note>,
    /// The first thing that keeps receivers from using the record.
    pub problem: Option<Problem>,
}

/// Checks the record of a domain.
pub fn check(domain: &Name, senders: &[Sender], known: &Known) -> Progress<Report> {
    let mut lookup = Lookup::new(known);
    let report = match lookup.look(domain, RecordType::Txt) {
        Look::Unasked => Report::default(),
        Look::Failed => failed(Problem::LookupFailed(domain.clone())),
        Look::Void => failed(Problem::NoRecord),
        Look::Records(records) => check_records(domain, records, senders, &mut lookup),
    };
    lookup.close(report)
}

fn failed(problem: Problem) -> Report {
    Report { problem: Some(problem), ..Report::default() }
}

/// Checks these records as those of the domain.
pub(crate) fn check_records(
    domain: &Name,
    records: &[Record],
    senders: &[Sender],
    lookup: &mut Lookup<'_>,
) -> Report {
    let spf = match only_record(records) {
        Ok(text) => text.parse::<Spf>().map_err(|error| Problem::Syntax(domain.clone(), error)),
        Err(0) => Err(Problem::NoRecord),
        Err(count) => Err(Problem::Several(count)),
    };
    let spf = match spf {
        Ok(spf) => spf,
        Err(problem) => return failed(problem),
    };
    let mut report = Report { notes: notes(&spf), ..Report::default() };
    for sender in senders {
        let outcome = try_sender(domain, &spf, sender, lookup, &mut report);
        report.senders.push((sender.clone(), outcome));
    }
    let open = STRANGERS.map(|stranger| try_all(domain, &spf, stranger, lookup));
    report.notes.extend(open.iter().filter_map(|(note, _)| *note).min());
    // Hosts with addresses of one family are void to all of the other, and no harm: what counts is what finds nothing
    // for anybody.
    let void = open.iter().map(|(_, walked)| walked.void).min().unwrap_or_default();
    for (_, walked) in open {
        report.add(Walked { void: void.min(walked.void), ..walked });
    }
    report.record = Some(spf);
    report
}

/// What a walk counted and met.
struct Walked {
    lookups: usize,
    void: usize,
    problem: Option<Problem>,
}

impl Walked {
    fn of<T>(walk: &Walk<'_, '_>, outcome: &Result<T, Problem>) -> Self {
        Self { lookups: walk.lookups, void: walk.void, problem: outcome.as_ref().err().cloned() }
    }
}

impl Report {
    fn add(&mut self, walked: Walked) {
        self.lookups = self.lookups.max(walked.lookups);
        self.void = self.void.max(walked.void);
        let problem = match walked.problem {
            // Beyond the limit it no longer matters what else is wrong: receivers stop there.
            _ if walked.lookups > MOST_LOOKUPS => Some(Problem::TooManyLookups(walked.lookups)),
            Some(problem) => Some(problem),
            None if walked.void > MOST_VOID => Some(Problem::TooManyVoid(walked.void)),
            None => None,
        };
        self.problem = self.problem.take().or(problem);
    }
}

/// How much of the internet may send, and what a walk for all addresses of a family met.
fn try_all(domain: &Name, spf: &Spf, stranger: IpAddr, lookup: &mut Lookup<'_>) -> (Option<Note>, Walked) {
    let client = Client::host(stranger, domain, domain);
    let mut walk = Walk::new(domain, &client, Reach::End, lookup);
    let outcome = walk.for_all(domain, spf);
    let walked = Walked::of(&walk, &outcome);
    (outcome.ok().and_then(|pieces| openness(&pieces, stranger)), walked)
}

fn openness(pieces: &Pieces, family: IpAddr) -> Option<Note> {
    let passed: Vec<Range> = pieces
        .iter()
        .filter_map(|(range, qualifier)| (*qualifier == Qualifier::Pass).then_some(*range))
        .collect();
    let public = public(family);
    let whole: u128 = public.iter().map(|(first, last)| last - first).sum();
    let open: u128 = public.iter().map(|range| count_within(&passed, *range)).sum();
    if open > whole / 4 * 3 {
        Some(Note::AllowsEveryone)
    } else {
        (open > whole / 256).then_some(Note::AllowsMany)
    }
}

/// Where hosts of the internet have their addresses: all but 0/8, 10/8, 127/8 and what begins at 224 (RFC 6890), and
/// `2000::/3` (RFC 4291, 2.4).
fn public(family: IpAddr) -> Vec<Range> {
    let until =
        |first: [u8; 4], last: [u8; 4]| (u32::from_be_bytes(first).into(), u32::from_be_bytes(last).into());
    match family {
        IpAddr::V4(_) => vec![
            until([1, 0, 0, 0], [9, 255, 255, 255]),
            until([11, 0, 0, 0], [126, 255, 255, 255]),
            until([128, 0, 0, 0], [223, 255, 255, 255]),
        ],
        IpAddr::V6(_) => vec![network(Ipv6Addr::new(0x2000, 0, 0, 0, 0, 0, 0, 0).into(), 3)],
    }
}

/// What is unwise in the domain's own record.
fn notes(spf: &Spf) -> BTreeSet<Note> {
    let mut notes = BTreeSet::new();
    let mut is_closed = false;
    for term in &spf.terms {
        match term {
            Term::Directive(qualifier, Mechanism::All) if !is_closed => {
                is_closed = true;
                if *qualifier == Qualifier::Neutral {
                    notes.insert(Note::NeutralAll);
                }
            }
            Term::Directive(_, Mechanism::Ptr(_)) => {
                notes.insert(Note::Ptr);
            }
            _ => {}
        }
    }
    let redirects = spf.terms.iter().any(|term| matches!(term, Term::Redirect(_)));
    if !is_closed && !redirects {
        notes.insert(Note::NoAll);
    }
    notes
}

fn try_sender(
    domain: &Name,
    spf: &Spf,
    sender: &Sender,
    lookup: &mut Lookup<'_>,
    report: &mut Report,
) -> Outcome {
    let host = match sender {
        Sender::Host(host) => Some(host),
        Sender::Address(_) => None,
    };
    let addresses = match sender {
        Sender::Address(address) => Some(vec![*address]),
        Sender::Host(host) => addresses(host, lookup),
    };
    let tries: Vec<Option<IpAddr>> = match &addresses {
        Some(found) if !found.is_empty() => found.iter().copied().map(Some).collect(),
        // A host without an address can still be named in the record.
        _ => vec![None],
    };
    for address in tries {
        let stand_in = address.unwrap_or(STRANGERS[0]);
        let client = Client::host(stand_in, host.unwrap_or(domain), domain);
        let nameless = host.filter(|_| address.is_none());
        let mut walk = Walk::new(domain, &client, Reach::End, lookup).assuming(nameless);
        let mut outcome = walk.for_client(domain, spf);
        // Had the name been known, the sender might have passed.
        if let (Ok(quality), Some(name)) = (&outcome, walk.doubt.take())
            && *quality != Some(Qualifier::Pass)
        {
            outcome = Err(Problem::LookupFailed(name));
        }
        report.add(Walked::of(&walk, &outcome));
        let quality = outcome.ok().flatten();
        if quality == Some(Qualifier::Pass) {
            continue;
        }
        return match &addresses {
            None => Outcome::Unknown,
            Some(found) if found.is_empty() => Outcome::NoAddress,
            _ => Outcome::Refused(address, quality.unwrap_or(Qualifier::Neutral)),
        };
    }
    Outcome::Passes
}

/// The addresses of a name; none where a look-up failed.
fn addresses(name: &Name, lookup: &mut Lookup<'_>) -> Option<Vec<IpAddr>> {
    let looks = [lookup.look(name, RecordType::A), lookup.look(name, RecordType::Aaaa)];
    let mut all = Vec::new();
    let mut has_failed = false;
    for look in looks {
        match look {
            Look::Records(records) => all.extend(found(records)),
            Look::Failed => has_failed = true,
            Look::Unasked | Look::Void => {}
        }
    }
    if has_failed { None } else { Some(all) }
}
