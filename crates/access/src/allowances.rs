//! Allowances: how much of something may be had within an hour, by a person, a tenant or an address. They are spent in
//! the transaction of what they are spent on, so what is not done costs nothing; save where the answer is what is sought
//! ([`ask`]).

use std::time::Duration;

use audit::{Chain, Entry, Outcome, Target};
use db::{Db, Error, Recorded, Tx};
use kernel::id::hex;
use kernel::{Clock, EmailAddress, PartnerId, TenantId, Timestamp, UserId};
use sea_orm::sea_query::OnConflict;
use sea_orm::{ColumnTrait, EntityTrait, QueryFilter, QuerySelect, Set};
use serde_json::json;
use sha2::{Digest, Sha256};

use crate::actor::Actor;
use crate::recorded::Action;
use crate::tables::allowances::{ActiveModel, Column, Entity, Model};

/// What an allowance is for so long.
pub const PERIOD: Duration = Duration::from_hours(1);

/// How much may be had within an hour.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Allowances {
    /// How often a person may be told whether an address or a domain is known to the platform.
    pub look_ups: u32,
    /// How many mails a tenant's admins may have sent.
    pub mails_of_tenant: u32,
    /// How many of these one address gets, from all tenants together.
    pub mails_to_address: u32,
}

impl Default for Allowances {
    fn default() -> Self {
        Self { look_ups: 300, mails_of_tenant: 500, mails_to_address: 5 }
    }
}

/// Whose allowance it is.
#[derive(Debug, Clone)]
pub enum Purse<'a> {
    /// What a person is told of who and what is known here.
    LookUps(UserId),
    /// Mails that a tenant's admins have sent.
    MailsOf(TenantId),
    /// Mails that are sent for a partner.
    MailsOfPartner(PartnerId),
    /// Such mails to an address.
    MailsTo(&'a EmailAddress),
}

impl Purse<'_> {
    fn key(&self) -> String {
        match self {
            Self::LookUps(user) => format!("look-ups {user}"),
            Self::MailsOf(tenant) => format!("mails {tenant}"),
            Self::MailsOfPartner(partner) => format!("mails {partner}"),
            // Whom mails went to is nobody's business once they are sent.
            Self::MailsTo(address) => {
                format!("mails-to {}", hex(&Sha256::digest(Self::mailbox(address).as_bytes())))
            }
        }
    }

    /// One mailbox, one allowance: what stands after `+` is a tag that its owner, or who writes to them, made up.
    fn mailbox(address: &EmailAddress) -> String {
        let address = address.to_string().to_lowercase();
        let Some((local, domain)) = address.rsplit_once('@') else {
            return address;
        };
        // `+a@acme.test` has no mailbox before its tag, so all of it is the name.
        let mailbox = local.split_once('+').map(|(before, _)| before).filter(|before| !before.is_empty());
        format!("{}@{domain}", mailbox.unwrap_or(local))
    }

    fn most(&self, allowances: &Allowances) -> u32 {
        match self {
            Self::LookUps(_) => allowances.look_ups,
            Self::MailsOf(_) | Self::MailsOfPartner(_) => allowances.mails_of_tenant,
            Self::MailsTo(_) => allowances.mails_to_address,
        }
    }
}

/// An allowance is used up.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Spent {
    /// All that there was.
    pub most: u32,
    /// When there is something again.
    pub again_at: Timestamp,
    now: Timestamp,
}

impl Spent {
    /// In how many minutes there is something again.
    pub fn minutes(&self) -> u64 {
        self.again_at.since(self.now).as_secs().div_ceil(60).max(1)
    }
}

/// What is left, and until when no more comes.
struct Opened {
    row: Model,
    left: u32,
    spent: Spent,
}

/// Locks a purse until the transaction ends: who spends from it at once takes turns.
async fn open(tx: &Tx, clock: &Clock, purse: &Purse<'_>, allowances: &Allowances) -> Result<Opened, Error> {
    let (now, key, most) = (clock.now(), purse.key(), purse.most(allowances));
    let new = ActiveModel { key: Set(key.clone()), since: Set(now.micros()), used: Set(0) };
    let once = OnConflict::column(Column::Key).do_nothing().to_owned();
    Entity::insert(new).on_conflict(once).exec_without_returning(&**tx).await?;
    let row = Entity::find_by_id(key).lock_exclusive().one(&**tx).await?;
    let mut row = row.ok_or_else(|| Error::damaged("allowances", "a row vanished"))?;
    if now.since(Timestamp::from_micros(row.since)) >= PERIOD {
        (row.since, row.used) = (now.micros(), 0);
    }
    let left = most.saturating_sub(u32::try_from(row.used).unwrap_or(u32::MAX));
    let again_at = Timestamp::from_micros(row.since).after(PERIOD);
    Ok(Opened { row, left, spent: Spent { most, again_at, now } })
}

/// Spends up to so much, and gives how much that was; nothing left is an error.
pub async fn spend_up_to(
    tx: &Tx,
    clock: &Clock,
    purse: &Purse<'_>,
    wanted: u32,
    allowances: &Allowances,
) -> Result<Result<u32, Spent>, Error> {
    let Opened { row, left, spent } = open(tx, clock, purse, allowances).await?;
    let taken = wanted.min(left);
    if taken == 0 && wanted > 0 {
        return Ok(Err(spent));
    }
    let change =
        ActiveModel { since: Set(row.since), used: Set(row.used + i64::from(taken)), ..Default::default() };
    Entity::update_many().set(change).filter(Column::Key.eq(row.key)).exec(&**tx).await?;
    Ok(Ok(taken))
}

/// Spends one.
pub async fn spend(
    tx: &Tx,
    clock: &Clock,
    purse: &Purse<'_>,
    allowances: &Allowances,
) -> Result<Result<(), Spent>, Error> {
    Ok(spend_up_to(tx, clock, purse, 1, allowances).await?.map(drop))
}

/// Whether anything is left; spends nothing.
pub async fn check(
    db: &Db,
    clock: &Clock,
    purse: &Purse<'_>,
    allowances: &Allowances,
) -> Result<Result<(), Spent>, Error> {
    let (now, most) = (clock.now(), purse.most(allowances));
    let row = Entity::find_by_id(purse.key()).one(db.read()).await?;
    let current = row.filter(|row| now.since(Timestamp::from_micros(row.since)) < PERIOD);
    let (since, used) = current.map_or((now.micros(), 0), |row| (row.since, row.used));
    if used < i64::from(most) {
        return Ok(Ok(()));
    }
    Ok(Err(Spent { most, again_at: Timestamp::from_micros(since).after(PERIOD), now }))
}

/// Whether a person may ask whether something outside what is theirs is known here. Operators see it all anyway.
pub async fn may_ask(db: &Db, by: &Actor, allowances: &Allowances) -> Result<Result<(), Spent>, Error> {
    if by.is_operator() {
        return Ok(Ok(()));
    }
    check(db, &by.context.clock, &Purse::LookUps(by.person.id), allowances).await
}

/// Spends a look-up before it is answered, so that "nobody has it" costs as much as "somebody has it". Operators see it
/// all anyway.
pub async fn ask(db: &Db, by: &Actor, allowances: &Allowances) -> Result<Result<(), Spent>, Error> {
    if by.is_operator() {
        return Ok(Ok(()));
    }
    let tx = db.begin().await?;
    let purse = Purse::LookUps(by.person.id);
    if let Err(spent) = spend(&tx, &by.context.clock, &purse, allowances).await? {
        return Ok(Err(spent));
    }
    tx.commit_silently("an allowance is paid").await?;
    Ok(Ok(()))
}

/// Notes that a person is told that something outside what is theirs is known here, and of what kind; [`ask`] paid.
pub async fn answered(db: &Db, by: &Actor, chain: Chain, about: Target, answer: &str) -> Result<(), Error> {
    let tx = db.begin().await?;
    let recorded = note_answer(&tx, by, chain, about, answer).await?;
    tx.commit(recorded).await
}

async fn note_answer(
    tx: &Tx,
    by: &Actor,
    chain: Chain,
    about: Target,
    answer: &str,
) -> Result<Recorded, Error> {
    let entry = Entry::done(Action::LookUpAnswer, about).outcome(Outcome::Failed);
    audit::append(tx, &by.context, chain, entry.after(json!({"answer": answer}))).await
}

/// Notes that a person is told that something outside what is theirs is known here, and of what kind. Where they were
/// told enough of it already they are not told.
pub async fn told(
    db: &Db,
    by: &Actor,
    chain: Chain,
    about: Target,
    answer: &str,
    allowances: &Allowances,
) -> Result<Result<(), Spent>, Error> {
    let tx = db.begin().await?;
    if !by.is_operator() {
        let purse = Purse::LookUps(by.person.id);
        if let Err(spent) = spend(&tx, &by.context.clock, &purse, allowances).await? {
            return Ok(Err(spent));
        }
    }
    let recorded = note_answer(&tx, by, chain, about, answer).await?;
    tx.commit(recorded).await?;
    Ok(Ok(()))
}

/// Forgets what is over; gives how many.
pub async fn purge(db: &Db, now: Timestamp) -> Result<u64, Error> {
    let over = Entity::delete_many().filter(Column::Since.lt(now.before(PERIOD).micros()));
    Ok(over.exec(&*db.write().await?).await?.rows_affected)
}
