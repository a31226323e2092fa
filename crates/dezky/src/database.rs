//! The database: which one, and the way to it.

use std::path::Path;

use anyhow::Context as _;
use db::{Db, Options};

use crate::config::{Values, text};
use crate::private;

/// Where the database is unless it is configured.
const USUAL: &str = "sqlite:var/dezky.db";

/// The address of the database.
pub fn url(values: &Values) -> String {
    text(values, "DATABASE_URL").unwrap_or(USUAL).to_owned()
}

/// The address of an embedded database in that file.
pub fn embedded(file: &Path) -> String {
    let path = file.display().to_string();
    let path = path.replace('%', "%25").replace('?', "%3F").replace('#', "%23");
    format!("sqlite:{path}")
}

/// The path that an address of SQLite names; [`embedded`] writes these.
fn percent_decoded(path: &str) -> String {
    path.replace("%3F", "?").replace("%23", "#").replace("%25", "%")
}

/// Connects; makes the folder of an embedded database. Errors never repeat the address: it may hold a password.
pub async fn connect(url: &str) -> anyhow::Result<Db> {
    let path = url.strip_prefix("sqlite:").map(|path| path.trim_start_matches("//"));
    if let Some(path) = path {
        let file = path.split('?').next().unwrap_or(path);
        private::close_database(Path::new(&percent_decoded(file)))?;
    }
    if let Some(folder) = path.and_then(|path| Path::new(path).parent())
        && !folder.as_os_str().is_empty()
    {
        std::fs::create_dir_all(folder)
            .with_context(|| format!("the folder {} can't be created", folder.display()))?;
    }
    Db::connect(url, &Options::default()).await.context("the database in DATABASE_URL can't be used")
}
