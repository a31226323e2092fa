//! The command line.

use std::path::PathBuf;

use clap::{Args, Parser, Subcommand};

use crate::sandbox;

/// The control plane of a business workspace: mail, identity and files.
#[derive(Debug, Parser)]
#[command(version, args_conflicts_with_subcommands = true)]
pub struct Cli {
    /// Default: `dev`, unless an upstream or a public address is configured.
    #[command(subcommand)]
    pub command: Option<Command>,
    #[command(flatten)]
    pub start: sandbox::Start,
}

/// What to do.
#[derive(Debug, Subcommand)]
pub enum Command {
    #[command(flatten)]
    Sandbox(sandbox::Command),
    /// Run the product as configured.
    Serve {
        /// Bring the database up to date first.
        #[arg(long)]
        migrate: bool,
    },
    /// Bring the database up to date.
    Migrate,
    /// Copy the database into a new folder. The product may run meanwhile.
    Backup {
        /// The folder to create.
        #[arg(value_name = "DIR")]
        to: PathBuf,
        #[command(flatten)]
        place: Place,
    },
    /// Put a backup into an empty database. The product is held until `resume`.
    Restore {
        /// The folder of the backup.
        #[arg(value_name = "DIR")]
        from: PathBuf,
        /// Bring the schema of an older version up to date.
        #[arg(long)]
        migrate: bool,
    },
    /// Let a restored product change upstreams, work by the clock and send mail again.
    Resume {
        #[command(flatten)]
        place: Place,
    },
    /// Show or rotate the keys that encrypt secrets in the database.
    Keys {
        #[command(subcommand)]
        what: Keys,
    },
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
    /// Prepare the upstreams for Dezky: shows what it would do, asks, does it and proves it. Safe to repeat.
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
#[derive(Debug, Clone, Subcommand)]
pub enum Bootstrap {
    /// The identity provider: clients, claims, password recovery, and Dezky's own account with the rights it needs.
    Authentik {
        #[command(flatten)]
        how: How,
        /// Print the same as a blueprint of Authentik, and do nothing.
        #[arg(long, conflicts_with = "rights")]
        blueprint: bool,
        /// Print what Dezky's account may do and what for, and do nothing.
        #[arg(long)]
        rights: bool,
    },
    /// The file server's service user: its account, its credential and its role.
    Ocis {
        #[command(flatten)]
        how: How,
    },
    /// Everything, in the order in which it depends on each other.
    All {
        #[command(flatten)]
        how: How,
    },
}

/// How to go about it.
#[derive(Debug, Clone, Args)]
pub struct How {
    /// Do it without asking.
    #[arg(long)]
    pub yes: bool,
    /// Only show what would be done. Exits with 2 if there is anything.
    #[arg(long, conflicts_with = "yes")]
    pub plan: bool,
    /// The file for the settings that `serve` needs, secrets among them. Other lines in it stay.
    #[arg(long, value_name = "FILE", default_value = "dezky.env")]
    pub settings: PathBuf,
}

/// What to do with the keys.
#[derive(Debug, Subcommand)]
pub enum Keys {
    /// Show the fingerprint of each key, and how many values it encrypts.
    List {
        #[command(flatten)]
        place: Place,
    },
    /// Encrypt every value again with the first of `ENCRYPTION_KEYS`. Safe to repeat. Exits with 2 if some values still
    /// need another key.
    Rotate {
        #[command(flatten)]
        place: Place,
    },
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

#[cfg(test)]
mod tests {
    use clap::CommandFactory as _;

    use super::*;

    #[test]
    fn the_command_line_is_well_formed() {
        Cli::command().debug_assert();
    }
}
