//! Work by the clock: role holders become members, mailboxes get their domain.

use std::sync::Arc;

use access::people;
use addresses::{MAILBOX, Mailbox};
use async_trait::async_trait;
use audit::{Chain, Context, Entry};
use db::Tx;
use jobs::{Run, Schedule};
use kernel::{TenantId, UserId};
use tenants::primary;

use crate::error::Error;
use crate::events::tenant_ref;
use crate::guard::{audited, target};
use crate::make::claim_mailbox;
use crate::model::Member;
use crate::recorded::Action;
use crate::service::Memberships;
use crate::{apply, desired, store};

/// People who are made members at a time.
const AT_A_TIME: u64 = 100;

/// The slice's recurring work.
pub fn schedules(memberships: &Memberships) -> Vec<Schedule> {
    let every = memberships.platform.pace.look;
    vec![Schedule { name: "members.follow", every, work: Arc::new(Follow(memberships.clone())) }]
}

struct Follow(Memberships);

#[async_trait]
impl Run for Follow {
    async fn run(&self) -> Result<(), String> {
        self.0.follow().await.map_err(|error| error.to_string())
    }
}

impl Memberships {
    /// Makes members of those who have a role without being one, and gives mailboxes their domain.
    pub(crate) async fn follow(&self) -> Result<(), Error> {
        let db = self.platform.db.read();
        let mut last = None;
        loop {
            let holders = store::role_holders(db, last, AT_A_TIME).await?;
            let Some(next) = holders.last().copied() else { break };
            // What is wrong with one of them holds up nobody else.
            for (tenant, user) in holders {
                if let Err(error) = self.accept_holder(tenant, user).await {
                    tracing::warn!(%tenant, %user, %error, "somebody with a role was not made a member; tried again");
                }
            }
            last = Some(next);
        }
        let waiting = store::tenants_without_domain(db).await?;
        for tenant in primary::with_domain(&self.platform.db, &waiting).await? {
            if let Err(error) = self.give_domain(tenant).await {
                tracing::warn!(%tenant, %error, "mailboxes were not given their domain; tried again");
            }
        }
        Ok(())
    }

    /// A role that was given elsewhere makes a member: by a group's claim, or before there were members. Their mailbox
    /// is the proven address that they have on the tenant's own domain.
    async fn accept_holder(&self, tenant: TenantId, user: UserId) -> Result<(), Error> {
        let clock = &self.platform.clock;
        let tx = self.platform.db.begin().await?;
        primary::lock_holder(&tx, tenant).await?;
        let known = store::by_user(&*tx, tenant, user).await?.is_some();
        let Some(person) = people::by_ids(&*tx, &[user]).await?.pop().filter(|_| !known) else {
            return Ok(());
        };
        let own = addresses::own_domains(&*tx, tenant).await?;
        // An address that is only claimed gives nobody a mailbox; an admin does.
        let proven = Some(&person.email).filter(|_| person.email_verified);
        let address = proven.and_then(|email| email.rsplit_once('@')).and_then(|(local, domain)| {
            let domain = own.iter().find(|own| own.ascii() == domain)?;
            Some(Mailbox { local: local.parse().ok()?, domain: Some(domain.clone()) })
        });
        if is_leaving(&tx, address.as_ref()).await? {
            tracing::debug!(%tenant, %user, "a mailbox of this address is being removed; made a member after that");
            return Ok(());
        }
        let mailbox = match address {
            Some(mailbox) if is_free(&tx, tenant, &mailbox).await? => Some(mailbox),
            _ => None,
        };
        let member = Member::new(clock, tenant, &person, mailbox);
        store::insert(&tx, &member).await?;
        claim_mailbox(&tx, clock, &member).await?;
        // Read back with the role, which is another table's.
        let member = store::by_id(&*tx, member.id).await?.ok_or(Error::NotFound)?;
        apply::write(&tx, clock, &tenant_ref(&tx, tenant).await?, &member).await?;
        let entry = Entry::done(Action::MemberAdopt, target(&member)).after(audited(&member));
        audit::commit(tx, &Context::system("members", clock), Chain::Tenant(tenant), entry).await?;
        Ok(())
    }

    /// Gives the mailboxes that wait for a domain the tenant's primary one.
    async fn give_domain(&self, tenant: TenantId) -> Result<(), Error> {
        let clock = &self.platform.clock;
        let tx = self.platform.db.begin().await?;
        let Some(domain) = primary::lock_holder(&tx, tenant).await?.and_then(|holder| holder.primary_domain)
        else {
            return Ok(());
        };
        let reference = tenant_ref(&tx, tenant).await?;
        let mut waiting = store::without_domain(&*tx, tenant).await?;
        // In the order in which all lock the people of a tenant; the records come last.
        waiting.sort_by_key(|member| member.user);
        let mut entries = Vec::new();
        for member in waiting {
            let Some(mailbox) = member.mailbox.clone() else { continue };
            let mailbox = Mailbox { domain: Some(domain.clone()), ..mailbox };
            let address = mailbox.address().unwrap_or_default();
            if reconcile::is_taken(&*tx, MAILBOX, &address, &desired::owner(member.id)).await? {
                tracing::info!(member = %member.id, "the mailbox that had the address before is not gone yet");
                continue;
            }
            let after = Member { mailbox: Some(mailbox), version: member.version + 1, ..member.clone() };
            match claim_mailbox(&tx, clock, &after).await {
                Err(Error::AddressTaken(why)) => {
                    tracing::warn!(member = %after.id, %why, "a mailbox that waits for a domain stays without");
                    continue;
                }
                claimed => claimed?,
            }
            store::update(&tx, &after).await?;
            apply::write(&tx, clock, &reference, &after).await?;
            self.tell_changed(&tx, &after).await?;
            entries.push(Entry::done(Action::MemberMailbox, target(&after)).after(audited(&after)));
        }
        let Some(last) = entries.pop() else { return Ok(()) };
        let (context, chain) = (Context::system("members", clock), Chain::Tenant(tenant));
        for entry in entries {
            audit::append(&tx, &context, chain, entry).await?;
        }
        Ok(audit::commit(tx, &context, chain, last).await?)
    }
}

/// True while a mailbox of that address, which nobody has any more, is not gone yet: there can't be a second one.
async fn is_leaving(tx: &Tx, mailbox: Option<&Mailbox>) -> Result<bool, Error> {
    let Some(address) = mailbox.and_then(Mailbox::address) else { return Ok(false) };
    let found = reconcile::named(&**tx, MAILBOX, &address).await?;
    Ok(found.is_some_and(|found| found.spec.is_none()))
}

/// True when nothing has the address of a mailbox, nor is it promised.
async fn is_free(tx: &Tx, tenant: TenantId, mailbox: &Mailbox) -> Result<bool, Error> {
    let Some(address) = mailbox.address() else { return Ok(false) };
    if reconcile::named(&**tx, MAILBOX, &address).await?.is_some() {
        return Ok(false);
    }
    let Ok(address) = address.parse() else { return Ok(false) };
    match addresses::check_free(tx, tenant, &address, "").await {
        Ok(()) => Ok(true),
        Err(addresses::Error::Taken(_)) => Ok(false),
        Err(error) => Err(error.into()),
    }
}
