//! `cargo xtask bench`: how fast a release build is, on both databases, beside what is aimed at (docs/bench.md).

mod bare;
mod load;
mod names;
mod product;
mod provision;
mod report;
mod site;
mod size;
mod start;
mod tenants;

use std::path::{Path, PathBuf};

use anyhow::{Context as _, Result};
use clap::{Args, ValueEnum};

use crate::postgres::Cluster;
use crate::process::{cargo, command, run as run_command};
use crate::workspace::Workspace;
use product::Sandbox;
use report::{Column, Figure, table};
use site::Site;
use size::Size;

pub use bare::serve as serve_bare;

/// Tenants that the people of `/api/me` need to work in.
const FEWEST: usize = 10;

/// What to measure.
#[derive(Args)]
pub struct Options {
    /// Only this
    #[arg(long, value_enum)]
    only: Option<Stage>,
    /// Only on this database
    #[arg(long, value_enum)]
    database: Option<Database>,
    /// Small numbers: whether the bench works, not how fast the product is
    #[arg(long)]
    quick: bool,
    /// Write the table to this file too
    #[arg(long, value_name = "FILE")]
    out: Option<PathBuf>,
}

/// A part of the bench.
#[derive(Clone, Copy, PartialEq, Eq, ValueEnum)]
enum Stage {
    /// Time to ready, and memory
    Start,
    /// `/api/me` and the bare handler
    Me,
    /// The list of tenants, as JSON and as a page
    Lists,
    /// Tenants at slow upstreams
    Provision,
    /// Domains and their records; the database plays no part
    Names,
}

#[derive(Clone, Copy, PartialEq, Eq, ValueEnum)]
enum Database {
    Sqlite,
    Postgres,
}

impl Options {
    fn wants(&self, stage: Stage) -> bool {
        self.only.is_none_or(|only| only == stage)
    }

    fn wants_on(&self, database: Database) -> bool {
        self.database.is_none_or(|only| only == database)
    }

    fn size(&self) -> &'static Size {
        if self.quick { &Size::QUICK } else { &Size::WHOLE }
    }
}

/// Builds everything for release and measures it. The load generator must be fast too, so this program does the
/// measuring in a release build of itself.
pub async fn run(options: &Options) -> Result<()> {
    let workspace = Workspace::load()?;
    if cfg!(debug_assertions) {
        // One after the other: built together, the product would get the features that only this program needs.
        for package in ["dezky", "xtask"] {
            let mut build = cargo();
            build.args(["build", "--release", "--package", package]);
            run_command(build).await?;
        }
        let mut build = cargo();
        build.args(["build", "--release", "--package", "domains", "--example", "verify"]);
        run_command(build).await?;
        let mut again = command(workspace.target.join("release/xtask"));
        again.args(std::env::args_os().skip(1));
        return run_command(again).await;
    }
    let binary = workspace.target.join("release/dezky");
    let mut text = String::new();
    if options.wants(Stage::Names) {
        let sandbox = Sandbox::start(&binary, None).await?;
        let verifier = workspace.target.join("release/examples/verify");
        let mut figures = Vec::new();
        let found = names::measure(&sandbox, &verifier, options.size()).await?;
        stage("no database", "names", &mut figures, found);
        text = table(&[Column { database: "no database", figures }]) + "\n";
    }
    let mut columns = Vec::new();
    let is_stored = options.only != Some(Stage::Names);
    if is_stored && options.wants_on(Database::Sqlite) {
        columns.push(measure(options, &binary, "SQLite", None).await?);
    }
    if is_stored && options.wants_on(Database::Postgres) {
        let cluster = Cluster::start_careful().await?;
        let url = format!("{}/postgres", cluster.url);
        columns.push(measure(options, &binary, "PostgreSQL", Some(url)).await?);
    }
    if is_stored {
        text += &table(&columns);
        text.push('\n');
    }
    text += &surroundings();
    println!("\n{text}");
    match &options.out {
        Some(file) => std::fs::write(file, text).with_context(|| format!("{}", file.display())),
        None => Ok(()),
    }
}

async fn measure(
    options: &Options,
    binary: &Path,
    database: &'static str,
    url: Option<String>,
) -> Result<Column> {
    let size = options.size();
    let sandbox = Sandbox::start(binary, url).await?;
    let mut figures = Vec::new();
    if options.wants(Stage::Start) {
        stage(database, "start", &mut figures, start::measure(&sandbox, size).await?);
    }
    let mut have = 0;
    if options.wants(Stage::Provision) {
        stage(database, "provision", &mut figures, provision::measure(&sandbox, size).await?);
        have = size.provisioned;
    }
    if options.wants(Stage::Me) || options.wants(Stage::Lists) {
        let filled = Site::start(&sandbox).await?;
        let wanted = if options.wants(Stage::Lists) { size.tenants } else { have.max(FEWEST) };
        stage(database, "tenants", &mut figures, filled.fill(have, wanted).await?);
        if options.wants(Stage::Me) {
            stage(database, "me", &mut figures, filled.me(size).await?);
        }
        if options.wants(Stage::Lists) {
            stage(database, "lists", &mut figures, filled.lists(size).await?);
        }
        stage(database, "stop", &mut figures, filled.stop().await?);
    }
    Ok(Column { database, figures })
}

/// Keeps what a stage found, and says it at once: a later one may fail.
fn stage(database: &str, name: &str, all: &mut Vec<Figure>, found: Vec<Figure>) {
    println!("\n== {database}: {name}");
    for figure in &found {
        println!("{figure}");
    }
    all.extend(found);
}

/// What the figures depend on besides the product.
fn surroundings() -> String {
    let processors = std::thread::available_parallelism().map_or(0, usize::from);
    let load = std::fs::read_to_string("/proc/loadavg").unwrap_or_default();
    let load = load.split(' ').next().unwrap_or_default();
    format!(
        "{processors} processors, shared by the product, the simulators, the database and the load generator (load \
         at the end: {load}). Each commit is on disk before it is believed, on both databases.\n"
    )
}
