//! What the simulator remembers.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use kernel::id::random;
use kernel::{Clock, Timestamp};
use secrecy::ExposeSecret as _;
use serde::{Deserialize, Serialize};
use serde_json::json;
use sha2::{Digest as _, Sha256};

use super::account::Account;
use super::credentials::Credential;
use super::dkim::{Algorithm, Key};
use super::domain::Domain;
use super::list::MailingList;
use super::role::{self, Role};
use super::sign_in::SERVICE;
use super::{Setup, names};

/// The minute by the clock, in seconds.
const MINUTE: i64 = 60;
const ADMINISTRATOR: u64 = 1;

/// The state of a simulated server.
#[derive(Clone, Default, Serialize, Deserialize)]
pub struct World {
    pub(super) domains: BTreeMap<u64, Domain>,
    pub(super) keys: BTreeMap<u64, Key>,
    pub(super) accounts: BTreeMap<u64, Account>,
    #[serde(default)]
    pub(super) lists: BTreeMap<u64, MailingList>,
    pub(super) default_domain: Option<u64>,
    #[serde(default = "role::at_the_start")]
    pub(super) roles: BTreeMap<u64, Role>,
    /// How many of the next changes end as the answer to a write conflict.
    #[serde(default)]
    pub(super) conflicts: Conflicts,
    /// Whether queries answer with all objects, as those of another version might.
    #[serde(default)]
    pub(super) ignores_filters: bool,
    /// Whether queries answer with the first page, whichever is asked for.
    #[serde(default)]
    pub(super) ignores_positions: bool,
    /// The host that mail programs are told, where it is not the server's own.
    #[serde(default)]
    pub(super) client_host: Option<String>,
    last_domain: u64,
    /// Ids are not used again.
    #[serde(default)]
    last_account: u64,
    #[serde(default)]
    last_list: u64,
    keys_made: u64,
    #[serde(skip)]
    pub(super) settings: Settings,
}

#[derive(Clone, Default, Serialize, Deserialize)]
pub struct Conflicts {
    pub left: u64,
    pub stored: bool,
}

/// A write conflict that is due.
pub struct Conflict {
    /// Whether the change is made all the same.
    pub stored: bool,
}

/// What each start sets anew.
#[derive(Clone, Default)]
pub struct Settings {
    key_hash: Option<[u8; 32]>,
    pub clock: Clock,
    pub hostname: String,
    dkim_delays: [Duration; 2],
    requests_a_minute: u64,
    /// How many requests of an account there were in which minute.
    requests: Arc<Mutex<BTreeMap<u64, (i64, u64)>>>,
}

impl Settings {
    /// Whether that is the API key of the setup.
    pub fn accepts(&self, key: &str) -> bool {
        self.key_hash.is_some_and(|hash| hash[..] == Sha256::digest(key)[..])
    }

    /// Counts a request of an account whose requests are limited (section 5), and whether it is one too many.
    pub fn is_too_often(&self, account: u64) -> bool {
        let minute = self.clock.now().seconds().div_euclid(MINUTE);
        let mut requests = self.requests.lock().unwrap_or_else(PoisonError::into_inner);
        let (last, count) = requests.entry(account).or_default();
        if *last != minute {
            (*last, *count) = (minute, 0);
        }
        *count += 1;
        *count > self.requests_a_minute
    }
}

impl World {
    /// A server that was just set up: its default domain and an administrator; with a key its account, too.
    pub(super) fn first(setup: &Setup) -> Self {
        let mut world = Self { roles: role::at_the_start(), ..Self::default() };
        world.set_up(setup);
        let parent = setup.hostname.split_once('.').map(|(_, parent)| parent);
        let Some(name) = parent.and_then(names::normalise) else {
            return world;
        };
        let now = world.settings.clock.now();
        let id = world.add_domain(Domain::new(name, now));
        world.add_keys(id, now, [Duration::ZERO; 2]);
        world.default_domain = Some(id);
        let service = setup.api_key.is_some().then_some((SERVICE, "control-plane"));
        for (id, name) in std::iter::once((ADMINISTRATOR, "admin")).chain(service) {
            let mut account = Account::new(name, 1, now);
            account.properties.insert("roles".to_owned(), json!({"@type": "Admin"}));
            world.accounts.insert(id, account);
        }
        if let (Some(password), Some(account)) =
            (&setup.administrator, world.accounts.get_mut(&ADMINISTRATOR))
        {
            account.credentials.push(Credential::password(0, password.expose_secret(), now));
        }
        world
    }

    pub(super) fn set_up(&mut self, setup: &Setup) {
        self.settings = Settings {
            key_hash: setup.api_key.as_ref().map(|key| Sha256::digest(key.expose_secret()).into()),
            clock: setup.clock.clone(),
            hostname: setup.hostname.clone(),
            dkim_delays: setup.dkim_delays,
            requests_a_minute: setup.requests_a_minute,
            requests: Arc::default(),
        };
    }

    /// Adds a domain under the next id.
    pub(super) fn add_domain(&mut self, domain: Domain) -> u64 {
        self.last_domain += 1;
        while self.domains.contains_key(&self.last_domain) {
            self.last_domain += 1;
        }
        self.domains.insert(self.last_domain, domain);
        self.last_domain
    }

    pub(super) fn next_account(&mut self) -> u64 {
        self.last_account = next(self.last_account, &self.accounts);
        self.last_account
    }

    pub(super) fn next_list(&mut self) -> u64 {
        self.last_list = next(self.last_list, &self.lists);
        self.last_list
    }

    /// The whole address of a local part.
    pub(super) fn address(&self, name: &str, domain: u64) -> String {
        let domain = self.domains.get(&domain).map_or("", |domain| domain.name.as_str());
        format!("{name}@{domain}")
    }

    /// Starts the background task that makes the signing keys a domain lacks: they are there from then on, but
    /// nobody sees them before their time.
    pub(super) fn start_key_task(&mut self, domain: u64) {
        let (now, delays) = (self.settings.clock.now(), self.settings.dkim_delays);
        self.add_keys(domain, now, delays);
    }

    fn add_keys(&mut self, domain: u64, now: Timestamp, delays: [Duration; 2]) {
        let [soonest, latest] = delays;
        let delay = || {
            let dice = f64::from(u32::from_be_bytes(random())) / f64::from(u32::MAX);
            soonest + latest.saturating_sub(soonest).mul_f64(dice)
        };
        // The larger one takes longer, as recorded.
        let mut delays = [delay(), delay()];
        delays.sort();
        for (algorithm, delay) in [Algorithm::Ed25519, Algorithm::Rsa].into_iter().zip(delays) {
            let has = |key: &Key| key.domain == domain && key.algorithm == algorithm;
            if self.keys.values().any(has) {
                continue;
            }
            let due = now.after(delay);
            self.keys_made += 1;
            // Time first, so that later keys have higher ids, as on the real server.
            let id = u64::try_from(due.micros()).unwrap_or(0) * 512 + self.keys_made % 512;
            self.keys.insert(id, Key::new(domain, algorithm, due));
        }
    }

    /// The write conflict that the next change runs into, if any; it is used up.
    pub(super) fn take_conflict(&mut self) -> Option<Conflict> {
        self.conflicts.left = self.conflicts.left.checked_sub(1)?;
        Some(Conflict { stored: self.conflicts.stored })
    }

    /// The keys whose time has come, by id.
    pub(super) fn visible_keys(&self) -> impl Iterator<Item = (u64, &Key)> {
        let now = self.settings.clock.now();
        self.keys.iter().filter(move |(_, key)| key.due <= now).map(|(id, key)| (*id, key))
    }

    /// The host that mail programs are told.
    pub(super) fn client_host(&self) -> String {
        self.client_host.clone().unwrap_or_else(|| self.settings.hostname.clone())
    }

    /// The domain that has this name or alias.
    pub(super) fn owner_of(&self, name: &str) -> Option<u64> {
        self.domains
            .iter()
            .find(|(_, domain)| domain.name == name || domain.has_alias(name))
            .map(|(id, _)| *id)
    }

    /// Removes a domain and what the server removes with it: keys that its task has not made yet.
    pub(super) fn remove_domain(&mut self, id: u64) -> bool {
        self.keys.retain(|_, key| key.domain != id);
        self.domains.remove(&id).is_some()
    }
}

fn next<T>(last: u64, present: &BTreeMap<u64, T>) -> u64 {
    let highest = present.last_key_value().map_or(0, |(id, _)| *id);
    last.max(highest) + 1
}

/// A time as the server writes it: whole seconds.
pub(super) fn seconds(at: Timestamp) -> String {
    let text = at.to_string();
    format!("{}Z", text.get(..19).unwrap_or(&text))
}
