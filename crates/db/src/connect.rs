//! Connections and transactions.

use std::ops::Deref;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use sea_orm::sqlx;
use sea_orm::sqlx::sqlite::{SqliteJournalMode, SqliteSynchronous};
use sea_orm::{
    ConnectOptions, ConnectionTrait, Database, DatabaseConnection, DatabaseTransaction, DbBackend, DbErr,
    SqliteTransactionMode, TransactionOptions, TransactionTrait,
};
use tokio::sync::{Notify, OwnedSemaphorePermit, Semaphore};

use crate::Error;
use crate::seal::Keys;

/// The two databases.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Backend {
    /// Embedded.
    Sqlite,
    /// A server, for several instances side by side.
    Postgres,
}

/// How to connect.
#[derive(Debug, Clone)]
pub struct Options {
    /// The most connections of the pool.
    pub connections: u32,
    /// How long a query waits for a connection or a lock.
    pub wait: Duration,
    /// Whether a commit survives the loss of power. Only tests switch it off.
    pub durable: bool,
}

impl Default for Options {
    fn default() -> Self {
        Self { connections: 10, wait: Duration::from_secs(3), durable: true }
    }
}

/// The connections of a pool as they are now.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Pool {
    /// What it is for: `all`, or `read` and `write` where one connection does all the writing.
    pub name: &'static str,
    /// How many are open.
    pub open: u32,
    /// How many of these nobody uses.
    pub idle: u32,
    /// How many there may be.
    pub most: u32,
}

/// A connection that rested for longer is tested before it is used: the server may have gone meanwhile.
const RESTED: Duration = Duration::from_secs(1);

/// A pool of connections. Clones share it.
#[derive(Debug, Clone)]
pub struct Db {
    pool: DatabaseConnection,
    writer: Option<Writer>,
    wait: Duration,
    keys: Arc<Keys>,
    work: Arc<Notify>,
}

/// SQLite has one writer at a time, so one connection does all the writing: what others wrote would make a connection
/// forget all the pages that it knows.
#[derive(Debug, Clone)]
struct Writer {
    connection: DatabaseConnection,
    /// Waiting here is fair; waiting for SQLite's own lock is not.
    turn: Arc<Semaphore>,
}

/// A transaction that may write. Dropping it undoes it.
#[derive(Debug)]
pub struct Tx {
    inner: DatabaseTransaction,
    keys: Arc<Keys>,
    wakes: AtomicBool,
    work: Arc<Notify>,
    _turn: Option<OwnedSemaphorePermit>,
}

/// The word of the log that it tells of what a transaction does.
#[derive(Debug)]
pub struct Recorded(());

impl Recorded {
    /// For the crate `audit` alone, which `cargo xtask tidy` holds to.
    pub fn by_the_log() -> Self {
        Self(())
    }
}

/// The pool, for one statement that writes. Holding it for longer holds up other writers.
#[derive(Debug)]
pub struct Write<'a> {
    pool: &'a DatabaseConnection,
    _turn: Option<OwnedSemaphorePermit>,
}

impl Db {
    /// Connects to `sqlite:<path>` or `postgres://...`; a missing SQLite file is made.
    pub async fn connect(url: &str, options: &Options) -> Result<Self, Error> {
        let pool = open(url, options, options.connections).await?;
        let writer = if pool.get_database_backend() == DbBackend::Sqlite {
            let connection = open(url, options, 1).await?;
            Some(Writer { connection, turn: Arc::new(Semaphore::new(1)) })
        } else {
            None
        };
        let keys = Arc::new(Keys::new(&[Keys::generate()])?);
        Ok(Self { pool, writer, wait: options.wait, keys, work: Arc::default() })
    }

    /// The same with the keys of secrets at rest. Without, each connection has one of its own, that no other opens.
    pub fn sealed_with(self, keys: Keys) -> Self {
        Self { keys: Arc::new(keys), ..self }
    }

    /// The keys of secrets at rest.
    pub fn keys(&self) -> &Keys {
        &self.keys
    }

    /// Notified when a transaction lasts that left work ([`Tx::wake`]).
    pub fn work(&self) -> &Notify {
        &self.work
    }

    /// For reading outside a transaction.
    pub fn read(&self) -> &DatabaseConnection {
        &self.pool
    }

    /// Which database it is.
    pub fn backend(&self) -> Backend {
        if self.writer.is_some() { Backend::Sqlite } else { Backend::Postgres }
    }

    /// Begins a transaction that may write.
    pub async fn begin(&self) -> Result<Tx, Error> {
        let turn = self.turn().await?;
        let options = TransactionOptions {
            sqlite_transaction_mode: self.writer.is_some().then_some(SqliteTransactionMode::Immediate),
            ..TransactionOptions::default()
        };
        let inner = self.writing().begin_with_options(options).await?;
        let (keys, work) = (self.keys.clone(), self.work.clone());
        Ok(Tx { inner, keys, wakes: AtomicBool::new(false), work, _turn: turn })
    }

    /// For one statement that writes, without the cost of a transaction.
    pub async fn write(&self) -> Result<Write<'_>, Error> {
        Ok(Write { pool: self.writing(), _turn: self.turn().await? })
    }

    fn writing(&self) -> &DatabaseConnection {
        self.writer.as_ref().map_or(&self.pool, |writer| &writer.connection)
    }

    async fn turn(&self) -> Result<Option<OwnedSemaphorePermit>, Error> {
        let Some(Writer { turn, .. }) = self.writer.clone() else { return Ok(None) };
        let busy = || Error::Unavailable(DbErr::Custom("the database is busy writing".into()));
        let waited = tokio::time::timeout(self.wait * 3, turn.acquire_owned()).await.map_err(|_| busy())?;
        Ok(Some(waited.map_err(|_| busy())?))
    }

    /// Answers when the database answers.
    pub async fn ping(&self) -> Result<(), Error> {
        Ok(self.pool.execute_unprepared("SELECT 1").await.map(|_| ())?)
    }

    /// Its pools.
    pub fn pools(&self) -> Vec<Pool> {
        let Some(writer) = &self.writer else {
            let pool = self.pool.get_postgres_connection_pool();
            return vec![of_pool("all", pool)];
        };
        let read = self.pool.get_sqlite_connection_pool();
        vec![of_pool("read", read), of_pool("write", writer.connection.get_sqlite_connection_pool())]
    }

    /// Closes all connections.
    pub async fn close(&self) {
        let writer = self.writer.as_ref().map(|writer| &writer.connection);
        for pool in [Some(&self.pool), writer].into_iter().flatten() {
            if let Err(error) = pool.clone().close().await {
                tracing::warn!(%error, "the database did not close cleanly");
            }
        }
    }
}

/// The address of an embedded database in that file.
pub fn url_of_file(file: &Path) -> String {
    let path = file.display().to_string();
    let path = path.replace('%', "%25").replace('?', "%3F").replace('#', "%23");
    format!("sqlite:{path}")
}

/// The file that an address of an embedded database names; [`url_of_file`] writes these.
pub fn file_of_url(url: &str) -> Option<PathBuf> {
    let path = url.strip_prefix("sqlite:")?.trim_start_matches("//");
    let path = path.split('?').next().unwrap_or(path);
    Some(path.replace("%3F", "?").replace("%23", "#").replace("%25", "%").into())
}

fn of_pool<D: sqlx::Database>(name: &'static str, pool: &sqlx::Pool<D>) -> Pool {
    let idle = u32::try_from(pool.num_idle()).unwrap_or(u32::MAX);
    Pool { name, open: pool.size(), idle, most: pool.options().get_max_connections() }
}

async fn open(url: &str, options: &Options, connections: u32) -> Result<DatabaseConnection, Error> {
    let mut connect = ConnectOptions::new(url);
    connect
        .max_connections(connections)
        .acquire_timeout(options.wait)
        .connect_timeout(options.wait)
        // A test of each connection before each use would double the way to a server.
        .test_before_acquire_if_idle_for(RESTED)
        .sqlx_logging(false);
    let (wait, durable) = (options.wait, options.durable);
    connect.map_sqlx_sqlite_opts(move |sqlite| {
        sqlite
            .create_if_missing(true)
            .foreign_keys(true)
            .journal_mode(SqliteJournalMode::Wal)
            .synchronous(if durable { SqliteSynchronous::Full } else { SqliteSynchronous::Off })
            .busy_timeout(wait)
            // What is deleted or written over is gone from the file too.
            .pragma("secure_delete", "ON")
    });
    Ok(Database::connect(connect).await?)
}

impl Tx {
    /// The keys of secrets at rest.
    pub fn keys(&self) -> &Keys {
        &self.keys
    }

    /// Makes it last. What was done is recorded in the log, in this transaction.
    pub async fn commit(self, _: Recorded) -> Result<(), Error> {
        self.last().await
    }

    /// Makes it last: as recorded, or where there was nothing to record, without. `why` says what it is then.
    pub async fn commit_if(self, _: Option<Recorded>, _why: &'static str) -> Result<(), Error> {
        self.last().await
    }

    /// Makes it last without a record: it is nobody's action, and `why` says what it is.
    pub async fn commit_silently(self, _why: &'static str) -> Result<(), Error> {
        self.last().await
    }

    /// Once this lasts, wakes those who wait for work ([`Db::work`]).
    pub fn wake(&self) {
        self.wakes.store(true, Ordering::Relaxed);
    }

    async fn last(self) -> Result<(), Error> {
        self.inner.commit().await?;
        if self.wakes.into_inner() {
            self.work.notify_waiters();
        }
        Ok(())
    }
}

impl Deref for Write<'_> {
    type Target = DatabaseConnection;

    fn deref(&self) -> &DatabaseConnection {
        self.pool
    }
}

impl Deref for Tx {
    type Target = DatabaseTransaction;

    fn deref(&self) -> &DatabaseTransaction {
        &self.inner
    }
}
