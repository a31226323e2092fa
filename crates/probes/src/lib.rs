//! Liveness of everything that Dezky depends on: real calls with the real credential, their latency, and a day of
//! history. Nothing is assumed: an upstream that was never asked is unknown.

#![warn(missing_docs)]

use std::collections::BTreeMap;
use std::sync::{Arc, OnceLock};
use std::time::Duration;

use async_trait::async_trait;
use db::{Db, Error};
use futures_util::future::join_all;
use jobs::{Run, Schedule};
use kernel::{Clock, Timestamp};
use sea_orm::sea_query::{Expr, ExprTrait as _};
use sea_orm::{
    ActiveModelTrait, ColumnTrait, EntityTrait, FromQueryResult, QueryFilter, QueryOrder, QuerySelect,
    Select, Set,
};
use tokio::sync::Mutex;

mod tables {
    use sea_orm::entity::prelude::*;

    #[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
    #[sea_orm(table_name = "probes")]
    pub struct Model {
        #[sea_orm(primary_key, auto_increment = false)]
        pub upstream: String,
        #[sea_orm(primary_key, auto_increment = false)]
        pub at: i64,
        pub up: bool,
        pub latency_micros: i64,
        pub error: Option<String>,
        pub refused: bool,
    }

    #[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
    pub enum Relation {}

    impl ActiveModelBehavior for ActiveModel {}
}

/// One call that only succeeds when the upstream can do its work.
#[async_trait]
pub trait Check: Send + Sync {
    /// Asks it.
    async fn check(&self) -> Result<(), Failed>;
}

/// What came of a call that failed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Failed {
    /// In a sentence for people.
    pub said: String,
    /// It answered, and refused: waiting mends nothing.
    pub is_refusal: bool,
}

impl Failed {
    /// It answered otherwise than it should.
    pub fn refusal(said: impl Into<String>) -> Self {
        Self { said: said.into(), is_refusal: true }
    }
}

impl From<String> for Failed {
    fn from(said: String) -> Self {
        Self { said, is_refusal: false }
    }
}

/// What is probed.
#[derive(Clone)]
pub struct Probe {
    /// Its name, such as `authentik`.
    pub upstream: &'static str,
    /// The call, or why it is not used.
    pub check: Result<Arc<dyn Check>, &'static str>,
    /// It is asked no more often than this: some that are not ours take frequent calls amiss.
    pub min_interval: Duration,
}

/// How an upstream is.
#[derive(Debug, Clone, PartialEq)]
pub enum State {
    /// It answered.
    Up,
    /// It did not, or refused; since when, and what it said last.
    Down(Timestamp, String),
    /// It is not used, and why.
    Off(&'static str),
    /// It was not asked yet.
    Unknown,
}

/// How an upstream is and was.
#[derive(Debug, Clone, PartialEq)]
pub struct Liveness {
    /// Its name.
    pub upstream: &'static str,
    /// How it is.
    pub state: State,
    /// It answered last, and refused.
    pub refuses: bool,
    /// How long the last answer took.
    pub latency: Option<Duration>,
    /// What 95 of 100 answers of the last hour stayed within; none of fewer than twenty.
    pub p95: Option<Duration>,
    /// When it was asked last.
    pub asked_at: Option<Timestamp>,
    /// The last error, also when it is up again.
    pub last_error: Option<(Timestamp, String)>,
    /// Milliseconds in each of the last 48 half hours, oldest first; none where it was not asked or did not answer.
    pub history: Vec<Option<f64>>,
}

/// How long an answer may take.
const PATIENCE: Duration = Duration::from_secs(5);
/// How much history is kept.
const DAY: Duration = Duration::from_hours(24);
const BUCKETS: usize = 48;
/// One bucket of history.
const SLOT: Duration = Duration::from_mins(30);
/// How far back the latency of most answers is taken from, and how many it takes to speak of most.
const RECENT: Duration = Duration::from_hours(1);
const ENOUGH: usize = 20;
/// Pages that look more often than this share one answer.
const FRESH: Duration = Duration::from_secs(2);

/// The last answer, and when it was made.
type Known = Option<(Timestamp, Arc<[Liveness]>)>;

/// All probes. Clones share them.
#[derive(Clone)]
pub struct Probes {
    db: Db,
    clock: Clock,
    all: Arc<OnceLock<Vec<Probe>>>,
    known: Arc<Mutex<Known>>,
}

impl std::fmt::Debug for Probes {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_list().entries(self.all().iter().map(|probe| probe.upstream)).finish()
    }
}

impl Probes {
    /// No probes yet; their answers are kept in `db`.
    pub fn new(db: Db, clock: Clock) -> Self {
        Self { db, clock, all: Arc::default(), known: Arc::default() }
    }

    /// Says what is probed. Only the first call counts.
    pub fn register(&self, probes: Vec<Probe>) {
        self.all.get_or_init(|| probes);
    }

    fn all(&self) -> &[Probe] {
        self.all.get().map(Vec::as_slice).unwrap_or_default()
    }

    /// The schedule that asks everything.
    pub fn schedule(&self, every: Duration) -> Schedule {
        Schedule { name: "probes", every, work: Arc::new(self.clone()) }
    }

    /// Asks everything once, side by side.
    pub async fn ask(&self) -> Result<(), Error> {
        let now = self.clock.now();
        let mut checks = Vec::new();
        for probe in self.all() {
            if let Ok(check) = &probe.check
                && self.is_due(probe, now).await?
            {
                checks.push((probe.upstream, check));
            }
        }
        let checks = checks.into_iter();
        let answers = join_all(checks.map(|(upstream, check)| async move {
            let started = tokio::time::Instant::now();
            let answer = tokio::time::timeout(PATIENCE, check.check()).await;
            let error = answer.unwrap_or_else(|_| Err("no answer within 5 s".to_owned().into())).err();
            (upstream, started.elapsed(), error)
        }));
        let now = self.clock.now();
        for (upstream, latency, error) in answers.await {
            let row = tables::ActiveModel {
                upstream: Set(upstream.to_owned()),
                at: Set(now.micros()),
                up: Set(error.is_none()),
                refused: Set(error.as_ref().is_some_and(|failed| failed.is_refusal)),
                latency_micros: Set(i64::try_from(latency.as_micros()).unwrap_or(i64::MAX)),
                error: Set(error.map(|failed| failed.said)),
            };
            row.insert(self.db.read()).await?;
        }
        let old = tables::Entity::delete_many().filter(tables::Column::At.lt(now.before(DAY).micros()));
        old.exec(self.db.read()).await?;
        Ok(())
    }

    async fn is_due(&self, probe: &Probe, now: Timestamp) -> Result<bool, Error> {
        if probe.min_interval.is_zero() {
            return Ok(true);
        }
        let since = now.before(probe.min_interval).micros();
        let recent = tables::Entity::find()
            .filter(tables::Column::Upstream.eq(probe.upstream))
            .filter(tables::Column::At.gt(since));
        Ok(recent.one(self.db.read()).await?.is_none())
    }

    /// How everything is, as of the last second or two.
    pub async fn liveness(&self) -> Result<Arc<[Liveness]>, Error> {
        let now = self.clock.now();
        let mut known = self.known.lock().await;
        if let Some((_, all)) = known.as_ref().filter(|(at, _)| now.since(*at) < FRESH) {
            return Ok(all.clone());
        }
        let histories = self.histories(now).await?;
        let mut recent = self.recent(now).await?;
        let mut all = Vec::new();
        for probe in self.all() {
            let history = histories.get(probe.upstream).cloned().unwrap_or_else(|| vec![None; BUCKETS]);
            let p95 = recent.remove(probe.upstream).and_then(p95);
            all.push(Liveness { p95, ..self.of_one(probe, history).await? });
        }
        let all: Arc<[Liveness]> = all.into();
        *known = Some((now, all.clone()));
        Ok(all)
    }

    async fn of_one(&self, probe: &Probe, history: Vec<Option<f64>>) -> Result<Liveness, Error> {
        let own = || tables::Entity::find().filter(tables::Column::Upstream.eq(probe.upstream));
        let newest = |select: Select<tables::Entity>| select.order_by_desc(tables::Column::At);
        let last = newest(own()).one(self.db.read()).await?;
        let failed = newest(own().filter(tables::Column::Up.eq(false))).one(self.db.read()).await?;
        let failed = failed.map(|row| (Timestamp::from_micros(row.at), row.error.unwrap_or_default()));
        let state = match (&probe.check, &last) {
            (Err(why), _) => State::Off(why),
            (Ok(_), None) => State::Unknown,
            (Ok(_), Some(row)) if row.up => State::Up,
            (Ok(_), Some(row)) => {
                let answered = newest(own().filter(tables::Column::Up.eq(true))).one(self.db.read()).await?;
                let since = tables::Column::At.gt(answered.map_or(0, |row| row.at));
                let first = own().filter(since).order_by_asc(tables::Column::At).one(self.db.read()).await?;
                let since = Timestamp::from_micros(first.map_or(row.at, |row| row.at));
                State::Down(since, row.error.clone().unwrap_or_default())
            }
        };
        let micros = |row: &tables::Model| u64::try_from(row.latency_micros).unwrap_or(0);
        Ok(Liveness {
            upstream: probe.upstream,
            state,
            refuses: probe.check.is_ok() && last.as_ref().is_some_and(|row| row.refused),
            latency: last.as_ref().filter(|row| row.up).map(|row| Duration::from_micros(micros(row))),
            p95: None,
            asked_at: last.map(|row| Timestamp::from_micros(row.at)),
            last_error: failed,
            history,
        })
    }

    /// The latencies of the answers of the last hour, by upstream.
    async fn recent(&self, now: Timestamp) -> Result<BTreeMap<String, Vec<i64>>, Error> {
        let rows: Vec<(String, i64)> = tables::Entity::find()
            .select_only()
            .column(tables::Column::Upstream)
            .column(tables::Column::LatencyMicros)
            .filter(tables::Column::Upstream.is_in(self.all().iter().map(|probe| probe.upstream)))
            .filter(tables::Column::Up.eq(true))
            .filter(tables::Column::At.gte(now.before(RECENT).micros()))
            .into_tuple()
            .all(self.db.read())
            .await?;
        let mut recent: BTreeMap<String, Vec<i64>> = BTreeMap::new();
        for (upstream, micros) in rows {
            recent.entry(upstream).or_default().push(micros);
        }
        Ok(recent)
    }

    /// The mean latency of the answers in each half hour of the last day, by upstream.
    async fn histories(&self, now: Timestamp) -> Result<BTreeMap<String, Vec<Option<f64>>>, Error> {
        let width = i64::try_from(SLOT.as_micros()).unwrap_or(i64::MAX);
        // A literal: PostgreSQL takes the same parameter in two places for two expressions.
        let slot = || Expr::cust(format!("\"at\" / {width}"));
        let rows = tables::Entity::find()
            .select_only()
            .column(tables::Column::Upstream)
            .column_as(slot(), "slot")
            .column_as(tables::Column::LatencyMicros.sum().cast_as("BIGINT"), "micros")
            .column_as(tables::Column::At.count(), "answers")
            .filter(tables::Column::Up.eq(true))
            .filter(tables::Column::At.gte(now.before(DAY).micros()))
            .group_by(tables::Column::Upstream)
            .group_by(slot())
            .into_model::<Mean>()
            .all(self.db.read())
            .await?;
        let mut histories: BTreeMap<String, Vec<Option<f64>>> = BTreeMap::new();
        for row in rows {
            let history = histories.entry(row.upstream).or_insert_with(|| vec![None; BUCKETS]);
            let back = usize::try_from(now.micros() / width - row.slot).unwrap_or(usize::MAX);
            if let Some(index) = BUCKETS.checked_sub(back.saturating_add(1)) {
                let mean = row.micros / Ord::max(row.answers, 1);
                history[index] =
                    Some(Duration::from_micros(u64::try_from(mean).unwrap_or(0)).as_secs_f64() * 1000.0);
            }
        }
        Ok(histories)
    }
}

/// By the nearest rank: the least that 95 of 100 are not above.
fn p95(mut micros: Vec<i64>) -> Option<Duration> {
    if micros.len() < ENOUGH {
        return None;
    }
    micros.sort_unstable();
    let rank = (micros.len() * 95).div_ceil(100);
    let at = micros.get(rank.saturating_sub(1)).copied()?;
    u64::try_from(at).ok().map(Duration::from_micros)
}

#[derive(FromQueryResult)]
struct Mean {
    upstream: String,
    slot: i64,
    micros: i64,
    answers: i64,
}

#[async_trait]
impl Run for Probes {
    async fn run(&self) -> Result<(), String> {
        self.ask().await.map_err(|error| error.to_string())
    }
}

#[cfg(test)]
mod tests {
    use std::sync::atomic::{AtomicBool, Ordering};

    use super::*;

    struct Switch(AtomicBool);

    #[async_trait]
    impl Check for Switch {
        async fn check(&self) -> Result<(), Failed> {
            if self.0.load(Ordering::SeqCst) { Ok(()) } else { Err("it can't be reached".to_owned().into()) }
        }
    }

    struct Refusing;

    #[async_trait]
    impl Check for Refusing {
        async fn check(&self) -> Result<(), Failed> {
            Err(Failed::refusal("the secret isn't right"))
        }
    }

    #[tokio::test]
    async fn what_answers_and_refuses_is_told_from_what_is_silent() {
        let test = migrations::test_database().await;
        let probes = Probes::new(test.db.clone(), Clock::manual(Timestamp::from_seconds(1_800_000_000)));
        let silent = Arc::new(Switch(AtomicBool::new(false)));
        probes.register(vec![
            Probe { upstream: "sign_in", check: Ok(Arc::new(Refusing)), min_interval: Duration::ZERO },
            Probe { upstream: "ocis", check: Ok(silent), min_interval: Duration::ZERO },
        ]);
        probes.ask().await.unwrap();
        let now = probes.liveness().await.unwrap();
        assert!(now.iter().all(|one| matches!(one.state, State::Down(..))), "{now:?}");
        assert_eq!(now.iter().map(|one| one.refuses).collect::<Vec<_>>(), [true, false]);
    }

    #[tokio::test]
    async fn an_upstream_is_unknown_until_asked_then_up_or_down_since_its_first_failure() {
        let test = migrations::test_database().await;
        let clock = Clock::manual(Timestamp::from_seconds(1_800_000_000));
        let switch = Arc::new(Switch(AtomicBool::new(true)));
        let probes = Probes::new(test.db.clone(), clock.clone());
        probes.register(vec![
            Probe { upstream: "authentik", check: Ok(switch.clone()), min_interval: Duration::ZERO },
            Probe { upstream: "ocis", check: Err("not_configured"), min_interval: Duration::ZERO },
        ]);
        assert_eq!(probes.liveness().await.unwrap()[0].state, State::Unknown);
        clock.advance(FRESH);
        probes.ask().await.unwrap();
        assert_eq!(probes.liveness().await.unwrap()[0].state, State::Up);
        switch.0.store(false, Ordering::SeqCst);
        clock.advance(Duration::from_secs(10));
        let since = clock.now();
        for _ in 0..2 {
            probes.ask().await.unwrap();
            clock.advance(Duration::from_secs(10));
        }
        let now = probes.liveness().await.unwrap();
        assert_eq!(now[0].state, State::Down(since, "it can't be reached".to_owned()));
        assert_eq!(now[1].state, State::Off("not_configured"));
        assert_eq!(now[0].history.iter().flatten().count(), 1, "one half hour has an answer");
    }

    #[test]
    fn most_answers_are_told_from_twenty_on() {
        let micros = |n: i64| (1..=n).rev().collect::<Vec<_>>();
        assert_eq!(p95(micros(19)), None);
        assert_eq!(p95(micros(20)), Some(Duration::from_micros(19)));
        assert_eq!(p95(micros(100)), Some(Duration::from_micros(95)));
        assert_eq!(p95(micros(101)), Some(Duration::from_micros(96)));
    }

    #[tokio::test]
    async fn the_latency_of_most_is_of_the_last_hour() {
        let test = migrations::test_database().await;
        let clock = Clock::manual(Timestamp::from_seconds(1_800_000_000));
        let check = Arc::new(Switch(AtomicBool::new(true)));
        let probes = Probes::new(test.db.clone(), clock.clone());
        probes.register(vec![Probe { upstream: "ocis", check: Ok(check), min_interval: Duration::ZERO }]);
        for _ in 0..ENOUGH {
            probes.ask().await.unwrap();
            clock.advance(Duration::from_secs(10));
        }
        assert!(probes.liveness().await.unwrap()[0].p95.is_some());
        clock.advance(RECENT);
        assert_eq!(probes.liveness().await.unwrap()[0].p95, None);
    }

    #[tokio::test]
    async fn an_upstream_that_is_to_be_spared_is_asked_seldom() {
        let test = migrations::test_database().await;
        let clock = Clock::manual(Timestamp::from_seconds(1_800_000_000));
        let check = Arc::new(Switch(AtomicBool::new(true)));
        let probe = Probe { upstream: "mail", check: Ok(check), min_interval: Duration::from_mins(1) };
        let probes = Probes::new(test.db.clone(), clock.clone());
        probes.register(vec![probe]);
        let asked_at = async || probes.liveness().await.unwrap()[0].asked_at;
        let first = clock.now();
        probes.ask().await.unwrap();
        clock.advance(Duration::from_secs(50));
        probes.ask().await.unwrap();
        assert_eq!(asked_at().await, Some(first));
        clock.advance(Duration::from_secs(10));
        probes.ask().await.unwrap();
        assert_eq!(asked_at().await, Some(clock.now()));
    }
}
