//! The listener: applies the dial to each request and can close a connection without an answer, which no
//! ordinary handler can.

use std::io;
use std::net::SocketAddr;
use std::time::Duration;

use axum::Router;
use axum::body::{Body, to_bytes};
use axum::extract::Request;
use axum::http::{HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use hyper::service::service_fn;
use hyper_util::rt::TokioIo;
use serde_json::Value;
use tokio::net::{TcpListener, TcpStream};
use tokio_util::sync::CancellationToken;
use tokio_util::task::TaskTracker;
use tower::ServiceExt as _;

use crate::admin;
use crate::calls::Calls;
use crate::faults::{Dial, FaultKind};
use crate::store::{State, Store};

const HANG: Duration = Duration::from_secs(30);
const OVERLAP: Duration = Duration::from_millis(20);
const MOST_BYTES: usize = 64 << 20;

/// A simulator that can be served: an upstream's own routes over a store, the dial before them, `/_sim` beside.
pub struct Server<S> {
    store: Store<S>,
    dial: Dial,
    calls: Calls,
    routes: fn(Store<S>) -> Router,
    live: Router,
}

impl<S: State> Clone for Server<S> {
    fn clone(&self) -> Self {
        Self {
            store: self.store.clone(),
            dial: self.dial.clone(),
            calls: self.calls.clone(),
            routes: self.routes,
            live: self.live.clone(),
        }
    }
}

/// A simulator that is being served, until this is dropped or stopped.
pub struct Running<S> {
    /// Where it listens, such as `http://127.0.0.1:4403`.
    pub origin: String,
    /// What it remembers.
    pub store: Store<S>,
    /// Its faults.
    pub dial: Dial,
    /// How many requests came.
    pub calls: Calls,
    stop: CancellationToken,
}

impl<S> Drop for Running<S> {
    fn drop(&mut self) {
        self.stop.cancel();
    }
}

impl<S: State> Running<S> {
    /// Cancelled when it stops, for what listens beside it.
    pub fn stopped(&self) -> CancellationToken {
        self.stop.child_token()
    }

    /// Stops listening and writes the state's file.
    pub fn stop(self) {
        self.store.save_now();
    }
}

impl<S: State> Server<S> {
    /// `routes` makes the upstream's own routes over a store; stale reads call it again with an older store.
    pub fn new(store: Store<S>, routes: fn(Store<S>) -> Router) -> Self {
        let (dial, calls) = (Dial::default(), Calls::default());
        let admin = admin::routes(store.clone(), dial.clone(), calls.clone());
        let live = routes(store.clone()).merge(admin);
        Self { store, dial, calls, routes, live }
    }

    /// Serves on an own port of the loopback address.
    pub async fn start(self) -> io::Result<Running<S>> {
        let listener = TcpListener::bind(("127.0.0.1", 0)).await?;
        self.serve(listener)
    }

    /// Serves on `listener` until the returned value is dropped.
    pub fn serve(self, listener: TcpListener) -> io::Result<Running<S>> {
        let address: SocketAddr = listener.local_addr()?;
        let stop = CancellationToken::new();
        let running = Running {
            origin: format!("http://{address}"),
            store: self.store.clone(),
            dial: self.dial.clone(),
            calls: self.calls.clone(),
            stop: stop.clone(),
        };
        let tracker = TaskTracker::new();
        let keeper = self.store.clone();
        let kept = stop.clone();
        tracker.spawn(async move { kept.run_until_cancelled(keeper.keep()).await });
        tracker.clone().spawn(async move { stop.run_until_cancelled(self.accept(listener, tracker)).await });
        Ok(running)
    }

    async fn accept(self, listener: TcpListener, tracker: TaskTracker) {
        loop {
            match listener.accept().await {
                Ok((stream, _)) => {
                    // A small answer must not wait for the acknowledgement of the one before.
                    let _ = stream.set_nodelay(true);
                    let server = self.clone();
                    tracker.spawn(server.connection(stream));
                }
                Err(error) => {
                    tracing::warn!(%error, "a simulator could not accept a connection");
                    tokio::time::sleep(Duration::from_millis(50)).await;
                }
            }
        }
    }

    async fn connection(self, stream: TcpStream) {
        let service = service_fn(move |request: hyper::Request<hyper::body::Incoming>| {
            let server = self.clone();
            async move { server.answer(request.map(Body::new)).await.ok_or_else(hang_up) }
        });
        let served =
            hyper::server::conn::http1::Builder::new().serve_connection(TokioIo::new(stream), service);
        if let Err(error) = served.await {
            tracing::trace!(%error, "a connection to a simulator ended");
        }
    }

    /// The answer to one request; none closes the connection.
    async fn answer(&self, request: Request) -> Option<Response> {
        if request.uri().path().starts_with("/_sim") {
            return Some(pass(&self.live, request).await);
        }
        // Browsers ask for it by themselves, of every page; it is nobody's call.
        if request.uri().path() == "/favicon.ico" {
            return Some(StatusCode::NO_CONTENT.into_response());
        }
        self.calls.count(request.method().as_str(), request.uri().path());
        let Some(fault) = self.dial.take(request.method().as_str(), request.uri().path()) else {
            return unless_hung_up(pass(&self.live, request).await);
        };
        let pause = fault.delay_ms.map(Duration::from_millis);
        match fault.kind {
            FaultKind::Refuse => None,
            FaultKind::Delay => {
                tokio::time::sleep(pause.unwrap_or(Duration::from_secs(1))).await;
                unless_hung_up(pass(&self.live, request).await)
            }
            FaultKind::TimeoutBefore => {
                tokio::time::sleep(pause.unwrap_or(HANG)).await;
                None
            }
            FaultKind::TimeoutAfter => {
                pass(&self.live, request).await;
                tokio::time::sleep(pause.unwrap_or(HANG)).await;
                None
            }
            FaultKind::ErrorAfter => {
                pass(&self.live, request).await;
                Some(StatusCode::INTERNAL_SERVER_ERROR.into_response())
            }
            FaultKind::RateLimit => {
                Some((StatusCode::TOO_MANY_REQUESTS, [(header::RETRY_AFTER, "1")]).into_response())
            }
            FaultKind::Stale => {
                let before = Store::in_memory(self.store.read_stale(Clone::clone));
                unless_hung_up(pass(&(self.routes)(before), request).await)
            }
            FaultKind::Overlap => {
                let mut request = request;
                request.extensions_mut().insert(Overlap(pause.unwrap_or(OVERLAP)));
                unless_hung_up(pass(&self.live, request).await)
            }
            FaultKind::Malformed => Some(rewrite(pass(&self.live, request).await, cut_in_half).await),
            FaultKind::Partial | FaultKind::Duplicate | FaultKind::Reorder => {
                let kind = fault.kind;
                let response = pass(&self.live, request).await;
                Some(rewrite(response, move |body| change_lists(&body, kind).unwrap_or(body)).await)
            }
        }
    }
}

/// Set as an extension on a response by a simulator whose upstream drops the connection without an answer.
#[derive(Clone, Copy, Debug)]
pub struct HangUp;

/// Set as an extension on a request whose write is to begin this long before it ends. See [`FaultKind::Overlap`].
#[derive(Clone, Copy, Debug)]
pub struct Overlap(pub Duration);

fn hang_up() -> io::Error {
    io::Error::new(io::ErrorKind::ConnectionAborted, "hanging up")
}

fn unless_hung_up(response: Response) -> Option<Response> {
    response.extensions().get::<HangUp>().is_none().then_some(response)
}

async fn pass(router: &Router, request: Request) -> Response {
    router.clone().oneshot(request).await.into_response()
}

async fn rewrite(response: Response, change: impl FnOnce(Vec<u8>) -> Vec<u8>) -> Response {
    let (mut parts, body) = response.into_parts();
    let Ok(bytes) = to_bytes(body, MOST_BYTES).await else {
        return StatusCode::INTERNAL_SERVER_ERROR.into_response();
    };
    let bytes = change(bytes.to_vec());
    parts.headers.insert(header::CONTENT_LENGTH, HeaderValue::from(bytes.len()));
    Response::from_parts(parts, Body::from(bytes))
}

fn cut_in_half(mut body: Vec<u8>) -> Vec<u8> {
    body.truncate(body.len() / 2);
    body
}

/// Changes the rows of the list that an answer holds, however deep it stands.
fn change_lists(body: &[u8], kind: FaultKind) -> Option<Vec<u8>> {
    let mut answer: Value = serde_json::from_slice(body).ok()?;
    change_rows(&mut answer, kind);
    serde_json::to_vec(&answer).ok()
}

fn change_rows(value: &mut Value, kind: FaultKind) {
    const LISTS: [&str; 4] = ["results", "value", "list", "ids"];
    match value {
        Value::Object(fields) => {
            for (name, field) in fields.iter_mut() {
                match field {
                    Value::Array(rows) if LISTS.contains(&name.as_str()) => change(rows, kind),
                    other => change_rows(other, kind),
                }
            }
        }
        Value::Array(entries) => entries.iter_mut().for_each(|entry| change_rows(entry, kind)),
        _ => {}
    }
}

fn change(rows: &mut Vec<Value>, kind: FaultKind) {
    match kind {
        FaultKind::Partial => rows.truncate(rows.len() / 2),
        FaultKind::Duplicate => *rows = rows.iter().flat_map(|row| [row.clone(), row.clone()]).collect(),
        _ => rows.reverse(),
    }
}
