//! The processes that are measured: the simulators, and the product as `dezky serve` with nothing but its settings.

use std::collections::BTreeMap;
use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use std::process::Stdio;
use std::time::{Duration, Instant};

use anyhow::{Context as _, Result, bail};
use serde::Deserialize;
use tempfile::TempDir;
use tokio::process::Child;
use url::Url;

use crate::client::{Client, Program};
use crate::process::{announced, command, quietly};

/// What the settings hold of each upstream, off.
const OFF: [&str; 3] =
    ["AUTHENTIK_PROVISIONING_ENABLED", "STALWART_PROVISIONING_ENABLED", "OCIS_PROVISIONING_ENABLED"];
const PATIENCE: Duration = Duration::from_secs(30);
/// How often a starting product is asked; the figure is exact to this.
const ASK: Duration = Duration::from_millis(1);

/// What the sandbox says of itself.
#[derive(Deserialize)]
struct Said {
    sandbox: BTreeMap<String, String>,
    people: Vec<Person>,
    env: BTreeMap<String, String>,
}

#[derive(Deserialize)]
struct Person {
    email: String,
    password: String,
    surface: String,
    token: String,
}

/// The simulators, and a folder for everything. Dropping it ends them.
pub struct Sandbox {
    said: Said,
    binary: PathBuf,
    folder: TempDir,
    database: String,
    _process: Child,
}

impl Sandbox {
    /// Starts simulators of their own. None for `database` is an SQLite file beside them.
    pub async fn start(binary: &Path, database: Option<String>) -> Result<Self> {
        let folder = tempfile::Builder::new().prefix("dezky-bench-").tempdir()?;
        let mut process = command(binary)
            .args(["sandbox", "--json", "--port", "0", "--demo", "none", "--data"])
            .arg(folder.path().join("sandbox"))
            .stdout(Stdio::piped())
            .spawn()
            .context("the sandbox could not be started")?;
        let said = announced(&mut process).await?;
        let file = folder.path().join("dezky.db");
        let database = database.unwrap_or_else(|| format!("sqlite:{}", file.display()));
        Ok(Self { said, binary: binary.to_owned(), folder, database, _process: process })
    }

    /// Where a simulator is.
    pub fn simulator(&self, name: &str) -> Result<Url> {
        let origin = self.said.sandbox.get(name).with_context(|| format!("there is no {name}"))?;
        Ok(Url::parse(origin)?)
    }

    /// A file of its own, which ends with it.
    pub fn file(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    /// The token of the platform's admin, good for hours.
    pub fn operator_token(&self) -> Result<&str> {
        Ok(&self.operator()?.token)
    }

    /// Makes the account of the platform's admin, as a first sign-in would.
    pub async fn enter(&self) -> Result<()> {
        let account = Url::parse(self.setting("API_URL")?)?.join("/api/users/me")?;
        Client::new().act_as("PUT", &account, self.operator_token()?).await.map(drop)
    }

    /// Signs the platform's admin in to the console; the cookies are the session.
    pub async fn sign_in(&self, client: &mut Client) -> Result<()> {
        let operator = self.operator()?;
        client.sign_in(self.setting("OPERATOR_URL")?, &operator.email, &operator.password).await
    }

    fn operator(&self) -> Result<&Person> {
        let operator = self.said.people.iter().find(|person| person.surface == "operator");
        operator.context("the sandbox has nobody who runs the platform")
    }

    /// The portal, as the program that gets tokens for people.
    pub fn portal(&self) -> Result<Program<'_>> {
        Ok(Program {
            issuer: self.setting("AUTHENTIK_ISSUER")?,
            id: "dezky-portal",
            secret: self.setting("AUTHENTIK_PORTAL_CLIENT_SECRET")?,
            redirect: format!("{}/sign-in/callback", self.setting("PORTAL_URL")?),
        })
    }

    /// A setting of the product.
    pub fn setting(&self, name: &str) -> Result<&str> {
        let value = self.said.env.get(name);
        value.map(String::as_str).with_context(|| format!("the sandbox does not say {name}"))
    }

    /// Where the product listens under the name of a setting.
    pub fn listens(&self, name: &str) -> Result<SocketAddr> {
        self.setting(name)?.parse().with_context(|| format!("{name} is no address"))
    }

    /// Starts the product and waits until it is ready.
    pub async fn serve(&self, upstreams: Upstreams) -> Result<Serving> {
        let log = self.folder.path().join("log");
        let mut serve = command(&self.binary);
        serve
            .arg("serve")
            .current_dir(self.folder.path())
            .env_clear()
            .envs(&self.said.env)
            .env("DATABASE_URL", &self.database)
            // All load comes from one address, over more connections than one may usually hold.
            .env("MOST_CONNECTIONS_PER_ADDRESS", "800")
            .stdout(Stdio::null())
            .stderr(std::fs::File::create(&log)?);
        if upstreams == Upstreams::Off {
            serve.envs(OFF.map(|name| (name, "false")));
        }
        let address = self.listens("API_LISTEN")?;
        let began = Instant::now();
        let mut process = serve.spawn().context("the product could not be started")?;
        while !is_ready(address).await {
            if process.try_wait()?.is_some() || began.elapsed() > PATIENCE {
                let log = std::fs::read_to_string(&log).unwrap_or_default();
                bail!("the product did not become ready; its log says:\n{log}");
            }
            tokio::time::sleep(ASK).await;
        }
        let ready_after = began.elapsed();
        if process.try_wait()?.is_some() {
            bail!("the product has ended, and another program listens on its port");
        }
        Ok(Serving { ready_after, process })
    }
}

/// Whether the product provisions.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Upstreams {
    /// At the simulators.
    On,
    /// Nowhere; every step is skipped.
    Off,
}

async fn is_ready(address: SocketAddr) -> bool {
    // A port that nobody listens on yet refuses at once; the pooled client would count it as an error to report.
    if tokio::net::TcpStream::connect(address).await.is_err() {
        return false;
    }
    let Ok(url) = Url::parse(&format!("http://{address}/health/ready")) else { return false };
    Client::new().get(&url).await.is_ok_and(|answer| answer.status == 200)
}

/// The running product.
pub struct Serving {
    /// From the start of the process to its first 200 of `/health/ready`.
    pub ready_after: Duration,
    process: Child,
}

impl Serving {
    /// The memory that it has in use, in bytes.
    pub fn memory(&self) -> Result<u64> {
        let status = self.proc("status")?;
        let line = status.lines().find_map(|line| line.strip_prefix("VmRSS:"));
        let kilobytes =
            line.and_then(|line| line.split_whitespace().next()).and_then(|n| n.parse::<u64>().ok());
        Ok(kilobytes.context("the system does not say how much memory a process uses")? * 1024)
    }

    /// The processor time that it has used, to a hundredth of a second.
    pub fn processor(&self) -> Result<Duration> {
        let stat = self.proc("stat")?;
        // The name, in parentheses, may hold blanks; user and system time are the 12th and 13th after it.
        let after = stat.rsplit_once(')').map_or("", |(_, after)| after);
        let ticks: u64 =
            after.split_whitespace().skip(11).take(2).filter_map(|n| n.parse::<u64>().ok()).sum();
        Ok(Duration::from_millis(ticks * 10))
    }

    fn proc(&self, file: &str) -> Result<String> {
        let id = self.process.id().context("the product has ended")?;
        std::fs::read_to_string(format!("/proc/{id}/{file}")).context("the system says nothing of a process")
    }

    /// Asks it to stop, and waits for it.
    pub async fn stop(mut self) -> Result<()> {
        let id = self.process.id().context("the product has ended by itself")?;
        let mut ask = command("kill");
        ask.arg(id.to_string());
        quietly(ask).await?;
        let status = self.process.wait().await?;
        if !status.success() {
            bail!("the product ended with {status}");
        }
        Ok(())
    }
}
