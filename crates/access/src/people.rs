//! People: found by their subject, made at their first sign-in, never brought back once removed.

use std::collections::HashMap;

use db::{Error, Tx};
use kernel::{Clock, DomainName, EmailAddress, TenantId, Timestamp, UserId};
use sea_orm::sea_query::{Expr, LockType, OnConflict, Query};
use sea_orm::{
    ActiveModelTrait, ColumnTrait, Condition, ConnectionTrait, EntityTrait, IntoActiveModel, QueryFilter,
    QueryOrder, QuerySelect, Set,
};

use crate::actor::{Person, person};
use crate::addressed;
use crate::role::TenantRole;
use crate::roles;
use crate::tables::{tenant_roles, tenants, users};

/// What the identity provider says of a person.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Identity {
    /// Their lasting id there.
    pub sub: String,
    /// The name that they sign in with there; empty where that is not said.
    pub username: String,
    /// Their address: a claim.
    pub email: String,
    /// True where the identity provider vouches for the address.
    pub email_verified: bool,
    /// Their name.
    pub name: String,
    /// Their groups there; a group may be listed twice.
    pub groups: Vec<String>,
}

/// The longest name that is kept of a token.
const MOST_NAME: usize = 200;

impl Identity {
    /// The same with a name that can be read: providers check none.
    fn readable(&self) -> Self {
        let name = kernel::name::cleaned(&self.name, MOST_NAME).unwrap_or_else(|| self.email.clone());
        Self { name, ..self.clone() }
    }
}

/// What [`admit`] did.
#[derive(Debug, Clone)]
pub enum Admitted {
    /// The row was made, with what group claims gave.
    Created(Person, FromGroups),
    /// The row was there; address and name now follow the token.
    Changed(Person),
    /// The row was there and said the same.
    Known(Person),
    /// The person was removed; the claim of a group brings nothing back.
    Removed(Person),
}

/// What group claims gave a new person.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct FromGroups {
    /// These rights, as words.
    pub rights: Vec<String>,
    /// True where their claims gave nothing, since Dezky knows the account otherwise: it made it for somebody.
    pub is_known: bool,
}

/// Several people by id, for lists.
pub async fn by_ids(on: &impl ConnectionTrait, ids: &[UserId]) -> Result<Vec<Person>, Error> {
    let ids = ids.iter().map(ToString::to_string);
    let rows = users::Entity::find().filter(users::Column::Id.is_in(ids)).all(on).await?;
    rows.iter().map(person).collect()
}

/// When each of these people signed in last, of those who ever did.
pub async fn last_sign_ins(
    on: &impl ConnectionTrait,
    ids: &[UserId],
) -> Result<HashMap<UserId, Timestamp>, Error> {
    let ids = ids.iter().map(ToString::to_string);
    let rows = users::Entity::find().filter(users::Column::Id.is_in(ids)).all(on).await?;
    let last = |row: users::Model| Some((row.id.parse().ok()?, Timestamp::from_micros(row.last_sign_in_at?)));
    Ok(rows.into_iter().filter_map(last).collect())
}

/// Makes the person's row at first sight, or lets address and name follow the token. The only reader of group
/// claims [A2]: they count while the row is being made, and never again.
pub async fn admit(tx: &Tx, clock: &Clock, who: &Identity, admin_group: &str) -> Result<Admitted, Error> {
    let who = &who.readable();
    let find = || users::Entity::find().filter(users::Column::Sub.eq(&who.sub)).one(&**tx);
    let mut row = find().await?;
    if row.is_none() {
        if let Some(created) = create(tx, clock, who, admin_group).await? {
            return Ok(created);
        }
        // The same person came in by another way in at the same moment.
        row = find().await?;
    }
    let row = row.ok_or_else(|| Error::damaged("users", "a row vanished while it was being made"))?;
    if row.removed_at.is_some() {
        return Ok(Admitted::Removed(person(&row)?));
    }
    let email = normal(&who.email);
    // Where Dezky made the account, Dezky says what its person is called; an older token must not undo that. But nobody
    // may have shown yet whose its address is, and then the provider's word for it counts.
    if row.username.is_some() {
        let is_proven_now = who.email_verified && !row.email_verified && row.email == email;
        if !is_proven_now {
            return Ok(Admitted::Known(person(&row)?));
        }
        addressed::make_known(tx, &email).await?;
        let mut change: users::ActiveModel = row.into();
        change.email_verified = Set(true);
        change.known_as = Set(Some(email));
        return Ok(Admitted::Changed(person(&change.update(&**tx).await?)?));
    }
    if row.email == email && row.name == who.name && row.email_verified == who.email_verified {
        return Ok(Admitted::Known(person(&row)?));
    }
    let mut change: users::ActiveModel = row.into();
    // What is only claimed changes nothing of whom the log knows.
    if who.email_verified && !email.is_empty() {
        addressed::make_known(tx, &email).await?;
        change.known_as = Set(Some(email.clone()));
    }
    change.email = Set(email);
    change.email_verified = Set(who.email_verified);
    change.name = Set(who.name.clone());
    Ok(Admitted::Changed(person(&change.update(&**tx).await?)?))
}

/// Makes the row; none when somebody else made it first.
async fn create(
    tx: &Tx,
    clock: &Clock,
    who: &Identity,
    admin_group: &str,
) -> Result<Option<Admitted>, Error> {
    let email = normal(&who.email);
    // Somebody has an account of that name from here: this token names it by another subject, and its groups are
    // that account's.
    let is_known = addressed::is_of_made_account(tx, &[normal(&who.username), email.clone()]).await?;
    let groups: &[String] = if is_known { &[] } else { &who.groups };
    let platform_admin = groups.iter().any(|group| group == admin_group);
    if who.email_verified {
        addressed::make_known(tx, &email).await?;
    }
    let is_first = who.email_verified || !addressed::is_known(tx, &email).await?;
    let known_as = Some(email.clone()).filter(|email| is_first && !email.is_empty());
    let row = users::Model {
        sub: Some(who.sub.clone()),
        platform_admin,
        email_verified: who.email_verified,
        known_as,
        ..blank(clock, email, who.name.clone())
    };
    let insert = users::Entity::insert(row.clone().into_active_model())
        .on_conflict(OnConflict::column(users::Column::Sub).do_nothing().to_owned());
    if insert.exec_without_returning(&**tx).await? == 0 {
        return Ok(None);
    }
    let person = person(&row)?;
    let mut rights: Vec<String> = platform_admin.then(|| "platform_admin".to_owned()).into_iter().collect();
    for tenant in tenants_of_groups(tx, groups).await? {
        let id = tenant.id.parse().map_err(|e: kernel::id::BadId| Error::damaged("tenants", e))?;
        roles::set_tenant_role(tx, clock, id, person.id, TenantRole::Member).await?;
        rights.push(format!("tenant:{}:member", tenant.slug));
    }
    Ok(Some(Admitted::Created(person, FromGroups { rights, is_known })))
}

/// A row that gives nothing and claims nothing.
fn blank(clock: &Clock, email: String, name: String) -> users::Model {
    users::Model {
        id: UserId::new(clock).to_string(),
        sub: None,
        email,
        name,
        platform_admin: false,
        valid_from: None,
        last_sign_in_at: None,
        created_at: clock.now().micros(),
        removed_at: None,
        username: None,
        otp_set_at: None,
        otp_ended_at: None,
        account_made: false,
        made_in: None,
        email_verified: false,
        known_as: None,
    }
}

/// The tenants whose own groups (`dezky-tenant-<slug>` [B1]) are among `groups`; each once.
async fn tenants_of_groups(tx: &Tx, groups: &[String]) -> Result<Vec<tenants::Model>, Error> {
    let slugs: Vec<&str> = groups.iter().filter_map(|group| group.strip_prefix("dezky-tenant-")).collect();
    if slugs.is_empty() {
        return Ok(Vec::new());
    }
    Ok(tenants::Entity::find().filter(tenants::Column::Slug.is_in(slugs)).all(&**tx).await?)
}

/// Notes a sign-in on the person's row.
pub async fn signed_in(tx: &Tx, clock: &Clock, user: UserId) -> Result<(), Error> {
    users::Entity::update_many()
        .col_expr(users::Column::LastSignInAt, clock.now().micros().into())
        .filter(users::Column::Id.eq(user.to_string()))
        .exec(&**tx)
        .await?;
    Ok(())
}

/// Somebody who is to get an account.
#[derive(Debug, Clone, Copy)]
pub struct NewAccount<'a> {
    /// Their address, which is also their user name at the identity provider.
    pub email: &'a EmailAddress,
    /// Their name.
    pub name: &'a str,
    /// The tenant that makes it; none for the staff of a partner.
    pub tenant: Option<TenantId>,
    /// True where the tenant that makes the account has proven the address's domain. Of any other address nobody has
    /// shown whose it is.
    pub is_proven: bool,
}

/// Makes the row of a person who is to get an account: the identity provider's id follows once it is known.
pub async fn make(tx: &Tx, clock: &Clock, new: NewAccount<'_>) -> Result<Person, Error> {
    let email = new.email.to_string();
    let is_first = new.is_proven || !addressed::is_known(tx, &email).await?;
    if new.is_proven {
        addressed::make_known(tx, &email).await?;
    }
    let row = users::Model {
        username: Some(email.clone()),
        account_made: true,
        made_in: new.tenant.map(|tenant| tenant.to_string()),
        email_verified: new.is_proven,
        known_as: Some(email.clone()).filter(|_| is_first),
        ..blank(clock, email, new.name.to_owned())
    };
    users::Entity::insert(row.clone().into_active_model()).exec_without_returning(&**tx).await?;
    person(&row)
}

/// Addresses on a domain or below it: whoever has proven a domain has that too.
fn is_within(domain: &DomainName) -> Condition {
    Condition::any()
        .add(users::Column::Email.ends_with(format!("@{domain}")))
        .add(users::Column::Email.like(format!("%@%.{domain}")))
}

/// Those whose accounts Dezky made that have a role in a tenant, with addresses that are proven, or that aren't.
fn given_in(tenant: TenantId, is_proven: bool) -> Condition {
    let people = Query::select()
        .column(tenant_roles::Column::UserId)
        .from(tenant_roles::Entity)
        .and_where(tenant_roles::Column::TenantId.eq(tenant.to_string()))
        .to_owned();
    Condition::all()
        .add(users::Column::AccountMade.eq(true))
        .add(users::Column::EmailVerified.eq(is_proven))
        .add(users::Column::Id.in_subquery(people))
}

/// Locks people in the order of their ids, like everywhere; false where there is nobody.
async fn lock_all(tx: &Tx, who: &Condition) -> Result<bool, Error> {
    let in_order = users::Entity::find().filter(who.clone()).order_by_asc(users::Column::Id);
    let found = in_order.select_only().column(users::Column::Id).lock(LockType::NoKeyUpdate);
    Ok(!found.into_tuple::<String>().all(&**tx).await?.is_empty())
}

/// A tenant has proven a domain: the addresses on it and below it that its people were given with their accounts are no
/// mere claims any longer.
pub async fn domain_proven(tx: &Tx, tenant: TenantId, domain: &DomainName) -> Result<(), Error> {
    let given = given_in(tenant, false).add(is_within(domain));
    if !lock_all(tx, &given).await? {
        return Ok(());
    }
    let addresses =
        Query::select().column(users::Column::Email).from(users::Entity).cond_where(given.clone()).to_owned();
    addressed::let_go_of_claims(tx, addresses).await?;
    users::Entity::update_many()
        .col_expr(users::Column::EmailVerified, true.into())
        .col_expr(users::Column::KnownAs, Expr::col(users::Column::Email))
        .filter(given)
        .exec(&**tx)
        .await?;
    Ok(())
}

/// A domain is a tenant's no longer: the addresses on it and below it that its people were given with their accounts are
/// claims again, save on what is `left` to it. Whom the log knows by them stays as it is. The identity provider may vouch
/// for such an address at the next sign-in.
pub async fn domain_lost(
    tx: &Tx,
    tenant: TenantId,
    domain: &DomainName,
    left: &[DomainName],
) -> Result<(), Error> {
    let still = left.iter().fold(Condition::any(), |any, left| any.add(is_within(left)));
    let mut given = given_in(tenant, true).add(is_within(domain));
    if !still.is_empty() {
        given = given.add(still.not());
    }
    if !lock_all(tx, &given).await? {
        return Ok(());
    }
    users::Entity::update_many()
        .col_expr(users::Column::EmailVerified, false.into())
        .filter(given)
        .exec(&**tx)
        .await?;
    Ok(())
}

/// A tenant lets somebody go who works elsewhere too. An account that it made is its person's own from now on: nobody
/// else has a say over it [A16], and nobody vouches for its address any more.
pub async fn let_go_by(tx: &Tx, tenant: TenantId, user: UserId) -> Result<(), Error> {
    let own = users::ActiveModel {
        username: Set(None),
        account_made: Set(false),
        made_in: Set(None),
        email_verified: Set(false),
        ..Default::default()
    };
    users::Entity::update_many()
        .set(own)
        .filter(users::Column::Id.eq(user.to_string()))
        .filter(users::Column::MadeIn.eq(tenant.to_string()))
        .exec(&**tx)
        .await?;
    Ok(())
}

/// Says of somebody of the sandbox that Dezky made their account for a tenant: the sandbox did, under their address.
pub async fn made_by_sandbox(tx: &Tx, tenant: TenantId, user: UserId) -> Result<(), Error> {
    let Some(row) = users::Entity::find_by_id(user.to_string()).one(&**tx).await? else { return Ok(()) };
    if row.account_made {
        return Ok(());
    }
    let made = users::ActiveModel {
        username: Set(Some(row.email.clone())),
        account_made: Set(true),
        made_in: Set(Some(tenant.to_string())),
        email_verified: Set(true),
        known_as: Set(Some(row.email)),
        ..Default::default()
    };
    change(tx, user, made).await
}

/// Makes everybody else wait who decides what a person has everywhere. Taken after their tenants and memberships.
pub async fn lock(tx: &Tx, user: UserId) -> Result<(), Error> {
    // Rows that point to theirs may go on being written.
    users::Entity::find_by_id(user.to_string()).lock(LockType::NoKeyUpdate).one(&**tx).await?;
    Ok(())
}

/// Notes the id that the identity provider gave a person.
pub async fn link(tx: &Tx, user: UserId, sub: &str) -> Result<(), Error> {
    change(tx, user, users::ActiveModel { sub: Set(Some(sub.to_owned())), ..Default::default() }).await
}

/// Changes a person's name.
pub async fn rename(tx: &Tx, user: UserId, name: &str) -> Result<(), Error> {
    change(tx, user, users::ActiveModel { name: Set(name.to_owned()), ..Default::default() }).await
}

/// Says since when a person's password is a generated one, or that it is their own.
pub async fn set_password_due(tx: &Tx, user: UserId, since: Option<Timestamp>) -> Result<(), Error> {
    let since = since.map(Timestamp::micros);
    let due = users::ActiveModel { otp_set_at: Set(since), otp_ended_at: Set(None), ..Default::default() };
    change(tx, user, due).await
}

/// Says that the generated password of a moment opens nothing any more; it is still to be replaced. False when there is
/// another one since.
pub async fn password_ended(tx: &Tx, user: UserId, since: Timestamp, at: Timestamp) -> Result<bool, Error> {
    let ended = users::ActiveModel { otp_ended_at: Set(Some(at.micros())), ..Default::default() };
    let done = users::Entity::update_many()
        .set(ended)
        .filter(users::Column::Id.eq(user.to_string()))
        .filter(users::Column::OtpSetAt.eq(since.micros()))
        .exec(&**tx)
        .await?;
    Ok(done.rows_affected > 0)
}

/// Leaves a tombstone: the subject stays known, so that no claim brings the person back; the user name is free.
pub async fn remove(tx: &Tx, user: UserId, now: Timestamp) -> Result<(), Error> {
    let gone = users::ActiveModel {
        removed_at: Set(Some(now.micros())),
        username: Set(None),
        otp_set_at: Set(None),
        ..Default::default()
    };
    change(tx, user, gone).await
}

async fn change(tx: &Tx, user: UserId, change: users::ActiveModel) -> Result<(), Error> {
    users::Entity::update_many()
        .set(change)
        .filter(users::Column::Id.eq(user.to_string()))
        .exec(&**tx)
        .await?;
    Ok(())
}

/// As accounts are stored: an address in one form, however it is written.
fn normal(email: &str) -> String {
    let lower = email.trim().to_lowercase();
    lower.parse::<EmailAddress>().map_or(lower, |address| address.to_string())
}
