//! Logs, always on standard error: standard output belongs to what a command answers. Beside them spans go to a
//! collector, where one is configured.

use std::io::IsTerminal as _;

use anyhow::Context as _;
use tracing_subscriber::layer::SubscriberExt as _;
use tracing_subscriber::util::SubscriberInitExt as _;
use tracing_subscriber::{EnvFilter, Layer as _, Registry, fmt};

use crate::config::{Problems, Values, log_format, text};
use crate::traces::Traces;

/// Starts logging; `usual` is the filter unless `RUST_LOG` is set. Spans are collected until what it gives is dropped.
pub fn start(values: &Values, usual: &str) -> anyhow::Result<Traces> {
    let filter = text(values, "RUST_LOG").unwrap_or(usual);
    let filter = EnvFilter::try_new(filter)
        .map_err(|error| Problems::one("RUST_LOG", format!("can't be read: {error}")))?;
    let lines =
        fmt::layer::<Registry>().with_ansi(std::io::stderr().is_terminal()).with_writer(std::io::stderr);
    let lines = if log_format(values)?.is_json() { lines.json().boxed() } else { lines.boxed() };
    let traces = Traces::begin(values)?;
    let logs = tracing_subscriber::registry().with(lines.with_filter(filter)).with(traces.layer());
    logs.try_init().context("logging can't be started")?;
    Ok(traces)
}
