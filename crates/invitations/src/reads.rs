//! What is asked of invitations: one, a page of them, and which are on hold.

use std::collections::BTreeSet;

use access::invitations::{self, Invitation, State};
use access::{Granted, ManageMembers, account};
use kernel::cursor::Page;
use kernel::{Cursor, InvitationId, UserId};
use memberships::Error as Refusal;
use memberships::make::is_vouched_for;

use crate::error::Error;
use crate::service::Invitations;

impl Invitations {
    /// One invitation of the tenant.
    pub async fn invitation(
        &self,
        by: &Granted<ManageMembers>,
        id: InvitationId,
    ) -> Result<Invitation, Error> {
        Ok(invitations::by_id(self.platform.db.read(), by.tenant(), id)
            .await?
            .ok_or(Refusal::NoInvitation)?)
    }

    /// A page of the tenant's invitations, the newest first.
    pub async fn page(
        &self,
        by: &Granted<ManageMembers>,
        state: Option<State>,
        after: Option<&Cursor>,
        limit: u64,
    ) -> Result<Page<Invitation>, Error> {
        let db = self.platform.db.read();
        Ok(invitations::page(db, by.tenant(), state, self.now(), after, limit).await?)
    }

    /// How many there are on all of these pages.
    pub(crate) async fn count(
        &self,
        by: &Granted<ManageMembers>,
        state: Option<State>,
    ) -> Result<u64, Error> {
        Ok(invitations::count(self.platform.db.read(), by.tenant(), state, self.now()).await?)
    }

    /// Those of these that wait, and that let nobody in until somebody sends them again: whoever sent them could not
    /// send them today.
    pub(crate) async fn on_hold(
        &self,
        by: &Granted<ManageMembers>,
        invitations: &[Invitation],
    ) -> Result<BTreeSet<InvitationId>, Error> {
        let senders: BTreeSet<UserId> = invitations.iter().filter_map(|one| one.invited_by).collect();
        let senders: Vec<UserId> = senders.into_iter().collect();
        let accounts = account::by_ids(self.platform.db.read(), &senders).await?;
        let now = self.now();
        let is_held = |one: &&Invitation| {
            let sender = accounts.iter().find(|account| Some(account.person.id) == one.invited_by);
            one.state(now) == State::Waiting && !is_vouched_for(one, one.role, sender, by.scope())
        };
        Ok(invitations.iter().filter(is_held).map(|one| one.id).collect())
    }
}
