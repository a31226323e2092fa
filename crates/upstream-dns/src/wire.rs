//! Between the words of `kernel::dns` and bytes. Nobody outside this crate sees the wire format.

use hickory_proto::op::{Edns, Message, MessageType, OpCode, Query, ResponseCode};
use hickory_proto::rr::rdata::{A, AAAA, CAA, CNAME, MX, NS, PTR, SOA, SRV, TLSA, TXT};
use hickory_proto::rr::{self, DNSClass, RData};
use kernel::dns::{Data, Name, Question, Record, RecordType};
use kernel::id;

/// What is said to fit into a datagram without being cut on the way (the DNS flag day of 2020).
pub(crate) const DATAGRAM: u16 = 1232;

/// A name or a record that the wire, or the product's words for it, can't hold.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Unfit;

/// A question on its way to a server.
#[derive(Clone)]
pub(crate) struct Outgoing {
    pub(crate) id: u16,
    pub(crate) bytes: Vec<u8>,
    query: Query,
}

impl Outgoing {
    /// With an id that nobody can guess. `recursion` asks a resolver to find out; `edns` allows long answers, which
    /// a few old servers don't understand.
    pub(crate) fn new(question: &Question, recursion: bool, edns: bool) -> Result<Self, Unfit> {
        let message = message(question, recursion, edns)?;
        let query = message.queries.first().cloned().ok_or(Unfit)?;
        Ok(Self { id: message.metadata.id, bytes: message.to_vec().map_err(|_| Unfit)?, query })
    }

    /// The message, if it is a reply to exactly this question. A server that did not get as far as the question may
    /// leave it out.
    pub(crate) fn is_answered_by(&self, message: &Message) -> bool {
        let is_error =
            !matches!(message.metadata.response_code, ResponseCode::NoError | ResponseCode::NXDomain);
        message.metadata.id == self.id
            && message.metadata.message_type == MessageType::Response
            && message.metadata.op_code == OpCode::Query
            && match message.queries.as_slice() {
                [query] => is_same(query, &self.query),
                [] => is_error,
                _ => false,
            }
    }

    /// True for bytes that begin with the id of this question.
    pub(crate) fn has_id_of(&self, bytes: &[u8]) -> bool {
        bytes.starts_with(&self.id.to_be_bytes())
    }
}

/// The message that asks.
pub(crate) fn message(question: &Question, recursion: bool, edns: bool) -> Result<Message, Unfit> {
    let mut message = Message::new(u16::from_be_bytes(id::random()), MessageType::Query, OpCode::Query);
    message.metadata.recursion_desired = recursion;
    message.add_query(Query::query(to_name(&question.name)?, to_kind(question.kind)));
    if edns {
        let mut options = Edns::new();
        options.set_max_payload(DATAGRAM);
        message.set_edns(options);
    }
    Ok(message)
}

fn is_same(one: &Query, other: &Query) -> bool {
    one.query_type == other.query_type
        && one.query_class == other.query_class
        && one.name.eq_ignore_root(&other.name)
}

/// A name for the wire.
pub(crate) fn to_name(name: &Name) -> Result<rr::Name, Unfit> {
    rr::Name::from_labels(name.labels().map(str::as_bytes)).map_err(|_| Unfit)
}

/// A name from the wire. A label can hold any byte there, so not every name has words.
pub(crate) fn from_name(name: &rr::Name) -> Result<Name, Unfit> {
    let mut text = String::with_capacity(name.len());
    for label in name {
        if label.contains(&b'.') {
            return Err(Unfit);
        }
        if !text.is_empty() {
            text.push('.');
        }
        text.push_str(std::str::from_utf8(label).map_err(|_| Unfit)?);
    }
    if text.is_empty() { Ok(Name::root()) } else { text.parse().map_err(|_| Unfit) }
}

/// A type for the wire.
pub(crate) fn to_kind(kind: RecordType) -> rr::RecordType {
    match kind {
        RecordType::A => rr::RecordType::A,
        RecordType::Aaaa => rr::RecordType::AAAA,
        RecordType::Caa => rr::RecordType::CAA,
        RecordType::Cname => rr::RecordType::CNAME,
        RecordType::Mx => rr::RecordType::MX,
        RecordType::Ns => rr::RecordType::NS,
        RecordType::Ptr => rr::RecordType::PTR,
        RecordType::Soa => rr::RecordType::SOA,
        RecordType::Srv => rr::RecordType::SRV,
        RecordType::Tlsa => rr::RecordType::TLSA,
        RecordType::Txt => rr::RecordType::TXT,
    }
}

/// A record for the wire. What a SOA says to other name servers is made up: nobody here asks for it.
pub(crate) fn to_record(record: &Record) -> Result<rr::Record, Unfit> {
    let data = match &record.data {
        Data::A(address) => RData::A(A(*address)),
        Data::Aaaa(address) => RData::AAAA(AAAA(*address)),
        Data::Caa { flags, tag, value } => {
            let mut caa = CAA::new_issue(flags & 0x80 != 0, None, Vec::new());
            caa.reserved_flags = flags & 0x7f;
            caa.tag.clone_from(tag);
            caa.value = value.clone().into_bytes();
            RData::CAA(caa)
        }
        Data::Cname(name) => RData::CNAME(CNAME(to_name(name)?)),
        Data::Mx { preference, exchange } => RData::MX(MX::new(*preference, to_name(exchange)?)),
        Data::Ns(name) => RData::NS(NS(to_name(name)?)),
        Data::Ptr(name) => RData::PTR(PTR(to_name(name)?)),
        Data::Soa { primary, serial, minimum } => {
            let primary = to_name(primary)?;
            RData::SOA(SOA::new(primary.clone(), primary, *serial, 7200, 3600, 1_209_600, *minimum))
        }
        Data::Srv { priority, weight, port, target } => {
            RData::SRV(SRV::new(*priority, *weight, *port, to_name(target)?))
        }
        Data::Tlsa { usage, selector, matching, data } => {
            RData::TLSA(TLSA::new((*usage).into(), (*selector).into(), (*matching).into(), data.clone()))
        }
        Data::Txt(strings) => RData::TXT(TXT::from_bytes(strings.iter().map(Vec::as_slice).collect())),
    };
    Ok(rr::Record::from_rdata(to_name(&record.name)?, record.ttl, data))
}

/// A record from the wire; none when it is of a type that nobody here asks for.
pub(crate) fn from_record(record: &rr::Record) -> Option<Result<Record, Unfit>> {
    if record.dns_class != DNSClass::IN {
        return None;
    }
    let data = from_data(&record.data)?;
    // A time to live with its top bit set counts as zero (RFC 2181, 8).
    let ttl = if record.ttl > u32::MAX / 2 { 0 } else { record.ttl };
    Some(data.and_then(|data| Ok(Record { name: from_name(&record.name)?, ttl, data })))
}

/// What a record says.
pub(crate) fn from_data(data: &RData) -> Option<Result<Data, Unfit>> {
    Some(match data {
        RData::A(address) => Ok(Data::A(address.0)),
        RData::AAAA(address) => Ok(Data::Aaaa(address.0)),
        RData::CAA(caa) => Ok(Data::Caa {
            flags: caa.flags(),
            tag: caa.tag.clone(),
            value: String::from_utf8_lossy(&caa.value).into_owned(),
        }),
        RData::CNAME(name) => from_name(&name.0).map(Data::Cname),
        RData::MX(mx) => {
            from_name(&mx.exchange).map(|exchange| Data::Mx { preference: mx.preference, exchange })
        }
        RData::NS(name) => from_name(&name.0).map(Data::Ns),
        RData::PTR(name) => from_name(&name.0).map(Data::Ptr),
        RData::SOA(soa) => from_name(&soa.mname).map(|primary| Data::Soa {
            primary,
            serial: soa.serial,
            minimum: soa.minimum,
        }),
        RData::SRV(srv) => from_name(&srv.target).map(|target| Data::Srv {
            priority: srv.priority,
            weight: srv.weight,
            port: srv.port,
            target,
        }),
        RData::TLSA(tlsa) => Ok(Data::Tlsa {
            usage: tlsa.cert_usage.into(),
            selector: tlsa.selector.into(),
            matching: tlsa.matching.into(),
            data: tlsa.cert_data.clone(),
        }),
        RData::TXT(text) => Ok(Data::Txt(text.txt_data.iter().map(|string| string.to_vec()).collect())),
        _ => return None,
    })
}
