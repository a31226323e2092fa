//! Copies of an embedded database. `VACUUM INTO` reads one moment of it and, as the log is written ahead, holds up no
//! writer; it leaves the bytes to the system's cache, so that whoever calls it syncs them.

use std::io::Write as _;
use std::path::{Path, PathBuf};

use db::sealed::Column;
use db::{Db, Options};
use sea_orm::ConnectionTrait as _;
use tokio_util::sync::CancellationToken;

use crate::error::Error;
use crate::facts::{Facts, one};
use crate::folder::{self, beside};
use crate::manifest::{Database, File, Kind};
use crate::stop::must_go_on;

/// What SQLite keeps beside a database while it is used.
const BESIDE: [&str; 3] = ["-wal", "-shm", "-journal"];

/// Copies a database into a file, and says what is in the copy.
pub(crate) async fn copy(db: &Db, to: &Path, columns: &[Column]) -> Result<(Database, Facts), Error> {
    let path = to.to_str().ok_or_else(|| Error::BadPath(to.to_owned()))?;
    let size = "SELECT page_count * page_size AS bytes FROM pragma_page_count(), pragma_page_size()";
    let bytes: i64 = one(db.read(), size).await?.try_get("", "bytes")?;
    folder::must_have_room(to, u64::try_from(bytes).unwrap_or_default())?;
    let vacuum = format!("VACUUM INTO '{}'", path.replace('\'', "''"));
    db.read().execute_unprepared(&vacuum).await?;
    let copy = open(to).await?;
    let read = read(&copy, columns).await;
    close(&copy, to).await?;
    read
}

async fn read(copy: &Db, columns: &[Column]) -> Result<(Database, Facts), Error> {
    let check: String =
        one(copy.read(), "SELECT integrity_check AS said FROM pragma_integrity_check LIMIT 1")
            .await?
            .try_get("", "said")?;
    if check != "ok" {
        return Err(Error::Damaged(check));
    }
    let version = one(copy.read(), "SELECT sqlite_version() AS version").await?.try_get("", "version")?;
    let database = Database { kind: Kind::Sqlite, version, schema: None, leaves_out: Vec::new() };
    Ok((database, Facts::read(copy.read(), columns).await?))
}

/// Opens a copy that nobody else has open.
async fn open(file: &Path) -> Result<Db, Error> {
    Ok(Db::connect(&db::url_of_file(file), &Options { connections: 2, ..Options::default() }).await?)
}

/// Closes it, so that all that was written is in the one file.
async fn close(copy: &Db, file: &Path) -> Result<(), Error> {
    copy.close().await;
    match BESIDE.map(|end| beside(file, end)).into_iter().find(|path| path.exists()) {
        Some(left) => Err(Error::Damaged(format!("{} was left", left.display()))),
        None => Ok(()),
    }
}

/// A database that is made beside its place. Dropping it removes it.
#[derive(Debug)]
pub(crate) struct Beside {
    at: PathBuf,
    to: PathBuf,
}

impl Beside {
    /// Copies the data of a backup, which must be those that the manifest tells of. Neither the place nor what SQLite
    /// would keep beside it may be there: a log of another database would be read into this one.
    pub fn copy(data: &Path, to: &Path, expected: &File, stop: &CancellationToken) -> Result<Self, Error> {
        if let Some(taken) = present(to).first() {
            return Err(Error::NotEmpty { what: format!("{} exists", taken.display()) });
        }
        let at = beside(to, ".restoring");
        // A restore that was killed leaves its log, which would be read into this one.
        let paths = present(&at);
        if !paths.is_empty() {
            return Err(Error::Begun { paths, what: "restore" });
        }
        folder::make_parent(to)?;
        folder::must_have_room(to, expected.bytes)?;
        let mut written = folder::create(&at)?;
        let made = Self { at, to: to.to_owned() };
        let found = folder::measure(data, |part| {
            must_go_on(stop)?;
            written.write_all(part).map_err(Error::io(&made.at))
        })?;
        if found != *expected {
            return Err(Error::Changed(data.to_owned()));
        }
        written.sync_all().map_err(Error::io(&made.at))?;
        Ok(made)
    }

    /// Opens it.
    pub async fn open(&self) -> Result<Db, Error> {
        open(&self.at).await
    }

    /// Puts it into its place, unless something came there meanwhile.
    pub async fn place(self, db: &Db) -> Result<(), Error> {
        close(db, &self.at).await?;
        folder::sync(&self.at)?;
        std::fs::hard_link(&self.at, &self.to).map_err(Error::io(&self.to))?;
        std::fs::remove_file(&self.at).map_err(Error::io(&self.at))?;
        folder::sync_parent(&self.to)
    }
}

impl Drop for Beside {
    fn drop(&mut self) {
        for path in all_of(&self.at) {
            let _ = std::fs::remove_file(path);
        }
    }
}

/// A database, and all that SQLite may keep beside it.
fn all_of(file: &Path) -> [PathBuf; 4] {
    ["", BESIDE[0], BESIDE[1], BESIDE[2]].map(|end| beside(file, end))
}

/// What there is of it.
fn present(file: &Path) -> Vec<PathBuf> {
    all_of(file).into_iter().filter(|path| std::fs::symlink_metadata(path).is_ok()).collect()
}
