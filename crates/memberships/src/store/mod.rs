//! Every query on members. The tenant comes from the proof of a right, save for work by the clock.

mod keys;
mod no_domain;

pub use keys::{note_mailbox_key, note_sign_in_key};
pub use no_domain::{tenants_without_domain, without_domain};

use access::TenantRole;
use addresses::{LocalPart, Mailbox};
use db::find::{self, Place};
use db::{Error, Tx};
use kernel::cursor::Page;
use kernel::needle::find_key;
use kernel::{Cursor, DomainName, MemberId, Needle, TenantId, Timestamp, UserId};
use sea_orm::sea_query::{Expr, ExprTrait, LikeExpr, Query};
use sea_orm::{
    ActiveModelTrait, ActiveValue::NotSet, ColumnTrait, Condition, ConnectionTrait, EntityTrait,
    FromQueryResult, IntoActiveModel, JoinType, PaginatorTrait, QueryFilter, QueryOrder, QuerySelect, Select,
};

use crate::model::{Key, Member, Status};
use crate::order::{By, Order};
use crate::roster::Sought;
use crate::tables::{members, passwords, tenant_roles, users};

/// A member with what `access` knows of the person.
#[derive(FromQueryResult)]
struct Row {
    id: String,
    tenant_id: String,
    user_id: String,
    name_key: String,
    mailbox: Option<String>,
    mailbox_domain: Option<String>,
    mailbox_keyed: Option<String>,
    mailbox_keyed_at: Option<i64>,
    mail_quota: Option<i64>,
    storage_quota: Option<i64>,
    version: i64,
    created_at: i64,
    removed_at: Option<i64>,
    name: String,
    email: String,
    sub: Option<String>,
    username: Option<String>,
    account_made: bool,
    email_verified: bool,
    account: Option<String>,
    account_at: Option<i64>,
    last_at: Option<i64>,
    otp_set_at: Option<i64>,
    otp_ended_at: Option<i64>,
    last_sign_in_at: Option<i64>,
    role: Option<String>,
    suspended_at: Option<i64>,
}

fn member(row: Row) -> Result<Member, Error> {
    let damaged = |what: &str| Error::damaged("members", format!("{what} of {}", row.id));
    let time = |micros: Option<i64>| micros.map(Timestamp::from_micros);
    let key = |holder: Option<String>, at: Option<i64>| {
        holder.map(|holder| Key { holder, at: Timestamp::from_micros(at.unwrap_or(0)) })
    };
    let local = row.mailbox.as_deref().map(str::parse::<LocalPart>).transpose();
    let domain = row.mailbox_domain.as_deref().map(str::parse::<DomainName>).transpose();
    let domain = domain.map_err(|_| damaged("domain"))?;
    let has_made_account = row.account_made || row.username.is_some();
    // Who is being removed has no role any more.
    let role = row.role.as_deref().map_or(Some(TenantRole::Member), TenantRole::parse);
    Ok(Member {
        id: row.id.parse().map_err(|_| damaged("id"))?,
        tenant: row.tenant_id.parse().map_err(|_| damaged("tenant"))?,
        user: row.user_id.parse().map_err(|_| damaged("person"))?,
        role: role.ok_or_else(|| damaged("role"))?,
        suspended_at: time(row.suspended_at),
        mailbox: local.map_err(|_| damaged("mailbox"))?.map(|local| Mailbox { local, domain }),
        mailbox_key: key(row.mailbox_keyed, row.mailbox_keyed_at),
        sign_in_key: key(row.account.map(|uuid| uuid.to_lowercase()), row.account_at),
        last_password_at: time(row.last_at),
        has_made_account,
        mail_quota: row.mail_quota,
        storage_quota: row.storage_quota,
        password_due_since: time(row.otp_set_at),
        password_ended: row.otp_ended_at.is_some(),
        last_sign_in_at: time(row.last_sign_in_at),
        version: row.version,
        created_at: Timestamp::from_micros(row.created_at),
        removed_at: time(row.removed_at),
        name: row.name,
        email: row.email,
        account: row.sub.map(|uuid| uuid.to_lowercase()),
        own_account: !has_made_account,
        email_verified: row.email_verified,
    })
}

fn select() -> Select<members::Entity> {
    use members::Column as M;
    let person = members::Entity::belongs_to(users::Entity).from(M::UserId).to(users::Column::Id);
    let role = members::Entity::belongs_to(tenant_roles::Entity)
        .from((M::TenantId, M::UserId))
        .to((tenant_roles::Column::TenantId, tenant_roles::Column::UserId));
    let password =
        members::Entity::belongs_to(passwords::Entity).from(M::UserId).to(passwords::Column::UserId);
    members::Entity::find()
        .join(JoinType::InnerJoin, person.into())
        .join(JoinType::LeftJoin, role.into())
        .join(JoinType::LeftJoin, password.into())
        .column(users::Column::Username)
        .column(passwords::Column::Account)
        .column(passwords::Column::AccountAt)
        .column(passwords::Column::LastAt)
        .column(users::Column::Name)
        .column(users::Column::Email)
        .column(users::Column::Sub)
        .column(users::Column::Username)
        .column(users::Column::AccountMade)
        .column(users::Column::EmailVerified)
        .column(users::Column::OtpSetAt)
        .column(users::Column::OtpEndedAt)
        .column(users::Column::LastSignInAt)
        .column(tenant_roles::Column::Role)
        .column(tenant_roles::Column::SuspendedAt)
}

async fn all(select: Select<members::Entity>, on: &impl ConnectionTrait) -> Result<Vec<Member>, Error> {
    select.into_model::<Row>().all(on).await?.into_iter().map(member).collect()
}

async fn one(select: Select<members::Entity>, on: &impl ConnectionTrait) -> Result<Option<Member>, Error> {
    select.into_model::<Row>().one(on).await?.map(member).transpose()
}

fn of(tenant: TenantId, user: UserId) -> Condition {
    Condition::all()
        .add(members::Column::TenantId.eq(tenant.to_string()))
        .add(members::Column::UserId.eq(user.to_string()))
}

/// A member of a tenant.
pub async fn by_user(
    on: &impl ConnectionTrait,
    tenant: TenantId,
    user: UserId,
) -> Result<Option<Member>, Error> {
    one(select().filter(of(tenant, user)), on).await
}

/// A membership by its id.
pub async fn by_id(on: &impl ConnectionTrait, id: MemberId) -> Result<Option<Member>, Error> {
    one(select().filter(members::Column::Id.eq(id.to_string())), on).await
}

/// Locks all memberships of a person for this transaction.
pub async fn lock_of_user(tx: &Tx, user: UserId) -> Result<(), Error> {
    members::Entity::find()
        .filter(members::Column::UserId.eq(user.to_string()))
        .order_by_asc(members::Column::Id)
        .lock_exclusive()
        .all(&**tx)
        .await?;
    Ok(())
}

/// Those of a tenant's members who are among these people.
pub async fn of_users(
    on: &impl ConnectionTrait,
    tenant: TenantId,
    users: &[UserId],
) -> Result<Vec<Member>, Error> {
    let found = select()
        .filter(members::Column::TenantId.eq(tenant.to_string()))
        .filter(members::Column::UserId.is_in(users.iter().map(ToString::to_string)));
    all(found.order_by_asc(members::Column::NameKey).order_by_asc(members::Column::Id), on).await
}

/// The memberships of these people in a tenant, by their ids alone.
pub async fn of_people(
    on: &impl ConnectionTrait,
    tenant: TenantId,
    users: &[UserId],
) -> Result<Vec<(UserId, MemberId)>, Error> {
    let rows: Vec<(String, String)> = members::Entity::find()
        .select_only()
        .column(members::Column::UserId)
        .column(members::Column::Id)
        .filter(members::Column::TenantId.eq(tenant.to_string()))
        .filter(members::Column::UserId.is_in(users.iter().map(ToString::to_string)))
        .into_tuple()
        .all(on)
        .await?;
    Ok(rows.into_iter().filter_map(|(user, id)| Some((user.parse().ok()?, id.parse().ok()?))).collect())
}

/// Memberships by their ids.
pub async fn by_ids(on: &impl ConnectionTrait, ids: &[MemberId]) -> Result<Vec<Member>, Error> {
    all(select().filter(members::Column::Id.is_in(ids.iter().map(ToString::to_string))), on).await
}

/// All memberships of a person.
pub async fn of_user(on: &impl ConnectionTrait, user: UserId) -> Result<Vec<Member>, Error> {
    let select = select().filter(members::Column::UserId.eq(user.to_string()));
    all(select.order_by_asc(members::Column::Id), on).await
}

/// The memberships that these are, and those of the persons that these are.
pub async fn of_owners(on: &impl ConnectionTrait, owners: &[String]) -> Result<Vec<Member>, Error> {
    let any =
        Condition::any().add(members::Column::Id.is_in(owners)).add(members::Column::UserId.is_in(owners));
    all(select().filter(any).order_by_asc(members::Column::Id), on).await
}

/// Who of a tenant could get the mail of somebody who leaves, by name: so many of those who can read a mailbox there.
pub async fn heirs(
    on: &impl ConnectionTrait,
    tenant: TenantId,
    leaving: UserId,
    most: u64,
) -> Result<Vec<Member>, Error> {
    let found = select()
        .filter(members::Column::TenantId.eq(tenant.to_string()))
        .filter(members::Column::UserId.ne(leaving.to_string()))
        .filter(members::Column::MailboxDomain.is_not_null())
        .filter(members::Column::RemovedAt.is_null())
        .filter(tenant_roles::Column::SuspendedAt.is_null())
        .order_by_asc(members::Column::NameKey)
        .order_by_asc(members::Column::Id);
    all(found.limit(most), on).await
}

/// All members of a tenant, by name.
pub async fn of_tenant(on: &impl ConnectionTrait, tenant: TenantId) -> Result<Vec<Member>, Error> {
    let select = select().filter(members::Column::TenantId.eq(tenant.to_string()));
    all(select.order_by_asc(members::Column::NameKey).order_by_asc(members::Column::Id), on).await
}

/// Who is a member of which tenant and stays so, and what they may keep there; of a tenant's people alone, if one is
/// named, but wherever they are members.
pub async fn storage_quotas(
    on: &impl ConnectionTrait,
    people_of: Option<TenantId>,
) -> Result<Vec<(TenantId, UserId, Option<i64>)>, Error> {
    let mut found = members::Entity::find()
        .select_only()
        .columns([members::Column::TenantId, members::Column::UserId, members::Column::StorageQuota])
        .filter(members::Column::RemovedAt.is_null());
    if let Some(tenant) = people_of {
        let people = Query::select()
            .column(members::Column::UserId)
            .from(members::Entity)
            .and_where(members::Column::TenantId.eq(tenant.to_string()))
            .to_owned();
        found = found.filter(members::Column::UserId.in_subquery(people));
    }
    let found: Vec<(String, String, Option<i64>)> = found.into_tuple().all(on).await?;
    let read = |(tenant, user, bytes): (String, String, Option<i64>)| {
        Some((tenant.parse().ok()?, user.parse().ok()?, bytes))
    };
    Ok(found.into_iter().filter_map(read).collect())
}

/// Who of a tenant has this mailbox.
pub async fn by_mailbox(
    on: &impl ConnectionTrait,
    tenant: TenantId,
    mailbox: &Mailbox,
) -> Result<Option<Member>, Error> {
    let domain = mailbox.domain.as_ref().map(DomainName::ascii);
    let found = select()
        .filter(members::Column::TenantId.eq(tenant.to_string()))
        .filter(members::Column::Mailbox.eq(mailbox.local.as_str()))
        .filter(domain.map_or(members::Column::MailboxDomain.is_null(), |domain| {
            members::Column::MailboxDomain.eq(domain)
        }));
    one(found, on).await
}

/// Which members to list.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct MemberFilter {
    /// Part of name, address or mailbox.
    pub q: Option<String>,
    /// With this role.
    pub role: Option<TenantRole>,
    /// Closed, or not.
    pub suspended: Option<bool>,
}

fn narrow(filter: &MemberFilter) -> Condition {
    let mut all = Condition::all();
    if let Some(q) = &filter.q {
        let q = kernel::name::search_key(q).replace('\\', "\\\\").replace('%', "\\%").replace('_', "\\_");
        let like = || LikeExpr::new(format!("%{q}%")).escape('\\');
        let any = Condition::any()
            .add(Expr::col((members::Entity, members::Column::NameKey)).like(like()))
            .add(Expr::col((users::Entity, users::Column::Email)).like(like()))
            .add(Expr::cust("members.mailbox || '@' || COALESCE(members.mailbox_domain, '')").like(like()));
        all = all.add(any);
    }
    if let Some(role) = filter.role {
        all = all.add(tenant_roles::Column::Role.eq(role.as_str()));
    }
    match filter.suspended {
        Some(true) => all.add(tenant_roles::Column::SuspendedAt.is_not_null()),
        Some(false) => {
            all.add(tenant_roles::Column::SuspendedAt.is_null()).add(members::Column::RemovedAt.is_null())
        }
        None => all,
    }
}

/// By what a list is sorted before the name, which then always goes from A to Z.
fn rank(by: By) -> Option<Expr> {
    let sql = match by {
        By::Name => return None,
        By::Role => "CASE tenant_roles.role WHEN 'owner' THEN 0 WHEN 'admin' THEN 1 ELSE 2 END",
        By::Status => {
            "CASE WHEN members.removed_at IS NOT NULL THEN 2 WHEN tenant_roles.suspended_at IS NOT NULL THEN 1 \
             ELSE 0 END"
        }
        By::LastSignIn => "COALESCE(users.last_sign_in_at, 0)",
    };
    Some(Expr::cust(sql))
}

fn rank_of(by: By, member: &Member) -> i64 {
    match by {
        By::Name => 0,
        By::Role => match member.role {
            TenantRole::Owner => 0,
            TenantRole::Admin => 1,
            TenantRole::Member => 2,
        },
        By::Status => match member.status() {
            Status::Active => 0,
            Status::Suspended => 1,
            Status::Removing => 2,
        },
        By::LastSignIn => member.last_sign_in_at.map_or(0, Timestamp::micros),
    }
}

/// How many members of a tenant there are.
pub async fn count(on: &impl ConnectionTrait, tenant: TenantId, filter: &MemberFilter) -> Result<u64, Error> {
    Ok(select()
        .filter(members::Column::TenantId.eq(tenant.to_string()))
        .filter(narrow(filter))
        .count(on)
        .await?)
}

/// A page of the members of a tenant in an order; none when the cursor is of another order.
pub async fn page(
    on: &impl ConnectionTrait,
    tenant: TenantId,
    filter: &MemberFilter,
    order: Order,
    after: Option<&Cursor>,
    limit: u64,
) -> Result<Option<Page<Member>>, Error> {
    use members::Column as M;
    let beyond = |downward: bool, expr: Expr, value: Expr| {
        if downward { expr.lt(value) } else { expr.gt(value) }
    };
    let (by, down) = (order.by, order.is_down);
    let names_down = down && by == By::Name;
    let toward = |downward: bool| if downward { sea_orm::Order::Desc } else { sea_orm::Order::Asc };
    let mut found = select().filter(M::TenantId.eq(tenant.to_string())).filter(narrow(filter));
    if let Some(rank) = rank(by) {
        found = found.order_by(rank, toward(down));
    }
    found =
        found.order_by(M::NameKey, toward(names_down)).order_by(M::Id, toward(names_down)).limit(limit + 1);
    let word = order.word();
    match after.map(|cursor| cursor.0.as_slice()) {
        None => {}
        Some([of, last, name, id]) if *of == word => {
            let Ok(last) = last.parse::<i64>() else { return Ok(None) };
            let same_name = Condition::all().add(M::NameKey.eq(name)).add(beyond(
                names_down,
                Expr::col((members::Entity, M::Id)),
                id.into(),
            ));
            let later = Condition::any()
                .add(beyond(names_down, Expr::col((members::Entity, M::NameKey)), name.into()))
                .add(same_name);
            found = found.filter(match rank(by) {
                None => later,
                Some(rank) => {
                    let same = Condition::all().add(rank.clone().eq(last)).add(later);
                    Condition::any().add(beyond(down, rank, last.into())).add(same)
                }
            });
        }
        Some(_) => return Ok(None),
    }
    let rows = all(found, on).await?;
    let most = usize::try_from(limit).unwrap_or(usize::MAX);
    Ok(Some(Page::from_overfull(rows, most, |member| key(order, member))))
}

fn those_sought(
    found: Select<members::Entity>,
    tenant: TenantId,
    sought: Sought<'_>,
) -> Select<members::Entity> {
    let q = Some(sought.q.trim()).filter(|q| !q.is_empty()).map(str::to_owned);
    let without = sought.without.iter().map(ToString::to_string);
    found
        .filter(members::Column::TenantId.eq(tenant.to_string()))
        .filter(members::Column::RemovedAt.is_null())
        .filter(narrow(&MemberFilter { q, ..MemberFilter::default() }))
        .filter(members::Column::Id.is_not_in(without))
}

/// How many members are looked for.
pub async fn count_sought(
    on: &impl ConnectionTrait,
    tenant: TenantId,
    sought: Sought<'_>,
) -> Result<u64, Error> {
    Ok(those_sought(select(), tenant, sought).count(on).await?)
}

/// At most so many of the members that are looked for, by name, after a place in that order; each with its own place.
pub async fn sought(
    on: &impl ConnectionTrait,
    tenant: TenantId,
    sought: Sought<'_>,
    after: Option<&Cursor>,
    limit: u64,
) -> Result<Vec<(Vec<String>, Member)>, Error> {
    use members::Column as M;
    let mut found = those_sought(select(), tenant, sought);
    if let Some([name, id]) = after.map(|cursor| cursor.0.as_slice()) {
        let same_name = Condition::all().add(M::NameKey.eq(name)).add(M::Id.gt(id));
        found = found.filter(Condition::any().add(M::NameKey.gt(name)).add(same_name));
    }
    let found = found.order_by_asc(M::NameKey).order_by_asc(M::Id).limit(limit);
    let rows = found.into_model::<Row>().all(on).await?;
    rows.into_iter().map(|row| Ok((vec![row.name_key.clone(), row.id.clone()], member(row)?))).collect()
}

/// The place of a member in an order.
pub fn key(order: Order, member: &Member) -> Vec<String> {
    let rank = rank_of(order.by, member).to_string();
    vec![order.word(), rank, name_key(&member.name), member.id.to_string()]
}

/// How many members of a tenant have a seat: everybody who isn't being removed.
pub async fn seats(on: &impl ConnectionTrait, tenant: TenantId) -> Result<i64, Error> {
    access::seats::members(on, tenant).await
}

/// How many owners of a tenant there are besides one person, whose membership is open.
pub async fn other_owners(tx: &Tx, tenant: TenantId, user: UserId) -> Result<u64, Error> {
    let owners = tenant_roles::Entity::find()
        .filter(tenant_roles::Column::TenantId.eq(tenant.to_string()))
        .filter(tenant_roles::Column::UserId.ne(user.to_string()))
        .filter(tenant_roles::Column::Role.eq(TenantRole::Owner.as_str()))
        .filter(tenant_roles::Column::SuspendedAt.is_null());
    Ok(owners.count(&**tx).await?)
}

/// By what members are sorted.
pub fn name_key(name: &str) -> String {
    kernel::name::search_key(name)
}

/// By what members are found: their name, and the addresses that they sign in and get mail by.
fn member_key(member: &Member) -> String {
    let mailbox = member.mailbox.as_ref().and_then(Mailbox::address).unwrap_or_default();
    find_key(&[&member.name, &member.email, &mailbox])
}

fn row(member: &Member) -> members::Model {
    let mailbox = member.mailbox.as_ref();
    members::Model {
        id: member.id.to_string(),
        tenant_id: member.tenant.to_string(),
        user_id: member.user.to_string(),
        name_key: name_key(&member.name),
        find_key: member_key(member),
        mailbox: mailbox.map(|mailbox| mailbox.local.as_str().to_owned()),
        mailbox_domain: mailbox.and_then(|it| it.domain.as_ref()).map(|domain| domain.ascii().to_owned()),
        mailbox_keyed: member.mailbox_key.as_ref().map(|key| key.holder.clone()),
        mailbox_keyed_at: member.mailbox_key.as_ref().map(|key| key.at.micros()),
        mail_quota: member.mail_quota,
        storage_quota: member.storage_quota,
        version: member.version,
        created_at: member.created_at.micros(),
        removed_at: member.removed_at.map(Timestamp::micros),
    }
}

pub async fn insert(tx: &Tx, new: &Member) -> Result<(), Error> {
    row(new).into_active_model().insert(&**tx).await?;
    Ok(())
}

/// Writes what is the member's own; role and person belong to `access`.
pub async fn update(tx: &Tx, changed: &Member) -> Result<(), Error> {
    // Which mailbox has a password is written by itself, whatever else changes meanwhile.
    let row = members::ActiveModel {
        mailbox_keyed: NotSet,
        mailbox_keyed_at: NotSet,
        ..row(changed).into_active_model().reset_all()
    };
    row.update(&**tx).await?;
    Ok(())
}

/// Sorts and finds a membership by what its person is called now; all else may be changed by others meanwhile.
pub async fn rename(tx: &Tx, member: &Member) -> Result<(), Error> {
    members::Entity::update_many()
        .col_expr(members::Column::NameKey, name_key(&member.name).into())
        .col_expr(members::Column::FindKey, member_key(member).into())
        .filter(members::Column::Id.eq(member.id.to_string()))
        .exec(&**tx)
        .await?;
    Ok(())
}

pub async fn delete(tx: &Tx, id: MemberId) -> Result<(), Error> {
    addresses::forget_app_passwords(tx, id).await?;
    members::Entity::delete_by_id(id.to_string()).exec(&**tx).await?;
    Ok(())
}

/// Roles in tenants whose holders are no members yet: given before there were members, or by a group's claim. Those
/// after `last`, in the order of their ids.
pub async fn role_holders(
    on: &impl ConnectionTrait,
    last: Option<(TenantId, UserId)>,
    most: u64,
) -> Result<Vec<(TenantId, UserId)>, Error> {
    use tenant_roles::Column as R;
    let known = Query::select()
        .expr(Expr::val(1))
        .from(members::Entity)
        .and_where(
            Expr::col((members::Entity, members::Column::TenantId))
                .equals((tenant_roles::Entity, tenant_roles::Column::TenantId)),
        )
        .and_where(
            Expr::col((members::Entity, members::Column::UserId))
                .equals((tenant_roles::Entity, tenant_roles::Column::UserId)),
        )
        .to_owned();
    let later = last.map(|(tenant, user)| {
        let same_tenant = Condition::all().add(R::TenantId.eq(tenant.to_string()));
        let same_tenant = same_tenant.add(R::UserId.gt(user.to_string()));
        Condition::any().add(R::TenantId.gt(tenant.to_string())).add(same_tenant)
    });
    let rows = tenant_roles::Entity::find()
        .filter(Expr::exists(known).not())
        .filter(Condition::all().add_option(later))
        .order_by_asc(R::TenantId)
        .order_by_asc(R::UserId)
        .limit(most)
        .all(on)
        .await?;
    let parsed = |row: tenant_roles::Model| Some((row.tenant_id.parse().ok()?, row.user_id.parse().ok()?));
    Ok(rows.into_iter().filter_map(parsed).collect())
}

/// A person's user name at the identity provider, where Dezky gave it.
pub async fn username(on: &impl ConnectionTrait, user: UserId) -> Result<Option<String>, Error> {
    let row = users::Entity::find_by_id(user.to_string()).one(on).await?;
    Ok(row.and_then(|row| row.username))
}

/// The members of a tenant, or of all, that a needle finds, the best first.
pub async fn found(
    on: &impl ConnectionTrait,
    tenant: Option<TenantId>,
    needle: &Needle,
    most: u64,
) -> Result<Vec<Member>, Error> {
    let of_tenant = tenant.map(|tenant| members::Column::TenantId.eq(tenant.to_string()));
    let of = Condition::all().add_option(of_tenant);
    let ids = find::best(on, Place { table: "members", id: "id", of }, needle, most).await?;
    let rows = all(select().filter(members::Column::Id.is_in(ids.iter())), on).await?;
    Ok(find::in_order(&ids, rows, |member| member.id.to_string()))
}
