//! Why a database can't be copied or put back.

use std::path::{Path, PathBuf};

use sea_orm::DbErr;

/// Nothing was made, or what was made can't be taken for a whole.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// The database did not do what was asked of it.
    #[error(transparent)]
    Db(#[from] db::Error),
    /// A file can't be read or written.
    #[error("{} can't be used: {why}", .path.display())]
    Io {
        /// Which.
        path: PathBuf,
        /// Why.
        why: std::io::Error,
    },
    /// The place of a copy is taken.
    #[error("{} exists already; choose another name", .0.display())]
    Taken(PathBuf),
    /// Somebody is at it, or was and did not come to the end.
    #[error("in the way: {}. Another {what} is running, or one was cut off; in that case remove this", listed(.paths))]
    Begun {
        /// What is in the way.
        paths: Vec<PathBuf>,
        /// A backup, or a restore.
        what: &'static str,
    },
    /// A signal ended it, and nothing of it is left.
    #[error("stopped by a signal; nothing of it is left, so it can be run again")]
    Stopped,
    /// A signal ended a restore into a server when there was something in the database already.
    #[error(
        "stopped by a signal; the database holds what was restored so far and every command refuses it: drop it, create \
         it anew and restore again"
    )]
    StoppedHalfway,
    /// There is less room than it takes.
    #[error("{} has room for {free} bytes, and {needed} are needed; free some or choose another place", .path.display())]
    NoRoom {
        /// Where.
        path: PathBuf,
        /// How much there is.
        free: u64,
        /// How much there must be.
        needed: u64,
    },
    /// A path that SQLite or a program can't be told.
    #[error("{} must be a path in UTF-8", .0.display())]
    BadPath(PathBuf),
    /// The database was never migrated.
    #[error("this is no database of Dezky; run `dezky migrate` first")]
    NoDatabase,
    /// The copy of an embedded database is damaged, and so is what it was copied from.
    #[error("the database is damaged: {0}")]
    Damaged(String),
    /// A program is not there.
    #[error(
        "{0} isn't installed or not on PATH; install PostgreSQL's client programs (Debian: postgresql-client)"
    )]
    NoProgram(&'static str),
    /// A program is older than what it is to work with.
    #[error(
        "{program} is of version {has}, too old for PostgreSQL {needs}; install version {needs} or newer"
    )]
    OldProgram {
        /// Which.
        program: &'static str,
        /// Its major version.
        has: u32,
        /// What is needed.
        needs: u32,
    },
    /// A program says what an older server doesn't understand.
    #[error(
        "{program} is of version {has}, too new for PostgreSQL {server}: from version {first} on it needs such a server; \
         install the client programs of version {server} (Debian: postgresql-client-{server}) and put \
         /usr/lib/postgresql/{server}/bin first on PATH"
    )]
    NewProgram {
        /// Which.
        program: &'static str,
        /// Its major version.
        has: u32,
        /// The server's.
        server: u32,
        /// Since which version both must be of it.
        first: u32,
    },
    /// A program failed.
    #[error("{program} failed: {said}")]
    Program {
        /// Which.
        program: &'static str,
        /// The end of what it said.
        said: String,
    },
    /// The address of the database can't be read. It isn't repeated: it may hold a password.
    #[error("DATABASE_URL can't be read as the address of a database")]
    BadUrl,
    /// The folder is no backup.
    #[error("{} is no complete backup: {why}", .path.display())]
    NoBackup {
        /// The folder.
        path: PathBuf,
        /// Why not.
        why: String,
    },
    /// The data aren't those that were backed up.
    #[error("{} isn't what was backed up: its SHA-256 differs from the manifest's", .0.display())]
    Changed(PathBuf),
    /// One database can't be restored into the other.
    #[error("this is a backup of {0}; set DATABASE_URL to such a database")]
    OtherDatabase(&'static str),
    /// The dump names its schema.
    #[error(
        "the backup is of the schema {backup}, and this database would use {here}; set its search_path, as in \
         ?options=-csearch_path={backup}"
    )]
    OtherSchema {
        /// Where it was.
        backup: String,
        /// Where it would be.
        here: String,
    },
    /// A newer program made the backup.
    #[error("the backup was made by a newer Dezky ({version}): this one doesn't know {}", .unknown.join(", "))]
    Newer {
        /// The version that made it.
        version: String,
        /// What is not known here.
        unknown: Vec<String>,
    },
    /// Something is there already.
    #[error("a backup is restored into an empty place only, and {what}")]
    NotEmpty {
        /// What is there.
        what: String,
    },
    /// Keys are missing.
    #[error(
        "the backup has values sealed with keys that aren't in ENCRYPTION_KEYS; add the keys with the fingerprints {}",
        .0.join(", ")
    )]
    NoKeys(Vec<String>),
    /// What was restored isn't what the manifest says.
    #[error("what was restored isn't what the manifest says: {0}")]
    Differs(String),
}

impl Error {
    /// A file or folder can't be used.
    pub(crate) fn io(path: &Path) -> impl FnOnce(std::io::Error) -> Self {
        move |why| Self::Io { path: path.to_owned(), why }
    }

    /// A folder is no backup.
    pub(crate) fn no_backup(path: &Path, why: impl Into<String>) -> Self {
        Self::NoBackup { path: path.to_owned(), why: why.into() }
    }
}

/// All of them, one after the other.
fn listed(paths: &[PathBuf]) -> String {
    let shown: Vec<String> = paths.iter().map(|path| path.display().to_string()).collect();
    shown.join(", ")
}

impl From<DbErr> for Error {
    fn from(error: DbErr) -> Self {
        Self::Db(error.into())
    }
}
