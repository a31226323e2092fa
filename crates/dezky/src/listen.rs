//! Serving a router on a listener, until told to stop. Nobody's connection is held without a deadline and a cap [A17].

use std::collections::HashMap;
use std::io;
use std::net::{IpAddr, SocketAddr};
use std::pin::{Pin, pin};
use std::sync::{Arc, Mutex, PoisonError};
use std::task::{Context, Poll};
use std::time::Duration;

use axum::Router;
use axum::body::Body;
use axum::extract::{ConnectInfo, Request, State};
use axum::http::header;
use axum::middleware::{self, Next};
use axum::response::Response;
use futures_util::StreamExt as _;
use hyper::body::Incoming;
use hyper::server::conn::http1;
use hyper::service::service_fn;
use hyper_util::rt::{TokioIo, TokioTimer};
use tokio::io::{AsyncRead, AsyncWrite, AsyncWriteExt as _, ReadBuf};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::Semaphore;
use tokio::time::{Sleep, sleep, timeout};
use tokio_util::sync::CancellationToken;
use tokio_util::task::TaskTracker;
use tower::ServiceExt as _;

/// What connections may hold.
#[derive(Debug, Clone)]
pub struct Limits {
    /// How long a connection may be without the whole head of a request, and how long it may take nothing of an answer.
    pub idle: Duration,
    /// The most connections of a listener; further ones wait in the system's queue.
    pub connections: usize,
    /// The most connections of one address; further ones are refused.
    pub of_address: Option<usize>,
}

impl Default for Limits {
    fn default() -> Self {
        Self { idle: Duration::from_secs(20), connections: 800, of_address: None }
    }
}

/// The most bytes of a request's head.
const MOST_OF_HEAD: usize = 64 << 10;
/// How long it is waited for whoever is refused to take the answer.
const REFUSAL: Duration = Duration::from_secs(1);
const REFUSED: &[u8] =
    b"HTTP/1.1 429 Too Many Requests\r\nContent-Type: text/plain\r\nContent-Length: 48\r\n\
    Retry-After: 5\r\nConnection: close\r\n\r\nThere are too many connections from this address";

/// Serves until `stop`; then takes no connection any more and lets requests under way end.
pub fn serve(
    listener: TcpListener,
    router: Router,
    limits: Limits,
    tracker: &TaskTracker,
    stop: &CancellationToken,
) {
    let router = router.layer(middleware::from_fn_with_state(stop.clone(), end_streams));
    let serving = Serving { router, limits, tracker: tracker.clone(), stop: stop.clone() };
    tracker.spawn(async move { serving.stop.clone().run_until_cancelled(serving.accept(listener)).await });
}

#[derive(Clone)]
struct Serving {
    router: Router,
    limits: Limits,
    tracker: TaskTracker,
    stop: CancellationToken,
}

impl Serving {
    async fn accept(self, listener: TcpListener) {
        let slots = Arc::new(Semaphore::new(self.limits.connections));
        let addresses = Held::default();
        while let Ok(slot) = slots.clone().acquire_owned().await {
            match listener.accept().await {
                Ok((stream, from)) => {
                    let (serving, hold) = (self.clone(), addresses.take(from.ip(), self.limits.of_address));
                    self.tracker.spawn(async move {
                        match &hold {
                            Some(_) => serving.connection(stream, from).await,
                            None => refuse(stream, from).await,
                        }
                        drop((hold, slot));
                    });
                }
                Err(error) => {
                    tracing::warn!(%error, "a connection could not be accepted");
                    sleep(Duration::from_millis(50)).await;
                }
            }
        }
    }

    async fn connection(self, stream: TcpStream, from: SocketAddr) {
        // Without it a small answer waits for the acknowledgement of the one before.
        if let Err(error) = stream.set_nodelay(true) {
            tracing::trace!(%error, "a connection stays slow");
        }
        let router = self.router;
        let service = service_fn(move |request: Request<Incoming>| {
            let mut request = request.map(Body::new);
            request.extensions_mut().insert(ConnectInfo(from));
            router.clone().oneshot(request)
        });
        let io = TokioIo::new(Patient { stream, patience: self.limits.idle, waits: None });
        let mut builder = http1::Builder::new();
        // The next request of a connection that is kept alive has the same time as the first.
        builder.timer(TokioTimer::new()).header_read_timeout(self.limits.idle).max_buf_size(MOST_OF_HEAD);
        let mut served = pin!(builder.serve_connection(io, service));
        let ended = tokio::select! {
            ended = served.as_mut() => ended,
            () = self.stop.cancelled() => {
                served.as_mut().graceful_shutdown();
                served.await
            }
        };
        if let Err(error) = ended {
            tracing::trace!(%error, "a connection ended");
        }
    }
}

async fn refuse(mut stream: TcpStream, from: SocketAddr) {
    tracing::debug!(address = %from.ip(), "too many connections of one address");
    let told = async {
        stream.write_all(REFUSED).await?;
        stream.shutdown().await
    };
    if let Err(error) = timeout(REFUSAL, told).await.unwrap_or_else(|late| Err(late.into())) {
        tracing::trace!(%error, "whoever has too many connections was not told");
    }
}

/// How many connections each address holds.
#[derive(Debug, Clone, Default)]
struct Held(Arc<Mutex<HashMap<IpAddr, usize>>>);

/// One connection of an address, until it is dropped.
#[derive(Debug)]
struct Hold {
    of: IpAddr,
    held: Held,
}

impl Held {
    fn take(&self, of: IpAddr, most: Option<usize>) -> Option<Hold> {
        let mut all = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let count = all.entry(of).or_default();
        if most.is_some_and(|most| *count >= most) {
            return None;
        }
        *count += 1;
        Some(Hold { of, held: self.clone() })
    }
}

impl Drop for Hold {
    fn drop(&mut self) {
        let mut all = self.held.0.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(count) = all.get_mut(&self.of) {
            *count -= 1;
            if *count == 0 {
                all.remove(&self.of);
            }
        }
    }
}

/// A connection that ends when the other side takes nothing of what is written for too long.
struct Patient {
    stream: TcpStream,
    patience: Duration,
    waits: Option<Pin<Box<Sleep>>>,
}

impl Patient {
    fn in_time<T>(&mut self, cx: &mut Context<'_>, written: Poll<io::Result<T>>) -> Poll<io::Result<T>> {
        if written.is_ready() {
            self.waits = None;
            return written;
        }
        let patience = self.patience;
        let waits = self.waits.get_or_insert_with(|| Box::pin(sleep(patience)));
        waits.as_mut().poll(cx).map(|()| Err(io::ErrorKind::TimedOut.into()))
    }
}

impl AsyncRead for Patient {
    fn poll_read(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        into: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        Pin::new(&mut self.stream).poll_read(cx, into)
    }
}

impl AsyncWrite for Patient {
    fn poll_write(mut self: Pin<&mut Self>, cx: &mut Context<'_>, bytes: &[u8]) -> Poll<io::Result<usize>> {
        let written = Pin::new(&mut self.stream).poll_write(cx, bytes);
        self.in_time(cx, written)
    }

    fn poll_write_vectored(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        parts: &[io::IoSlice<'_>],
    ) -> Poll<io::Result<usize>> {
        let written = Pin::new(&mut self.stream).poll_write_vectored(cx, parts);
        self.in_time(cx, written)
    }

    fn is_write_vectored(&self) -> bool {
        self.stream.is_write_vectored()
    }

    fn poll_flush(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        let flushed = Pin::new(&mut self.stream).poll_flush(cx);
        self.in_time(cx, flushed)
    }

    fn poll_shutdown(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        let ended = Pin::new(&mut self.stream).poll_shutdown(cx);
        self.in_time(cx, ended)
    }
}

/// Ends live updates at a stop: they would last as long as somebody looks at the page.
async fn end_streams(State(stop): State<CancellationToken>, request: Request, next: Next) -> Response {
    let response = next.run(request).await;
    let kind = response.headers().get(header::CONTENT_TYPE);
    if kind.is_none_or(|kind| !kind.as_bytes().starts_with(b"text/event-stream")) {
        return response;
    }
    response.map(|body| {
        let events = body.into_data_stream().take_until(stop.cancelled_owned());
        Body::from_stream(events)
    })
}
