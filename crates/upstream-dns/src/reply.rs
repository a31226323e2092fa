//! What a reply says, before anybody judges whether that server may say so.

use hickory_proto::op::{Message, ResponseCode};
use hickory_proto::rr::{self, DNSClass, RData};
use kernel::dns::{Answer, Data, Failure, Name, Question, Record, RecordType};

use crate::wire::{Unfit, from_name, from_record, to_kind};

/// The most aliases that are followed.
pub(crate) const MOST_ALIASES: usize = 8;

/// A reply that is no error.
#[derive(Debug, Clone)]
pub(crate) struct Reply {
    /// The server says that it is responsible for the question's name.
    pub(crate) authoritative: bool,
    /// The aliases in the reply, the question's name first.
    pub(crate) aliases: Vec<Record>,
    /// The name at which they end.
    pub(crate) last: Name,
    /// What is said of that name.
    pub(crate) end: End,
    /// For how many seconds this may be kept; a denial without SOA not at all (RFC 2308, 5).
    pub(crate) keep: u32,
}

/// What a reply says of the name at which aliases end.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum End {
    /// It has these records.
    Records(Vec<Record>),
    /// It is not there.
    NoName,
    /// It has no such record.
    NoData,
    /// Nothing: the aliases lead out of what this server knows.
    Open,
    /// Others are responsible, for the zone of this name.
    Referral(Name, Vec<Name>),
}

/// How an answer is counted.
pub(crate) fn outcome(answer: &Answer) -> &'static str {
    match answer {
        Answer::Records { .. } => "records",
        Answer::NoData { .. } => "no-data",
        Answer::NoName { .. } => "no-name",
        Answer::Failed(failure) => failure.code(),
    }
}

/// Reads a reply to `question`.
pub(crate) fn read(message: &Message, question: &Question) -> Result<Reply, Failure> {
    let is_denial = match message.metadata.response_code {
        ResponseCode::NoError => false,
        ResponseCode::NXDomain => true,
        ResponseCode::ServFail => return Err(Failure::ServerFailed),
        ResponseCode::Refused | ResponseCode::NotAuth => return Err(Failure::Refused),
        _ => return Err(Failure::Malformed),
    };
    let (aliases, last) = aliases(message, question)?;
    let records = if is_denial { Vec::new() } else { records(&message.answers, &last, question.kind)? };
    let authoritative = message.metadata.authoritative;
    let soa = zone_above(message, &last);
    let end = if !records.is_empty() {
        End::Records(records)
    } else if is_denial {
        End::NoName
    } else if soa.is_some() {
        End::NoData
    } else if !aliases.is_empty() {
        End::Open
    } else if authoritative {
        End::NoData
    } else {
        referral(message).unwrap_or(End::NoData)
    };
    let told = match &end {
        End::Records(records) => records.iter().map(|record| record.ttl).min(),
        _ => soa,
    };
    let keep = aliases.iter().map(|alias| alias.ttl).chain([told.unwrap_or(0)]).min().unwrap_or(0);
    Ok(Reply { authoritative, aliases, last, end, keep })
}

/// The aliases that lead away from the question's name, in their order, whatever order they came in.
fn aliases(message: &Message, question: &Question) -> Result<(Vec<Record>, Name), Failure> {
    let mut aliases: Vec<Record> = Vec::new();
    let mut last = question.name.clone();
    if question.kind == RecordType::Cname {
        return Ok((aliases, last));
    }
    while let Some(alias) = records(&message.answers, &last, RecordType::Cname)?.into_iter().next() {
        let Data::Cname(target) = &alias.data else { break };
        if aliases.len() == MOST_ALIASES || leads_back(&aliases, &alias, target) {
            return Err(Failure::AliasLoop);
        }
        last = target.clone();
        aliases.push(alias);
    }
    Ok((aliases, last))
}

/// True when the target has been an alias already.
pub(crate) fn leads_back(aliases: &[Record], alias: &Record, target: &Name) -> bool {
    aliases.iter().chain([alias]).any(|earlier| earlier.name == *target)
}

/// The records of one name and type. One that there are no words for spoils the reply: leaving it out would say that
/// it is not there.
fn records(section: &[rr::Record], name: &Name, kind: RecordType) -> Result<Vec<Record>, Failure> {
    let kind = to_kind(kind);
    let of_name = |record: &&rr::Record| {
        record.record_type() == kind && from_name(&record.name).is_ok_and(|owner| owner == *name)
    };
    let read = section.iter().filter(of_name).filter_map(from_record);
    read.collect::<Result<_, Unfit>>().map_err(|Unfit| Failure::Malformed)
}

/// For how many seconds a denial of `name` may be kept, by the SOA of a zone above it.
fn zone_above(message: &Message, name: &Name) -> Option<u32> {
    let soas = message.authorities.iter().filter_map(from_record).filter_map(Result::ok);
    soas.filter(|soa| name.is_within(&soa.name)).find_map(|soa| match soa.data {
        Data::Soa { minimum, .. } => Some(minimum.min(soa.ttl)),
        _ => None,
    })
}

fn referral(message: &Message) -> Option<End> {
    let mut servers = message.authorities.iter().filter_map(|record| match &record.data {
        RData::NS(host) if record.dns_class == DNSClass::IN => Some((&record.name, &host.0)),
        _ => None,
    });
    let (zone, first) = servers.next()?;
    let hosts = [first].into_iter().chain(servers.filter(|(owner, _)| *owner == zone).map(|(_, host)| host));
    let hosts: Vec<Name> = hosts.filter_map(|host| from_name(host).ok()).collect();
    if hosts.is_empty() { None } else { Some(End::Referral(from_name(zone).ok()?, hosts)) }
}
