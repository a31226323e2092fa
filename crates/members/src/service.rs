//! The service and its settings.

use std::sync::Arc;
use std::time::Duration;

use access::Subscriber;
use access::allowances::Allowances;
use db::{Db, Tx};
use kernel::retry::Backoff;
use kernel::{Clock, DomainName, EmailAddress, InvitationId};
use reconcile::Reconciler;
use upstream_authentik::Authentik;
use upstream_stalwart::Stalwart;

use crate::desired;
use crate::live::Readers;
use crate::make::Room;
use crate::model::Member;

/// How the slice behaves.
#[derive(Debug, Clone)]
pub struct Settings {
    /// How long a request waits for the upstreams before it answers and leaves the rest to the background.
    pub settle: Duration,
    /// How long a sign-out that failed waits before it is tried again.
    pub backoff: Backoff,
    /// How often what is left to do is looked for.
    pub look: Duration,
    /// How long a generated password is good [E1].
    pub password_lasts: Duration,
    /// The portal's origin, for links in mails.
    pub portal: Option<String>,
    /// Whether members beyond the plan's seats are let in [E10].
    pub beyond_seats: bool,
    /// The domains on which nobody but the platform's own workspace makes accounts [A16].
    pub platform_domains: Arc<[DomainName]>,
    /// How many mails people may have sent, and how often they may ask who is known here.
    pub allowances: Allowances,
}

pub(crate) struct Inner {
    pub db: Db,
    pub clock: Clock,
    pub reconciler: Reconciler,
    pub authentik: Option<Authentik>,
    pub stalwart: Option<Stalwart>,
    pub live: Readers,
    /// Told of members that change, and of addresses that are gone.
    pub subscribers: Vec<Arc<dyn Subscriber>>,
    pub settings: Settings,
}

/// The members of all tenants. Clones share it.
#[derive(Clone)]
pub struct Members(pub(crate) Arc<Inner>);

impl Members {
    /// The service; without a client of an upstream, for which there is a reason, its credentials are left alone.
    pub fn new(
        db: Db,
        clock: Clock,
        reconciler: Reconciler,
        authentik: Result<Authentik, &'static str>,
        stalwart: Result<Stalwart, &'static str>,
        subscribers: Vec<Arc<dyn Subscriber>>,
        settings: Settings,
    ) -> Self {
        let live = Readers::new(authentik.clone(), stalwart.clone(), &clock);
        let (authentik, stalwart) = (authentik.ok(), stalwart.ok());
        Self(Arc::new(Inner { db, clock, reconciler, authentik, stalwart, live, subscribers, settings }))
    }

    /// The room for one more; an invitation's own seat is not counted against it.
    pub fn room(&self, besides: Option<InvitationId>) -> Room {
        let settings = &self.0.settings;
        let platform = settings.platform_domains.clone();
        Room { beyond_seats: settings.beyond_seats, besides, platform, is_known_at_provider: false }
    }

    /// The same for somebody who is to have an account: whether the identity provider knows their address is asked first,
    /// before anything is locked.
    pub async fn room_for(&self, email: &EmailAddress, besides: Option<InvitationId>) -> Room {
        Room { is_known_at_provider: self.is_known_at_provider(email).await, ..self.room(besides) }
    }

    /// The names of all that groups may give a membership.
    pub async fn given_by_groups(&self, member: &Member) -> Result<Vec<String>, db::Error> {
        let mut names = Vec::new();
        for subscriber in &self.0.subscribers {
            let owners = subscriber.owners_in(&self.0.db, member.tenant).await?;
            names.extend(owners.iter().map(|owner| desired::by_group(owner, member.id)));
        }
        Ok(names)
    }

    /// Tells the slices that bring people together.
    pub(crate) async fn tell_changed(&self, tx: &Tx, member: &Member) -> Result<(), db::Error> {
        for subscriber in &self.0.subscribers {
            subscriber.member_changed(tx, member.tenant, member.id).await?;
        }
        Ok(())
    }
}
