//! A simulator of the DNS on the loopback address: two name servers that are responsible for the zones it is given,
//! and two public resolvers that ask them and keep what they hear. The first name server takes changes from those who
//! have a key of the zone. Left out: DNSSEC, zone transfers, TLS and HTTPS, types that nobody here asks for, and the
//! chain of referrals from the real root.

mod answer;
mod kept;
mod listener;
mod message;
mod update;
mod world;
mod zone;

use std::collections::BTreeMap;
use std::io;
use std::net::{IpAddr, Ipv4Addr, SocketAddr};
use std::path::Path;

use axum::Router;
use axum::extract::State;
use axum::routing::get;
use kernel::Clock;
use simulator::{Running, Server, Store};
use tokio::net::TcpListener;

use message::{Responder, Who};
pub use world::World;

use crate::Resolver;

/// What the two name servers are called.
pub const SERVER_NAMES: [&str; 2] = ["ns1.sandbox-dns.test", "ns2.sandbox-dns.test"];

/// The addresses they have in the DNS, which are for documentation; [`Simulator::reach`] says where they listen.
pub const SERVER_ADDRESSES: [Ipv4Addr; 2] = [Ipv4Addr::new(192, 0, 2, 53), Ipv4Addr::new(192, 0, 2, 54)];

/// How a simulator is set up. Nothing of it is kept in the state's file.
#[derive(Clone, Debug, Default)]
pub struct Setup {
    /// The ports of the two name servers; 0 is any.
    pub servers: [u16; 2],
    /// The ports of the two resolvers; 0 is any.
    pub resolvers: [u16; 2],
    /// The time: for how long resolvers keep what they heard.
    pub clock: Clock,
}

/// A simulator that is being served, until this is dropped or stopped.
pub struct Simulator {
    /// Its HTTP side, `/_sim` alone.
    pub http: Running<World>,
    /// Where the name servers listen.
    pub servers: [SocketAddr; 2],
    /// Where the resolvers listen.
    pub resolvers: [SocketAddr; 2],
}

impl Simulator {
    /// Where the addresses of the name servers are really reached: [`crate::Options::reach`].
    pub fn reach(&self) -> BTreeMap<IpAddr, SocketAddr> {
        SERVER_ADDRESSES.into_iter().map(IpAddr::from).zip(self.servers).collect()
    }

    /// The resolvers, for [`crate::Options::resolvers`].
    pub fn resolvers(&self) -> Vec<Resolver> {
        self.resolvers.into_iter().map(Resolver::udp).collect()
    }
}

/// The zones and what resolvers keep, for people.
fn front(store: Store<World>) -> Router {
    let shown = async |store: State<Store<World>>| simulator::overview("Simulated DNS", store);
    Router::new().route("/", get(shown)).with_state(store)
}

/// Serves `/_sim` on `listener` and the DNS on the ports of `setup`; `file` keeps the zones over restarts.
///
/// # Errors
/// When a port is taken.
pub async fn serve(listener: TcpListener, file: Option<&Path>, setup: Setup) -> io::Result<Simulator> {
    let store = match file {
        Some(file) => Store::in_file(file, World::default),
        None => Store::in_memory(World::default()),
    };
    // Twice: stale reads take the version before the last change, which shares the clock and what resolvers keep.
    for _ in 0..2 {
        store.write(|world| world.clock = setup.clock.clone());
    }
    let http = Server::new(store, front).serve(listener)?;
    let servers = [listener::bind(setup.servers[0]).await?, listener::bind(setup.servers[1]).await?];
    let resolvers = [listener::bind(setup.resolvers[0]).await?, listener::bind(setup.resolvers[1]).await?];
    let addresses = (servers.each_ref().map(|it| it.at), resolvers.each_ref().map(|it| it.at));
    let all = servers.into_iter().enumerate().map(|(index, sockets)| (Who::Server(index), sockets));
    let all = all.chain(resolvers.into_iter().enumerate().map(|(index, it)| (Who::Resolver(index), it)));
    for (who, sockets) in all {
        let (store, dial, calls) = (http.store.clone(), http.dial.clone(), http.calls.clone());
        listener::serve(sockets, Responder { who, store, dial, calls }, http.stopped());
    }
    Ok(Simulator { http, servers: addresses.0, resolvers: addresses.1 })
}
