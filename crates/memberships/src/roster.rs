//! Who is a member of a tenant, for the slices that bring people together.

use access::TenantStatus;
use addresses::Mailbox;
use kernel::cursor::Page;
use kernel::{Cursor, EmailAddress, MemberId, TenantId, UserId};

use crate::model::{Member, Status};
use crate::store;

/// A member who is not being removed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Entry {
    /// The membership.
    pub member: MemberId,
    /// The person.
    pub user: UserId,
    pub name: String,
    /// The address with which they sign in.
    pub email: String,
    /// The address of their mailbox, once it has one.
    pub mailbox: Option<EmailAddress>,
    /// True while the membership is closed.
    pub suspended: bool,
}

impl Entry {
    /// Whether the tenant lets them in [E3].
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
pub async fn of_tenant(on: &impl db::Connection, tenant: TenantId) -> Result<Vec<Entry>, db::Error> {
    Ok(store::of_tenant(on, tenant).await?.into_iter().filter_map(entry).collect())
}

/// Whom to look for among a tenant's members.
#[derive(Debug, Clone, Copy, Default)]
pub struct Sought<'a> {
    /// Part of their name or of an address; empty for everybody.
    pub q: &'a str,
    /// Not these.
    pub without: &'a [MemberId],
}

/// Some of a tenant's members, by name.
#[derive(Debug)]
pub struct Listed {
    /// The page of them.
    pub page: Page<Entry>,
    /// How many there are on all pages.
    pub all: usize,
}

/// A page of those of a tenant's members who are looked for. The database looks and sorts, by the names' stored keys: of
/// ten thousand members no more than a page is read.
pub async fn page(
    on: &impl db::Connection,
    tenant: TenantId,
    sought: Sought<'_>,
    after: Option<&Cursor>,
    limit: u64,
) -> Result<Listed, db::Error> {
    let all = usize::try_from(store::count_sought(on, tenant, sought).await?).unwrap_or(usize::MAX);
    let rows = store::sought(on, tenant, sought, after, limit.saturating_add(1)).await?;
    let most = usize::try_from(limit).unwrap_or(usize::MAX);
    let Page { items, next } = Page::from_overfull(rows, most, |(place, _)| place.clone());
    let items = items.into_iter().filter_map(|(_, member)| entry(member)).collect();
    Ok(Listed { page: Page { items, next }, all })
}

/// Those of a tenant's members who have these memberships, by name.
pub async fn of_some(
    on: &impl db::Connection,
    tenant: TenantId,
    ids: &[MemberId],
) -> Result<Vec<Entry>, db::Error> {
    let mut found = store::by_ids(on, ids).await?;
    found.retain(|member| member.tenant == tenant);
    found.sort_by_cached_key(|member| (store::name_key(&member.name), member.id));
    Ok(found.into_iter().filter_map(entry).collect())
}

/// One membership.
pub async fn by_id(on: &impl db::Connection, member: MemberId) -> Result<Option<Entry>, db::Error> {
    Ok(store::by_id(on, member).await?.and_then(entry))
}
