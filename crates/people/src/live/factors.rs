//! Who has a second factor, by the identity provider's lists of all devices (authentik, section 4): a handful of calls
//! for everybody, not one for each person. Those lists know accounts by number, so the numbers are looked up by UUID,
//! many at once by the tenant's group, and kept for longer: an account never changes its number.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use futures_util::{StreamExt as _, stream};
use kernel::{Clock, Timestamp};
use outbound::Kept;
use tokio_util::task::TaskTracker;
use upstream_authentik::Authentik;

use super::{Known, WORTH, Why};

/// How long the number of an account is believed; one without an account is asked for again soon.
const BELIEVED: Duration = Duration::from_mins(10);
const MISSED: Duration = Duration::from_secs(10);
/// With more than that many to look up, the group is listed first.
const FEW: usize = 3;
/// Looked up one by one in one turn, and of those, side by side.
const MOST: usize = 100;
const AT_A_TIME: usize = 8;

type Numbers = BTreeMap<String, (Timestamp, Option<i64>)>;

/// Reads it. Clones share what is kept.
#[derive(Clone)]
pub struct Factors {
    authentik: Result<Authentik, Why>,
    clock: Clock,
    owners: Kept<Arc<BTreeSet<i64>>, Why>,
    numbers: Arc<Mutex<Numbers>>,
    /// Held by whoever looks numbers up: who waits for it finds them.
    looking: Arc<tokio::sync::Mutex<()>>,
    reads: TaskTracker,
}

impl Factors {
    pub fn new(authentik: Result<Authentik, &'static str>, clock: Clock) -> Self {
        Self {
            authentik: authentik.map_err(Why::off),
            owners: Kept::new(clock.clone(), WORTH),
            clock,
            numbers: Arc::default(),
            looking: Arc::default(),
            reads: TaskTracker::new(),
        }
    }

    /// Why the identity provider is not asked.
    pub fn off(&self) -> Why {
        self.authentik.as_ref().err().copied().unwrap_or(Why::NotConfigured)
    }

    /// Whether the accounts with these UUIDs have a second factor; `group` is one that most of them are in.
    pub async fn of(
        &self,
        group: Option<String>,
        accounts: BTreeSet<String>,
    ) -> Known<BTreeMap<String, Known<bool>>> {
        let authentik = self.authentik.clone()?;
        let this = self.clone();
        // A task of its own: what comes too late for this caller is there for the next.
        let reading = async move { this.read(authentik, group, accounts).await };
        let reading = self.reads.spawn(telemetry::carried(reading));
        reading.await.unwrap_or(Err(Why::Failed))
    }

    async fn read(
        self,
        authentik: Authentik,
        group: Option<String>,
        accounts: BTreeSet<String>,
    ) -> Known<BTreeMap<String, Known<bool>>> {
        let (owners, looked) = tokio::join!(
            self.owners.get(owners(authentik.clone())),
            self.look_up(&authentik, group.as_deref(), &accounts),
        );
        let owners = owners.unwrap_or(Err(Why::Failed))?;
        looked?;
        let numbers = self.numbers.lock().unwrap_or_else(PoisonError::into_inner);
        let of = |account: String| {
            let known = match numbers.get(&account) {
                Some((_, Some(number))) => Ok(owners.contains(number)),
                Some((_, None)) => Err(Why::NoAccount),
                None => Err(Why::Slow),
            };
            (account, known)
        };
        Ok(accounts.into_iter().map(of).collect())
    }

    async fn look_up(
        &self,
        authentik: &Authentik,
        group: Option<&str>,
        accounts: &BTreeSet<String>,
    ) -> Known<()> {
        if self.unknown(accounts).is_empty() {
            return Ok(());
        }
        let _turn = self.looking.lock().await;
        let mut wanted = self.unknown(accounts);
        if let Some(group) = group.filter(|_| wanted.len() > FEW) {
            let people = authentik.users_of_group(group).await.map_err(said)?;
            self.note(people.into_iter().flatten().map(|user| (user.uuid.to_lowercase(), Some(user.id))));
            wanted = self.unknown(accounts);
        }
        let asked = wanted.into_iter().take(MOST).map(|account| async move {
            let found = authentik.user_of_uuid(&account).await;
            found.map(|user| (account, user.map(|user| user.id)))
        });
        let mut answers = stream::iter(asked).buffer_unordered(AT_A_TIME);
        while let Some(answer) = answers.next().await {
            self.note([answer.map_err(said)?]);
        }
        Ok(())
    }

    fn unknown(&self, accounts: &BTreeSet<String>) -> Vec<String> {
        let now = self.clock.now();
        let mut numbers = self.numbers.lock().unwrap_or_else(PoisonError::into_inner);
        numbers.retain(|_, (at, number)| now.since(*at) < if number.is_some() { BELIEVED } else { MISSED });
        accounts.iter().filter(|account| !numbers.contains_key(*account)).cloned().collect()
    }

    fn note(&self, found: impl IntoIterator<Item = (String, Option<i64>)>) {
        let now = self.clock.now();
        let mut numbers = self.numbers.lock().unwrap_or_else(PoisonError::into_inner);
        numbers.extend(found.into_iter().map(|(account, number)| (account, (now, number))));
    }
}

async fn owners(authentik: Authentik) -> Known<Arc<BTreeSet<i64>>> {
    authentik.users_with_second_factor().await.map(Arc::new).map_err(said)
}

fn said(error: outbound::CallError) -> Why {
    tracing::warn!(%error, "who has a second factor could not be read");
    error.into()
}
