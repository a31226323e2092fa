//! That a database was restored. Until somebody releases it, the product starts nothing that acts by itself; and one
//! whose restore was cut off is used by nobody.

use audit::{Chain, Context, Entry, Target};
use db::{Backend, Db, Tx};
use kernel::Timestamp;
use migrations::RESTORES;
use sea_orm::{ConnectionTrait, DbBackend, Statement};
use serde_json::{Value, json};

use crate::aftermath;
use crate::error::Error;
use crate::facts::{self, one};
use crate::manifest::Manifest;
use crate::postgres::Programs;
use crate::recorded::Action;

/// The table that stands in a database of a server for as long as it is restored into.
pub(crate) const GUARD: &str = "restoring";
/// How many chains of the log are listed at a time.
const CHAINS: u64 = 500;

/// True for a database that a restore was begun in and not ended.
pub async fn is_cut_off(db: &Db) -> Result<bool, Error> {
    if db.backend() == Backend::Sqlite {
        return Ok(false);
    }
    let query = format!("SELECT {} IS NOT NULL AS found", guard());
    Ok(one(db.read(), query).await?.try_get("", "found")?)
}

/// The guard in the schema of Dezky, as a server finds it: one elsewhere on the search path is somebody else's.
fn guard() -> String {
    format!("to_regclass(quote_ident(CAST(current_schema() AS TEXT)) || '.{GUARD}')")
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
/// and only the answer was lost; where that can't be seen, it may have been. True once it is ended.
pub(crate) async fn lower_guard_if_empty(db: &Db, programs: &Programs<'_>) -> bool {
    let is_empty =
        programs.end(db).await && facts::tables(db.read()).await.is_ok_and(|tables| tables.is_empty());
    // What failed before is what is told.
    is_empty && lower_guard(db.read()).await.is_ok()
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

/// Whether a database was restored and waits to be released.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Standing {
    /// Nothing holds it.
    Free,
    /// It was restored, and nobody has released it.
    Held(Hold),
    /// A restore into it was begun and not ended.
    CutOff,
}

/// A restore that nobody has released.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Hold {
    /// The moment that the backup shows.
    pub taken_at: Timestamp,
    /// When it was restored.
    pub restored_at: Timestamp,
}

/// How a database of the present schema stands. It is asked at every request, so it is one statement.
pub async fn standing(db: &Db) -> Result<Standing, db::Error> {
    let on = db.read();
    let is_cut_off = match db.backend() {
        Backend::Sqlite => "0".to_owned(),
        Backend::Postgres => format!("CASE WHEN {} IS NULL THEN 0 ELSE 1 END", guard()),
    };
    let query = format!(
        "SELECT CAST({is_cut_off} AS BIGINT) AS cut_off, restores.taken_at AS taken_at,
            restores.restored_at AS restored_at
         FROM (SELECT 1 AS one) AS present LEFT JOIN restores ON restores.released_at IS NULL
         ORDER BY restores.restored_at DESC LIMIT 1"
    );
    let row = on.query_one_raw(Statement::from_string(on.get_database_backend(), query)).await?;
    let Some(row) = row else { return Ok(Standing::Free) };
    if row.try_get::<i64>("", "cut_off")? != 0 {
        return Ok(Standing::CutOff);
    }
    let taken_at: Option<i64> = row.try_get("", "taken_at")?;
    let restored_at: Option<i64> = row.try_get("", "restored_at")?;
    Ok(taken_at.zip(restored_at).map_or(Standing::Free, |(taken_at, restored_at)| {
        let at = Timestamp::from_micros;
        Standing::Held(Hold { taken_at: at(taken_at), restored_at: at(restored_at) })
    }))
}

/// True for a restored database that nobody has released. It has the present schema.
pub async fn is_held(db: &Db) -> Result<bool, Error> {
    Ok(matches!(standing(db).await?, Standing::Held(_)))
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
        steps: count(
            "resources WHERE (stopped_at IS NULL OR spec IS NOT NULL) AND status IN ('pending', 'error')",
        )
        .await?,
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

/// Records a restore in each chain, in the transaction that marks the database as restored: whoever reads one of them
/// sees from when on it lacks what happened.
pub(crate) async fn record(tx: Tx, by: &Context, manifest: &Manifest) -> Result<(), Error> {
    let mut after = String::new();
    loop {
        let chains = audit::chains_after(&*tx, &after, CHAINS).await?;
        let Some(last) = chains.last() else { break };
        after.clone_from(last);
        let names = aftermath::workspaces(&tx, &chains).await?;
        for chain in chains.iter().filter_map(|name| Chain::parse(name)) {
            let Chain::Tenant(id) = chain else { continue };
            let id = id.to_string();
            let target = Target::thing("tenant", &id, names.get(&id).unwrap_or(&id));
            audit::append(&tx, by, chain, restored(target, json!({"takenAt": manifest.taken_at}))).await?;
        }
    }
    let after = json!({
        "takenAt": manifest.taken_at, "dezky": manifest.dezky, "sha256": manifest.file.sha256,
    });
    let target = Target::unnamed("platform", &"platform");
    Ok(audit::commit(tx, by, Chain::Platform, restored(target, after)).await?)
}

fn restored(target: Target, after: Value) -> Entry {
    Entry::done(Action::BackupRestore, target).after(after)
}
