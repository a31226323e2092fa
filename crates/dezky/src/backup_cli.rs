//! `dezky backup`, `dezky restore`, `dezky resume`: copies of the database, and what comes of one that is put back.
//! Whoever can run the binary with its configuration may; the audit log names the command line.

use std::path::Path;

use anyhow::Context as _;
use backup::{Manifest, Restored, Source, Target, Waiting};
use kernel::Clock;

use crate::config::{self, NAMES, Values};
use crate::keys_cli::sealed_columns;
use crate::{database, drift_cli};

/// Who does it, for the log.
pub fn by() -> audit::Context {
    audit::Context::system("cli", &Clock::System)
}

/// Programs that are started get none of these: there are secrets among them.
fn hidden() -> Vec<&'static str> {
    NAMES.iter().map(|(name, _)| *name).collect()
}

/// Copies the database into a new folder.
pub async fn backup(values: Values, to: &Path, data: Option<&Path>) -> anyhow::Result<()> {
    let values = &data.map_or(Ok(values), drift_cli::of_dev)?;
    let url = database::url(values);
    let db = database::connect_existing(&url).await?;
    let (columns, hidden) = (sealed_columns(), hidden());
    let source = Source { db: &db, url: &url, columns: &columns, hidden: &hidden };
    let made = Box::pin(backup::make(source, to, &by())).await;
    db.close().await;
    let manifest = made.context("no backup was made")?;
    println!("{}: {}", to.display(), told(&manifest));
    let keys: Vec<&str> = manifest.holds.keys.keys().map(String::as_str).collect();
    if !keys.is_empty() {
        println!("Not in it, and needed to restore it: the encryption keys {}", keys.join(", "));
    }
    Ok(())
}

fn told(manifest: &Manifest) -> String {
    let rows: u64 = manifest.holds.tables.values().sum();
    format!("{rows} rows, {} bytes, taken at {}", manifest.file.bytes, manifest.taken_at)
}

/// Puts a backup into the empty place that is configured.
pub async fn restore(values: &Values, from: &Path, migrates: bool) -> anyhow::Result<()> {
    let keys = config::encryption_keys(values)?;
    let url = database::url(values);
    database::make_folder(&url)?;
    let (columns, hidden) = (sealed_columns(), hidden());
    let target = Target { url: &url, keys: &keys, columns: &columns, hidden: &hidden, migrates };
    let restored = Box::pin(backup::restore(from, target, &by())).await;
    tell(&restored.context("nothing was restored")?);
    Ok(())
}

fn tell(restored: &Restored) {
    let Restored { manifest, pending, forged, findings } = restored;
    println!("Restored: {}", told(manifest));
    for finding in findings {
        println!("Audit log, {} row {}: {}", finding.chain, finding.seq, finding.what);
    }
    if findings.is_empty() {
        println!("The audit log is unchanged: {} chains", manifest.holds.chains.len());
    } else {
        println!("The audit log was changed before the backup was made");
    }
    if *forged > 0 {
        println!(
            "{forged} encrypted values can't be decrypted; they were damaged before the backup was made"
        );
    }
    if *pending > 0 {
        println!("The schema is {pending} migrations behind. Next: dezky migrate");
    }
    println!(
        "The product is held: it changes no upstream and sends no mail.\nNext: dezky plan, which shows what differs \
         since. Then: dezky resume"
    );
}

/// Lets a restored product act again.
pub async fn resume(values: Values, data: Option<&Path>) -> anyhow::Result<()> {
    let values = &data.map_or(Ok(values), drift_cli::of_dev)?;
    let db = database::connect_current(&database::url(values)).await?;
    let Waiting { steps, removals, mails } = backup::waiting(&db).await?;
    if backup::release(&db, &by()).await? {
        println!("Resumed. Unfinished steps: {steps}. Mails to send: {mails}.");
        if removals > 0 {
            println!("{removals} removals wait until an operator confirms them in the console.");
        }
    } else {
        println!("The product isn't held; there is nothing to resume.");
    }
    db.close().await;
    Ok(())
}
