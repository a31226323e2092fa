//! In place of `traces.rs` in builds without the feature `otlp`: nothing is sent.

use tracing_subscriber::layer::Identity;

use crate::config::{Problems, Values, text};

/// Nothing is collected.
pub struct Traces(Option<Identity>);

impl Traces {
    /// A setting that asks for traces is refused rather than ignored.
    pub fn begin(values: &Values) -> anyhow::Result<Self> {
        const ENDPOINT: &str = "OTEL_EXPORTER_OTLP_ENDPOINT";
        const WHY: &str =
            "this build sends no traces; build it with the feature otlp, or leave the setting out";
        if text(values, ENDPOINT).is_some() {
            return Err(Problems::one(ENDPOINT, WHY).into());
        }
        Ok(Self(None))
    }

    /// Nothing to add to logs.
    pub fn layer(&self) -> Option<Identity> {
        self.0.clone()
    }
}

/// The trace that the present work belongs to.
pub fn parent() -> Option<String> {
    None
}
