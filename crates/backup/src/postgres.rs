//! PostgreSQL's own programs for copies. They get the address of the database by the environment, where other users
//! don't see it, and nothing of what Dezky itself is configured with.

use std::path::Path;
use std::process::{Output, Stdio};
use std::time::Duration;

use db::Db;
use kernel::id::random_token;
use percent_encoding::percent_decode_str;
use sea_orm::ConnectionTrait;
use tokio::process::Command;
use url::Url;

use crate::error::Error;
use crate::facts::{names, one};

/// The program that copies.
pub(crate) const DUMP: &str = "pg_dump";
/// The program that puts a copy back.
pub(crate) const RESTORE: &str = "pg_restore";
/// The most that is told of what a failed program said.
const MOST_SAID: usize = 2_000;
/// From this version on `pg_restore` sets `transaction_timeout`, which older servers refuse, and which ends a restore in
/// one transaction [`RestoreArchive`, PostgreSQL 17].
const SETS_TIMEOUT: u32 = 17;
/// What would lead libpq elsewhere than the pool, which doesn't read it or was told otherwise.
const ASTRAY: [&str; 3] = ["PGSERVICE", "PGSERVICEFILE", "PGHOSTADDR"];
/// How often, and how many times, it is looked whether the sessions of a program are gone.
const LOOK: Duration = Duration::from_millis(100);
const LOOKS: u32 = 100;
/// How long a copy waits for somebody who changes the schema, in milliseconds.
const LOCK_WAIT: &str = "10000";

/// How the programs reach a database.
pub(crate) struct Programs<'a> {
    environment: Vec<(&'static str, String)>,
    hidden: &'a [&'a str],
    database: String,
    /// What their sessions are called on the server.
    sessions: String,
}

impl<'a> Programs<'a> {
    /// For the very database that the pool reached by this address. `hidden` are variables that no program gets.
    pub fn of(url: &str, hidden: &'a [&'a str], db: &Db, server: &Server) -> Result<Self, Error> {
        let url: Url = url.parse().map_err(|_| Error::BadUrl)?;
        let mut environment = environment(&url)?;
        let pool = db.read().get_postgres_connection_pool().connect_options();
        let socket = pool.get_socket().map(|path| path.to_string_lossy().into_owned());
        // An address of version 6 is in brackets as URLs have it.
        let host = || pool.get_host().trim_matches(['[', ']']).to_owned();
        environment.push(("PGHOST", socket.unwrap_or_else(host)));
        environment.push(("PGPORT", pool.get_port().to_string()));
        environment.push(("PGUSER", pool.get_username().to_owned()));
        environment.push(("PGDATABASE", server.database.clone()));
        let sessions = format!("dezky-{}", random_token());
        environment.push(("PGAPPNAME", sessions.clone()));
        Ok(Self { environment, hidden, database: server.database.clone(), sessions })
    }

    fn command(&self, program: &str) -> Command {
        let mut command = Command::new(program);
        for name in self.hidden.iter().chain(&ASTRAY) {
            command.env_remove(name);
        }
        command.envs(self.environment.iter().map(|(name, value)| (name, value)));
        command.stdin(Stdio::null()).kill_on_drop(true);
        command
    }

    /// Looks that a program is there, and that it and a server of this version understand each other.
    pub async fn check(&self, program: &'static str, server: u32) -> Result<(), Error> {
        let output = run(program, self.command(program).arg("--version")).await?;
        let said = String::from_utf8_lossy(&output.stdout).into_owned();
        let has = major(&said).ok_or_else(|| Error::Program { program, said: tail(&said) })?;
        must_fit(program, has, server)
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

    /// Ends what is left of the programs on the server, whose work may be under way when they are gone. False if it goes
    /// on.
    pub async fn end(&self, db: &Db) -> bool {
        let own = format!(
            "SELECT COUNT(pg_terminate_backend(pid)) AS many FROM pg_stat_activity
             WHERE datname = current_database() AND application_name = '{}'",
            self.sessions
        );
        for _ in 0..LOOKS {
            let many = one(db.read(), own.as_str()).await.and_then(|row| Ok(row.try_get::<i64>("", "many")?));
            match many {
                Ok(0) => return true,
                Ok(_) => tokio::time::sleep(LOOK).await,
                Err(_) => return false,
            }
        }
        false
    }

    /// Puts a copy back, all of it or nothing.
    pub async fn restore(&self, schema: &str, from: &Path) -> Result<(), Error> {
        let mut command = self.command(RESTORE);
        command.args(["--single-transaction", "--no-owner", "--no-privileges", "--no-password"]);
        // Without it the program would print what it reads. Quoted, for it may be taken for a list of settings.
        let database = self.database.replace('\\', "\\\\").replace('\'', "\\'");
        command.arg(format!("--dbname=dbname='{database}'"));
        command.arg(format!("--schema={schema}")).arg(from);
        run(RESTORE, &mut command).await.map(drop)
    }
}

/// A backup is refused too: whoever makes it would learn of this only when they need it.
fn must_fit(program: &'static str, has: u32, server: u32) -> Result<(), Error> {
    if has < server {
        return Err(Error::OldProgram { program, has, needs: server });
    }
    if has >= SETS_TIMEOUT && server < SETS_TIMEOUT {
        return Err(Error::NewProgram { program, has, server, first: SETS_TIMEOUT });
    }
    Ok(())
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
    /// The database that was reached.
    pub database: String,
}

impl Server {
    /// Asks it.
    pub async fn of(on: &impl ConnectionTrait) -> Result<Self, Error> {
        let query = "SELECT current_setting('server_version') AS version,
            CAST(current_setting('server_version_num') AS BIGINT) AS number,
            CAST(COALESCE(current_schema(), '') AS TEXT) AS schema,
            CAST(current_database() AS TEXT) AS database";
        let row = one(on, query).await?;
        let number: i64 = row.try_get("", "number")?;
        Ok(Self {
            version: row.try_get("", "version")?,
            major: u32::try_from(number / 10_000).unwrap_or_default(),
            schema: row.try_get("", "schema")?,
            database: row.try_get("", "database")?,
        })
    }

    /// What is in the database besides Dezky's schema.
    pub async fn others(on: &impl ConnectionTrait) -> Result<Vec<String>, Error> {
        let query = "SELECT 'schema ' || CAST(nspname AS TEXT) AS name FROM pg_namespace
            WHERE nspname <> current_schema() AND nspname <> 'information_schema' AND substr(nspname, 1, 3) <> 'pg_'
                AND EXISTS (SELECT 1 FROM pg_class WHERE pg_class.relnamespace = pg_namespace.oid)
            UNION ALL
            SELECT 'extension ' || CAST(extname AS TEXT) AS name FROM pg_extension WHERE extname <> 'plpgsql'
            ORDER BY name";
        names(on, query.to_owned()).await
    }
}

/// What an address says of how to sign in, as libpq's variables. What it does not say is left to those that are there, as
/// the pool leaves it; where the database is, the pool tells.
fn environment(url: &Url) -> Result<Vec<(&'static str, String)>, Error> {
    let decoded = |text: &str| {
        let text = percent_decode_str(text).decode_utf8().map_err(|_| Error::BadUrl)?;
        Ok::<_, Error>(text.into_owned())
    };
    let mut all = Vec::new();
    let mut options = Vec::new();
    if let Some(password) = url.password() {
        all.push(("PGPASSWORD", decoded(password)?));
    }
    for (key, value) in url.query_pairs() {
        let value = value.into_owned();
        match &*key {
            "password" => all.push(("PGPASSWORD", value)),
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
    fn how_to_sign_in_is_told_by_variables() {
        let told = |url: &str| environment(&url.parse().unwrap()).unwrap();
        let own = |all: &[(&'static str, &str)]| -> Vec<(&'static str, String)> {
            all.iter().map(|(name, value)| (*name, (*value).to_owned())).collect()
        };
        let expected =
            [("PGPASSWORD", "a@b:c"), ("PGSSLMODE", "verify-full"), ("PGOPTIONS", "-c search_path=own")];
        let url = "postgres://dezky:a%40b%3Ac@db.example.com:6432/dezky?sslmode=verify-full&options[search_path]=own";
        assert_eq!(told(url), own(&expected));
        assert_eq!(told("postgres:///dezky?host=/run/postgresql&password=x"), own(&[("PGPASSWORD", "x")]));
    }

    #[test]
    fn a_version_is_read_as_programs_say_it() {
        assert_eq!(major("pg_dump (PostgreSQL) 15.18 (Debian 15.18-0+deb12u1)"), Some(15));
        assert_eq!(major("pg_restore (PostgreSQL) 17beta1"), Some(17));
        assert_eq!(major("something else"), None);
    }

    #[test]
    fn a_program_that_an_older_server_would_not_understand_is_refused() {
        for (has, server) in [(15, 15), (16, 13), (17, 17), (18, 17)] {
            must_fit(RESTORE, has, server).unwrap();
        }
        assert!(matches!(must_fit(RESTORE, 15, 16), Err(Error::OldProgram { has: 15, needs: 16, .. })));
        let refused = must_fit(RESTORE, 17, 16).unwrap_err().to_string();
        assert!(refused.contains("/usr/lib/postgresql/16/bin first on PATH"), "{refused}");
        assert!(must_fit(DUMP, 18, 15).is_err());
    }

    #[tokio::test]
    async fn what_would_lead_elsewhere_is_not_handed_on() {
        let programs = Programs {
            environment: vec![("PGHOST", "here".to_owned())],
            hidden: &["OWN"],
            database: String::new(),
            sessions: String::new(),
        };
        let command = programs.command("sh");
        let told: Vec<_> = command.as_std().get_envs().collect();
        for name in ["OWN", "PGSERVICE", "PGSERVICEFILE", "PGHOSTADDR"] {
            assert!(told.contains(&(name.as_ref(), None)), "{name}: {told:?}");
        }
        assert!(told.contains(&("PGHOST".as_ref(), Some("here".as_ref()))), "{told:?}");
    }

    #[tokio::test]
    async fn a_program_that_is_missing_or_too_old_is_named() {
        let none = String::new;
        let programs = Programs { environment: Vec::new(), hidden: &[], database: none(), sessions: none() };
        let missing = run("pg_dump", &mut programs.command("no-such-program-anywhere")).await.unwrap_err();
        assert!(matches!(missing, Error::NoProgram("pg_dump")), "{missing}");
        let failed = run("pg_dump", programs.command("sh").args(["-c", "echo why >&2; exit 1"])).await;
        assert_eq!(failed.unwrap_err().to_string(), "pg_dump failed: why");
        let old = programs.check(DUMP, 9_999).await.unwrap_err();
        assert!(matches!(old, Error::OldProgram { .. } | Error::NoProgram(_)), "{old}");
    }
}
