//! The measure of what the web library costs by itself: a handler that looks at nothing and answers the very bytes
//! that the product answered. It runs as a process of its own, like the product.

use std::io::Read as _;
use std::net::SocketAddr;
use std::process::Stdio;

use anyhow::{Context as _, Result};
use axum::Router;
use axum::http::{HeaderMap, HeaderName, HeaderValue};
use axum::routing::get;
use axum::serve::ListenerExt as _;
use bytes::Bytes;
use serde::{Deserialize, Serialize};
use tokio::io::AsyncWriteExt as _;
use tokio::net::TcpListener;
use tokio::process::Child;

use crate::client::Answer;
use crate::process::{announced, command};

/// What it answers.
#[derive(Serialize, Deserialize)]
struct Given {
    headers: Vec<(String, String)>,
    body: String,
}

#[derive(Serialize, Deserialize)]
struct Address {
    address: SocketAddr,
}

/// The handler's process. Dropping it ends it.
pub struct Bare {
    /// Where it listens.
    pub address: SocketAddr,
    _process: Child,
}

impl Bare {
    /// Starts it, to answer as `answer` was.
    pub async fn start(answer: &Answer) -> Result<Self> {
        // The server writes these two by itself.
        let own = |name: &str| !matches!(name, "content-length" | "date");
        let headers = answer.headers.iter().filter(|(name, _)| own(name)).cloned().collect();
        let given = Given { headers, body: String::from_utf8_lossy(&answer.body).into_owned() };
        let mut process = command(std::env::current_exe().context("this program's own path")?)
            .args(["bench-bare"])
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn()
            .context("the bare handler could not be started")?;
        let mut input = process.stdin.take().context("the bare handler has no input")?;
        input.write_all(&serde_json::to_vec(&given)?).await?;
        drop(input);
        let Address { address } = announced(&mut process).await?;
        Ok(Self { address, _process: process })
    }
}

/// What the process does: reads the answer from its input, says where it listens, and serves.
pub async fn serve() -> Result<()> {
    let mut text = Vec::new();
    // Nothing else is done yet, so that waiting here holds up nobody.
    std::io::stdin().read_to_end(&mut text)?;
    let given: Given = serde_json::from_slice(&text).context("the answer to give")?;
    let mut headers = HeaderMap::new();
    for (name, value) in given.headers {
        headers.append(name.parse::<HeaderName>()?, value.parse::<HeaderValue>()?);
    }
    let body = Bytes::from(given.body);
    let router = Router::new().route("/api/me", get(move || async move { (headers.clone(), body.clone()) }));
    let listener = TcpListener::bind(("127.0.0.1", 0)).await?;
    println!("{}", serde_json::to_string(&Address { address: listener.local_addr()? })?);
    let listener = listener.tap_io(|stream| {
        // As the product does; a socket that refuses is only slower.
        let _ = stream.set_nodelay(true);
    });
    Ok(axum::serve(listener, router).await?)
}
