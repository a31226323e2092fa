//! How soon the product is ready and how much memory it needs for doing nothing.

use std::time::Duration;

use anyhow::{Context as _, Result};

use super::product::{Sandbox, Upstreams};
use super::report::Figure;
use super::size::Size;

/// The most that a start may take.
const READY: Duration = Duration::from_millis(300);
/// The most memory when idle.
const IDLE: u64 = 60_000_000;

/// Starts with an empty database and with one that is up to date, and the memory after a rest.
pub async fn measure(sandbox: &Sandbox, size: &Size) -> Result<Vec<Figure>> {
    let first = sandbox.serve(Upstreams::On).await?;
    let empty = first.ready_after;
    tokio::time::sleep(size.rest).await;
    let memory = first.memory()?;
    first.stop().await?;
    let mut again = Vec::new();
    for _ in 0..size.starts {
        let serving = sandbox.serve(Upstreams::On).await?;
        again.push(serving.ready_after);
        serving.stop().await?;
    }
    again.sort_unstable();
    let median = again.get(again.len() / 2).copied().context("the product was never started again")?;
    let worst = again.last().copied().unwrap_or(median);
    let figures = vec![
        Figure::millis("start to ready, empty database", empty).aim("300 ms", empty <= READY),
        Figure::millis(format!("start to ready, median of {}", again.len()), median)
            .aim("300 ms", median <= READY),
        Figure::millis("start to ready, slowest", worst),
        Figure::memory("memory, idle", memory).aim("60 MB", memory < IDLE),
    ];
    Ok(figures)
}
