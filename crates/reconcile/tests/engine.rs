//! The reconciler on a real database, against an upstream that can be made to fail in every way.

#![cfg(test)]

mod needs;
mod removals;
mod specs;

use std::collections::{BTreeMap, BTreeSet};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use async_trait::async_trait;
use db::Tx;
use db::testing::TestDb;
use kernel::Clock;
use kernel::retry::Backoff;
use outbound::{CallError, Cause};
use reconcile::{
    Actual, Created, FieldChange, Kind, Listed, Need, PlanAction, Problem, Reconciler, Registered, Resource,
    ResourceSubscriber, Settings, Status, Target, Waiting, Want, destroy, of_owner, spec_of, want,
};
use serde_json::{Value, json};
use tokio_util::sync::CancellationToken;
use tokio_util::task::TaskTracker;

/// An upstream whose names are not unique, as with oCIS spaces.
#[derive(Clone, Default)]
struct World(Arc<Mutex<State>>);

#[derive(Default)]
#[expect(clippy::struct_excessive_bools, reason = "each is a switch of the tests")]
struct State {
    objects: BTreeMap<String, (String, String, Value)>,
    next_id: u32,
    creates: u32,
    fail_create: Option<(bool, CallError)>,
    /// The process dies right after the next create.
    die_after_create: bool,
    delete_takes: Duration,
    deletes: u32,
    down: bool,
    slow: bool,
    reads: u32,
    /// Objects that let nobody in any more.
    closed: BTreeSet<String>,
    is_relation: bool,
    /// All boxes are written into one thing.
    is_one: bool,
    create_takes: Duration,
    creating: u32,
    most_creating: u32,
    waits: bool,
}

struct Shelf(World);

impl World {
    /// A death on purpose poisons the lock; what it holds is still whole.
    fn lock(&self) -> MutexGuard<'_, State> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn count(&self) -> usize {
        self.lock().objects.len()
    }

    /// True when what is left lets nobody in.
    fn all_closed(&self) -> bool {
        let state = self.lock();
        state.objects.keys().all(|id| state.closed.contains(id))
    }

    fn fail_next_create(&self, happens: bool, error: CallError) {
        self.lock().fail_create = Some((happens, error));
    }
}

fn actual(id: &str, mark: &str, fields: &Value) -> Actual {
    Actual { upstream_id: id.into(), mark: Some(mark.into()), fields: fields.clone(), waiting: None }
}

#[async_trait]
impl Kind for Shelf {
    type Spec = specs::Spec;

    fn name(&self) -> &'static str {
        "shelf.box"
    }

    fn is_relation(&self) -> bool {
        self.0.lock().is_relation
    }

    fn writes_into(&self, _: &Target<'_, specs::Spec>) -> Option<Need> {
        self.0.lock().is_one.then(|| Need::of("shelf", "the one"))
    }

    async fn read(&self, target: &Target<'_, specs::Spec>) -> Result<Option<Actual>, Problem> {
        if self.0.lock().slow {
            tokio::time::sleep(Duration::from_millis(10)).await;
        }
        let mut state = self.0.lock();
        state.reads += 1;
        if state.down {
            return Err(CallError::without_effect("Shelf", Cause::Unreachable).into());
        }
        let Some(id) = target.upstream_id else {
            return Ok(None);
        };
        let waits = state.waits;
        let waiting = waits.then_some(Waiting { reason: "being_made", again_in: Duration::from_millis(1) });
        let found = state.objects.get(id).map(|(_, mark, fields)| actual(id, mark, fields));
        Ok(found.map(|found| Actual { waiting, ..found }))
    }

    async fn search(&self, target: &Target<'_, specs::Spec>) -> Result<Option<Actual>, Problem> {
        let state = self.0.lock();
        let found = state.objects.iter().find(|(_, (_, mark, _))| *mark == target.id);
        Ok(found.map(|(id, (_, mark, fields))| actual(id, mark, fields)))
    }

    async fn list(&self) -> Result<Vec<Listed>, Problem> {
        let state = self.0.lock();
        let listed = |(id, (name, mark, fields)): (&String, &(String, String, Value))| Listed {
            name: name.clone(),
            actual: actual(id, mark, fields),
        };
        Ok(state.objects.iter().map(listed).collect())
    }

    async fn create(&self, target: &Target<'_, specs::Spec>, spec: &specs::Spec) -> Result<Created, Problem> {
        let takes = {
            let mut state = self.0.lock();
            state.creating += 1;
            state.most_creating = state.most_creating.max(state.creating);
            state.create_takes
        };
        tokio::time::sleep(takes).await;
        let mut state = self.0.lock();
        state.creating -= 1;
        let fault = state.fail_create.take();
        if let Some((false, error)) = fault {
            return Err(error.into());
        }
        state.creates += 1;
        state.next_id += 1;
        let id = state.next_id.to_string();
        state.objects.insert(id.clone(), (target.name.to_owned(), target.id.to_owned(), spec_of(spec)));
        assert!(!std::mem::take(&mut state.die_after_create), "dies on purpose");
        match fault {
            Some((_, error)) => Err(error.into()),
            None => Ok(Created::New(actual(&id, target.id, &spec_of(spec)))),
        }
    }

    async fn update(
        &self,
        _: &Target<'_, specs::Spec>,
        spec: &specs::Spec,
        actual: &Actual,
        _: &[FieldChange],
    ) -> Result<(), Problem> {
        let mut state = self.0.lock();
        state.objects.get_mut(&actual.upstream_id).unwrap().2 = spec_of(spec);
        Ok(())
    }

    async fn close(&self, actual: &Actual) -> Result<(), Problem> {
        self.0.lock().closed.insert(actual.upstream_id.clone());
        Ok(())
    }

    async fn delete(&self, _: &Target<'_, specs::Spec>, actual: &Actual) -> Result<(), Problem> {
        let takes = {
            let mut state = self.0.lock();
            state.deletes += 1;
            state.delete_takes
        };
        tokio::time::sleep(takes).await;
        self.0.lock().objects.remove(&actual.upstream_id);
        Ok(())
    }
}

struct Rig {
    test: TestDb,
    world: World,
    engine: Reconciler,
    stop: CancellationToken,
}

impl Drop for Rig {
    fn drop(&mut self) {
        self.stop.cancel();
    }
}

fn settings() -> Settings {
    let backoff = Backoff { first: Duration::from_millis(20), most: Duration::from_millis(50) };
    let lease = Duration::from_millis(400);
    Settings { backoff, lease, look: Duration::from_millis(20), ..Settings::default() }
}

async fn rig() -> Rig {
    rig_with(settings()).await
}

async fn rig_with(settings: Settings) -> Rig {
    rig_at(settings, Clock::System).await
}

async fn rig_at(settings: Settings, clock: Clock) -> Rig {
    let test = migrations::test_database().await;
    let world = World::default();
    let kinds = vec![Registered::on(Shelf(world.clone())), Registered::off("attic.box", "not_configured")];
    let engine = Reconciler::new(test.db.clone(), clock, settings);
    engine.register(kinds, Vec::new());
    let stop = CancellationToken::new();
    engine.start(&TaskTracker::new(), &stop).await.unwrap();
    Rig { test, world, engine, stop }
}

impl Rig {
    async fn want(&self, kind: &'static str, spec: Value) {
        let tx = self.test.db.begin().await.unwrap();
        let wanted = Want { owner: "ten_1".into(), kind, name: "acme".into(), spec };
        want(&tx, &Clock::System, &wanted).await.unwrap();
        tx.commit_silently("a test").await.unwrap();
    }

    async fn until(&self, what: &str, done: impl Fn(&[Resource]) -> bool) -> Vec<Resource> {
        for _ in 0..1500 {
            self.engine.nudge();
            let owned = of_owner(self.test.db.read(), "ten_1").await.unwrap();
            if done(&owned) {
                return owned;
            }
            tokio::time::sleep(Duration::from_millis(10)).await;
        }
        panic!("never came to pass: {what}: {:?}", of_owner(self.test.db.read(), "ten_1").await);
    }
}

/// The owner of what most tests want.
fn owned() -> [String; 1] {
    ["ten_1".to_owned()]
}

fn all_ok(owned: &[Resource]) -> bool {
    owned.iter().all(|resource| resource.status == Status::Ok)
}

#[tokio::test]
async fn what_is_wanted_is_made_once_and_changed_in_place() {
    let rig = rig().await;
    rig.want("shelf.box", json!({"size": 1})).await;
    let first = rig.until("made", all_ok).await;
    rig.want("shelf.box", json!({"size": 2})).await;
    let second = rig.until("changed", all_ok).await;
    assert_eq!(first[0].upstream_id, second[0].upstream_id);
    assert_eq!(rig.world.lock().objects["1"].2, json!({"size": 2}));
    assert_eq!(rig.world.count(), 1);
}

#[tokio::test]
async fn an_unknown_outcome_never_makes_a_second_object() {
    for happens in [true, false] {
        let rig = rig().await;
        rig.world.fail_next_create(happens, CallError::unknown("Shelf", Cause::Timeout));
        rig.want("shelf.box", json!({"size": 1})).await;
        rig.until("healed", |owned| all_ok(owned) && owned[0].upstream_id.is_some()).await;
        assert_eq!((rig.world.count(), rig.world.lock().creates), (1, 1), "happened: {happens}");
    }
}

#[tokio::test]
async fn an_upstream_that_is_down_is_an_error_in_words_that_heals_by_itself() {
    let rig = rig().await;
    rig.world.lock().down = true;
    rig.want("shelf.box", json!({"size": 1})).await;
    let failing = rig.until("failing", |owned| owned[0].attempts >= 2).await;
    assert_eq!(failing[0].status, Status::Error);
    assert_eq!(specs::said(&failing[0]), Some("Shelf can't be reached"));
    rig.world.lock().down = false;
    let healed = rig.until("healed", all_ok).await;
    assert_eq!((specs::said(&healed[0]), healed[0].attempts), (None, 0));
}

#[tokio::test]
async fn an_upstream_that_is_off_is_skipped_with_its_reason() {
    let rig = rig().await;
    rig.want("attic.box", json!({})).await;
    let owned = rig.until("skipped", |owned| owned[0].status == Status::Skipped).await;
    assert_eq!(owned[0].reason.as_deref(), Some("not_configured"));
}

#[tokio::test]
async fn an_object_is_destroyed_only_when_its_time_has_come() {
    let rig = rig().await;
    rig.want("shelf.box", json!({"size": 1})).await;
    rig.until("made", all_ok).await;
    for (after, left) in [(Clock::System.now().after(Duration::from_hours(1)), 1), (Clock::System.now(), 0)] {
        let tx = rig.test.db.begin().await.unwrap();
        destroy(&tx, &Clock::System, "ten_1", "shelf.box", after).await.unwrap();
        tx.commit_silently("a test").await.unwrap();
        if left == 0 {
            rig.until("gone", <[Resource]>::is_empty).await;
        } else {
            tokio::time::sleep(Duration::from_millis(100)).await;
        }
        assert_eq!(rig.world.count(), left);
        rig.want_again_unless(left == 0).await;
    }
}

impl Rig {
    /// Wanting a thing again takes back its destruction.
    async fn want_again_unless(&self, gone: bool) {
        if !gone {
            self.want("shelf.box", json!({"size": 1})).await;
            self.until("wanted again", all_ok).await;
        }
    }
}

#[tokio::test]
async fn a_plan_names_the_field_that_differs_and_apply_mends_just_that() {
    let rig = rig().await;
    rig.want("shelf.box", json!({"size": 1, "colour": "red"})).await;
    rig.until("made", all_ok).await;
    assert!(rig.engine.plan(&owned()).await.unwrap().changes.is_empty());

    rig.world.lock().objects.get_mut("1").unwrap().2 = json!({"size": 7, "colour": "red"});
    let plan = rig.engine.plan(&owned()).await.unwrap();
    assert_eq!(plan.changes.len(), 1);
    assert_eq!(plan.changes[0].action, PlanAction::Update);
    assert_eq!(
        plan.changes[0].fields,
        [FieldChange { field: "size".into(), want: json!(1), have: json!(7) }]
    );

    rig.world.lock().objects.get_mut("1").unwrap().2 = json!({"size": 8, "colour": "red"});
    assert!(rig.engine.apply(&owned(), &plan.hash, |_| true).await.is_err(), "the world moved");
    let fresh = rig.engine.plan(&owned()).await.unwrap();
    rig.engine.apply(&owned(), &fresh.hash, |_| true).await.unwrap();
    assert!(rig.engine.plan(&owned()).await.unwrap().changes.is_empty());
}

#[tokio::test]
async fn two_engines_on_one_database_make_one_object() {
    let rig = rig().await;
    let kinds = vec![Registered::on(Shelf(rig.world.clone()))];
    let second = Reconciler::new(rig.test.db.clone(), Clock::System, settings());
    second.register(kinds, Vec::new());
    second.start(&TaskTracker::new(), &rig.stop).await.unwrap();
    for size in 1..20 {
        rig.want("shelf.box", json!({"size": size})).await;
    }
    rig.until("settled", all_ok).await;
    assert_eq!(rig.world.count(), 1);
}

impl Rig {
    async fn destroy(&self, kind: &str) {
        let tx = self.test.db.begin().await.unwrap();
        destroy(&tx, &Clock::System, "ten_1", kind, Clock::System.now()).await.unwrap();
        tx.commit_silently("a test").await.unwrap();
    }
}

#[tokio::test]
async fn a_death_between_making_an_object_again_and_writing_it_down_makes_no_third() {
    let rig = rig().await;
    rig.want("shelf.box", json!({"size": 1})).await;
    rig.until("made", all_ok).await;
    // Somebody removes it; its old id is known when it is made again.
    {
        let mut state = rig.world.lock();
        state.objects.clear();
        state.die_after_create = true;
    }
    rig.want("shelf.box", json!({"size": 2})).await;
    rig.until("healed", |owned| all_ok(owned) && owned[0].upstream_id.as_deref() == Some("2")).await;
    assert_eq!((rig.world.count(), rig.world.lock().creates), (1, 2));
}

#[cfg(debug_assertions)]
#[tokio::test]
async fn a_death_while_a_plan_is_applied_is_taken_up_by_itself() {
    let rig = rig().await;
    rig.want("shelf.box", json!({"size": 1})).await;
    rig.until("made", all_ok).await;
    rig.world.lock().objects.clear();
    let die = |_: &str| std::panic::resume_unwind(Box::new("dies on purpose"));
    let fail_point = reconcile::FailPoint::read("shelf.box:create.called=kill", die).unwrap();
    let settings = Settings { fail_point: Some(fail_point), ..settings() };
    let kinds = vec![Registered::on(Shelf(rig.world.clone()))];
    let mortal = Reconciler::new(rig.test.db.clone(), Clock::System, settings);
    mortal.register(kinds, Vec::new());
    let plan = mortal.plan(&owned()).await.unwrap();
    let applied =
        TaskTracker::new().spawn(async move { mortal.apply(&owned(), &plan.hash, |_| true).await.is_ok() });
    assert!(applied.await.is_err(), "it dies");
    rig.until("healed", |owned| owned[0].upstream_id.as_deref() == Some("2")).await;
    assert_eq!((rig.world.count(), rig.world.lock().creates), (1, 2));
}

#[tokio::test]
async fn what_is_wanted_again_while_it_is_destroyed_is_made_again() {
    let rig = rig().await;
    rig.want("shelf.box", json!({"size": 1})).await;
    rig.until("made", all_ok).await;
    rig.world.lock().delete_takes = Duration::from_millis(100);
    rig.destroy("shelf.box").await;
    rig.until("being destroyed", |_| rig.world.lock().deletes == 1).await;
    rig.want("shelf.box", json!({"size": 2})).await;
    let made_again = |owned: &[Resource]| {
        all_ok(owned) && owned.first().is_some_and(|resource| resource.upstream_id.as_deref() == Some("2"))
    };
    rig.until("made again", made_again).await;
    assert_eq!(rig.world.count(), 1);
}

#[tokio::test]
async fn what_was_never_made_is_gone_without_its_upstream() {
    let rig = rig().await;
    rig.want("attic.box", json!({})).await;
    rig.until("skipped", |owned| owned[0].status == Status::Skipped).await;
    rig.destroy("attic.box").await;
    rig.until("gone", <[Resource]>::is_empty).await;
}

#[tokio::test]
async fn an_upstream_that_asks_for_a_pause_gets_it() {
    let rig = rig().await;
    let pause = Duration::from_secs(30);
    let error =
        CallError { retry_after: Some(pause), ..CallError::without_effect("Shelf", Cause::RateLimited) };
    rig.world.fail_next_create(false, error);
    let before = Clock::System.now();
    rig.want("shelf.box", json!({"size": 1})).await;
    let owned = rig.until("refused", |owned| owned[0].status == Status::Error).await;
    assert!(owned[0].next_at >= before.after(pause));
}

/// Holds back the first of two steps that end together until the other has written its result.
struct Together {
    done: Arc<Mutex<bool>>,
}

#[async_trait]
impl ResourceSubscriber for Together {
    async fn lock(&self, tx: &Tx, _: &str) -> Result<(), db::Error> {
        use sea_orm::ConnectionTrait as _;
        let lock = "UPDATE audit_heads SET seq = seq WHERE chain = 'ten_1'";
        tx.execute_unprepared(lock).await.map(|_| ()).map_err(db::Error::from)
    }

    async fn resource_changed(&self, tx: &Tx, _: &Clock, owner: &str) -> Result<(), db::Error> {
        let all = of_owner(&**tx, owner).await?;
        tokio::time::sleep(Duration::from_millis(50)).await;
        if all_ok(&all) {
            *self.done.lock().unwrap() = true;
        }
        Ok(())
    }
}

#[tokio::test]
async fn of_two_steps_that_end_together_one_sees_that_both_are_done() {
    use sea_orm::ConnectionTrait as _;
    let test = migrations::test_database().await;
    let head = "INSERT INTO audit_heads (chain, seq, hash) VALUES ('ten_1', 0, '')";
    test.db.read().execute_unprepared(head).await.unwrap();
    let resource_subscriber = Together { done: Arc::default() };
    let done = resource_subscriber.done.clone();
    let kinds = vec![Registered::on(Shelf(World::default()))];
    let engine = Reconciler::new(test.db.clone(), Clock::System, settings());
    engine.register(kinds, vec![Arc::new(resource_subscriber)]);
    let tx = test.db.begin().await.unwrap();
    for name in ["acme", "fjord"] {
        let wanted =
            Want { owner: "ten_1".into(), kind: "shelf.box", name: name.into(), spec: json!({"size": 1}) };
        want(&tx, &Clock::System, &wanted).await.unwrap();
    }
    tx.commit_silently("a test").await.unwrap();
    let stop = CancellationToken::new();
    engine.start(&TaskTracker::new(), &stop).await.unwrap();
    for _ in 0..200 {
        if all_ok(&of_owner(test.db.read(), "ten_1").await.unwrap()) {
            break;
        }
        tokio::time::sleep(Duration::from_millis(10)).await;
    }
    stop.cancel();
    assert!(*done.lock().unwrap(), "nobody was told that all is done");
}

impl Rig {
    async fn want_as(&self, owner: &str, name: &str) {
        let tx = self.test.db.begin().await.unwrap();
        let wanted =
            Want { owner: owner.into(), kind: "shelf.box", name: name.into(), spec: json!({"size": 1}) };
        want(&tx, &Clock::System, &wanted).await.unwrap();
        tx.commit_silently("a test").await.unwrap();
    }

    async fn status_of(&self, owner: &str) -> Vec<Resource> {
        of_owner(self.test.db.read(), owner).await.unwrap()
    }

    async fn soon(&self, what: &str, mut done: impl AsyncFnMut() -> bool) {
        for _ in 0..1500 {
            self.engine.nudge();
            if done().await {
                return;
            }
            tokio::time::sleep(Duration::from_millis(10)).await;
        }
        panic!("never came to pass: {what}");
    }
}

#[tokio::test]
async fn an_upstream_that_is_down_is_left_alone_and_all_that_waits_starts_when_it_is_back() {
    let rig = rig_with(Settings { cooldown: Duration::from_millis(150), ..settings() }).await;
    rig.world.lock().down = true;
    for n in 0..6 {
        rig.want_as(&format!("ten_{n}"), &format!("box-{n}")).await;
    }
    rig.soon("all failing", async || {
        let mut failing = 0;
        for n in 0..6 {
            failing += usize::from(rig.status_of(&format!("ten_{n}")).await[0].status == Status::Error);
        }
        failing == 6
    })
    .await;
    let before = rig.world.lock().reads;
    tokio::time::sleep(Duration::from_millis(500)).await;
    let asked = rig.world.lock().reads - before;
    assert!((1..=5).contains(&asked), "asked {asked} times in about three cool-downs");
    // What is wanted meanwhile is told at once why it waits, without a call.
    rig.want_as("ten_late", "late").await;
    rig.soon("the late one knows why", async || {
        specs::said(&rig.status_of("ten_late").await[0]) == Some("Shelf can't be reached")
    })
    .await;
    rig.world.lock().down = false;
    rig.soon("all made", async || rig.world.count() == 7).await;
}

#[tokio::test]
async fn an_owner_with_much_work_does_not_hold_up_the_others() {
    let rig = rig_with(Settings { at_a_time: 1, ..settings() }).await;
    rig.world.lock().slow = true;
    for n in 0..60 {
        rig.want_as("ten_large", &format!("large-{n}")).await;
    }
    rig.want_as("ten_small", "small").await;
    rig.soon("the small one is made", async || rig.status_of("ten_small").await[0].status == Status::Ok)
        .await;
    let made = rig.world.count();
    assert!(made < 30, "{made} were made before the small owner's one");
}

#[tokio::test]
async fn those_who_write_into_one_object_take_turns_on_all_instances() {
    let rig = rig().await;
    {
        let mut state = rig.world.lock();
        (state.is_one, state.create_takes) = (true, Duration::from_millis(5));
    }
    let kinds = vec![Registered::on(Shelf(rig.world.clone()))];
    let second = Reconciler::new(rig.test.db.clone(), Clock::System, settings());
    second.register(kinds, Vec::new());
    second.start(&TaskTracker::new(), &rig.stop).await.unwrap();
    for n in 0..20 {
        rig.want_as(&format!("ten_{n}"), &format!("box-{n}")).await;
    }
    rig.soon("all made", async || rig.world.count() == 20).await;
    assert_eq!(rig.world.lock().most_creating, 1, "two were written at a time");
}

#[tokio::test]
async fn a_first_failure_after_much_waiting_is_a_first_failure() {
    let rig = rig().await;
    rig.world.lock().waits = true;
    rig.want("shelf.box", json!({"size": 1})).await;
    let waiting = rig.until("waited for", |owned| owned[0].looks >= 12).await;
    assert_eq!((waiting[0].status, waiting[0].attempts), (Status::Pending, 0));
    rig.world.lock().down = true;
    let failed = rig.until("failing", |owned| owned[0].status == Status::Error).await;
    // On a busy machine a few more have failed before it is looked at.
    let attempts = failed[0].attempts;
    assert!((1..6).contains(&attempts), "{attempts} attempts after {} looks", waiting[0].looks);
    assert!(failed[0].next_at <= failed[0].updated_at.after(settings().backoff.first * 2_u32.pow(attempts)));
}
