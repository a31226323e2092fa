//! The command line.

use std::path::PathBuf;

use clap::{Args, Parser, Subcommand, ValueEnum};

use crate::ports;

/// The control plane of a business workspace: mail, identity and files.
#[derive(Debug, Parser)]
#[command(version, args_conflicts_with_subcommands = true)]
pub struct Cli {
    /// Default: `dev`, unless an upstream or a public address is configured.
    #[command(subcommand)]
    pub command: Option<Command>,
    #[command(flatten)]
    pub start: Start,
}

/// What to do.
#[derive(Debug, Subcommand)]
pub enum Command {
    /// Run everything on this machine: embedded database, simulated upstreams, demo data. Loopback only.
    Dev(Start),
    /// Run the product as configured.
    Serve {
        /// Bring the database up to date first.
        #[arg(long)]
        migrate: bool,
    },
    /// Run the simulated upstreams alone, and print the settings that `serve` needs to use them.
    Sandbox(Start),
    /// Bring the database up to date.
    Migrate,
    /// Check the audit log.
    Audit {
        #[command(subcommand)]
        what: Audit,
    },
    /// Show differences between the configuration and the upstreams. Exits with 2 if there are any.
    Plan {
        /// Only these tenants, by slug.
        tenants: Vec<String>,
        /// Print one JSON object.
        #[arg(long)]
        json: bool,
        #[command(flatten)]
        place: Place,
    },
    /// Apply exactly what a plan lists. Refuses if anything changed since. Exits with 2 if differences remain.
    Apply {
        /// The tenant, by slug.
        tenant: String,
        /// The plan's hash, as `plan` shows it.
        #[arg(long)]
        hash: String,
        #[command(flatten)]
        place: Place,
    },
    /// Retry unfinished steps now, and wait for them. Exits with 2 if some remain unfinished.
    Reconcile {
        /// Only these tenants, by slug.
        tenants: Vec<String>,
        /// The most seconds to wait.
        #[arg(long, value_name = "SECONDS", default_value_t = 60)]
        wait: u64,
        #[command(flatten)]
        place: Place,
    },
    /// Prepare an upstream for Dezky. Safe to repeat.
    Bootstrap {
        #[command(subcommand)]
        what: Bootstrap,
    },
    /// Check that every configured upstream has what Dezky needs. Says what is wrong and how to fix it.
    Doctor {
        #[command(flatten)]
        place: Place,
    },
}

/// What to prepare.
#[derive(Debug, Clone, Copy, Subcommand)]
pub enum Bootstrap {
    /// The file server's service user: its account, its credential and its role.
    Ocis,
}

/// What to do with the audit log.
#[derive(Debug, Subcommand)]
pub enum Audit {
    /// Read every chain from its first row to its head, and name each place where it was changed.
    Verify {
        /// The folder of a `dezky dev`, instead of the configured database.
        #[arg(long, value_name = "DIR")]
        data: Option<PathBuf>,
    },
}

/// Which Dezky is meant.
#[derive(Debug, Args)]
pub struct Place {
    /// The folder of a running `dezky dev`, instead of the configured product.
    #[arg(long, value_name = "DIR")]
    pub data: Option<PathBuf>,
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

#[cfg(test)]
mod tests {
    use clap::CommandFactory as _;

    use super::*;

    #[test]
    fn the_command_line_is_well_formed() {
        Cli::command().debug_assert();
    }

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
