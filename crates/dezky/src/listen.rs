//! Serving a router on a listener, until told to stop.

use std::net::SocketAddr;

use axum::Router;
use axum::body::Body;
use axum::extract::{Request, State};
use axum::http::header;
use axum::middleware::{self, Next};
use axum::response::Response;
use axum::serve::ListenerExt as _;
use futures_util::StreamExt as _;
use tokio::net::TcpListener;
use tokio_util::sync::CancellationToken;
use tokio_util::task::TaskTracker;

/// Serves until `stop`; then takes no connection any more and lets requests under way end.
pub fn serve(listener: TcpListener, router: Router, tracker: &TaskTracker, stop: &CancellationToken) {
    let router = router.layer(middleware::from_fn_with_state(stop.clone(), end_streams));
    let service = router.into_make_service_with_connect_info::<SocketAddr>();
    let listener = listener.tap_io(|stream| {
        // Without it a small answer waits for the acknowledgement of the one before.
        if let Err(error) = stream.set_nodelay(true) {
            tracing::trace!(%error, "a connection stays slow");
        }
    });
    let stop = stop.clone();
    tracker.spawn(async move {
        let serving = axum::serve(listener, service).with_graceful_shutdown(stop.cancelled_owned());
        if let Err(error) = serving.await {
            tracing::error!(%error, "a listener failed");
        }
    });
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
