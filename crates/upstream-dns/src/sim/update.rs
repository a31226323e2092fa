//! How the first of the simulated name servers takes changes of its zones (RFC 2136), from those who have a key.

use std::time::Duration;

use hickory_proto::op::{Message, ResponseCode, UpdateMessage as _};
use hickory_proto::rr::rdata::TSIG;
use hickory_proto::rr::rdata::tsig::{TsigAlgorithm, TsigError, make_tsig_record};
use hickory_proto::rr::{self, DNSClass, RData, TSigResponseContext};
use kernel::dns::{Name, Record, RecordType};
use serde::{Deserialize, Serialize};
use simulator::FaultKind;

use super::message::{Responder, Who};
use super::world::World;
use super::zone::Zone;
use crate::tsig::{FUDGE, Key};
use crate::update::seconds;
use crate::wire::{from_name, from_record, to_kind};

/// A key as it is put into a zone. Its secret is one of the sandbox, so it may be shown.
#[derive(Clone, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct KeyText {
    name: String,
    algorithm: String,
    secret: String,
}

impl KeyText {
    pub(super) fn read(&self) -> Result<Key, String> {
        let name =
            self.name.parse::<Name>().map_err(|_| format!("the key {:?} isn't a DNS name", self.name))?;
        let algorithm = self
            .algorithm
            .parse()
            .map_err(|_| format!("the algorithm of {name} isn't hmac-sha256, hmac-sha384 or hmac-sha512"))?;
        Key::new(name, algorithm, &self.secret).map_err(|_| "the secret of the key isn't base64".to_owned())
    }
}

/// What becomes of the signature of an answer.
enum Mark {
    /// None.
    Bare,
    /// An error in place of a signature, or with one.
    Error(Box<rr::Record<TSIG>>),
    /// A signature with the key that the question came with.
    Signed(Key, Vec<u8>),
}

impl Responder {
    /// Takes a change, or says why not; none is silence.
    pub(super) fn change(&self, asked: &Message, bytes: &[u8]) -> Option<(Vec<u8>, Duration)> {
        let zone = asked.zones().first().and_then(|zone| from_name(&zone.name).ok())?;
        self.calls.count("UPDATE", self.who.name());
        let fault = self.dial.take("UPDATE", &format!("/{}/{zone}", self.who.name()));
        let late = fault.as_ref().and_then(|fault| fault.delay_ms).map(Duration::from_millis);
        let fault = fault.map(|fault| fault.kind);
        if fault == Some(FaultKind::TimeoutBefore) {
            return None;
        }
        let mut answer = Message::response(asked.metadata.id, asked.metadata.op_code);
        answer.queries.clone_from(&asked.queries);
        let now = seconds(self.store.read(|world| world.clock.now()));
        let key = self.store.read(|world| world.key_of(&zone, asked));
        let (code, mark) = match fault {
            Some(FaultKind::Refuse | FaultKind::RateLimit) => (ResponseCode::Refused, Mark::Bare),
            _ if !matches!(self.who, Who::Server(0)) => (ResponseCode::NotAuth, Mark::Bare),
            _ => match proven(asked, bytes, key, now) {
                Ok((key, mac)) => {
                    let code = self.store.write(|world| world.update(&zone, asked));
                    (code, Mark::Signed(key, mac))
                }
                Err((code, mark)) => (code, mark),
            },
        };
        if fault == Some(FaultKind::TimeoutAfter) {
            return None;
        }
        answer.metadata.response_code =
            if fault == Some(FaultKind::ErrorAfter) { ResponseCode::ServFail } else { code };
        match mark {
            Mark::Bare => {}
            Mark::Error(record) => drop(answer.set_signature(record)),
            Mark::Signed(key, mac) => {
                let context = TSigResponseContext::new(asked.metadata.id, now, key.signer, mac, None);
                let record = context.sign(&answer.to_vec().ok()?).ok()?;
                answer.set_signature(record);
            }
        }
        let mut bytes = answer.to_vec().ok()?;
        if fault == Some(FaultKind::Malformed) {
            bytes.truncate(bytes.len() / 2);
        }
        let late = if fault == Some(FaultKind::Delay) {
            late.unwrap_or(Duration::from_secs(1))
        } else {
            Duration::ZERO
        };
        Some((bytes, late))
    }
}

/// Whether a change is signed with a key of the zone: the key and the signature, or what is answered.
fn proven(
    asked: &Message,
    bytes: &[u8],
    key: Option<Key>,
    now: u64,
) -> Result<(Key, Vec<u8>), (ResponseCode, Mark)> {
    let Some(record) = asked.signature() else {
        return Err((ResponseCode::Refused, Mark::Bare));
    };
    let id = asked.metadata.id;
    let bad = |error, mac, other| {
        let algorithm = record.data.algorithm.clone();
        let tsig = TSIG::new(algorithm, now, FUDGE, mac, id, Some(error), other);
        (ResponseCode::NotAuth, Mark::Error(Box::new(make_tsig_record(record.name.clone(), tsig))))
    };
    let Some(key) = key else {
        return Err(bad(TsigError::BadKey, Vec::new(), Vec::new()));
    };
    let Ok((mac, _, good)) = key.signer.verify_message_byte(bytes, None, true) else {
        return Err(bad(TsigError::BadSig, Vec::new(), Vec::new()));
    };
    if !good.contains(&now) {
        // A real server signs this one; what is checked here is that its time is read.
        return Err(bad(TsigError::BadTime, Vec::new(), now.to_be_bytes()[2..].to_vec()));
    }
    Ok((key, mac))
}

impl World {
    fn key_of(&self, zone: &Name, asked: &Message) -> Option<Key> {
        let record = asked.signature()?;
        let name = from_name(&record.name).ok()?;
        let algorithm: &TsigAlgorithm = &record.data.algorithm;
        let keys = self.zone(zone)?.keys.iter().filter_map(|key| key.read().ok());
        let is_it = |key: &Key| *key.name() == name && key.signer.algorithm() == algorithm;
        keys.into_iter().find(is_it)
    }

    /// Does a change, all of it or nothing.
    fn update(&mut self, name: &Name, asked: &Message) -> ResponseCode {
        let Some(zone) = self.zone_mut(name) else {
            return ResponseCode::NotAuth;
        };
        let records = asked.prerequisites().iter().chain(asked.updates());
        let outside =
            |record: &rr::Record| from_name(&record.name).map_or(true, |name| !name.is_within(&zone.name));
        if records.into_iter().any(outside) {
            return ResponseCode::NotZone;
        }
        if let Err(code) = zone.meets(asked.prerequisites()) {
            return code;
        }
        zone.apply(asked.updates()).map_or_else(|code| code, |()| ResponseCode::NoError)
    }
}

impl Zone {
    /// RFC 2136, 3.2.
    fn meets(&self, prerequisites: &[rr::Record]) -> Result<(), ResponseCode> {
        let mut exact: Vec<(Name, RecordType, Vec<Record>)> = Vec::new();
        for one in prerequisites {
            let name = from_name(&one.name).map_err(|_| ResponseCode::FormErr)?;
            let there = self.changeable();
            let of_kind = |kind: rr::RecordType| {
                there.iter().any(|record| record.name == name && to_kind(record.data.kind()) == kind)
            };
            let is_used = there.iter().any(|record| record.name == name);
            match (one.dns_class, one.record_type()) {
                (DNSClass::NONE, rr::RecordType::ANY) if is_used => return Err(ResponseCode::YXDomain),
                (DNSClass::NONE, kind) if of_kind(kind) => return Err(ResponseCode::YXRRSet),
                (DNSClass::ANY, rr::RecordType::ANY) if !is_used => return Err(ResponseCode::NXDomain),
                (DNSClass::ANY, kind) if kind != rr::RecordType::ANY && !of_kind(kind) => {
                    return Err(ResponseCode::NXRRSet);
                }
                (DNSClass::IN, _) => {
                    let record = read(one)?;
                    let kind = record.data.kind();
                    match exact.iter_mut().find(|(at, of, _)| (at, *of) == (&name, kind)) {
                        Some((_, _, records)) => records.push(record),
                        None => exact.push((name, kind, vec![record])),
                    }
                }
                _ => {}
            }
        }
        for (name, kind, records) in exact {
            let there = self.changeable();
            let there = there.iter().filter(|record| record.name == name && record.data.kind() == kind);
            let mut there: Vec<_> = there.map(|record| &record.data).collect();
            let mut wanted: Vec<_> = records.iter().map(|record| &record.data).collect();
            there.sort();
            wanted.sort();
            if there != wanted {
                return Err(ResponseCode::NXRRSet);
            }
        }
        Ok(())
    }

    /// RFC 2136, 3.4.2.
    fn apply(&mut self, updates: &[rr::Record]) -> Result<(), ResponseCode> {
        let mut records = self.changeable();
        for one in updates {
            let name = from_name(&one.name).map_err(|_| ResponseCode::FormErr)?;
            let kind = one.record_type();
            match one.dns_class {
                DNSClass::IN => put(&mut records, read(one)?),
                DNSClass::NONE => {
                    let gone = read(one)?;
                    records.retain(|record| (&record.name, &record.data) != (&gone.name, &gone.data));
                }
                DNSClass::ANY if matches!(one.data, RData::Update0(_)) => records.retain(|record| {
                    let is_it = kind == rr::RecordType::ANY || to_kind(record.data.kind()) == kind;
                    record.name != name || !is_it
                }),
                _ => return Err(ResponseCode::FormErr),
            }
        }
        self.replace(&records).map_err(|_| ResponseCode::ServFail)
    }
}

/// Adds a record. What would stand beside an alias is passed over, and a set has one time to live (RFC 2136, 3.4.2.2).
fn put(records: &mut Vec<Record>, new: Record) {
    let is_alias = |record: &Record| record.data.kind() == RecordType::Cname;
    let beside = records.iter().filter(|record| record.name == new.name);
    if beside.clone().any(|record| is_alias(record) != is_alias(&new)) {
        return;
    }
    if is_alias(&new) {
        records.retain(|record| record.name != new.name);
    }
    let same_set = |record: &&mut Record| record.name == new.name && record.data.kind() == new.data.kind();
    for record in records.iter_mut().filter(same_set) {
        record.ttl = new.ttl;
    }
    if !records.iter().any(|record| (&record.name, &record.data) == (&new.name, &new.data)) {
        records.push(new);
    }
}

/// A record of a change. Its class says what is to be done with it, not what it is.
fn read(record: &rr::Record) -> Result<Record, ResponseCode> {
    let mut record = record.clone();
    record.dns_class = DNSClass::IN;
    match from_record(&record) {
        Some(Ok(record)) => Ok(record),
        _ => Err(ResponseCode::FormErr),
    }
}
