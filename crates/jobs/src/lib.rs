//! Work that recurs by the clock. A schedule runs on one instance at a time, however many there are: its row in
//! `schedules` is claimed by moving it on. A claim that dies with its process is simply due again one period later.

#![warn(missing_docs)]

use std::sync::Arc;
use std::time::Duration;

use async_trait::async_trait;
use db::{Db, Error, Tx};
use kernel::id::RequestId;
use kernel::{Clock, Timestamp};
use sea_orm::sea_query::OnConflict;
use sea_orm::{ColumnTrait, EntityTrait, QueryFilter, Set};
use telemetry::{Jobs, Runs};
use tokio_util::sync::CancellationToken;
use tokio_util::task::TaskTracker;
use tracing::Instrument as _;

mod tables {
    use sea_orm::entity::prelude::*;

    #[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
    #[sea_orm(table_name = "schedules")]
    pub struct Model {
        #[sea_orm(primary_key, auto_increment = false)]
        pub name: String,
        pub next_at: i64,
    }

    #[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
    pub enum Relation {}

    impl ActiveModelBehavior for ActiveModel {}
}

/// What a schedule does. Running it twice must do no harm.
#[async_trait]
pub trait Run: Send + Sync {
    /// Does it once. The error is a sentence for the log; the next run is one period later all the same.
    async fn run(&self) -> Result<(), String>;
}

/// Work that recurs.
#[derive(Clone)]
pub struct Schedule {
    /// Its name, also the key of its row.
    pub name: &'static str,
    /// How often.
    pub every: Duration,
    /// The work.
    pub work: Arc<dyn Run>,
}

impl std::fmt::Debug for Schedule {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{} every {:?}", self.name, self.every)
    }
}

impl Schedule {
    /// The same, whose runs are counted.
    pub fn counted(self, runs: &Runs) -> Self {
        let Self { name, every, work } = self;
        runs.announce(name);
        Self { name, every, work: Arc::new(Counted { name, work, runs: runs.clone() }) }
    }
}

struct Counted {
    name: &'static str,
    work: Arc<dyn Run>,
    runs: Runs,
}

#[async_trait]
impl Run for Counted {
    async fn run(&self) -> Result<(), String> {
        let began = tokio::time::Instant::now();
        let done = self.work.run().await;
        self.runs.ended(self.name, done.is_ok(), began.elapsed());
        done
    }
}

/// How often due schedules are looked for.
const LOOK: Duration = Duration::from_millis(500);

/// Runs schedules until `stop`; `tracker` waits for runs that are under way.
pub fn start(
    db: &Db,
    clock: &Clock,
    schedules: Vec<Schedule>,
    tracker: &TaskTracker,
    stop: &CancellationToken,
) {
    for schedule in schedules {
        let (db, clock, stop) = (db.clone(), clock.clone(), stop.clone());
        tracker.spawn(async move {
            while !stop.is_cancelled() {
                run_if_due(&db, &clock, &schedule).await;
                let pause = LOOK.min(schedule.every);
                stop.run_until_cancelled(tokio::time::sleep(pause)).await;
            }
        });
    }
}

/// Runs a schedule when it is due and no other instance has claimed this turn; true when it ran.
pub async fn run_if_due(db: &Db, clock: &Clock, schedule: &Schedule) -> bool {
    match claim(db, clock.now(), schedule).await {
        Ok(false) => false,
        Ok(true) => {
            let id = RequestId::new(clock);
            let span = tracing::info_span!("job", request_id = %id, job = schedule.name);
            let run = async {
                if let Err(why) = schedule.work.run().await {
                    tracing::warn!(schedule = schedule.name, why, "a scheduled run failed");
                }
            };
            telemetry::caused_by(&id, run).instrument(span).await;
            true
        }
        Err(error) => {
            tracing::warn!(schedule = schedule.name, %error, "a schedule could not be claimed");
            false
        }
    }
}

/// How many of these schedules are due, by one statement. Others that have a row are of a version before.
pub async fn waiting(db: &Db, now: Timestamp, names: &[&str]) -> Result<Jobs, Error> {
    let names = names.iter().copied();
    let rows = tables::Entity::find().filter(tables::Column::Name.is_in(names)).all(db.read()).await?;
    let mut jobs = Jobs::default();
    for row in rows {
        if row.next_at > now.micros() {
            jobs.waiting += 1;
        } else {
            jobs.due.count += 1;
            jobs.due.oldest = jobs.due.oldest.max(now.since(Timestamp::from_micros(row.next_at)));
        }
    }
    Ok(jobs)
}

/// Makes a schedule due at once.
pub async fn run_soon(tx: &Tx, now: Timestamp, name: &str) -> Result<(), Error> {
    tables::Entity::update_many()
        .set(tables::ActiveModel { next_at: Set(now.micros()), ..Default::default() })
        .filter(tables::Column::Name.eq(name))
        .exec(&**tx)
        .await?;
    Ok(())
}

async fn claim(db: &Db, now: Timestamp, schedule: &Schedule) -> Result<bool, Error> {
    let due = tables::Entity::find_by_id(schedule.name).one(db.read()).await?;
    if due.as_ref().is_some_and(|row| row.next_at > now.micros()) {
        return Ok(false);
    }
    let next = now.after(schedule.every).micros();
    let row = tables::ActiveModel { name: Set(schedule.name.to_owned()), next_at: Set(next) };
    let Some(due) = due else {
        let inserted = tables::Entity::insert(row)
            .on_conflict(OnConflict::column(tables::Column::Name).do_nothing().to_owned())
            .exec_without_returning(db.read())
            .await?;
        return Ok(inserted == 1);
    };
    let moved = tables::Entity::update_many()
        .set(tables::ActiveModel { next_at: Set(next), ..Default::default() })
        .filter(tables::Column::Name.eq(schedule.name))
        .filter(tables::Column::NextAt.eq(due.next_at))
        .exec(db.read())
        .await?;
    Ok(moved.rows_affected == 1)
}

#[cfg(test)]
mod tests {
    use std::sync::atomic::{AtomicU32, Ordering};

    use super::*;

    #[derive(Default)]
    struct Count(AtomicU32);

    #[async_trait]
    impl Run for Count {
        async fn run(&self) -> Result<(), String> {
            self.0.fetch_add(1, Ordering::SeqCst);
            Ok(())
        }
    }

    #[tokio::test]
    async fn a_schedule_runs_once_a_period_however_many_instances_there_are() {
        let test = migrations::test_database().await;
        let clock = Clock::manual(Timestamp::from_seconds(1_800_000_000));
        let count = Arc::new(Count::default());
        let schedule = Schedule { name: "count", every: Duration::from_mins(1), work: count.clone() };
        for expected in 1..=3 {
            let instances = (0..5).map(|_| run_if_due(&test.db, &clock, &schedule));
            futures_util::future::join_all(instances).await;
            assert_eq!(count.0.load(Ordering::SeqCst), expected);
            clock.advance(Duration::from_secs(61));
        }
    }
}
