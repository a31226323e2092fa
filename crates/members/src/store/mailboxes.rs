//! The mailboxes of members, for the slice that looks after mail: whose they are, and which shared ones their people
//! read. What a mailbox is upstream stays one resource of the member.

use access::TenantRef;
use db::Tx;
use kernel::{Clock, EmailAddress, MemberId, TenantId, UserId};
use sea_orm::{ActiveModelTrait, ColumnTrait, ConnectionTrait, EntityTrait, IntoActiveModel, QueryFilter};

use crate::addresses::{self, AddressKind};
use crate::error::Error;
use crate::model::Member;
use crate::tables::shared_readers as readers;
use crate::{apply, store};

/// A member's mailbox.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct MailboxOf {
    /// The membership, which the resource belongs to.
    pub member: MemberId,
    /// The tenant.
    pub tenant: TenantId,
    /// The person.
    pub user: UserId,
    /// Their name.
    pub name: String,
    /// Its address.
    pub address: EmailAddress,
    /// True while the membership is closed.
    pub suspended: bool,
}

fn of(member: Member) -> Option<MailboxOf> {
    let address = member.mailbox.as_ref().filter(|_| member.removed_at.is_none())?.address()?;
    Some(MailboxOf {
        member: member.id,
        tenant: member.tenant,
        user: member.user,
        address: address.parse().ok()?,
        suspended: member.suspended_at.is_some(),
        name: member.name,
    })
}

/// All mailboxes of a tenant, by the names of their people.
pub async fn of_tenant(on: &impl ConnectionTrait, tenant: TenantId) -> Result<Vec<MailboxOf>, db::Error> {
    Ok(store::of_tenant(on, tenant).await?.into_iter().filter_map(of).collect())
}

/// All mailboxes of a person.
pub async fn of_user(on: &impl ConnectionTrait, user: UserId) -> Result<Vec<MailboxOf>, db::Error> {
    Ok(store::of_user(on, user).await?.into_iter().filter_map(of).collect())
}

/// The domains that a tenant has, or is about to have.
pub async fn own_domains(
    on: &impl ConnectionTrait,
    tenant: TenantId,
) -> Result<Vec<kernel::DomainName>, Error> {
    apply::own_domains(on, tenant).await
}

/// Writes what a member needs anew, after its aliases or shared mailboxes changed.
pub async fn write(tx: &Tx, clock: &Clock, tenant: &TenantRef, member: MemberId) -> Result<(), Error> {
    match store::by_id(&**tx, member).await? {
        Some(member) => apply::membership(tx, clock, tenant, &member).await,
        None => Ok(()),
    }
}

/// Notes the mailbox that a member has from now on; its address and its resource are for whoever moved it.
pub async fn note(tx: &Tx, member: &Member) -> Result<(), db::Error> {
    store::update(tx, member).await
}

/// Who reads a shared mailbox.
pub async fn readers_of(on: &impl ConnectionTrait, shared: &str) -> Result<Vec<MemberId>, db::Error> {
    let rows = readers::Entity::find().filter(readers::Column::SharedId.eq(shared)).all(on).await?;
    Ok(rows.iter().filter_map(|row| row.member_id.parse().ok()).collect())
}

/// Says who reads a shared mailbox; whoever is added or left out is given back, for their mailboxes change.
pub async fn set_readers(
    tx: &Tx,
    tenant: TenantId,
    shared: &str,
    wanted: &[MemberId],
) -> Result<Vec<MemberId>, db::Error> {
    let present = readers_of(&**tx, shared).await?;
    let gone = present.iter().filter(|member| !wanted.contains(member));
    let new = wanted.iter().filter(|member| !present.contains(member));
    for member in gone.clone() {
        readers::Entity::delete_by_id((shared.to_owned(), member.to_string())).exec(&**tx).await?;
    }
    for member in new.clone() {
        let row = readers::Model {
            shared_id: shared.to_owned(),
            member_id: member.to_string(),
            tenant_id: tenant.to_string(),
        };
        row.into_active_model().insert(&**tx).await?;
    }
    Ok(gone.chain(new).copied().collect())
}

/// Lets go of what a removed member read and received.
pub(crate) async fn let_go(tx: &Tx, member: MemberId) -> Result<(), db::Error> {
    readers::Entity::delete_many()
        .filter(readers::Column::MemberId.eq(member.to_string()))
        .exec(&**tx)
        .await?;
    addresses::release_all(tx, &member.to_string()).await
}

/// What a mailbox has besides its own address.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct Extras {
    pub aliases: Vec<EmailAddress>,
    /// The addresses of the shared mailboxes that its person reads, in the order of the alphabet.
    pub groups: Vec<String>,
}

pub(crate) async fn extras(on: &impl ConnectionTrait, member: MemberId) -> Result<Extras, db::Error> {
    let aliases = addresses::aliases_of(on, &member.to_string()).await?;
    let rows = readers::Entity::find().filter(readers::Column::MemberId.eq(member.to_string()));
    let mut groups = Vec::new();
    for row in rows.all(on).await? {
        let entries = addresses::of_object(on, &row.shared_id).await?;
        let main = entries.iter().find(|entry| entry.kind == AddressKind::Shared);
        groups.extend(main.map(|entry| entry.address.to_string()));
    }
    groups.sort_unstable();
    Ok(Extras { aliases, groups })
}
