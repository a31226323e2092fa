//! Every query on tenants. A tenant's row is found by the id that a proof of a right carries.

use std::collections::BTreeMap;

use access::{Customers, PartnerStatus, Reach, TenantStatus};
use db::find::{self, Place};
use db::{Error, Tx};
use kernel::cursor::Page;
use kernel::needle::find_key;
use kernel::{Cursor, DomainName, Needle, PartnerId, Slug, TenantId, Timestamp, name};
use sea_orm::sea_query::{Expr, ExprTrait, LikeExpr, SelectStatement};
use sea_orm::{
    ActiveModelTrait, ColumnTrait, Condition, ConnectionTrait, EntityTrait, FromQueryResult, IntoActiveModel,
    PaginatorTrait, QueryFilter, QueryOrder, QueryResult, QuerySelect, QueryTrait as _, Set,
};

use crate::model::{Plan, Tenant};
use crate::reads::TenantFilter;
use crate::seats::Seats;
use crate::tables::{partners, tenants};

pub(crate) fn row(tenant: &Tenant, now: Timestamp) -> tenants::Model {
    let domain = tenant.primary_domain.as_ref().map_or("", DomainName::ascii);
    tenants::Model {
        id: tenant.id.to_string(),
        slug: tenant.slug.to_string(),
        name: tenant.name.clone(),
        name_key: name::search_key(&tenant.name),
        find_key: find_key(&[&tenant.name, tenant.slug.as_str(), domain]),
        industry: tenant.industry.clone(),
        plan: tenant.plan.as_str().to_owned(),
        seats: tenant.seats,
        storage_quota: tenant.storage_quota,
        space_quota: tenant.space_quota,
        space_share: tenant.space_share,
        partner_id: tenant.partner.map(|id| id.to_string()),
        status: tenant.status.as_str().to_owned(),
        suspended_from: tenant.suspended_from.map(|status| status.as_str().to_owned()),
        primary_domain: tenant.primary_domain.as_ref().map(|domain| domain.ascii().to_owned()),
        billing_info: serde_json::json!(tenant.billing_info).to_string(),
        security_policy: serde_json::json!(tenant.security_policy).to_string(),
        is_platform: tenant.is_platform,
        version: tenant.version,
        created_at: tenant.created_at.micros(),
        updated_at: now.micros(),
        terminated_at: tenant.terminated_at.map(Timestamp::micros),
        purge_after: tenant.purge_after.map(Timestamp::micros),
    }
}

pub(crate) fn tenant(row: tenants::Model) -> Result<Tenant, Error> {
    let damaged = |what: &str| Error::damaged("tenants", format!("{what} of {}", row.id));
    let status = |word: &str| TenantStatus::parse(word).ok_or_else(|| damaged("status"));
    Ok(Tenant {
        id: row.id.parse().map_err(|_| damaged("id"))?,
        slug: row.slug.parse().map_err(|_| damaged("slug"))?,
        plan: Plan::parse(&row.plan).ok_or_else(|| damaged("plan"))?,
        partner: row.partner_id.as_deref().map(str::parse).transpose().map_err(|_| damaged("partner"))?,
        status: status(&row.status)?,
        suspended_from: row.suspended_from.as_deref().map(status).transpose()?,
        primary_domain: row
            .primary_domain
            .as_deref()
            .map(str::parse)
            .transpose()
            .map_err(|_| damaged("domain"))?,
        billing_info: serde_json::from_str(&row.billing_info).map_err(|_| damaged("billing info"))?,
        security_policy: serde_json::from_str(&row.security_policy)
            .map_err(|_| damaged("security policy"))?,
        created_at: Timestamp::from_micros(row.created_at),
        terminated_at: row.terminated_at.map(Timestamp::from_micros),
        purge_after: row.purge_after.map(Timestamp::from_micros),
        name: row.name,
        industry: row.industry,
        seats: row.seats,
        storage_quota: row.storage_quota,
        space_quota: row.space_quota,
        space_share: row.space_share,
        is_platform: row.is_platform,
        version: row.version,
    })
}

pub(crate) async fn insert(tx: &Tx, new: &Tenant) -> Result<(), Error> {
    row(new, new.created_at).into_active_model().insert(&**tx).await?;
    Ok(())
}

/// The tenant, locked for this transaction.
pub(crate) async fn lock(tx: &Tx, id: TenantId) -> Result<Option<Tenant>, Error> {
    let found = tenants::Entity::find_by_id(id.to_string()).lock_exclusive().one(&**tx).await?;
    found.map(tenant).transpose()
}

/// Writes a locked tenant.
pub(crate) async fn update(tx: &Tx, changed: &Tenant, now: Timestamp) -> Result<(), Error> {
    row(changed, now).into_active_model().reset_all().update(&**tx).await?;
    Ok(())
}

pub(crate) async fn by_id(on: &impl ConnectionTrait, id: TenantId) -> Result<Option<Tenant>, Error> {
    tenants::Entity::find_by_id(id.to_string()).one(on).await?.map(tenant).transpose()
}

/// Those of these tenants that have a primary domain.
pub(crate) async fn with_domain(on: &impl ConnectionTrait, ids: &[TenantId]) -> Result<Vec<TenantId>, Error> {
    let found: Vec<String> = tenants::Entity::find()
        .select_only()
        .column(tenants::Column::Id)
        .filter(tenants::Column::Id.is_in(ids.iter().map(ToString::to_string)))
        .filter(tenants::Column::PrimaryDomain.is_not_null())
        .into_tuple()
        .all(on)
        .await?;
    Ok(found.iter().filter_map(|id| id.parse().ok()).collect())
}

/// All tenants that are not ended.
pub(crate) async fn live(on: &impl ConnectionTrait) -> Result<Vec<Tenant>, Error> {
    let all = tenants::Entity::find().filter(tenants::Column::TerminatedAt.is_null()).all(on).await?;
    all.into_iter().map(tenant).collect()
}

pub(crate) async fn by_slug(on: &impl ConnectionTrait, slug: &Slug) -> Result<Option<Tenant>, Error> {
    let found = tenants::Entity::find().filter(tenants::Column::Slug.eq(slug.as_str())).one(on).await?;
    found.map(tenant).transpose()
}

/// A page of the tenants within reach, by name.
pub(crate) async fn page(
    on: &impl ConnectionTrait,
    reach: &Reach,
    filter: &TenantFilter,
    after: Option<&Cursor>,
    limit: u64,
) -> Result<Page<Tenant>, Error> {
    let mut select = tenants::Entity::find()
        .filter(within(reach))
        .filter(narrow(filter))
        .order_by_asc(tenants::Column::NameKey)
        .order_by_asc(tenants::Column::Id)
        .limit(limit + 1);
    if let Some([name, id]) = after.map(|cursor| cursor.0.as_slice()) {
        let same_name =
            Condition::all().add(tenants::Column::NameKey.eq(name)).add(tenants::Column::Id.gt(id));
        select = select.filter(Condition::any().add(tenants::Column::NameKey.gt(name)).add(same_name));
    }
    let statement = select.build(on.get_database_backend());
    let rows = on.query_all_raw(statement).await?;
    let rows: Result<Vec<Tenant>, Error> = rows.iter().map(|row| tenant(by_place(row)?)).collect();
    let key = |tenant: &Tenant| vec![name::search_key(&tenant.name), tenant.id.to_string()];
    Ok(Page::from_overfull(rows?, usize::try_from(limit).unwrap_or(usize::MAX), key))
}

/// How many tenants within reach there are.
pub(crate) async fn count(
    on: &impl ConnectionTrait,
    reach: &Reach,
    filter: &TenantFilter,
) -> Result<u64, Error> {
    Ok(tenants::Entity::find().filter(within(reach)).filter(narrow(filter)).count(on).await?)
}

/// A row whose columns are those of the table, in their order. By name each value would cost an allocation more, and a page
/// has thousands of values.
fn by_place(row: &QueryResult) -> Result<tenants::Model, Error> {
    Ok(tenants::Model {
        id: row.try_get_by_index(0)?,
        slug: row.try_get_by_index(1)?,
        name: row.try_get_by_index(2)?,
        name_key: row.try_get_by_index(3)?,
        find_key: row.try_get_by_index(4)?,
        industry: row.try_get_by_index(5)?,
        plan: row.try_get_by_index(6)?,
        seats: row.try_get_by_index(7)?,
        storage_quota: row.try_get_by_index(8)?,
        space_quota: row.try_get_by_index(9)?,
        space_share: row.try_get_by_index(10)?,
        partner_id: row.try_get_by_index(11)?,
        status: row.try_get_by_index(12)?,
        suspended_from: row.try_get_by_index(13)?,
        primary_domain: row.try_get_by_index(14)?,
        billing_info: row.try_get_by_index(15)?,
        security_policy: row.try_get_by_index(16)?,
        is_platform: row.try_get_by_index(17)?,
        version: row.try_get_by_index(18)?,
        created_at: row.try_get_by_index(19)?,
        updated_at: row.try_get_by_index(20)?,
        terminated_at: row.try_get_by_index(21)?,
        purge_after: row.try_get_by_index(22)?,
    })
}

fn within(reach: &Reach) -> Condition {
    match reach {
        Reach::All => Condition::all(),
        Reach::Own(ids) => {
            Condition::all().add(tenants::Column::Id.is_in(ids.iter().map(ToString::to_string)))
        }
        Reach::OfPartner(partner, customers) => {
            let own = Condition::all().add(tenants::Column::PartnerId.eq(partner.to_string()));
            match customers {
                Customers::All => own,
                Customers::Chosen(ids) => {
                    own.add(tenants::Column::Id.is_in(ids.iter().map(ToString::to_string)))
                }
            }
        }
    }
}

fn narrow(filter: &TenantFilter) -> Condition {
    let mut all = Condition::all();
    if let Some(q) = &filter.q {
        let found = name::search_key(q).replace('\\', "\\\\").replace('%', "\\%").replace('_', "\\_");
        let found = format!("%{found}%");
        let like = || LikeExpr::new(found.clone()).escape('\\');
        let any = Condition::any()
            .add(Expr::col(tenants::Column::NameKey).like(like()))
            .add(Expr::col(tenants::Column::Slug).like(like()))
            .add(Expr::col(tenants::Column::PrimaryDomain).like(like()));
        all = all.add(any);
    }
    if let Some(status) = &filter.status {
        all = all.add(tenants::Column::Status.eq(status.as_str()));
    }
    if filter.live {
        let live = TenantStatus::LIVE.iter().map(|status| status.as_str());
        all = all.add(tenants::Column::Status.is_in(live));
    }
    if let Some(plan) = &filter.plan {
        all = all.add(tenants::Column::Plan.eq(plan.as_str()));
    }
    if let Some(partner) = &filter.partner {
        all = all.add(tenants::Column::PartnerId.eq(partner.to_string()));
    }
    if filter.failing {
        let wrong = Condition::any()
            .add(tenants::Column::Id.in_subquery(reconcile::failing_owners()))
            .add(tenants::Column::Id.in_subquery(findings::tenants()));
        all = all.add(wrong);
    }
    all
}

/// The ids of the tenants in these states, as a part of a larger query.
pub fn in_states(states: &[TenantStatus]) -> SelectStatement {
    let states = states.iter().map(|status| status.as_str());
    let ids = tenants::Entity::find().select_only().column(tenants::Column::Id);
    ids.filter(tenants::Column::Status.is_in(states)).into_query()
}

/// How many tenants, and their seats, by status.
#[derive(Debug, Clone, PartialEq, Eq, FromQueryResult)]
pub struct Count {
    /// The state.
    pub status: String,
    /// How many are in it.
    pub tenants: i64,
    pub seats: i64,
}

/// How many tenants there are, by state.
pub async fn counts(on: &impl ConnectionTrait) -> Result<Vec<Count>, Error> {
    // A sum of BIGINTs is NUMERIC in PostgreSQL; it is cast back so that both databases give one type.
    let seats = tenants::Column::Seats.sum().cast_as("BIGINT");
    Ok(tenants::Entity::find()
        .select_only()
        .column(tenants::Column::Status)
        .column_as(tenants::Column::Id.count(), "tenants")
        .column_as(seats, "seats")
        .group_by(tenants::Column::Status)
        .into_model::<Count>()
        .all(on)
        .await?)
}

/// How many customers these partners have that did not end.
pub async fn counts_of_partners(
    on: &impl ConnectionTrait,
    partners: &[PartnerId],
) -> Result<BTreeMap<String, i64>, Error> {
    let live = TenantStatus::LIVE.iter().map(|status| status.as_str());
    let counted: Vec<(String, i64)> = tenants::Entity::find()
        .select_only()
        .column(tenants::Column::PartnerId)
        .column_as(tenants::Column::Id.count(), "tenants")
        .filter(tenants::Column::PartnerId.is_in(partners.iter().map(ToString::to_string)))
        .filter(tenants::Column::Status.is_in(live))
        .group_by(tenants::Column::PartnerId)
        .into_tuple()
        .all(on)
        .await?;
    Ok(counted.into_iter().collect())
}

/// The seats of a tenant now.
pub async fn seats(on: &impl ConnectionTrait, tenant: TenantId, now: Timestamp) -> Result<Seats, Error> {
    let all = by_id(on, tenant).await?.map_or(0, |tenant| tenant.seats);
    Ok(Seats { by: access::seats::of_tenant(on, tenant, now).await?, all })
}

/// Tenants that ended and whose grace period is over.
pub(crate) async fn to_purge(on: &impl ConnectionTrait, now: Timestamp) -> Result<Vec<TenantId>, Error> {
    let rows = tenants::Entity::find()
        .filter(tenants::Column::Status.eq(TenantStatus::Terminated.as_str()))
        .filter(tenants::Column::PurgeAfter.lte(now.micros()))
        .order_by_asc(tenants::Column::PurgeAfter)
        .limit(100)
        .all(on)
        .await?;
    rows.into_iter().map(|row| tenant(row).map(|tenant| tenant.id)).collect()
}

/// Notes that the purge of a tenant has begun, so that it is not begun again every minute.
pub(crate) async fn purge_begun(tx: &Tx, id: TenantId) -> Result<(), Error> {
    tenants::Entity::update_many()
        .set(tenants::ActiveModel { purge_after: Set(None), ..Default::default() })
        .filter(tenants::Column::Id.eq(id.to_string()))
        .exec(&**tx)
        .await?;
    Ok(())
}

/// A partner, for choosing and naming.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Partner {
    pub id: PartnerId,
    pub slug: String,
    pub name: String,
    /// False while it takes no new customers: those it has go on being named by it.
    pub is_active: bool,
}

/// All partners, by name.
pub(crate) async fn partners(on: &impl ConnectionTrait) -> Result<Vec<Partner>, Error> {
    let rows = partners::Entity::find().order_by_asc(partners::Column::Name).all(on).await?;
    rows.into_iter()
        .map(|row| {
            let id = row.id.parse().map_err(|error: kernel::id::BadId| Error::damaged("partners", error))?;
            let is_active = row.status == PartnerStatus::Active.as_str();
            Ok(Partner { id, slug: row.slug, name: row.name, is_active })
        })
        .collect()
}

/// The tenants within reach that a needle finds, the best first.
pub(crate) async fn found(
    on: &impl ConnectionTrait,
    reach: &Reach,
    needle: &Needle,
    most: u64,
) -> Result<Vec<Tenant>, Error> {
    let place = Place { table: "tenants", id: "id", of: within(reach) };
    let ids = find::best(on, place, needle, most).await?;
    let rows = tenants::Entity::find().filter(tenants::Column::Id.is_in(ids.iter())).all(on).await?;
    let found = rows.into_iter().map(tenant).collect::<Result<Vec<_>, _>>()?;
    Ok(find::in_order(&ids, found, |tenant| tenant.id.to_string()))
}
