//! The service and its settings.

use access::{Granted, ManageMembers, TenantRef, roles};
use db::Tx;
use kernel::{EmailAddress, InvitationId, MemberId, Timestamp};
use platform::Platform;
use tenants::Seats;

use crate::error::Error;
use crate::make::Room;
use crate::model::Member;
use crate::{apply, desired, store};

/// How the slice behaves.
#[derive(Debug, Clone, Copy)]
pub struct Settings {
    /// Whether members beyond the plan's seats are let in [E10].
    pub beyond_seats: bool,
}

/// The memberships of all tenants. Clones share it.
#[derive(Clone)]
pub struct Memberships {
    pub(crate) platform: Platform,
    settings: Settings,
}

impl Memberships {
    /// The service.
    pub fn new(platform: &Platform, settings: Settings) -> Self {
        Self { platform: platform.clone(), settings }
    }

    /// The room for one more; an invitation's own seat is not counted against it.
    pub fn room(&self, besides: Option<InvitationId>) -> Room {
        let platform = self.platform.deployment.domains.clone();
        Room { beyond_seats: self.settings.beyond_seats, besides, platform, is_known_at_provider: false }
    }

    /// The same for somebody who is to have an account: whether the identity provider knows their address is asked first,
    /// before anything is locked.
    pub async fn room_for(&self, email: &EmailAddress, besides: Option<InvitationId>) -> Room {
        Room { is_known_at_provider: self.is_known_at_provider(email).await, ..self.room(besides) }
    }

    /// The names of all that groups may give a membership.
    pub async fn given_by_groups(&self, member: &Member) -> Result<Vec<String>, db::Error> {
        let groups = self.platform.events.groups_in(&self.platform.db, member.tenant).await?;
        Ok(groups.iter().map(|group| desired::by_group(group, member.id)).collect())
    }

    /// Tells the slices that bring people together.
    pub async fn tell_changed(&self, tx: &Tx, member: &Member) -> Result<(), db::Error> {
        self.platform.events.member_changed(tx, member.tenant, member.id).await
    }

    /// The member of a membership; none when they are of another tenant.
    pub async fn by_id(&self, by: &Granted<ManageMembers>, id: MemberId) -> Result<Option<Member>, Error> {
        let found = store::by_id(self.platform.db.read(), id).await?;
        Ok(found.filter(|member| member.tenant == by.tenant() && member.removed_at.is_none()))
    }

    /// The seats of a tenant.
    pub async fn seats(&self, by: &Granted<ManageMembers>) -> Result<Seats, Error> {
        Ok(tenants::seats::of(self.platform.db.read(), by.tenant(), self.now()).await?)
    }

    /// Writes a member that changed, what is wanted of it upstream, and tells those who follow.
    pub async fn write(&self, tx: &Tx, tenant: &TenantRef, after: &Member) -> Result<(), Error> {
        store::update(tx, after).await?;
        apply::write(tx, &self.platform.clock, tenant, after).await?;
        Ok(self.tell_changed(tx, after).await?)
    }

    /// True when the person is more than a member of this one workspace: what is theirs everywhere is then not an
    /// admin's of one place to change.
    pub async fn is_shared(&self, on: &impl db::Connection, member: &Member) -> Result<bool, Error> {
        let elsewhere = store::of_user(on, member.user).await?.iter().any(|it| it.tenant != member.tenant);
        Ok(elsewhere || roles::has_any_besides(on, member.user, member.tenant).await?)
    }

    /// Waits a moment for the upstreams, so that most answers show the finished state.
    pub async fn settle(&self, member: &Member) -> Result<(), Error> {
        let (person, membership) = (member.user.to_string(), desired::owner(member.id));
        let reconciler = &self.platform.reconciler;
        let patience = self.platform.pace.settle;
        tokio::try_join!(reconciler.settle(&person, patience), reconciler.settle(&membership, patience))?;
        Ok(())
    }

    /// The time, for pages.
    pub fn now(&self) -> Timestamp {
        self.platform.clock.now()
    }
}
