//! The service and its settings.

use std::sync::Arc;

use addresses::AppPasswords;
use db::Tx;
use kernel::{EmailAddress, InvitationId};
use platform::{Platform, Upstreams};
use tenants::Tenants;

use crate::desired;
use crate::live::Readers;
use crate::make::Room;
use crate::model::Member;

/// How the slice behaves.
#[derive(Debug, Clone, Copy)]
pub struct Settings {
    /// Whether members beyond the plan's seats are let in [E10].
    pub beyond_seats: bool,
}

/// The members of all tenants. Clones share it.
#[derive(Clone)]
pub struct Members {
    pub(crate) platform: Platform,
    pub(crate) tenants: Tenants,
    pub(crate) live: Arc<Readers>,
    pub(crate) app_passwords: AppPasswords,
    settings: Settings,
}

impl Members {
    /// The service; without a client of an upstream its credentials are left alone.
    pub fn new(platform: &Platform, tenants: &Tenants, settings: Settings) -> Self {
        let Upstreams { authentik, stalwart, .. } = &platform.upstreams;
        let live = Readers::new(authentik.clone(), stalwart.clone(), &platform.clock);
        Self {
            platform: platform.clone(),
            tenants: tenants.clone(),
            live: Arc::new(live),
            app_passwords: AppPasswords::new(platform),
            settings,
        }
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
    pub(crate) async fn tell_changed(&self, tx: &Tx, member: &Member) -> Result<(), db::Error> {
        self.platform.events.member_changed(tx, member.tenant, member.id).await
    }
}
