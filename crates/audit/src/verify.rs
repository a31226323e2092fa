//! Checking that no row was changed, removed or put in between.

use db::Error;
use sea_orm::{ColumnTrait, ConnectionTrait, EntityTrait, QueryFilter, QueryOrder, QuerySelect};

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

const BATCH: u64 = 1000;

/// Reads every chain from its first row to its head.
pub async fn verify(on: &impl ConnectionTrait) -> Result<Report, Error> {
    let mut report = Report::default();
    for head in heads::Entity::find().order_by_asc(heads::Column::Chain).all(on).await? {
        report.chains += 1;
        verify_chain(on, &head, &mut report).await?;
    }
    Ok(report)
}

async fn verify_chain(
    on: &impl ConnectionTrait,
    head: &heads::Model,
    report: &mut Report,
) -> Result<(), Error> {
    let (mut seq, mut hash) = (0, chain::START.to_owned());
    loop {
        let rows = log::Entity::find()
            .filter(log::Column::Chain.eq(&head.chain))
            .filter(log::Column::Seq.gt(seq))
            .order_by_asc(log::Column::Seq)
            .limit(BATCH)
            .all(on)
            .await?;
        if rows.is_empty() {
            break;
        }
        for row in rows {
            report.rows += 1;
            for what in problems(&row, seq, &hash) {
                report.findings.push(Finding { chain: head.chain.clone(), seq: row.seq, what });
            }
            seq = row.seq;
            hash = row.hash;
        }
    }
    if seq != head.seq || hash != head.hash {
        let what = "the chain does not end where its head says: rows at the end are missing or were added";
        report.findings.push(Finding { chain: head.chain.clone(), seq, what });
    }
    Ok(())
}

fn problems(row: &log::Model, former_seq: i64, former_hash: &str) -> Vec<&'static str> {
    let mut problems = Vec::new();
    if row.seq != former_seq + 1 {
        problems.push("rows before this one are missing");
    }
    if row.hash != chain::row_hash(former_hash, row) {
        problems.push("the row or its place in the chain was changed");
    }
    let personal_changed =
        |personal: &String| chain::personal_digest(&row.salt, personal) != row.personal_digest;
    if row.personal.as_ref().is_some_and(personal_changed) {
        problems.push("the personal fields were changed");
    }
    problems
}
