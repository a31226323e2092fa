//! The one evaluation of SPF records (RFC 7208, 4.6 to 5), for one address as a receiver makes it, and for sets of
//! addresses to see what a record comes to. It asks by the family of the address alone, as receivers do.

use std::net::IpAddr;

use kernel::dns::{Data, Name, Record, RecordType};

use super::addresses::{Addresses, Range, family};
use super::check::Problem;
use super::client::Client;
use super::macros::{Scope, Spec};
use super::record::{Cidr, Mechanism, Qualifier, Spf, Term, is_spf};
use crate::known::{Look, Lookup, texts};

/// How many terms with look-ups there may be (RFC 7208, 4.6.4).
pub const MOST_LOOKUPS: usize = 10;
/// How many look-ups may find nothing.
pub const MOST_VOID: usize = 2;
/// How many hosts an `mx` may have, and how many names of an address count.
const MOST_HOSTS: usize = 10;
/// Where a walk ends that goes on beyond the limit: the number says nothing more, and nobody should be made to ask
/// thousands of questions.
const ENOUGH: usize = 20;

/// What becomes of which addresses. Of those that are in none of the ranges nothing is said.
pub(super) type Pieces = Vec<(Range, Qualifier)>;

/// How far a walk goes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Reach {
    /// To the first term that fits, as a receiver goes.
    Match,
    /// To the end, so that what others would meet is found: a broken include, or too many look-ups.
    End,
}

/// A walk through a record and what it includes.
pub(super) struct Walk<'w, 'a> {
    lookup: &'w mut Lookup<'a>,
    client: &'w Client,
    reach: Reach,
    /// A host that is taken to have the client's address.
    assumed: Option<&'w Name>,
    /// The client is one address rather than all, so its name can be looked up.
    is_one: bool,
    path: Vec<Name>,
    includes: usize,
    /// Terms with look-ups.
    pub lookups: usize,
    /// Look-ups that found nothing before the client was found.
    pub void: usize,
    /// A name of the client's address could not be looked up, so `ptr` may have fitted.
    pub doubt: Option<Name>,
    /// The record that decided, and where its explanation is.
    pub explanation: Option<(Name, Spec)>,
}

impl<'w, 'a> Walk<'w, 'a> {
    pub fn new(domain: &Name, client: &'w Client, reach: Reach, lookup: &'w mut Lookup<'a>) -> Self {
        Self {
            lookup,
            client,
            reach,
            assumed: None,
            is_one: true,
            path: vec![domain.clone()],
            includes: 0,
            lookups: 0,
            void: 0,
            doubt: None,
            explanation: None,
        }
    }

    /// The walk for a host without addresses, which can still be named in the record.
    pub fn assuming(self, host: Option<&'w Name>) -> Self {
        Self { assumed: host, ..self }
    }

    /// What the record makes of the client.
    pub fn for_client(&mut self, domain: &Name, spf: &Spf) -> Result<Option<Qualifier>, Problem> {
        let mut open = Addresses::of(Cidr::default().network(self.client.address));
        let pieces = self.record(domain, spf, &mut open)?;
        Ok(pieces.first().map(|(_, qualifier)| *qualifier))
    }

    /// What the record makes of all addresses of the client's family. Where a name depends on the address, the client's
    /// stands for all.
    pub fn for_all(&mut self, domain: &Name, spf: &Spf) -> Result<Pieces, Problem> {
        self.is_one = false;
        self.record(domain, spf, &mut Addresses::of(family(self.client.address)))
    }

    fn record(&mut self, domain: &Name, spf: &Spf, open: &mut Addresses) -> Result<Pieces, Problem> {
        let mut pieces = Pieces::new();
        for term in &spf.terms {
            let Term::Directive(qualifier, mechanism) = term else {
                continue;
            };
            for range in self.fits(domain, mechanism, open)? {
                pieces.extend(open.take(range).into_iter().map(|part| (part, *qualifier)));
            }
            if open.is_empty() && self.reach == Reach::Match {
                if self.includes == 0 {
                    self.explanation = explanation(spf).map(|spec| (domain.clone(), spec.clone()));
                }
                return Ok(pieces);
            }
            if *mechanism == Mechanism::All {
                // What follows is never reached, a redirect included (RFC 7208, 5.1).
                return Ok(pieces);
            }
        }
        let redirect = spf.terms.iter().find_map(|term| match term {
            Term::Redirect(spec) => Some(spec),
            _ => None,
        });
        if let Some(spec) = redirect {
            pieces.extend(self.other(domain, spec, open)?);
        }
        Ok(pieces)
    }

    /// The addresses that a mechanism fits, of those that are left and maybe others.
    fn fits(
        &mut self,
        domain: &Name,
        mechanism: &Mechanism,
        open: &Addresses,
    ) -> Result<Vec<Range>, Problem> {
        let is_ours = |is_ipv4: bool| self.client.address.is_ipv4() == is_ipv4;
        match mechanism {
            Mechanism::All => Ok(vec![self.everybody()]),
            Mechanism::Ip4(one, bits) if is_ours(true) => {
                Ok(vec![Cidr { v4: *bits, v6: 128 }.network((*one).into())])
            }
            Mechanism::Ip6(one, bits) if is_ours(false) => {
                Ok(vec![Cidr { v4: 32, v6: *bits }.network((*one).into())])
            }
            Mechanism::Ip4(..) | Mechanism::Ip6(..) => Ok(Vec::new()),
            Mechanism::Include(spec) => self.include(domain, spec, open),
            Mechanism::A(spec, cidr) => {
                self.count()?;
                let name = self.name(domain, spec.as_ref());
                name.map_or(Ok(Vec::new()), |name| self.addresses(&name, *cidr, open))
            }
            Mechanism::Mx(spec, cidr) => self.mx(domain, spec.as_ref(), *cidr, open),
            Mechanism::Ptr(spec) => self.ptr(domain, spec.as_ref(), open),
            Mechanism::Exists(spec) => self.exists(domain, spec, open),
        }
    }

    fn everybody(&self) -> Range {
        family(self.client.address)
    }

    fn name(&mut self, domain: &Name, spec: Option<&Spec>) -> Option<Name> {
        let Some(spec) = spec else {
            return Some(domain.clone());
        };
        let validated = if spec.needs_validated() { self.validated(domain) } else { String::new() };
        spec.resolve(Scope { client: self.client, domain, validated: &validated })
    }

    fn count(&mut self) -> Result<(), Problem> {
        self.lookups += 1;
        let most = if self.reach == Reach::Match { MOST_LOOKUPS } else { ENOUGH };
        if self.lookups > most { Err(Problem::TooManyLookups(self.lookups)) } else { Ok(()) }
    }

    /// A look-up found nothing. Whoever was found before does not come here.
    fn note_void(&mut self, open: &Addresses) -> Result<(), Problem> {
        if !open.is_empty() {
            self.void += 1;
        }
        let is_over = self.void > MOST_VOID && self.reach == Reach::Match;
        if is_over { Err(Problem::TooManyVoid(self.void)) } else { Ok(()) }
    }

    /// Those who pass the record of another name.
    fn include(&mut self, domain: &Name, spec: &Spec, open: &Addresses) -> Result<Vec<Range>, Problem> {
        self.includes += 1;
        let pieces = self.other(domain, spec, &mut open.clone());
        self.includes -= 1;
        let passed = pieces?.into_iter().filter(|(_, qualifier)| *qualifier == Qualifier::Pass);
        Ok(passed.map(|(range, _)| range).collect())
    }

    /// The record of another name, for `include` and `redirect`.
    fn other(&mut self, domain: &Name, spec: &Spec, open: &mut Addresses) -> Result<Pieces, Problem> {
        self.count()?;
        let Some(name) = self.name(domain, Some(spec)).filter(is_domain) else {
            return Err(Problem::NoSuchInclude(domain.clone()));
        };
        if self.path.contains(&name) {
            return Err(Problem::Loop(name));
        }
        let records = match self.lookup.look(&name, RecordType::Txt) {
            Look::Unasked => return Ok(Vec::new()),
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
        let pieces = self.record(&name, &spf, open);
        self.path.pop();
        pieces
    }

    /// The addresses of a host, of the client's family.
    fn addresses(&mut self, name: &Name, cidr: Cidr, open: &Addresses) -> Result<Vec<Range>, Problem> {
        if self.assumed == Some(name) {
            return Ok(vec![cidr.network(self.client.address)]);
        }
        match self.lookup.look(name, kind_for(self.client.address)) {
            Look::Unasked => Ok(Vec::new()),
            Look::Failed => Err(Problem::LookupFailed(name.clone())),
            Look::Void => {
                self.note_void(open)?;
                Ok(Vec::new())
            }
            Look::Records(records) => Ok(found(records).map(|address| cidr.network(address)).collect()),
        }
    }

    /// Each host is a look-up of its own, and one without addresses is void (RFC 7208, 4.6.4).
    fn mx(
        &mut self,
        domain: &Name,
        spec: Option<&Spec>,
        cidr: Cidr,
        open: &Addresses,
    ) -> Result<Vec<Range>, Problem> {
        self.count()?;
        let Some(name) = self.name(domain, spec) else {
            return Ok(Vec::new());
        };
        let records = match self.lookup.look(&name, RecordType::Mx) {
            Look::Unasked => return Ok(Vec::new()),
            Look::Failed => return Err(Problem::LookupFailed(name)),
            Look::Void => {
                self.note_void(open)?;
                return Ok(Vec::new());
            }
            Look::Records(records) => records,
        };
        if records.len() > MOST_HOSTS {
            return Err(Problem::TooManyHosts(name));
        }
        let mut fits = Vec::new();
        for record in records {
            if let Data::Mx { exchange, .. } = &record.data
                && !exchange.is_root()
            {
                fits.extend(self.addresses(exchange, cidr, open)?);
            }
        }
        Ok(fits)
    }

    fn exists(&mut self, domain: &Name, spec: &Spec, open: &Addresses) -> Result<Vec<Range>, Problem> {
        self.count()?;
        let Some(name) = self.name(domain, Some(spec)) else {
            return Ok(Vec::new());
        };
        // Always of IPv4, whatever the client has (RFC 7208, 5.7).
        match self.lookup.look(&name, RecordType::A) {
            Look::Unasked => Ok(Vec::new()),
            Look::Failed => Err(Problem::LookupFailed(name)),
            Look::Void => {
                self.note_void(open)?;
                Ok(Vec::new())
            }
            Look::Records(_) => Ok(vec![self.everybody()]),
        }
    }

    /// Whoever has a name within a domain that leads back to the address.
    fn ptr(&mut self, domain: &Name, spec: Option<&Spec>, open: &Addresses) -> Result<Vec<Range>, Problem> {
        self.count()?;
        let Some(target) = self.name(domain, spec) else {
            return Ok(Vec::new());
        };
        if !self.is_one {
            return Ok(Vec::new());
        }
        if matches!(self.lookup.look(&reverse(self.client.address), RecordType::Ptr), Look::Void) {
            self.note_void(open)?;
        }
        let fits = self.names().iter().any(|name| name.is_within(&target));
        Ok(fits.then(|| self.everybody()).into_iter().collect())
    }

    /// The names of the client's address that lead back to it (RFC 7208, 5.5). One that can't be asked is passed over.
    fn names(&mut self) -> Vec<Name> {
        let from = reverse(self.client.address);
        let records = match self.lookup.look(&from, RecordType::Ptr) {
            Look::Records(records) => records,
            Look::Failed => {
                self.doubt.get_or_insert(from);
                return Vec::new();
            }
            Look::Unasked | Look::Void => return Vec::new(),
        };
        let pointers = records.iter().filter_map(|record| match &record.data {
            Data::Ptr(name) => Some(name),
            _ => None,
        });
        let mut names = Vec::new();
        for name in pointers.take(MOST_HOSTS) {
            match self.lookup.look(name, kind_for(self.client.address)) {
                Look::Records(records) if found(records).any(|one| one == self.client.address) => {
                    names.push(name.clone());
                }
                Look::Failed => drop(self.doubt.get_or_insert_with(|| name.clone())),
                _ => {}
            }
        }
        names
    }

    /// The name for the macro `p`: the domain itself, else one within it, else any (RFC 7208, 7.3).
    fn validated(&mut self, domain: &Name) -> String {
        let names = if self.is_one { self.names() } else { Vec::new() };
        let best = names.iter().min_by_key(|name| (*name != domain, !name.is_within(domain)));
        best.map_or_else(|| "unknown".to_owned(), Name::to_string)
    }

    /// The words for whoever is refused. What is wrong on the way to them leaves none (RFC 7208, 6.2).
    pub fn explain(&mut self) -> Option<String> {
        let (domain, spec) = self.explanation.take()?;
        let name = self.name(&domain, Some(&spec))?;
        let Look::Records([record]) = self.lookup.look(&name, RecordType::Txt) else {
            return None;
        };
        let written = texts(std::slice::from_ref(record)).pop()?;
        let words = Spec::explanation(&written).ok()?;
        let validated = if words.needs_validated() { self.validated(&domain) } else { String::new() };
        Some(words.text(Scope { client: self.client, domain: &domain, validated: &validated }))
    }
}

/// The one SPF record among the texts of a name, or how many there are.
pub(super) fn only_record(records: &[Record]) -> Result<String, usize> {
    let mut found: Vec<String> = texts(records).into_iter().filter(|text| is_spf(text)).collect();
    match found.pop() {
        Some(text) if found.is_empty() => Ok(text),
        Some(_) => Err(found.len() + 1),
        None => Err(0),
    }
}

/// What can have a record: a name of several labels (RFC 7208, 4.3).
pub(super) fn is_domain(name: &Name) -> bool {
    name.labels().count() > 1
}

fn explanation(spf: &Spf) -> Option<&Spec> {
    spf.terms.iter().find_map(|term| match term {
        Term::Explanation(spec) => Some(spec),
        _ => None,
    })
}

/// The records with addresses of the same family.
fn kind_for(address: IpAddr) -> RecordType {
    if address.is_ipv4() { RecordType::A } else { RecordType::Aaaa }
}

/// The addresses among records.
pub(super) fn found(records: &[Record]) -> impl Iterator<Item = IpAddr> {
    records.iter().filter_map(|record| match record.data {
        Data::A(address) => Some(address.into()),
        Data::Aaaa(address) => Some(address.into()),
        _ => None,
    })
}

/// The name at which the names of an address are (RFC 1035, 3.5; RFC 3596, 2.5).
fn reverse(address: IpAddr) -> Name {
    let labels: Vec<String> = match address {
        IpAddr::V4(address) => address.octets().iter().rev().map(u8::to_string).collect(),
        IpAddr::V6(address) => {
            format!("{:032x}", u128::from(address)).chars().rev().map(String::from).collect()
        }
    };
    let zone = if address.is_ipv4() { "in-addr.arpa" } else { "ip6.arpa" };
    // Digits and dots are always a name.
    format!("{}.{zone}", labels.join(".")).parse().unwrap_or_else(|_| Name::root())
}
