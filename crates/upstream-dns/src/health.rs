//! How the public resolvers are: each is asked for the servers of the root, which every resolver knows and which are the
//! same everywhere.

use std::collections::BTreeSet;
use std::fmt;
use std::time::Duration;

use futures_util::future::join_all;
use kernel::dns::{Answer, Data, Failure, Name, Question, RecordType};
use tokio::time::Instant;

use crate::client::Dns;

/// How one resolver is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Health {
    /// Which, as people write it.
    pub resolver: String,
    /// How long the answer took.
    pub latency: Duration,
    /// What is wrong with it.
    pub state: Result<(), Trouble>,
}

/// What is wrong with a resolver.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Trouble {
    /// It says that the root of the DNS is not there.
    NoName,
    /// It says that the root has no servers.
    NoServers,
    /// It gives no usable answer.
    Failed(Failure),
    /// It says something else than the first that answers.
    Differs(String),
}

impl fmt::Display for Trouble {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::NoName => {
                f.write_str("it answers, but not for the internet: it returned NXDOMAIN for the root")
            }
            Self::NoServers => f.write_str("it answers, but not for the internet: it knows no root servers"),
            Self::Failed(Failure::TimedOut) => f.write_str("it isn't answering"),
            Self::Failed(Failure::Unreachable) => f.write_str("it can't be reached"),
            Self::Failed(Failure::ServerFailed) => f.write_str("its own lookups fail (SERVFAIL)"),
            Self::Failed(Failure::Refused) => f.write_str("it doesn't answer us (REFUSED)"),
            Self::Failed(_) => f.write_str("its answers are unusable"),
            Self::Differs(other) => write!(f, "it disagrees with {other} about the root servers"),
        }
    }
}

impl Trouble {
    /// What mends it.
    pub fn advice(&self) -> &'static str {
        match self {
            Self::Failed(Failure::TimedOut | Failure::Unreachable) => {
                "Check DNS_RESOLVERS, and that this machine can reach it: port 53 over UDP and TCP, 853 for tls://, 443 for https://."
            }
            Self::Failed(Failure::ServerFailed) => {
                "If it's your own resolver, check its log. Otherwise use another in DNS_RESOLVERS."
            }
            Self::Failed(Failure::Refused) => {
                "It isn't a public resolver. Allow this machine there, or use another in DNS_RESOLVERS."
            }
            Self::NoName | Self::NoServers | Self::Failed(_) => {
                "Use a public resolver in DNS_RESOLVERS, such as 1.1.1.1."
            }
            Self::Differs(_) => {
                "One of them is misled, perhaps by a network in between. Compare both with a third."
            }
        }
    }
}

/// The names of servers.
type Servers = BTreeSet<Name>;

impl Dns {
    /// How each resolver is, in the order of the options. Nothing that was kept counts.
    pub async fn health(&self) -> Vec<Health> {
        let question = Question { name: Name::root(), kind: RecordType::Ns };
        let question = &question;
        let asked = self.public().names().enumerate().map(|(index, name)| async move {
            let began = Instant::now();
            let answer = self.public().ask(index, question, true).await;
            (name.to_owned(), began.elapsed(), servers(answer))
        });
        judged(join_all(asked).await)
    }
}

fn servers(answer: Answer) -> Result<Servers, Trouble> {
    match answer {
        Answer::Records { records, .. } => {
            let name = |data| if let Data::Ns(name) = data { Some(name) } else { None };
            Ok(records.into_iter().filter_map(|record| name(record.data)).collect())
        }
        Answer::NoData { .. } => Err(Trouble::NoServers),
        Answer::NoName { .. } => Err(Trouble::NoName),
        Answer::Failed(failure) => Err(Trouble::Failed(failure)),
    }
}

fn judged(all: Vec<(String, Duration, Result<Servers, Trouble>)>) -> Vec<Health> {
    let first = all.iter().find_map(|(name, _, answer)| Some((name.clone(), answer.clone().ok()?)));
    let judge = |(resolver, latency, answer): (String, Duration, Result<Servers, Trouble>)| {
        let state = match (&first, answer) {
            (_, Err(trouble)) => Err(trouble),
            (Some((other, wanted)), Ok(found)) if *wanted != found => Err(Trouble::Differs(other.clone())),
            (_, Ok(_)) => Ok(()),
        };
        Health { resolver, latency, state }
    };
    all.into_iter().map(judge).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn there_is_none_and_nobody_knows_are_not_the_same() {
        let none = || Vec::new();
        assert_eq!(servers(Answer::NoName { aliases: none() }), Err(Trouble::NoName));
        assert_eq!(servers(Answer::NoData { aliases: none() }), Err(Trouble::NoServers));
        let failed = servers(Answer::Failed(Failure::ServerFailed)).unwrap_err();
        assert!(failed.to_string().contains("SERVFAIL") && Trouble::NoName.to_string().contains("NXDOMAIN"));
        assert_ne!(failed.advice(), Trouble::NoName.advice());
    }
}
