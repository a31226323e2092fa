//! The service.

use std::collections::BTreeSet;
use std::sync::{Arc, Mutex};

use access::TenantRef;
use db::Error;
use kernel::Timestamp;
use platform::Platform;

use crate::evaluate::{Subject, evaluate};
use crate::gate::Gate;
use crate::snapshot::{Snapshot, Watched};

/// The flags of the platform. Clones share what is known of them.
#[derive(Clone)]
pub struct Flags {
    pub(crate) platform: Platform,
    pub(crate) watched: Arc<Watched>,
    /// Keys of the code that no flag has, which the log was told of.
    pub(crate) told: Arc<Mutex<BTreeSet<&'static str>>>,
}

impl Flags {
    /// The service.
    pub fn new(platform: &Platform) -> Self {
        Self { platform: platform.clone(), watched: Arc::default(), told: Arc::default() }
    }

    pub(crate) fn now(&self) -> Timestamp {
        self.platform.clock.now()
    }

    /// All flags as they are now.
    pub(crate) async fn snapshot(&self) -> Result<Arc<Snapshot>, Error> {
        self.watched.at(&self.platform.db, self.now()).await
    }

    /// Whether what a gate guards is open to a tenant. It stays shut where there is no such flag, and where nobody can
    /// say [A5].
    pub async fn is_on(&self, tenant: &TenantRef, gate: Gate) -> bool {
        let snapshot = match self.snapshot().await {
            Ok(snapshot) => snapshot,
            Err(error) => {
                tracing::warn!(%error, key = gate.key(), "a flag can't be read: it counts as off");
                return false;
            }
        };
        let Some(flag) = snapshot.find(gate.key()) else {
            self.tell_unknown(gate);
            return false;
        };
        evaluate(flag, &Subject::from(tenant), self.now()).enabled
    }
}
