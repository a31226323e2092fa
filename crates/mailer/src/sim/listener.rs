//! The SMTP side: sockets, and what the fault dial does to a conversation.

use std::io;
use std::time::Duration;

use kernel::Clock;
use simulator::{Calls, Dial, FaultKind, Store};
use tokio::io::{AsyncBufReadExt as _, AsyncReadExt as _, AsyncWriteExt as _, BufReader};
use tokio::net::{TcpListener, TcpStream};
use tokio_util::sync::CancellationToken;
use tokio_util::task::TaskTracker;

use super::data::{self, Data, Next};
use super::mime;
use super::session::{Command, Session};
use super::world::World;

/// A connection on which nothing comes is closed.
const IDLE: Duration = Duration::from_mins(1);
/// The longest line of a command, and the longest piece of a mail that is read at once.
const LINE: u64 = 4096;
/// How long a connection hangs that the dial lets hang.
const HANG: Duration = Duration::from_secs(30);

/// Takes the mails.
#[derive(Clone)]
pub struct Receiver {
    pub store: Store<World>,
    pub dial: Dial,
    pub calls: Calls,
    pub clock: Clock,
}

/// How a command ends.
enum End {
    Answer(String),
    /// Silence for a while; then the connection is closed.
    Close(Duration),
}

/// Takes mails until `stop`.
pub fn serve(listener: TcpListener, receiver: Receiver, stop: CancellationToken) {
    let tracker = TaskTracker::new();
    let accepting = accept(listener, receiver, tracker.clone(), stop.clone());
    tracker.spawn(async move { stop.run_until_cancelled(accepting).await });
}

async fn accept(listener: TcpListener, receiver: Receiver, tracker: TaskTracker, stop: CancellationToken) {
    loop {
        match listener.accept().await {
            Ok((stream, _)) => {
                let (receiver, stop) = (receiver.clone(), stop.clone());
                // It ends when the other side hangs up, is idle, or the dial says so.
                tracker.spawn(async move { stop.run_until_cancelled(receiver.converse(stream)).await });
            }
            Err(error) => {
                tracing::warn!(%error, "the mail catcher could not accept a connection");
                tokio::time::sleep(Duration::from_millis(50)).await;
            }
        }
    }
}

type Stream = BufReader<TcpStream>;

impl Receiver {
    async fn converse(self, stream: TcpStream) -> io::Result<()> {
        stream.set_nodelay(true)?;
        let mut stream = BufReader::new(stream);
        let mut session = Session::default();
        let hello = Command { verb: "CONNECT".to_owned(), rest: String::new() };
        let end = self.struck(&hello, || "220 mail catcher ESMTP".to_owned()).await;
        if !send(&mut stream, end).await? {
            return Ok(());
        }
        loop {
            let line = piece(&mut stream).await?;
            if !line.ends_with(b"\n") {
                stream.write_all(b"500 5.5.2 The line is too long\r\n").await?;
                return Ok(());
            }
            let command = Command::read(&line);
            let end = if command.verb == "DATA" && session.is_addressed() {
                self.take(&mut stream, &mut session, &command).await?
            } else {
                self.struck(&command, || session.answer(&command, data::MOST)).await
            };
            if !send(&mut stream, end).await? || command.verb == "QUIT" {
                return Ok(());
            }
        }
    }

    /// Reads the text of a mail and keeps it. The dial strikes once it is read.
    async fn take(&self, stream: &mut Stream, session: &mut Session, command: &Command) -> io::Result<End> {
        stream.write_all(b"354 End with a dot in a line of its own\r\n").await?;
        let mut data = Data::default();
        while data.push(&piece(stream).await?) == Next::More {}
        let (from, to) = session.take();
        let command =
            Command { rest: format!("<{}>", to.first().map_or("", String::as_str)), ..command.clone() };
        Ok(self.struck(&command, || self.keep(from, to, data)).await)
    }

    fn keep(&self, from: String, to: Vec<String>, data: Data) -> String {
        let Some(text) = data.text() else {
            return "552 5.3.4 That is too long".to_owned();
        };
        let content = mime::read(&text);
        self.store.write(|world| world.add(from, to, content, self.clock.now()));
        "250 2.0.0 Caught".to_owned()
    }

    /// Does what a command says, unless a fault forbids it.
    async fn struck(&self, command: &Command, happen: impl FnOnce() -> String) -> End {
        self.calls.count(&command.verb, "/");
        let Some(fault) = self.dial.take(&command.verb, &command.path()) else {
            return End::Answer(happen());
        };
        let pause = fault.delay_ms.map(Duration::from_millis);
        match fault.kind {
            FaultKind::Refuse => End::Close(Duration::ZERO),
            FaultKind::TimeoutBefore => End::Close(pause.unwrap_or(HANG)),
            FaultKind::TimeoutAfter => {
                happen();
                End::Close(pause.unwrap_or(HANG))
            }
            FaultKind::RateLimit => End::Answer("451 4.7.1 Too many, try again later".to_owned()),
            FaultKind::ErrorAfter => {
                happen();
                End::Answer("554 5.3.0 The server failed".to_owned())
            }
            FaultKind::Delay => {
                let text = happen();
                tokio::time::sleep(pause.unwrap_or(Duration::from_secs(1))).await;
                End::Answer(text)
            }
            // Nothing here is a list, or has a state before the last change.
            FaultKind::Malformed
            | FaultKind::Stale
            | FaultKind::Partial
            | FaultKind::Duplicate
            | FaultKind::Reorder
            | FaultKind::Overlap => End::Answer(happen()),
        }
    }
}

/// A line, or as much of a long one as may be read at once.
async fn piece(stream: &mut Stream) -> io::Result<Vec<u8>> {
    let mut bytes = Vec::new();
    let read = tokio::time::timeout(IDLE, stream.take(LINE).read_until(b'\n', &mut bytes)).await??;
    if read == 0 {
        return Err(io::ErrorKind::UnexpectedEof.into());
    }
    Ok(bytes)
}

/// Answers; false when the connection is to be closed.
async fn send(stream: &mut Stream, end: End) -> io::Result<bool> {
    match end {
        End::Answer(text) => {
            stream.write_all(format!("{text}\r\n").as_bytes()).await?;
            Ok(true)
        }
        End::Close(after) => {
            tokio::time::sleep(after).await;
            Ok(false)
        }
    }
}
