//! What other slices tell of: mail comes back to who is let in again, and no report outlives its tenant.

use std::sync::Arc;

use access::{Departure, Subscriber, TenantRef};
use async_trait::async_trait;
use db::{Db, Tx};
use kernel::{Clock, Coded as _, ErrorKind, Explain as _, MemberId, Message, TenantId, UserId};
use memberships::rows;

use crate::error::Error;
use crate::hand_over::{self, Handed};
use crate::store;

/// Told by other slices of members who are let in again, and of tenants that go.
pub fn subscriber(clock: Clock) -> Arc<dyn Subscriber> {
    Arc::new(Subscription(clock))
}

struct Subscription(Clock);

#[async_trait]
impl Subscriber for Subscription {
    async fn tenant_purged(&self, tx: &Tx, tenant: TenantId) -> Result<(), db::Error> {
        store::forget_of_tenant(tx, tenant).await
    }

    async fn departure(
        &self,
        db: &Db,
        tenant: TenantId,
        user: UserId,
    ) -> Result<Option<Departure>, db::Error> {
        let last = store::latest(db.read(), tenant, user).await?;
        Ok(last.map(|last| Departure {
            began_at: last.began_at,
            is_shut: last.is_shut(),
            report: "/offboard",
            addresses: last.handed.iter().flat_map(Handed::addresses).cloned().collect(),
            heir: last.handed.as_ref().map(|handed| handed.to),
            restored_at: last.restored_at,
        }))
    }

    /// Takes back what was handed over.
    async fn member_resumed(
        &self,
        tx: &Tx,
        tenant: &TenantRef,
        member: MemberId,
    ) -> Result<Result<(), Message>, db::Error> {
        let Some(back) = rows::by_id(&**tx, member).await? else { return Ok(Ok(())) };
        match hand_over::undo(tx, &self.0, tenant, back).await {
            Ok(after) => Ok(Ok(rows::update(tx, &after).await?)),
            Err(Error::Db(error) | Error::Member(memberships::Error::Db(error))) => Err(error),
            Err(refused) if refused.kind() == ErrorKind::Conflict => Ok(Err(refused.message())),
            Err(other) => Err(db::Error::damaged("offboardings", other.to_string())),
        }
    }
}
