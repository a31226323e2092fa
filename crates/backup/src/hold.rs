//! That a database was restored. Until somebody releases it, the product starts nothing that acts by itself; and one
//! whose restore was cut off is used by nobody.

use audit::{Chain, Context, Entry, Target};
use db::{Backend, Db, Tx};
use kernel::Timestamp;
use migrations::RESTORES;
use sea_orm::{ConnectionTrait, DbBackend};
use serde_json::json;

use crate::aftermath;
use crate::error::Error;
use crate::facts::{self, one};
use crate::manifest::Manifest;
use crate::recorded::Action;

/// The table that stands in a database of a server for as long as it is restored into.
pub(crate) const GUARD: &str = "restoring";

/// True for a database that a restore was begun in and not ended.
pub async fn is_cut_off(db: &Db) -> Result<bool, Error> {
    if db.backend() == Backend::Sqlite {
        return Ok(false);
    }
    // One elsewhere on the search path is somebody else's.
    let table = format!("quote_ident(CAST(current_schema() AS TEXT)) || '.{GUARD}'");
    let query = format!("SELECT to_regclass({table}) IS NOT NULL AS found");
    Ok(one(db.read(), query).await?.try_get("", "found")?)
}

/// Begins a restore. Fails where one was begun before.
pub(crate) async fn raise_guard(db: &Db) -> Result<(), Error> {
    let table = format!("CREATE TABLE {GUARD} (since BIGINT)");
    db.write().await?.execute_unprepared(&table).await?;
    Ok(())
}

/// Ends it, in the transaction that marks the database as restored, or because nothing was restored.
pub(crate) async fn lower_guard(on: &impl ConnectionTrait) -> Result<(), Error> {
    if on.get_database_backend() != DbBackend::Sqlite {
        on.execute_unprepared(&format!("DROP TABLE {GUARD}")).await?;
    }
    Ok(())
}

/// Ends one of which nothing is there, so that the place is as empty as before. Where tables are, it was done after all,
/// and only the answer was lost; where that can't be seen, it may have been.
pub(crate) async fn lower_guard_if_empty(db: &Db) {
    if facts::tables(db.read()).await.is_ok_and(|tables| tables.is_empty()) {
        // What failed before is what is told.
        let _ = lower_guard(db.read()).await;
    }
}

/// Marks a database as restored.
pub(crate) async fn mark(tx: &Tx, now: Timestamp, manifest: &Manifest) -> Result<(), Error> {
    tx.execute_unprepared(RESTORES).await?;
    let (now, taken) = (now.micros(), manifest.taken_at.micros());
    let row = format!("INSERT INTO restores (restored_at, taken_at) VALUES ({now}, {taken})");
    tx.execute_unprepared(&row).await?;
    Ok(())
}

/// Changes in a restored database what must not happen once more, unless that was done. It has the present schema.
pub async fn prepare(db: &Db, now: Timestamp) -> Result<(), Error> {
    let query = "SELECT COUNT(*) AS many FROM restores WHERE prepared_at IS NULL";
    let many: i64 = one(db.read(), query).await?.try_get("", "many")?;
    if many == 0 {
        return Ok(());
    }
    let tx = db.begin().await?;
    prepare_in(&tx, now).await?;
    tx.commit_silently("what must not happen twice is taken out of a restored copy; the restore is recorded")
        .await?;
    Ok(())
}

pub(crate) async fn prepare_in(tx: &Tx, now: Timestamp) -> Result<(), Error> {
    let row = format!("UPDATE restores SET prepared_at = {} WHERE prepared_at IS NULL", now.micros());
    // Instances that start together wait here, and only the first has something to do.
    if tx.execute_unprepared(&row).await?.rows_affected() > 0 {
        aftermath::apply(tx, now).await?;
    }
    Ok(())
}

/// True for a restored database that nobody has released. It has the present schema.
pub async fn is_held(db: &Db) -> Result<bool, Error> {
    let query = "SELECT COUNT(*) AS many FROM restores WHERE released_at IS NULL";
    let many: i64 = one(db.read(), query).await?.try_get("", "many")?;
    Ok(many > 0)
}

/// What begins once a restored database is released.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Waiting {
    /// Steps that aren't done.
    pub steps: i64,
    /// Removals that wait for a person even then.
    pub removals: i64,
    /// Mails that were written since the restore.
    pub mails: i64,
    /// Invitations whose links the restore ended: an admin sends them again.
    pub invitations: i64,
}

/// What begins once a restored database is released.
pub async fn waiting(db: &Db) -> Result<Waiting, Error> {
    let count = async |rows: &str| -> Result<i64, Error> {
        Ok(one(db.read(), format!("SELECT COUNT(*) AS many FROM {rows}")).await?.try_get("", "many")?)
    };
    Ok(Waiting {
        steps: count("resources WHERE stopped_at IS NULL AND status IN ('pending', 'error')").await?,
        removals: count("resources WHERE stopped_at IS NOT NULL AND spec IS NULL").await?,
        mails: count(&format!("mails WHERE next_at < {}", i64::MAX)).await?,
        invitations: count(
            "invitations WHERE accepted_at IS NULL AND revoked_at IS NULL AND secret_hash IS NULL
                AND expires_at IN (SELECT prepared_at FROM restores WHERE released_at IS NULL)",
        )
        .await?,
    })
}

/// Releases a restored database: the product acts by itself again. False where it was not held.
pub async fn release(db: &Db, context: &Context) -> Result<bool, Error> {
    let now = context.clock.now();
    let tx = db.begin().await?;
    // Whoever migrated it may have died before.
    prepare_in(&tx, now).await?;
    let row = format!("UPDATE restores SET released_at = {} WHERE released_at IS NULL", now.micros());
    if tx.execute_unprepared(&row).await?.rows_affected() == 0 {
        return Ok(false);
    }
    aftermath::apply_at_release(&tx, now).await?;
    let entry = Entry::done(Action::BackupRelease, Target::unnamed("platform", &"platform"));
    audit::commit(tx, context, Chain::Platform, entry).await?;
    Ok(true)
}

/// What the log says of a restore.
pub(crate) fn recorded(manifest: &Manifest) -> Entry {
    let after = json!({
        "takenAt": manifest.taken_at, "dezky": manifest.dezky, "sha256": manifest.file.sha256,
    });
    Entry::done(Action::BackupRestore, Target::unnamed("platform", &"platform")).after(after)
}
