//! What is wrong with a configuration.

use std::fmt;

use super::names::example;

/// How what is said of a missing setting begins.
pub const NOT_SET: &str = "is not set";

/// All that is wrong, each with its name and an example of how it should be. Never holds a configured value.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Problems(Vec<(String, String)>);

impl Problems {
    /// Exactly this.
    pub fn one(name: impl Into<String>, what: impl Into<String>) -> Self {
        Self(vec![(name.into(), what.into())])
    }

    /// Adds one.
    pub fn add(&mut self, name: impl Into<String>, what: impl Into<String>) {
        self.0.push((name.into(), what.into()));
    }

    /// True when nothing is wrong.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// True when something is missing.
    pub fn lack_something(&self) -> bool {
        self.0.iter().any(|(_, what)| what.starts_with(NOT_SET))
    }

    /// The names at fault.
    #[cfg(test)]
    pub fn names(&self) -> Vec<&str> {
        self.0.iter().map(|(name, _)| name.as_str()).collect()
    }
}

impl fmt::Display for Problems {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("the configuration needs correcting:")?;
        for (name, what) in &self.0 {
            write!(f, "\n  {name} {what}")?;
            let example = example(name);
            if !example.is_empty() {
                write!(f, "\n      for example: {example}")?;
            }
        }
        Ok(())
    }
}

impl std::error::Error for Problems {}
