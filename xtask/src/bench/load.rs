//! The load generator: a fixed number of connections that are kept, one request at a time on each, on one thread.
//! It shares the machine with what it measures, so it does as little as it can.

use std::cell::{Cell, RefCell};
use std::collections::BTreeMap;
use std::net::SocketAddr;
use std::time::{Duration, Instant};

use anyhow::{Context as _, Result, bail};
use bytes::Bytes;
use futures_util::future::try_join_all;
use http_body_util::{BodyExt as _, Full};
use hyper::Request;
use hyper::client::conn::http1::{SendRequest, handshake};
use hyper_util::rt::TokioIo;
use tokio::net::TcpStream;

/// One request that will be sent, perhaps many times.
#[derive(Clone)]
pub struct Prepared {
    /// The method.
    pub method: &'static str,
    /// Path and query.
    pub path: String,
    /// Headers besides `host`.
    pub headers: Vec<(&'static str, String)>,
    /// The body, if it has one.
    pub body: Bytes,
}

impl Prepared {
    /// A `GET` with one header.
    pub fn get(path: &str, header: &'static str, value: String) -> Self {
        let headers = vec![(header, value)];
        Self { method: "GET", path: path.to_owned(), headers, body: Bytes::new() }
    }

    /// A `POST` of JSON with a bearer token.
    pub fn post(path: &str, token: &str, body: &serde_json::Value) -> Self {
        let headers = vec![
            ("authorization", format!("Bearer {token}")),
            ("content-type", "application/json".to_owned()),
        ];
        Self { method: "POST", path: path.to_owned(), headers, body: body.to_string().into() }
    }
}

/// How long to send.
#[derive(Clone, Copy)]
pub enum Length {
    /// In turn, from the beginning again at the end, after a warm-up that doesn't count.
    For {
        /// Not counted.
        warm_up: Duration,
        /// Counted.
        measured: Duration,
    },
    /// Each request once.
    Once,
}

/// What came of it.
#[derive(Debug, Clone, Default)]
pub struct Outcome {
    /// How many answers were counted.
    pub answers: usize,
    /// Over how long.
    pub took: Duration,
    /// How many of each status.
    pub statuses: BTreeMap<u16, usize>,
    sorted: Vec<Duration>,
}

impl Outcome {
    /// Both together.
    pub fn and(mut self, other: Self) -> Self {
        self.answers += other.answers;
        self.took += other.took;
        for (status, count) in other.statuses {
            *self.statuses.entry(status).or_default() += count;
        }
        self.sorted.extend(other.sorted);
        self.sorted.sort_unstable();
        self
    }

    /// Answers a second.
    #[expect(clippy::cast_precision_loss, reason = "a count of answers is far below 2^52")]
    pub fn rate(&self) -> f64 {
        self.answers as f64 / self.took.as_secs_f64()
    }

    /// The time within which that share of the answers came.
    pub fn within(&self, percent: usize) -> Duration {
        let last = self.sorted.len().saturating_sub(1);
        self.sorted.get((self.sorted.len() * percent / 100).min(last)).copied().unwrap_or_default()
    }

    /// This, if nothing but `status` was answered: a fast refusal is no figure.
    pub fn only(self, status: u16) -> Result<Self> {
        if self.answers > 0 && self.statuses.keys().all(|given| *given == status) {
            return Ok(self);
        }
        bail!("{status} was to be answered, and these came: {:?}", self.statuses)
    }
}

/// Sends `requests` to `to` over so many connections.
pub async fn send(
    to: SocketAddr,
    requests: Vec<Prepared>,
    connections: usize,
    length: Length,
) -> Result<Outcome> {
    let work = move || {
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
        runtime.block_on(run(to, &requests, connections, length))
    };
    tokio::task::spawn_blocking(work).await.context("the load generator panicked")?
}

struct Shared<'a> {
    to: SocketAddr,
    requests: &'a [Prepared],
    next: Cell<usize>,
    length: Length,
    began: Instant,
    counted: RefCell<Vec<(Duration, u16)>>,
}

async fn run(to: SocketAddr, requests: &[Prepared], connections: usize, length: Length) -> Result<Outcome> {
    let counted = RefCell::new(Vec::with_capacity(1 << 20));
    let shared = Shared { to, requests, next: Cell::new(0), length, began: Instant::now(), counted };
    try_join_all((0..connections).map(|_| connection(&shared))).await?;
    let took = match length {
        Length::For { measured, .. } => measured,
        Length::Once => shared.began.elapsed(),
    };
    let mut statuses = BTreeMap::new();
    let counted = shared.counted.into_inner();
    for (_, status) in &counted {
        *statuses.entry(*status).or_default() += 1;
    }
    let mut sorted: Vec<Duration> = counted.into_iter().map(|(took, _)| took).collect();
    sorted.sort_unstable();
    Ok(Outcome { answers: sorted.len(), took, statuses, sorted })
}

async fn connection(shared: &Shared<'_>) -> Result<()> {
    let stream = TcpStream::connect(shared.to).await.context("the server can't be reached")?;
    stream.set_nodelay(true)?;
    let (mut sender, line) = handshake(TokioIo::new(stream)).await?;
    tokio::select! {
        done = requests(shared, &mut sender) => done,
        ended = line => bail!("the server closed a connection: {ended:?}"),
    }
}

async fn requests(shared: &Shared<'_>, sender: &mut SendRequest<Full<Bytes>>) -> Result<()> {
    loop {
        let turn = shared.next.replace(shared.next.get() + 1);
        let over = match shared.length {
            Length::Once => turn >= shared.requests.len(),
            Length::For { warm_up, measured } => shared.began.elapsed() >= warm_up + measured,
        };
        if over {
            return Ok(());
        }
        let began = Instant::now();
        let status = one(shared.to, sender, &shared.requests[turn % shared.requests.len()]).await?;
        let counts = match shared.length {
            Length::Once => true,
            Length::For { warm_up, measured } => {
                let ended = shared.began.elapsed();
                ended >= warm_up && ended < warm_up + measured
            }
        };
        if counts {
            shared.counted.borrow_mut().push((began.elapsed(), status));
        }
    }
}

async fn one(to: SocketAddr, sender: &mut SendRequest<Full<Bytes>>, request: &Prepared) -> Result<u16> {
    let mut built =
        Request::builder().method(request.method).uri(&request.path).header("host", to.to_string());
    for (name, value) in &request.headers {
        built = built.header(*name, value);
    }
    sender.ready().await?;
    let answer = sender.send_request(built.body(Full::new(request.body.clone()))?).await?;
    let status = answer.status().as_u16();
    let mut body = answer.into_body();
    while let Some(frame) = body.frame().await {
        frame?;
    }
    Ok(status)
}
