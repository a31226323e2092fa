//! Spans of a request reach a collector, whatever is logged.

use axum::Router;
use axum::body::Bytes;
use axum::http::HeaderMap;
use axum::routing::post;
use tokio::sync::mpsc;
use tokio_util::task::TaskTracker;

use crate::harness::{Product, get};

/// Whether the bytes of a batch hold a text, which protobuf writes as it is.
fn holds(batch: &[u8], text: &str) -> bool {
    batch.windows(text.len()).any(|part| part == text.as_bytes())
}

#[tokio::test]
async fn a_collector_is_sent_the_spans_of_a_request_with_what_it_asks_for() {
    let (tell, mut told) = mpsc::unbounded_channel();
    let collect = move |headers: HeaderMap, batch: Bytes| {
        let taken = tell.send((headers, batch));
        async move { taken.map_err(|_| "nobody looks any more") }
    };
    let router = Router::new().route("/v1/traces", post(collect));
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let endpoint = format!("http://{}", listener.local_addr().unwrap());
    TaskTracker::new().spawn(async move { axum::serve(listener, router).await });
    let settings = [
        ("OTEL_EXPORTER_OTLP_ENDPOINT", endpoint.as_str()),
        ("OTEL_EXPORTER_OTLP_HEADERS", "x-key=a%20key"),
        ("OTEL_SERVICE_NAME", "dezky-under-test"),
        ("RUST_LOG", "off"),
    ];
    let product = Product::start_with("none", &settings).await;
    let answer = get(product.origin("api"), "/health/ready").await;
    let id = answer.header("x-request-id").unwrap();
    let came = tokio::time::timeout(std::time::Duration::from_secs(40), async {
        loop {
            let (headers, batch) = told.recv().await.unwrap();
            assert_eq!(headers["x-key"], "a key");
            assert_eq!(headers["content-type"], "application/x-protobuf");
            assert!(holds(&batch, "dezky-under-test"));
            if holds(&batch, id) && holds(&batch, "/health/ready") {
                break;
            }
        }
    });
    came.await.expect("the span of the request comes");
}
