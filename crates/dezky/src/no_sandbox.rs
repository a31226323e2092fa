//! What stands in the place of the sandbox in a build without it, such as one for production: no command and no flag.

use std::future::Ready;

use clap::{Args, Subcommand};

use crate::config::Values;

#[derive(Debug, Subcommand)]
pub enum Command {}

#[derive(Debug, Args)]
pub struct Start {}

impl Start {
    pub fn unsaid(self, _is_deployed: bool) -> Result<Command, &'static str> {
        Err("This build has no sandbox. Run `dezky serve`, or `dezky help` for what else it can do.")
    }
}

pub fn run(command: Command, _: Values) -> Ready<anyhow::Result<()>> {
    match command {}
}
