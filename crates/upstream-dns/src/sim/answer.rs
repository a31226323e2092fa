//! What the simulated servers answer: a name server from its zones, a resolver from what it keeps and from both name
//! servers.

use kernel::dns::{Data, Name, Question, Record};

use super::world::World;
use super::zone::{Answers, Found, Zone};
use crate::reply::MOST_ALIASES;

/// How a reply turned out.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Code {
    NoError,
    NoName,
    Servfail,
    Refused,
}

/// A reply before it is put on the wire.
#[derive(Clone)]
pub(super) struct Reply {
    pub(super) code: Code,
    pub(super) authoritative: bool,
    pub(super) answers: Vec<Record>,
    pub(super) authority: Vec<Record>,
    /// How it comes: silent, truncated, late.
    pub(super) mood: super::zone::Mood,
    /// The name that the aliases lead to, when nothing is said of it.
    open: Option<Name>,
}

impl Reply {
    fn new(code: Code) -> Self {
        Self {
            code,
            authoritative: false,
            answers: Vec::new(),
            authority: Vec::new(),
            mood: super::zone::Mood::default(),
            open: None,
        }
    }

    /// For how many seconds a resolver keeps it; failures not at all.
    pub(super) fn lasts(&self) -> Option<u32> {
        if !matches!(self.code, Code::NoError | Code::NoName) {
            return None;
        }
        let denial = self.authority.iter().filter_map(|record| match record.data {
            Data::Soa { minimum, .. } => Some(minimum.min(record.ttl)),
            _ => None,
        });
        self.answers.iter().map(|record| record.ttl).chain(denial).min()
    }

    pub(super) fn aged(&self, seconds: u32) -> Self {
        let mut aged = self.clone();
        for record in aged.answers.iter_mut().chain(&mut aged.authority) {
            record.ttl = record.ttl.saturating_sub(seconds);
        }
        aged
    }
}

impl World {
    /// What a name server answers.
    pub(super) fn answer_of_server(&self, server: usize, question: &Question) -> Reply {
        let Some(zone) = self.zone_of(server, &question.name) else {
            return Reply::new(Code::Refused);
        };
        let mood = zone.mood(server);
        let reply = match mood.answers {
            Answers::Servfail => Reply::new(Code::Servfail),
            Answers::Refused => Reply::new(Code::Refused),
            Answers::Lame => Reply { authority: hint(), ..Reply::new(Code::NoError) },
            _ => from_zone(zone, server, question),
        };
        Reply { mood, ..reply }
    }

    /// What a resolver answers: what it keeps, or what it finds now. It asks the name server of its own number first,
    /// so two resolvers disagree when two name servers do.
    pub(super) fn answer_of_resolver(&self, resolver: usize, question: &Question) -> Reply {
        let mood = self.mood_of_resolver(resolver);
        let reply = match mood.answers {
            Answers::Servfail => Reply::new(Code::Servfail),
            Answers::Refused => Reply::new(Code::Refused),
            _ => self.resolve(resolver, question),
        };
        Reply { mood, authoritative: false, ..reply }
    }

    fn resolve(&self, resolver: usize, question: &Question) -> Reply {
        let now = self.clock.now();
        let kept = self.kept.get(resolver);
        if let Some(reply) = kept.and_then(|kept| kept.get(question, now)) {
            return reply;
        }
        let reply = self.find(resolver, question);
        if let Some(kept) = kept {
            kept.put(question, &reply, now);
        }
        reply
    }

    fn find(&self, resolver: usize, question: &Question) -> Reply {
        let mut answers = Vec::new();
        let mut question = question.clone();
        for _ in 0..=MOST_ALIASES {
            let replies =
                [resolver, 1 - resolver.min(1)].map(|server| self.answer_of_server(server, &question));
            let is_useful = |reply: &Reply| {
                reply.authoritative
                    && matches!(reply.code, Code::NoError | Code::NoName)
                    && reply.mood.answers != Answers::Silent
            };
            let Some(mut reply) = replies.into_iter().find(is_useful) else {
                break;
            };
            answers.append(&mut reply.answers);
            match reply.open.take() {
                Some(target) => question.name = target,
                None => return Reply { answers, ..reply },
            }
        }
        Reply::new(Code::Servfail)
    }
}

/// What the zone says, with the aliases that stay within it.
fn from_zone(zone: &Zone, server: usize, question: &Question) -> Reply {
    let mut reply = Reply { authoritative: true, ..Reply::new(Code::NoError) };
    let mut name = question.name.clone();
    loop {
        match zone.find(server, &name, question.kind) {
            Found::Records(mut records) => reply.answers.append(&mut records),
            Found::NoData => reply.authority = zone.soa(server),
            Found::NoName => {
                reply.code = Code::NoName;
                reply.authority = zone.soa(server);
            }
            Found::Referral(servers) => {
                reply.authoritative = !reply.answers.is_empty();
                if reply.authoritative {
                    reply.open = Some(name);
                } else {
                    reply.authority = servers;
                }
            }
            Found::Alias(alias, target) => {
                let is_known = reply.answers.contains(&alias);
                if !is_known {
                    reply.answers.push(alias);
                }
                if !is_known && target.is_within(&zone.name) {
                    name = target;
                    continue;
                }
                reply.open = Some(target);
            }
        }
        return reply;
    }
}

/// What lame servers used to say: ask the root.
fn hint() -> Vec<Record> {
    let servers = super::SERVER_NAMES.iter().filter_map(|server| server.parse().ok());
    servers.map(|server| Record { name: Name::root(), ttl: 3600, data: Data::Ns(server) }).collect()
}
