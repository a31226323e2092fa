//! The command line.

use std::collections::BTreeSet;
use std::net::IpAddr;
use std::path::PathBuf;
use std::str::FromStr;

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
    /// Copy the database into a new folder. Dezky can keep running.
    Backup {
        /// The folder to create.
        #[arg(value_name = "DIR")]
        to: PathBuf,
        #[command(flatten)]
        place: Place,
    },
    /// Put a backup into an empty database. Dezky then changes no upstream and sends no mail until `resume`.
    Restore {
        /// The folder of the backup.
        #[arg(value_name = "DIR")]
        from: PathBuf,
        /// Bring the schema of an older version up to date.
        #[arg(long)]
        migrate: bool,
    },
    /// Let a restored Dezky change upstreams, run scheduled jobs and send mail again. Shows what that starts, and asks.
    /// Exits with 2 if it stays held.
    Resume {
        /// Do it without asking.
        #[arg(long)]
        yes: bool,
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
    /// Set up the upstreams for Dezky: shows the changes, asks, makes them and tests the result. Safe to repeat.
    Bootstrap {
        #[command(subcommand)]
        what: Bootstrap,
    },
    /// Check that every configured upstream has what Dezky needs. Shows what is wrong and how to fix it.
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
        /// Put this person of Authentik into the operators' group, by user name or e-mail address. May be repeated.
        #[arg(long, value_name = "NAME")]
        operator: Vec<String>,
        /// Print the setup as an Authentik blueprint and exit.
        #[arg(long, conflicts_with = "rights")]
        blueprint: bool,
        /// Print the permissions of Dezky's account and what each is for, and exit.
        #[arg(long)]
        rights: bool,
    },
    /// The mail server: Dezky's own account, and a key with the rights it needs.
    Stalwart {
        #[command(flatten)]
        how: How,
        /// The addresses and networks that the key works from, separated by commas, or `any`. Without this they stay
        /// as they are.
        #[arg(long, value_name = "ADDRESSES")]
        allow_from: Option<AllowFrom>,
        /// Remove all older keys of Dezky, even if the settings name none of them.
        #[arg(long)]
        replace_key: bool,
        /// Print the permissions of Dezky's key and what each is for, and exit.
        #[arg(long)]
        rights: bool,
    },
    /// The file server's service user: its account, its credential and its role.
    Ocis {
        #[command(flatten)]
        how: How,
    },
    /// Authentik, Stalwart and oCIS, in this order.
    All {
        #[command(flatten)]
        how: How,
    },
}

/// The addresses and networks that a key works from; none for all.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AllowFrom(pub BTreeSet<String>);

impl FromStr for AllowFrom {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        if text == "any" {
            return Ok(Self(BTreeSet::new()));
        }
        text.split(',').map(|one| network(one.trim())).collect::<Result<_, _>>().map(Self)
    }
}

fn network(text: &str) -> Result<String, String> {
    let wrong = || format!("“{text}” isn't an address or a network, such as 203.0.113.7 or 2001:db8::/32");
    let (address, bits) = text.split_once('/').map_or((text, None), |(address, bits)| (address, Some(bits)));
    let address: IpAddr = address.parse().map_err(|_| wrong())?;
    let most = if address.is_ipv4() { 32 } else { 128 };
    match bits.map(str::parse::<u8>) {
        None => Ok(address.to_string()),
        Some(Ok(bits)) if bits <= most => Ok(format!("{address}/{bits}")),
        Some(_) => Err(wrong()),
    }
}

/// How to go about it.
#[derive(Debug, Clone, Args)]
pub struct How {
    /// Do it without asking.
    #[arg(long)]
    pub yes: bool,
    /// Only show the changes. Exits with 2 if there are any.
    #[arg(long, conflicts_with = "yes")]
    pub plan: bool,
    /// The file to write the settings to that `serve` needs, including secrets. Its other lines are kept. Default: the
    /// file that `serve` reads, which is the one in `DEZKY_CONFIG`, or `.env`.
    #[arg(long, value_name = "FILE")]
    pub settings: Option<PathBuf>,
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
    /// Read every chain of the log from its first record to its last, and name each place where it was changed.
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

    #[test]
    fn a_key_is_allowed_from_addresses_and_networks_or_from_all() {
        let read = |text: &str| text.parse::<AllowFrom>().map(|from| from.0.into_iter().collect::<Vec<_>>());
        assert_eq!(read("any").unwrap(), Vec::<String>::new());
        assert_eq!(read("203.0.113.7, 2001:DB8::/32").unwrap(), ["2001:db8::/32", "203.0.113.7"]);
        for wrong in ["", "all", "203.0.113", "203.0.113.0/33", "203.0.113.0/x", "203.0.113.7,"] {
            assert!(read(wrong).unwrap_err().contains("203.0.113.7 or"), "{wrong}");
        }
    }
}
