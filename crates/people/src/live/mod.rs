//! What only the upstreams know of members, read when it is shown: who has a second factor, and how full mailboxes are.
//! Kept for some seconds in memory. What could not be read in time is unknown, with its reason: never "no", never a zero.

mod factors;
mod mail;

use std::collections::{BTreeMap, BTreeSet};
use std::time::Duration;

use addresses::{MAILBOX, Mailbox};
use kernel::{Clock, TenantId};
use memberships::{Error, Member, USER};
use outbound::{CallError, Cause};
use reconcile::Resource;
use tokio::time::{Instant, timeout_at};
use upstream_authentik::Authentik;
use upstream_stalwart::Stalwart;

use crate::service::People;
use factors::Factors;
pub use mail::MailUse;
use mail::MailUses;

/// The longest that a page or an answer waits for the upstreams together.
const PATIENCE: Duration = Duration::from_millis(800);
/// What took long to read is good for that many times as long.
const WORTH: u32 = 10;

/// Why something is not known.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Why {
    /// The upstream is no part of this platform.
    NotConfigured,
    /// It is switched off.
    SwitchedOff,
    /// It does not answer.
    Unreachable,
    /// It has not answered yet.
    Slow,
    /// It does not let Dezky read that.
    NotPermitted,
    /// It said something that can't be used.
    Failed,
    /// The person has no account there yet.
    NoAccount,
    /// The person has no mailbox here.
    NoMailbox,
    /// The mailbox is not there yet.
    NotThere,
}

impl Why {
    /// The word on the wire.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::NotConfigured => "not_configured",
            Self::SwitchedOff => "switched_off",
            Self::Unreachable => "unreachable",
            Self::Slow => "slow",
            Self::NotPermitted => "not_permitted",
            Self::Failed => "failed",
            Self::NoAccount => "no_account",
            Self::NoMailbox => "no_mailbox",
            Self::NotThere => "not_there",
        }
    }

    /// True when it is about the upstream, not about one person.
    pub fn is_of_upstream(self) -> bool {
        !matches!(self, Self::NoAccount | Self::NoMailbox | Self::NotThere)
    }

    fn off(why: &str) -> Self {
        if why == "switched_off" { Self::SwitchedOff } else { Self::NotConfigured }
    }
}

impl From<CallError> for Why {
    fn from(error: CallError) -> Self {
        match error.cause {
            Cause::Unauthorized(_) | Cause::Refused(403, _) => Self::NotPermitted,
            Cause::Refused(..) | Cause::Malformed(_) => Self::Failed,
            _ => Self::Unreachable,
        }
    }
}

/// What is known, or why it is not.
pub type Known<T> = Result<T, Why>;

/// What the upstreams say of a member.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Live {
    /// Whether they have a second factor.
    pub second_factor: Known<bool>,
    /// How full their mailbox is.
    pub mail: Known<MailUse>,
}

/// Reads it. Clones share what is kept.
#[derive(Clone)]
pub struct Readers {
    pub(crate) factors: Factors,
    mail: MailUses,
}

impl Readers {
    /// Readers; an upstream that is not used says why.
    pub fn new(
        authentik: Result<Authentik, &'static str>,
        stalwart: Result<Stalwart, &'static str>,
        clock: &Clock,
    ) -> Self {
        Self { factors: Factors::new(authentik, clock.clone()), mail: MailUses::new(stalwart, clock.clone()) }
    }
}

/// How long may yet be waited.
pub fn patience() -> Instant {
    Instant::now() + PATIENCE
}

impl People {
    /// What the upstreams say of members of one tenant, in their order; `resources` are those of the members.
    pub async fn live_of(
        &self,
        tenant: TenantId,
        members: &[Member],
        resources: &[Resource],
        until: Instant,
    ) -> Result<Vec<Live>, Error> {
        let accounts: Vec<Option<String>> = members.iter().map(|member| account(member, resources)).collect();
        let group = self.group_of(tenant).await?;
        let wanted: BTreeSet<String> = accounts.iter().flatten().cloned().collect();
        // When the time is up nothing more is asked: what was asked already is there for the next.
        let factors = async {
            if Instant::now() >= until {
                return Err(Why::Slow);
            }
            timeout_at(until, self.live.factors.of(group, wanted)).await.unwrap_or(Err(Why::Slow))
        };
        let (factors, mail) = tokio::join!(factors, self.mail_of(members, resources, until));
        let live = |(account, mail): (Option<String>, Known<MailUse>)| Live {
            second_factor: second_factor(&factors, account.as_deref()),
            mail,
        };
        Ok(accounts.into_iter().zip(mail?).map(live).collect())
    }

    /// Whether people with these accounts have a second factor, by the UUIDs of the accounts in lower case; `group` is one
    /// that most of them are in.
    pub async fn second_factors(
        &self,
        group: Option<String>,
        accounts: BTreeSet<String>,
        until: Instant,
    ) -> Known<BTreeMap<String, Known<bool>>> {
        timeout_at(until, self.live.factors.of(group, accounts)).await.unwrap_or(Err(Why::Slow))
    }

    /// How full these members' mailboxes are, in their order; `resources` are those of the members.
    pub(crate) async fn mail_of(
        &self,
        members: &[Member],
        resources: &[Resource],
        until: Instant,
    ) -> Result<Vec<Known<MailUse>>, Error> {
        let boxes = self.boxes(members, resources).await?;
        let domains: BTreeSet<String> = boxes.iter().flatten().map(|(domain, _)| domain.clone()).collect();
        let uses = timeout_at(until, self.live.mail.of(&domains)).await;
        let uses = uses.unwrap_or_else(|_| domains.into_iter().map(|id| (id, Err(Why::Slow))).collect());
        let known =
            |mailbox: Known<(String, String)>| mailbox.and_then(|(domain, id)| mail_use(&uses, &domain, &id));
        Ok(boxes.into_iter().map(known).collect())
    }

    /// The tenant's group at the identity provider, which lists its people in few calls.
    async fn group_of(&self, tenant: TenantId) -> Result<Option<String>, Error> {
        let owned = reconcile::of_owner(self.platform.db.read(), &tenant.to_string()).await?;
        let group = owned.into_iter().find(|resource| resource.kind == "authentik.group");
        Ok(group.and_then(|group| group.upstream_id))
    }

    /// The domain and the account of each member's mailbox at the mail server.
    async fn boxes(
        &self,
        members: &[Member],
        resources: &[Resource],
    ) -> Result<Vec<Known<(String, String)>>, Error> {
        let mut domains: BTreeMap<&str, Option<String>> = BTreeMap::new();
        for name in members.iter().filter_map(domain) {
            if !domains.contains_key(name) {
                domains.insert(name, self.upstream_id("stalwart.domain", name).await?);
            }
        }
        let of = |member: &Member| {
            let name = domain(member).ok_or(Why::NoMailbox)?;
            let id = upstream_id(resources, MAILBOX, &member.id.to_string()).ok_or(Why::NotThere)?;
            let domain = domains.get(name).cloned().flatten().ok_or(Why::NotThere)?;
            Ok((domain, id))
        };
        Ok(members.iter().map(of).collect())
    }
}

fn domain(member: &Member) -> Option<&str> {
    let Mailbox { domain, .. } = member.mailbox.as_ref()?;
    domain.as_ref().map(kernel::DomainName::ascii)
}

fn upstream_id(resources: &[Resource], kind: &str, owner: &str) -> Option<String> {
    let own = |resource: &&Resource| resource.kind == kind && resource.owner == owner;
    let found = resources.iter().filter(|resource| resource.spec.is_some()).find(own);
    found.and_then(|resource| resource.upstream_id.clone())
}

fn account(member: &Member, resources: &[Resource]) -> Option<String> {
    let made = || upstream_id(resources, USER, &member.user.to_string()).map(|id| id.to_lowercase());
    member.account.clone().or_else(made)
}

fn second_factor(known: &Known<BTreeMap<String, Known<bool>>>, account: Option<&str>) -> Known<bool> {
    match (known, account) {
        (Err(why), _) => Err(*why),
        (Ok(_), None) => Err(Why::NoAccount),
        (Ok(known), Some(account)) => known.get(account).copied().unwrap_or(Err(Why::Slow)),
    }
}

fn mail_use(uses: &BTreeMap<String, Known<mail::Listed>>, domain: &str, id: &str) -> Known<MailUse> {
    match uses.get(domain) {
        None => Err(Why::Slow),
        Some(Err(why)) => Err(*why),
        Some(Ok(listed)) => listed.get(id).copied().ok_or(Why::NotThere),
    }
}
