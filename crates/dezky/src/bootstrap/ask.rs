//! Asks whoever sits at the terminal.

use std::io::{IsTerminal as _, Write as _, stdin, stdout};

use anyhow::bail;
use rustix::termios::{LocalModes, OptionalActions, tcgetattr, tcsetattr};
use secrecy::SecretString;

/// Nobody types more.
const LONGEST: usize = 4096;

/// True when there is somebody to ask.
pub fn is_possible() -> bool {
    stdin().is_terminal()
}

/// Whether the answer is yes.
pub fn yes(question: &str) -> anyhow::Result<bool> {
    let answer = line(&format!("{question} [y/N] "))?;
    Ok(["y", "yes"].contains(&answer.trim().to_ascii_lowercase().as_str()))
}

/// An answer, as it is typed.
pub fn text(question: &str) -> anyhow::Result<String> {
    Ok(line(&format!("{question}: "))?.trim().to_owned())
}

/// An answer that isn't shown while it is typed.
pub fn secret(question: &str) -> anyhow::Result<SecretString> {
    let before = tcgetattr(stdin())?;
    let mut hidden = before.clone();
    hidden.local_modes.remove(LocalModes::ECHO);
    tcsetattr(stdin(), OptionalActions::Flush, &hidden)?;
    let answer = line(&format!("{question}: "));
    tcsetattr(stdin(), OptionalActions::Flush, &before)?;
    println!();
    Ok(SecretString::from(answer?.trim().to_owned()))
}

fn line(question: &str) -> anyhow::Result<String> {
    let mut out = stdout().lock();
    write!(out, "{question}")?;
    out.flush()?;
    let mut answer = String::new();
    stdin().read_line(&mut answer)?;
    if answer.len() > LONGEST {
        bail!("the answer is too long");
    }
    Ok(answer)
}
