//! One attempt to bring one resource to where it should be.

use std::collections::BTreeSet;

use db::{Db, Error};
use kernel::{Clock, Timestamp};
use serde_json::Value;

use crate::any_kind::AnyKind;
use crate::drift::{self, Difference, Masks};
use crate::engine::Reconciler;
use crate::fail::reach;
use crate::foreign;
use crate::kind::{Actual, Created, Need, Problem, Waiting, upstream_of};
use crate::needs::{Lack, link};
use crate::neighbours;
use crate::obstacle::Obstacle;
use crate::removal;
use crate::settings::Settings;
use crate::store::{self, Resource, Status};

/// What an attempt came to.
#[derive(Debug, Clone, PartialEq)]
pub(crate) enum StepOutcome {
    /// As it should be.
    Settled,
    /// Missing, and somebody accepted that.
    Accepted,
    /// Nothing is wrong; look again later.
    Waiting(Waiting),
    /// It needs another resource first.
    Needs(Lack),
    /// It can be destroyed only later.
    NotYet(Timestamp),
    /// Another writes into the same object now.
    OthersTurn,
    /// Gone, as it should be.
    Gone,
    /// It failed.
    Failed(Problem),
    /// Another worker has the resource now.
    LeaseLost,
}

/// What an attempt learned of the upstream.
#[derive(Debug, Clone, Default, PartialEq)]
pub(crate) struct Facts {
    /// The object's id there.
    pub upstream_id: Option<String>,
    /// True while a create may have happened without our knowing.
    pub in_doubt: bool,
    /// What it writes into beside others.
    pub turn: Option<String>,
}

/// Works on a leased resource. Whatever happens, facts and verdict are true at the moment they are given.
pub(crate) async fn attempt(
    engine: &Reconciler,
    kind: &dyn AnyKind,
    resource: &Resource,
) -> (Facts, StepOutcome) {
    let ((db, clock, _), settings) = (engine.parts(), engine.settings());
    let mut facts = Facts::of(resource);
    let linked = match link(db.read(), kind, resource, &BTreeSet::new()).await {
        Ok(linked) => linked,
        Err(error) => return (facts, StepOutcome::Failed(database(&error))),
    };
    let resource = &linked.resource;
    match (linked.lack, &resource.spec) {
        (Some(lack), Some(_)) => return (facts, StepOutcome::Needs(lack)),
        // What its object needs is gone, and it was never made.
        (Some(_), None) if facts == Facts::default() => return (facts, StepOutcome::Gone),
        (Some(_) | None, _) => {}
    }
    facts.turn = kind.writes_into(resource).as_ref().map(Need::key);
    let mut step = Attempt { engine, db, clock, settings, kind, resource, facts };
    match step.take_turn().await {
        Ok(true) => {}
        Ok(false) => return (step.facts, StepOutcome::OthersTurn),
        Err(problem) => return (step.facts, StepOutcome::Failed(problem)),
    }
    let verdict = match &resource.spec {
        Some(spec) => step.ensure(spec).await,
        None => step.remove().await,
    };
    let verdict = verdict.unwrap_or_else(StepOutcome::Failed);
    (step.facts, verdict)
}

/// Looks for the object of a resource. One that is not where it was known to be is searched for: upstreams answer from
/// copies that lag.
pub(crate) async fn find(kind: &dyn AnyKind, resource: &Resource) -> Result<Option<Actual>, Problem> {
    if resource.upstream_id.is_none() && resource.intent_at.is_some() {
        return kind.search(resource).await;
    }
    let found = kind.read(resource).await?;
    let is_there = found.as_ref().is_some_and(|actual| actual.is_of(resource));
    if is_there || resource.upstream_id.is_none() {
        return Ok(found);
    }
    kind.search(&Resource { upstream_id: None, ..resource.clone() }).await
}

impl Facts {
    /// What is known of a resource before it is looked at.
    pub fn of(resource: &Resource) -> Self {
        let in_doubt = resource.intent_at.is_some();
        Self { upstream_id: resource.upstream_id.clone(), in_doubt, turn: None }
    }
}

struct Attempt<'a> {
    engine: &'a Reconciler,
    db: &'a Db,
    clock: &'a Clock,
    settings: &'a Settings,
    kind: &'a dyn AnyKind,
    resource: &'a Resource,
    facts: Facts,
}

fn blocked<T>(obstacle: Obstacle) -> Result<T, Problem> {
    Err(Problem::Blocked(obstacle))
}

fn database(error: &Error) -> Problem {
    tracing::warn!(%error, "the database can't be used for a step");
    Problem::Blocked(Obstacle::new("blocked-database"))
}

impl Attempt<'_> {
    async fn ensure(&mut self, spec: &Value) -> Result<StepOutcome, Problem> {
        let found = find(self.kind, self.resource).await?;
        reach!(self.settings, self.resource, Found);
        let actual = match found {
            Some(actual) if actual.is_of(self.resource) => actual,
            Some(actual) => return blocked(self.foreign(&actual).await?),
            None if self.may_stay_missing().await? => return Ok(StepOutcome::Accepted),
            None if self.resource.is_begun() && self.resource.is_stopped => {
                return blocked(Obstacle::new("blocked-gone").with("title", self.kind.title(self.resource)));
            }
            None => match self.create(spec).await? {
                Some(actual) => actual,
                None => return Ok(StepOutcome::LeaseLost),
            },
        };
        self.know(&actual);
        Ok(match self.mend(spec, actual).await? {
            Some(actual) => actual.waiting.map_or(StepOutcome::Settled, StepOutcome::Waiting),
            None => StepOutcome::LeaseLost,
        })
    }

    fn know(&mut self, actual: &Actual) {
        self.facts.upstream_id = Some(actual.upstream_id.clone());
        self.facts.in_doubt = false;
    }

    /// The object with that id, read again.
    async fn read_back(&self, upstream_id: String) -> Result<Option<Actual>, Problem> {
        let known = Resource { upstream_id: Some(upstream_id), ..self.resource.clone() };
        self.kind.read(&known).await
    }

    async fn foreign(&self, actual: &Actual) -> Result<Obstacle, Problem> {
        let obstacle = foreign::obstacle(self.db.read(), actual, "blocked-foreign").await;
        Ok(obstacle.map_err(|error| database(&error))?.with("title", self.kind.title(self.resource)))
    }

    /// Makes the object; none when the lease was lost before the call.
    async fn create(&mut self, spec: &Value) -> Result<Option<Actual>, Problem> {
        self.facts.upstream_id = None;
        let (now, until) = self.lease();
        let intended = store::intend(self.db, now, until, self.resource).await;
        if !intended.map_err(|error| database(&error))? {
            return Ok(None);
        }
        self.facts.in_doubt = true;
        reach!(self.settings, self.resource, CreateIntended);
        let created = self.kind.create(self.resource, spec).await;
        reach!(self.settings, self.resource, CreateCalled);
        match created {
            // It is read again later in any case.
            Ok(Created::New(actual)) if actual.waiting.is_some() => Ok(Some(actual)),
            Ok(Created::New(actual)) => {
                let made = self.read_back(actual.upstream_id).await?;
                reach!(self.settings, self.resource, CreateRead);
                // Still in doubt: it is searched for next.
                made.map_or_else(|| blocked(Obstacle::new("blocked-not-shown")), |made| Ok(Some(made)))
            }
            Ok(Created::Taken(by)) => {
                self.facts.in_doubt = false;
                blocked(by)
            }
            Err(problem) => {
                self.facts.in_doubt = problem.outcome_is_unknown();
                Err(problem)
            }
        }
    }

    fn lease(&self) -> (Timestamp, Timestamp) {
        let now = self.clock.now();
        (now, now.after(self.settings.lease))
    }

    /// Renews the lease before a call with an effect; false when another worker has the resource, whose newer
    /// work must not be overwritten.
    async fn still_ours(&self) -> Result<bool, Problem> {
        let renewed = store::renew(self.db, self.lease().1, self.resource).await;
        Ok(renewed.map_err(|error| database(&error))? && self.take_turn().await?)
    }

    /// Takes the turn among those who write into the same object, or holds it for longer; false while another has it.
    async fn take_turn(&self) -> Result<bool, Problem> {
        let Some(key) = &self.facts.turn else { return Ok(true) };
        let (now, until) = self.lease();
        let taken = neighbours::take(self.db, now, until, key, self.resource).await;
        taken.map_err(|error| database(&error))
    }

    /// Mends what differs, and believes it only after reading it back; none when the lease was lost.
    async fn mend(&self, spec: &Value, actual: Actual) -> Result<Option<Actual>, Problem> {
        let found = self.kind.diff(spec, &actual);
        let is_news = found.is_empty() && self.kind.is_relation() && self.resource.status == Status::Pending;
        if found.is_empty() && !is_news {
            return Ok(Some(actual));
        }
        let masks = self.masks().await?;
        let changes = masks.open(found);
        if changes.is_empty() && !is_news {
            return Ok(Some(actual));
        }
        if !self.still_ours().await? {
            return Ok(None);
        }
        reach!(self.settings, self.resource, UpdateLeased);
        self.kind.update(self.resource, spec, &actual, &changes).await?;
        reach!(self.settings, self.resource, UpdateCalled);
        let Some(after) = self.read_back(actual.upstream_id).await? else {
            return blocked(Obstacle::new("blocked-disappeared"));
        };
        reach!(self.settings, self.resource, UpdateRead);
        match masks.open(self.kind.diff(spec, &after)).first() {
            None => Ok(Some(after)),
            Some(change) => {
                let obstacle = Obstacle::new("blocked-not-applied").with("field", change.field.as_str());
                blocked(obstacle.with("title", self.kind.title(self.resource)))
            }
        }
    }

    async fn masks(&self) -> Result<Masks, Problem> {
        let masks = drift::of_object(self.db.read(), self.clock.now(), &self.resource.id).await;
        masks.map_err(|error| database(&error))
    }

    /// True when the object was there once and somebody accepted that it is gone.
    async fn may_stay_missing(&self) -> Result<bool, Problem> {
        Ok(self.resource.upstream_id.is_some() && self.masks().await?.of_whole(Difference::Missing).is_some())
    }

    async fn remove(&mut self) -> Result<StepOutcome, Problem> {
        if let Some(after) = self.resource.destroy_after.filter(|after| *after > self.clock.now()) {
            return Ok(StepOutcome::NotYet(after));
        }
        let found = find(self.kind, self.resource).await?;
        reach!(self.settings, self.resource, Found);
        let Some(actual) = found.filter(|actual| actual.is_of(self.resource)) else {
            return Ok(StepOutcome::Gone);
        };
        self.know(&actual);
        if !self.still_ours().await? {
            return Ok(StepOutcome::LeaseLost);
        }
        self.kind.close(&actual).await?;
        // Ending a relation destroys nothing.
        if !self.kind.is_relation() {
            self.may_destroy().await?;
        }
        reach!(self.settings, self.resource, DeleteCounted);
        self.kind.delete(self.resource, &actual).await?;
        reach!(self.settings, self.resource, DeleteCalled);
        let left = self.read_back(actual.upstream_id).await?;
        reach!(self.settings, self.resource, DeleteRead);
        if left.is_some() { blocked(Obstacle::new("blocked-not-deleted")) } else { Ok(StepOutcome::Gone) }
    }

    /// Stops when so many objects go that nobody ordered that it looks like a mistake. Counted before the call, so that a
    /// crash between the two makes the count too high rather than too low.
    async fn may_destroy(&self) -> Result<(), Problem> {
        if self.resource.ordered_at.is_some() {
            return Ok(());
        }
        let (upstream, most) = (upstream_of(&self.resource.kind), self.settings.destroys_an_hour);
        let tenant = self.tenant().await.map_err(|error| database(&error))?;
        let counted =
            removal::count(self.db, self.clock.now(), &self.resource.id, (upstream, &tenant), most).await;
        if counted.map_err(|error| database(&error))? {
            return Ok(());
        }
        tracing::error!(
            upstream,
            tenant,
            most,
            "destroying has stopped: nobody ordered so much within an hour"
        );
        Err(Problem::Stopped(most))
    }

    /// The tenant that the object belongs to, or its owner where that is unknown.
    async fn tenant(&self) -> Result<String, Error> {
        let owner = &self.resource.owner;
        let known = self.engine.owners(std::slice::from_ref(owner)).await?;
        let tenant = known.values().find_map(|owner| owner.tenants.first());
        Ok(tenant.map_or_else(|| owner.clone(), ToString::to_string))
    }
}
