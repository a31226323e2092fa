//! The mailboxes of members: whose they are, and which shared ones their people read. What a mailbox is upstream is one
//! resource of the membership.

use db::Tx;
use kernel::{EmailAddress, MemberId, TenantId, UserId};
use sea_orm::{
    ActiveModelTrait, ColumnTrait, ConnectionTrait, EntityTrait, FromQueryResult, IntoActiveModel, JoinType,
    QueryFilter, QueryOrder, QuerySelect, Select,
};

use super::register;
use crate::model::{AddressKind, LocalPart};
use crate::tables::{members, shared_readers as readers, tenant_roles, users};

/// A member's mailbox.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct MailboxOf {
    /// The membership, which the resource belongs to.
    pub member: MemberId,
    pub tenant: TenantId,
    /// The person.
    pub user: UserId,
    pub name: String,
    pub address: EmailAddress,
    /// True while the membership is closed.
    pub suspended: bool,
}

/// Who has a mailbox: a membership, with what its mailbox needs to say of it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Holder {
    pub member: MemberId,
    pub user: UserId,
    pub name: String,
    pub suspended: bool,
    pub removed: bool,
}

/// A membership, as far as its mailbox depends on it.
#[derive(FromQueryResult)]
struct Row {
    id: String,
    tenant_id: String,
    user_id: String,
    mailbox: Option<String>,
    mailbox_domain: Option<String>,
    removed_at: Option<i64>,
    name: String,
    suspended_at: Option<i64>,
}

fn select() -> Select<members::Entity> {
    use members::Column as M;
    let person = members::Entity::belongs_to(users::Entity).from(M::UserId).to(users::Column::Id);
    let role = members::Entity::belongs_to(tenant_roles::Entity)
        .from((M::TenantId, M::UserId))
        .to((tenant_roles::Column::TenantId, tenant_roles::Column::UserId));
    members::Entity::find()
        .join(JoinType::InnerJoin, person.into())
        .join(JoinType::LeftJoin, role.into())
        .column(users::Column::Name)
        .column(tenant_roles::Column::SuspendedAt)
}

async fn rows(select: Select<members::Entity>, on: &impl ConnectionTrait) -> Result<Vec<Row>, db::Error> {
    Ok(select.into_model::<Row>().all(on).await?)
}

fn damaged(row: &Row) -> db::Error {
    db::Error::damaged("members", format!("mailbox of {}", row.id))
}

fn holder(row: Row) -> Result<Holder, db::Error> {
    Ok(Holder {
        member: row.id.parse().map_err(|_| damaged(&row))?,
        user: row.user_id.parse().map_err(|_| damaged(&row))?,
        suspended: row.suspended_at.is_some(),
        removed: row.removed_at.is_some(),
        name: row.name,
    })
}

/// Those memberships of these that are there.
pub(super) async fn holders(on: &impl ConnectionTrait, ids: &[MemberId]) -> Result<Vec<Holder>, db::Error> {
    let found = select().filter(members::Column::Id.is_in(ids.iter().map(ToString::to_string)));
    rows(found, on).await?.into_iter().map(holder).collect()
}

/// Who of a tenant is to have a mailbox of this name as soon as there is a domain for it.
pub(super) async fn waiting(
    on: &impl ConnectionTrait,
    tenant: TenantId,
    local: &LocalPart,
) -> Result<Option<Holder>, db::Error> {
    let found = select()
        .filter(members::Column::TenantId.eq(tenant.to_string()))
        .filter(members::Column::Mailbox.eq(local.as_str()))
        .filter(members::Column::MailboxDomain.is_null());
    found.into_model::<Row>().one(on).await?.map(holder).transpose()
}

fn mailbox(row: Row) -> Result<Option<MailboxOf>, db::Error> {
    let (Some(local), Some(domain)) = (&row.mailbox, &row.mailbox_domain) else { return Ok(None) };
    let Ok(address) = format!("{local}@{domain}").parse() else { return Ok(None) };
    Ok(Some(MailboxOf {
        member: row.id.parse().map_err(|_| damaged(&row))?,
        tenant: row.tenant_id.parse().map_err(|_| damaged(&row))?,
        user: row.user_id.parse().map_err(|_| damaged(&row))?,
        address,
        suspended: row.suspended_at.is_some(),
        name: row.name,
    }))
}

async fn all(found: Select<members::Entity>, on: &impl ConnectionTrait) -> Result<Vec<MailboxOf>, db::Error> {
    let there = rows(found.filter(members::Column::RemovedAt.is_null()), on).await?;
    there.into_iter().filter_map(|row| mailbox(row).transpose()).collect()
}

/// All mailboxes of a tenant, by the names of their people.
pub async fn of_tenant(on: &impl ConnectionTrait, tenant: TenantId) -> Result<Vec<MailboxOf>, db::Error> {
    let found = select().filter(members::Column::TenantId.eq(tenant.to_string()));
    all(found.order_by_asc(members::Column::NameKey).order_by_asc(members::Column::Id), on).await
}

/// All mailboxes of a person.
pub async fn of_user(on: &impl ConnectionTrait, user: UserId) -> Result<Vec<MailboxOf>, db::Error> {
    let found = select().filter(members::Column::UserId.eq(user.to_string()));
    all(found.order_by_asc(members::Column::Id), on).await
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
pub async fn let_go(tx: &Tx, member: MemberId) -> Result<(), db::Error> {
    readers::Entity::delete_many()
        .filter(readers::Column::MemberId.eq(member.to_string()))
        .exec(&**tx)
        .await?;
    register::release_all(tx, &member.to_string()).await
}

/// What a mailbox has besides its own address.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Extras {
    /// Its further addresses.
    pub aliases: Vec<EmailAddress>,
    /// The addresses of the shared mailboxes that its person reads, in the order of the alphabet.
    pub groups: Vec<String>,
}

/// The same of a member's mailbox.
pub async fn extras(on: &impl ConnectionTrait, member: MemberId) -> Result<Extras, db::Error> {
    let aliases = register::aliases_of(on, &member.to_string()).await?;
    let rows = readers::Entity::find().filter(readers::Column::MemberId.eq(member.to_string()));
    let mut groups = Vec::new();
    for row in rows.all(on).await? {
        let entries = register::of_object(on, &row.shared_id).await?;
        let main = entries.iter().find(|entry| entry.kind == AddressKind::Shared);
        groups.extend(main.map(|entry| entry.address.to_string()));
    }
    groups.sort_unstable();
    Ok(Extras { aliases, groups })
}
