//! Sends spans to a collector, by OTLP over HTTP [Q4]. Our own client carries them: its deadline, its trust in
//! certificates and its one HTTP stack hold here too. Settings have the names of the OpenTelemetry specification.

use std::collections::HashMap;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use anyhow::Context as _;
use async_trait::async_trait;
use opentelemetry::trace::{TraceContextExt as _, TracerProvider as _};
use opentelemetry_http::{Bytes, HttpClient, HttpError, Request, Response};
use opentelemetry_otlp::{Protocol, SpanExporter, WithExportConfig as _, WithHttpConfig as _};
use opentelemetry_sdk::Resource;
use opentelemetry_sdk::trace::{SdkTracerProvider, Tracer};
use outbound::{Answer, Call, CallError, Client, Method, Options};
use tokio::runtime::Handle;
use tokio_util::task::TaskTracker;
use tracing::instrument::WithSubscriber as _;
use tracing::level_filters::LevelFilter;
use tracing_opentelemetry::{OpenTelemetryLayer, OpenTelemetrySpanExt as _};
use tracing_subscriber::Layer;
use tracing_subscriber::registry::LookupSpan;

use crate::config::{Problems, Values, text};

const ENDPOINT: &str = "OTEL_EXPORTER_OTLP_ENDPOINT";
const EXTRA_ROOTS: &str = "EXTRA_CA_CERTS";
const HEADERS: &str = "OTEL_EXPORTER_OTLP_HEADERS";
/// The longest that a batch may take, and what is left at the end.
const DEADLINE: Duration = Duration::from_secs(5);

/// What collects spans, if they are sent anywhere.
pub struct Traces(Option<SdkTracerProvider>);

impl Traces {
    /// Begins to collect, where a collector is configured.
    pub fn begin(values: &Values) -> anyhow::Result<Self> {
        let Some(endpoint) = text(values, ENDPOINT) else { return Ok(Self(None)) };
        let bad = |why: String| Problems::one(ENDPOINT, format!("can't be used: {why}"));
        let base = endpoint
            .trim_end_matches('/')
            .parse()
            .map_err(|error: url::ParseError| bad(error.to_string()))?;
        let extra_roots = text(values, EXTRA_ROOTS).map(std::fs::read).transpose();
        let extra_roots =
            extra_roots.map_err(|why| Problems::one(EXTRA_ROOTS, format!("can't be used: {why}")))?;
        let options = Options { deadline: DEADLINE, extra_roots, ..Options::default() };
        let client =
            Client::new("the trace collector", base, options).map_err(|error| bad(error.to_string()))?;
        let headers =
            headers(text(values, HEADERS).unwrap_or_default()).map_err(|why| Problems::one(HEADERS, why))?;
        let exporter = SpanExporter::builder()
            .with_http()
            .with_http_client(Way::new(client))
            .with_protocol(Protocol::HttpBinary)
            .with_endpoint(format!("{}/v1/traces", endpoint.trim_end_matches('/')))
            .with_headers(headers)
            .with_timeout(DEADLINE)
            .build()
            .context("traces can't be sent")?;
        let name = text(values, "OTEL_SERVICE_NAME").unwrap_or("dezky").to_owned();
        let provider = SdkTracerProvider::builder()
            .with_batch_exporter(exporter)
            .with_resource(Resource::builder().with_service_name(name).build())
            .build();
        Ok(Self(Some(provider)))
    }

    /// Hands spans on, whatever is logged.
    pub fn layer<S>(&self) -> Option<impl Layer<S> + use<S>>
    where
        S: tracing::Subscriber + for<'a> LookupSpan<'a>,
    {
        let tracer: Tracer = self.0.as_ref()?.tracer("dezky");
        Some(OpenTelemetryLayer::new(tracer).with_filter(LevelFilter::INFO))
    }
}

/// Sends what is left.
impl Drop for Traces {
    fn drop(&mut self) {
        if let Some(provider) = &self.0
            && let Err(error) = provider.shutdown_with_timeout(DEADLINE)
        {
            tracing::warn!(%error, "the last spans were not sent");
        }
    }
}

/// The trace that the present work belongs to, as W3C Trace Context writes it.
pub fn parent() -> Option<String> {
    let context = tracing::Span::current().context();
    let span = context.span();
    let span = span.span_context();
    let flags = span.trace_flags().to_u8();
    span.is_valid().then(|| format!("00-{}-{}-{flags:02x}", span.trace_id(), span.span_id()))
}

/// `name=value` with commas between, each value percent-encoded. The values may be secrets.
fn headers(list: &str) -> Result<HashMap<String, String>, &'static str> {
    const WRONG: &str = "list pairs such as x-key=secret, separated by commas";
    let pairs = list.split(',').map(str::trim).filter(|pair| !pair.is_empty());
    pairs
        .map(|pair| {
            let (name, value) = pair.split_once('=').ok_or(WRONG)?;
            let value =
                percent_encoding::percent_decode_str(value.trim()).decode_utf8().map_err(|_| WRONG)?;
            Ok((name.trim().to_owned(), value.into_owned()))
        })
        .collect()
}

/// The way to the collector. Whoever collects has a thread of its own, outside the runtime that calls need.
#[derive(Debug)]
struct Way {
    client: Client,
    runtime: Handle,
    sends: TaskTracker,
    /// True since a batch was not taken, until one is.
    is_failing: AtomicBool,
}

impl Way {
    fn new(client: Client) -> Self {
        let (runtime, sends) = (Handle::current(), TaskTracker::new());
        Self { client, runtime, sends, is_failing: AtomicBool::new(false) }
    }

    /// Says once that spans are lost, and once that they arrive again; each batch would say it otherwise.
    fn note(&self, answer: &Result<Answer, CallError>) {
        let why = match answer {
            Ok(answer) if answer.is_success() => None,
            Ok(answer) => Some(format!("the trace collector answered {}", answer.status)),
            Err(error) => Some(error.to_string()),
        };
        let was_failing = self.is_failing.swap(why.is_some(), Ordering::Relaxed);
        match why {
            Some(why) if !was_failing => tracing::warn!(why, "spans are not sent"),
            None if was_failing => tracing::info!("spans are sent again"),
            Some(_) | None => {}
        }
    }
}

#[async_trait]
impl HttpClient for Way {
    async fn send_bytes(&self, request: Request<Bytes>) -> Result<Response<Bytes>, HttpError> {
        let (parts, body) = request.into_parts();
        // The client's base has the path that the endpoint names; what follows it is always the same.
        let mut call = Call::new(Method::Post, "/v1/traces").raw("application/x-protobuf", body.to_vec());
        for (name, value) in parts.headers.iter().filter(|(name, _)| *name != "content-type") {
            call = call.header(name.as_str().to_owned(), value.to_str()?);
        }
        let client = self.client.clone();
        // Without spans of its own: each batch would make the next one.
        let sending = async move { client.send(call).await }.with_subscriber(tracing::Dispatch::none());
        let answer = self.sends.spawn_on(sending, &self.runtime).await?;
        self.note(&answer);
        let answer = answer?;
        Ok(Response::builder().status(answer.status).body(answer.body)?)
    }
}

#[cfg(test)]
mod tests {
    use super::headers;

    #[test]
    fn what_a_collector_asks_for_is_read_as_the_specification_says() {
        let read = headers("authorization=Bearer%20a%2Cb, x-scope = one ,").unwrap();
        assert_eq!((read["authorization"].as_str(), read["x-scope"].as_str()), ("Bearer a,b", "one"));
        assert!(headers("authorization").is_err());
    }
}
