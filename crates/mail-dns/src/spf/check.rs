//! Whether an SPF set-up lets the platform send, and whether receivers can use it at all (RFC 7208, 4.6).
//!
//! Each address of each sender goes through the record by itself. Unlike a receiver this goes on after the first match,
//! so that what others would meet is found: a broken include, or too many look-ups.

use std::collections::BTreeSet;
use std::fmt;
use std::net::{IpAddr, Ipv4Addr};

use kernel::dns::{Data, Name, Record, RecordType};

use super::macros::{Client, Spec};
use super::record::{Cidr, Error, Mechanism, Qualifier, Spf, Term, is_spf};
use crate::known::{Desk, Known, Look, Step, texts};

/// How many terms with look-ups there may be (RFC 7208, 4.6.4).
pub const MOST_LOOKUPS: usize = 10;
/// How many look-ups may find nothing.
pub const MOST_VOID: usize = 2;
/// How many hosts an `mx` may have.
const MOST_HOSTS: usize = 10;
/// Where a walk ends: beyond it the number says nothing more, and nobody should be made to ask thousands of questions.
const ENOUGH: usize = 20;
/// A reserved address (RFC 1112, 4) that nobody can mean to let in.
const STRANGER: IpAddr = IpAddr::V4(Ipv4Addr::new(240, 0, 0, 1));

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
    /// Everybody may send: `+all`, here or in what is included, or a network of all addresses.
    AllowsEveryone,
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
pub fn check(domain: &Name, senders: &[Sender], known: &Known) -> Step<Report> {
    let mut desk = Desk::new(known);
    let report = match desk.look(domain, RecordType::Txt) {
        Look::Unasked => Report::default(),
        Look::Failed => failed(Problem::LookupFailed(domain.clone())),
        Look::Void => failed(Problem::NoRecord),
        Look::Records(records) => check_records(domain, records, senders, &mut desk),
    };
    desk.close(report)
}

fn failed(problem: Problem) -> Report {
    Report { problem: Some(problem), ..Report::default() }
}

/// Checks these records as those of the domain.
pub(crate) fn check_records(
    domain: &Name,
    records: &[Record],
    senders: &[Sender],
    desk: &mut Desk<'_>,
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
        let outcome = try_sender(domain, &spf, sender, desk, &mut report);
        report.senders.push((sender.clone(), outcome));
    }
    let mut open = Report::default();
    if walk_for(domain, &spf, None, Some(STRANGER), desk, &mut open) == Some(Qualifier::Pass) {
        report.notes.insert(Note::AllowsEveryone);
    }
    if senders.is_empty() {
        report = Report { notes: report.notes, ..open };
    }
    report.record = Some(spf);
    report
}

/// The one SPF record among the texts of a name, or how many there are.
fn only_record(records: &[Record]) -> Result<String, usize> {
    let mut found: Vec<String> = texts(records).into_iter().filter(|text| is_spf(text)).collect();
    match found.pop() {
        Some(text) if found.is_empty() => Ok(text),
        Some(_) => Err(found.len() + 1),
        None => Err(0),
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
    desk: &mut Desk<'_>,
    report: &mut Report,
) -> Outcome {
    let host = match sender {
        Sender::Host(host) => Some(host),
        Sender::Address(_) => None,
    };
    let addresses = match sender {
        Sender::Address(address) => Some(vec![*address]),
        Sender::Host(host) => addresses(host, desk),
    };
    let tries: Vec<Option<IpAddr>> = match &addresses {
        Some(found) if !found.is_empty() => found.iter().copied().map(Some).collect(),
        // A host without an address can still be named in the record.
        _ => vec![None],
    };
    for address in tries {
        let quality = walk_for(domain, spf, host, address, desk, report);
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
fn addresses(name: &Name, desk: &mut Desk<'_>) -> Option<Vec<IpAddr>> {
    let looks = [desk.look(name, RecordType::A), desk.look(name, RecordType::Aaaa)];
    let mut found = Vec::new();
    let mut has_failed = false;
    for look in looks {
        match look {
            Look::Records(records) => found.extend(records.iter().filter_map(address)),
            Look::Failed => has_failed = true,
            Look::Unasked | Look::Void => {}
        }
    }
    if has_failed { None } else { Some(found) }
}

fn address(record: &Record) -> Option<IpAddr> {
    match record.data {
        Data::A(address) => Some(address.into()),
        Data::Aaaa(address) => Some(address.into()),
        _ => None,
    }
}

/// One walk through the record; what it counted and found goes into the report.
fn walk_for(
    domain: &Name,
    spf: &Spf,
    host: Option<&Name>,
    address: Option<IpAddr>,
    desk: &mut Desk<'_>,
    report: &mut Report,
) -> Option<Qualifier> {
    let mut walk =
        Walk { desk, root: domain, host, address, path: vec![domain.clone()], lookups: 0, void: 0 };
    let outcome = walk.record(domain, spf);
    let (lookups, void) = (walk.lookups, walk.void);
    report.lookups = report.lookups.max(lookups);
    report.void = report.void.max(void);
    let problem = match &outcome {
        // Beyond the limit it no longer matters what else is wrong: receivers stop there.
        _ if lookups > MOST_LOOKUPS => Some(Problem::TooManyLookups(lookups)),
        Err(problem) => Some(problem.clone()),
        Ok(_) if void > MOST_VOID => Some(Problem::TooManyVoid(void)),
        Ok(_) => None,
    };
    report.problem = report.problem.take().or(problem);
    outcome.ok().flatten()
}

struct Walk<'w, 'a> {
    desk: &'w mut Desk<'a>,
    root: &'w Name,
    /// The sender's name, where it has one.
    host: Option<&'w Name>,
    address: Option<IpAddr>,
    path: Vec<Name>,
    lookups: usize,
    void: usize,
}

impl Walk<'_, '_> {
    /// What the record makes of the sender: the qualifier of the first mechanism that fits.
    fn record(&mut self, domain: &Name, spf: &Spf) -> Result<Option<Qualifier>, Problem> {
        let mut outcome = None;
        for term in &spf.terms {
            let Term::Directive(qualifier, mechanism) = term else {
                continue;
            };
            let fits = self.fits(domain, mechanism)?;
            outcome = outcome.or(fits.then_some(*qualifier));
            if *mechanism == Mechanism::All {
                // What follows is never reached, a redirect included (RFC 7208, 5.1).
                return Ok(outcome);
            }
        }
        let redirect = spf.terms.iter().find_map(|term| match term {
            Term::Redirect(spec) => Some(spec),
            _ => None,
        });
        match redirect {
            Some(spec) => {
                let beyond = self.other(domain, spec)?;
                Ok(outcome.or(beyond))
            }
            None => Ok(outcome),
        }
    }

    fn fits(&mut self, domain: &Name, mechanism: &Mechanism) -> Result<bool, Problem> {
        let network = |v4: u8, v6: u8, one: IpAddr| {
            self.address.is_some_and(|address| Cidr { v4, v6 }.fits(address, one))
        };
        match mechanism {
            Mechanism::All => Ok(true),
            Mechanism::Ip4(one, bits) => Ok(network(*bits, 128, (*one).into())),
            Mechanism::Ip6(one, bits) => Ok(network(32, *bits, (*one).into())),
            Mechanism::Include(spec) => Ok(self.other(domain, spec)? == Some(Qualifier::Pass)),
            Mechanism::A(spec, cidr) => {
                self.count()?;
                let name = self.name(domain, spec.as_ref());
                name.map_or(Ok(false), |name| self.has_address(&name, *cidr, true))
            }
            Mechanism::Mx(spec, cidr) => self.mx(domain, spec.as_ref(), *cidr),
            Mechanism::Ptr(_) => {
                self.count()?;
                Ok(false)
            }
            Mechanism::Exists(spec) => self.exists(domain, spec),
        }
    }

    fn name(&self, domain: &Name, spec: Option<&Spec>) -> Option<Name> {
        let Some(spec) = spec else {
            return Some(domain.clone());
        };
        // For a sender without address any will do, since nothing that depends on it is believed.
        let address = self.address.unwrap_or(IpAddr::from([192, 0, 2, 1]));
        spec.resolve(domain, &Client { address, helo: self.host.unwrap_or(self.root), sender: self.root })
    }

    fn count(&mut self) -> Result<(), Problem> {
        self.lookups += 1;
        if self.lookups > ENOUGH { Err(Problem::TooManyLookups(self.lookups)) } else { Ok(()) }
    }

    /// The record of another name, for `include` and `redirect`.
    fn other(&mut self, domain: &Name, spec: &Spec) -> Result<Option<Qualifier>, Problem> {
        self.count()?;
        let Some(name) = self.name(domain, Some(spec)) else {
            return Err(Problem::NoSuchInclude(domain.clone()));
        };
        if self.path.contains(&name) {
            return Err(Problem::Loop(name));
        }
        let records = match self.desk.look(&name, RecordType::Txt) {
            Look::Unasked => return Ok(None),
            Look::Failed => return Err(Problem::LookupFailed(name)),
            Look::Void => return Err(Problem::NoSuchInclude(name)),
            Look::Records(records) => records,
        };
        let text = only_record(records).map_err(|count| match count {
            0 => Problem::NoSuchInclude(name.clone()),
            _ => Problem::SeveralAt(name.clone()),
        })?;
        let spf = text.parse::<Spf>().map_err(|error| Problem::Syntax(name.clone(), error))?;
        self.path.push(name.clone());
        let outcome = self.record(&name, &spf);
        self.path.pop();
        outcome
    }

    /// Whether a name is the host, or has the address of it.
    fn has_address(&mut self, name: &Name, cidr: Cidr, counts: bool) -> Result<bool, Problem> {
        if self.host == Some(name) {
            return Ok(true);
        }
        let found = addresses(name, self.desk).ok_or_else(|| Problem::LookupFailed(name.clone()))?;
        if found.is_empty() && counts && self.is_answered(name) {
            self.void += 1;
        }
        Ok(self.address.is_some_and(|address| found.iter().any(|one| cidr.fits(address, *one))))
    }

    fn is_answered(&mut self, name: &Name) -> bool {
        let kinds = [RecordType::A, RecordType::Aaaa];
        kinds.iter().all(|kind| !matches!(self.desk.look(name, *kind), Look::Unasked))
    }

    fn mx(&mut self, domain: &Name, spec: Option<&Spec>, cidr: Cidr) -> Result<bool, Problem> {
        self.count()?;
        let Some(name) = self.name(domain, spec) else {
            return Ok(false);
        };
        let records = match self.desk.look(&name, RecordType::Mx) {
            Look::Unasked => return Ok(false),
            Look::Failed => return Err(Problem::LookupFailed(name)),
            Look::Void => {
                self.void += 1;
                return Ok(false);
            }
            Look::Records(records) => records,
        };
        if records.len() > MOST_HOSTS {
            return Err(Problem::TooManyHosts(name));
        }
        let mut fits = false;
        for record in records {
            if let Data::Mx { exchange, .. } = &record.data
                && !exchange.is_root()
            {
                fits |= self.has_address(exchange, cidr, false)?;
            }
        }
        Ok(fits)
    }

    fn exists(&mut self, domain: &Name, spec: &Spec) -> Result<bool, Problem> {
        self.count()?;
        let Some(name) = self.name(domain, Some(spec)) else {
            return Ok(false);
        };
        // Always of IPv4, whatever the sender has (RFC 7208, 5.7).
        match self.desk.look(&name, RecordType::A) {
            Look::Unasked => Ok(false),
            Look::Failed => Err(Problem::LookupFailed(name)),
            Look::Void => {
                self.void += 1;
                Ok(false)
            }
            Look::Records(_) => Ok(self.address.is_some()),
        }
    }
}
