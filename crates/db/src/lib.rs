//! The way to the database: SQLite or PostgreSQL, chosen by the URL, with one behaviour. Also secrets at rest and
//! the databases that tests use. Knows no table.

#![warn(missing_docs)]

mod connect;
mod error;
pub mod find;
pub mod seal;
pub mod sealed;
pub mod testing;

pub use connect::{Backend, Db, Options, Pool, Recorded, Tx, Write, file_of_url, url_of_file};
pub use error::Error;
/// What statements are sent on: the pool, or a transaction.
pub use sea_orm::ConnectionTrait as Connection;
