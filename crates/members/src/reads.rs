//! What is shown of members.

use access::{Departure, Granted, ManageMembers, account, invitations};
use addresses::{MAILBOX, Mailbox};
use kernel::{Timestamp, UserId};
use memberships::make::is_vouched_for;
use memberships::{Error, FILES_USER, MEMBERSHIP, Member, PasswordState, SPACE_MEMBERSHIP, USER, rows};
use people::{Live, patience};
use reconcile::{Resource, Status, StepError};

use crate::service::Members;

/// A member with what they have upstream.
#[derive(Debug, Clone)]
pub struct Details {
    pub member: Member,
    /// What they have upstream, in the order in which people read it.
    pub steps: Vec<Step>,
    /// Since when their sign-ins are to be ended, and why that failed so far.
    pub sign_out: Option<(Timestamp, Option<String>)>,
    /// Whether their password opens their mailbox; none where they have none.
    pub mailbox: Option<PasswordState>,
    /// An invitation waits whose link lets them choose their first password. A list does not look for it.
    pub is_invited: bool,
    /// What only the upstreams know of them.
    pub live: Live,
}

/// One thing that a member has upstream, or should.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Step {
    pub kind: &'static str,
    /// Where it stands.
    pub status: Status,
    /// Why it is skipped or pending.
    pub reason: Option<String>,
    /// What the last attempt ran into.
    pub error: Option<StepError>,
    /// How many attempts failed in a row.
    pub attempts: u32,
    /// When it was last tried.
    pub attempted_at: Option<Timestamp>,
}

/// The kinds of a member's steps, the account first.
const STEPS: [&str; 5] = [USER, MEMBERSHIP, MAILBOX, FILES_USER, SPACE_MEMBERSHIP];

impl Step {
    fn of(kind: &'static str, resource: &Resource) -> Self {
        Self {
            kind,
            status: resource.status,
            reason: resource.reason.clone(),
            error: resource.error.clone(),
            attempts: resource.attempts,
            attempted_at: resource.attempted_at,
        }
    }

    /// A mailbox that nothing can be made of yet [B3, D1].
    fn no_mailbox(member: &Member) -> Self {
        let (status, reason) = match &member.mailbox {
            None => (Status::Skipped, "no_mailbox"),
            Some(mailbox) if mailbox.domain.is_none() => (Status::Skipped, "no_domain"),
            Some(_) => (Status::Pending, "awaiting_ownership"),
        };
        let reason = Some(reason.to_owned());
        Self { kind: MAILBOX, status, reason, error: None, attempts: 0, attempted_at: None }
    }

    /// The upstream.
    pub fn upstream(&self) -> &'static str {
        self.kind.split('.').next().unwrap_or(self.kind)
    }
}

/// The steps of a member, from what the person and the membership own.
pub(crate) fn steps(member: &Member, resources: &[Resource]) -> Vec<Step> {
    let owners = [member.user.to_string(), member.id.to_string()];
    let step = |kind: &'static str| {
        let own = |resource: &&Resource| resource.kind == kind && owners.contains(&resource.owner);
        match resources.iter().find(own) {
            Some(resource) => Some(Step::of(kind, resource)),
            None => (kind == MAILBOX).then(|| Step::no_mailbox(member)),
        }
    };
    STEPS.into_iter().filter_map(step).collect()
}

/// The least good state of the steps of an upstream: what is wrong comes first, then what is under way.
pub(crate) fn upstream_status(steps: &[Step], upstream: &str) -> Option<Status> {
    let rank = |status: &Status| match status {
        Status::Error => 0,
        Status::Pending => 1,
        Status::Ok => 2,
        Status::Skipped => 3,
    };
    steps.iter().filter(|step| step.upstream() == upstream).map(|step| step.status).min_by_key(rank)
}

/// Whether a member's password opens their mailbox; none where they have none.
pub(crate) fn mailbox_state(member: &Member, resources: &[Resource]) -> Option<PasswordState> {
    member.mailbox.as_ref().map(|_| PasswordState::of_mailbox(member, resources))
}

/// Colleagues that the form of who leaves proposes for their mail.
const HEIRS: u64 = 50;

/// Who could get the mail of who leaves.
pub struct Heirs {
    /// The first of them by name: address and name.
    pub first: Vec<(String, String)>,
    /// There are more.
    pub has_more: bool,
}

impl Members {
    /// One member.
    pub async fn details(&self, by: &Granted<ManageMembers>, user: UserId) -> Result<Details, Error> {
        let (member, resources) = self.with_resources(by, user).await?;
        let sign_out = self.people.open_sign_out(user).await?;
        let live =
            self.people.live_of(by.tenant(), std::slice::from_ref(&member), &resources, patience()).await?;
        let live = live.into_iter().next().ok_or(Error::NotFound)?;
        let mailbox = mailbox_state(&member, &resources);
        let is_invited = self.is_invited(by, &member).await?;
        Ok(Details { steps: steps(&member, &resources), member, sign_out, mailbox, is_invited, live })
    }

    /// Whether the link of an invitation would let a member choose their first password now.
    async fn is_invited(&self, by: &Granted<ManageMembers>, member: &Member) -> Result<bool, Error> {
        let db = self.platform.db.read();
        let found = invitations::open_of_person(db, member.tenant, member.user).await?;
        let found = found.filter(|one| one.state(self.now()) == invitations::State::Waiting);
        let Some(invitation) = found.filter(|_| member.is_let_in(by.scope().status)) else {
            return Ok(false);
        };
        let sender = account::by_ids(db, invitation.invited_by.as_slice()).await?;
        Ok(is_vouched_for(&invitation, member.role, sender.first(), by.scope()))
    }

    /// A member and how far what they have upstream is, without asking there.
    pub(crate) async fn progress(
        &self,
        by: &Granted<ManageMembers>,
        user: UserId,
    ) -> Result<(Member, Vec<Step>), Error> {
        let (member, resources) = self.with_resources(by, user).await?;
        let steps = steps(&member, &resources);
        Ok((member, steps))
    }

    async fn with_resources(
        &self,
        by: &Granted<ManageMembers>,
        user: UserId,
    ) -> Result<(Member, Vec<Resource>), Error> {
        let db = self.platform.db.read();
        let member = rows::by_user(db, by.tenant(), user).await?.ok_or(Error::NotFound)?;
        let resources = reconcile::of_owners(db, &[user.to_string(), member.id.to_string()]).await?;
        Ok((member, resources))
    }

    /// Whether somebody was made to leave, and who has their addresses by name.
    pub(crate) async fn departure(
        &self,
        by: &Granted<ManageMembers>,
        user: UserId,
    ) -> Result<Option<(Departure, Option<Member>)>, Error> {
        let (db, events) = (&self.platform.db, &self.platform.events);
        let Some(departure) = events.departure(db, by.tenant(), user).await? else { return Ok(None) };
        let heir = match departure.heir {
            Some(heir) => self.memberships.by_id(by, heir).await?,
            None => None,
        };
        Ok(Some((departure, heir)))
    }

    /// Who could get the mail of a member: address and name of the first colleagues with a mailbox, and whether there
    /// are more.
    pub(crate) async fn heirs(&self, by: &Granted<ManageMembers>, leaving: UserId) -> Result<Heirs, Error> {
        let mut found = rows::heirs(self.platform.db.read(), by.tenant(), leaving, HEIRS + 1).await?;
        let most = usize::try_from(HEIRS).unwrap_or(usize::MAX);
        let has_more = found.len() > most;
        found.truncate(most);
        let heir = |member: Member| Some((member.mailbox.as_ref().and_then(Mailbox::address)?, member.name));
        Ok(Heirs { first: found.into_iter().filter_map(heir).collect(), has_more })
    }
}
