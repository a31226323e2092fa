//! What a backup says of itself. It has the fingerprints of keys and hashes of rows, never a key or a secret.

use std::path::Path;

use kernel::Timestamp;
use serde::{Deserialize, Serialize};
use serde_json::Value;

use crate::error::Error;
use crate::facts::Facts;

/// The version of the format that this program writes and reads.
const FORMAT: u64 = 1;
/// The file that says it.
pub(crate) const NAME: &str = "manifest.json";
/// A hundred thousand chains have a manifest a fifth as large.
const MOST_BYTES: u64 = 128 << 20;

/// What a backup says of itself.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Manifest {
    /// The version of the format.
    pub format: u64,
    /// The program that made it.
    pub dezky: String,
    /// The moment that it shows, or a little before.
    pub taken_at: Timestamp,
    /// What was copied.
    pub database: Database,
    /// Where the data are.
    pub file: File,
    /// What is in them.
    pub holds: Facts,
}

/// A database that was copied.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Database {
    /// Which of the two.
    pub kind: Kind,
    /// The version of the server, or of SQLite.
    pub version: String,
    /// The schema that the tables are in, on a server.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub schema: Option<String>,
    /// What the same database of a server has besides, such as `schema sales`: it isn't Dezky's, and isn't copied.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub leaves_out: Vec<String>,
}

/// The two databases.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Kind {
    /// Embedded.
    Sqlite,
    /// A server.
    Postgres,
}

impl Kind {
    /// Its name.
    pub(crate) const fn name(self) -> &'static str {
        match self {
            Self::Sqlite => "SQLite",
            Self::Postgres => "PostgreSQL",
        }
    }

    /// What the data are called in a backup.
    pub(crate) const fn file(self) -> &'static str {
        match self {
            Self::Sqlite => "database.sqlite",
            Self::Postgres => "database.pgdump",
        }
    }
}

/// A file of a backup.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct File {
    /// How long it is.
    pub bytes: u64,
    /// The SHA-256 of it, in hexadecimal.
    pub sha256: String,
}

impl Manifest {
    /// Of data that were copied now.
    pub(crate) fn new(taken_at: Timestamp, database: Database, file: File, holds: Facts) -> Self {
        Self { format: FORMAT, dezky: env!("CARGO_PKG_VERSION").to_owned(), taken_at, database, file, holds }
    }

    /// The manifest of a backup.
    pub(crate) fn read(folder: &Path) -> Result<Self, Error> {
        let path = folder.join(NAME);
        let no_backup = |why: String| Error::no_backup(folder, format!("its {NAME} {why}"));
        let damaged = |error: serde_json::Error| no_backup(format!("is damaged: {error}"));
        let about = std::fs::metadata(&path).map_err(|error| no_backup(format!("can't be read: {error}")))?;
        if about.len() > MOST_BYTES {
            return Err(no_backup("is too long".to_owned()));
        }
        let text = std::fs::read(&path).map_err(Error::io(&path))?;
        let value: Value = serde_json::from_slice(&text).map_err(damaged)?;
        let format = value.get("format").and_then(Value::as_u64);
        if let Some(newer) = format.filter(|format| *format > FORMAT) {
            let version = value.get("dezky").and_then(Value::as_str).unwrap_or("unknown").to_owned();
            return Err(Error::Newer { version, unknown: vec![format!("the format {newer}")] });
        }
        serde_json::from_value(value).map_err(damaged)
    }

    /// As it is written.
    pub(crate) fn text(&self) -> Result<Vec<u8>, Error> {
        serde_json::to_vec_pretty(self).map_err(|error| Error::Damaged(error.to_string()))
    }
}
