//! The servers that are responsible for a name: found with the resolvers' help, asked directly without recursion.

use std::collections::BTreeMap;
use std::net::{IpAddr, SocketAddr};
use std::sync::Arc;

use futures_util::future::{join, join_all};
use kernel::dns::{Answer, Data, Failure, Name, Question, Record, RecordType, Server};
use telemetry::Questions;

use crate::network::Network;
use crate::public::Public;
use crate::reach;
use crate::reply::{self, End, MOST_ALIASES, leads_back};

/// No zone that matters has more servers; `com` has thirteen.
const MOST_SERVERS: usize = 13;
/// A server's second address is tried when the first is silent.
const MOST_ADDRESSES: usize = 2;
/// How often one zone may refer to the next.
const MOST_REFERRALS: usize = 8;

/// Asks the responsible servers.
pub(crate) struct Authorities {
    network: Arc<Network>,
    public: Arc<Public>,
    reach: BTreeMap<IpAddr, SocketAddr>,
    questions: Questions,
}

/// A zone and its servers.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Zone {
    name: Name,
    servers: Vec<Name>,
}

impl Zone {
    fn new(name: Name, mut servers: Vec<Name>) -> Self {
        servers.sort();
        servers.dedup();
        servers.truncate(MOST_SERVERS);
        Self { name, servers }
    }
}

/// What one server makes of a question.
pub(crate) enum Said {
    /// The whole answer.
    Answer(Answer),
    /// An alias, the last of these, for a name that others know.
    Elsewhere(Vec<Record>, Name),
    /// Others are responsible for the name.
    Delegated(Zone),
}

impl Authorities {
    pub(crate) fn new(
        network: Arc<Network>,
        public: Arc<Public>,
        reach: BTreeMap<IpAddr, SocketAddr>,
        questions: Questions,
    ) -> Self {
        Self { network, public, reach, questions }
    }

    pub(crate) fn network(&self) -> &Network {
        &self.network
    }

    /// Where addresses are really reached.
    pub(crate) fn reach(&self) -> &BTreeMap<IpAddr, SocketAddr> {
        &self.reach
    }

    /// Asks every server of the zone.
    pub(crate) async fn ask(&self, question: &Question, fresh: bool) -> Vec<(Server, Answer)> {
        let nobody = |failure| vec![(Server::Authority(question.name.clone()), Answer::Failed(failure))];
        let mut zone = match self.zone_of(&question.name, fresh).await {
            Ok(zone) => zone,
            Err(failure) => return nobody(failure),
        };
        for _ in 0..MOST_REFERRALS {
            let each = zone.servers.iter().map(|server| self.said_by(server, &zone.name, question, fresh));
            let mut said = join_all(each).await;
            let deeper = said.iter().position(|said| matches!(said, Said::Delegated(_)));
            match deeper.map(|index| said.swap_remove(index)) {
                Some(Said::Delegated(below)) => zone = below,
                _ => return self.complete(&zone, said, question.kind, fresh).await,
            }
        }
        nobody(Failure::Lame)
    }

    /// Follows the aliases that lead to other zones, each of them once.
    async fn complete(
        &self,
        zone: &Zone,
        said: Vec<Said>,
        kind: RecordType,
        fresh: bool,
    ) -> Vec<(Server, Answer)> {
        let mut followed: Vec<(Vec<Record>, Answer)> = Vec::new();
        let mut answers = Vec::with_capacity(said.len());
        for (server, said) in zone.servers.iter().zip(said) {
            let answer = match said {
                Said::Answer(answer) => answer,
                Said::Delegated(_) => Answer::Failed(Failure::Lame),
                Said::Elsewhere(aliases, target) => {
                    let known = followed.iter().find(|(earlier, _)| *earlier == aliases);
                    if let Some((_, answer)) = known {
                        answer.clone()
                    } else {
                        let following = self.follow(aliases.clone(), target, kind, fresh);
                        let answer = Box::pin(following).await;
                        followed.push((aliases, answer.clone()));
                        answer
                    }
                }
            };
            answers.push((Server::Authority(server.clone()), answer));
        }
        answers
    }

    /// What the servers responsible for `target` say, the first of them that is of use.
    async fn follow(
        &self,
        mut aliases: Vec<Record>,
        mut target: Name,
        kind: RecordType,
        fresh: bool,
    ) -> Answer {
        loop {
            let question = Question { name: target, kind };
            let (more, next) = match self.first_said(&question, fresh).await {
                Said::Answer(answer) => return after(aliases, answer),
                Said::Delegated(_) => return Answer::Failed(Failure::Lame),
                Said::Elsewhere(more, next) => (more, next),
            };
            for alias in more {
                let Data::Cname(to) = &alias.data else { continue };
                if aliases.len() == MOST_ALIASES || leads_back(&aliases, &alias, to) {
                    return Answer::Failed(Failure::AliasLoop);
                }
                aliases.push(alias);
            }
            target = next;
        }
    }

    /// What the first server says that is of use.
    pub(crate) async fn first_said(&self, question: &Question, fresh: bool) -> Said {
        let mut zone = match self.zone_of(&question.name, fresh).await {
            Ok(zone) => zone,
            Err(failure) => return Said::Answer(Answer::Failed(failure)),
        };
        for _ in 0..MOST_REFERRALS {
            let mut last = Said::Answer(Answer::Failed(Failure::Unreachable));
            for server in &zone.servers {
                last = self.said_by(server, &zone.name, question, fresh).await;
                if !matches!(last, Said::Answer(Answer::Failed(_))) {
                    break;
                }
            }
            match last {
                Said::Delegated(below) => zone = below,
                said => return said,
            }
        }
        Said::Answer(Answer::Failed(Failure::Lame))
    }

    /// The nearest zone that resolvers know of, from the name upward. Deeper ones are found by referral.
    async fn zone_of(&self, name: &Name, fresh: bool) -> Result<Zone, Failure> {
        let mut failed = Failure::Unreachable;
        let mut next = Some(name.clone());
        while let Some(name) = next {
            next = name.parent();
            // Nothing at or below a name such as _dmarc is likely to be a zone; if it is, the zone above says so.
            if name.labels().any(|label| label.starts_with('_')) {
                continue;
            }
            let question = Question { name, kind: RecordType::Ns };
            match self.public.first(&question, fresh).await {
                Answer::Records { aliases, records } if aliases.is_empty() => {
                    let servers = records.into_iter().filter_map(|record| match record.data {
                        Data::Ns(server) => Some(server),
                        _ => None,
                    });
                    return Ok(Zone::new(question.name, servers.collect()));
                }
                // The servers may be broken, which those of the zone above then show.
                Answer::Failed(failure) => failed = failure,
                _ => {}
            }
        }
        Err(failed)
    }

    /// What one server says, at the first of its addresses that answers.
    async fn said_by(&self, server: &Name, zone: &Name, question: &Question, fresh: bool) -> Said {
        let addresses = self.addresses(server, fresh).await;
        self.said_at(&addresses, zone, question).await
    }

    /// What a server of `zone` says at the first of these addresses that answers.
    pub(crate) async fn said_at(&self, addresses: &[SocketAddr], zone: &Name, question: &Question) -> Said {
        let mut failed = Failure::Unreachable;
        for at in addresses {
            let said = match self.network.ask(*at, question, false).await {
                Ok(message) => judge(reply::read(&message, question), zone, question),
                Err(failure) => Said::Answer(Answer::Failed(failure)),
            };
            self.questions.answered(None, counted_as(&said));
            match said {
                Said::Answer(Answer::Failed(failure @ (Failure::TimedOut | Failure::Unreachable))) => {
                    failed = failure;
                }
                said => return said,
            }
        }
        Said::Answer(Answer::Failed(failed))
    }

    /// Where a server is asked: the addresses that may be reached, those of IPv4 first.
    pub(crate) async fn addresses(&self, server: &Name, fresh: bool) -> Vec<SocketAddr> {
        let addresses = self.all_addresses(server, fresh).await.into_iter();
        addresses.filter_map(|address| reach::of(address, &self.reach)).take(MOST_ADDRESSES).collect()
    }

    /// The addresses of a host, those of IPv4 first. They may be of any network.
    pub(crate) async fn all_addresses(&self, host: &Name, fresh: bool) -> Vec<IpAddr> {
        let question = |kind| Question { name: host.clone(), kind };
        let (v4, v6) = (question(RecordType::A), question(RecordType::Aaaa));
        let (v4, v6) = join(self.public.first(&v4, fresh), self.public.first(&v6, fresh)).await;
        let records = [v4, v6].into_iter().flat_map(|answer| match answer {
            Answer::Records { records, .. } => records,
            _ => Vec::new(),
        });
        let address = |record: Record| match record.data {
            Data::A(address) => Some(IpAddr::from(address)),
            Data::Aaaa(address) => Some(IpAddr::from(address)),
            _ => None,
        };
        records.filter_map(address).collect()
    }
}

fn counted_as(said: &Said) -> &'static str {
    match said {
        Said::Answer(answer) => reply::outcome(answer),
        Said::Elsewhere(..) | Said::Delegated(_) => "referral",
    }
}

/// Whether a server of `zone` may say that. One that does not answer as responsible is lame.
fn judge(reply: Result<reply::Reply, Failure>, zone: &Name, question: &Question) -> Said {
    let reply = match reply {
        Ok(reply) => reply,
        Err(Failure::Refused) => return Said::Answer(Answer::Failed(Failure::Lame)),
        Err(failure) => return Said::Answer(Answer::Failed(failure)),
    };
    let aliases = reply.aliases;
    if !reply.authoritative {
        return match reply.end {
            End::Referral(below, servers)
                if below != *zone && below.is_within(zone) && question.name.is_within(&below) =>
            {
                Said::Delegated(Zone::new(below, servers))
            }
            _ => Said::Answer(Answer::Failed(Failure::Lame)),
        };
    }
    // Of a name in another zone only records are believed; that it has none is for its own servers to say.
    let is_elsewhere = !aliases.is_empty() && !reply.last.is_within(zone);
    match reply.end {
        End::Records(records) => Said::Answer(Answer::Records { aliases, records }),
        End::NoName if !is_elsewhere => Said::Answer(Answer::NoName { aliases }),
        End::NoData if !is_elsewhere => Said::Answer(Answer::NoData { aliases }),
        _ => Said::Elsewhere(aliases, reply.last),
    }
}

/// The answer at the end of aliases that lead to it.
fn after(mut earlier: Vec<Record>, answer: Answer) -> Answer {
    let mut joined = |aliases: Vec<Record>| {
        let begins_anew = aliases.iter().any(|alias| earlier.iter().any(|other| other.name == alias.name));
        earlier.extend(aliases);
        (!begins_anew && earlier.len() <= MOST_ALIASES).then(|| std::mem::take(&mut earlier))
    };
    let looped = Answer::Failed(Failure::AliasLoop);
    match answer {
        Answer::Records { aliases, records } => {
            joined(aliases).map_or(looped, |aliases| Answer::Records { aliases, records })
        }
        Answer::NoData { aliases } => joined(aliases).map_or(looped, |aliases| Answer::NoData { aliases }),
        Answer::NoName { aliases } => joined(aliases).map_or(looped, |aliases| Answer::NoName { aliases }),
        failed @ Answer::Failed(_) => failed,
    }
}
