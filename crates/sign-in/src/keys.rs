//! The issuer's public keys, cached; fetched anew when a token names a key that is not among them, but not more
//! often than every ten seconds, so that forged key ids can't make us flood the issuer.

use std::sync::{PoisonError, RwLock};
use std::time::Duration;

use access::Surface;
use kernel::{Clock, Timestamp};
use openidconnect::core::CoreJsonWebKeySet;
use outbound::{Call, CallError, Client};
use serde_json::Value;
use tokio::sync::Mutex;

use crate::error::Error;
use crate::examine::Trouble;

const FLOOR: Duration = Duration::from_secs(10);
const FRESH: Duration = Duration::from_hours(1);

#[derive(Clone)]
struct Cached {
    keys: Value,
    at: Timestamp,
}

/// The keys of one surface's issuer.
pub(crate) struct KeySet {
    surface: Surface,
    provider: Client,
    clock: Clock,
    cached: RwLock<Option<Cached>>,
    fetching: Mutex<Option<Timestamp>>,
}

impl KeySet {
    pub fn new(surface: Surface, provider: Client, clock: Clock) -> Self {
        Self { surface, provider, clock, cached: RwLock::new(None), fetching: Mutex::new(None) }
    }

    pub fn surface(&self) -> Surface {
        self.surface
    }

    /// The key set as JSON (RFC 7517), holding the key `kid` if the issuer has it.
    pub async fn with(&self, kid: Option<&str>) -> Result<Value, CallError> {
        let good = |cached: &Cached| self.clock.now().since(cached.at) < FRESH && has(&cached.keys, kid);
        if let Some(cached) = self.cached().filter(good) {
            return Ok(cached.keys);
        }
        let mut last_fetch = self.fetching.lock().await;
        let now = self.clock.now();
        // Another task may have fetched while this one waited.
        if let Some(cached) =
            self.cached().filter(|c| good(c) || last_fetch.is_some_and(|at| now.since(at) < FLOOR))
        {
            return Ok(cached.keys);
        }
        *last_fetch = Some(now);
        let path = format!("/application/o/{}/jwks/", self.surface.audience());
        match self.fetch(&path).await {
            Ok(keys) => {
                let cached = Cached { keys: keys.clone(), at: now };
                *self.cached.write().unwrap_or_else(PoisonError::into_inner) = Some(cached);
                Ok(keys)
            }
            // Old keys are still the issuer's keys.
            Err(error) => self.cached().map(|cached| cached.keys).ok_or(error),
        }
    }

    async fn fetch(&self, path: &str) -> Result<Value, CallError> {
        self.provider.send(Call::get(path)).await?.success(|_| None)?.json()
    }

    fn cached(&self) -> Option<Cached> {
        self.cached.read().unwrap_or_else(PoisonError::into_inner).clone()
    }
}

/// The key set of a surface, read. Without a signing key there is no set at all (authentik, section 7).
pub(crate) fn read(keys: Value, surface: Surface) -> Result<CoreJsonWebKeySet, Error> {
    serde_json::from_value(keys).map_err(|_| Error::Misconfigured(Trouble::NoKey(surface.audience())))
}

fn has(keys: &Value, kid: Option<&str>) -> bool {
    let Some(kid) = kid else { return true };
    let list = keys.get("keys").and_then(Value::as_array);
    list.is_some_and(|list| list.iter().any(|key| key.get("kid").and_then(Value::as_str) == Some(kid)))
}
