//! A platform for tests: no upstream, nothing is waited for.

use std::time::Duration;

use access::Events;
use access::allowances::Allowances;
use db::Db;
use kernel::Clock;
use kernel::retry::Backoff;
use probes::Probes;
use reconcile::{Reconciler, Settings};
use telemetry::Metrics;

use crate::pace::Pace;
use crate::upstreams::Upstreams;
use crate::{Deployment, Handles};

/// What failed is not tried again while a test looks on.
const PATIENT: Backoff = Backoff { first: Duration::from_mins(1), most: Duration::from_hours(1) };

/// Handles over a database, for tests to change.
pub fn handles(db: &Db, clock: &Clock) -> Handles {
    const OFF: &str = "not_configured";
    Handles {
        db: db.clone(),
        clock: clock.clone(),
        reconciler: Reconciler::new(db.clone(), clock.clone(), Settings::default()),
        events: Events::default(),
        probes: Probes::new(db.clone(), clock.clone()),
        upstreams: Upstreams { authentik: Err(OFF), stalwart: Err(OFF), ocis: Err(OFF) },
        pace: Pace { settle: Duration::ZERO, ..Pace::steady(Duration::from_mins(1), PATIENT) },
        metrics: Metrics::new("test"),
        deployment: Deployment { portal: None, domains: [].into(), allowances: Allowances::default() },
    }
}
