//! A database cluster of our own in a temporary folder, thrown away with this. For tests it forgets durability for
//! speed.

use std::ffi::OsStr;
use std::path::{Path, PathBuf};

use anyhow::{Context as _, Result};
use tempfile::TempDir;
use tokio::process::Command;

use crate::process::{command, free_port, quietly};
use crate::tools;

/// A running cluster. Dropping it stops the server and removes its files.
pub struct Cluster {
    /// Its address, without a database.
    pub url: String,
    programs: PathBuf,
    as_postgres: bool,
    folder: TempDir,
}

const CARELESS: &str = "fsync = off\nsynchronous_commit = off\nfull_page_writes = off\n\
                        wal_level = minimal\nmax_wal_senders = 0\nmax_wal_size = '4GB'\nautovacuum = off\n";

impl Cluster {
    /// Makes and starts a cluster for tests.
    pub async fn start() -> Result<Self> {
        Self::start_with(CARELESS).await
    }

    /// Makes and starts a cluster that takes as much care as any in production.
    pub async fn start_careful() -> Result<Self> {
        Self::start_with("").await
    }

    async fn start_with(settings: &str) -> Result<Self> {
        let programs = tools::postgres().await?;
        let folder = tempfile::Builder::new()
            .prefix("dezky-postgres-")
            .tempdir()
            .context("a folder for PostgreSQL")?;
        let port = free_port()?;
        let cluster = Self {
            url: format!("postgres://postgres@127.0.0.1:{port}"),
            programs,
            // The server refuses to run as root.
            as_postgres: tools::is_root().await,
            folder,
        };
        cluster.make(port, settings).await?;
        Ok(cluster)
    }

    async fn make(&self, port: u16, settings: &str) -> Result<()> {
        if self.as_postgres {
            let mut own = command("chown");
            own.arg("postgres:").arg(self.folder.path());
            quietly(own).await?;
        }
        let mut initdb = self.program("initdb");
        initdb.arg("-D").arg(self.data()).args([
            "-U",
            "postgres",
            "-A",
            "trust",
            "-E",
            "UTF8",
            "--locale=C.UTF-8",
            "--no-sync",
        ]);
        quietly(initdb).await?;
        self.configure(port, settings)?;
        let mut start = self.program("pg_ctl");
        start.arg("-D").arg(self.data()).arg("-l").arg(self.log()).args(["-w", "-t", "60", "start"]);
        quietly(start).await.with_context(|| {
            let log = std::fs::read_to_string(self.log()).unwrap_or_default();
            format!("PostgreSQL did not start; its log says:\n{log}")
        })?;
        Ok(())
    }

    fn configure(&self, port: u16, more: &str) -> Result<()> {
        let socket = self.folder.path().display();
        let settings = format!(
            "\nlisten_addresses = '127.0.0.1'\nport = {port}\nunix_socket_directories = '{socket}'\n\
             max_connections = 200\n{more}"
        );
        let file = self.data().join("postgresql.conf");
        let standard = std::fs::read_to_string(&file).context("the settings that initdb wrote")?;
        std::fs::write(&file, standard + &settings).context("the settings of PostgreSQL")
    }

    fn data(&self) -> PathBuf {
        self.folder.path().join("data")
    }

    fn log(&self) -> PathBuf {
        self.folder.path().join("log")
    }

    fn program(&self, name: &str) -> Command {
        let [first, rest @ ..] = &*self.words(name) else {
            return command(name);
        };
        let mut command = command(first);
        // Our own folder may be closed to the server's user.
        command.args(rest).current_dir(self.folder.path());
        command
    }

    fn words(&self, name: &str) -> Vec<PathBuf> {
        let program = self.programs.join(name);
        let before: &[&str] = if self.as_postgres { &["runuser", "-u", "postgres", "--"] } else { &[] };
        let before = before.iter().map(PathBuf::from);
        before.chain([program]).collect()
    }
}

impl Drop for Cluster {
    fn drop(&mut self) {
        let data = self.data();
        if !Path::new(&data).join("postmaster.pid").exists() {
            return;
        }
        let [first, rest @ ..] = &*self.words("pg_ctl") else {
            return;
        };
        let stopped = std::process::Command::new(first)
            .args(rest)
            .args([OsStr::new("-D"), data.as_os_str()])
            .args(["-m", "immediate", "-w", "stop"])
            .current_dir(self.folder.path())
            .output();
        if !stopped.is_ok_and(|done| done.status.success()) {
            eprintln!("PostgreSQL in {} was not stopped", self.folder.path().display());
        }
    }
}
