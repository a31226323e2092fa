//! Running other programs. A child ends when the command that waits for it is dropped.

use std::ffi::OsString;
use std::net::{Ipv4Addr, TcpListener};
use std::path::Path;
use std::time::Duration;

use anyhow::{Context as _, Result, bail};
use serde::de::DeserializeOwned;
use tokio::io::AsyncReadExt as _;
use tokio::process::{Child, ChildStdout, Command};
use tokio::signal::unix::{SignalKind, signal};

/// How long the product may take until it says where it is.
const PATIENCE: Duration = Duration::from_mins(2);

/// A command that ends with us.
pub fn command(program: impl Into<OsString>) -> Command {
    let mut command = Command::new(program.into());
    command.kill_on_drop(true);
    command
}

/// The cargo that runs us.
pub fn cargo() -> Command {
    command(std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into()))
}

/// Runs a command to its end, with its output where ours goes.
pub async fn run(mut command: Command) -> Result<()> {
    let line = line(&command);
    println!("$ {line}");
    let status = command.status().await.with_context(|| format!("`{line}` could not be started"))?;
    if !status.success() {
        bail!("`{line}` failed ({status})");
    }
    Ok(())
}

/// Runs a command to its end and keeps what it says; shown only when it fails.
pub async fn quietly(mut command: Command) -> Result<String> {
    let line = line(&command);
    let done = command.output().await.with_context(|| format!("`{line}` could not be started"))?;
    if !done.status.success() {
        let said = [done.stdout, done.stderr].concat();
        bail!("`{line}` failed ({}):\n{}", done.status, String::from_utf8_lossy(&said));
    }
    Ok(String::from_utf8_lossy(&done.stdout).into_owned())
}

/// What the product, started with `--json` and its output piped, says of itself.
pub async fn announced<T: DeserializeOwned>(product: &mut Child) -> Result<T> {
    let mut output = product.stdout.take().context("dezky has no output")?;
    let said = tokio::time::timeout(PATIENCE, first_object(&mut output)).await;
    said.context("dezky did not say where it is")?
}

/// The first JSON object, however many lines it has. What comes after it is nobody's business.
async fn first_object<T: DeserializeOwned>(output: &mut ChildStdout) -> Result<T> {
    let mut read = Vec::new();
    loop {
        let mut part = [0; 8192];
        let length = output.read(&mut part).await?;
        if length == 0 {
            let said = String::from_utf8_lossy(&read);
            bail!("dezky ended before it said where it is: {said}");
        }
        read.extend_from_slice(&part[..length]);
        let mut objects = serde_json::Deserializer::from_slice(&read).into_iter::<T>();
        match objects.next() {
            Some(Ok(entry)) => return Ok(entry),
            Some(Err(error)) if !error.is_eof() => return Err(error).context("what dezky says of itself"),
            _ => {}
        }
    }
}

fn line(command: &Command) -> String {
    let command = command.as_std();
    let program = Path::new(command.get_program());
    let name = program.file_name().unwrap_or(program.as_os_str());
    let words = std::iter::once(name).chain(command.get_args());
    let words: Vec<_> = words.map(|word| word.to_string_lossy()).collect();
    words.join(" ")
}

/// A port of the loopback address that is free now.
pub fn free_port() -> Result<u16> {
    let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).context("no port is free")?;
    Ok(listener.local_addr()?.port())
}

/// Ends when somebody asks us to stop.
pub async fn interrupted() {
    let (Ok(mut interrupt), Ok(mut terminate)) =
        (signal(SignalKind::interrupt()), signal(SignalKind::terminate()))
    else {
        return std::future::pending().await;
    };
    tokio::select! {
        _ = interrupt.recv() => {}
        _ = terminate.recv() => {}
    }
}
