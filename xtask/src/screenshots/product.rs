//! The product, run as `dezky dev --json`, and what it says about itself.

use std::collections::BTreeMap;
use std::process::Stdio;

use anyhow::{Context as _, Result, bail};
use serde::Deserialize;
use tempfile::TempDir;
use tokio::process::Child;

use super::pages::{Site, Who};
use crate::process::{announced, command};
use crate::workspace::Workspace;

/// The running product, with a folder of its own. Ends with this.
pub struct Product {
    entry: Entry,
    _process: Child,
    _data: TempDir,
}

#[derive(Deserialize)]
struct Entry {
    portal: String,
    operator: String,
    api: String,
    docs: Option<String>,
    sandbox: BTreeMap<String, String>,
    people: Vec<Person>,
}

/// Somebody of the demo.
#[derive(Deserialize)]
pub struct Person {
    /// The e-mail address, also the name to sign in with.
    pub email: String,
    /// The password.
    pub password: String,
    /// The bearer token of the API.
    pub token: String,
    surface: String,
    roles: Vec<String>,
}

impl Product {
    /// Starts it with the small demo and waits until it says where it is.
    pub async fn start(workspace: &Workspace) -> Result<Self> {
        let data = tempfile::Builder::new().prefix("dezky-screenshots-").tempdir()?;
        let mut process = command(workspace.target.join("debug/dezky"))
            .args(["dev", "--json", "--port", "0", "--demo", "small", "--data"])
            .arg(data.path())
            .env_remove("DATABASE_URL")
            .stdout(Stdio::piped())
            .spawn()
            .context("dezky could not be started")?;
        let entry = announced(&mut process).await?;
        Ok(Self { entry, _process: process, _data: data })
    }

    /// Where a site is, without a path.
    pub fn origin(&self, site: Site) -> Result<&str> {
        let origin = match site {
            Site::Portal => &self.entry.portal,
            Site::Operator => &self.entry.operator,
            Site::Docs => self.entry.docs.as_ref().unwrap_or(&self.entry.api),
        };
        if origin.is_empty() {
            bail!("dezky does not say where {site:?} is");
        }
        Ok(origin.trim_end_matches('/'))
    }

    /// Where the API is.
    pub fn api(&self) -> &str {
        &self.entry.api
    }

    /// Where a simulated upstream is.
    pub fn simulator(&self, name: &str) -> Result<&str> {
        self.entry.sandbox.get(name).map(String::as_str).with_context(|| format!("{name} is not simulated"))
    }

    /// Somebody of a role.
    pub fn person(&self, who: Who) -> Result<&Person> {
        let found = self.entry.people.iter().find(|person| person.is(who));
        found.with_context(|| format!("the demo has nobody who is {who:?}"))
    }
}

impl Person {
    fn is(&self, who: Who) -> bool {
        let holds = |ending: &str| {
            let mut roles = self.roles.iter();
            roles.any(|role| role.starts_with("tenant:") && role.ends_with(ending))
        };
        let is_admin = holds(":admin") || holds(":owner");
        let is_operator = self.roles.iter().any(|role| role == "platform_admin");
        match who {
            Who::Nobody => false,
            Who::PlatformAdmin => self.surface == "operator" && is_operator,
            Who::TenantAdmin => self.surface == "portal" && is_admin && !is_operator,
            Who::Newcomer => self.surface == "portal" && self.roles.is_empty(),
            Who::Trainee => self.surface == "operator" && !is_operator,
            Who::Member => self.surface == "portal" && holds(":member") && !is_admin && !is_operator,
        }
    }
}
