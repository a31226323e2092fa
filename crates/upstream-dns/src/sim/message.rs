//! Between a simulated server's reply and bytes, and what the fault dial does to it.

use std::time::Duration;

use hickory_proto::op::{Edns, Message, MessageType, OpCode, Query, ResponseCode};
use hickory_proto::rr::{self, DNSClass};
use kernel::dns::{Question, RecordType};
use simulator::{Calls, Dial, FaultKind, Store};

use super::answer::{Code, Reply};
use super::world::World;
use super::zone::Answers;
use crate::wire::{DATAGRAM, Unfit, from_name, to_kind, to_record};

/// The longest datagram for those who don't say how long it may be (RFC 1035, 4.2.1).
const SHORT: u16 = 512;

/// One of the four servers.
#[derive(Clone, Copy, Debug)]
pub(super) enum Who {
    Server(usize),
    Resolver(usize),
}

impl Who {
    pub(super) fn name(self) -> &'static str {
        match self {
            Self::Server(0) => "ns1",
            Self::Server(_) => "ns2",
            Self::Resolver(0) => "resolver1",
            Self::Resolver(_) => "resolver2",
        }
    }
}

/// Answers the messages that come to one server.
#[derive(Clone)]
pub(super) struct Responder {
    pub(super) who: Who,
    pub(super) store: Store<World>,
    pub(super) dial: Dial,
    pub(super) calls: Calls,
}

/// How a message came.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Over {
    Udp,
    Tcp,
}

impl Responder {
    /// The bytes to send back, and when; none is silence.
    pub(super) fn handle(&self, bytes: &[u8], over: Over) -> Option<(Vec<u8>, Duration)> {
        let asked = Message::from_vec(bytes).ok()?;
        if asked.metadata.message_type != MessageType::Query {
            return None;
        }
        if asked.metadata.op_code == OpCode::Update {
            return self.change(&asked, bytes);
        }
        let mut answer = blank(&asked);
        let question = match question(&asked) {
            Ok(question) => question,
            Err(code) => {
                answer.metadata.response_code = code;
                return Some((answer.to_vec().ok()?, Duration::ZERO));
            }
        };
        let kind = question.kind.as_str();
        self.calls.count(kind, self.who.name());
        let fault = self.dial.take(kind, &format!("/{}/{}", self.who.name(), question.name));
        let late = fault.as_ref().and_then(|fault| fault.delay_ms).map(Duration::from_millis);
        let fault = fault.map(|fault| fault.kind);
        let reply = match fault {
            Some(FaultKind::TimeoutBefore | FaultKind::TimeoutAfter) => return None,
            Some(FaultKind::Stale) => self.store.read_stale(|world| self.reply(world, &question)),
            _ => self.store.read(|world| self.reply(world, &question)),
        };
        if reply.mood.answers == Answers::Silent {
            return None;
        }
        fill(&mut answer, &reply, self.who).ok()?;
        let is_cut =
            strike(&mut answer, fault) || (reply.mood.answers == Answers::Truncated && over == Over::Udp);
        let mut bytes = sized(&asked, &answer, is_cut, over)?;
        if fault == Some(FaultKind::Malformed) {
            bytes.truncate(bytes.len() / 2);
        }
        let usual = reply.mood.delay_ms.map(Duration::from_millis).unwrap_or_default();
        let late =
            if fault == Some(FaultKind::Delay) { late.unwrap_or(Duration::from_secs(1)) } else { usual };
        Some((bytes, late))
    }

    fn reply(&self, world: &World, question: &Question) -> Reply {
        match self.who {
            Who::Server(index) => world.answer_of_server(index, question),
            Who::Resolver(index) => world.answer_of_resolver(index, question),
        }
    }
}

fn blank(asked: &Message) -> Message {
    let mut answer = Message::response(asked.metadata.id, asked.metadata.op_code);
    answer.metadata.recursion_desired = asked.metadata.recursion_desired;
    answer.add_queries(asked.queries.iter().cloned());
    if asked.edns.is_some() {
        let mut options = Edns::new();
        options.set_max_payload(DATAGRAM);
        answer.set_edns(options);
    }
    answer
}

fn question(asked: &Message) -> Result<Question, ResponseCode> {
    let [Query { name, query_type, query_class, .. }] = asked.queries.as_slice() else {
        return Err(ResponseCode::FormErr);
    };
    let kind = RecordType::ALL.into_iter().find(|kind| to_kind(*kind) == *query_type);
    if asked.metadata.op_code != OpCode::Query || *query_class != DNSClass::IN {
        return Err(ResponseCode::NotImp);
    }
    let kind = kind.ok_or(ResponseCode::NotImp)?;
    let name = from_name(name).map_err(|Unfit| ResponseCode::FormErr)?;
    Ok(Question { name, kind })
}

fn fill(answer: &mut Message, reply: &Reply, who: Who) -> Result<(), Unfit> {
    answer.metadata.response_code = match reply.code {
        Code::NoError => ResponseCode::NoError,
        Code::NoName => ResponseCode::NXDomain,
        Code::Servfail => ResponseCode::ServFail,
        Code::Refused => ResponseCode::Refused,
    };
    answer.metadata.authoritative = reply.authoritative;
    answer.metadata.recursion_available = matches!(who, Who::Resolver(_));
    answer.answers = reply.answers.iter().map(to_record).collect::<Result<_, _>>()?;
    answer.authorities = reply.authority.iter().map(to_record).collect::<Result<_, _>>()?;
    Ok(())
}

/// Does what the dial says to an answer. True when it must be sent as "too long".
fn strike(answer: &mut Message, fault: Option<FaultKind>) -> bool {
    let mut fail = |code| {
        answer.metadata.response_code = code;
        answer.answers.clear();
        answer.authorities.clear();
    };
    match fault {
        Some(FaultKind::Refuse) => fail(ResponseCode::Refused),
        Some(FaultKind::ErrorAfter) => fail(ResponseCode::ServFail),
        // What servers do to those who ask too often: they must come back over TCP.
        Some(FaultKind::RateLimit) => return true,
        Some(FaultKind::Partial) => answer.answers.truncate(answer.answers.len() / 2),
        Some(FaultKind::Duplicate) => {
            let twice = |record: &rr::Record| [record.clone(), record.clone()];
            answer.answers = answer.answers.iter().flat_map(twice).collect();
        }
        Some(FaultKind::Reorder) => answer.answers.reverse(),
        _ => {}
    }
    false
}

/// The bytes; without records when they don't fit into a datagram.
fn sized(asked: &Message, answer: &Message, is_cut: bool, over: Over) -> Option<Vec<u8>> {
    let room = asked.edns.as_ref().map_or(SHORT, |edns| edns.max_payload().clamp(SHORT, DATAGRAM));
    if !is_cut || over == Over::Tcp {
        let bytes = answer.to_vec().ok()?;
        if over == Over::Tcp || bytes.len() <= room.into() {
            return Some(bytes);
        }
    }
    answer.truncate().to_vec().ok()
}
