//! A simulator of Stalwart 0.16.19 as the transcripts show it: domains with their signing keys and zone texts,
//! mailboxes, groups, aliases, passwords, app passwords, API keys and lists, all permissions and the roles that there
//! are at the start, the JMAP envelope with its limits, and the warts, and what mail programs ask for. Left out: the
//! bootstrap and recovery modes, making roles, tenants, making signing keys, OAuth, limits of requests without
//! credentials, bans, IMAP and SMTP; `POST /_sim/deliver` says what would become of a mail. What only its operator can do
//! comes from `/_sim`: changing keys (`apiKeys`) and roles (`roles`), signing keys of one's own (`dkimSignatures`), and
//! the answer to write conflicts (`conflicts`), and whether filters of accounts count (`filters`).

mod account;
mod account_draft;
mod addresses;
mod aliases;
mod clients;
mod credentials;
mod delivery;
mod dkim;
mod domain;
mod fields;
mod http;
mod ids;
mod jmap;
mod list;
mod names;
mod objects;
mod page;
mod permissions;
mod role;
mod secondary;
mod set;
mod settings;
mod sign_in;
mod strength;
mod world;
mod zone;

use std::io;
use std::path::Path;
use std::time::Duration;

use kernel::Clock;
use secrecy::SecretString;
use simulator::{Running, Server, Store};
use tokio::net::TcpListener;

pub use world::World;

/// How a simulator is set up. Nothing of it is kept in the state's file.
#[derive(Clone, Debug)]
pub struct Setup {
    /// An API key of the service account, besides those that are made: it has all permissions.
    pub api_key: Option<SecretString>,
    /// The password of the administrator, `admin@` the default domain; without one nobody signs in as such.
    pub administrator: Option<SecretString>,
    /// The time: when keys appear and what `createdAt` says.
    pub clock: Clock,
    /// The mail host that zone texts point at. The domain right above it is the server's default domain.
    pub hostname: String,
    /// How long after its create a domain gets each of its keys, at the soonest and at the latest.
    pub dkim_delays: [Duration; 2],
    /// How many requests an account gets in a minute, unless it has `unlimitedRequests`.
    pub requests_a_minute: u64,
}

impl Setup {
    /// The recorded server: `mail.example.test`, keys after 60 to 350 ms, the machine's clock.
    pub fn new(api_key: SecretString) -> Self {
        Self::of(Some(api_key), None)
    }

    /// The same server as it is right after its own setup: nobody but the administrator, with this password.
    pub fn empty(administrator: SecretString) -> Self {
        Self::of(None, Some(administrator))
    }

    fn of(api_key: Option<SecretString>, administrator: Option<SecretString>) -> Self {
        Self {
            api_key,
            administrator,
            clock: Clock::System,
            hostname: "mail.example.test".to_owned(),
            dkim_delays: [Duration::from_millis(60), Duration::from_millis(350)],
            requests_a_minute: 1000,
        }
    }
}

/// Serves the simulator on `listener`; `file` keeps what it remembers over restarts.
///
/// # Errors
/// When the listener has no address.
#[expect(clippy::unused_async, reason = "all simulators are started alike")]
pub async fn serve(listener: TcpListener, file: Option<&Path>, setup: Setup) -> io::Result<Running<World>> {
    let store = match file {
        Some(file) => Store::in_file(file, || World::first(&setup)),
        None => Store::in_memory(World::first(&setup)),
    };
    // Twice: stale reads take the version before the last change, which needs the settings as well.
    for _ in 0..2 {
        store.write(|world| world.set_up(&setup));
    }
    Server::new(store, http::routes).serve(listener)
}
