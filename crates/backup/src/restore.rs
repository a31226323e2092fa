//! Putting a copy into an empty place, whole or not at all, and looking that it is what was copied.

use std::path::Path;

use audit::{Context, Finding};
use db::seal::Keys;
use db::sealed::{self, Column};
use db::{Db, Options};
use tokio_util::sync::CancellationToken;

use crate::error::Error;
use crate::facts::{self, Facts};
use crate::folder;
use crate::hold;
use crate::manifest::{Kind, Manifest};
use crate::postgres::{Programs, RESTORE, Server};
use crate::sqlite::Beside;
use crate::stop::{must_go_on, unless_stopped};

/// Where a backup goes, and with what.
#[derive(Clone, Copy)]
pub struct Target<'a> {
    /// The address of the empty place.
    pub url: &'a str,
    /// The keys of secrets at rest.
    pub keys: &'a Keys,
    /// All columns of sealed values.
    pub columns: &'a [Column],
    /// Variables that no program gets.
    pub hidden: &'a [&'a str],
    /// Whether an older schema is brought up to date.
    pub migrates: bool,
    /// Ends it before the place can be opened.
    pub stop: &'a CancellationToken,
}

/// What came of a restore.
#[derive(Debug, Clone)]
pub struct Restored {
    /// What was restored.
    pub manifest: Manifest,
    /// How many migrations the schema lacks.
    pub pending: usize,
    /// How many sealed values can't be opened though their key is there. They are as they were when they were copied.
    pub forged: u64,
    /// What is wrong with the audit log. It was so when it was copied.
    pub findings: Vec<Finding>,
}

/// Puts a backup into an empty place.
pub async fn restore(from: &Path, target: Target<'_>, by: &Context) -> Result<Restored, Error> {
    let manifest = Manifest::read(from)?;
    must_be_known(&manifest)?;
    must_open(&manifest, target.keys)?;
    let data = from.join(manifest.database.kind.file());
    if !data.exists() {
        return Err(Error::no_backup(from, format!("it has no {}", manifest.database.kind.file())));
    }
    let file = db::file_of_url(target.url);
    match (manifest.database.kind, file) {
        (Kind::Sqlite, Some(file)) => into_file(manifest, &data, &file, target, by).await,
        (Kind::Postgres, None) => into_server(manifest, &data, target, by).await,
        (kind, _) => Err(Error::OtherDatabase(kind.name())),
    }
}

/// This program knows the schema.
fn must_be_known(manifest: &Manifest) -> Result<(), Error> {
    let known = migrations::names();
    let unknown: Vec<String> =
        manifest.holds.migrations.iter().filter(|name| !known.contains(name)).cloned().collect();
    if unknown.is_empty() {
        return Ok(());
    }
    Err(Error::Newer { version: manifest.dezky.clone(), unknown })
}

/// The keys that the values were sealed with are there.
fn must_open(manifest: &Manifest, keys: &Keys) -> Result<(), Error> {
    let missing: Vec<String> =
        manifest.holds.keys.keys().filter(|id| keys.ids().all(|known| known != *id)).cloned().collect();
    if missing.is_empty() { Ok(()) } else { Err(Error::NoKeys(missing)) }
}

async fn into_file(
    manifest: Manifest,
    data: &Path,
    file: &Path,
    target: Target<'_>,
    by: &Context,
) -> Result<Restored, Error> {
    let beside = Beside::copy(data, file, &manifest.file, target.stop)?;
    let db = beside.open().await?.sealed_with(target.keys.clone());
    let restored = async {
        let checked = Box::pin(check(&db, &manifest, target));
        let checked = unless_stopped(target.stop, checked).await?;
        mark(&db, manifest, checked, by).await
    };
    match restored.await {
        Ok(restored) => {
            beside.place(&db).await?;
            Ok(restored)
        }
        Err(error) => {
            // Before the file is removed, for who has it open may write beside it.
            db.close().await;
            Err(error)
        }
    }
}

async fn into_server(
    manifest: Manifest,
    data: &Path,
    target: Target<'_>,
    by: &Context,
) -> Result<Restored, Error> {
    let db = Db::connect(target.url, &Options::default()).await?.sealed_with(target.keys.clone());
    let restored = async {
        let server = Server::of(db.read()).await?;
        let programs = Programs::of(target.url, target.hidden, &db, &server)?;
        programs.check(RESTORE, server.major).await?;
        must_be_empty(&db).await?;
        let backup = manifest.database.schema.clone().unwrap_or_default();
        if backup != server.schema {
            return Err(Error::OtherSchema { backup, here: server.schema });
        }
        if folder::measure(data, |_| must_go_on(target.stop))? != manifest.file {
            return Err(Error::Changed(data.to_owned()));
        }
        must_go_on(target.stop)?;
        hold::raise_guard(&db).await?;
        if let Err(error) = unless_stopped(target.stop, programs.restore(&backup, data)).await {
            let is_empty = hold::lower_guard_if_empty(&db, &programs).await;
            return Err(if is_empty { error } else { halfway(error) });
        }
        let checked = Box::pin(check(&db, &manifest, target));
        let checked = unless_stopped(target.stop, checked).await.map_err(halfway)?;
        // Whether this was done must be known, so it isn't stopped any more.
        mark(&db, manifest, checked, by).await
    };
    let restored = restored.await;
    db.close().await;
    restored
}

/// What a stop means where something is in the database already.
fn halfway(error: Error) -> Error {
    if matches!(error, Error::Stopped) { Error::StoppedHalfway } else { error }
}

async fn must_be_empty(db: &Db) -> Result<(), Error> {
    if hold::is_cut_off(db).await? {
        let what = "a restore into this one was cut off; drop the database and create it anew".to_owned();
        return Err(Error::NotEmpty { what });
    }
    match facts::tables(db.read()).await?.first() {
        Some(table) => Err(Error::NotEmpty { what: format!("this database has tables, such as {table}") }),
        None => Ok(()),
    }
}

/// What was found in a copy that is all there.
struct Checked {
    pending: usize,
    forged: u64,
    findings: Vec<Finding>,
}

/// Looks that all is there.
async fn check(db: &Db, manifest: &Manifest, target: Target<'_>) -> Result<Checked, Error> {
    let found = Facts::read(db.read(), target.columns).await?;
    if let Some(difference) = manifest.holds.difference(&found) {
        return Err(Error::Differs(difference));
    }
    let findings = audit::verify(db.read()).await?.findings;
    let columns = facts::present(db.read(), target.columns).await?;
    let forged = sealed::count_forged(db.read(), target.keys, &columns).await?;
    if target.migrates {
        migrations::migrate(db).await?;
    }
    Ok(Checked { pending: migrations::pending(db).await?, forged, findings })
}

/// Marks it as restored, in one transaction with what is told of that.
async fn mark(db: &Db, manifest: Manifest, checked: Checked, by: &Context) -> Result<Restored, Error> {
    let Checked { pending, forged, findings } = checked;
    let now = by.clock.now();
    let tx = db.begin().await?;
    hold::mark(&tx, now, &manifest).await?;
    if pending == 0 {
        hold::prepare_in(&tx, now).await?;
    }
    hold::lower_guard(&*tx).await?;
    hold::record(tx, by, &manifest).await?;
    Ok(Restored { manifest, pending, forged, findings })
}
