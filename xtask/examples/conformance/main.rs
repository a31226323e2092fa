//! Runs suites against the servers that the environment names, real or simulated, and knows nothing of them but address
//! and credential. Started by `cargo xtask conformance` with the names of the suites; an example, so that the other commands
//! are built without the product (`docs/conformance.md`).

mod set_up;

use std::process::ExitCode;
use std::time::Instant;

use anyhow::{Context as _, Result};
use kernel::Clock;
use outbound::{CallError, Client, Options};
use secrecy::SecretString;
use upstream_authentik::conformance::AppPassword;
use upstream_authentik::{Authentik, conformance as authentik};
use upstream_ocis::{ClientCredentials, Credential, Ocis, conformance as ocis};
use upstream_stalwart::{Stalwart, conformance as stalwart};

/// The application whose endpoints are looked at unless another is named.
const APP: &str = "dezky-portal";

#[tokio::main]
async fn main() -> ExitCode {
    let suites: Vec<String> = std::env::args().skip(1).collect();
    let is_asked = |suite: &str| suites.is_empty() || suites.iter().any(|asked| asked == suite);
    let mut report = Report::default();
    if is_asked("authentik") {
        let done = run_authentik(&mut report).await;
        report.end("authentik", done);
    }
    if is_asked("stalwart") {
        let done = run_stalwart(&mut report).await;
        report.end("stalwart", done);
    }
    if is_asked("ocis") {
        let done = run_ocis(&mut report).await;
        report.end("ocis", done);
    }
    let set_up: Vec<&'static str> = set_up::SUITES.into_iter().filter(|suite| is_asked(suite)).collect();
    if !set_up.is_empty() {
        let done = set_up::run(&set_up, &mut report).await;
        report.end(set_up[0], done);
    }
    println!("\n{} ok, {} failed, {} skipped", report.ok, report.failed, report.skipped);
    if report.failed == 0 { ExitCode::SUCCESS } else { ExitCode::FAILURE }
}

/// Prints a line for each step.
struct Report {
    since: Instant,
    ok: usize,
    failed: usize,
    skipped: usize,
}

impl Default for Report {
    fn default() -> Self {
        Self { since: Instant::now(), ok: 0, failed: 0, skipped: 0 }
    }
}

impl Report {
    /// The first step begins now.
    fn begin(&mut self) {
        self.since = Instant::now();
    }

    /// What a suite calls with each step of an upstream.
    fn of(&mut self, upstream: &'static str) -> impl FnMut(&'static str, Result<String, CallError>) {
        self.begin();
        move |step, told| match told {
            Ok(detail) => self.line("ok", upstream, step, &detail),
            Err(error) => self.line("FAIL", upstream, step, &error.to_string()),
        }
    }

    /// Says that a suite could not even be begun, or ended.
    fn end(&mut self, suite: &str, done: Result<()>) {
        if let Err(error) = done {
            self.line("FAIL", suite, "settings", &format!("{error:#}"));
        }
    }

    fn skip(&mut self, upstream: &str, step: &str, missing: &str) {
        self.begin();
        self.line("skip", upstream, step, &format!("{missing} is not set"));
    }

    fn line(&mut self, verdict: &str, upstream: &str, step: &str, detail: &str) {
        let millis = self.since.elapsed().as_millis();
        println!("{verdict:<5}{upstream:<10}  {step:<46}  {millis:>6} ms  {}", one_line(detail));
        match verdict {
            "ok" => self.ok += 1,
            "skip" => self.skipped += 1,
            _ => self.failed += 1,
        }
        self.since = Instant::now();
    }
}

fn one_line(text: &str) -> String {
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}

async fn run_authentik(report: &mut Report) -> Result<()> {
    const NAME: &str = "authentik";
    let Some(client) = client("Authentik", "AUTHENTIK_URL")? else {
        report.skip(NAME, "all", "DEZKY_CONFORMANCE_AUTHENTIK_URL");
        return Ok(());
    };
    match secret("AUTHENTIK_TOKEN")? {
        Some(token) => {
            let server = Authentik::new(client.clone(), token);
            authentik::groups(&server, &mut report.of(NAME)).await;
            authentik::people(&server, &mut report.of(NAME)).await;
        }
        None => report.skip(NAME, "groups and people", "DEZKY_CONFORMANCE_AUTHENTIK_TOKEN"),
    }
    let app = setting("AUTHENTIK_APP")?.unwrap_or_else(|| APP.to_owned());
    authentik::provider(&client, &app, &mut report.of(NAME)).await;
    let named = [setting("AUTHENTIK_CLIENT_ID")?, setting("AUTHENTIK_USER")?];
    let ([Some(client_id), Some(username)], Some(password)) = (named, secret("AUTHENTIK_PASSWORD")?) else {
        let missing = "one of DEZKY_CONFORMANCE_AUTHENTIK_CLIENT_ID, _USER and _PASSWORD";
        report.skip(NAME, "client credentials", missing);
        return Ok(());
    };
    let account = AppPassword { client_id, username, password };
    authentik::client_credentials(&client, &account, &mut report.of(NAME)).await;
    Ok(())
}

async fn run_stalwart(report: &mut Report) -> Result<()> {
    const NAME: &str = "stalwart";
    let Some(client) = client("Stalwart", "STALWART_URL")? else {
        report.skip(NAME, "all", "DEZKY_CONFORMANCE_STALWART_URL");
        return Ok(());
    };
    let Some(key) = secret("STALWART_KEY")? else {
        report.skip(NAME, "all", "DEZKY_CONFORMANCE_STALWART_KEY");
        return Ok(());
    };
    let server = Stalwart::new(client, key);
    stalwart::domains(&server, &mut report.of(NAME)).await;
    if setting("STALWART_ACCOUNTS")?.is_some() {
        stalwart::linked(&server, &mut report.of(NAME)).await;
    } else {
        report.skip(NAME, "a domain with a mailbox", "DEZKY_CONFORMANCE_STALWART_ACCOUNTS");
    }
    Ok(())
}

async fn run_ocis(report: &mut Report) -> Result<()> {
    const NAME: &str = "ocis";
    let Some(client) = client("oCIS", "OCIS_URL")? else {
        report.skip(NAME, "all", "DEZKY_CONFORMANCE_OCIS_URL");
        return Ok(());
    };
    let account = ocis_account()?;
    let credential = match (secret("OCIS_TOKEN")?, &account) {
        (Some(token), _) => Credential::Token(token),
        (None, Some(account)) => Credential::ClientCredentials(account.clone()),
        (None, None) => {
            let missing = "neither DEZKY_CONFORMANCE_OCIS_TOKEN nor each of _ISSUER_URL, _CLIENT_ID, _USER and _PASSWORD";
            report.skip(NAME, "all", missing);
            return Ok(());
        }
    };
    match &account {
        Some(account) => ocis::sign_in(&client, account, &mut report.of(NAME)).await,
        None => report.skip(NAME, "client credentials", "DEZKY_CONFORMANCE_OCIS_ISSUER_URL"),
    }
    let server = Ocis::new(client, credential);
    ocis::drives(&server, &mut report.of(NAME)).await;
    ocis::people(&server, &mut report.of(NAME)).await;
    Ok(())
}

fn ocis_account() -> Result<Option<ClientCredentials>> {
    let Some(issuer) = client("Authentik", "OCIS_ISSUER_URL")? else {
        return Ok(None);
    };
    let named = [setting("OCIS_CLIENT_ID")?, setting("OCIS_USER")?];
    let ([Some(client_id), Some(username)], Some(app_password)) = (named, secret("OCIS_PASSWORD")?) else {
        return Ok(None);
    };
    let token_path = "/application/o/token/".to_owned();
    let clock = Clock::System;
    Ok(Some(ClientCredentials { issuer, token_path, client_id, username, app_password, clock }))
}

/// A client of the address in a setting; none when that is unset.
fn client(upstream: &'static str, name: &str) -> Result<Option<Client>> {
    let Some(address) = setting(name)? else {
        return Ok(None);
    };
    let base = address.parse().with_context(|| format!("DEZKY_CONFORMANCE_{name} is no address"))?;
    let extra_roots = match setting("CA_CERTS")? {
        Some(file) => Some(std::fs::read(&file).with_context(|| format!("the certificates in {file}"))?),
        None => None,
    };
    let options = Options { extra_roots, ..Options::default() };
    Ok(Some(Client::new(upstream, base, options)?))
}

fn secret(name: &str) -> Result<Option<SecretString>> {
    Ok(setting(name)?.map(SecretString::from))
}

/// A setting; an empty one counts as unset.
fn setting(name: &str) -> Result<Option<String>> {
    let name = format!("DEZKY_CONFORMANCE_{name}");
    let value = std::env::var_os(&name).filter(|value| !value.is_empty());
    let text = value.map(|value| value.into_string().ok().with_context(|| format!("{name} is not UTF-8")));
    text.transpose()
}
