//! A person's account with all that it gives them. It is read anew at each request, so it is one statement.

use std::collections::HashMap;
use std::collections::hash_map::Entry;

use db::{Db, Error};
use kernel::{Timestamp, UserId};
use sea_orm::{ConnectionTrait, FromQueryResult, QueryResult, Statement};

use crate::actor::{Person, person};
use crate::directory::{MembershipStatus, PartnerStatus, PersonStatus, partner_ref, tenant_ref};
use crate::rights::{Customers, PartnerRights, Rights, TenantRights, limits};
use crate::role::{PartnerRole, TenantRole};
use crate::roles;
use crate::tables::{partners, tenants, users};

/// A person's account, tombstones included.
#[derive(Debug, Clone)]
pub struct Account {
    /// The person.
    pub person: Person,
    /// Tokens issued before this are refused.
    pub valid_from: Option<Timestamp>,
    /// Set on the tombstone of a removed person.
    pub removed: bool,
    /// True while their password is a generated one, to be replaced by their own.
    pub password_due: bool,
    /// Their rights at this moment.
    pub rights: Rights,
}

impl Account {
    /// Where it is in its life.
    pub fn status(&self) -> PersonStatus {
        match (self.removed, self.password_due) {
            (true, _) => PersonStatus::Removed,
            (false, true) => PersonStatus::PasswordDue,
            (false, false) => PersonStatus::Active,
        }
    }
}

/// Plain text, since building it anew would cost as much as running it; both databases read it alike. Each of a
/// person's tenants comes once with each partner, and few people work for even one partner.
const ACCOUNTS: &str = "SELECT u.id, u.sub, u.email, u.name, u.platform_admin, u.valid_from, u.last_sign_in_at, \
    u.created_at, u.removed_at, u.username, u.otp_set_at, u.otp_ended_at, \
    u.account_made, u.made_in, u.email_verified, u.known_as, tr.role AS tenant_role, tr.valid_from AS role_valid_from, t.id AS tenant_id, t.slug AS tenant_slug, \
    t.name AS tenant_name, t.plan AS tenant_plan, t.status AS tenant_status, t.partner_id AS tenant_partner_id, \
    t.security_policy AS tenant_security_policy, pr.role AS partner_role, pr.all_tenants, p.id AS partner_id, \
    p.slug AS partner_slug, p.name AS partner_name, p.status AS partner_status \
    FROM users u \
    LEFT JOIN tenant_roles tr ON tr.user_id = u.id AND tr.suspended_at IS NULL LEFT JOIN tenants t ON t.id = tr.tenant_id \
    LEFT JOIN partner_roles pr ON pr.user_id = u.id LEFT JOIN partners p ON p.id = pr.partner_id \
    WHERE u.";

/// The account of a subject.
pub async fn by_sub(db: &Db, sub: &str) -> Result<Option<Account>, Error> {
    Ok(read(db.read(), "sub", [sub]).await?.pop())
}

/// The account of an id.
pub async fn by_id(on: &impl ConnectionTrait, id: UserId) -> Result<Option<Account>, Error> {
    Ok(read(on, "id", [id.to_string().as_str()]).await?.pop())
}

/// The accounts of several ids, in no order.
pub async fn by_ids(on: &impl ConnectionTrait, ids: &[UserId]) -> Result<Vec<Account>, Error> {
    let ids: Vec<String> = ids.iter().map(ToString::to_string).collect();
    read(on, "id", ids.iter().map(String::as_str)).await
}

/// The accounts of several subjects, by subject.
pub(crate) async fn by_subs(db: &Db, subs: &[String]) -> Result<HashMap<String, Account>, Error> {
    let accounts = read(db.read(), "sub", subs.iter().map(String::as_str)).await?;
    let by_sub = |account: Account| Some((account.person.sub.clone()?, account));
    Ok(accounts.into_iter().filter_map(by_sub).collect())
}

async fn read<'a>(
    on: &impl ConnectionTrait,
    column: &str,
    keys: impl IntoIterator<Item = &'a str>,
) -> Result<Vec<Account>, Error> {
    let mut keys: Vec<&str> = keys.into_iter().collect();
    if keys.is_empty() {
        return Ok(Vec::new());
    }
    // Few lengths are few statements, which every connection keeps prepared.
    let last = keys.last().copied().unwrap_or_default();
    keys.resize(keys.len().next_power_of_two(), last);
    let places: Vec<String> = (1..=keys.len()).map(|n| format!("${n}")).collect();
    let sql = format!("{ACCOUNTS}{column} IN ({})", places.join(", "));
    let values = keys.into_iter().map(sea_orm::Value::from);
    let statement = Statement::from_sql_and_values(on.get_database_backend(), sql, values);
    let mut accounts: HashMap<String, Account> = HashMap::new();
    for row in on.query_all_raw(statement).await? {
        let user = users::Model::from_query_result(&row, "")?;
        let rights = match accounts.entry(user.id.clone()) {
            Entry::Occupied(known) => &mut known.into_mut().rights,
            Entry::Vacant(new) => &mut new.insert(without_roles(&user)?).rights,
        };
        rights.tenants.extend(tenant_rights(&row)?);
        rights.partners.extend(partner_rights(&row)?);
    }
    let mut accounts: Vec<Account> = accounts.into_values().collect();
    for account in &mut accounts {
        put_in_order(&mut account.rights);
    }
    choose(on, &mut accounts).await?;
    Ok(accounts)
}

/// Fills in the customers that staff were given one by one. Few are, so it is no part of the statement that everybody
/// costs.
async fn choose(on: &impl ConnectionTrait, accounts: &mut [Account]) -> Result<(), Error> {
    let staff = accounts.iter().filter(|account| account.rights.partners.iter().any(is_choice));
    let staff: Vec<UserId> = staff.map(|account| account.person.id).collect();
    if staff.is_empty() {
        return Ok(());
    }
    let chosen = roles::chosen_customers(on, &staff).await?;
    for account in accounts {
        for own in account.rights.partners.iter_mut().filter(|own| is_choice(own)) {
            let theirs = chosen.get(&(own.partner.id, account.person.id));
            own.customers = Customers::Chosen(theirs.cloned().unwrap_or_default());
        }
    }
    Ok(())
}

fn is_choice(own: &PartnerRights) -> bool {
    own.customers != Customers::All
}

fn without_roles(user: &users::Model) -> Result<Account, Error> {
    Ok(Account {
        person: person(user)?,
        valid_from: user.valid_from.map(Timestamp::from_micros),
        removed: user.removed_at.is_some(),
        password_due: user.otp_set_at.is_some(),
        rights: Rights { platform_admin: user.platform_admin, ..Rights::default() },
    })
}

/// By name, each once.
fn put_in_order(rights: &mut Rights) {
    rights.tenants.sort_by(|a, b| (&a.tenant.name, a.tenant.id).cmp(&(&b.tenant.name, b.tenant.id)));
    rights.tenants.dedup_by_key(|rights| rights.tenant.id);
    rights.partners.sort_by(|a, b| (&a.partner.name, a.partner.id).cmp(&(&b.partner.name, b.partner.id)));
    rights.partners.dedup_by_key(|rights| rights.partner.id);
}

fn tenant_rights(row: &QueryResult) -> Result<Option<TenantRights>, Error> {
    let Some(role) = row.try_get::<Option<String>>("", "tenant_role")? else {
        return Ok(None);
    };
    let found = tenants::Model::from_query_result(row, "tenant_")?;
    // A role or a state that nobody knows, and a tenant that is gone, give nothing.
    let tenant = tenant_ref(&found)?.filter(|tenant| tenant.status.is_live());
    // The statement leaves out memberships that are closed.
    let membership = MembershipStatus::Active;
    let limits = limits(&found.security_policy);
    let valid_from = row.try_get::<Option<i64>>("", "role_valid_from")?.map(Timestamp::from_micros);
    Ok(TenantRole::parse(&role).zip(tenant).map(|(role, tenant)| TenantRights {
        tenant,
        role,
        membership,
        valid_from,
        limits,
    }))
}

fn partner_rights(row: &QueryResult) -> Result<Option<PartnerRights>, Error> {
    let Some(role) = row.try_get::<Option<String>>("", "partner_role")? else {
        return Ok(None);
    };
    let found = partners::Model::from_query_result(row, "partner_")?;
    let status = PartnerStatus::parse(&found.status).filter(|status| *status == PartnerStatus::Active);
    let is_all = row.try_get::<Option<bool>>("", "all_tenants")?.unwrap_or(false);
    let known = PartnerRole::parse(&role).zip(status);
    let rights = |(role, status)| {
        let customers = if is_all { Customers::All } else { Customers::Chosen(Vec::new()) };
        Ok(PartnerRights { partner: partner_ref(&found)?, role, status, customers })
    };
    known.map(rights).transpose()
}
