//! The database: which one, and the way to it.

use std::path::Path;

use anyhow::{Context as _, ensure};
use db::{Db, Options};
use kernel::Clock;
use url::Url;

use crate::config::{Values, text};
use crate::private;

/// Where the database is unless it is configured.
const USUAL: &str = "sqlite:var/dezky.db";

/// The address of the database.
pub fn url(values: &Values) -> String {
    text(values, "DATABASE_URL").unwrap_or(USUAL).to_owned()
}

/// The same of one that somebody must have named: into where none was, nothing is put.
pub fn named_url(values: &Values) -> anyhow::Result<String> {
    let url = text(values, "DATABASE_URL").context(
        "DATABASE_URL isn't set. Set it to the empty database that `dezky serve` is to use, such as \
         sqlite:/var/lib/dezky/dezky.db",
    )?;
    Ok(url.to_owned())
}

/// Where an address leads: a file, or a server and its database. It says nothing of who signs in there, nor with what.
pub fn place(url: &str) -> String {
    if let Some(file) = db::file_of_url(url) {
        return std::path::absolute(&file).unwrap_or(file).display().to_string();
    }
    let Ok(url) = Url::parse(url) else { return "the database in DATABASE_URL".to_owned() };
    let given = |name: &str| {
        let mut all = url.query_pairs();
        all.find(|(known, _)| known == name).map(|(_, value)| value.into_owned())
    };
    let host = given("host").or_else(|| url.host_str().map(str::to_owned)).unwrap_or_default();
    let port = given("port").or_else(|| url.port().map(|port| port.to_string()));
    let port = port.map(|port| format!(":{port}")).unwrap_or_default();
    let name = given("dbname").unwrap_or_else(|| url.path().trim_start_matches('/').to_owned());
    format!("{host}{port}/{name}")
}

/// The address of an embedded database in that file.
pub use db::url_of_file as embedded;

/// Connects; makes the folder of an embedded database. Errors never repeat the address: it may hold a password.
pub async fn connect(url: &str) -> anyhow::Result<Db> {
    make_folder(url)?;
    if let Some(file) = db::file_of_url(url) {
        private::close_database(&file)?;
    }
    let db =
        Db::connect(url, &Options::default()).await.context("the database in DATABASE_URL can't be used")?;
    ensure!(
        !backup::is_cut_off(&db).await?,
        "a restore into this database was cut off; drop the database, create it anew and restore again"
    );
    Ok(db)
}

/// Makes the folder of an embedded database.
fn make_folder(url: &str) -> anyhow::Result<()> {
    let file = db::file_of_url(url);
    if let Some(folder) = file.as_deref().and_then(Path::parent)
        && !folder.as_os_str().is_empty()
    {
        std::fs::create_dir_all(folder)
            .with_context(|| format!("the folder {} can't be created", folder.display()))?;
    }
    Ok(())
}

/// Connects to a database that is there: a wrong address must not end in a new and empty one.
pub async fn connect_existing(url: &str) -> anyhow::Result<Db> {
    if let Some(file) = db::file_of_url(url) {
        ensure!(
            file.is_file(),
            "there is no database at {}. Set DATABASE_URL to the database that `dezky serve` uses; a path without a \
             leading slash starts in this folder. For a new database run `dezky migrate`",
            file.display()
        );
    }
    connect(url).await
}

/// The same to one that is up to date.
pub async fn connect_current(url: &str) -> anyhow::Result<Db> {
    let db = connect_existing(url).await?;
    ensure!(migrations::pending(&db).await? == 0, "the database lacks migrations; run `dezky migrate` first");
    prepare(&db).await?;
    Ok(db)
}

/// Brings a database up to date, and takes out of one that was restored before what must not happen twice.
pub async fn migrate(db: &Db) -> anyhow::Result<()> {
    migrations::migrate(db).await?;
    prepare(db).await
}

/// The latter alone: whoever brought it up to date may have died before that.
pub async fn prepare(db: &Db) -> anyhow::Result<()> {
    Ok(backup::prepare(db, Clock::System.now()).await?)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_place_is_said_without_who_signs_in_there() {
        let said = [
            ("sqlite:/var/lib/dezky.db?mode=rwc", "/var/lib/dezky.db"),
            (
                "postgres://dezky:secret@db.example.com:6432/dezky?sslmode=require",
                "db.example.com:6432/dezky",
            ),
            ("postgres://dezky:secret@postgres/dezky", "postgres/dezky"),
            ("postgres:///dezky?host=/run/postgresql&password=secret", "/run/postgresql/dezky"),
            ("no address: secret", "the database in DATABASE_URL"),
        ];
        for (url, expected) in said {
            assert_eq!(place(url), expected);
        }
        assert!(place("sqlite:var/dezky.db").ends_with("/var/dezky.db"), "a reader needn't know the folder");
    }
}
