//! Where the laws are tried: a database, an upstream, and reconcilers that come and go.

use std::sync::atomic::{AtomicU32, Ordering};
use std::time::Duration;

use db::testing::TestDb;
use kernel::retry::Backoff;
use kernel::{Clock, Timestamp};
use reconcile::drift::{self, Difference, DriftFilter};
use reconcile::{Plan, PlanAction, Reconciler, Registered, Resource, Settings, Status, Want};
use serde_json::Value;
use tokio::time::Instant;
use tokio_util::sync::CancellationToken;
use tokio_util::task::TaskTracker;

use crate::subject::{Object, Ownership, PRESENT, Subject, Upstream};
use crate::watched::{Watch, Watched};

/// A sentence that says in which case what is wrong.
pub type Held = Result<(), String>;

/// How long anything may take before it counts as never.
const PATIENCE: Duration = Duration::from_secs(20);
/// How many failures in a row are for good. No fault lasts half as long.
const MOST_FAILURES: u32 = 25;
const LOOK: Duration = Duration::from_millis(10);
/// How much faster than the real one the reconciler's clock goes, so that nobody waits for its back-off.
const HASTE: u32 = 10;

/// What the laws are tried on.
pub struct Trial<'a> {
    pub subject: &'a dyn Subject,
    pub upstream: Box<dyn Upstream>,
    test: TestDb,
    clock: Clock,
    cases: AtomicU32,
}

/// A reconciler at work.
pub struct Engine {
    pub reconciler: Reconciler,
    pub watch: Watch,
    stop: CancellationToken,
    tracker: TaskTracker,
}

impl Engine {
    /// Stops and waits for what is under way.
    pub async fn stop(self) {
        self.stop.cancel();
        self.tracker.close();
        self.tracker.wait().await;
    }
}

fn said(error: &db::Error) -> String {
    format!("the database failed: {error}")
}

impl<'a> Trial<'a> {
    pub async fn start(subject: &'a dyn Subject) -> Self {
        let (upstream, test) = (subject.start().await, migrations::test_database().await);
        let clock = Clock::manual(Timestamp::from_seconds(1_800_000_000));
        Self { subject, upstream, test, clock, cases: AtomicU32::new(0) }
    }

    /// The settings of a reconciler here. A lease never runs out by itself: [`Trial::let_leases_end`] does that.
    pub fn settings() -> Settings {
        Settings {
            backoff: Backoff { first: Duration::from_millis(100), most: Duration::from_millis(500) },
            lease: Duration::from_hours(1),
            look: LOOK,
            destroys_an_hour: u64::MAX,
            ..Settings::default()
        }
    }

    /// A reconciler at work.
    pub async fn engine(&self) -> Result<Engine, String> {
        self.engine_with(Self::settings()).await
    }

    pub async fn engine_with(&self, settings: Settings) -> Result<Engine, String> {
        let watch = Watch::default();
        let Registered { kind, .. } = self.upstream.kind();
        let kind = kind.map_err(|why| format!("the kind is off: {why}"))?;
        let is_found = self.subject.ownership().is_found();
        let mut kinds = vec![Registered::on(Watched { kind, is_found, watch: watch.clone() })];
        kinds.extend(self.upstream.others());
        let reconciler = Reconciler::new(self.test.db.clone(), self.clock.clone(), settings);
        reconciler.register(kinds, Vec::new());
        let (stop, tracker) = (CancellationToken::new(), TaskTracker::new());
        reconciler.start(&tracker, &stop).await.map_err(|error| said(&error))?;
        Ok(Engine { reconciler, watch, stop, tracker })
    }

    /// Lets the leases of dead reconcilers run out.
    pub fn let_leases_end(&self) {
        self.clock.advance(Duration::from_hours(1) + Duration::from_secs(1));
    }

    /// What a new owner wants, not yet said. What it needs is there, for which a reconciler must be at work.
    pub async fn case(&self) -> Result<Want, String> {
        let number = self.cases.fetch_add(1, Ordering::SeqCst);
        let want = self.subject.want(&format!("law-{number}"));
        for before in self.subject.before(&want) {
            self.want(&before).await?;
            self.until_there(&before).await.map_err(|why| format!("it needs {}: {why}", before.kind))?;
        }
        self.upstream.prepare(&want);
        Ok(want)
    }

    /// Says what is wanted.
    pub async fn want(&self, want: &Want) -> Held {
        let said_so = async {
            let tx = self.test.db.begin().await?;
            reconcile::want(&tx, &self.clock, want).await?;
            tx.commit_silently("a test").await
        };
        said_so.await.map_err(|error| said(&error))
    }

    /// Says that it should be gone, after a while.
    pub async fn destroy(&self, want: &Want, after: Duration) -> Held {
        let said_so = async {
            let tx = self.test.db.begin().await?;
            let at = self.clock.now().after(after);
            reconcile::destroy(&tx, &self.clock, &want.owner, want.kind, at).await?;
            tx.commit_silently("a test").await
        };
        said_so.await.map_err(|error| said(&error))
    }

    /// The resource of what is wanted; none when it is gone.
    pub async fn resource(&self, want: &Want) -> Result<Option<Resource>, String> {
        let named = reconcile::named(self.test.db.read(), want.kind, &want.name).await;
        named.map_err(|error| said(&error))
    }

    fn is_relation(&self) -> bool {
        self.subject.ownership() == Ownership::Relation
    }

    /// Waits until the resource is as it should be.
    pub async fn until(
        &self,
        want: &Want,
        what: &str,
        done: impl Fn(Option<&Resource>) -> bool,
    ) -> Result<Option<Resource>, String> {
        let deadline = Instant::now() + PATIENCE;
        loop {
            let resource = self.resource(want).await?;
            if done(resource.as_ref()) {
                return Ok(resource);
            }
            let has_failed =
                resource.as_ref().is_some_and(|r| r.attempts > MOST_FAILURES && r.error.is_some());
            if has_failed || Instant::now() > deadline {
                let last = resource.map(|r| (r.status, r.reason, r.error));
                return Err(format!("it never came to be {what}; last it was {last:?}"));
            }
            self.clock.advance(LOOK * HASTE);
            tokio::time::sleep(LOOK).await;
        }
    }

    /// Waits until what is wanted is settled, then looks that it is there once.
    pub async fn until_there(&self, want: &Want) -> Result<Resource, String> {
        let settled = |resource: Option<&Resource>| resource.is_some_and(|r| r.status == Status::Ok);
        let resource = self.until(want, "settled", settled).await?;
        resource.ok_or_else(|| "what is wanted was forgotten".to_owned())
    }

    /// Waits until what is not wanted is gone.
    pub async fn until_gone(&self, want: &Want) -> Held {
        self.until(want, "gone", |resource| resource.is_none()).await.map(drop)
    }

    /// The object is there once, ours and as the spec says; all others are as they were; a plan is empty.
    pub async fn check_there(&self, engine: &Engine, want: &Want, others: &[Object]) -> Held {
        let resource = self.resource(want).await?.ok_or("what is wanted was forgotten")?;
        let ours = self.without(others)?;
        match ours.as_slice() {
            [] if self.is_relation() && want.spec[PRESENT] == false => {}
            [object] => check_object(self.subject.ownership(), want, &resource, object)?,
            _ => return Err(format!("there should be one object and there are {}: {ours:?}", ours.len())),
        }
        let plan = self.plan(engine, want).await?;
        if plan.changes.is_empty() {
            Ok(())
        } else {
            Err(format!("the plan is not empty: {:?}", plan.changes))
        }
    }

    /// What differs. On a busy machine a read may come too late, which is no difference.
    pub async fn plan(&self, engine: &Engine, want: &Want) -> Result<Plan, String> {
        let deadline = Instant::now() + PATIENCE;
        loop {
            let owners = std::slice::from_ref(&want.owner);
            let plan = engine.reconciler.plan(owners).await.map_err(|error| said(&error))?;
            let is_unread = plan.changes.iter().any(|change| change.action == PlanAction::Unreadable);
            if !is_unread || Instant::now() > deadline {
                return Ok(plan);
            }
        }
    }

    /// What a scan finds of what is wanted. On a busy machine a list may come too late, which finds nothing out.
    pub async fn scan(&self, engine: &Engine, want: &Want) -> Result<Vec<Difference>, String> {
        let deadline = Instant::now() + PATIENCE;
        loop {
            self.clock.advance(LOOK);
            let scanned = engine.reconciler.scan().await.map_err(|error| said(&error))?;
            if scanned.iter().all(|kind| kind.error.is_none()) || Instant::now() > deadline {
                break;
            }
        }
        let everything = DriftFilter::default();
        let page = drift::page(self.test.db.read(), &everything, None, 200).await;
        let found = page.map_err(|error| said(&error))?.items.into_iter().map(|found| found.subject);
        let ours = found.filter(|subject| subject.kind == want.kind && subject.owner == want.owner);
        Ok(ours.map(|subject| subject.difference).collect())
    }

    /// There is nothing but the others, and they are as they were. A property stays with its object.
    pub fn check_gone(&self, others: &[Object]) -> Held {
        let left = self.without(others)?;
        let may_stay = self.subject.ownership() == Ownership::Property;
        if may_stay || left.is_empty() { Ok(()) } else { Err(format!("this should be gone: {left:?}")) }
    }

    /// The objects beside the others, which must be as they were.
    fn without(&self, others: &[Object]) -> Result<Vec<Object>, String> {
        let now = self.upstream.objects();
        for other in others {
            if !now.contains(other) {
                return Err(format!("another object was touched: {other:?}; now there are {now:?}"));
            }
        }
        Ok(now.into_iter().filter(|object| !others.contains(object)).collect())
    }
}

/// The object is the resource's, and as wanted.
fn check_object(ownership: Ownership, want: &Want, resource: &Resource, object: &Object) -> Held {
    if ownership == Ownership::Marked && object.mark.as_ref() != Some(&resource.id) {
        return Err(format!("the object does not bear our mark: {object:?}"));
    }
    if resource.upstream_id.as_ref() != Some(&object.id) {
        return Err(format!("we know another id ({:?}) than it has ({})", resource.upstream_id, object.id));
    }
    let wrong = differing(&want.spec, &object.fields);
    if wrong.is_empty() {
        return Ok(());
    }
    Err(format!("{} should be as in {} and is {}", wrong.join(", "), want.spec, object.fields))
}

/// The fields of a spec that are not so.
pub fn differing(spec: &Value, fields: &Value) -> Vec<String> {
    let wanted = spec.as_object().into_iter().flatten();
    wanted.filter(|(field, want)| fields[field.as_str()] != **want).map(|(field, _)| field.clone()).collect()
}
