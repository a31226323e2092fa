//! Dies at a named point of a step, for tests of what a crash leaves. Builds without debug assertions have nothing of
//! this.

use anyhow::{Context as _, anyhow};
use reconcile::FailPoint;

use crate::config;

/// The point that the environment names.
pub fn from_environment() -> anyhow::Result<Option<FailPoint>> {
    let named = config::fail_point().map(|text| FailPoint::read(&text, die));
    named.transpose().map_err(|why| anyhow!(why)).context("DEZKY_FAIL_POINT can't be read")
}

/// Ends the process as `kill -9` does: nothing is flushed, closed or given back.
fn die(reached: &str) {
    eprintln!("fail point {reached}");
    #[cfg(unix)]
    {
        use rustix::process::{Signal, getpid, kill_process};
        // Nobody but the kernel can stop this, and it does not.
        let _ = kill_process(getpid(), Signal::KILL);
    }
    std::process::abort();
}
