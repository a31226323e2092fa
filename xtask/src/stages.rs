//! Stages that run one after another, each timed, with a summary at the end.

use std::time::{Duration, Instant};

use anyhow::{Context as _, Result};

/// What has run so far.
#[derive(Default)]
pub struct Stages(Vec<(String, Duration, bool)>);

impl Stages {
    /// Runs one stage; an error ends the whole.
    pub async fn run<T>(&mut self, name: &str, work: impl Future<Output = Result<T>>) -> Result<T> {
        println!("\n== {name}");
        let started = Instant::now();
        let done = work.await;
        self.0.push((name.to_owned(), started.elapsed(), done.is_ok()));
        done.with_context(|| format!("the stage \"{name}\" failed"))
    }

    /// Prints how long each took.
    pub fn print(&self) {
        println!();
        for (name, took, is_ok) in &self.0 {
            let word = if *is_ok { "ok" } else { "FAILED" };
            println!("{name:<24}{:>8.1} s  {word}", took.as_secs_f64());
        }
        let total: Duration = self.0.iter().map(|(_, took, _)| *took).sum();
        println!("{:<24}{:>8.1} s", "all", total.as_secs_f64());
    }
}
