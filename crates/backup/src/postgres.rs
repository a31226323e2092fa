//! PostgreSQL's own programs for copies. They get the address of the database by the environment, where other users
//! don't see it, and nothing of what Dezky itself is configured with.

use std::path::Path;
use std::process::{Output, Stdio};

use percent_encoding::percent_decode_str;
use sea_orm::ConnectionTrait;
use tokio::process::Command;
use url::Url;

use crate::error::Error;
use crate::facts::one;

/// The program that copies.
pub(crate) const DUMP: &str = "pg_dump";
/// The program that puts a copy back.
pub(crate) const RESTORE: &str = "pg_restore";
/// The most that is told of what a failed program said.
const MOST_SAID: usize = 2_000;
/// How long a copy waits for somebody who changes the schema, in milliseconds.
const LOCK_WAIT: &str = "10000";

/// How the programs reach a database.
pub(crate) struct Programs<'a> {
    environment: Vec<(&'static str, String)>,
    hidden: &'a [&'a str],
    database: Option<String>,
}

impl<'a> Programs<'a> {
    /// For the database of this address, read as the pool reads it. `hidden` are variables that no program gets.
    pub fn of(url: &str, hidden: &'a [&'a str]) -> Result<Self, Error> {
        let url: Url = url.parse().map_err(|_| Error::BadUrl)?;
        let environment = environment(&url)?;
        let database = environment.iter().rev().find(|(name, _)| *name == "PGDATABASE");
        Ok(Self { hidden, database: database.map(|(_, value)| value.clone()), environment })
    }

    fn command(&self, program: &str) -> Command {
        let mut command = Command::new(program);
        for name in self.hidden {
            command.env_remove(name);
        }
        command.envs(self.environment.iter().map(|(name, value)| (name, value)));
        command.stdin(Stdio::null()).kill_on_drop(true);
        command
    }

    /// Looks that a program is there and not older than what it is to work with.
    pub async fn check(&self, program: &'static str, needs: u32) -> Result<u32, Error> {
        let output = run(program, self.command(program).arg("--version")).await?;
        let said = String::from_utf8_lossy(&output.stdout).into_owned();
        let has = major(&said).ok_or_else(|| Error::Program { program, said: tail(&said) })?;
        if has < needs { Err(Error::OldProgram { program, has, needs }) } else { Ok(has) }
    }

    /// Copies one schema, as a snapshot shows it, into a file.
    pub async fn dump(&self, schema: &str, snapshot: &str, to: &Path) -> Result<(), Error> {
        let mut command = self.command(DUMP);
        command.args(["--format=custom", "--no-owner", "--no-privileges", "--no-password"]);
        command.arg(format!("--lock-wait-timeout={LOCK_WAIT}"));
        command.arg(format!("--schema=\"{}\"", schema.replace('"', "\"\"")));
        command.arg(format!("--snapshot={snapshot}")).arg("--file").arg(to);
        run(DUMP, &mut command).await.map(drop)
    }

    /// Puts a copy back, all of it or nothing.
    pub async fn restore(&self, schema: &str, from: &Path) -> Result<(), Error> {
        let mut command = self.command(RESTORE);
        command.args(["--single-transaction", "--no-owner", "--no-privileges", "--no-password"]);
        // Without it the program would print what it reads. Quoted, for it may be taken for a list of settings.
        let database = self.database.as_deref().unwrap_or_default();
        let database = database.replace('\\', "\\\\").replace('\'', "\\'");
        command.arg(format!("--dbname=dbname='{database}'"));
        command.arg(format!("--schema={schema}")).arg(from);
        run(RESTORE, &mut command).await.map(drop)
    }
}

async fn run(program: &'static str, command: &mut Command) -> Result<Output, Error> {
    let output = command.output().await.map_err(|error| match error.kind() {
        std::io::ErrorKind::NotFound => Error::NoProgram(program),
        _ => Error::Program { program, said: error.to_string() },
    })?;
    if output.status.success() {
        return Ok(output);
    }
    let said = tail(&String::from_utf8_lossy(&output.stderr));
    let said = if said.is_empty() { output.status.to_string() } else { said };
    Err(Error::Program { program, said })
}

fn tail(said: &str) -> String {
    let said = said.trim();
    let from = said.char_indices().rev().nth(MOST_SAID).map_or(0, |(at, _)| at);
    said[from..].to_owned()
}

/// The major version in `pg_dump (PostgreSQL) 15.18 (Debian ..)`.
fn major(said: &str) -> Option<u32> {
    let (_, version) = said.split_once("(PostgreSQL) ")?;
    let digits: String = version.chars().take_while(char::is_ascii_digit).collect();
    digits.parse().ok()
}

/// A server that is reached.
pub(crate) struct Server {
    /// The version as it says it.
    pub version: String,
    /// The first part of it.
    pub major: u32,
    /// The schema that tables are made in.
    pub schema: String,
}

impl Server {
    /// Asks it.
    pub async fn of(on: &impl ConnectionTrait) -> Result<Self, Error> {
        let query = "SELECT current_setting('server_version') AS version,
            CAST(current_setting('server_version_num') AS BIGINT) AS number,
            CAST(COALESCE(current_schema(), '') AS TEXT) AS schema";
        let row = one(on, query).await?;
        let number: i64 = row.try_get("", "number")?;
        Ok(Self {
            version: row.try_get("", "version")?,
            major: u32::try_from(number / 10_000).unwrap_or_default(),
            schema: row.try_get("", "schema")?,
        })
    }
}

/// An address as libpq's variables. What it does not say is left to those that are there, as the pool leaves it.
fn environment(url: &Url) -> Result<Vec<(&'static str, String)>, Error> {
    let decoded = |text: &str| {
        let text = percent_decode_str(text).decode_utf8().map_err(|_| Error::BadUrl)?;
        Ok::<_, Error>(text.into_owned())
    };
    let mut all = Vec::new();
    let mut options = Vec::new();
    if let Some(host) = url.host_str().filter(|host| !host.is_empty()) {
        all.push(("PGHOST", decoded(host)?));
    }
    if let Some(port) = url.port() {
        all.push(("PGPORT", port.to_string()));
    }
    if !url.username().is_empty() {
        all.push(("PGUSER", decoded(url.username())?));
    }
    if let Some(password) = url.password() {
        all.push(("PGPASSWORD", decoded(password)?));
    }
    let database = decoded(url.path().trim_start_matches('/'))?;
    if !database.is_empty() {
        all.push(("PGDATABASE", database));
    }
    for (key, value) in url.query_pairs() {
        let value = value.into_owned();
        match &*key {
            "host" | "hostaddr" => all.push(("PGHOST", value)),
            "port" => all.push(("PGPORT", value)),
            "user" => all.push(("PGUSER", value)),
            "password" => all.push(("PGPASSWORD", value)),
            "dbname" => all.push(("PGDATABASE", value)),
            "sslmode" | "ssl-mode" => all.push(("PGSSLMODE", value)),
            "sslrootcert" | "ssl-root-cert" | "ssl-ca" => all.push(("PGSSLROOTCERT", value)),
            "sslcert" | "ssl-cert" => all.push(("PGSSLCERT", value)),
            "sslkey" | "ssl-key" => all.push(("PGSSLKEY", value)),
            "options" => options.push(value),
            _ => {
                let name = key.strip_prefix("options[").and_then(|rest| rest.strip_suffix(']'));
                options.extend(name.map(|name| format!("-c {name}={value}")));
            }
        }
    }
    if !options.is_empty() {
        all.push(("PGOPTIONS", options.join(" ")));
    }
    Ok(all)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_address_is_told_by_variables() {
        let told = |url: &str| environment(&url.parse().unwrap()).unwrap();
        let own = |all: &[(&'static str, &str)]| -> Vec<(&'static str, String)> {
            all.iter().map(|(name, value)| (*name, (*value).to_owned())).collect()
        };
        let expected = [
            ("PGHOST", "db.example.com"),
            ("PGPORT", "6432"),
            ("PGUSER", "dezky"),
            ("PGPASSWORD", "a@b:c"),
            ("PGDATABASE", "dezky"),
            ("PGSSLMODE", "verify-full"),
            ("PGOPTIONS", "-c search_path=own"),
        ];
        let url = "postgres://dezky:a%40b%3Ac@db.example.com:6432/dezky?sslmode=verify-full&options[search_path]=own";
        assert_eq!(told(url), own(&expected));
        let socket = [("PGHOST", "/run/postgresql"), ("PGDATABASE", "dezky")];
        assert_eq!(told("postgres://%2Frun%2Fpostgresql/dezky"), own(&socket));
        assert_eq!(told("postgres:///dezky?host=/run/postgresql").len(), 2);
    }

    #[test]
    fn a_version_is_read_as_programs_say_it() {
        assert_eq!(major("pg_dump (PostgreSQL) 15.18 (Debian 15.18-0+deb12u1)"), Some(15));
        assert_eq!(major("pg_restore (PostgreSQL) 17beta1"), Some(17));
        assert_eq!(major("something else"), None);
    }

    #[tokio::test]
    async fn a_program_that_is_missing_or_too_old_is_named() {
        let programs = Programs::of("postgres://nobody@127.0.0.1:1/none", &[]).unwrap();
        let missing = run("pg_dump", &mut programs.command("no-such-program-anywhere")).await.unwrap_err();
        assert!(matches!(missing, Error::NoProgram("pg_dump")), "{missing}");
        let failed = run("pg_dump", programs.command("sh").args(["-c", "echo why >&2; exit 1"])).await;
        assert_eq!(failed.unwrap_err().to_string(), "pg_dump failed: why");
        let old = programs.check(DUMP, 9_999).await.unwrap_err();
        assert!(matches!(old, Error::OldProgram { .. } | Error::NoProgram(_)), "{old}");
    }
}
