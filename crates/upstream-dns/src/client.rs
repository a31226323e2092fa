//! The client: who is asked, all at the same time, and never failing as a whole.

use std::collections::BTreeMap;
use std::fmt;
use std::net::{IpAddr, Ipv4Addr, SocketAddr};
use std::sync::Arc;
use std::time::Duration;

use futures_util::future::{join, join_all};
use kernel::Clock;
use kernel::dns::{Answer, Answers, Change, Name, Question, Server};
use telemetry::Questions;

use crate::authority::Authorities;
use crate::network::Network;
use crate::primary::{NoPrimary, Primary};
use crate::public::Public;
use crate::resolver::Resolver;
use crate::tsig::Key;
use crate::update::{self, UpdateError};

/// How the client behaves.
#[derive(Debug, Clone)]
pub struct Options {
    /// The public resolvers. The first that has an answer also says which servers are responsible for a zone.
    pub resolvers: Vec<Resolver>,
    /// The longest a query may take once it is its turn. Over UDP it is sent again after a third of it.
    pub deadline: Duration,
    /// How many queries are in flight at a time; the rest wait. Each of them holds a socket.
    pub at_a_time: usize,
    /// The most answers of resolvers that are kept.
    pub cache_entries: usize,
    /// Where an address of a name server is really reached, for the sandbox. Others are reached at port 53, and only
    /// if they are of the public internet.
    pub reach: BTreeMap<IpAddr, SocketAddr>,
    /// PEM certificates trusted beside the system's roots (`EXTRA_CA_CERTS`).
    pub extra_roots: Option<Vec<u8>>,
    /// The time, for what is kept and for signatures.
    pub clock: Clock,
    /// Where questions are counted.
    pub questions: Questions,
}

impl Default for Options {
    fn default() -> Self {
        let public = |ip: [u8; 4]| Resolver::udp((Ipv4Addr::from(ip), 53).into());
        Self {
            resolvers: vec![public([1, 1, 1, 1]), public([8, 8, 8, 8])],
            deadline: Duration::from_secs(3),
            at_a_time: 256,
            cache_entries: 20_000,
            reach: BTreeMap::new(),
            extra_roots: None,
            clock: Clock::System,
            questions: Questions::default(),
        }
    }
}

/// The client can't be made from these options.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum BadOptions {
    /// Nobody to ask.
    #[error("no resolver is set; use at least one, such as 1.1.1.1")]
    NoResolver,
    /// The certificates of resolvers over TLS could not be checked.
    #[error("the certificates to trust can't be read: {0}")]
    Roots(String),
}

/// Which servers are asked.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Servers {
    /// The public resolvers: what the world sees.
    Resolvers,
    /// The servers that are responsible for the name: what the world will see.
    Authorities,
    /// All of them.
    Both,
}

/// Who is asked, and whether what is known already will do.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Asked {
    /// Which servers are asked.
    pub servers: Servers,
    /// Asks anew, whatever was answered a moment ago ("check now"). Resolvers still have caches of their own.
    pub fresh: bool,
}

impl From<Servers> for Asked {
    fn from(servers: Servers) -> Self {
        Self { servers, fresh: false }
    }
}

impl Asked {
    /// Asks anew.
    pub fn fresh(self) -> Self {
        Self { fresh: true, ..self }
    }
}

/// Asks the DNS. Clones share what is kept, the connections and the limit on queries in flight.
#[derive(Clone)]
pub struct Dns {
    public: Arc<Public>,
    authorities: Arc<Authorities>,
    clock: Clock,
}

impl fmt::Debug for Dns {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_list().entries(self.public.names()).finish()
    }
}

impl Dns {
    /// A client with these options. Connects to nothing yet.
    pub fn new(options: Options) -> Result<Self, BadOptions> {
        let network = Arc::new(Network::new(options.at_a_time, options.deadline));
        let public = Arc::new(Public::new(&options, network.clone())?);
        let questions = options.questions.clone();
        let authorities = Arc::new(Authorities::new(network, public.clone(), options.reach, questions));
        Ok(Self { public, authorities, clock: options.clock })
    }

    pub(crate) fn public(&self) -> &Public {
        &self.public
    }

    /// Asks each server by itself, all at the same time. The resolvers come first, in the order of the options, then
    /// the servers responsible for the name, by their names. Where those can't be found there is one failure in
    /// their place, under the name that was asked for.
    pub async fn ask(&self, question: &Question, asked: impl Into<Asked>) -> Answers {
        let asked = asked.into();
        let resolvers = async {
            if asked.servers == Servers::Authorities {
                return Vec::new();
            }
            let each = self.public.names().enumerate().map(|(index, name)| async move {
                let answer = self.public.ask(index, question, asked.fresh).await;
                (Server::Resolver(name.to_owned()), answer)
            });
            join_all(each).await
        };
        let authorities = async {
            if asked.servers == Servers::Resolvers {
                return Vec::new();
            }
            Box::pin(self.authorities.ask(question, asked.fresh)).await
        };
        let (mut answers, of_authorities): (Vec<(Server, Answer)>, _) = join(resolvers, authorities).await;
        answers.extend(of_authorities);
        Answers(answers)
    }

    /// Where the zone of a name is changed: at the server that its SOA names, or at `server`, an address or a name.
    pub async fn primary(&self, name: &Name, server: Option<&str>) -> Result<Primary, NoPrimary> {
        Box::pin(self.authorities.primary(name, server)).await
    }

    /// What the server has at which a zone is changed. Where an alias leads out of the zone, only the alias.
    pub async fn ask_primary(&self, primary: &Primary, question: &Question) -> Answer {
        self.authorities.ask_at(primary, question).await
    }

    /// Changes a zone, all of it or nothing (RFC 2136).
    pub async fn update(&self, primary: &Primary, key: &Key, changes: &[Change]) -> Result<(), UpdateError> {
        update::send(self.authorities.network(), primary, key, changes, self.clock.now()).await
    }
}
