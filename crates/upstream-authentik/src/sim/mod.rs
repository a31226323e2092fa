//! A server that behaves as the recorded authentik does: the REST calls that Dezky makes, an OIDC provider and a
//! sign-in page, a recovery page, a page that enrols second factors, which `/_sim` puts too. Providers, applications and
//! what is bound to them are objects of its API, and sign-ins go by them; of flows, stages and policies it runs those of
//! recovery and of signing out alone.

mod access;
mod app;
mod device;
mod duration;
mod enrol;
mod family;
mod inventory;
mod keys;
mod objects;
mod oidc;
mod page;
mod recovery;
mod rest;
mod roles;
mod secret;
mod setup;
mod shipped;
mod sign_in;
mod world;

use std::io;
use std::ops::Deref;
use std::path::Path;
use std::time::Duration;

use axum::Router;
use serde_json::{Map, Value, json};
use simulator::{Running, Server, Store};
use tokio::net::TcpListener;

pub use setup::{AppSetup, ServiceAccountSetup, Setup, SubMode, UserSetup};
pub use world::World;

use keys::SigningKey;
use objects::id_of;
use oidc::issue::{self, Lifetime};
use world::Grant;

/// A simulated server that runs until this is dropped or stopped.
pub struct Sim {
    running: Running<World>,
}

/// Serves on `listener`. The state is kept in `file` when there is one, else in memory. The first start makes a
/// signing key; an error means that this, or the listener, failed.
pub async fn serve(listener: TcpListener, file: Option<&Path>, setup: Setup) -> io::Result<Sim> {
    let store = match file {
        Some(file) => Store::in_file(file, World::default),
        None => Store::in_memory(World::default()),
    };
    let first_key = if store.read(|world| world.keys.is_empty()) { Some(new_key().await?) } else { None };
    let origin = match &setup.origin {
        Some(origin) => origin.trim_end_matches('/').to_owned(),
        None => format!("http://{}", listener.local_addr()?),
    };
    store.write(|world| {
        world.keys.extend(first_key);
        world.apply(setup, origin);
    });
    // Stale reads shall not see the time before the setup.
    store.write(|_| ());
    let running = Server::new(store, routes).serve(listener)?;
    Ok(Sim { running })
}

fn routes(store: Store<World>) -> Router {
    Router::new()
        .merge(rest::routes(&store))
        .merge(oidc::routes())
        .merge(sign_in::routes())
        .merge(recovery::routes())
        .merge(enrol::routes())
        .fallback(page::no_route)
        .with_state(store)
}

async fn new_key() -> io::Result<SigningKey> {
    tokio::task::spawn_blocking(SigningKey::generate).await.map_err(io::Error::other)?
}

impl Deref for Sim {
    type Target = Running<World>;

    fn deref(&self) -> &Running<World> {
        &self.running
    }
}

impl Sim {
    /// Stops listening and writes the state's file.
    pub fn stop(self) {
        self.running.stop();
    }

    /// An access token as the token endpoint would issue it to a person or account, found by user name or e-mail
    /// address, for the scopes `openid email profile offline_access` but outside any session. `None` when there
    /// is no such active user or client.
    pub fn mint(&self, login: &str, client_id: &str, validity: Duration) -> Option<String> {
        let scopes = "openid email profile offline_access";
        self.store.write(|world| {
            let user = world.user_of_login(login).filter(|user| user.is_active)?.pk;
            let app = world.app(client_id)?;
            let grant = Grant {
                client_id: client_id.to_owned(),
                user,
                session: None,
                scopes: app.mapped_scopes(scopes),
                nonce: None,
                auth_time: world.now(),
            };
            let lifetime = Lifetime { access: validity, refresh: None };
            let origin = world.site.origin.clone();
            let tokens = issue::issue(world, &origin, grant, &lifetime).ok()?;
            Some(tokens.access_token)
        })
    }

    /// Signs claims as they are under a header, as an issuer that is set up in another way would.
    pub fn sign(&self, header: Value, claims: &Map<String, Value>) -> Option<String> {
        self.store.read(|world| world.keys.last()?.sign_under(header, claims).ok())
    }

    /// The UUID of a user, which is the claim `sub`; found by user name or e-mail address.
    pub fn user_uuid(&self, login: &str) -> Option<String> {
        self.store.read(|world| world.user_of_login(login).map(|user| user.uuid.clone()))
    }

    /// Makes a user unless there is one of that name; the UUID of either.
    pub fn add_user(&self, user: &UserSetup) -> String {
        self.store.write(|world| world.ensure_user(user))
    }

    /// Signs with a new key from now on. The old ones stay published until [`Sim::drop_old_keys`].
    pub async fn rotate_keys(&self) -> io::Result<()> {
        let key = new_key().await?;
        self.store.write(|world| world.keys.push(key));
        Ok(())
    }

    /// Publishes the newest key only.
    pub fn drop_old_keys(&self) {
        self.store.write(|world| {
            let old = world.keys.len().saturating_sub(1);
            world.keys.drain(..old);
        });
    }

    /// Makes an application, or sets an existing one up anew; its tokens stay.
    pub fn put_app(&self, app: AppSetup) {
        self.store.write(|world| world.put_app(app));
    }

    /// Sets how long the access tokens live that a client gets from now on; false when there is no such client.
    pub fn set_access_token_validity(&self, client_id: &str, validity: Duration) -> bool {
        self.store.write(|world| {
            let Some(id) = world.objects.find("providers", "client_id", client_id).map(id_of) else {
                return false;
            };
            let validity = json!(duration::text(validity));
            let provider = world.objects.get_mut("providers", &id);
            provider.map(|it| it.insert("access_token_validity".to_owned(), validity)).is_some()
        })
    }
}
