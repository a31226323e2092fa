//! The client of one upstream.

use std::error::Error;
use std::io;
use std::sync::Arc;
use std::time::Duration;

use bytes::{Bytes, BytesMut};
use secrecy::ExposeSecret;
use telemetry::{CallOutcome, Calls, Effects};
use tokio::sync::Semaphore;
use tokio::time::Instant;
use tracing::Instrument as _;
use url::{Position, Url};

use crate::call::{Answer, Body, Call, Method};
use crate::error::{CallError, Cause, Effect};
use crate::guard::{self, NoAddress, PublicOnly};

/// How a client behaves.
#[derive(Debug, Clone)]
pub struct Options {
    /// The longest a call may take, waiting for its place included.
    pub deadline: Duration,
    /// How many calls run at a time; the rest wait.
    pub at_a_time: usize,
    /// The most bytes an answer may have.
    pub most_bytes: usize,
    /// PEM certificates trusted beside the system's roots (`EXTRA_CA_CERTS`).
    pub extra_roots: Option<Vec<u8>>,
    /// Calls only addresses of the public internet: for names that strangers give.
    pub only_public: bool,
    /// The address that the server shall take a call for, when it is reached at another: its host and scheme go along,
    /// as from a proxy in front. What a server says of itself (issuers, links) it builds from these.
    pub called_as: Option<Url>,
    /// Where calls are counted.
    pub calls: Calls,
    /// The trace that the present work belongs to, as a `traceparent` header (W3C Trace Context), if there is one.
    pub traceparent: fn() -> Option<String>,
}

impl Default for Options {
    fn default() -> Self {
        Self {
            deadline: Duration::from_secs(10),
            at_a_time: 8,
            most_bytes: 32 << 20,
            extra_roots: None,
            only_public: false,
            called_as: None,
            calls: Calls::default(),
            traceparent: || None,
        }
    }
}

/// Calls one upstream below one base address. Clones share the queue and the connections.
#[derive(Clone)]
pub struct Client {
    upstream: &'static str,
    base: Url,
    http: reqwest::Client,
    places: Arc<Semaphore>,
    options: Options,
}

impl std::fmt::Debug for Client {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{} at {}", self.upstream, self.base)
    }
}

/// A client can't be made from these settings.
#[derive(Debug, thiserror::Error)]
#[error("the client of {upstream} can't be created: {why}")]
pub struct BadSettings {
    upstream: &'static str,
    why: String,
}

impl Client {
    /// A client of `upstream` (its name for people) below `base`. Follows no redirects and keeps no cookies.
    pub fn new(upstream: &'static str, base: Url, options: Options) -> Result<Self, BadSettings> {
        let bad = |why: String| BadSettings { upstream, why };
        if base.cannot_be_a_base() || !matches!(base.scheme(), "http" | "https") {
            return Err(bad(format!("{base} isn't an http or https address")));
        }
        // Installing again, from a second client, is refused and harmless.
        let _ = rustls::crypto::ring::default_provider().install_default();
        let http = build(&options).map_err(|error| bad(error.to_string()))?;
        Ok(Self { upstream, base, http, places: Arc::new(Semaphore::new(options.at_a_time)), options })
    }

    /// The same client, with the same queue, at another host.
    pub fn at_host(&self, host: &str) -> Result<Self, CallError> {
        let mut base = self.base.clone();
        let bad =
            || CallError::without_effect(self.upstream, Cause::Malformed(format!("{host} isn't a host")));
        base.set_host(Some(host)).map_err(|_| bad())?;
        Ok(Self { base, ..self.clone() })
    }

    /// The name for people.
    pub fn upstream(&self) -> &'static str {
        self.upstream
    }

    /// The base address.
    pub fn base(&self) -> &Url {
        &self.base
    }

    /// Sends a call and reads the whole answer. Any status is an answer; the upstream's own client decides which
    /// of them are errors. The call carries the id of the request, step or run that it is made for.
    pub async fn send(&self, call: Call) -> Result<Answer, CallError> {
        let (described, cause) = (format!("{call:?}"), telemetry::cause());
        let request_id = cause.as_deref();
        let span = tracing::info_span!("call", upstream = self.upstream, call = described, request_id);
        self.send_counted(call, &described, request_id).instrument(span).await
    }

    async fn send_counted(
        &self,
        call: Call,
        described: &str,
        request_id: Option<&str>,
    ) -> Result<Answer, CallError> {
        let may_change = call.method.has_effect() && !call.only_reads;
        let mut counting = self.begin(may_change);
        let outcome = self.send_in_time(call, may_change, request_id).await;
        counting.outcome = counted_as(&outcome);
        let (upstream, call, millis) = (self.upstream, described, counting.began.elapsed().as_millis());
        match &outcome {
            Ok(answer) => tracing::debug!(upstream, call, status = answer.status, millis, request_id),
            Err(error) => tracing::warn!(upstream, call, %error, millis, request_id),
        }
        outcome
    }

    fn begin(&self, may_change: bool) -> Counting<'_> {
        Counting {
            calls: &self.options.calls,
            upstream: self.upstream,
            effects: if may_change { Effects::Change } else { Effects::Read },
            began: Instant::now(),
            outcome: CallOutcome::Timeout,
        }
    }

    async fn send_in_time(
        &self,
        call: Call,
        may_change: bool,
        request_id: Option<&str>,
    ) -> Result<Answer, CallError> {
        let deadline = call.deadline.unwrap_or(self.options.deadline);
        let started = Instant::now();
        let Ok(place) = tokio::time::timeout(deadline, self.places.acquire()).await else {
            return Err(CallError::without_effect(self.upstream, Cause::Timeout));
        };
        let left = deadline.saturating_sub(started.elapsed());
        let sent = tokio::time::timeout(left, self.exchange(call, may_change, request_id)).await;
        drop(place);
        let effect = if may_change { Effect::Unknown } else { Effect::None };
        let timeout = CallError { upstream: self.upstream, cause: Cause::Timeout, effect, retry_after: None };
        sent.unwrap_or(Err(timeout))
    }

    async fn exchange(
        &self,
        call: Call,
        may_change: bool,
        request_id: Option<&str>,
    ) -> Result<Answer, CallError> {
        let request = self.request(call, request_id)?;
        let response = self.http.execute(request).await.map_err(|error| self.failed(&error, may_change))?;
        let status = response.status().as_u16();
        let headers = response
            .headers()
            .iter()
            .filter_map(|(name, value)| Some((name.as_str().to_owned(), value.to_str().ok()?.to_owned())))
            .collect();
        let body = self.body(response, may_change).await?;
        Ok(Answer { status, headers, body, upstream: self.upstream, had_effect: may_change })
    }

    async fn body(&self, mut response: reqwest::Response, may_change: bool) -> Result<Bytes, CallError> {
        let mut body = BytesMut::new();
        while let Some(chunk) = response.chunk().await.map_err(|error| self.failed(&error, may_change))? {
            if body.len() + chunk.len() > self.options.most_bytes {
                let effect = if may_change { Effect::Unknown } else { Effect::None };
                let cause = Cause::Malformed(format!("it is over {} bytes", self.options.most_bytes));
                return Err(CallError { upstream: self.upstream, cause, effect, retry_after: None });
            }
            body.extend_from_slice(&chunk);
        }
        Ok(body.freeze())
    }

    pub(crate) fn request(
        &self,
        call: Call,
        request_id: Option<&str>,
    ) -> Result<reqwest::Request, CallError> {
        let bad = |why: String| CallError::without_effect(self.upstream, Cause::Malformed(why));
        let base = self.base.as_str().trim_end_matches('/');
        let url = Url::parse(&format!("{base}{}", call.path)).map_err(|error| bad(error.to_string()))?;
        if self.options.only_public && !guard::may_call(&url) {
            return Err(CallError::without_effect(self.upstream, Cause::NoAddress));
        }
        let method = match call.method {
            Method::Get => reqwest::Method::GET,
            Method::Post => reqwest::Method::POST,
            Method::Put => reqwest::Method::PUT,
            Method::Patch => reqwest::Method::PATCH,
            Method::Delete => reqwest::Method::DELETE,
        };
        let mut request = self.http.request(method, url);
        if !call.query.is_empty() {
            request = request.query(&call.query);
        }
        if let Some(public) = &self.options.called_as {
            // `X-Forwarded-Host` is not looked at everywhere; `Host` is. That holds for HTTP/1.1, and no other is built in.
            let host = &public[Position::BeforeHost..Position::AfterPort];
            request = request.header("host", host).header("x-forwarded-proto", public.scheme());
        }
        for (name, value) in call.headers {
            request = request.header(&*name, value);
        }
        // Strangers have no use for it.
        if !self.options.only_public {
            let traceparent = (self.options.traceparent)();
            let ids = [("x-request-id", request_id), ("traceparent", traceparent.as_deref())];
            for (name, id) in ids.into_iter().filter_map(|(name, id)| Some((name, id?))) {
                request = request.header(name, id);
            }
        }
        if let Some(token) = call.bearer {
            request = request.bearer_auth(token.expose_secret());
        }
        if let Some((user, password)) = call.basic {
            request = request.basic_auth(user, Some(password.expose_secret()));
        }
        request = match call.body {
            Body::Empty => request,
            Body::Json(bytes) => request.header("content-type", "application/json").body(bytes.map_err(bad)?),
            Body::Form(fields) => request.form(&fields),
            Body::Raw(kind, bytes) => request.header("content-type", kind).body(bytes),
        };
        request.build().map_err(|error| bad(error.without_url().to_string()))
    }

    fn failed(&self, error: &reqwest::Error, may_change: bool) -> CallError {
        let cause = cause_of(error);
        let reached = !matches!(cause, Cause::Unreachable | Cause::NoAddress | Cause::Certificate(_));
        let effect = if may_change && reached { Effect::Unknown } else { Effect::None };
        CallError { upstream: self.upstream, cause, effect, retry_after: None }
    }
}

/// Counts a call when it is over. One whose caller waits no longer, for a deadline of its own, was not answered in time.
struct Counting<'a> {
    calls: &'a Calls,
    upstream: &'static str,
    effects: Effects,
    began: Instant,
    outcome: CallOutcome,
}

impl Drop for Counting<'_> {
    fn drop(&mut self) {
        self.calls.ended(self.upstream, self.effects, self.outcome, self.began.elapsed());
    }
}

fn counted_as(outcome: &Result<Answer, CallError>) -> CallOutcome {
    match outcome.as_ref().map_err(|error| &error.cause) {
        Ok(answer) => CallOutcome::of_status(answer.status),
        Err(Cause::Timeout) => CallOutcome::Timeout,
        Err(_) => CallOutcome::Error,
    }
}

fn cause_of(error: &reqwest::Error) -> Cause {
    let mut next: Option<&(dyn Error + 'static)> = Some(error);
    while let Some(one) = next {
        if let Some(rustls::Error::InvalidCertificate(why)) = one.downcast_ref() {
            return Cause::Certificate(why.into());
        }
        if one.is::<NoAddress>() {
            return Cause::NoAddress;
        }
        // An error of input or output does not give what it holds as its source.
        let held = one.downcast_ref::<io::Error>().and_then(io::Error::get_ref);
        next = held.map(|held| held as &(dyn Error + 'static)).or_else(|| one.source());
    }
    if error.is_connect() {
        Cause::Unreachable
    } else if error.is_timeout() {
        Cause::Timeout
    } else {
        Cause::Closed
    }
}

#[expect(clippy::disallowed_methods, reason = "this is the one place that makes HTTP clients")]
fn build(options: &Options) -> Result<reqwest::Client, reqwest::Error> {
    let mut builder = reqwest::Client::builder()
        .redirect(reqwest::redirect::Policy::none())
        .no_proxy()
        .connect_timeout(options.deadline.min(Duration::from_secs(3)))
        .user_agent(concat!("dezky/", env!("CARGO_PKG_VERSION")));
    if options.only_public {
        builder = builder.dns_resolver(Arc::new(PublicOnly));
    }
    if let Some(pem) = &options.extra_roots {
        builder = builder.tls_certs_merge(reqwest::Certificate::from_pem_bundle(pem)?);
    }
    builder.build()
}
