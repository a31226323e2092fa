//! Every query on domains. The tenant comes from the proof of a right, save for checks by the clock.

use access::TenantStatus;
use db::find::{self, Place};
use db::{Db, Error, Tx};
use kernel::cursor::Page;
use kernel::needle::find_key;
use kernel::{Clock, Cursor, DomainId, DomainName, Needle, TenantId, Timestamp};
use mail_dns::DomainState;
use reconcile::StepError;
use sea_orm::sea_query::{Expr, ExprTrait, LikeExpr};
use sea_orm::{
    ActiveModelTrait, ColumnTrait, Condition, ConnectionTrait, EntityTrait, IntoActiveModel, PaginatorTrait,
    QueryFilter, QueryOrder, QuerySelect, Set,
};

use crate::SOURCE;
use crate::model::{Change, Domain, Proof};
use crate::tables::{checks, domains};

/// States as they are stored.
const STATES: [DomainState; 3] = [DomainState::Pending, DomainState::Verified, DomainState::Attention];

pub fn parse_state(word: &str) -> Option<DomainState> {
    STATES.into_iter().find(|state| state.as_str() == word)
}

fn row(domain: &Domain) -> domains::Model {
    let (refusal, refusal_obstacle) = StepError::columns(domain.refusal.as_ref());
    domains::Model {
        id: domain.id.to_string(),
        tenant_id: domain.tenant.to_string(),
        name: domain.name.ascii().to_owned(),
        find_key: find_key(&[domain.name.ascii()]),
        token: domain.token.clone(),
        proof: domain.proven.map(|(proof, _)| proof.as_str().to_owned()),
        proven_at: domain.proven.map(|(_, at)| at.micros()),
        state: domain.state.as_str().to_owned(),
        state_since: domain.state_since.micros(),
        dmarc_policy: domain.policy.map(|policy| policy.to_string()),
        zone: domain.zone.clone(),
        zone_read_at: domain.zone_read_at.map(Timestamp::micros),
        findings: serde_json::json!(domain.findings).to_string(),
        asked: serde_json::json!(domain.asked).to_string(),
        dns_host: domain.host.clone(),
        checked_at: domain.checked_at.map(Timestamp::micros),
        next_check_at: domain.next_check_at.micros(),
        lapses_at: domain.lapses_at.map(Timestamp::micros),
        removing_at: domain.removing_at.map(Timestamp::micros),
        refusal,
        refusal_obstacle,
        created_at: domain.created_at.micros(),
    }
}

fn domain(row: domains::Model) -> Result<Domain, Error> {
    let damaged = |what: &str| Error::damaged("domains", format!("{what} of {}", row.id));
    let time = |micros: Option<i64>| micros.map(Timestamp::from_micros);
    let proof =
        row.proof.as_deref().map(|word| Proof::parse(word).ok_or_else(|| damaged("proof"))).transpose()?;
    Ok(Domain {
        id: row.id.parse().map_err(|_| damaged("id"))?,
        tenant: row.tenant_id.parse().map_err(|_| damaged("tenant"))?,
        name: row.name.parse().map_err(|_| damaged("name"))?,
        proven: proof.zip(time(row.proven_at)),
        state: parse_state(&row.state).ok_or_else(|| damaged("state"))?,
        state_since: Timestamp::from_micros(row.state_since),
        policy: row.dmarc_policy.as_deref().map(str::parse).transpose().map_err(|()| damaged("policy"))?,
        zone_read_at: time(row.zone_read_at),
        findings: serde_json::from_str(&row.findings).map_err(|_| damaged("findings"))?,
        asked: serde_json::from_str(&row.asked).map_err(|_| damaged("servers"))?,
        checked_at: time(row.checked_at),
        next_check_at: Timestamp::from_micros(row.next_check_at),
        lapses_at: time(row.lapses_at),
        removing_at: time(row.removing_at),
        created_at: Timestamp::from_micros(row.created_at),
        token: row.token,
        zone: row.zone,
        host: row.dns_host,
        refusal: StepError::read(row.refusal, row.refusal_obstacle.as_deref()),
    })
}

fn all(rows: Vec<domains::Model>) -> Result<Vec<Domain>, Error> {
    rows.into_iter().map(domain).collect()
}

fn named(tenant: TenantId, name: &str) -> Condition {
    Condition::all().add(domains::Column::TenantId.eq(tenant.to_string())).add(domains::Column::Name.eq(name))
}

pub async fn insert(tx: &Tx, new: &Domain) -> Result<(), Error> {
    row(new).into_active_model().insert(&**tx).await?;
    tell(tx, new).await
}

/// Writes a locked domain.
pub async fn update(tx: &Tx, changed: &Domain) -> Result<(), Error> {
    row(changed).into_active_model().reset_all().update(&**tx).await?;
    tell(tx, changed).await
}

/// What is wrong with a domain follows from its row, whoever writes that: records that were never all seen are as little
/// fine as those that ceased to be. A claim is not the tenant's yet, and what goes needs nothing more.
async fn tell(tx: &Tx, domain: &Domain) -> Result<(), Error> {
    let code = match domain.state {
        _ if !domain.is_proven() || domain.removing_at.is_some() => None,
        DomainState::Verified => None,
        DomainState::Attention => Some(health::DNS),
        DomainState::Pending => Some(health::DNS_PENDING),
    };
    let since = domain.checked_at.or(domain.proven.map(|(_, at)| at)).unwrap_or(domain.created_at);
    findings::set(tx, since, domain.tenant, SOURCE, domain.name.ascii(), code).await
}

/// Removes a domain with its history.
pub async fn delete(tx: &Tx, gone: &Domain) -> Result<(), Error> {
    findings::set(tx, gone.created_at, gone.tenant, SOURCE, gone.name.ascii(), None).await?;
    provisioning::forget_mail_settings(tx, gone.tenant, &gone.name).await?;
    checks::Entity::delete_many().filter(history_of(gone)).exec(&**tx).await?;
    domains::Entity::delete_by_id(gone.id.to_string()).exec(&**tx).await?;
    Ok(())
}

/// A domain of a tenant, by its name.
pub async fn by_name(
    on: &impl ConnectionTrait,
    tenant: TenantId,
    name: &str,
) -> Result<Option<Domain>, Error> {
    domains::Entity::find().filter(named(tenant, name)).one(on).await?.map(domain).transpose()
}

/// The same, locked for this transaction.
pub async fn lock_by_name(tx: &Tx, tenant: TenantId, name: &str) -> Result<Option<Domain>, Error> {
    let found = domains::Entity::find().filter(named(tenant, name)).lock_exclusive().one(&**tx).await?;
    found.map(domain).transpose()
}

/// A domain by its id, locked for this transaction.
pub async fn lock(tx: &Tx, id: DomainId) -> Result<Option<Domain>, Error> {
    let found = domains::Entity::find_by_id(id.to_string()).lock_exclusive().one(&**tx).await?;
    found.map(domain).transpose()
}

/// All domains of a tenant, by name.
pub async fn of_tenant(on: &impl ConnectionTrait, tenant: TenantId) -> Result<Vec<Domain>, Error> {
    let select = domains::Entity::find().filter(domains::Column::TenantId.eq(tenant.to_string()));
    all(select.order_by_asc(domains::Column::Name).all(on).await?)
}

/// A domain that a tenant has or claims.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Held {
    /// Its name.
    pub name: DomainName,
    /// Whether it is the tenant's; else it is claimed.
    pub is_proven: bool,
}

/// The first domain of a tenant that isn't being removed: of those that are proven, else of its claims.
pub async fn first_held(on: &impl ConnectionTrait, tenant: TenantId) -> Result<Option<Held>, Error> {
    let rows: Vec<(String, Option<i64>)> = domains::Entity::find()
        .select_only()
        .column(domains::Column::Name)
        .column(domains::Column::ProvenAt)
        .filter(domains::Column::TenantId.eq(tenant.to_string()))
        .filter(domains::Column::RemovingAt.is_null())
        .order_by_asc(domains::Column::CreatedAt)
        .order_by_asc(domains::Column::Name)
        .into_tuple()
        .all(on)
        .await?;
    let first = rows.iter().find(|(_, proven_at)| proven_at.is_some()).or_else(|| rows.first());
    let held = |(name, proven_at): &(String, Option<i64>)| match name.parse() {
        Ok(name) => Ok(Held { name, is_proven: proven_at.is_some() }),
        Err(_) => Err(Error::damaged("domains", name)),
    };
    first.map(held).transpose()
}

/// How many claims of a tenant nobody has proven.
pub async fn claims(on: &impl ConnectionTrait, tenant: TenantId) -> Result<u64, Error> {
    let unproven = domains::Entity::find()
        .filter(domains::Column::TenantId.eq(tenant.to_string()))
        .filter(domains::Column::ProvenAt.is_null());
    Ok(unproven.count(on).await?)
}

/// Which domains to list.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct DomainFilter {
    /// Part of the name.
    pub q: Option<String>,
    /// In this state.
    pub state: Option<DomainState>,
    /// Shown as this in the list of all.
    pub shown: Option<Shown>,
}

/// As what a domain is shown: what its records say counts only once it is proven, and while its workspace is open.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Shown {
    /// It is being removed.
    Removing,
    /// Its workspace is suspended.
    Suspended,
    /// Its workspace has ended.
    Ended,
    /// Nobody has proven whose it is.
    Unproven,
    /// What its records say.
    State(DomainState),
}

impl Shown {
    /// All, each with its word.
    pub const ALL: [(&'static str, Self); 7] = [
        ("unproven", Self::Unproven),
        ("pending", Self::State(DomainState::Pending)),
        ("verified", Self::State(DomainState::Verified)),
        ("attention", Self::State(DomainState::Attention)),
        ("removing", Self::Removing),
        ("suspended", Self::Suspended),
        ("ended", Self::Ended),
    ];

    /// Of a domain in a workspace.
    pub fn of(domain: &Domain, workspace: TenantStatus) -> Self {
        match workspace {
            _ if domain.removing_at.is_some() => Self::Removing,
            TenantStatus::Suspended => Self::Suspended,
            TenantStatus::Terminated | TenantStatus::Purged => Self::Ended,
            _ if !domain.is_proven() => Self::Unproven,
            TenantStatus::Pending | TenantStatus::Active => Self::State(domain.state),
        }
    }

    /// The word, in addresses and texts.
    pub fn as_str(self) -> &'static str {
        Self::ALL.into_iter().find(|(_, one)| *one == self).map_or("pending", |(word, _)| word)
    }

    /// The same as [`Shown::of`], as a condition on rows.
    fn condition(self) -> Condition {
        use domains::Column as C;
        let there = Condition::all().add(C::RemovingAt.is_null());
        let within = |states: &[TenantStatus]| C::TenantId.in_subquery(tenants::in_states(states));
        match self {
            Self::Removing => Condition::all().add(C::RemovingAt.is_not_null()),
            Self::Suspended => there.add(within(&[TenantStatus::Suspended])),
            Self::Ended => there.add(within(&[TenantStatus::Terminated, TenantStatus::Purged])),
            Self::Unproven => there.add(within(TenantStatus::OPEN)).add(C::ProvenAt.is_null()),
            Self::State(state) => there
                .add(within(TenantStatus::OPEN))
                .add(C::ProvenAt.is_not_null())
                .add(C::State.eq(state.as_str())),
        }
    }
}

/// A page of the domains of all tenants, by name.
pub async fn page(
    on: &impl ConnectionTrait,
    filter: &DomainFilter,
    after: Option<&Cursor>,
    limit: u64,
) -> Result<Page<Domain>, Error> {
    let mut narrow = narrow(filter);
    if let Some([name, id]) = after.map(|cursor| cursor.0.as_slice()) {
        let same_name = Condition::all().add(domains::Column::Name.eq(name)).add(domains::Column::Id.gt(id));
        narrow = narrow.add(Condition::any().add(domains::Column::Name.gt(name)).add(same_name));
    }
    let select = domains::Entity::find()
        .filter(narrow)
        .order_by_asc(domains::Column::Name)
        .order_by_asc(domains::Column::Id)
        .limit(limit.saturating_add(1));
    let rows = all(select.all(on).await?)?;
    let key = |domain: &Domain| vec![domain.name.ascii().to_owned(), domain.id.to_string()];
    Ok(Page::from_overfull(rows, usize::try_from(limit).unwrap_or(usize::MAX), key))
}

/// How many domains there are on all of these pages.
pub async fn count(on: &impl ConnectionTrait, filter: &DomainFilter) -> Result<u64, Error> {
    Ok(domains::Entity::find().filter(narrow(filter)).count(on).await?)
}

fn narrow(filter: &DomainFilter) -> Condition {
    let mut narrow = Condition::all();
    if let Some(q) = filter.q.as_deref().map(kernel::name::key) {
        let ascii = format!("{q}.x").parse().map_or_else(|_| q.clone(), |name: DomainName| name.to_string());
        let ascii = ascii.strip_suffix(".x").unwrap_or(&ascii);
        let escaped = ascii.to_lowercase().replace('\\', "\\\\").replace('%', "\\%").replace('_', "\\_");
        let like = LikeExpr::new(format!("%{escaped}%")).escape('\\');
        narrow = narrow.add(Expr::col(domains::Column::Name).like(like));
    }
    if let Some(state) = filter.state {
        narrow = narrow.add(domains::Column::State.eq(state.as_str()));
    }
    if let Some(shown) = filter.shown {
        narrow = narrow.add(shown.condition());
    }
    narrow
}

/// Takes domains that are due for a check: they are due again at `until`, should nobody finish it.
pub async fn claim_due(tx: &Tx, now: Timestamp, until: Timestamp, most: u64) -> Result<Vec<Domain>, Error> {
    let due = domains::Entity::find()
        .filter(domains::Column::NextCheckAt.lte(now.micros()))
        .order_by_asc(domains::Column::NextCheckAt)
        .limit(most)
        .lock_exclusive()
        .all(&**tx)
        .await?;
    let ids: Vec<&str> = due.iter().map(|row| row.id.as_str()).collect();
    domains::Entity::update_many()
        .set(domains::ActiveModel { next_check_at: Set(until.micros()), ..Default::default() })
        .filter(domains::Column::Id.is_in(ids))
        .exec(&**tx)
        .await?;
    all(due)
}

/// Has a domain checked at once.
pub async fn check_soon(tx: &Tx, id: DomainId, now: Timestamp) -> Result<(), Error> {
    domains::Entity::update_many()
        .set(domains::ActiveModel { next_check_at: Set(now.micros()), ..Default::default() })
        .filter(domains::Column::Id.eq(id.to_string()))
        .exec(&**tx)
        .await?;
    Ok(())
}

/// Has a domain checked only later.
pub async fn postpone(db: &Db, id: DomainId, until: Timestamp) -> Result<(), Error> {
    domains::Entity::update_many()
        .set(domains::ActiveModel { next_check_at: Set(until.micros()), ..Default::default() })
        .filter(domains::Column::Id.eq(id.to_string()))
        .exec(&*db.write().await?)
        .await?;
    Ok(())
}

fn history_of(domain: &Domain) -> Condition {
    Condition::all()
        .add(checks::Column::TenantId.eq(domain.tenant.to_string()))
        .add(checks::Column::DomainId.eq(domain.id.to_string()))
}

/// One check that found something else than the one before.
#[derive(Debug, Clone, PartialEq)]
pub struct Check {
    /// When.
    pub at: Timestamp,
    /// The state after it.
    pub state: DomainState,
    /// What had changed.
    pub changes: Vec<Change>,
}

/// How many checks are kept of a domain.
const MOST_CHECKS: u64 = 50;

/// Remembers a check; the oldest are forgotten.
pub async fn remember(tx: &Tx, clock: &Clock, domain: &Domain, changes: &[Change]) -> Result<(), Error> {
    let row = checks::Model {
        id: kernel::CheckId::new(clock).to_string(),
        tenant_id: domain.tenant.to_string(),
        domain_id: domain.id.to_string(),
        at: clock.now().micros(),
        state: domain.state.as_str().to_owned(),
        changes: serde_json::json!(changes).to_string(),
    };
    row.into_active_model().insert(&**tx).await?;
    let oldest = checks::Entity::find()
        .filter(history_of(domain))
        .order_by_desc(checks::Column::Id)
        .offset(MOST_CHECKS)
        .limit(1)
        .one(&**tx)
        .await?;
    if let Some(oldest) = oldest {
        let older = history_of(domain).add(checks::Column::Id.lte(oldest.id));
        checks::Entity::delete_many().filter(older).exec(&**tx).await?;
    }
    Ok(())
}

/// The latest checks that found something new, the latest first.
pub async fn history(on: &impl ConnectionTrait, domain: &Domain, most: u64) -> Result<Vec<Check>, Error> {
    let select =
        checks::Entity::find().filter(history_of(domain)).order_by_desc(checks::Column::Id).limit(most);
    let read = |row: checks::Model| {
        let damaged = || Error::damaged("domain_checks", row.id.clone());
        Ok(Check {
            at: Timestamp::from_micros(row.at),
            state: parse_state(&row.state).ok_or_else(damaged)?,
            changes: serde_json::from_str(&row.changes).map_err(|_| damaged())?,
        })
    };
    select.all(on).await?.into_iter().map(read).collect()
}

/// The domains of a tenant, or of all, that a needle finds, the best first.
pub async fn found(
    on: &impl ConnectionTrait,
    tenant: Option<TenantId>,
    needle: &Needle,
    most: u64,
) -> Result<Vec<Domain>, Error> {
    let of_tenant = tenant.map(|tenant| domains::Column::TenantId.eq(tenant.to_string()));
    let of = Condition::all().add_option(of_tenant);
    let ids = find::best(on, Place { table: "domains", id: "id", of }, needle, most).await?;
    let rows = domains::Entity::find().filter(domains::Column::Id.is_in(ids.iter())).all(on).await?;
    Ok(find::in_order(&ids, all(rows)?, |domain| domain.id.to_string()))
}
