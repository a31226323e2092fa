//! The programs that the tests need besides cargo: a browser with its driver, and a database server.

use std::path::{Path, PathBuf};

use anyhow::{Context as _, Result, bail};

use crate::process::{command, quietly, run};

const PACKAGES: [&str; 3] = ["chromium", "chromium-driver", "postgresql"];

/// A browser and its driver.
#[derive(Clone)]
pub struct Browser {
    /// The browser.
    pub chromium: PathBuf,
    /// What drives it.
    pub chromedriver: PathBuf,
}

/// A browser, installed when it is missing and we may.
pub async fn browser() -> Result<Browser> {
    if let Some(browser) = find_browser() {
        return Ok(browser);
    }
    install().await?;
    find_browser().context("chromium and chromedriver were installed, yet can't be found")
}

/// The folder of the database server's programs, installed when they are missing and we may.
pub async fn postgres() -> Result<PathBuf> {
    if let Some(folder) = find_postgres() {
        return Ok(folder);
    }
    install().await?;
    find_postgres().context("PostgreSQL was installed, yet its initdb can't be found")
}

/// True when cargo-nextest is there.
pub async fn has_nextest() -> bool {
    let mut cargo = crate::process::cargo();
    cargo.args(["nextest", "--version"]);
    quietly(cargo).await.is_ok()
}

/// True when we are root.
pub async fn is_root() -> bool {
    let mut id = command("id");
    id.arg("-u");
    quietly(id).await.is_ok_and(|uid| uid.trim() == "0")
}

async fn install() -> Result<()> {
    let packages = PACKAGES.join(" ");
    if find("apt-get").is_none() || !is_root().await {
        bail!(
            "chromium, chromedriver or PostgreSQL's server is missing. On Debian: `sudo apt-get install -y \
             --no-install-recommends {packages}`; elsewhere install them as usual and let PATH, or CHROMIUM and \
             CHROMEDRIVER, lead to them. `cargo xtask test --fast` does without."
        );
    }
    println!("chromium, chromedriver or PostgreSQL's server is missing; installing {packages}");
    let mut update = command("apt-get");
    update.args(["update", "--quiet"]);
    run(update).await?;
    let mut install = command("apt-get");
    install
        .env("DEBIAN_FRONTEND", "noninteractive")
        .args(["install", "--quiet", "-y", "--no-install-recommends"])
        .args(PACKAGES);
    run(install).await
}

fn find_browser() -> Option<Browser> {
    Some(Browser {
        chromium: named("CHROMIUM").or_else(|| find("chromium"))?,
        chromedriver: named("CHROMEDRIVER").or_else(|| find("chromedriver"))?,
    })
}

fn named(variable: &str) -> Option<PathBuf> {
    let path = PathBuf::from(std::env::var_os(variable)?);
    path.is_file().then_some(path)
}

fn find(program: &str) -> Option<PathBuf> {
    let path = std::env::var_os("PATH").unwrap_or_default();
    let usual = ["/usr/bin", "/usr/local/bin"].map(PathBuf::from);
    std::env::split_paths(&path).chain(usual).map(|folder| folder.join(program)).find(|file| file.is_file())
}

fn find_postgres() -> Option<PathBuf> {
    // Debian keeps the server's programs out of PATH, in a folder for each version.
    let versions = std::fs::read_dir("/usr/lib/postgresql").ok();
    let mut versions: Vec<(u32, PathBuf)> = versions
        .into_iter()
        .flatten()
        .flatten()
        .filter_map(|entry| {
            let version = entry.file_name().to_str()?.parse().ok()?;
            Some((version, entry.path().join("bin")))
        })
        .filter(|(_, folder)| has_server(folder))
        .collect();
    versions.sort();
    let newest = versions.pop().map(|(_, folder)| folder);
    newest.or_else(|| {
        let program = find("initdb")?.canonicalize().ok()?;
        let folder = program.parent()?.to_owned();
        has_server(&folder).then_some(folder)
    })
}

fn has_server(folder: &Path) -> bool {
    ["initdb", "pg_ctl", "postgres"].iter().all(|program| folder.join(program).is_file())
}
