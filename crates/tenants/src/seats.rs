//! The seats of a tenant: how many its plan has, who takes them, and that more are taken than there are [B6, E10].

use std::collections::BTreeSet;
use std::sync::Arc;

use access::seats::{self, Taken};
use access::{Subscriber, TenantStatus};
use async_trait::async_trait;
use db::{Error, Tx};
use health::{OBJECT_SEATS, PLAN, SEATS_OVER};
use i18n::Words;
use kernel::{Clock, MemberId, TenantId};

use crate::model::Tenant;
use crate::service::Tenants;
use crate::store;
pub use crate::store::seats as of;

/// How many seats are taken, by members and by people who are invited, and how many there are.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Seats {
    /// Who takes them.
    pub by: Taken,
    /// Bought.
    pub all: i64,
}

impl Seats {
    /// How many are taken.
    pub fn taken(self) -> i64 {
        self.by.all()
    }

    /// How many are left.
    pub fn free(self) -> i64 {
        (self.all - self.taken()).max(0)
    }

    /// Whether more are taken than there are.
    pub fn is_over(self) -> bool {
        self.taken() > self.all
    }

    /// "40 members, 1 invitation".
    pub fn who(self, w: &Words) -> String {
        let Taken { members, invited } = self.by;
        w.tx("seats-who", &[("members", members.into()), ("invited", invited.into())])
    }

    /// The sentence that every page says of them.
    pub fn said(self, w: &Words) -> String {
        let (taken, all, free) = (self.taken(), self.all, self.free());
        let figures = [("taken", taken.into()), ("all", all.into()), ("free", free.into())];
        let who = ("who", self.who(w).into());
        w.tx("seats-say", &figures.into_iter().chain([who]).collect::<Vec<_>>())
    }
}

/// Writes whether more seats are taken than there are. The tenant must be locked.
pub async fn note(tx: &Tx, clock: &Clock, tenant: TenantId) -> Result<(), Error> {
    let now = clock.now();
    let code = of(&**tx, tenant, now).await?.is_over().then_some(SEATS_OVER);
    findings::set(tx, now, tenant, PLAN, OBJECT_SEATS, code).await
}

/// Told of plans that change, and of members who come and go.
pub fn subscriber(clock: Clock) -> Arc<dyn Subscriber> {
    Arc::new(Subscription(clock))
}

struct Subscription(Clock);

#[async_trait]
impl Subscriber for Subscription {
    async fn plan_changed(&self, tx: &Tx, tenant: TenantId) -> Result<(), Error> {
        note(tx, &self.0, tenant).await
    }

    async fn member_changed(&self, tx: &Tx, tenant: TenantId, _: MemberId) -> Result<(), Error> {
        note(tx, &self.0, tenant).await
    }
}

impl Tenants {
    /// Writes it of all where it changed by the clock: an invitation that runs out frees its seat, and nobody did that.
    pub(crate) async fn look_at_seats(&self) -> Result<(), Error> {
        let db = &self.platform.db;
        let taken = seats::everywhere(db.read(), self.platform.clock.now()).await?;
        let known: BTreeSet<String> = findings::of_source(db.read(), PLAN, OBJECT_SEATS).await?;
        let is_over = |tenant: &Tenant| {
            taken.get(&tenant.id.to_string()).is_some_and(|taken| taken.all() > tenant.seats)
        };
        let all = store::live(db.read()).await?;
        let all = all.iter().filter(|tenant| tenant.status != TenantStatus::Terminated);
        for tenant in all.filter(|tenant| is_over(tenant) != known.contains(&tenant.id.to_string())) {
            let tx = db.begin().await?;
            if store::lock(&tx, tenant.id).await?.is_some() {
                note(&tx, &self.platform.clock, tenant.id).await?;
                tx.commit_silently("a finding is noted").await?;
            }
        }
        Ok(())
    }
}
