//! One query to one address: over UDP and, for what does not fit, TCP. Each has a deadline and a place among a
//! bounded number in flight.

use std::io;
use std::net::{Ipv4Addr, Ipv6Addr, SocketAddr};
use std::time::Duration;

use hickory_proto::op::{Message, ResponseCode};
use kernel::dns::{Failure, Question};
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::{TcpStream, UdpSocket};
use tokio::sync::{Semaphore, SemaphorePermit};
use tokio::time::{Instant, timeout_at};

use crate::wire::{Outgoing, Unfit};

/// Room for datagrams that are longer than was asked for.
const MOST_DATAGRAM: usize = 4096;

/// The way to servers.
pub(crate) struct Network {
    places: Semaphore,
    deadline: Duration,
}

/// A query that has its place, and until when it may take.
pub(crate) struct Slot<'a> {
    pub(crate) until: Instant,
    /// When a datagram is sent again.
    again: Instant,
    _place: SemaphorePermit<'a>,
}

impl Network {
    pub(crate) fn new(at_a_time: usize, deadline: Duration) -> Self {
        Self { places: Semaphore::new(at_a_time.clamp(1, Semaphore::MAX_PERMITS)), deadline }
    }

    /// Waits for a place; the deadline begins then, so that a long queue is not taken for servers that are silent.
    pub(crate) async fn slot(&self) -> Result<Slot<'_>, Failure> {
        let place = self.places.acquire().await.map_err(|_| Failure::Unreachable)?;
        let now = Instant::now();
        Ok(Slot { until: now + self.deadline, again: now + self.deadline / 3, _place: place })
    }

    /// Asks over UDP, and over TCP when the answer is too long for a datagram.
    pub(crate) async fn ask(
        &self,
        at: SocketAddr,
        question: &Question,
        recursion: bool,
    ) -> Result<Message, Failure> {
        let slot = self.slot().await?;
        let query = outgoing(question, recursion, true)?;
        let mut message = datagrams(at, &query, &slot).await?;
        if message.edns.is_none() && message.metadata.response_code == ResponseCode::FormErr {
            // An old server that does not know EDNS (RFC 6891, 7).
            message = datagrams(at, &outgoing(question, recursion, false)?, &slot).await?;
        }
        if message.metadata.truncation {
            return stream(at, &outgoing(question, recursion, true)?, slot.until).await;
        }
        Ok(message)
    }

    /// Asks over TCP alone.
    pub(crate) async fn ask_tcp(&self, at: SocketAddr, question: &Question) -> Result<Message, Failure> {
        let slot = self.slot().await?;
        stream(at, &outgoing(question, true, true)?, slot.until).await
    }
}

fn outgoing(question: &Question, recursion: bool, edns: bool) -> Result<Outgoing, Failure> {
    // Every `Name` fits; if one did not, no server could be asked for it.
    Outgoing::new(question, recursion, edns).map_err(|Unfit| Failure::Malformed)
}

/// A connected socket of its own for each query: its port is the system's random choice, and the system drops what
/// comes from elsewhere. What does not answer the query is not listened to; the right answer may still come.
async fn datagrams(at: SocketAddr, query: &Outgoing, slot: &Slot<'_>) -> Result<Message, Failure> {
    let socket = connected(at).await.map_err(|_| Failure::Unreachable)?;
    let mut bytes = vec![0; MOST_DATAGRAM];
    let mut again = (slot.again > Instant::now()).then_some(slot.again);
    send(&socket, query).await?;
    loop {
        let received = match timeout_at(again.unwrap_or(slot.until), socket.recv(&mut bytes)).await {
            Ok(received) => received.map_err(|_| Failure::Unreachable)?,
            Err(_) if again.take().is_some() => {
                send(&socket, query).await?;
                continue;
            }
            Err(_) => return Err(Failure::TimedOut),
        };
        let reply = &bytes[..received];
        match Message::from_vec(reply) {
            Ok(message) if query.is_answered_by(&message) => return Ok(message),
            Err(_) if query.has_id_of(reply) => return Err(Failure::Malformed),
            _ => {}
        }
    }
}

async fn connected(at: SocketAddr) -> io::Result<UdpSocket> {
    let any: SocketAddr = match at {
        SocketAddr::V4(_) => (Ipv4Addr::UNSPECIFIED, 0).into(),
        SocketAddr::V6(_) => (Ipv6Addr::UNSPECIFIED, 0).into(),
    };
    let socket = UdpSocket::bind(any).await?;
    socket.connect(at).await?;
    Ok(socket)
}

async fn send(socket: &UdpSocket, query: &Outgoing) -> Result<(), Failure> {
    socket.send(&query.bytes).await.map(drop).map_err(|_| Failure::Unreachable)
}

async fn stream(at: SocketAddr, query: &Outgoing, until: Instant) -> Result<Message, Failure> {
    match timeout_at(until, over_tcp(at, query)).await {
        Ok(Ok(bytes)) => match Message::from_vec(&bytes) {
            Ok(message) if query.is_answered_by(&message) && !message.metadata.truncation => Ok(message),
            _ => Err(Failure::Malformed),
        },
        Ok(Err(_)) => Err(Failure::Unreachable),
        Err(_) => Err(Failure::TimedOut),
    }
}

/// Each message follows its length (RFC 1035, 4.2.2).
async fn over_tcp(at: SocketAddr, query: &Outgoing) -> io::Result<Vec<u8>> {
    let mut stream = TcpStream::connect(at).await?;
    stream.set_nodelay(true)?;
    let length = u16::try_from(query.bytes.len()).map_err(io::Error::other)?;
    stream.write_all(&[&length.to_be_bytes(), query.bytes.as_slice()].concat()).await?;
    let length = stream.read_u16().await?;
    let mut bytes = vec![0; length.into()];
    stream.read_exact(&mut bytes).await?;
    Ok(bytes)
}
