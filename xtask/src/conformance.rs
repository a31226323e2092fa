//! `cargo xtask conformance`: the clients' suites against real servers or the sandbox. The suites run in a program
//! of their own (`examples/conformance.rs`), which gets addresses and credentials by its environment.

use std::collections::BTreeMap;
use std::process::Stdio;

use anyhow::{Context as _, Result, bail};
use serde::Deserialize;
use tempfile::TempDir;
use tokio::process::Child;

use crate::process::{announced, cargo, command, run as run_command};
use crate::workspace::Workspace;

/// Settings of the sandbox, and the suites' settings that they are.
const SETTINGS: &[(&str, &[&str])] = &[
    ("AUTHENTIK_API_URL", &["AUTHENTIK_URL", "OCIS_ISSUER_URL"]),
    ("AUTHENTIK_API_TOKEN", &["AUTHENTIK_TOKEN"]),
    ("STALWART_API_URL", &["STALWART_URL"]),
    ("STALWART_API_KEY", &["STALWART_KEY"]),
    ("OCIS_API_URL", &["OCIS_URL"]),
    ("OCIS_CLIENT_ID", &["OCIS_CLIENT_ID", "AUTHENTIK_CLIENT_ID"]),
    ("OCIS_SERVICE_USER", &["OCIS_USER", "AUTHENTIK_USER"]),
    ("OCIS_SERVICE_PASSWORD", &["OCIS_PASSWORD", "AUTHENTIK_PASSWORD"]),
];

/// Runs the suites: against the environment's servers, or with `sandbox` against simulators of their own.
pub async fn run(sandbox: bool) -> Result<()> {
    let workspace = Workspace::load()?;
    let mut build = cargo();
    build.args(["build", "--quiet", "--package", "xtask", "--example", "conformance"]);
    run_command(build).await?;
    let mut suites = command(workspace.target.join("debug/examples/conformance"));
    if !sandbox {
        return run_command(suites).await;
    }
    let mut build = cargo();
    build.args(["build", "--quiet", "--package", "dezky"]);
    run_command(build).await?;
    let sandbox = Sandbox::start(&workspace).await?;
    // Nothing of a configured server may get into a run against the sandbox.
    for (name, _) in std::env::vars_os() {
        if name.to_string_lossy().starts_with("DEZKY_CONFORMANCE_") {
            suites.env_remove(name);
        }
    }
    suites.envs(sandbox.settings()?);
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
    async fn start(workspace: &Workspace) -> Result<Self> {
        let data = tempfile::Builder::new().prefix("dezky-conformance-").tempdir()?;
        let mut process = command(workspace.target.join("debug/dezky"))
            .args(["sandbox", "--json", "--port", "0", "--demo", "none", "--data"])
            .arg(data.path())
            .stdout(Stdio::piped())
            .spawn()
            .context("the sandbox could not be started")?;
        let Announcement { env } = announced(&mut process).await?;
        Ok(Self { env, _process: process, _data: data })
    }

    fn settings(&self) -> Result<Vec<(String, String)>> {
        let mut settings = vec![("DEZKY_CONFORMANCE_STALWART_ACCOUNTS".to_owned(), "yes".to_owned())];
        for (name, ours) in SETTINGS {
            let Some(value) = self.env.get(*name) else {
                bail!("the sandbox does not say {name}");
            };
            settings.extend(ours.iter().map(|ours| (format!("DEZKY_CONFORMANCE_{ours}"), value.clone())));
        }
        Ok(settings)
    }
}
