//! A server's sockets: UDP and TCP on one port.

use std::io;
use std::net::{Ipv4Addr, SocketAddr};
use std::sync::Arc;
use std::time::Duration;

use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::{TcpListener, TcpStream, UdpSocket};
use tokio_util::sync::CancellationToken;
use tokio_util::task::TaskTracker;

use super::message::{Over, Responder};

/// A connection on which nothing comes is closed.
const IDLE: Duration = Duration::from_secs(10);
/// How many free TCP ports are tried until one is free for UDP as well.
const TRIES: usize = 20;
/// No question is longer.
const MOST_DATAGRAM: usize = 4096;

/// The two sockets.
pub(super) struct Sockets {
    pub(super) at: SocketAddr,
    udp: UdpSocket,
    tcp: TcpListener,
}

/// Binds both to `port` of the loopback address; 0 is any.
pub(super) async fn bind(port: u16) -> io::Result<Sockets> {
    let mut tries = if port == 0 { TRIES } else { 1 };
    loop {
        let tcp = TcpListener::bind((Ipv4Addr::LOCALHOST, port)).await?;
        let at = tcp.local_addr()?;
        tries -= 1;
        match UdpSocket::bind(at).await {
            Ok(udp) => return Ok(Sockets { at, udp, tcp }),
            Err(error) if tries == 0 => return Err(error),
            Err(_) => {}
        }
    }
}

/// Answers until `stop`.
pub(super) fn serve(sockets: Sockets, responder: Responder, stop: CancellationToken) {
    let Sockets { udp, tcp, .. } = sockets;
    let tracker = TaskTracker::new();
    let (datagrams, streams) =
        (datagrams(udp, responder.clone(), tracker.clone()), streams(tcp, responder, tracker.clone()));
    let ended = stop.clone();
    tracker.spawn(async move { ended.run_until_cancelled(datagrams).await });
    tracker.spawn(async move { stop.run_until_cancelled(streams).await });
}

async fn datagrams(socket: UdpSocket, responder: Responder, tracker: TaskTracker) {
    let socket = Arc::new(socket);
    let mut bytes = vec![0; MOST_DATAGRAM];
    loop {
        let Ok((length, from)) = socket.recv_from(&mut bytes).await else {
            // About an earlier answer that nobody took.
            tokio::task::yield_now().await;
            continue;
        };
        let Some((answer, late)) = responder.handle(&bytes[..length], Over::Udp) else { continue };
        if late.is_zero() {
            let _ = socket.send_to(&answer, from).await;
        } else {
            let socket = socket.clone();
            tracker.spawn(async move {
                tokio::time::sleep(late).await;
                let _ = socket.send_to(&answer, from).await;
            });
        }
    }
}

async fn streams(listener: TcpListener, responder: Responder, tracker: TaskTracker) {
    loop {
        match listener.accept().await {
            Ok((stream, _)) => {
                let responder = responder.clone();
                tracker.spawn(async move {
                    // It ends when the other side hangs up, is idle, or asks what stays unanswered.
                    let _ = connection(stream, &responder).await;
                });
            }
            Err(error) => {
                tracing::warn!(%error, "a simulated DNS server could not accept a connection");
                tokio::time::sleep(Duration::from_millis(50)).await;
            }
        }
    }
}

async fn connection(mut stream: TcpStream, responder: &Responder) -> io::Result<()> {
    stream.set_nodelay(true)?;
    loop {
        let length = tokio::time::timeout(IDLE, stream.read_u16()).await??;
        let mut bytes = vec![0; length.into()];
        stream.read_exact(&mut bytes).await?;
        let Some((answer, late)) = responder.handle(&bytes, Over::Tcp) else {
            tokio::time::sleep(IDLE).await;
            return Ok(());
        };
        tokio::time::sleep(late).await;
        let length = u16::try_from(answer.len()).map_err(io::Error::other)?;
        stream.write_all(&[&length.to_be_bytes(), answer.as_slice()].concat()).await?;
    }
}
