//! Work by the clock: the mails of invitations that were made below are written.

use std::sync::Arc;

use access::{directory, invitations};
use async_trait::async_trait;
use jobs::{Run, Schedule};
use kernel::{Coded as _, ErrorKind};
use tenants::primary;

use crate::error::Error;
use crate::service::Invitations;

/// The name of the schedule, as databases know it from before this slice was one of its own.
const WORK: &str = "members.invitations";

/// Mails that are written at a time for what others asked for.
const WRITTEN: u64 = 50;

/// The slice's recurring work.
pub fn schedule(invitations: &Invitations) -> Schedule {
    let every = invitations.platform.pace.look;
    Schedule { name: WORK, every, work: Arc::new(SendUnsent(invitations.clone())) }
}

struct SendUnsent(Invitations);

#[async_trait]
impl Run for SendUnsent {
    async fn run(&self) -> Result<(), String> {
        self.0.send_unsent().await.map_err(|error| error.to_string())
    }
}

impl Invitations {
    /// Writes the mails of invitations that were made below: the first owner of a new workspace is invited.
    async fn send_unsent(&self) -> Result<(), Error> {
        if !self.memberships.can_send_links() {
            return Ok(());
        }
        for found in invitations::unsent(self.platform.db.read(), WRITTEN).await? {
            let tx = self.platform.db.begin().await?;
            primary::lock_holder(&tx, found.tenant).await?;
            let tenant = directory::tenants_by_ids(&*tx, &[found.tenant]).await?.pop();
            let still = invitations::by_id(&*tx, found.tenant, found.id).await?;
            let still = still.filter(|it| it.sent_at.is_none() && it.revoked_at.is_none());
            // What a closed workspace's people are to get is written once it is open.
            let tenant = tenant.filter(|tenant| invitations::leads_into(tenant.status));
            let (Some(tenant), Some(invitation)) = (tenant, still) else { continue };
            match self.memberships.send_link(&tx, &tenant, &invitation).await {
                Ok(()) => {
                    tx.commit_silently("the mail of an invitation that was recorded is written").await?;
                }
                // It goes out when more may, and holds up no other workspace's.
                Err(error) if error.kind() == ErrorKind::TooMany => {
                    tracing::info!(invitation = %invitation.id, %error, "the mail of an invitation waits");
                }
                Err(error) => return Err(error.into()),
            }
        }
        Ok(())
    }
}
