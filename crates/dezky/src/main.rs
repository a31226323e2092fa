//! The binary: reads the command line and the configuration, starts what they ask for. Holds no rule of the product.

mod audit_verify;
mod backup_cli;
mod bootstrap;
mod checks;
mod cli;
mod config;
mod database;
mod doctor;
mod drift_cli;
mod english;
#[cfg(debug_assertions)]
mod fail_point;
mod health;
mod keys_cli;
mod left_over;
mod listen;
mod logs;
mod private;
mod purges;
#[cfg(feature = "sandbox")]
mod sandbox;
#[cfg(not(feature = "sandbox"))]
#[path = "no_sandbox.rs"]
mod sandbox;
mod scrape;
mod serve;
mod site;
mod stop;
#[cfg(feature = "otlp")]
mod traces;
#[cfg(not(feature = "otlp"))]
#[path = "no_traces.rs"]
mod traces;
mod upstreams;
mod wiring;

use std::process::ExitCode;
use std::time::Duration;

use clap::Parser as _;
use mimalloc::MiMalloc;

use crate::cli::{Audit, Cli, Command, Keys};
use crate::config::{Problems, Values};

/// Rows and pages are many small allocations: with it a list costs a third less (docs/bench.md).
#[global_allocator]
static ALLOCATOR: MiMalloc = MiMalloc;

/// Exit codes as `sysexits.h` names them: wrong use of the command, and anything else.
const USAGE: u8 = 64;

#[tokio::main]
async fn main() -> ExitCode {
    private::make_so();
    let cli = Cli::parse();
    let values = match config::values() {
        Ok(values) => values,
        Err(problems) => return refuse(&problems),
    };
    let command = match cli.command {
        Some(command) => command,
        None => match cli.start.unsaid(config::is_deployed(&values)) {
            Ok(command) => Command::Sandbox(command),
            Err(why) => return refuse(&why),
        },
    };
    // Some have all of them in the environment.
    let has_none = !config::has_file() && !config::is_deployed(&values);
    match run(command, values).await {
        Ok(code) => code,
        Err(error) => {
            let lacks = error.downcast_ref::<Problems>().is_some_and(Problems::lack_something);
            if has_none && lacks {
                eprintln!("dezky: {}", config::NOTHING_FOUND);
            }
            eprintln!("dezky: {error:#}");
            ExitCode::FAILURE
        }
    }
}

fn refuse(why: &dyn std::fmt::Display) -> ExitCode {
    eprintln!("dezky: {why}");
    ExitCode::from(USAGE)
}

async fn run(command: Command, values: Values) -> anyhow::Result<ExitCode> {
    // What is collected meanwhile is sent when this is dropped.
    let _traces = logs::start(&values, usual_level(&command))?;
    for name in config::misspelt()? {
        match command {
            Command::Serve { .. } | Command::Migrate | Command::Sandbox(_) => tracing::warn!("{name}"),
            Command::Doctor { .. } => println!("note  Settings: {name}"),
            _ => eprintln!("dezky: {name}"),
        }
    }
    match command {
        Command::Sandbox(command) => sandbox::run(command, values).await?,
        Command::Serve { migrate } => serve::run(values, migrate).await?,
        Command::Migrate => serve::migrate(&values).await?,
        Command::Backup { to, place } => backup_cli::backup(values, &to, place.data.as_deref()).await?,
        Command::Restore { from, migrate } => backup_cli::restore(&values, &from, migrate).await?,
        Command::Resume { yes, place } => {
            return backup_cli::resume(values, place.data.as_deref(), yes).await;
        }
        Command::Keys { what: Keys::List { place } } => {
            keys_cli::list(values, place.data.as_deref()).await?;
        }
        Command::Keys { what: Keys::Rotate { place } } => {
            return keys_cli::rotate(values, place.data.as_deref()).await;
        }
        Command::Audit { what: Audit::Verify { data } } => {
            audit_verify::run(&values, data.as_deref()).await?;
        }
        Command::Bootstrap { what } => return bootstrap::run(values, &what).await,
        Command::Doctor { place } => doctor::run(values, place.data.as_deref()).await?,
        Command::Plan { tenants, json, place } => {
            return drift_cli::plan(values, place.data.as_deref(), tenants, json).await;
        }
        Command::Apply { tenant, hash, place } => {
            return drift_cli::apply(values, place.data.as_deref(), &tenant, &hash).await;
        }
        Command::Reconcile { tenants, wait, place } => {
            let patience = Duration::from_secs(wait);
            return drift_cli::reconcile(values, place.data.as_deref(), tenants, patience).await;
        }
    }
    Ok(ExitCode::SUCCESS)
}

/// What is logged unless it is configured.
fn usual_level(command: &Command) -> &'static str {
    match command {
        Command::Serve { .. } | Command::Migrate => "info",
        Command::Sandbox(_) | Command::Audit { .. } => "warn",
        Command::Backup { .. }
        | Command::Restore { .. }
        | Command::Resume { .. }
        | Command::Keys { .. }
        | Command::Bootstrap { .. }
        | Command::Doctor { .. }
        | Command::Plan { .. }
        | Command::Apply { .. }
        | Command::Reconcile { .. } => "error",
    }
}
