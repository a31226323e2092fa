//! Databases for tests: SQLite in a folder of its own or, when `TEST_DATABASE_URL` names a PostgreSQL server, a
//! new database there. The whole suite runs once with and once without it.

use std::fs::{self, File};
use std::path::{Path, PathBuf};
use std::time::Duration;

use sea_orm::ConnectionTrait as _;

use crate::{Db, Options};

/// The file of a database that isn't on a server.
const FILE: &str = "test.db";

/// A database of one test; dropped with this.
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
            let _ = fs::remove_dir_all(folder);
        }
    }
}

/// An empty database, without tables.
///
/// # Panics
/// When it can't be made: a test can't go on without it.
pub async fn empty() -> TestDb {
    match server() {
        Some(server) => on_server(&server, "").await,
        None => in_folder(None).await,
    }
}

/// A copy of a database that nobody has open: a file of SQLite, or the address of one on the test's server.
///
/// # Panics
/// When it can't be made.
pub async fn copy_of(url: &str) -> TestDb {
    match server() {
        Some(server) => {
            let (_, name) = url.rsplit_once('/').unwrap_or_default();
            on_server(&server, &format!(" TEMPLATE {name}")).await
        }
        None => in_folder(Some(Path::new(url.trim_start_matches("sqlite:")))).await,
    }
}

/// A folder that `make` fills once in a run of the tests, for all of them to read: what takes long to make and is the
/// same for each test. Its address is told to `make`; one that fails leaves the next test to try again.
///
/// # Panics
/// When it can't be made.
#[expect(clippy::expect_used, reason = "only tests call it")]
pub async fn once(name: &str, make: impl AsyncFnOnce(&Path)) -> PathBuf {
    let kind = if server().is_some() { "server" } else { "file" };
    let run = variable("NEXTEST_RUN_ID").unwrap_or_else(|| std::process::id().to_string());
    let all = std::env::temp_dir().join("dezky-tests").join(format!("{run}-{kind}"));
    fs::create_dir_all(&all).expect("the temporary folder is writable");
    let lock = File::create(all.join(format!("{name}.lock"))).expect("the folder is writable");
    lock.lock().expect("the lock can be taken");
    let (folder, is_made) = (all.join(name), all.join(format!("{name}.made")));
    if !is_made.exists() {
        remove_old(&all);
        let _ = fs::remove_dir_all(&folder);
        fs::create_dir(&folder).expect("the folder is writable");
        make(&folder).await;
        File::create(is_made).expect("the folder is writable");
    }
    folder
}

/// Runs that were before leave their folders; none lasts for hours.
fn remove_old(run: &Path) {
    let is_old = |folder: &Path| {
        let changed = fs::metadata(folder).and_then(|about| about.modified());
        changed.is_ok_and(|at| at.elapsed().is_ok_and(|age| age > Duration::from_hours(6)))
    };
    for folder in run.parent().and_then(|all| fs::read_dir(all).ok()).into_iter().flatten().flatten() {
        if is_old(&folder.path()) {
            let _ = fs::remove_dir_all(folder.path());
        }
    }
}

impl TestDb {
    /// Closes it and keeps it to be copied, in a folder unless it is on a server; gives its address.
    ///
    /// # Panics
    /// When the folder can't be written to.
    #[expect(clippy::expect_used, reason = "only tests call it")]
    pub async fn keep(self, kept: &Path) -> String {
        self.db.close().await;
        let Some(folder) = &self.folder else { return self.url.clone() };
        let file = kept.join(FILE);
        fs::copy(folder.join(FILE), &file).expect("the folder is writable");
        format!("sqlite:{}", file.display())
    }
}

/// The server of the run, if it is one.
fn server() -> Option<String> {
    Some(variable("TEST_DATABASE_URL")?.trim_end_matches('/').to_owned())
}

#[expect(
    clippy::disallowed_methods,
    reason = "what a run of the tests is told, not the product's configuration"
)]
fn variable(name: &str) -> Option<String> {
    std::env::var(name).ok()
}

fn name() -> String {
    format!("dezky_{}", kernel::id::RequestId::new(&kernel::Clock::System))
}

fn options() -> Options {
    Options { connections: 6, wait: Duration::from_secs(10), durable: false }
}

#[expect(clippy::expect_used, reason = "only tests call it")]
async fn on_server(server: &str, template: &str) -> TestDb {
    let (name, options) = (name(), options());
    let admin = Db::connect(&format!("{server}/postgres"), &options).await.expect("the test server answers");
    let create = format!("CREATE DATABASE {name}{template}");
    admin.read().execute_unprepared(&create).await.expect("the test role may create databases");
    admin.close().await;
    let url = format!("{server}/{name}");
    let db = Db::connect(&url, &options).await.expect("the test database opens");
    TestDb { db, url, folder: None }
}

#[expect(clippy::expect_used, reason = "only tests call it")]
async fn in_folder(of: Option<&Path>) -> TestDb {
    let folder = std::env::temp_dir().join(name());
    fs::create_dir_all(&folder).expect("the temporary folder is writable");
    let file = folder.join(FILE);
    if let Some(of) = of {
        fs::copy(of, &file).expect("the database to copy is there");
    }
    let url = format!("sqlite:{}", file.display());
    let db = Db::connect(&url, &options()).await.expect("the test database opens");
    TestDb { db, url, folder: Some(folder) }
}
