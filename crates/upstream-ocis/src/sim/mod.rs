//! A simulator of oCIS 7.0.0 behind an external issuer, as the transcripts show it: drives with their warts, accounts
//! and their roles, members of spaces, and the built-in issuer beside the external one. Left out: who is in groups, files,
//! basic auth, app tokens, the beta lists.

mod answer;
mod auth;
mod drive;
mod drives;
mod external;
mod graph;
mod idp;
mod members;
mod query;
mod user;
mod users;
mod web;
mod world;

use std::collections::BTreeMap;
use std::io;
use std::path::Path;

use kernel::Clock;
use simulator::{Running, Server, Store};
use tokio::net::TcpListener;

pub use world::World;

/// How a simulator is set up. Nothing of it is kept in the state's file.
#[derive(Clone)]
pub struct Setup {
    /// The one trusted issuer; the `iss` of a token must equal it, character by character.
    pub issuer: String,
    /// Where tokens are looked up. Without it only [`Setup::static_tokens`] are good.
    pub userinfo: Option<Userinfo>,
    /// Tokens that are good without an issuer, and the user names they stand for; an empty one is a token that
    /// lacks the claim.
    pub static_tokens: BTreeMap<String, String>,
    /// The user name of the account that is made at each start, unless it is there, and has the role Admin.
    pub admin_user: String,
    /// The time: which tokens have ended, and when things changed.
    pub clock: Clock,
}

/// The issuer's userinfo endpoint, which names the account of a token by a claim.
#[derive(Clone)]
pub struct Userinfo {
    /// A client of the issuer's host.
    pub client: outbound::Client,
    /// Its path, such as `/application/o/userinfo/`.
    pub path: String,
}

/// Serves the simulator on `listener`; `file` keeps what it remembers over restarts.
///
/// # Errors
/// When the listener has no address.
#[expect(clippy::unused_async, reason = "all simulators are started alike")]
pub async fn serve(listener: TcpListener, file: Option<&Path>, setup: Setup) -> io::Result<Running<World>> {
    let origin = format!("http://{}", listener.local_addr()?);
    let store = match file {
        Some(file) => Store::in_file(file, World::first),
        None => Store::in_memory(World::first()),
    };
    let settings = auth::Settings::new(setup, origin);
    // Twice: stale reads take the version before the last change, which needs the settings as well.
    for _ in 0..2 {
        store.write(|world| world.set_up(settings.clone()));
    }
    Server::new(store, graph::routes).serve(listener)
}
