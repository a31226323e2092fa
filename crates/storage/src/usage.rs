//! How full every drive is, by one list of the file service for all workspaces. Kept for some seconds in memory; however
//! many ask meanwhile, it is read once. What could not be read is said so, and is never a zero.

use std::collections::BTreeMap;
use std::sync::Arc;

use kernel::{Clock, Timestamp};
use outbound::{CallError, Cause, Kept};
use upstream_ocis::{DriveOwner, Ocis, Usage};

/// Why nobody knows how full the drives are.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Unavailable {
    /// A stable word: `not_configured`, `switched_off`, `unreachable`, `not_admin`, `sign_in_needed` or `failed`.
    pub reason: &'static str,
    /// For those who run the platform.
    pub message: String,
}

impl Unavailable {
    fn off(why: &'static str) -> Self {
        Self { reason: why, message: "the file service isn't used here".to_owned() }
    }
}

impl Unavailable {
    /// The key of the reason for those who use the platform.
    pub fn key(&self) -> String {
        format!("storage-down-{}", self.reason.replace('_', "-"))
    }
}

impl From<CallError> for Unavailable {
    fn from(error: CallError) -> Self {
        let reason = match error.cause {
            Cause::Unauthorized(_) => "sign_in_needed",
            // The list was read by a user who sees only a part of it.
            Cause::Refused(403, _) => "not_admin",
            Cause::Refused(..) | Cause::Malformed(_) => "failed",
            _ => "unreachable",
        };
        Self { reason, message: error.to_string() }
    }
}

/// A list of all drives.
#[derive(Debug, Default)]
pub struct Usages {
    /// When it was read.
    pub at: Option<Timestamp>,
    spaces: BTreeMap<String, Usage>,
    /// By the id of the account.
    personal: BTreeMap<String, Usage>,
}

impl Usages {
    fn of(at: Timestamp, list: Vec<Usage>) -> Self {
        let mut all = Self { at: Some(at), ..Self::default() };
        for usage in list {
            match &usage.owner {
                DriveOwner::Space => all.spaces.insert(usage.drive.clone(), usage),
                DriveOwner::User(user) => all.personal.insert(user.clone(), usage),
            };
        }
        all
    }

    /// A project space, by the id of its drive.
    pub fn space(&self, drive: &str) -> Option<&Usage> {
        self.spaces.get(drive)
    }

    /// The own drive of an account; none before its first sign-in to files.
    pub fn personal(&self, account: &str) -> Option<&Usage> {
        self.personal.get(account)
    }
}

type Answer = Result<Arc<Usages>, Unavailable>;

/// Reads the list. Clones share what is kept.
#[derive(Clone)]
pub struct Reader {
    ocis: Result<Ocis, &'static str>,
    clock: Clock,
    kept: Kept<Arc<Usages>, Unavailable>,
}

impl Reader {
    /// A reader; an upstream that is not used says why.
    pub fn new(ocis: Result<Ocis, &'static str>, clock: Clock) -> Self {
        Self { ocis, kept: Kept::new(clock.clone(), 0), clock }
    }

    /// The list as it is now, or as it was some seconds ago.
    pub async fn read(&self) -> Answer {
        let ocis = self.ocis.clone().map_err(Unavailable::off)?;
        let answer = self.kept.get(read(ocis, self.clock.clone())).await;
        answer.unwrap_or_else(|| {
            Err(Unavailable {
                reason: "failed",
                message: "the list of drives was not read to its end".to_owned(),
            })
        })
    }

    /// The next one reads anew: something was changed.
    pub async fn forget(&self) {
        self.kept.forget().await;
    }
}

async fn read(ocis: Ocis, clock: Clock) -> Answer {
    match ocis.usage().await {
        Ok(list) => Ok(Arc::new(Usages::of(clock.now(), list))),
        Err(error) => {
            tracing::warn!(%error, "how full the drives are could not be read");
            Err(error.into())
        }
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;
    use std::time::Duration;

    use outbound::{Client, Options};
    use simulator::{Fault, FaultKind, Running};
    use upstream_ocis::Credential;
    use upstream_ocis::sim::{self, Setup, World};

    use super::*;

    const FRESH: Duration = Duration::from_secs(5);
    const REST: Duration = Duration::from_secs(2);

    async fn start(clock: &Clock) -> (Running<World>, Reader) {
        let listener = tokio::net::TcpListener::bind(("127.0.0.1", 0)).await.unwrap();
        let setup = Setup {
            issuer: "https://id.example.test/".into(),
            userinfo: None,
            static_tokens: BTreeMap::from([("files".to_owned(), "svc".to_owned())]),
            admin_user: "svc".into(),
            clock: clock.clone(),
        };
        let sim = sim::serve(listener, None, setup).await.unwrap();
        let client = Client::new("oCIS", sim.origin.parse().unwrap(), Options::default()).unwrap();
        let ocis = Ocis::new(client, Credential::Token("files".into()));
        (sim, Reader::new(Ok(ocis), clock.clone()))
    }

    fn lists(sim: &Running<World>) -> u64 {
        let calls = sim.calls.list();
        calls.iter().filter(|(call, _)| call.contains("/graph/v1.0/drives")).map(|(_, times)| times).sum()
    }

    #[tokio::test]
    async fn one_list_serves_all_who_ask_within_seconds_and_who_goes_away_loses_nothing() {
        let clock = Clock::manual(Timestamp::from_seconds(1_800_000_000));
        let (sim, reader) = start(&clock).await;
        let waiting = tokio::time::timeout(Duration::ZERO, reader.read()).await;
        assert!(waiting.is_err(), "it went away at once");
        let all: Vec<_> = (0..20).map(|_| reader.clone()).collect();
        let mut asked = tokio::task::JoinSet::new();
        for reader in all {
            asked.spawn(async move { reader.read().await.is_ok() });
        }
        assert!(asked.join_all().await.into_iter().all(|is_ok| is_ok));
        assert_eq!(lists(&sim), 1);
        clock.advance(FRESH);
        reader.read().await.unwrap();
        assert_eq!(lists(&sim), 2);
        reader.forget().await;
        reader.read().await.unwrap();
        assert_eq!(lists(&sim), 3);
    }

    #[tokio::test]
    async fn a_failure_has_its_reason_and_is_not_repeated_at_once() {
        let clock = Clock::manual(Timestamp::from_seconds(1_800_000_000));
        let (sim, reader) = start(&clock).await;
        sim.dial.set(vec![Fault { route: "*".into(), kind: FaultKind::Refuse, times: None, delay_ms: None }]);
        assert_eq!(reader.read().await.unwrap_err().reason, "unreachable");
        sim.dial.set(Vec::new());
        assert!(reader.read().await.is_err(), "left alone for a moment");
        clock.advance(REST);
        assert!(reader.read().await.is_ok());
        let off = Reader::new(Err("switched_off"), clock);
        assert_eq!(off.read().await.unwrap_err().reason, "switched_off");
    }
}
