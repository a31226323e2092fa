//! Reading the log, newest first, by keyset on the row's id, which sorts by time.

use std::collections::BTreeSet;

use db::Error;
use kernel::cursor::Page;
use kernel::{Cursor, Timestamp, name};
use sea_orm::sea_query::{CaseStatement, Expr, ExprTrait as _, SelectStatement};
use sea_orm::{
    ColumnTrait, ConnectionTrait, EntityTrait, QueryFilter, QueryOrder, QuerySelect, QueryTrait, Select,
};
use serde_json::Value;

use crate::append::{TARGET, split};
use crate::chain::Chain;
use crate::tables::{log, words};

/// What to look for. Empty means everything.
#[derive(Debug, Clone, Default)]
pub struct AuditFilter {
    /// Whole words of actor, action and target; all of them must be there.
    pub q: Option<String>,
    /// Exactly this action.
    pub action: Option<String>,
    /// Exactly this outcome.
    pub outcome: Option<String>,
    /// One of these people, by their ids. An address is nobody: who is meant by one is looked up before.
    pub actors: Option<Vec<String>>,
    /// At or after.
    pub since: Option<Timestamp>,
    /// Before.
    pub before: Option<Timestamp>,
    /// Of these actions, which every chain tells of, only what the platform's does.
    pub told_once: &'static [&'static str],
}

/// One row as it is shown.
#[derive(Debug, Clone)]
pub struct Record {
    /// Its id.
    pub id: String,
    /// Its chain: a tenant's id, or `platform`.
    pub chain: String,
    /// Its place in the chain.
    pub seq: i64,
    /// When.
    pub at: Timestamp,
    /// `user` or `system`.
    pub actor_kind: String,
    /// The person's id, or the part of Dezky.
    pub actor_id: Option<String>,
    /// The address that the person was known by, unless erased.
    pub actor_email: Option<String>,
    /// Whether that was more than a claim; none in records that are older than this was known.
    pub actor_email_verified: Option<bool>,
    /// The person's name, unless erased.
    pub actor_name: Option<String>,
    /// The caller's network address, unless erased.
    pub address: Option<String>,
    /// The caller's program, unless erased.
    pub user_agent: Option<String>,
    /// For whom.
    pub on_behalf_of: Option<String>,
    /// What.
    pub action: String,
    /// The kind of what it was done to.
    pub target_kind: String,
    /// Its id.
    pub target_id: String,
    /// Its name at the time; the id of a person who was erased.
    pub target_name: String,
    /// The person's address, where it is a person, unless erased.
    pub target_email: Option<String>,
    /// `ok`, `denied` or `failed`.
    pub outcome: String,
    /// The state before.
    pub before: Option<Value>,
    /// The state after.
    pub after: Option<Value>,
    /// The request.
    pub request_id: Option<String>,
    /// The row's hash.
    pub hash: String,
}

/// A page of one chain, or of all chains when `chain` is none (for operators).
pub async fn page(
    on: &impl ConnectionTrait,
    chain: Option<Chain>,
    filter: &AuditFilter,
    after: Option<&Cursor>,
    limit: u64,
) -> Result<Page<Record>, Error> {
    let mut select = log::Entity::find().order_by_desc(log::Column::Id).limit(limit + 1);
    if let Some(chain) = chain {
        select = select.filter(log::Column::Chain.eq(chain.to_string()));
    }
    if let Some(last) = after.and_then(|cursor| cursor.0.first()) {
        select = select.filter(log::Column::Id.lt(last));
    }
    let rows = narrow(select, chain, filter).all(on).await?;
    let limit = usize::try_from(limit).unwrap_or(usize::MAX);
    Ok(Page::from_overfull(rows, limit, |row| vec![row.id.clone()]).map(record))
}

/// One record of a chain, or of any when `chain` is none (for operators).
pub async fn one(on: &impl ConnectionTrait, chain: Option<Chain>, id: &str) -> Result<Option<Record>, Error> {
    let mut select = log::Entity::find_by_id(id);
    if let Some(chain) = chain {
        select = select.filter(log::Column::Chain.eq(chain.to_string()));
    }
    Ok(select.one(on).await?.map(record))
}

/// The records of one action on these objects, by their ids.
pub async fn of_targets(
    on: &impl ConnectionTrait,
    chain: Chain,
    action: &str,
    ids: &[String],
) -> Result<Vec<Record>, Error> {
    let with = words::Entity::find()
        .select_only()
        .column(words::Column::AuditId)
        .filter(words::Column::Word.is_in(ids.iter().map(|id| id.to_lowercase())))
        .filter(words::Column::Chain.eq(chain.to_string()));
    let found = log::Entity::find()
        .filter(log::Column::Id.in_subquery(with.into_query()))
        .filter(log::Column::Action.eq(action))
        .filter(log::Column::TargetId.is_in(ids));
    Ok(found.all(on).await?.into_iter().map(record).collect())
}

fn narrow(
    mut select: Select<log::Entity>,
    chain: Option<Chain>,
    filter: &AuditFilter,
) -> Select<log::Entity> {
    if let Some(action) = &filter.action {
        select = select.filter(log::Column::Action.eq(action));
    }
    if let Some(outcome) = &filter.outcome {
        select = select.filter(log::Column::Outcome.eq(outcome));
    }
    if let Some(actors) = &filter.actors {
        select = select.filter(log::Column::ActorId.is_in(actors.iter().cloned()));
    }
    if let Some(since) = filter.since {
        select = select.filter(log::Column::At.gte(since.micros()));
    }
    if let Some(before) = filter.before {
        select = select.filter(log::Column::At.lt(before.micros()));
    }
    if !filter.told_once.is_empty() {
        let of_platform = log::Column::Chain.eq(Chain::Platform.to_string());
        let others = log::Column::Action.is_not_in(filter.told_once.iter().copied());
        select = select.filter(of_platform.or(others));
    }
    let words: BTreeSet<String> =
        filter.q.iter().flat_map(|q| q.split_whitespace()).flat_map(search_words).collect();
    if words.is_empty() {
        select
    } else {
        select.filter(log::Column::Id.in_subquery(with_all(&words, chain)))
    }
}

/// The records that have all of these words: one list of words, however many they are, for a condition for each would
/// be a tree as deep as their number.
fn with_all(words: &BTreeSet<String>, chain: Option<Chain>) -> SelectStatement {
    let mut with = words::Entity::find().select_only().column(words::Column::AuditId);
    if let Some(chain) = chain {
        with = with.filter(words::Column::Chain.eq(chain.to_string()));
    }
    let keys: BTreeSet<String> = words.iter().map(|word| name::search_key(word)).collect();
    let many = i64::try_from(keys.len()).unwrap_or(i64::MAX);
    // Rows of before are indexed with their accents: such a word counts as its key.
    let accented: Vec<&String> = words.iter().filter(|word| !keys.contains(*word)).collect();
    let word = || Expr::col(words::Column::Word);
    let counted = if accented.is_empty() {
        word()
    } else {
        let as_key = |all: CaseStatement, accented: &&String| {
            all.case(word().eq(accented.as_str()), name::search_key(accented))
        };
        accented.iter().fold(CaseStatement::new(), as_key).finally(word()).into()
    };
    let either = keys.iter().chain(accented.iter().copied()).cloned();
    with = with.filter(words::Column::Word.is_in(either)).group_by(words::Column::AuditId);
    with.having(counted.count_distinct().eq(many)).into_query()
}

/// A search word that was indexed whole is looked for whole, which is the narrower search.
fn search_words(word: &str) -> Vec<String> {
    let lower = word.to_lowercase();
    let whole = lower.contains(['@', '.', '_']) && lower.chars().any(char::is_alphanumeric);
    if whole {
        vec![lower.chars().take(80).collect()]
    } else {
        split(&lower)
            .into_iter()
            .filter(|w| *w != lower || !lower.contains(|c: char| !c.is_alphanumeric()))
            .collect()
    }
}

fn record(row: log::Model) -> Record {
    let personal: Value =
        row.personal.as_deref().and_then(|text| serde_json::from_str(text).ok()).unwrap_or_default();
    let part = |name: &str| personal.get(name).and_then(Value::as_str).map(str::to_owned);
    let person = |name: &str| personal.get(TARGET)?.get(name)?.as_str().map(str::to_owned);
    let state = |text: Option<String>| text.and_then(|text| serde_json::from_str(&text).ok());
    Record {
        actor_email: part("email"),
        actor_email_verified: personal.get("emailVerified").and_then(Value::as_bool),
        actor_name: part("name"),
        address: part("address"),
        user_agent: part("userAgent"),
        id: row.id,
        chain: row.chain,
        seq: row.seq,
        at: Timestamp::from_micros(row.at),
        actor_kind: row.actor_kind,
        actor_id: row.actor_id,
        on_behalf_of: row.on_behalf_of,
        action: row.action,
        target_kind: row.target_kind,
        target_id: row.target_id,
        target_name: person("name").unwrap_or(row.target_name),
        target_email: person("email"),
        outcome: row.outcome,
        before: state(row.before),
        after: state(row.after),
        request_id: row.request_id,
        hash: row.hash,
    }
}
