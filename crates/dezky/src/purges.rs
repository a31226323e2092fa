//! Scheduled work of the platform itself: forgetting what is no longer needed.

use std::sync::Arc;
use std::time::Duration;

use async_trait::async_trait;
use db::Db;
use jobs::{Run, Schedule};
use kernel::Clock;

const HOUR: Duration = Duration::from_hours(1);
/// What was denied again is written soon after its minute.
const SOON: Duration = Duration::from_secs(10);
/// What was typed stays no longer than was said.
const OFTEN: Duration = Duration::from_mins(1);
/// Longer than any policy lets a session live.
const SESSIONS_KEPT: Duration = Duration::from_hours(30 * 24);

struct Sessions(Db, Clock);
struct IdempotencyKeys(Db, Clock);
struct KeptForms(Db, Clock);
struct Denials(Db, Clock);
struct Allowances(Db, Clock);

#[async_trait]
impl Run for Sessions {
    async fn run(&self) -> Result<(), String> {
        let gone = access::sessions::purge(&self.0, self.1.now().before(SESSIONS_KEPT)).await;
        told("sessions", gone)
    }
}

#[async_trait]
impl Run for IdempotencyKeys {
    async fn run(&self) -> Result<(), String> {
        told("idempotency keys", web::purge_idempotency_keys(&self.0, self.1.now()).await)
    }
}

#[async_trait]
impl Run for KeptForms {
    async fn run(&self) -> Result<(), String> {
        told("kept forms", sign_in::purge_kept_forms(&self.0, self.1.now()).await)
    }
}

#[async_trait]
impl Run for Denials {
    async fn run(&self) -> Result<(), String> {
        access::denials::write_counted(&self.0, &self.1).await.map_err(|error| error.to_string())
    }
}

#[async_trait]
impl Run for Allowances {
    async fn run(&self) -> Result<(), String> {
        told("allowances", access::allowances::purge(&self.0, self.1.now()).await)
    }
}

fn told(what: &str, gone: Result<u64, db::Error>) -> Result<(), String> {
    let gone = gone.map_err(|error| error.to_string())?;
    tracing::debug!(gone, what, "forgot what is old");
    Ok(())
}

/// The schedules.
pub fn schedules(db: &Db, clock: &Clock) -> Vec<Schedule> {
    vec![
        Schedule { name: "sessions.purge", every: HOUR, work: Arc::new(Sessions(db.clone(), clock.clone())) },
        Schedule {
            name: "idempotency_keys.purge",
            every: HOUR,
            work: Arc::new(IdempotencyKeys(db.clone(), clock.clone())),
        },
        Schedule {
            name: "kept_forms.purge",
            every: OFTEN,
            work: Arc::new(KeptForms(db.clone(), clock.clone())),
        },
        Schedule { name: "denials.write", every: SOON, work: Arc::new(Denials(db.clone(), clock.clone())) },
        Schedule {
            name: "allowances.purge",
            every: HOUR,
            work: Arc::new(Allowances(db.clone(), clock.clone())),
        },
    ]
}
