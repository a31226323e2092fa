//! How often somebody may ask who has an account outside their workspace.

use access::allowances::{self, Purse};
use access::{Granted, ManageMembers};
use audit::{Chain, Target};
use db::Tx;
use kernel::UserId;

use crate::error::Error;
use crate::service::Memberships;

impl Memberships {
    /// Whether the caller may ask who has an account outside their workspace.
    pub async fn may_ask(&self, by: &Granted<ManageMembers>) -> Result<(), Error> {
        let most = &self.platform.deployment.allowances;
        allowances::may_ask(&self.platform.db, by.actor(), most).await?.map_err(Error::AskedTooOften)
    }

    /// Notes that the caller is told of an account outside their workspace.
    pub async fn told(&self, by: &Granted<ManageMembers>, answer: &str) -> Result<(), Error> {
        let tenant = by.scope();
        let about = Target::thing("tenant", &tenant.id, &tenant.slug);
        let (chain, most) = (Chain::Tenant(tenant.id), &self.platform.deployment.allowances);
        let told = allowances::told(&self.platform.db, by.actor(), chain, about, answer, most).await?;
        told.map_err(Error::AskedTooOften)
    }

    /// Spends on so many look-ups as there are left, of so many that are wanted; gives how many those are.
    pub async fn look_up(&self, tx: &Tx, by: &Granted<ManageMembers>, wanted: usize) -> Result<usize, Error> {
        if by.actor().is_operator() {
            return Ok(wanted);
        }
        let purse = Purse::LookUps(by.actor().person.id);
        let wanted = u32::try_from(wanted).unwrap_or(u32::MAX);
        let most = &self.platform.deployment.allowances;
        let left = allowances::spend_up_to(tx, by.clock(), &purse, wanted, most).await?;
        Ok(usize::try_from(left.map_err(Error::AskedTooOften)?).unwrap_or(usize::MAX))
    }

    /// Whether somebody who isn't there, since the clock works for them, may still be told who has an account.
    pub async fn may_ask_for(&self, user: UserId) -> Result<(), Error> {
        let (purse, most) = (Purse::LookUps(user), &self.platform.deployment.allowances);
        let left = allowances::check(&self.platform.db, &self.platform.clock, &purse, most).await?;
        left.map_err(Error::AskedTooOften)
    }

    /// Spends a look-up of theirs, on what the transaction tells them.
    pub async fn look_up_for(&self, tx: &Tx, user: UserId) -> Result<(), Error> {
        let (purse, most) = (Purse::LookUps(user), &self.platform.deployment.allowances);
        allowances::spend(tx, &self.platform.clock, &purse, most).await?.map_err(Error::AskedTooOften)
    }
}
