//! Who is a member of a tenant, for the slices that bring people together.

use access::TenantStatus;
use kernel::{EmailAddress, MemberId, TenantId, UserId};
use sea_orm::ConnectionTrait;

use crate::model::{Mailbox, Member, Status};
use crate::store;

/// A member who is not being removed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Entry {
    /// The membership.
    pub member: MemberId,
    /// The person.
    pub user: UserId,
    /// Their name.
    pub name: String,
    /// The address with which they sign in.
    pub email: String,
    /// The address of their mailbox, once it has one.
    pub mailbox: Option<EmailAddress>,
    /// True while the membership is closed.
    pub suspended: bool,
}

impl Entry {
    /// Whether the doors of the tenant are open to them [E3].
    pub fn is_let_in(&self, tenant: TenantStatus) -> bool {
        tenant.is_open() && !self.suspended
    }

    /// The address that people know them by.
    pub fn address(&self) -> String {
        self.mailbox.as_ref().map_or_else(|| self.email.clone(), ToString::to_string)
    }
}

fn entry(member: Member) -> Option<Entry> {
    let status = member.status();
    (status != Status::Removing).then(|| Entry {
        member: member.id,
        user: member.user,
        mailbox: member.mailbox.as_ref().and_then(Mailbox::address).and_then(|text| text.parse().ok()),
        suspended: status == Status::Suspended,
        name: member.name,
        email: member.email,
    })
}

/// All members of a tenant, by name.
pub async fn of_tenant(on: &impl ConnectionTrait, tenant: TenantId) -> Result<Vec<Entry>, db::Error> {
    Ok(store::of_tenant(on, tenant).await?.into_iter().filter_map(entry).collect())
}

/// Those of a tenant's members who have these memberships, by name.
pub async fn of_some(
    on: &impl ConnectionTrait,
    tenant: TenantId,
    ids: &[MemberId],
) -> Result<Vec<Entry>, db::Error> {
    let mut found = store::by_ids(on, ids).await?;
    found.retain(|member| member.tenant == tenant);
    found.sort_by_cached_key(|member| (store::name_key(&member.name), member.id));
    Ok(found.into_iter().filter_map(entry).collect())
}

/// One membership.
pub async fn by_id(on: &impl ConnectionTrait, member: MemberId) -> Result<Option<Entry>, db::Error> {
    Ok(store::by_id(on, member).await?.and_then(entry))
}
