//! Stopping: at a signal no new work is begun, and what is under way may end.

use std::time::Duration;

use tokio::signal::unix::{SignalKind, signal};
use tokio_util::sync::CancellationToken;
use tokio_util::task::TaskTracker;

const PATIENCE: Duration = Duration::from_secs(10);

/// Cancelled at the first SIGINT or SIGTERM; the second one ends the process at once.
pub fn on_signal() -> anyhow::Result<CancellationToken> {
    let stop = CancellationToken::new();
    let (mut interrupt, mut terminate) = (signal(SignalKind::interrupt())?, signal(SignalKind::terminate())?);
    let token = stop.clone();
    // Nobody waits for this one: it ends with the process.
    TaskTracker::new().spawn(async move {
        loop {
            tokio::select! {
                _ = interrupt.recv() => {}
                _ = terminate.recv() => {}
            }
            if token.is_cancelled() {
                std::process::exit(1);
            }
            tracing::info!("stopping");
            token.cancel();
        }
    });
    Ok(stop)
}

/// Waits for what is under way, but not for ever.
pub async fn wait(tracker: &TaskTracker) {
    tracker.close();
    if tokio::time::timeout(PATIENCE, tracker.wait()).await.is_err() {
        tracing::warn!(tasks = tracker.len(), "stopped before everything had ended");
    }
}
