//! The command line.

use std::path::PathBuf;

use clap::{Args, Parser, Subcommand, ValueEnum};

use crate::ports;

/// The control plane of a business workspace: mail, identity and files.
#[derive(Debug, Parser)]
#[command(version, args_conflicts_with_subcommands = true)]
pub struct Cli {
    /// Without a command: `dev`, unless an upstream or a public address is configured.
    #[command(subcommand)]
    pub command: Option<Command>,
    #[command(flatten)]
    pub start: Start,
}

/// What to do.
#[derive(Debug, Subcommand)]
pub enum Command {
    /// Everything on this machine: embedded database, simulated upstreams, demo data. Loopback only.
    Dev(Start),
    /// The product, as the configuration says.
    Serve {
        /// Bring the database up to date first.
        #[arg(long)]
        migrate: bool,
    },
    /// The simulated upstreams alone, with the settings that `serve` needs to use them.
    Sandbox(Start),
    /// Brings the database up to date.
    Migrate,
    /// The audit log.
    Audit {
        #[command(subcommand)]
        what: Audit,
    },
    /// Shows what differs upstream from what should be. Exits with 2 when something does.
    Plan {
        /// Only these tenants, by slug.
        tenants: Vec<String>,
        /// Print one JSON object.
        #[arg(long)]
        json: bool,
        #[command(flatten)]
        place: Place,
    },
    /// Does just what a plan lists; refuses when anything moved since. Exits with 2 when something still differs.
    Apply {
        /// The tenant, by slug.
        tenant: String,
        /// The plan's hash, as `plan` shows it.
        #[arg(long)]
        hash: String,
        #[command(flatten)]
        place: Place,
    },
    /// Tries at once what is not done, and works until it is. Exits with 2 when something is still not done.
    Reconcile {
        /// Only these tenants, by slug.
        tenants: Vec<String>,
        /// The most seconds to wait.
        #[arg(long, value_name = "SECONDS", default_value_t = 60)]
        wait: u64,
        #[command(flatten)]
        place: Place,
    },
    /// Prepares an upstream for Dezky. Safe to repeat.
    Bootstrap {
        #[command(subcommand)]
        what: Bootstrap,
    },
    /// Asks every configured upstream for what Dezky will need of it; says what is wrong and how to mend it.
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
    /// Reads every chain from its first row to its head and names each place where it was changed.
    Verify {
        /// The folder of a `dezky dev`, in place of the database that is configured.
        #[arg(long, value_name = "DIR")]
        data: Option<PathBuf>,
    },
}

/// Which Dezky is meant.
#[derive(Debug, Args)]
pub struct Place {
    /// The folder of a running `dezky dev`, in place of what is configured.
    #[arg(long, value_name = "DIR")]
    pub data: Option<PathBuf>,
}

/// The last port that leaves room for the others.
const LAST_FIRST: i64 = 65_536 - ports::ROW as i64;

fn port_help() -> String {
    format!("The portal's port; the next {} are used too. 0 takes free ones and keeps them", ports::COUNT - 1)
}

/// How the sandbox is started.
#[derive(Debug, Clone, Args)]
pub struct Start {
    /// Print one JSON object for scripts, and nothing else.
    #[arg(long)]
    pub json: bool,
    /// Where everything is kept.
    #[arg(long, value_name = "DIR", default_value = "var/dev")]
    pub data: PathBuf,
    /// The portal's port; those that follow are used too. 0 takes free ones and keeps them.
    #[arg(long, value_name = "N", default_value_t = 4400, value_parser = clap::value_parser!(u16).range(..=LAST_FIRST), help = port_help())]
    pub port: u16,
    /// How much demo data to make.
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
