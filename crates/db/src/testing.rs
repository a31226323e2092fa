//! Databases for tests: SQLite in a folder of its own or, when `TEST_DATABASE_URL` names a PostgreSQL server, a
//! new database there. The whole suite runs once with and once without it.

use std::path::PathBuf;
use std::time::Duration;

use sea_orm::ConnectionTrait as _;

use crate::{Db, Options};

/// A database of one test, without tables; dropped with this.
#[derive(Debug)]
pub struct TestDb {
    /// The connection pool.
    pub db: Db,
    /// Its address, for a second pool or process.
    pub url: String,
    folder: Option<PathBuf>,
}

impl Drop for TestDb {
    fn drop(&mut self) {
        if let Some(folder) = &self.folder {
            let _ = std::fs::remove_dir_all(folder);
        }
    }
}

/// An empty database.
///
/// # Panics
/// When it can't be made: a test can't go on without it.
#[expect(clippy::expect_used, clippy::disallowed_methods, reason = "only tests call it")]
pub async fn empty() -> TestDb {
    let name = format!("dezky_{}", kernel::id::RequestId::new(&kernel::Clock::System));
    let options = Options { connections: 6, wait: Duration::from_secs(10), durable: false };
    let (url, folder) = if let Ok(server) = std::env::var("TEST_DATABASE_URL") {
        let server = server.trim_end_matches('/');
        let admin =
            Db::connect(&format!("{server}/postgres"), &options).await.expect("the test server answers");
        let create = format!("CREATE DATABASE {name}");
        admin.read().execute_unprepared(&create).await.expect("the test role may create databases");
        admin.close().await;
        (format!("{server}/{name}"), None)
    } else {
        let folder = std::env::temp_dir().join(&name);
        std::fs::create_dir_all(&folder).expect("the temporary folder is writable");
        (format!("sqlite:{}", folder.join("test.db").display()), Some(folder))
    };
    let db = Db::connect(&url, &options).await.expect("the test database opens");
    TestDb { db, url, folder }
}
