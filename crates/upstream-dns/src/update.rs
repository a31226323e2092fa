//! Changes a zone at its server (RFC 2136), signed (RFC 8945). What was seen before goes along as prerequisites, so that
//! the server itself refuses when the zone is another one by now.

use std::collections::BTreeSet;
use std::io;
use std::net::SocketAddr;

use hickory_proto::op::{Message, MessageType, OpCode, Query, ResponseCode, UpdateMessage as _};
use hickory_proto::rr::rdata::tsig::TsigError;
use hickory_proto::rr::{self, DNSClass};
use kernel::dns::{Change, Data, Name, Record, RecordType};
use kernel::{Coded, Timestamp, id};
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::TcpStream;
use tokio::time::{Instant, timeout_at};

use crate::network::Network;
use crate::primary::Primary;
use crate::tsig::Key;
use crate::wire::{Unfit, to_kind, to_name, to_record};

/// A zone was not changed, or nobody knows.
#[derive(Debug, Clone, PartialEq, Eq, Coded)]
pub enum UpdateError {
    /// REFUSED.
    #[coded(Conflict, "update-refused", values(server = _0))]
    Refused(String),
    /// NOTAUTH.
    #[coded(Conflict, "not-the-primary-server", values(server = _0))]
    NotPrimary(String),
    /// BADKEY.
    #[coded(Invalid, "key-unknown", field = "key.name", field_code = "unknown", values(server = _0))]
    BadKey(String),
    /// BADSIG.
    #[coded(Invalid, "key-wrong", field = "key.secret", field_code = "wrong", values(server = _0))]
    BadSignature(String),
    /// BADTIME, with how many seconds the server is ahead, where it says so.
    #[coded(Unavailable, "clocks-differ", values(server = _0, ahead = ahead(*_1)))]
    BadTime(String, Option<i64>),
    /// NOTZONE.
    #[coded(Conflict, "in-another-zone", values(server = _0))]
    NotZone(String),
    /// A prerequisite was not met.
    #[coded(Conflict, "zone-moved", text = "zone-moved-at", values(server = _0))]
    Moved(String),
    /// NOTIMP.
    #[coded(Conflict, "updates-not-offered", values(server = _0))]
    NotOffered(String),
    /// The changes make no message.
    #[coded(Conflict, "update-too-long")]
    Unfit,
    /// No connection.
    #[coded(Unavailable, "server-unreachable", values(server = _0))]
    Unreachable(String),
    /// Another refusal.
    #[coded(Unavailable, "update-failed", values(server = _0, answer = _1))]
    Odd(String, String),
    /// It was sent, and what came of it was not said.
    #[coded(Unavailable, "update-unknown", values(server = _0))]
    Unknown(String),
}

/// By how much a clock is ahead of ours.
fn ahead(seconds: Option<i64>) -> kernel::Message {
    match seconds {
        Some(seconds) if seconds >= 0 => kernel::Message::new("clock-ahead").with("seconds", seconds),
        Some(seconds) => kernel::Message::new("clock-behind").with("seconds", seconds.unsigned_abs()),
        None => kernel::Message::new("clock-unknown"),
    }
}

impl UpdateError {
    /// True when the zone may have been changed all the same: then look before anything is said.
    pub fn may_have_happened(&self) -> bool {
        matches!(self, Self::Unknown(_))
    }
}

/// A message on its way, and what its answer is checked with.
struct Signed {
    id: u16,
    bytes: Vec<u8>,
    mac: Vec<u8>,
    at: Timestamp,
}

/// Seconds since 1970, as signatures count them.
pub(crate) fn seconds(at: Timestamp) -> u64 {
    u64::try_from(at.micros() / 1_000_000).unwrap_or(0)
}

pub(crate) async fn send(
    network: &Network,
    primary: &Primary,
    key: &Key,
    changes: &[Change],
    now: Timestamp,
) -> Result<(), UpdateError> {
    let server = || primary.server.clone();
    let signed = signed(&primary.zone, key, changes, now).map_err(|Unfit| UpdateError::Unfit)?;
    let slot = network.slot().await.map_err(|_| UpdateError::Unreachable(server()))?;
    let mut stream =
        connected(&primary.at, slot.until).await.ok_or_else(|| UpdateError::Unreachable(server()))?;
    let exchanged = timeout_at(slot.until, exchange(&mut stream, &signed.bytes)).await;
    // From the first byte on it may have happened.
    let Ok(Ok(bytes)) = exchanged else { return Err(UpdateError::Unknown(server())) };
    said(&server(), key, &signed, &bytes)
}

async fn connected(addresses: &[SocketAddr], until: Instant) -> Option<TcpStream> {
    for at in addresses {
        if let Ok(Ok(stream)) = timeout_at(until, TcpStream::connect(at)).await {
            return Some(stream);
        }
    }
    None
}

async fn exchange(stream: &mut TcpStream, bytes: &[u8]) -> io::Result<Vec<u8>> {
    stream.set_nodelay(true)?;
    let length = u16::try_from(bytes.len()).map_err(io::Error::other)?;
    stream.write_all(&[&length.to_be_bytes(), bytes].concat()).await?;
    let length = stream.read_u16().await?;
    let mut answer = vec![0; length.into()];
    stream.read_exact(&mut answer).await?;
    Ok(answer)
}

fn signed(zone: &Name, key: &Key, changes: &[Change], at: Timestamp) -> Result<Signed, Unfit> {
    let mut message = message(zone, changes)?;
    let (record, _) = key.signer.sign_message(&message, seconds(at)).map_err(|_| Unfit)?;
    let mac = record.data.mac.clone();
    message.set_signature(record);
    let bytes = message.to_vec().map_err(|_| Unfit)?;
    if bytes.len() > usize::from(u16::MAX) {
        Err(Unfit)
    } else {
        Ok(Signed { id: message.id(), bytes, mac, at })
    }
}

/// The message before it is signed.
pub(crate) fn message(zone: &Name, changes: &[Change]) -> Result<Message, Unfit> {
    let id = u16::from_be_bytes(id::random());
    let mut message = Message::new(id, MessageType::Query, OpCode::Update);
    message.add_zone(Query::query(to_name(zone)?, rr::RecordType::SOA));
    let mut alone = BTreeSet::new();
    for change in changes {
        match (change.before.as_slice(), change.kind) {
            // Nothing stands beside an alias, and a server passes over in silence what would (RFC 2136, 3.4.2.2).
            ([], RecordType::Cname) => {
                message.add_pre_requisite(absent(&change.name, rr::RecordType::ANY)?);
            }
            ([], kind) => {
                message.add_pre_requisite(absent(&change.name, to_kind(kind))?);
                if alone.insert(&change.name) {
                    message.add_pre_requisite(absent(&change.name, rr::RecordType::CNAME)?);
                }
            }
            (before, _) => {
                for data in before {
                    message.add_pre_requisite(record(&change.name, data, DNSClass::IN)?);
                }
            }
        }
    }
    for change in changes {
        for data in &change.remove {
            message.add_update(record(&change.name, data, DNSClass::NONE)?);
        }
    }
    for added in changes.iter().flat_map(|change| &change.add) {
        message.add_update(to_record(added)?);
    }
    Ok(message)
}

/// That there are no such records (RFC 2136, 2.4.3), or that the name has none at all (2.4.5).
fn absent(name: &Name, kind: rr::RecordType) -> Result<rr::Record, Unfit> {
    let mut record = rr::Record::update0(to_name(name)?, 0, kind);
    record.dns_class = DNSClass::NONE;
    Ok(record)
}

/// That this record is there (class IN, 2.4.2), or that it goes (class NONE, 2.5.4).
fn record(name: &Name, data: &Data, class: DNSClass) -> Result<rr::Record, Unfit> {
    let mut record = to_record(&Record { name: name.clone(), ttl: 0, data: data.clone() })?;
    record.dns_class = class;
    Ok(record)
}

/// What the server's answer means. One that is not signed with the key is believed only where it says no.
fn said(server: &str, key: &Key, signed: &Signed, bytes: &[u8]) -> Result<(), UpdateError> {
    let server = || server.to_owned();
    let unknown = || Err(UpdateError::Unknown(server()));
    let Ok(answer) = Message::from_vec(bytes) else { return unknown() };
    let meta = &answer.metadata;
    let is_answer = meta.message_type == MessageType::Response && meta.op_code == OpCode::Update;
    if !is_answer || meta.id != signed.id {
        return unknown();
    }
    let tsig = answer.signature().map(|record| &record.data);
    match tsig.and_then(|tsig| tsig.error) {
        Some(TsigError::BadKey) => return Err(UpdateError::BadKey(server())),
        Some(TsigError::BadSig | TsigError::BadTrunc) => return Err(UpdateError::BadSignature(server())),
        Some(TsigError::BadTime) => {
            let theirs = tsig.and_then(|tsig| clock(&tsig.other));
            let ahead = theirs.map(|theirs| theirs - signed.at.micros() / 1_000_000);
            return Err(UpdateError::BadTime(server(), ahead));
        }
        Some(TsigError::Unknown(_)) | None => {}
    }
    let code = meta.response_code;
    // A time before its own tolerance has no beginning to reckon with.
    if tsig.is_some_and(|tsig| tsig.time < tsig.fudge.into()) {
        return unknown();
    }
    let verified = key.signer.verify_message_byte(bytes, Some(&signed.mac), true);
    let is_genuine = verified.is_ok_and(|(_, _, good)| good.contains(&seconds(signed.at)));
    match code {
        ResponseCode::NoError if is_genuine => Ok(()),
        // It failed while it was at work, and says so or not.
        ResponseCode::NoError | ResponseCode::ServFail => unknown(),
        ResponseCode::Refused => Err(UpdateError::Refused(server())),
        ResponseCode::NotAuth => Err(UpdateError::NotPrimary(server())),
        ResponseCode::NotZone => Err(UpdateError::NotZone(server())),
        ResponseCode::NotImp => Err(UpdateError::NotOffered(server())),
        ResponseCode::NXDomain | ResponseCode::YXDomain | ResponseCode::YXRRSet | ResponseCode::NXRRSet => {
            Err(UpdateError::Moved(server()))
        }
        other => Err(UpdateError::Odd(server(), other.to_string())),
    }
}

/// The server's time in an answer that says BADTIME: 48 bits of seconds.
fn clock(other: &[u8]) -> Option<i64> {
    let bytes: [u8; 6] = other.try_into().ok()?;
    Some(bytes.iter().fold(0, |seconds, byte| seconds << 8 | i64::from(*byte)))
}
