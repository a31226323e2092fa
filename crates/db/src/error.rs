//! Database failures, sorted by what they mean to a caller.

use kernel::{Coded, ErrorKind, Explain, Message};
use sea_orm::{DbErr, SqlErr};

/// A failed query or transaction.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// A unique index or primary key has the value already.
    #[error("the value is taken")]
    Duplicate(#[source] DbErr),
    /// Locked, gone, or no connection free: trying again later helps.
    #[error("the database can't be used right now: {0}")]
    Unavailable(#[source] DbErr),
    /// A query that is wrong, or a row that can't be read.
    #[error("a query failed: {0}")]
    Query(#[source] DbErr),
    /// A row holds what no code writes.
    #[error("a row of {table} is damaged: {why}")]
    Damaged {
        /// Where it stands.
        table: &'static str,
        /// What is wrong.
        why: String,
    },
    /// A sealed value can't be opened.
    #[error(transparent)]
    Seal(#[from] crate::seal::Error),
}

impl Error {
    /// A row of `table` holds what no code writes.
    #[expect(clippy::needless_pass_by_value, reason = "so that it fits `map_err` as it is")]
    pub fn damaged(table: &'static str, why: impl ToString) -> Self {
        Self::Damaged { table, why: why.to_string() }
    }

    /// True for a violated unique index.
    pub fn is_duplicate(&self) -> bool {
        matches!(self, Self::Duplicate(_))
    }
}

impl From<DbErr> for Error {
    fn from(error: DbErr) -> Self {
        match error.sql_err() {
            Some(SqlErr::UniqueConstraintViolation(_)) => return Self::Duplicate(error),
            Some(_) => return Self::Query(error),
            None => {}
        }
        let text = error.to_string();
        let transient = [
            "database is locked",
            "database table is locked",
            "unable to open",
            "disk I/O",
            "readonly database",
        ]
        .iter()
        .any(|sign| text.contains(sign));
        match error {
            DbErr::ConnectionAcquire(_) | DbErr::Conn(_) => Self::Unavailable(error),
            _ if transient || lost_connection(&text) => Self::Unavailable(error),
            _ => Self::Query(error),
        }
    }
}

/// sqlx wraps broken sockets and PostgreSQL's shutdown notices in query errors; only the text tells.
fn lost_connection(text: &str) -> bool {
    [
        "error communicating with database",
        "terminating connection",
        "the database system is",
        "Connection refused",
        "Connection reset",
        "Broken pipe",
        "expected to read",
        "unexpected end of file",
        "PoolClosed",
        "pool timed out",
        "could not serialize",
        "deadlock detected",
    ]
    .iter()
    .any(|sign| text.contains(sign))
}

impl Coded for Error {
    fn kind(&self) -> ErrorKind {
        match self {
            Self::Duplicate(_) => ErrorKind::Conflict,
            Self::Unavailable(_) => ErrorKind::Unavailable,
            Self::Query(_) | Self::Damaged { .. } | Self::Seal(_) => ErrorKind::Bug,
        }
    }

    fn code(&self) -> &'static str {
        match self {
            Self::Duplicate(_) => "taken",
            Self::Unavailable(_) => "database-unavailable",
            Self::Query(_) | Self::Damaged { .. } | Self::Seal(_) => "internal",
        }
    }
}

impl Explain for Error {
    fn message(&self) -> Message {
        Message::new(match self {
            Self::Duplicate(_) => "error-taken",
            Self::Unavailable(_) => "error-database-unavailable",
            Self::Query(_) | Self::Damaged { .. } | Self::Seal(_) => "error-internal",
        })
    }
}
