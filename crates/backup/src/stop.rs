//! Stopping at a signal: what is half done is taken away before the process ends.

use std::future::Future;

use tokio_util::sync::CancellationToken;

use crate::error::Error;

/// Does something, unless it is stopped meanwhile. What it holds then is dropped, which takes away what it made.
pub(crate) async fn unless_stopped<T>(
    stop: &CancellationToken,
    work: impl Future<Output = Result<T, Error>>,
) -> Result<T, Error> {
    tokio::select! {
        biased;
        () = stop.cancelled() => Err(Error::Stopped),
        done = work => done,
    }
}

/// For work that waits for nobody: fails once it is stopped.
pub(crate) fn must_go_on(stop: &CancellationToken) -> Result<(), Error> {
    if stop.is_cancelled() { Err(Error::Stopped) } else { Ok(()) }
}
