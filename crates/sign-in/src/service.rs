//! The service and its settings.

use std::sync::Arc;

use access::people::{self, Admitted, Identity};
use access::{Accounts, Events, Surface};
use db::seal::Keys;
use db::{Db, Tx};
use kernel::Clock;
use outbound::Client;
use platform::{Handles, Platform};
use secrecy::SecretString;
use tokio_util::task::TaskTracker;
use upstream_authentik::Authentik;

use crate::bearer::Verified;
use crate::keys::KeySet;

/// One surface's own OIDC client: a triple of issuer, client id (= audience) and keys [A1].
#[derive(Debug, Clone)]
pub struct OidcClient {
    pub surface: Surface,
    /// The client's secret.
    pub client_secret: SecretString,
    /// The origin that people use, without a path.
    pub origin: String,
}

/// How sign-in is set up.
#[derive(Debug, Clone)]
pub struct Settings {
    /// The issuer's origin as browsers reach it and as `iss` names it, such as `https://id.example.test`.
    pub issuer_origin: String,
    /// The identity provider, where this process reaches it.
    pub provider: Client,
    /// The surfaces.
    pub oidc_clients: Vec<OidcClient>,
    /// The group that makes a new person a platform admin.
    pub admin_group: String,
    /// The identity provider's list of sessions, where Dezky may read it.
    pub directory: Option<Authentik>,
}

pub(crate) struct Inner {
    pub db: Db,
    pub accounts: Accounts,
    pub clock: Clock,
    pub keys: Keys,
    pub settings: Settings,
    /// Tells of people who change.
    pub events: Events,
    pub key_sets: Vec<KeySet>,
    pub verified: Verified,
    /// Refreshes under way. They outlive a request whose sender goes away.
    pub refreshes: TaskTracker,
}

/// Sign-in. Clones share it.
#[derive(Clone)]
pub struct SignIn(pub(crate) Arc<Inner>);

impl SignIn {
    /// Sign-in with these settings; `keys` seal what sessions hold.
    pub fn new(platform: &Platform, keys: Keys, settings: Settings) -> Self {
        let Handles { db, clock, events, .. } = &**platform;
        let key_set =
            |client: &OidcClient| KeySet::new(client.surface, settings.provider.clone(), clock.clone());
        let key_sets = settings.oidc_clients.iter().map(key_set).collect();
        let verified = Verified::default();
        let refreshes = TaskTracker::new();
        let accounts = Accounts::new(db.clone());
        Self(Arc::new(Inner {
            db: db.clone(),
            accounts,
            clock: clock.clone(),
            keys,
            settings,
            events: events.clone(),
            key_sets,
            verified,
            refreshes,
        }))
    }

    /// How sign-in is set up.
    pub fn settings(&self) -> &Settings {
        &self.0.settings
    }

    /// Makes the person's row, or lets it follow the token, and tells those who must know.
    pub(crate) async fn admit(&self, tx: &Tx, identity: &Identity) -> Result<Admitted, db::Error> {
        let admitted = people::admit(tx, &self.0.clock, identity, &self.0.settings.admin_group).await?;
        if let Admitted::Changed(person) = &admitted {
            self.0.events.person_changed(tx, person.id).await?;
        }
        Ok(admitted)
    }

    pub(crate) fn oidc_client(&self, surface: Surface) -> Option<&OidcClient> {
        self.0.settings.oidc_clients.iter().find(|client| client.surface == surface)
    }

    pub(crate) fn key_set(&self, surface: Surface) -> Option<&KeySet> {
        self.0.key_sets.iter().find(|keys| keys.surface() == surface)
    }

    /// The `iss` of a surface's tokens.
    pub(crate) fn issuer(&self, surface: Surface) -> String {
        self.0.settings.issuer(surface)
    }
}
