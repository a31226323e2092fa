//! The sandbox: `dezky dev` and `dezky sandbox`, simulated upstreams, their people and demo data. A build without the
//! feature `sandbox` has `no_sandbox.rs` in its place.

mod announce;
mod demo;
mod dev;
mod home;
mod index;
mod people;
mod ports;
mod secrets;
mod set_up;
mod simulators;

use std::path::PathBuf;

use clap::{Args, Subcommand, ValueEnum};

use crate::config::Values;

/// What to do in the sandbox.
#[derive(Debug, Subcommand)]
pub enum Command {
    /// Run everything on this machine: embedded database, simulated upstreams, demo data. Loopback only.
    Dev(Start),
    /// Run the simulated upstreams alone, and print the settings that `serve` needs to use them.
    Sandbox(Alone),
}

/// How the simulated upstreams are started without the product.
#[derive(Debug, Clone, Args)]
pub struct Alone {
    #[command(flatten)]
    pub start: Start,
    /// Start them as they are installed, with administrators and nothing else, so that `dezky bootstrap` can be tried.
    #[arg(long)]
    pub empty: bool,
}

/// The last port that leaves room for the others.
const LAST_FIRST: i64 = 65_536 - ports::ROW as i64;

fn port_help() -> String {
    format!(
        "The portal's port; the next {} are used too. 0 picks free ports and keeps them",
        ports::COUNT - 1
    )
}

/// How the sandbox is started.
#[derive(Debug, Clone, Args)]
pub struct Start {
    /// Print one JSON object for scripts and nothing else.
    #[arg(long)]
    pub json: bool,
    /// The folder for all data.
    #[arg(long, value_name = "DIR", default_value = "var/dev")]
    pub data: PathBuf,
    /// The portal's port; those that follow are used too. 0 takes free ones and keeps them.
    #[arg(long, value_name = "N", default_value_t = 4400, value_parser = clap::value_parser!(u16).range(..=LAST_FIRST), help = port_help())]
    pub port: u16,
    /// How much demo data to create.
    #[arg(long, value_enum, default_value_t = Demo::Small)]
    pub demo: Demo,
}

/// How much demo data there is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum Demo {
    /// People only.
    None,
    /// Two partners and a dozen tenants.
    Small,
    /// Enough for lists to have many pages.
    Large,
}

impl Start {
    /// What is done where nobody says it, or why nothing is.
    pub fn unsaid(self, is_deployed: bool) -> Result<Command, &'static str> {
        if is_deployed {
            return Err("An upstream or a public address is configured, so this isn't a sandbox.\n\
                        Run `dezky serve`, or `dezky dev` to use the sandbox anyway.");
        }
        Ok(Command::Dev(self))
    }
}

/// Runs until a signal.
pub async fn run(command: Command, values: Values) -> anyhow::Result<()> {
    match command {
        Command::Dev(start) => dev::run(&start, values).await,
        Command::Sandbox(alone) => simulators::run(&alone).await,
    }
}

#[cfg(test)]
mod tests {
    use clap::{CommandFactory as _, Parser as _};

    use super::*;
    use crate::cli::Cli;

    #[test]
    fn the_flags_of_dev_work_without_the_word_dev() {
        let cli = Cli::try_parse_from(["dezky", "--json", "--port", "0", "--demo", "none"]).unwrap();
        assert!(cli.command.is_none());
        assert!(cli.start.json);
        assert_eq!((cli.start.port, cli.start.demo), (0, Demo::None));
    }

    #[test]
    fn a_port_that_leaves_no_room_for_the_others_is_refused() {
        let last = 65_536 - ports::COUNT;
        assert!(Cli::try_parse_from(["dezky", "dev", "--port", &last.to_string()]).is_ok());
        assert!(Cli::try_parse_from(["dezky", "dev", "--port", &(last + 1).to_string()]).is_err());
    }

    #[test]
    fn the_help_counts_the_ports_that_are_taken() {
        let mut command = Cli::command();
        let help = command.find_subcommand_mut("dev").unwrap().render_long_help().to_string();
        assert!(help.contains(&format!("the next {} are used too", ports::COUNT - 1)), "{help}");
    }
}
