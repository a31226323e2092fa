//! The client through real sockets, against the simulator and against servers that no simulator should be.
#![cfg(feature = "sim")]

mod answers;
mod authorities;
mod bytes;
mod failures;
mod health;
mod kept;
mod odd_servers;
mod sandbox;
mod secure;
mod speed;
mod updates;

use std::time::Duration;

use kernel::dns::{Answer, Data, Failure, Name, Question, RecordType, Server};
use kernel::{Clock, Timestamp};
use serde_json::{Value, json};
use simulator::{Fault, FaultKind, State as _};
use tokio::net::TcpListener;

use crate::sim::{self, Setup, Simulator};
use crate::{Asked, Dns, Options, Servers};

/// A simulator and a client that share a clock that stands still.
struct Rig {
    sim: Simulator,
    dns: Dns,
    clock: Clock,
}

impl Rig {
    async fn start() -> Self {
        Self::with(|_| {}).await
    }

    /// One that does not wait long for silent servers. Under load it may ask twice.
    async fn impatient() -> Self {
        Self::with(|options| options.deadline = Duration::from_millis(600)).await
    }

    async fn with(change: impl FnOnce(&mut Options)) -> Self {
        let clock = Clock::manual(Timestamp::from_seconds(1_800_000_000));
        let sim = simulator(clock.clone()).await;
        let mut options = Options {
            resolvers: sim.resolvers(),
            reach: sim.reach(),
            clock: clock.clone(),
            ..Options::default()
        };
        change(&mut options);
        Self { dns: Dns::new(options).unwrap(), sim, clock }
    }

    fn put(&self, kind: &str, id: &str, fields: &Value) {
        self.sim.http.store.write(|world| world.put(kind, id, fields)).unwrap();
    }

    /// Makes a zone of records such as `"acme.test MX 10 mail.acme.test."`.
    fn zone(&self, name: &str, records: &[&str]) {
        self.put("zones", name, &json!({"records": texts(records)}));
    }

    fn fail(&self, route: &str, kind: FaultKind) {
        self.sim.http.dial.set(vec![Fault { route: route.to_owned(), kind, times: None, delay_ms: None }]);
    }

    async fn ask(&self, question: &str, asked: impl Into<Asked>) -> Vec<Answer> {
        let answers = self.dns.ask(&of(question), asked).await;
        answers.0.into_iter().map(|(_, answer)| answer).collect()
    }

    /// What the two resolvers say.
    async fn resolvers(&self, question: &str) -> [Answer; 2] {
        self.ask(question, Servers::Resolvers).await.try_into().unwrap()
    }

    /// What the two name servers say.
    async fn authorities(&self, question: &str) -> [Answer; 2] {
        self.ask(question, Servers::Authorities).await.try_into().unwrap()
    }

    /// How often a server was asked for records of a type, as in `MX /ns1`.
    fn calls(&self, route: &str) -> u64 {
        self.sim.http.calls.list().get(route).copied().unwrap_or(0)
    }
}

async fn simulator(clock: Clock) -> Simulator {
    let listener = TcpListener::bind(("127.0.0.1", 0)).await.unwrap();
    sim::serve(listener, None, Setup { clock, ..Setup::default() }).await.unwrap()
}

fn texts(records: &[&str]) -> Value {
    let text = |record: &&str| {
        let [name, kind, data] = record.splitn(3, ' ').collect::<Vec<_>>().try_into().unwrap();
        json!({"name": name, "type": kind, "data": data})
    };
    records.iter().map(text).collect()
}

fn name(text: &str) -> Name {
    text.parse().unwrap()
}

/// A question such as `acme.test MX`.
fn of(text: &str) -> Question {
    let (name, kind) = text.split_once(' ').unwrap();
    let kind = RecordType::ALL.into_iter().find(|known| known.as_str() == kind).unwrap();
    Question { name: name.parse().unwrap(), kind }
}

/// The data of the records, or the word for what there is instead.
fn told(answer: &Answer) -> String {
    match answer {
        Answer::Records { records, .. } => {
            records.iter().map(|record| data(&record.data)).collect::<Vec<_>>().join(", ")
        }
        Answer::NoData { .. } => "no data".to_owned(),
        Answer::NoName { .. } => "no name".to_owned(),
        Answer::Failed(failure) => failure.code().to_owned(),
    }
}

fn data(data: &Data) -> String {
    match data {
        Data::A(address) => address.to_string(),
        Data::Mx { preference, exchange } => format!("{preference} {exchange}"),
        Data::Txt(strings) => String::from_utf8(strings.join(&b'|')).unwrap(),
        Data::Ns(host) | Data::Cname(host) => host.to_string(),
        other => format!("{other:?}"),
    }
}

/// The names of the aliases that led to an answer.
fn aliases(answer: &Answer) -> Vec<&str> {
    match answer {
        Answer::Records { aliases, .. } | Answer::NoData { aliases } | Answer::NoName { aliases } => {
            aliases.iter().map(|alias| alias.name.as_str()).collect()
        }
        Answer::Failed(_) => Vec::new(),
    }
}

fn failed(failure: Failure) -> Answer {
    Answer::Failed(failure)
}
