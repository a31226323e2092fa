//! Logs, always on standard error: standard output belongs to what a command answers.

use std::io::IsTerminal as _;

use anyhow::Context as _;
use tracing_subscriber::EnvFilter;

use crate::config::{Problems, Values, log_format, text};

/// Starts logging; `usual` is the filter unless `RUST_LOG` is set.
pub fn start(values: &Values, usual: &str) -> anyhow::Result<()> {
    let filter = text(values, "RUST_LOG").unwrap_or(usual);
    let filter = EnvFilter::try_new(filter)
        .map_err(|error| Problems::one("RUST_LOG", format!("can't be read: {error}")))?;
    let logs = tracing_subscriber::fmt()
        .with_env_filter(filter)
        .with_ansi(std::io::stderr().is_terminal())
        .with_writer(std::io::stderr);
    let started = if log_format(values)?.is_json() { logs.json().try_init() } else { logs.try_init() };
    started.map_err(anyhow::Error::from_boxed).context("logging can't be started")
}
