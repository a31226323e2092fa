//! Where every figure is entered, with its name and labels. What is entered here must stand in
//! docs/operations/monitor.md.

use prometheus_client::encoding::EncodeMetric;
use prometheus_client::metrics::MetricType;
use prometheus_client::metrics::family::Family;
use prometheus_client::metrics::histogram::Histogram;
use prometheus_client::registry::{Metric, Registry};

/// Of all names.
const PREFIX: &str = "dezky";

/// From a page out of memory to the longest deadline of a call.
const SECONDS: [f64; 12] = [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0, 30.0];

/// How long things take, by labels.
pub(crate) type Times<S> = Family<S, Histogram>;

/// Times of which none is known yet.
pub(crate) fn times<S: Clone + std::hash::Hash + Eq>() -> Times<S> {
    Times::new_with_constructor(seconds)
}

fn seconds() -> Histogram {
    Histogram::new(SECONDS)
}

/// A figure.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Described {
    /// Its name, as rules and dashboards use it. Those of a histogram end further, in `_bucket`, `_sum` and `_count`.
    pub name: String,
    /// Its labels.
    pub labels: &'static [&'static str],
    /// Whether it is a histogram.
    pub is_histogram: bool,
}

/// A registry that knows what is in it.
#[derive(Debug)]
pub(crate) struct Book {
    pub(crate) registry: Registry,
    pub(crate) described: Vec<Described>,
}

impl Book {
    pub(crate) fn new() -> Self {
        Self { registry: Registry::with_prefix(PREFIX), described: Vec::new() }
    }

    /// Enters a figure; `help` is a sentence without its full stop.
    pub(crate) fn enter(
        &mut self,
        name: &str,
        labels: &'static [&'static str],
        help: &str,
        metric: impl Metric,
    ) {
        let kind = EncodeMetric::metric_type(&metric);
        let ending = match kind {
            MetricType::Counter => "_total",
            MetricType::Info => "_info",
            MetricType::Gauge | MetricType::Histogram | MetricType::Unknown => "",
        };
        let is_histogram = kind == MetricType::Histogram;
        self.described.push(Described { name: format!("{PREFIX}_{name}{ending}"), labels, is_histogram });
        self.registry.register(name, help, metric);
    }
}
