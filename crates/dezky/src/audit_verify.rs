//! `dezky audit verify`: whether any row of the audit log was changed, removed or put in between.

use std::path::Path;

use anyhow::bail;

use crate::config::Values;
use crate::database;

/// Checks all chains; fails when one is broken, so that scripts notice.
pub async fn run(values: &Values, data: Option<&Path>) -> anyhow::Result<()> {
    let url = match data {
        Some(folder) => existing(folder)?,
        None => database::url(values),
    };
    let db = database::connect_existing(&url).await?;
    let report = audit::verify(db.read()).await?;
    for finding in &report.findings {
        println!("{} row {}: {}", finding.chain, finding.seq, finding.what);
    }
    println!("{} rows in {} chains read, {} findings", report.rows, report.chains, report.findings.len());
    db.close().await;
    if !report.findings.is_empty() {
        bail!("the audit log was changed, or restored without its end; compare it with a backup");
    }
    Ok(())
}

/// A wrong folder must not end in a new, empty and flawless log.
fn existing(folder: &Path) -> anyhow::Result<String> {
    let file = folder.join("dezky.db");
    if !file.exists() {
        bail!("{} has no database of a `dezky dev`", folder.display());
    }
    Ok(database::embedded(&file))
}
