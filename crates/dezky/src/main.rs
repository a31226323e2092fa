//! The binary: reads the command line and the configuration, starts what they ask for. Holds no rule of the product.

mod announce;
mod audit_verify;
mod checks;
mod cli;
mod config;
mod database;
mod demo;
mod dev;
mod doctor;
#[cfg(debug_assertions)]
mod fail_point;
mod health;
mod home;
mod index;
mod listen;
mod logs;
mod people;
mod ports;
mod purges;
mod sandbox;
mod secrets;
mod serve;
mod site;
mod stop;
mod upstreams;
mod wiring;

use std::process::ExitCode;

use clap::Parser as _;

use crate::cli::{Audit, Cli, Command};
use crate::config::Values;

/// Exit codes as `sysexits.h` names them: wrong use of the command, and anything else.
const USAGE: u8 = 64;

#[tokio::main]
async fn main() -> ExitCode {
    let cli = Cli::parse();
    let values = match config::values() {
        Ok(values) => values,
        Err(problems) => return refuse(&problems),
    };
    let command = match cli.command {
        Some(command) => command,
        None if config::is_deployed(&values) => {
            return refuse(
                &"An upstream or a public address is configured, so this is no sandbox.\n\
                  Run `dezky serve`, or `dezky dev` to use the sandbox all the same.",
            );
        }
        None => Command::Dev(cli.start),
    };
    match run(command, values).await {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("dezky: {error:#}");
            ExitCode::FAILURE
        }
    }
}

fn refuse(why: &dyn std::fmt::Display) -> ExitCode {
    eprintln!("dezky: {why}");
    ExitCode::from(USAGE)
}

async fn run(command: Command, values: Values) -> anyhow::Result<()> {
    match command {
        Command::Dev(start) => {
            logs::start(&values, "warn")?;
            dev::run(&start, values).await
        }
        Command::Sandbox(start) => {
            logs::start(&values, "warn")?;
            sandbox::run(&start).await
        }
        Command::Serve { migrate } => {
            logs::start(&values, "info")?;
            serve::run(values, migrate).await
        }
        Command::Migrate => {
            logs::start(&values, "info")?;
            serve::migrate(&values).await
        }
        Command::Audit { what: Audit::Verify { data } } => {
            logs::start(&values, "warn")?;
            audit_verify::run(&values, data.as_deref()).await
        }
        Command::Doctor => {
            logs::start(&values, "error")?;
            doctor::run(&values).await
        }
    }
}
