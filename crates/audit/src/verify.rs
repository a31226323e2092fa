//! Checking that no row was changed, removed or put in between.

use std::collections::BTreeMap;

use db::Error;
use sea_orm::{ColumnTrait, ConnectionTrait, EntityTrait, QueryFilter, QueryOrder, QuerySelect};
use serde::{Deserialize, Serialize};

use crate::chain;
use crate::tables::{heads, log};

/// What is wrong at one place of a chain.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Finding {
    /// The chain.
    pub chain: String,
    /// The place.
    pub seq: i64,
    /// What, in words.
    pub what: &'static str,
}

/// The result of a check.
#[derive(Debug, Clone, Default)]
pub struct Report {
    /// How many chains were read.
    pub chains: u64,
    /// How many rows were read.
    pub rows: u64,
    /// What is wrong; empty when all is well.
    pub findings: Vec<Finding>,
}

/// Where a chain ends.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Head {
    /// The number of its last row.
    pub seq: i64,
    /// That row's hash, which stands for all rows of the chain.
    pub hash: String,
}

/// Where all chains end, by their names.
pub async fn chain_heads(on: &impl ConnectionTrait) -> Result<BTreeMap<String, Head>, Error> {
    let all = heads::Entity::find().all(on).await?.into_iter();
    Ok(all.map(|head| (head.chain, Head { seq: head.seq, hash: head.hash })).collect())
}

/// The names of so many chains, from the one after this on: for what is told in each of them.
pub async fn chains_after(on: &impl ConnectionTrait, after: &str, most: u64) -> Result<Vec<String>, Error> {
    let names = heads::Entity::find().select_only().column(heads::Column::Chain);
    let names = names.filter(heads::Column::Chain.gt(after)).order_by_asc(heads::Column::Chain);
    Ok(names.limit(most).into_tuple().all(on).await?)
}

const BATCH: u64 = 1000;

/// Reads every chain from its first row to its head.
pub async fn verify(on: &impl ConnectionTrait) -> Result<Report, Error> {
    let mut report = Report::default();
    let known = heads::Entity::find().order_by_asc(heads::Column::Chain).all(on).await?;
    for head in &known {
        report.chains += 1;
        verify_chain(on, &head.chain, &mut report).await?;
    }
    // A chain whose head was removed would not be read above.
    let all = log::Entity::find().select_only().column(log::Column::Chain).distinct();
    for chain in all.order_by_asc(log::Column::Chain).into_tuple::<String>().all(on).await? {
        let has_head = known.iter().any(|head| head.chain == chain) || head(on, &chain).await?.is_some();
        if !has_head {
            report.findings.push(Finding { chain, seq: 0, what: "the chain's head is missing" });
        }
    }
    Ok(report)
}

async fn head(on: &impl ConnectionTrait, chain: &str) -> Result<Option<heads::Model>, Error> {
    Ok(heads::Entity::find_by_id(chain).one(on).await?)
}

async fn verify_chain(on: &impl ConnectionTrait, chain: &str, report: &mut Report) -> Result<(), Error> {
    let (mut seq, mut hash) = (0, chain::START.to_owned());
    // Rows are written while they are read: the head is asked after the last row, and rows up to it are read too.
    let mut asked_for = 0;
    loop {
        let rows = log::Entity::find()
            .filter(log::Column::Chain.eq(chain))
            .filter(log::Column::Seq.gt(seq))
            .order_by_asc(log::Column::Seq)
            .limit(BATCH)
            .all(on)
            .await?;
        if rows.is_empty() {
            let end = head(on, chain).await?.map(|head| (head.seq, head.hash));
            let grew = end.as_ref().is_some_and(|(end, _)| *end > seq && *end > asked_for);
            if grew {
                asked_for = end.map_or(seq, |(end, _)| end);
                continue;
            }
            if end.as_ref() != Some(&(seq, hash)) {
                let what =
                    "the chain does not end where its head says: rows at the end are missing or were added";
                report.findings.push(Finding { chain: chain.to_owned(), seq, what });
            }
            return Ok(());
        }
        for row in rows {
            report.rows += 1;
            for what in problems(&row, seq, &hash) {
                report.findings.push(Finding { chain: chain.to_owned(), seq: row.seq, what });
            }
            seq = row.seq;
            hash = row.hash;
        }
    }
}

fn problems(row: &log::Model, former_seq: i64, former_hash: &str) -> Vec<&'static str> {
    let mut problems = Vec::new();
    if row.seq != former_seq + 1 {
        problems.push("rows before this one are missing");
    }
    if row.hash != chain::row_hash(former_hash, row) {
        problems.push("the row or its place in the chain was changed");
    }
    let digest_differs =
        |personal: &String| chain::personal_digest(&row.salt, personal) != row.personal_digest;
    // The address stands in a column of its own too, to be searched for; it must be the hashed one.
    if row.personal.as_ref().is_some_and(digest_differs) || row.actor_email != hashed_email(row) {
        problems.push("the personal fields were changed");
    }
    problems
}

fn hashed_email(row: &log::Model) -> Option<String> {
    let personal: serde_json::Value = serde_json::from_str(row.personal.as_deref()?).ok()?;
    Some(personal.get("email")?.as_str()?.to_lowercase())
}
