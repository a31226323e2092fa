//! A mail catcher: an SMTP server on the loopback address that takes any mail from anybody and delivers none, and pages
//! on which they can be read. Left out: TLS, checking passwords (any will do), delivery and bounces, and of MIME all
//! but the text and its HTML.

mod data;
mod listener;
mod mime;
mod pages;
mod session;
mod world;

use std::io;
use std::net::{Ipv4Addr, SocketAddr};
use std::path::Path;

use kernel::Clock;
use simulator::{Running, Server, Store};
use tokio::net::TcpListener;

#[cfg(test)]
pub(crate) use mime::read;
pub use world::{Caught, World};

/// How a mail catcher is set up. Nothing of it is kept in the state's file.
#[derive(Clone, Debug, Default)]
pub struct Setup {
    /// The port for SMTP; 0 is any.
    pub smtp_port: u16,
    /// The time: when mails came.
    pub clock: Clock,
}

/// A mail catcher that is being served, until this is dropped or stopped.
pub struct Catcher {
    /// Its HTTP side: pages and `/_sim`.
    pub http: Running<World>,
    /// Where it takes mails.
    pub smtp: SocketAddr,
}

/// Serves pages and `/_sim` on `listener` and SMTP on the port of `setup`; `file` keeps the mails over restarts.
///
/// # Errors
/// When the port is taken.
pub async fn serve(listener: TcpListener, file: Option<&Path>, setup: Setup) -> io::Result<Catcher> {
    let store = match file {
        Some(file) => Store::in_file(file, World::default),
        None => Store::in_memory(World::default()),
    };
    let sockets = TcpListener::bind((Ipv4Addr::LOCALHOST, setup.smtp_port)).await?;
    let smtp = sockets.local_addr()?;
    let http = Server::new(store, pages::routes).serve(listener)?;
    let receiver = listener::Receiver {
        store: http.store.clone(),
        dial: http.dial.clone(),
        calls: http.calls.clone(),
        clock: setup.clock,
    };
    listener::serve(sockets, receiver, http.stopped());
    Ok(Catcher { http, smtp })
}
