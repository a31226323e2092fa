//! `dezky backup`, `dezky restore`, `dezky resume`: copies of the database, and what comes of one that is put back.
//! Whoever can run the binary with its configuration may; the audit log names the command line.

use std::path::Path;
use std::process::ExitCode;

use anyhow::Context as _;
use backup::{Manifest, Restored, Source, Target, Waiting};
use db::Db;
use kernel::Clock;

use crate::bootstrap::ask;
use crate::config::{self, Config, NAMES, Values};
use crate::drift_cli::Shell;
use crate::keys_cli::sealed_columns;
use crate::{database, drift_cli, stop};

/// Nobody said that it is to be resumed.
const STILL_HELD: u8 = 2;
const NOT_HELD: &str = "The product isn't held; there is nothing to resume.";

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
    let (columns, hidden, stop) = (sealed_columns(), hidden(), stop::on_signal()?);
    let source = Source { db: &db, url: &url, columns: &columns, hidden: &hidden, stop: &stop };
    let made = Box::pin(backup::make(source, to, &by())).await;
    // SQLite would come to the end of what nobody waits for any more.
    if !matches!(made, Err(backup::Error::Stopped)) {
        db.close().await;
    }
    let manifest = made.context("no backup was made")?;
    println!("{}: {}", to.display(), told(&manifest));
    let leaves_out = &manifest.database.leaves_out;
    if !leaves_out.is_empty() {
        println!("Not in it, for it isn't Dezky's: {}", leaves_out.join(", "));
    }
    let keys: Vec<&str> = manifest.holds.keys.keys().map(String::as_str).collect();
    if !keys.is_empty() {
        println!("Not in the backup, but needed to restore it: the encryption keys {}", keys.join(", "));
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
    let url = database::named_url(values)?;
    println!("Restoring {} into {}", from.display(), database::place(&url));
    let (columns, hidden, stop) = (sealed_columns(), hidden(), stop::on_signal()?);
    let target = Target { url: &url, keys: &keys, columns: &columns, hidden: &hidden, migrates, stop: &stop };
    let restored = Box::pin(backup::restore(from, target, &by())).await;
    tell(&restored.context("the backup was not restored")?);
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

/// Lets a restored product act again, once somebody has seen what begins with that.
pub async fn resume(values: Values, data: Option<&Path>, yes: bool) -> anyhow::Result<ExitCode> {
    let values = &data.map_or(Ok(values), drift_cli::of_dev)?;
    let db = database::connect_current(&database::url(values)).await?;
    let resumed = release(values, &db, yes).await;
    db.close().await;
    resumed
}

async fn release(values: &Values, db: &Db, yes: bool) -> anyhow::Result<ExitCode> {
    if !backup::is_held(db).await? {
        println!("{NOT_HELD}");
        return Ok(ExitCode::SUCCESS);
    }
    show(&backup::waiting(db).await?);
    for line in left_over(values, db).await {
        println!("{line}");
    }
    if !yes && !is_confirmed()? {
        return Ok(ExitCode::from(STILL_HELD));
    }
    println!("{}", if backup::release(db, &by()).await? { "Resumed." } else { NOT_HELD });
    Ok(ExitCode::SUCCESS)
}

/// What is left over in the upstreams. Dezky is resumed with its database alone, so what hinders the search is told.
async fn left_over(values: &Values, db: &Db) -> Vec<String> {
    let looked = async { Shell::over(Config::read(values)?, db.clone())?.left_over_lines().await };
    Box::pin(looked)
        .await
        .unwrap_or_else(|why: anyhow::Error| vec![format!("Left over: not looked for: {why:#}")])
}

fn show(waiting: &Waiting) {
    let Waiting { steps, removals, mails, invitations } = waiting;
    println!("What starts when it is resumed: unfinished steps: {steps}, mails to send: {mails}");
    if *removals > 0 {
        println!("{removals} removals still wait for an operator to confirm them in the console.");
    }
    if *invitations > 0 {
        println!(
            "The links of {invitations} invitations stopped working with the restore; admins of the workspaces can send them again."
        );
    }
}

fn is_confirmed() -> anyhow::Result<bool> {
    if ask::is_possible() {
        return ask::yes("Resume?");
    }
    eprintln!("dezky: still held; add --yes to resume without being asked");
    Ok(false)
}
