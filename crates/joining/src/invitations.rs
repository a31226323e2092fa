//! Inviting: who is asked to come, asked again, or no longer asked. The mail is written in the transaction of the action.

use std::collections::BTreeSet;
use std::sync::Arc;

use access::invitations::{self, Invitation, State};
use access::{Granted, ManageMembers, account, addressed, directory};
use addresses::own_domains;
use async_trait::async_trait;
use audit::{Chain, Entry};
use jobs::Run;
use kernel::cursor::Page;
use kernel::{Coded as _, Cursor, ErrorKind, InvitationId, TenantId, UserId};
use memberships::mails::{links_lead_into, of, told};
use memberships::make::{self, is_vouched_for};
use memberships::{Error as Refusal, NewMember, live_holder, may_touch, rows};
use tenants::{primary, seats};

use crate::error::Error;
use crate::recorded::Action;
use crate::service::Joining;

/// Mails that are written at a time for what others asked for.
const WRITTEN: u64 = 50;

impl Joining {
    /// Invites somebody by mail. Their seat is theirs until they accept, or the time is over.
    pub async fn invite(&self, by: &Granted<ManageMembers>, new: NewMember) -> Result<Invitation, Error> {
        let clock = &self.platform.clock;
        may_touch(by, new.role)?;
        let tx = self.platform.db.begin().await?;
        let holder = live_holder(&tx, by).await?;
        links_lead_into(holder.status)?;
        let room = self.memberships.room(None);
        make::check_seats(&tx, clock, by.tenant(), &holder, &room).await?;
        self.check_invited(&tx, by, &new).await?;
        make::free_mailbox(&tx, by.tenant(), &holder, &new).await?;
        check_readable(&tx, by.tenant(), &new).await?;
        let invited_by = Some(by.actor().person.id).filter(|_| !by.actor().is_operator());
        let invitation = Invitation {
            name: new.name,
            mailbox: new.mailbox.map(|local| local.as_str().to_owned()),
            ..Invitation::new(clock, by.tenant(), new.email, new.role, invited_by)
        };
        invitations::insert(&tx, &invitation).await?;
        self.memberships.send_link(&tx, by.scope(), &invitation).await?;
        let entry = Entry::done(Action::InvitationCreate, of(&invitation)).after(told(&invitation));
        audit::commit(tx, by.context(), Chain::Tenant(by.tenant()), entry).await?;
        self.invitation(by, invitation.id).await
    }

    /// An address with an account elsewhere may be invited: whoever has it must sign in to accept.
    async fn check_invited(
        &self,
        tx: &db::Tx,
        by: &Granted<ManageMembers>,
        new: &NewMember,
    ) -> Result<(), Error> {
        let email = new.email.to_string();
        if invitations::waiting_for(&**tx, by.tenant(), &new.email, self.platform.clock.now())
            .await?
            .is_some()
        {
            return Err(Refusal::Invited(email).into());
        }
        let Some(user) = addressed::holder(&**tx, &new.email).await? else { return Ok(()) };
        let is_member = rows::by_user(&**tx, by.tenant(), user).await?.is_some();
        if is_member { Err(Refusal::Known(email).into()) } else { Ok(()) }
    }

    /// Sends an invitation again, with a new link; the old one is dead.
    pub async fn resend(&self, by: &Granted<ManageMembers>, id: InvitationId) -> Result<Invitation, Error> {
        Ok(self.memberships.resend(by, id).await?)
    }

    /// Withdraws an invitation: its link is dead, its seat is free.
    pub async fn revoke(&self, by: &Granted<ManageMembers>, id: InvitationId) -> Result<Invitation, Error> {
        let (clock, tx) = (&self.platform.clock, self.platform.db.begin().await?);
        primary::lock_holder(&tx, by.tenant()).await?;
        let invitation = invitations::by_id(&*tx, by.tenant(), id).await?.ok_or(Refusal::NoInvitation)?;
        may_touch(by, invitation.role)?;
        match invitation.state(clock.now()) {
            State::Revoked => return Ok(invitation),
            State::Accepted => return Err(Refusal::InvitationOver(State::Accepted.as_str()).into()),
            State::Waiting | State::Expired => {}
        }
        invitations::revoke(&tx, id, clock.now()).await?;
        seats::note(&tx, clock, by.tenant()).await?;
        let entry = Entry::done(Action::InvitationRevoke, of(&invitation)).before(told(&invitation));
        audit::commit(tx, by.context(), Chain::Tenant(by.tenant()), entry).await?;
        self.invitation(by, id).await
    }

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
    pub async fn invitations(
        &self,
        by: &Granted<ManageMembers>,
        state: Option<State>,
        after: Option<&Cursor>,
        limit: u64,
    ) -> Result<Page<Invitation>, Error> {
        let db = self.platform.db.read();
        Ok(invitations::page(db, by.tenant(), state, self.now(), after, limit).await?)
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

    /// Writes the mails of invitations that were made below: the first owner of a new workspace is invited.
    pub(crate) async fn send_unsent(&self) -> Result<(), Error> {
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

/// Refuses an address on the workspace's own domain that nobody reads yet: its mailbox opens by the link in the mail.
async fn check_readable(tx: &db::Tx, tenant: TenantId, new: &NewMember) -> Result<(), Error> {
    let is_own = own_domains(&**tx, tenant).await?.contains(new.email.domain());
    let email = new.email.to_string();
    if is_own && addresses::find(&**tx, tenant, &email).await?.is_none() {
        return Err(Refusal::LockedMailbox(email).into());
    }
    Ok(())
}

/// The name of the schedule, as databases know it from before this slice was one of its own.
pub const WORK: &str = "members.invitations";

/// Writes mails that are yet to be written.
pub(crate) struct SendUnsent(pub Joining);

#[async_trait]
impl Run for SendUnsent {
    async fn run(&self) -> Result<(), String> {
        self.0.send_unsent().await.map_err(|error| error.to_string())
    }
}

pub(crate) fn work(joining: &Joining) -> Arc<dyn Run> {
    Arc::new(SendUnsent(joining.clone()))
}
