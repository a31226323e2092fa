//! Taking a copy of the database while it is used.

use std::path::Path;

use audit::{Chain, Context, Entry, Target};
use db::sealed::Column;
use db::{Backend, Db};
use sea_orm::{AccessMode, ConnectionTrait as _, IsolationLevel, TransactionTrait as _};
use serde_json::json;
use tokio_util::sync::CancellationToken;

use crate::error::Error;
use crate::facts::{Facts, one};
use crate::folder::{self, Partial};
use crate::manifest::{self, Database, Kind, Manifest};
use crate::postgres::{DUMP, Programs, Server};
use crate::recorded::Action;
use crate::sqlite;
use crate::stop::unless_stopped;

/// What is copied.
#[derive(Clone, Copy)]
pub struct Source<'a> {
    /// The database.
    pub db: &'a Db,
    /// Its address.
    pub url: &'a str,
    /// All columns of sealed values.
    pub columns: &'a [Column],
    /// Variables that no program gets.
    pub hidden: &'a [&'a str],
    /// Ends it, with nothing left of it.
    pub stop: &'a CancellationToken,
}

/// Copies a database into a new folder. All that was committed before is in it, and it is there whole or not at all.
pub async fn make(source: Source<'_>, to: &Path, by: &Context) -> Result<Manifest, Error> {
    let partial = Partial::create(to)?;
    unless_stopped(source.stop, Box::pin(fill(source, partial, by))).await
}

async fn fill(source: Source<'_>, partial: Partial, by: &Context) -> Result<Manifest, Error> {
    let taken_at = by.clock.now();
    let kind = match source.db.backend() {
        Backend::Sqlite => Kind::Sqlite,
        Backend::Postgres => Kind::Postgres,
    };
    let data = partial.file(kind.file());
    let (database, facts) = match kind {
        Kind::Sqlite => sqlite::copy(source.db, &data, source.columns).await?,
        Kind::Postgres => dump(source, &data).await?,
    };
    let manifest = Manifest::new(taken_at, database, folder::seal(&data, source.stop)?, facts);
    partial.write(manifest::NAME, &manifest.text()?)?;
    // Before it has its name: none is there that the log doesn't tell of. Nothing is waited for in between.
    record(source.db, by, &manifest).await?;
    partial.complete()?;
    Ok(manifest)
}

/// The programs copy what our own transaction sees, so that the manifest tells of the same moment.
async fn dump(source: Source<'_>, to: &Path) -> Result<(Database, Facts), Error> {
    let server = Server::of(source.db.read()).await?;
    let programs = Programs::of(source.url, source.hidden, source.db, &server)?;
    programs.check(DUMP, server.major).await?;
    let read_only = (Some(IsolationLevel::RepeatableRead), Some(AccessMode::ReadOnly));
    let snapshot = source.db.read().begin_with_config(read_only.0, read_only.1).await?;
    // It rests while the program works.
    snapshot.execute_unprepared("SET LOCAL idle_in_transaction_session_timeout = 0").await?;
    let id: String = one(&snapshot, "SELECT pg_export_snapshot() AS id").await?.try_get("", "id")?;
    let facts = Facts::read(&snapshot, source.columns).await?;
    let leaves_out = Server::others(&snapshot).await?;
    programs.dump(&server.schema, &id, to).await?;
    snapshot.rollback().await?;
    let Server { version, schema, .. } = server;
    Ok((Database { kind: Kind::Postgres, version, schema: Some(schema), leaves_out }, facts))
}

/// Whoever has a copy can read all that is in it, so the log tells of it.
async fn record(db: &Db, by: &Context, manifest: &Manifest) -> Result<(), Error> {
    let after = json!({"sha256": manifest.file.sha256, "bytes": manifest.file.bytes});
    let entry = Entry::done(Action::BackupCreate, Target::unnamed("platform", &"platform")).after(after);
    let tx = db.begin().await?;
    Ok(audit::commit(tx, by, Chain::Platform, entry).await?)
}
