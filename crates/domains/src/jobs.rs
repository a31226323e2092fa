//! Work by the clock: checks of domains, and claims that lapse.

use std::sync::Arc;
use std::time::Duration;

use async_trait::async_trait;
use audit::{Chain, Context, Entry};
use futures_util::{StreamExt as _, stream};
use jobs::{Run, Schedule};
use tenants::primary;

use crate::actions::{forget, is_wanted};
use crate::check::target;
use crate::error::Error;
use crate::model::Domain;
use crate::recorded::Action;
use crate::service::Domains;
use crate::store;

/// The longest that a check may take before another instance does it again.
const LEASE: Duration = Duration::from_mins(1);
/// Domains that are taken at a time, and of those, that are checked side by side.
const TAKEN: u64 = 32;
const AT_A_TIME: usize = 16;

/// The slice's recurring work.
pub fn schedule(domains: &Domains) -> Schedule {
    let every = domains.platform.pace.look;
    Schedule { name: "domains.check", every, work: Arc::new(Check(domains.clone())) }
}

struct Check(Domains);

#[async_trait]
impl Run for Check {
    async fn run(&self) -> Result<(), String> {
        self.0.check_due().await.map_err(|error| error.to_string())
    }
}

impl Domains {
    pub(crate) async fn check_due(&self) -> Result<(), Error> {
        let (db, clock) = (&self.platform.db, &self.platform.clock);
        let context = &Context::system("domains", clock);
        let now = clock.now();
        let tx = db.begin().await?;
        let due = store::claim_due(&tx, now, now.after(LEASE), TAKEN).await?;
        tx.commit_silently("the work is claimed").await?;
        let check = async |domain: Domain| {
            let done = if domain.lapses_at.is_some_and(|at| at <= now) {
                self.lapse(context, &domain).await
            } else {
                self.check(context, &domain, false).await.map(drop)
            };
            if let Err(error) = done {
                tracing::warn!(domain = %domain.name, %error, "a domain was not checked");
                self.postpone(&domain).await;
            }
        };
        stream::iter(due).map(check).buffer_unordered(AT_A_TIME).collect::<()>().await;
        Ok(())
    }

    /// What can't be checked now is no more urgent than what is well.
    async fn postpone(&self, domain: &Domain) {
        let again = self.platform.clock.now().after(self.pace.slow);
        if let Err(error) = store::postpone(&self.platform.db, domain.id, again).await {
            tracing::warn!(domain = %domain.name, %error, "a check could not be put off");
        }
    }

    /// Lets go of a claim that nobody proved in time [D5].
    async fn lapse(&self, context: &Context, claim: &Domain) -> Result<(), Error> {
        let tx = self.platform.db.begin().await?;
        primary::lock_holder(&tx, claim.tenant).await?;
        let Some(claim) = store::lock(&tx, claim.id).await?.filter(|claim| !claim.is_proven()) else {
            return Ok(());
        };
        if is_wanted(&tx, &claim).await? {
            return Ok(());
        }
        forget(&tx, &self.platform.events, &claim).await?;
        let entry = Entry::done(Action::DomainLapse, target(&claim));
        Ok(audit::commit(tx, context, Chain::Tenant(claim.tenant), entry).await?)
    }
}
