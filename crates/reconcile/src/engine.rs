//! The loop: finds due resources, works on them side by side, writes what came of it.

use std::collections::BTreeMap;
use std::sync::{Arc, OnceLock};
use std::time::Duration;

use async_trait::async_trait;
use db::{Db, Error, Tx};
use i18n::Words;
use kernel::id::{RequestId, random};
use kernel::{Clock, TenantId, Timestamp};
use sea_orm::Set;
use telemetry::StepResult;
use tokio::sync::{OwnedSemaphorePermit, Semaphore};
use tokio_util::sync::CancellationToken;
use tokio_util::task::TaskTracker;
use tracing::Instrument as _;

use crate::breaker::{Admission, Breaker};
use crate::fail::reach;
use crate::kind::{Availability, Problem, Registered, Waiting, need_key, upstream_of};
use crate::needs::has_come;
use crate::obstacle::StepError;
use crate::settings::Settings;
use crate::step::{Facts, StepOutcome, attempt};
use crate::store::{self, DRIFT_ACCEPTED, NEVER, Resource, Status};
use crate::tables::resources;
use crate::turns::Turns;
use crate::watch::Watchers;
use crate::{neighbours, owned};

/// The longest that an upstream's own wish to be left alone is followed.
const LONGEST_ASKED: Duration = Duration::from_mins(5);

/// How soon it is looked again for what a resource needs, at first, though what is new wakes those who wait for it.
const NEED_LOOKED_FOR: Duration = Duration::from_secs(1);

/// Nobody looks more often than this.
const SHORTEST_REST: Duration = Duration::from_millis(1);

/// How often a request that waits looks at the rows itself.
const LOOK_AGAIN: Duration = Duration::from_secs(1);

/// Told of every change of a resource, in the transaction that makes it.
#[async_trait]
pub trait ResourceSubscriber: Send + Sync {
    /// Locks what [`ResourceSubscriber::resource_changed`] will judge or write. It comes before any row of `resources` is
    /// touched, in the order in which actions lock: two steps that end together then see each other, and neither
    /// waits for an action that waits for it.
    async fn lock(&self, tx: &Tx, owner: &str) -> Result<(), Error>;

    /// A resource of `owner` has a new status, or is gone.
    async fn resource_changed(&self, tx: &Tx, clock: &Clock, owner: &str) -> Result<(), Error>;

    /// What these owners are, as far as it knows them. Tenants are known without it.
    async fn owners(&self, _: &Db, _: &[String]) -> Result<BTreeMap<String, Owner>, Error> {
        Ok(BTreeMap::new())
    }
}

/// What an owner of resources is to people.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Owner {
    /// The tenants that what it owns belongs to, by id: one, but for people who work in several.
    pub tenants: Vec<TenantId>,
    /// The name of the person, where it is one or theirs.
    pub name: Option<String>,
}

/// The reconciler. Clones share it.
#[derive(Clone)]
pub struct Reconciler(Arc<Inner>);

struct Inner {
    db: Db,
    clock: Clock,
    settings: Settings,
    registry: OnceLock<Registry>,
    english: OnceLock<Words>,
    watchers: Watchers,
}

/// What slices bring.
struct Registry {
    kinds: BTreeMap<&'static str, Registered>,
    subscribers: Vec<Arc<dyn ResourceSubscriber>>,
    /// By upstream.
    breakers: BTreeMap<&'static str, Breaker>,
}

/// Before anything is registered.
static NOTHING: Registry =
    Registry { kinds: BTreeMap::new(), subscribers: Vec::new(), breakers: BTreeMap::new() };

impl std::fmt::Debug for Reconciler {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_list().entries(self.registry().kinds.values()).finish()
    }
}

impl Reconciler {
    /// A reconciler that knows no kind yet, and works once it is started.
    pub fn new(db: Db, clock: Clock, settings: Settings) -> Self {
        let (registry, english, watchers) = (OnceLock::new(), OnceLock::new(), Watchers::default());
        Self(Arc::new(Inner { db, clock, settings, registry, english, watchers }))
    }

    /// Gives it its kinds, and those who are told of what becomes of resources. Only the first call counts.
    pub fn register(&self, kinds: Vec<Registered>, subscribers: Vec<Arc<dyn ResourceSubscriber>>) {
        self.0.registry.get_or_init(|| {
            let settings = &self.0.settings;
            let breaker = || Breaker::new(settings.failures_to_open, settings.cooldown);
            let breakers = kinds.iter().map(|kind| (upstream_of(kind.name), breaker())).collect();
            let kinds = kinds.into_iter().map(|kind| (kind.name, kind)).collect();
            Registry { kinds, subscribers, breakers }
        });
    }

    /// Gives it the words in which programs read what a step ran into; without any they read keys and values. Only the
    /// first call counts.
    pub fn speak(&self, english: Words) {
        self.0.english.get_or_init(|| english);
    }

    /// What a step ran into, as it is stored and shown.
    pub(crate) fn said(&self, problem: &Problem) -> StepError {
        let obstacle = problem.obstacle();
        let said = match (&obstacle, self.0.english.get()) {
            (Some(obstacle), Some(words)) => words.explain(obstacle),
            _ => problem.to_string(),
        };
        StepError { said, obstacle }
    }

    fn registry(&self) -> &Registry {
        self.0.registry.get().unwrap_or(&NOTHING)
    }

    /// Whether a kind can be worked on; a kind that nobody registered can't.
    pub fn availability(&self, kind: &str) -> Availability {
        self.registry().kinds.get(kind).map_or(Availability::Off("not_configured"), Registered::availability)
    }

    /// What these owners are, by owner; those that nobody knows are left out.
    pub async fn owners(&self, owners: &[String]) -> Result<BTreeMap<String, Owner>, Error> {
        let mut known = BTreeMap::new();
        let mut others = Vec::new();
        for owner in owners {
            match owner.parse() {
                Ok(tenant) => {
                    known.insert(owner.clone(), Owner { tenants: vec![tenant], name: None });
                }
                Err(_) => others.push(owner.clone()),
            }
        }
        for resource_subscriber in self.registry().subscribers.iter().filter(|_| !others.is_empty()) {
            known.extend(resource_subscriber.owners(&self.0.db, &others).await?);
        }
        Ok(known)
    }

    /// The upstreams, and whether each is left alone because it fails.
    pub fn breakers(&self) -> Vec<(&'static str, bool)> {
        let breakers = self.registry().breakers.iter();
        breakers.map(|(upstream, breaker)| (*upstream, breaker.is_open())).collect()
    }

    pub(crate) fn parts(&self) -> (&Db, &Clock, &BTreeMap<&'static str, Registered>) {
        (&self.0.db, &self.0.clock, &self.registry().kinds)
    }

    pub(crate) fn settings(&self) -> &Settings {
        &self.0.settings
    }

    /// Works until `stop`; `tracker` waits for steps under way.
    pub async fn start(&self, tracker: &TaskTracker, stop: &CancellationToken) -> Result<(), Error> {
        let mut upstreams: BTreeMap<&str, Vec<&'static str>> = BTreeMap::new();
        for (name, registered) in &self.registry().kinds {
            if registered.availability() == Availability::On {
                store::wake_skipped(&self.0.db, self.0.clock.now(), name).await?;
            }
            upstreams.entry(upstream_of(name)).or_default().push(name);
        }
        for kinds in upstreams.into_values() {
            let (engine, steps, stop) = (self.clone(), tracker.clone(), stop.clone());
            tracker.spawn(async move { engine.work(&kinds, &steps, &stop).await });
        }
        Ok(())
    }

    /// Says that there may be work now.
    pub fn nudge(&self) {
        self.0.db.work().notify_waiters();
    }

    /// Waits until nothing of `owner` is pending, at most for `patience`.
    pub async fn settle(&self, owner: &str, patience: Duration) -> Result<Vec<Resource>, Error> {
        self.settle_where(owner, |_| true, patience).await
    }

    /// The same for those of one kind alone.
    pub async fn settle_kind(&self, owner: &str, kind: &str, patience: Duration) -> Result<(), Error> {
        self.settle_where(owner, |resource| resource.kind == kind, patience).await.map(drop)
    }

    async fn settle_where(
        &self,
        owner: &str,
        counts: impl Fn(&Resource) -> bool,
        patience: Duration,
    ) -> Result<Vec<Resource>, Error> {
        let watch = self.0.watchers.watch(owner);
        self.nudge();
        let deadline = tokio::time::Instant::now() + patience;
        let until = self.0.clock.now().after(patience);
        loop {
            let changed = watch.changed().notified();
            let resources = owned::of_owner(self.0.db.read(), owner).await?;
            // Of what an upstream is still busy with, nothing is looked at before its time.
            let rests = |resource: &Resource| {
                resource.reason.is_some() && resource.is_begun() && resource.next_at > until
            };
            let pending = |resource: &Resource| {
                resource.status == Status::Pending && resource.spec.is_some() && !rests(resource)
            };
            if !resources.iter().filter(|one| counts(one)).any(pending)
                || tokio::time::Instant::now() >= deadline
            {
                return Ok(resources);
            }
            // Another instance may do the work, and can't tell.
            let look = tokio::time::Instant::now() + LOOK_AGAIN;
            tokio::time::timeout_at(deadline.min(look), changed).await.ok();
        }
    }

    async fn work(&self, kinds: &[&'static str], steps: &TaskTracker, stop: &CancellationToken) {
        let places = Arc::new(Semaphore::new(self.0.settings.at_a_time));
        let mut turns = Turns::default();
        while !stop.is_cancelled() {
            let Some(Ok(place)) = stop.run_until_cancelled(places.clone().acquire_owned()).await else {
                return;
            };
            let mut nudged = std::pin::pin!(self.0.db.work().notified());
            // From here on nobody's nudge is missed, though it is waited for only below.
            nudged.as_mut().enable();
            let started = self.start_admitted(kinds, &mut turns, &places, place, steps).await;
            if !matches!(started, Ok(more) if more > 0) {
                if let Err(error) = started {
                    tracing::warn!(%error, ?kinds, "due resources can't be read");
                }
                let idle = tokio::time::timeout(self.rest(kinds).await, nudged);
                stop.run_until_cancelled(idle).await;
                turns.forget();
            }
        }
    }

    /// How long until the next resource of these kinds is due; another instance may want something sooner, and can't tell.
    async fn rest(&self, kinds: &[&str]) -> Duration {
        let (now, look) = (self.0.clock.now(), self.0.settings.look);
        match store::next_due(&self.0.db, now, kinds).await {
            Ok(Some(next)) => next.since(now).clamp(SHORTEST_REST, look.max(SHORTEST_REST)),
            Ok(None) => look,
            Err(error) => {
                tracing::warn!(%error, ?kinds, "what is due next can't be read");
                look
            }
        }
    }

    /// Starts what the upstream's breaker lets through; gives how many resources were due for it.
    async fn start_admitted(
        &self,
        kinds: &[&str],
        turns: &mut Turns,
        places: &Arc<Semaphore>,
        first: OwnedSemaphorePermit,
        steps: &TaskTracker,
    ) -> Result<usize, Error> {
        let now = self.0.clock.now();
        let breaker = kinds.first().and_then(|kind| self.registry().breakers.get(upstream_of(kind)));
        let mut free = vec![first];
        match breaker.map_or(Admission::Open, |breaker| breaker.admit(now)) {
            Admission::Held(why) => {
                store::hold(&self.0.db, now, kinds, &why).await?;
                return Ok(0);
            }
            Admission::Trial => {}
            Admission::Open => {
                while let Ok(place) = places.clone().try_acquire_owned() {
                    free.push(place);
                }
            }
        }
        self.start_due(kinds, turns, free, steps).await
    }

    /// Starts a step for each due resource, as far as there are places.
    async fn start_due(
        &self,
        kinds: &[&str],
        turns: &mut Turns,
        free: Vec<OwnedSemaphorePermit>,
        steps: &TaskTracker,
    ) -> Result<usize, Error> {
        let due = turns.next(&self.0.db, self.0.clock.now(), kinds, free.len()).await?;
        for (resource, place) in self.claim(&due, false).await?.into_iter().zip(free) {
            let engine = self.clone();
            steps.spawn(async move {
                engine.step(resource).await;
                drop(place);
            });
        }
        // What another instance was faster to claim is no reason to rest: the next ones may be free.
        Ok(due.len())
    }

    async fn claim(&self, ids: &[String], even_if_not_due: bool) -> Result<Vec<Resource>, Error> {
        let now = self.0.clock.now();
        store::claim(&self.0.db, now, ids, now.after(self.0.settings.lease), even_if_not_due).await
    }

    /// Works on one resource now, due or not; false when another worker has it.
    pub(crate) async fn run_now(&self, id: &str) -> Result<bool, Error> {
        let Some(resource) = self.claim(&[id.to_owned()], true).await?.pop() else {
            return Ok(false);
        };
        self.step(resource).await;
        Ok(true)
    }

    /// A step has the id of the request that waits for it, or one of its own: its calls carry it.
    async fn step(&self, resource: Resource) {
        let id = telemetry::cause().unwrap_or_else(|| RequestId::new(&self.0.clock).to_string().into());
        let Resource { id: of, owner, kind, .. } = &resource;
        let tenant = owner.parse::<TenantId>().is_ok().then_some(owner.as_str());
        let span = tracing::info_span!("step", request_id = %id, tenant, kind, resource = of);
        let began = tokio::time::Instant::now();
        let result = telemetry::caused_by(&id, self.attempt_and_record(&resource)).instrument(span).await;
        if let Some((kind, _)) = self.registry().kinds.get_key_value(kind.as_str()) {
            self.0.settings.steps.ended(kind, result, began.elapsed());
        }
    }

    async fn attempt_and_record(&self, resource: &Resource) -> StepResult {
        reach!(self.0.settings, resource, Claimed);
        let (facts, verdict) = self.attempt(resource).await;
        let result = counted_as(&verdict);
        if verdict == StepOutcome::LeaseLost {
            if let Some(turn) = &facts.turn
                && let Err(error) = neighbours::give_up(&self.0.db, turn, resource).await
            {
                tracing::warn!(%error, turn, "a turn that is over was not given back; it runs out by itself");
            }
            return result;
        }
        if let StepOutcome::Failed(problem) = &verdict {
            let attempts = resource.attempts + 1;
            tracing::warn!(
                kind = resource.kind,
                name = resource.name,
                attempts,
                why = %problem,
                "a step failed"
            );
        }
        self.tell_breaker(resource, &verdict).await;
        match self.record(resource, facts, verdict).await {
            Ok(()) => self.0.watchers.tell(&resource.owner),
            // The lease runs out by itself, and the next attempt finds out anew.
            Err(error) => {
                tracing::error!(%error, kind = resource.kind, name = resource.name, "a step's result was not written");
            }
        }
        result
    }

    /// Lets the breaker know how the upstream is. When it is back, everything that failed there is tried at once.
    async fn tell_breaker(&self, resource: &Resource, verdict: &StepOutcome) {
        let upstream = upstream_of(&resource.kind);
        let Some(breaker) = self.registry().breakers.get(upstream) else { return };
        let now = self.0.clock.now();
        match verdict {
            StepOutcome::Failed(problem) if problem.is_outage() => {
                breaker.failed(now, &resource.id, &problem.to_string());
            }
            StepOutcome::NotYet(_) | StepOutcome::OthersTurn | StepOutcome::LeaseLost => {}
            StepOutcome::Settled
            | StepOutcome::Accepted
            | StepOutcome::Waiting(_)
            | StepOutcome::Needs(_)
            | StepOutcome::Gone
            | StepOutcome::Failed(_) => {
                if breaker.answered()
                    && let Err(error) = store::wake_failed(&self.0.db, now, upstream).await
                {
                    tracing::warn!(%error, upstream, "what failed there is tried again only at its own time");
                }
            }
        }
    }

    async fn attempt(&self, resource: &Resource) -> (Facts, StepOutcome) {
        let unchanged = Facts::of(resource);
        match self.registry().kinds.get(resource.kind.as_str()).map(|registered| &registered.kind) {
            Some(Ok(kind)) => attempt(self, kind.as_ref(), resource).await,
            // What was never made needs no upstream to be gone.
            _ if resource.spec.is_none() && unchanged == Facts::default() => (unchanged, StepOutcome::Gone),
            _ => (unchanged, StepOutcome::Settled),
        }
    }

    async fn record(&self, resource: &Resource, facts: Facts, verdict: StepOutcome) -> Result<(), Error> {
        let tx = self.0.db.begin().await?;
        for resource_subscriber in &self.registry().subscribers {
            resource_subscriber.lock(&tx, &resource.owner).await?;
        }
        let is_new = facts.upstream_id.is_some() && facts.upstream_id != resource.upstream_id;
        let may_wake = is_new && !facts.in_doubt;
        let turn = facts.turn.clone().filter(|_| verdict != StepOutcome::OthersTurn);
        if let Some(turn) = &turn {
            neighbours::end(&tx, turn, resource).await?;
        }
        let has_come = match &verdict {
            StepOutcome::Needs(lack) => has_come(&tx, lack).await?,
            _ => false,
        };
        let mut next_at = None;
        if verdict == StepOutcome::Gone {
            store::forget(&tx, resource).await?;
        } else {
            let intent = if facts.in_doubt { resource.intent_at.or(Some(self.0.clock.now())) } else { None };
            let facts = resources::ActiveModel {
                upstream_id: Set(facts.upstream_id),
                intent_at: Set(intent.map(Timestamp::micros)),
                turn: Set(facts.turn),
                ..Default::default()
            };
            let is_seen = verdict == StepOutcome::Settled && resource.is_restored;
            let mut change = self.change(resource, verdict);
            if is_seen {
                change.stopped_at = Set(None);
                change.stopped_in = Set(None);
            }
            if has_come {
                change.next_at = Set(self.0.clock.now().micros());
            }
            next_at = change.next_at.clone().take();
            store::finish(&tx, resource, facts, change).await?;
        }
        let key = need_key(&resource.kind, &resource.name);
        let woken = may_wake && store::wake_waiting(&tx, self.0.clock.now(), &key).await? > 0;
        for resource_subscriber in &self.registry().subscribers {
            resource_subscriber.resource_changed(&tx, &self.0.clock, &resource.owner).await?;
        }
        reach!(self.0.settings, resource, RecordWritten);
        tx.commit_silently("how a step went is noted; subscribers record what follows").await?;
        reach!(self.0.settings, resource, RecordCommitted);
        // A worker that rests does so until what it knew was next.
        let soon = self.0.clock.now().after(self.0.settings.look).micros();
        if woken || has_come || turn.is_some() || next_at.is_some_and(|next| next < soon) {
            self.nudge();
        }
        Ok(())
    }

    fn change(&self, resource: &Resource, verdict: StepOutcome) -> resources::ActiveModel {
        let now = self.0.clock.now();
        if verdict == StepOutcome::OthersTurn {
            // It stands as it stood, and is due once the other is done.
            return resources::ActiveModel { next_at: Set(now.micros()), ..Default::default() };
        }
        let waits_for = if let StepOutcome::Needs(lack) = &verdict { Some(lack.need.key()) } else { None };
        let verdict = match verdict {
            StepOutcome::Needs(lack) => {
                StepOutcome::Waiting(Waiting { reason: lack.reason, again_in: NEED_LOOKED_FOR })
            }
            other => other,
        };
        let looks =
            if matches!(verdict, StepOutcome::Waiting(_)) { resource.looks.saturating_add(1) } else { 0 };
        let attempts =
            if matches!(verdict, StepOutcome::Failed(_)) { resource.attempts.saturating_add(1) } else { 0 };
        let (status, reason, error, next_at) = match (verdict, self.availability(&resource.kind)) {
            (_, Availability::Off(why)) => (Status::Skipped, Some(why.to_owned()), None, NEVER),
            (StepOutcome::Failed(problem), _) => {
                let wait = self.0.settings.backoff.wait(attempts, u32::from_be_bytes(random()));
                let wait = wait.max(problem.retry_after().unwrap_or_default().min(LONGEST_ASKED));
                let reason = problem.reason().map(str::to_owned);
                (Status::Error, reason, Some(self.said(&problem)), now.after(wait).micros())
            }
            (StepOutcome::Waiting(waiting), _) => {
                let again = now.after(less_often(waiting.again_in, looks, self.0.settings.backoff.most));
                (Status::Pending, Some(waiting.reason.to_owned()), None, again.micros())
            }
            (StepOutcome::Accepted, _) => (Status::Skipped, Some(DRIFT_ACCEPTED.to_owned()), None, NEVER),
            (StepOutcome::NotYet(after), _) => (Status::Pending, None, None, after.micros()),
            (
                StepOutcome::Settled
                | StepOutcome::Gone
                | StepOutcome::OthersTurn
                | StepOutcome::LeaseLost
                | StepOutcome::Needs(_),
                _,
            ) => (Status::Ok, None, None, NEVER),
        };
        let (error, obstacle) = StepError::columns(error.as_ref());
        resources::ActiveModel {
            status: Set(status.as_str().to_owned()),
            reason: Set(reason),
            error: Set(error),
            obstacle: Set(obstacle),
            waits_for: Set(waits_for),
            attempts: Set(i64::from(attempts)),
            looks: Set(i64::from(looks)),
            next_at: Set(next_at),
            updated_at: Set(now.micros()),
            ..Default::default()
        }
    }
}

fn counted_as(outcome: &StepOutcome) -> StepResult {
    match outcome {
        StepOutcome::Settled | StepOutcome::Accepted | StepOutcome::Gone => StepResult::Done,
        StepOutcome::Waiting(_)
        | StepOutcome::Needs(_)
        | StepOutcome::NotYet(_)
        | StepOutcome::OthersTurn => StepResult::Waiting,
        StepOutcome::Failed(_) => StepResult::Failed,
        StepOutcome::LeaseLost => StepResult::Lost,
    }
}

/// How long until it is looked again for what is waited for: an eighth longer each time, for what takes this long may
/// take for ever.
fn less_often(first: Duration, looks: u32, most: Duration) -> Duration {
    let exponent = i32::try_from(looks.saturating_sub(1).min(200)).unwrap_or(200);
    Duration::try_from_secs_f64(first.as_secs_f64() * 1.125_f64.powi(exponent))
        .map_or(most, |wait| wait.min(most))
}
