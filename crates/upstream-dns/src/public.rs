//! The public resolvers: what each says, kept for as long as it allows.

use std::sync::Arc;
use std::time::Duration;

use hickory_proto::op::Message;
use kernel::Clock;
use kernel::dns::{Answer, Failure, Question, Record};
use telemetry::Questions;

use crate::cache::{Cache, Flights};
use crate::client::{BadOptions, Options};
use crate::network::Network;
use crate::reply::{self, End, Reply};
use crate::resolver::{Over, Resolver};
use crate::secure::{self, Secure};

/// For how long it is believed which servers are responsible for a zone, and where they are.
const SERVERS_LAST: Duration = Duration::from_mins(5);

/// A resolver and the way to it.
struct Way {
    resolver: Resolver,
    secure: Option<Secure>,
}

/// The resolvers, in the order of the options.
pub(crate) struct Public {
    ways: Vec<Way>,
    network: Arc<Network>,
    kept: Cache<(usize, Question), Answer>,
    flights: Flights<(usize, Question, bool), Answer>,
    clock: Clock,
    questions: Questions,
}

impl Public {
    pub(crate) fn new(options: &Options, network: Arc<Network>) -> Result<Self, BadOptions> {
        if options.resolvers.is_empty() {
            return Err(BadOptions::NoResolver);
        }
        let ways = options.resolvers.iter().map(|resolver| way(resolver, options));
        Ok(Self {
            ways: ways.collect::<Result<_, _>>()?,
            network,
            kept: Cache::new(options.cache_entries),
            flights: Flights::default(),
            clock: options.clock.clone(),
            questions: options.questions.clone(),
        })
    }

    pub(crate) fn names(&self) -> impl Iterator<Item = &str> {
        self.ways.iter().map(|way| way.resolver.as_str())
    }

    /// What one resolver says; of what it said before, unless this must be fresh.
    pub(crate) async fn ask(&self, index: usize, question: &Question, fresh: bool) -> Answer {
        let longest = if fresh { Duration::ZERO } else { Duration::MAX };
        self.ask_within(index, question, longest).await
    }

    /// What the first resolver says that has an answer, for finding servers: no older than a few minutes.
    pub(crate) async fn first(&self, question: &Question, fresh: bool) -> Answer {
        let longest = if fresh { Duration::ZERO } else { SERVERS_LAST };
        let mut failed = Answer::Failed(Failure::Unreachable);
        for index in 0..self.ways.len() {
            match self.ask_within(index, question, longest).await {
                Answer::Failed(failure) => failed = Answer::Failed(failure),
                answer => return answer,
            }
        }
        failed
    }

    async fn ask_within(&self, index: usize, question: &Question, longest: Duration) -> Answer {
        let key = (index, question.clone());
        let is_fresh = longest.is_zero();
        if !is_fresh
            && let Some((answer, age)) = self.kept.get(&key, self.clock.now())
            && age <= longest
        {
            return aged(answer, age);
        }
        let flight = (index, question.clone(), is_fresh);
        // On the heap, as all that is needed only now and then: what waits holds a place for it all the time.
        Box::pin(self.flights.join(flight, self.ask_and_keep(key))).await
    }

    async fn ask_and_keep(&self, key: (usize, Question)) -> Answer {
        let (index, question) = &key;
        let Some(way) = self.ways.get(*index) else {
            return Answer::Failed(Failure::Unreachable);
        };
        let reply = self.send(way, question).await.and_then(|message| reply::read(&message, question));
        let (answer, keep) = match reply {
            Err(failure) => (Answer::Failed(failure), None),
            Ok(reply) => {
                let seconds = reply.keep;
                let answer = answer(reply);
                let keep = (!matches!(answer, Answer::Failed(_))).then_some(seconds);
                (answer, keep)
            }
        };
        self.questions.answered(Some(way.resolver.as_str()), reply::outcome(&answer));
        if let Some(seconds) = keep {
            self.kept.put(key, answer.clone(), seconds, self.clock.now());
        }
        answer
    }

    async fn send(&self, way: &Way, question: &Question) -> Result<Message, Failure> {
        match (&way.secure, &way.resolver.over) {
            (Some(secure), _) => Box::pin(secure.ask(question, self.network.slot().await?)).await,
            (None, Over::Tcp) => self.network.ask_tcp(way.resolver.at, question).await,
            (None, _) => self.network.ask(way.resolver.at, question, true).await,
        }
    }
}

fn way(resolver: &Resolver, options: &Options) -> Result<Way, BadOptions> {
    let secure = match resolver.over {
        Over::Udp | Over::Tcp => None,
        Over::Tls { .. } | Over::Https { .. } => {
            let tls = secure::trust(options.extra_roots.as_deref())
                .map_err(|error| BadOptions::Roots(error.to_string()))?;
            Some(Secure::new(resolver.at, resolver.over.clone(), tls, options.deadline))
        }
    };
    Ok(Way { resolver: resolver.clone(), secure })
}

/// A resolver follows aliases itself, so what it leaves open is not there. One that refers to others does not resolve.
fn answer(reply: Reply) -> Answer {
    let aliases = reply.aliases;
    match reply.end {
        End::Records(records) => Answer::Records { aliases, records },
        End::NoName => Answer::NoName { aliases },
        End::NoData | End::Open => Answer::NoData { aliases },
        End::Referral(..) => Answer::Failed(Failure::Refused),
    }
}

/// An answer after some time: its records may be kept for less.
fn aged(mut answer: Answer, age: Duration) -> Answer {
    let seconds = u32::try_from(age.as_secs()).unwrap_or(u32::MAX);
    let age = |records: &mut Vec<Record>| {
        for record in records {
            record.ttl = record.ttl.saturating_sub(seconds);
        }
    };
    match &mut answer {
        Answer::Records { aliases, records } => {
            age(aliases);
            age(records);
        }
        Answer::NoData { aliases } | Answer::NoName { aliases } => age(aliases),
        Answer::Failed(_) => {}
    }
    answer
}
