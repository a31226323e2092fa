//! Where tables and legs are made. Tables bear marks; legs can't, and know which table they stand under.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, MutexGuard};
use std::time::Duration;

use async_trait::async_trait;
use db::testing::TestDb;
use db::{Db, Tx};
use kernel::retry::Backoff;
use kernel::{Clock, TenantId, Timestamp};
use outbound::{CallError, Cause};
use reconcile::{
    Actual, Created, FieldChange, Kind, Listed, Need, Owner, Problem, Reconciler, Registered, Resource,
    ResourceSubscriber, Settings, Target, Want, named,
};
use serde_json::{Value, json};
use tokio_util::sync::CancellationToken;
use tokio_util::task::TaskTracker;

pub const TABLE: &str = "shop.table";
pub const LEG: &str = "shop.leg";
const PATIENCE: Duration = Duration::from_secs(10);

/// What there is, by id: the kind, the mark, the fields.
#[derive(Default)]
pub struct World {
    objects: BTreeMap<String, (&'static str, Option<String>, Value)>,
    last: u32,
    calls: BTreeMap<&'static str, u32>,
    pub is_down: bool,
    /// The next leg is made, and nobody hears of it.
    pub loses_answer: bool,
}

impl World {
    pub fn put(&mut self, kind: &'static str, mark: Option<String>, fields: Value) -> String {
        self.last += 1;
        self.objects.insert(self.last.to_string(), (kind, mark, fields));
        self.last.to_string()
    }

    pub fn remove(&mut self, kind: &str) {
        self.objects.retain(|_, (of, ..)| *of != kind);
    }

    pub fn change(&mut self, kind: &str, fields: Value) {
        self.objects.values_mut().find(|(of, ..)| *of == kind).unwrap().2 = fields;
    }

    fn call(&mut self, kind: &'static str) -> Result<(), Problem> {
        *self.calls.entry(kind).or_default() += 1;
        if self.is_down { Err(CallError::without_effect("Shop", Cause::Unreachable).into()) } else { Ok(()) }
    }

    fn actual(&self, kind: &str, id: &str) -> Option<Actual> {
        let (_, mark, fields) = self.objects.get(id).filter(|(of, ..)| *of == kind)?;
        let (upstream_id, mark, fields) = (id.to_owned(), mark.clone(), fields.clone());
        Some(Actual { upstream_id, mark, fields, waiting: None })
    }
}

struct Made {
    kind: &'static str,
    world: Arc<Mutex<World>>,
}

impl Made {
    fn world(&self) -> MutexGuard<'_, World> {
        self.world.lock().unwrap()
    }

    /// The fields as the upstream has them: a leg is under a table's id.
    fn fields(&self, target: &Target<'_, Value>, spec: &Value) -> Value {
        if self.kind == LEG { json!({"table": target.needed[0]}) } else { spec.clone() }
    }
}

#[async_trait]
impl Kind for Made {
    type Spec = Value;

    fn name(&self) -> &'static str {
        self.kind
    }

    /// Its object is written by itself alone.
    fn writes_into(&self, _: &Target<'_, Value>) -> Option<Need> {
        None
    }

    fn needs(&self, spec: &Value) -> Vec<Need> {
        let table = spec["table"].as_str();
        let need = |name: &str| Need { kind: TABLE, name: name.to_owned(), unwanted: "nobody_wants_it" };
        table.map(need).into_iter().collect()
    }

    async fn read(&self, target: &Target<'_, Value>) -> Result<Option<Actual>, Problem> {
        let mut world = self.world();
        world.call(self.kind)?;
        let found = target.upstream_id.and_then(|id| world.actual(self.kind, id));
        Ok(found.map(|found| self.as_read(target, found)))
    }

    /// A leg is found by its table.
    async fn search(&self, target: &Target<'_, Value>) -> Result<Option<Actual>, Problem> {
        let mut world = self.world();
        world.call(self.kind)?;
        let under = |fields: &Value| target.needed.first().is_some_and(|id| fields["table"] == **id);
        let is_it = |(kind, mark, fields): &(&str, Option<String>, Value)| {
            *kind == self.kind && (mark.as_deref() == Some(target.id) || under(fields))
        };
        let id = world.objects.iter().find(|(_, object)| is_it(object)).map(|(id, _)| id.clone());
        let found = id.and_then(|id| world.actual(self.kind, &id));
        let mark = target.is_in_doubt.then(|| target.id.to_owned());
        Ok(found.map(|found| Actual { mark: found.mark.clone().or(mark), ..found }))
    }

    async fn create(&self, target: &Target<'_, Value>, spec: &Value) -> Result<Created, Problem> {
        let mut world = self.world();
        world.call(self.kind)?;
        let mark = (self.kind == TABLE).then(|| target.id.to_owned());
        let id = world.put(self.kind, mark, self.fields(target, spec));
        if self.kind == LEG && std::mem::take(&mut world.loses_answer) {
            return Err(CallError::unknown("Shop", Cause::Timeout).into());
        }
        Ok(Created::New(world.actual(self.kind, &id).unwrap()))
    }

    async fn update(
        &self,
        target: &Target<'_, Value>,
        spec: &Value,
        actual: &Actual,
        _: &[FieldChange],
    ) -> Result<(), Problem> {
        let fields = self.fields(target, spec);
        self.world().objects.get_mut(&actual.upstream_id).unwrap().2 = fields;
        Ok(())
    }

    async fn delete(&self, _: &Target<'_, Value>, actual: &Actual) -> Result<(), Problem> {
        self.world().objects.remove(&actual.upstream_id);
        Ok(())
    }

    async fn list(&self) -> Result<Vec<Listed>, Problem> {
        let world = self.world();
        let ids = world.objects.keys().filter_map(|id| world.actual(self.kind, id));
        Ok(ids.map(|actual| Listed { name: actual.upstream_id.clone(), actual }).collect())
    }

    fn as_read(&self, target: &Target<'_, Value>, mut listed: Actual) -> Actual {
        let is_right = target.needed.first().is_some_and(|id| listed.fields["table"] == **id);
        if let (true, Some(spec)) = (self.kind == LEG && is_right, target.spec) {
            listed.fields = spec.clone();
        }
        listed
    }
}

/// Knows one owner as what somebody has who works for several tenants.
pub struct Person {
    pub owner: &'static str,
    pub tenants: [TenantId; 2],
}

#[async_trait]
impl ResourceSubscriber for Person {
    async fn lock(&self, _: &Tx, _: &str) -> Result<(), db::Error> {
        Ok(())
    }

    async fn resource_changed(&self, _: &Tx, _: &Clock, _: &str) -> Result<(), db::Error> {
        Ok(())
    }

    async fn owners(&self, _: &Db, owners: &[String]) -> Result<BTreeMap<String, Owner>, db::Error> {
        let owner = Owner { tenants: self.tenants.to_vec(), name: Some("Mette".to_owned()) };
        let known = owners.iter().filter(|asked| *asked == self.owner);
        Ok(known.map(|asked| (asked.clone(), owner.clone())).collect())
    }
}

pub struct Workshop {
    pub test: TestDb,
    pub clock: Clock,
    pub engine: Reconciler,
    world: Arc<Mutex<World>>,
    stop: CancellationToken,
}

impl Drop for Workshop {
    fn drop(&mut self) {
        self.stop.cancel();
    }
}

impl Workshop {
    pub async fn open() -> Self {
        Self::open_with(Vec::new()).await
    }

    pub async fn open_with(subscribers: Vec<Arc<dyn ResourceSubscriber>>) -> Self {
        let test = migrations::test_database().await;
        let clock = Clock::manual(Timestamp::from_seconds(1_800_000_000));
        let world = Arc::<Mutex<World>>::default();
        let kinds = [TABLE, LEG].map(|kind| Registered::on(Made { kind, world: world.clone() }));
        let backoff = Backoff { first: Duration::from_mins(1), most: Duration::from_hours(1) };
        // Nobody looks of their own accord: only what is said to be due is worked on.
        let settings = Settings { backoff, look: Duration::from_hours(1), ..Settings::default() };
        let engine = Reconciler::new(test.db.clone(), clock.clone(), settings);
        engine.register(kinds.into_iter().collect(), subscribers);
        let stop = CancellationToken::new();
        engine.start(&TaskTracker::new(), &stop).await.unwrap();
        // Those who work are at their places before somebody nudges them.
        tokio::time::sleep(Duration::from_millis(100)).await;
        Self { test, clock, engine, world, stop }
    }

    pub fn world(&self) -> MutexGuard<'_, World> {
        self.world.lock().unwrap()
    }

    pub fn calls(&self, kind: &str) -> u32 {
        self.world().calls.get(kind).copied().unwrap_or_default()
    }

    /// The fields of all objects of a kind.
    pub fn fields(&self, kind: &str) -> Vec<Value> {
        let world = self.world();
        world.objects.values().filter(|(of, ..)| *of == kind).map(|(.., fields)| fields.clone()).collect()
    }

    pub async fn find(&self, wanted: &Want) -> Option<Resource> {
        named(self.test.db.read(), wanted.kind, &wanted.name).await.unwrap()
    }

    pub async fn until(&self, wanted: &Want, done: impl Fn(&Resource) -> bool) -> Resource {
        let began = std::time::Instant::now();
        loop {
            let found = self.find(wanted).await;
            if let Some(resource) = found.as_ref().filter(|resource| done(resource)) {
                return resource.clone();
            }
            assert!(began.elapsed() < PATIENCE, "it never came to that: {found:?}");
            tokio::time::sleep(Duration::from_millis(10)).await;
        }
    }

    pub async fn until_gone(&self, wanted: &Want) {
        let began = std::time::Instant::now();
        while let Some(left) = self.find(wanted).await {
            assert!(began.elapsed() < PATIENCE, "it is left: {left:?}");
            tokio::time::sleep(Duration::from_millis(10)).await;
        }
    }
}
