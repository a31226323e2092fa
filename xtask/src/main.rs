//! The project's own commands, run as `cargo xtask <command>`. They only call other programs; the product knows
//! nothing of them.

mod bench;
mod chrome;
mod client;
mod conformance;
mod new_slice;
mod postgres;
mod process;
mod screenshots;
mod stages;
mod test;
mod tidy;
mod tools;
mod workspace;

use std::path::PathBuf;
use std::process::ExitCode;

use clap::{Parser, Subcommand};

#[derive(Parser)]
#[command(bin_name = "cargo xtask", about = "The project's own commands")]
struct Arguments {
    #[command(subcommand)]
    command: Command,
}

#[derive(Subcommand)]
enum Command {
    /// Everything that must pass: format, clippy, tidy, and the tests on both databases
    Test {
        /// Without the browser journeys and the second database
        #[arg(long)]
        fast: bool,
    },
    /// The repository's own rules: layers, licences, files, texts
    Tidy,
    /// A new slice, made of the template in `xtask/template`
    NewSlice {
        /// What it is about: a noun in the singular, in lower-case letters
        noun: String,
    },
    /// Suites against the servers that `DEZKY_CONFORMANCE_*` names (docs/conformance.md)
    Conformance {
        /// Against simulators started for it, as a process of their own
        #[arg(long)]
        sandbox: bool,
        /// Which suites; all unless some are named
        #[arg(value_parser = conformance::SUITES)]
        suites: Vec<String>,
    },
    /// How fast a release build is, on both databases, beside what is aimed at (docs/bench.md)
    Bench(bench::Options),
    /// The bare handler of `bench`, as a process of its own
    #[command(hide = true)]
    BenchBare,
    /// Every page, light and dark, wide and narrow, as pictures
    Screenshots {
        /// Where the pictures go
        #[arg(long, default_value = "screenshots")]
        out: PathBuf,
        /// Only pages whose name contains this
        #[arg(long)]
        only: Option<String>,
    },
}

#[tokio::main]
async fn main() -> ExitCode {
    let work = async {
        match Arguments::parse().command {
            Command::Test { fast } => test::run(fast).await,
            Command::Tidy => tidy::run(),
            Command::NewSlice { noun } => new_slice::run(&noun).await,
            Command::Conformance { sandbox, suites } => conformance::run(sandbox, &suites).await,
            Command::Bench(options) => bench::run(&options).await,
            Command::BenchBare => bench::serve_bare().await,
            Command::Screenshots { out, only } => screenshots::run(&out, only.as_deref()).await,
        }
    };
    // Dropping the work ends the servers and browsers that it started.
    let done = tokio::select! {
        done = work => done,
        () = process::interrupted() => Err(anyhow::anyhow!("interrupted")),
    };
    match done {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("error: {error:#}");
            ExitCode::FAILURE
        }
    }
}
