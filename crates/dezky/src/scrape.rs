//! `/metrics`: what Prometheus reads [Q4], on an address of its own, for it says how much is going on here. What comes
//! from the database is read by few bounded statements each, one after another and no more often than every few seconds;
//! what does not come in time is left out of the answer and counted.

use std::sync::Arc;
use std::time::Duration;

use axum::Router;
use axum::extract::State;
use axum::http::{StatusCode, header};
use axum::response::{IntoResponse, Response};
use axum::routing::get;
use db::{Db, Error, Pool};
use kernel::Clock;
use mailer::Mailer;
use platform::Platform;
use probes::{Liveness, Probes, State as Answers};
use reconcile::Reconciler;
use telemetry::{CONTENT_TYPE, Connections, Metrics, Part, Snapshot};
use tokio::sync::Mutex;
use tokio::time::{Instant, timeout};

/// How long what was read is good.
const FRESH: Duration = Duration::from_secs(5);
/// The longest that one part may take; all of them together stay far below the ten seconds that Prometheus waits.
const PATIENCE: Duration = Duration::from_secs(1);

/// Reads what is known only when somebody looks. Clones share what was read.
#[derive(Clone)]
pub struct Scraper(Arc<Inner>);

struct Inner {
    metrics: Metrics,
    db: Db,
    clock: Clock,
    reconciler: Reconciler,
    mailer: Mailer,
    probes: Probes,
    jobs: Vec<&'static str>,
    kept: Mutex<Option<(Instant, Snapshot)>>,
}

impl Scraper {
    /// Over these handles and the names of the jobs that run by the clock.
    pub fn new(platform: &Platform, mailer: Mailer, jobs: Vec<&'static str>) -> Self {
        Self(Arc::new(Inner {
            metrics: platform.metrics.clone(),
            db: platform.db.clone(),
            clock: platform.clock.clone(),
            reconciler: platform.reconciler.clone(),
            mailer,
            probes: platform.probes.clone(),
            jobs,
            kept: Mutex::default(),
        }))
    }

    /// Whoever asks while another reads gets what that one reads.
    async fn snapshot(&self) -> Snapshot {
        let mut kept = self.0.kept.lock().await;
        if let Some((_, known)) = kept.as_ref().filter(|(at, _)| at.elapsed() < FRESH) {
            return known.clone();
        }
        let read = self.read().await;
        *kept = Some((Instant::now(), read.clone()));
        read
    }

    async fn read(&self) -> Snapshot {
        let Inner { db, clock, reconciler, mailer, probes, jobs, .. } = &*self.0;
        let mut read = Snapshot {
            connections: db.pools().into_iter().map(connections).collect(),
            breakers: reconciler.breakers(),
            ..Snapshot::default()
        };
        let began = Instant::now();
        read.database = self.part(Part::Database, db.ping()).await.map(|()| began.elapsed());
        read.queue = self.part(Part::Queue, reconciler.queue()).await;
        read.jobs = self.part(Part::Jobs, jobs::waiting(db, clock.now(), jobs)).await;
        read.outbox = self.part(Part::Outbox, mailer.outbox()).await;
        let liveness = self.part(Part::Upstreams, probes.liveness()).await;
        read.upstreams = liveness.map(|all| all.iter().filter_map(answers).collect());
        read
    }

    async fn part<T>(&self, part: Part, reading: impl Future<Output = Result<T, Error>>) -> Option<T> {
        let part_of = part.as_str();
        match timeout(PATIENCE, reading).await {
            Ok(Ok(read)) => return Some(read),
            Ok(Err(error)) => tracing::warn!(part = part_of, %error, "metrics can't be read"),
            Err(_) => tracing::warn!(part = part_of, "metrics don't come in time"),
        }
        self.0.metrics.unread(part);
        None
    }
}

fn connections(Pool { name, open, idle, most }: Pool) -> Connections {
    let used = open.saturating_sub(idle).into();
    Connections { pool: name, used, idle: idle.into(), most: most.into() }
}

/// Whether an upstream answers; none of one that is not used or was not asked yet.
fn answers(of: &Liveness) -> Option<(&'static str, bool)> {
    match of.state {
        Answers::Up => Some((of.upstream, true)),
        Answers::Down(..) => Some((of.upstream, false)),
        Answers::Off(_) | Answers::Unknown => None,
    }
}

/// What is served there.
pub fn router(scraper: Scraper) -> Router {
    Router::new().route("/metrics", get(show)).with_state(scraper)
}

async fn show(State(scraper): State<Scraper>) -> Response {
    let snapshot = scraper.snapshot().await;
    match scraper.0.metrics.text(&snapshot) {
        Ok(text) => ([(header::CONTENT_TYPE, CONTENT_TYPE)], text).into_response(),
        Err(error) => {
            tracing::error!(%error, "metrics can't be written");
            StatusCode::INTERNAL_SERVER_ERROR.into_response()
        }
    }
}

#[cfg(test)]
mod tests {
    use async_trait::async_trait;
    use axum::body::{Body, to_bytes};
    use axum::http::Request;
    use probes::{Check, Probe};
    use sea_orm::TransactionTrait as _;
    use tower::ServiceExt as _;

    use super::*;

    async fn scraped(router: &Router) -> String {
        let request = Request::get("/metrics").body(Body::empty()).unwrap();
        let answer = router.clone().oneshot(request).await.unwrap();
        assert_eq!(answer.status(), StatusCode::OK);
        assert_eq!(answer.headers()[header::CONTENT_TYPE], CONTENT_TYPE);
        let text = String::from_utf8(to_bytes(answer.into_body(), 1 << 20).await.unwrap().to_vec()).unwrap();
        // Those of one name come in any order.
        let mut lines: Vec<_> = text.split_inclusive('\n').collect();
        lines.sort_unstable();
        lines.concat()
    }

    fn served(db: &Db) -> Router {
        let platform = Platform::new(platform::testing::handles(db, &Clock::System));
        let mailer = Mailer::new(db.clone(), Clock::System, None);
        router(Scraper::new(&platform, mailer, Vec::new()))
    }

    /// All connections are taken, as when something locks the tables that they wait for.
    #[tokio::test]
    async fn a_database_that_does_not_answer_holds_up_no_answer_and_is_counted() {
        let test = migrations::test_database().await;
        let mut taken = Vec::new();
        for _ in 0..test.db.pools()[0].most {
            taken.push(test.db.read().begin().await.unwrap());
        }
        let (router, began) = (served(&test.db), Instant::now());
        let answer = scraped(&router).await;
        assert!(began.elapsed() < Duration::from_secs(10), "{:?}", began.elapsed());
        for part in Part::ALL {
            let line = format!("dezky_scrape_errors_total{{part=\"{}\"}} 1\n", part.as_str());
            assert!(answer.contains(&line), "{line}{answer}");
        }
        assert!(!answer.contains("dezky_outbox_mails"), "{answer}");
        assert!(answer.contains("dezky_database_connections"), "{answer}");
        drop(taken);
        assert_eq!(scraped(&router).await, answer, "nobody asks a sick database again at once");
    }

    struct Answering(bool);

    #[async_trait]
    impl Check for Answering {
        async fn check(&self) -> Result<(), probes::Failed> {
            if self.0 { Ok(()) } else { Err("it can't be reached".to_owned().into()) }
        }
    }

    #[tokio::test]
    async fn an_upstream_that_is_down_is_told_while_nothing_is_due() {
        let test = migrations::test_database().await;
        let platform = Platform::new(platform::testing::handles(&test.db, &Clock::System));
        let probe = |upstream, check: Result<bool, &'static str>| {
            let check = check.map(|is_up| Arc::new(Answering(is_up)) as Arc<dyn Check>);
            Probe { upstream, check, min_interval: Duration::ZERO }
        };
        let all = [probe("stalwart", Ok(false)), probe("authentik", Ok(true)), probe("ocis", Err("off"))];
        platform.probes.register(all.into());
        platform.probes.ask().await.unwrap();
        let mailer = Mailer::new(test.db.clone(), Clock::System, None);
        let answer = scraped(&router(Scraper::new(&platform, mailer, Vec::new()))).await;
        for line in ["{upstream=\"stalwart\"} 0\n", "{upstream=\"authentik\"} 1\n"] {
            assert!(answer.contains(&format!("dezky_upstream_up{line}")), "{answer}");
        }
        assert!(!answer.contains("ocis"), "one that is not used is neither: {answer}");
    }

    #[tokio::test]
    async fn what_was_read_is_told_for_a_while() {
        let test = migrations::test_database().await;
        let router = served(&test.db);
        let answer = scraped(&router).await;
        assert!(answer.contains("dezky_outbox_mails 0\n"), "{answer}");
        test.db.clone().close().await;
        assert_eq!(scraped(&router).await, answer);
    }
}
