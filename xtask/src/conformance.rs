//! `cargo xtask conformance`: suites against real servers or the sandbox. The suites run in a program of their own
//! (`examples/conformance`), which gets addresses and credentials by its environment.

use std::collections::BTreeMap;
use std::process::Stdio;

use anyhow::{Context as _, Result, bail};
use serde::Deserialize;
use tempfile::TempDir;
use tokio::process::{Child, Command};

use crate::process::{announced, cargo, command, run as run_command};
use crate::workspace::Workspace;

/// All suites: first those of the clients, which need what is set up, then those that set it up.
pub const SUITES: [&str; 5] = ["authentik", "stalwart", "ocis", "bootstrap", "doctor"];
/// So many of them are of the clients.
const CLIENTS: usize = 3;

const PREFIX: &str = "DEZKY_CONFORMANCE_";
/// The program that is tried.
const BINARY: &str = "DEZKY_CONFORMANCE_BINARY";

/// Settings of a sandbox, and the suites' settings that they are.
type Settings = &'static [(&'static str, &'static [&'static str])];

/// Of one that is set up.
const SET_UP: Settings = &[
    ("AUTHENTIK_API_URL", &["AUTHENTIK_URL", "OCIS_ISSUER_URL"]),
    ("AUTHENTIK_API_TOKEN", &["AUTHENTIK_TOKEN"]),
    ("STALWART_API_URL", &["STALWART_URL"]),
    ("STALWART_API_KEY", &["STALWART_KEY"]),
    ("OCIS_API_URL", &["OCIS_URL"]),
    ("OCIS_CLIENT_ID", &["OCIS_CLIENT_ID", "AUTHENTIK_CLIENT_ID"]),
    ("OCIS_SERVICE_USER", &["OCIS_USER", "AUTHENTIK_USER"]),
    ("OCIS_SERVICE_PASSWORD", &["OCIS_PASSWORD", "AUTHENTIK_PASSWORD"]),
];

/// Of one as it is installed.
const EMPTY: Settings = &[
    ("AUTHENTIK_ISSUER", &["AUTHENTIK_URL"]),
    ("AUTHENTIK_ADMIN_TOKEN", &["AUTHENTIK_ADMIN_TOKEN"]),
    ("STALWART_API_URL", &["STALWART_URL"]),
    ("STALWART_ADMIN_USER", &["STALWART_ADMIN_USER"]),
    ("STALWART_ADMIN_PASSWORD", &["STALWART_ADMIN_PASSWORD"]),
    ("OCIS_API_URL", &["OCIS_URL"]),
    ("DNS_RESOLVERS", &["DNS_RESOLVERS"]),
];

/// Runs suites, all unless some are named: against the environment's servers, or with `sandbox` against simulators of their
/// own.
pub async fn run(sandbox: bool, suites: &[String]) -> Result<()> {
    let workspace = Workspace::load()?;
    let is_asked = |suite: &&str| suites.is_empty() || suites.iter().any(|asked| asked == suite);
    let (of_clients, of_set_up) = SUITES.split_at(CLIENTS);
    let [of_clients, of_set_up] = [of_clients, of_set_up]
        .map(|some| some.iter().copied().filter(|suite| is_asked(suite)).collect::<Vec<&str>>());
    let mut build = cargo();
    build.args(["build", "--quiet", "--package", "xtask", "--example", "conformance"]);
    run_command(build).await?;
    let is_given = std::env::var_os(BINARY).is_some_and(|value| !value.is_empty());
    if sandbox || !(is_given || of_set_up.is_empty()) {
        let mut build = cargo();
        build.args(["build", "--quiet", "--package", "dezky"]);
        run_command(build).await?;
    }
    let program = |suites: &[&str]| {
        let mut program = command(workspace.target.join("debug/examples/conformance"));
        program.args(suites);
        if sandbox || !is_given {
            program.env(BINARY, workspace.target.join("debug/dezky"));
        }
        program
    };
    if !sandbox {
        return run_command(program(&[of_clients, of_set_up].concat())).await;
    }
    let mut done = Ok(());
    for (suites, settings) in [(of_clients, SET_UP), (of_set_up, EMPTY)] {
        if !suites.is_empty() {
            // The other sandbox is tried all the same.
            done = done.and(in_sandbox(&workspace, program(&suites), settings).await);
        }
    }
    done
}

/// Runs suites against a sandbox of their own.
async fn in_sandbox(workspace: &Workspace, mut suites: Command, settings: Settings) -> Result<()> {
    let is_empty = settings == EMPTY;
    let sandbox = Sandbox::start(workspace, is_empty).await?;
    // Nothing of a configured server may get into a run against the sandbox.
    for (name, _) in std::env::vars_os() {
        if name != BINARY && name.to_string_lossy().starts_with(PREFIX) {
            suites.env_remove(name);
        }
    }
    suites.envs(sandbox.settings(settings)?);
    run_command(suites).await
}

/// The simulators, as a process of their own. End with this.
struct Sandbox {
    env: BTreeMap<String, String>,
    _process: Child,
    _data: TempDir,
}

#[derive(Deserialize)]
struct Announcement {
    env: BTreeMap<String, String>,
}

impl Sandbox {
    async fn start(workspace: &Workspace, is_empty: bool) -> Result<Self> {
        let data = tempfile::Builder::new().prefix("dezky-conformance-").tempdir()?;
        let mut sandbox = command(workspace.target.join("debug/dezky"));
        sandbox.args(["sandbox", "--json", "--port", "0"]);
        sandbox.args(if is_empty { &["--empty"][..] } else { &["--demo", "none"] });
        let mut process = sandbox
            .arg("--data")
            .arg(data.path())
            .stdout(Stdio::piped())
            .spawn()
            .context("the sandbox could not be started")?;
        let Announcement { env } = announced(&mut process).await?;
        Ok(Self { env, _process: process, _data: data })
    }

    fn settings(&self, wanted: Settings) -> Result<Vec<(String, String)>> {
        let mut settings = vec![(format!("{PREFIX}STALWART_ACCOUNTS"), "yes".to_owned())];
        for (name, ours) in wanted {
            let Some(value) = self.env.get(*name) else {
                bail!("the sandbox does not say {name}");
            };
            settings.extend(ours.iter().map(|ours| (format!("{PREFIX}{ours}"), value.clone())));
        }
        Ok(settings)
    }
}
